"""Files and price lists → evidence in the store, and the books kept again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from api import views
from api.desk import Desk
from api.plug_ins import plug_in, plug_ins
from ledger.model.errors import BadInput
from ledger.model.evidence import EvidenceId
from ledger.model.problem import Problem
from ledger.prices.sources import price_csv
from ledger.venues.importing import FileReading, read_files
from reports.names import quantity_text

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import read, and how much of it is new to the books."""

    reading: FileReading
    activities: int
    new: int

    @property
    def refused(self) -> bool:
        """Whether rows or files were refused: exit code 6."""
        return any(problem.code not in _NOTICES for problem in self.reading.problems)

    def row(self) -> Row:
        """The answer of `partita import --json`."""
        assets = {asset.id: asset for asset in self.reading.assets}
        return {
            "venue": self.reading.venue,
            "layout": self.reading.layout,
            "rows_read": self.reading.rows_read,
            "activities": self.activities,
            "new": self.new,
            "problems": [views.problem_row(problem) for problem in self.reading.problems],
            "balances": [
                {
                    "asset": views.short_asset(asset),
                    "quantity": quantity_text(asset, quantity, assets),
                }
                for asset, quantity in self.reading.balances().items()
            ],
        }


#: Problems that refuse nothing.
_NOTICES = frozenset(
    ("unknown_decimals duplicate_import unproven_quantity unmatched_transfer statement_gap").split()
)


def import_files(
    desk: Desk, paths: Sequence[Path], venue: str, wallet: str | None, *, dry_run: bool
) -> Imported:
    """Read files of a venue (`auto`: whichever knows them) and keep what is new.

    `wallet` is the label of the owner where the files do not name one. Raises BadInput for a file
    that cannot be opened or a wallet that is not the fund's.
    """
    files = [(path.name, _bytes_of(path)) for path in paths]
    return import_bytes(desk, files, venue, wallet, dry_run=dry_run)


def import_bytes(
    desk: Desk,
    files: Sequence[tuple[str, bytes]],
    venue: str = "auto",
    wallet: str | None = None,
    *,
    dry_run: bool = False,
    keep: bool = True,
) -> Imported:
    """The same for files at hand as (name, bytes); `keep` says whether to keep the books after."""
    from ledger.store import ImportBatch

    room = "ledger.venues"
    venues = plug_ins(room) if venue == "auto" else (plug_in(room, venue),)
    by_label = {known.label: known for known in desk.wallets().values()}
    owner = ""
    if wallet is not None:
        found = desk.wallet_called(wallet)
        if found is None:
            raise BadInput(f"no wallet is called {wallet!r}; partita wallet list shows them")
        owner = found.id
    known = desk.store.assets.all(desk.fund.name)
    reading = read_files(files, venues, by_label, owner, known)
    evidence = [line.id for line in reading.lines]
    unknown = set(desk.store.evidence.unknown(desk.fund.name, evidence))
    new = sum(
        any(proof in unknown for proof in activity.evidence) for activity in reading.activities
    )
    if reading.activities and not new:
        reading = replace(reading, problems=(*reading.problems, _duplicate(files, reading)))
    if not dry_run and unknown:
        with desk.store.transaction(desk.fund.name) as inside:
            inside.evidence.add(desk.fund.name, reading.lines, times=_times(reading))
            inside.wallets.ensure(desk.fund.name, reading.wallets)
            for name, body in files:
                batch = ImportBatch(
                    sha256(body).hexdigest(),
                    name,
                    reading.venue or "",
                    reading.rows_read,
                    len(unknown),
                )
                inside.imports.add(desk.fund.name, batch)
    if keep and not dry_run:
        desk.keep()  # also what an import that ended too early had left
    return Imported(reading, len(reading.activities), new)


def _times(reading: FileReading) -> dict[EvidenceId, int]:
    """When that took place of which each line speaks; what moves nothing stands with the first."""
    moments = [activity.order[0] for activity in reading.activities]
    times = dict.fromkeys((line.id for line in reading.lines), min(moments, default=0))
    for activity in reading.activities:
        times.update(dict.fromkeys(activity.evidence, activity.order[0]))
    return times


def _duplicate(files: Sequence[tuple[str, bytes]], reading: FileReading) -> Problem:
    """A notice that refuses nothing: all of it was in the books before."""
    names = ", ".join(name for name, _ in files)
    text = f"all {len(reading.activities)} activities are in the books already; nothing was added"
    return Problem("duplicate_import", text, names, files[0][0])


def import_prices(desk: Desk, path: Path) -> tuple[int, tuple[Problem, ...]]:
    """Read a price list and keep its quotes; gives how many are new, and the rows refused."""
    new, _, problems = import_price_bytes(desk, path.name, _bytes_of(path))
    return new, problems


def import_price_bytes(desk: Desk, name: str, body: bytes) -> tuple[int, int, tuple[Problem, ...]]:
    """The same for a file at hand: quotes new, quotes read, rows refused. Raises BadInput."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is no text in UTF-8") from error
    quotes, problems = price_csv.read(text, name)
    new = desk.store.quotes.add(desk.fund.name, quotes)
    desk.keep()
    return new, len(quotes), problems


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name}: {error.strerror}") from error
