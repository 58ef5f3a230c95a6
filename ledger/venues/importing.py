"""Files enter; what they say leaves: venue, statement lines, activities, every problem by row."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from ledger.model.activity import Activity
from ledger.model.asset import Asset, AssetId
from ledger.model.errors import BadInput, UnknownLayout
from ledger.model.evidence import Question, StatementLine
from ledger.model.fund import Wallet, WalletId
from ledger.model.problem import Problem
from ledger.venues._statements import NO_FACTS, Facts, Layout, Reading, Venue, party_id
from ledger.venues._tables import Table, file_name, read_table

FILES_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class FileReading:
    """What files say together.

    `venue` and `layout` are None when no layout was recognised. `lines` are the rows that can be
    booked, verbatim; `rows_read` counts all data rows. The other fields are those of `Reading`.
    """

    venue: str | None
    layout: str | None
    rows_read: int
    lines: tuple[StatementLine, ...]
    activities: tuple[Activity, ...]
    problems: tuple[Problem, ...]
    wallets: tuple[Wallet, ...] = ()
    accounts: frozenset[WalletId] = frozenset()
    assets: tuple[Asset, ...] = ()
    questions: tuple[Question, ...] = ()

    def balances(self) -> dict[AssetId, int]:
        """The net change of each asset that the files alone say, in base units, fees included."""
        return balances(self.activities, self.accounts)


def detect(table: Table, venues: Sequence[Venue]) -> tuple[Venue, str]:
    """The venue and layout that know most names of a table's header; raises UnknownLayout."""
    found = _best(table.header, venues)
    if found is None:
        names = ", ".join(name[:40] for name in table.header[:8])
        raise UnknownLayout(f"no venue has a layout with the columns {names[:200]!r}")
    return found[0], found[1].name


def read_files(
    files: Sequence[tuple[str, bytes]],
    venues: Sequence[Venue],
    wallets: Mapping[str, Wallet],
    owner: str = "",
    assets: Facts = NO_FACTS,
) -> FileReading:
    """What files (name, bytes) say together; pure.

    `venues` are those to try (one, where it is given), `wallets` the fund's by label, `owner`
    the label or id of the wallet that the files are about, where they do not say it themselves. A
    file that cannot be read is a problem of its own; raises BadInput only for too many files.
    """
    if len(files) > FILES_MAX:
        raise BadInput(f"more than {FILES_MAX} files at once")
    owner = wallets[owner].id if owner in wallets else owner
    lines: defaultdict[str, list[StatementLine]] = defaultdict(list)
    layouts: set[str] = set()
    problems: list[Problem] = []
    rows_read = 0
    for name, body in files:
        try:
            table = read_table(name, body, partial(_score, venues))
            venue, layout = detect(table, venues)
        except BadInput as fault:
            shown = file_name(name)
            problems.append(Problem("unknown_layout", str(fault), shown, shown))
            continue
        taken = venue.lines(table, layout, owner)
        lines[venue.NAME] += taken.lines
        layouts.add(layout)
        problems += taken.problems
        rows_read += table.rows_read
    readings = [
        venue.read(lines[venue.NAME], wallets, assets) for venue in venues if venue.NAME in lines
    ]
    return _together(lines, layouts, rows_read, readings, problems)


def balances(activities: Iterable[Activity], accounts: Collection[WalletId]) -> dict[AssetId, int]:
    """The signed changes of the accounts by asset in base units, fees included; without zeros."""
    totals: defaultdict[AssetId, int] = defaultdict(int)
    for activity in activities:
        for transfer in activity.transfers:
            if party_id(activity, transfer.recipient) in accounts:
                totals[transfer.asset] += transfer.quantity
            if party_id(activity, transfer.sender) in accounts:
                totals[transfer.asset] -= transfer.quantity
        if activity.fee and party_id(activity, activity.fee.payer) in accounts:
            totals[activity.fee.asset] -= activity.fee.quantity
    return {asset: totals[asset] for asset in sorted(totals) if totals[asset]}


def _best(header: tuple[str, ...], venues: Sequence[Venue]) -> tuple[Venue, Layout] | None:
    found = [(venue, layout) for venue in venues if (layout := venue.layout_of(header))]
    return max(found, key=lambda one: (one[1].score, one[0].NAME), default=None)


def _score(venues: Sequence[Venue], header: tuple[str, ...]) -> int:
    found = _best(header, venues)
    return found[1].score if found else 0


def _together(
    lines: Mapping[str, Sequence[StatementLine]],
    layouts: Collection[str],
    rows_read: int,
    readings: Sequence[Reading],
    problems: Sequence[Problem],
) -> FileReading:
    """The readings of several venues as one; lines that are refused are left out."""
    refused = frozenset().union(*(reading.refused for reading in readings))
    kept = {line.id: line for group in lines.values() for line in group if line.id not in refused}
    every = [*problems, *(problem for reading in readings for problem in reading.problems)]
    return FileReading(
        ",".join(sorted(lines)) or None,
        ",".join(sorted(layouts)) or None,
        rows_read,
        tuple(kept[key] for key in sorted(kept)),
        tuple(activity for reading in readings for activity in reading.activities),
        tuple(
            sorted(every, key=lambda one: (one.file or "", one.line or 0, one.code, one.message))
        ),
        tuple(wallet for reading in readings for wallet in reading.wallets),
        frozenset().union(*(reading.accounts for reading in readings)),
        tuple(asset for reading in readings for asset in reading.assets),
        tuple(question for reading in readings for question in reading.questions),
    )
