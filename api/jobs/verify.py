"""A fund's desk → its stored journal found to be what was sealed and what the evidence gives."""

import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from api.jobs.keep.parts import parts_of
from api.jobs.keep.plan import PROGRAM, program
from api.jobs.keep.saving import TRUST
from ledger.books import Books
from ledger.books.standing import Standing
from ledger.model.activity import iso, time_at
from ledger.model.entry import Entry, in_order
from ledger.model.errors import BadInput, SourceUnavailable, VerificationFailed
from ledger.model.evidence import canonical_json
from ledger.model.position import NavPoint

if TYPE_CHECKING:
    from api.desk import Desk
    from ledger.store import HowFar


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found to hold: seals up to a head, closed months, where asked the digest rebuilt.

    `filings` are filed years, allocations, orders and plans of lots, in chains of their own.
    `waits` says why the books are not those of the evidence yet: they wait to be kept.
    """

    fund: str
    entries: int
    batches: int
    head: str
    periods: int = 0
    filings: int = 0
    rebuilt: str | None = None
    waits: str | None = None


#: How often books are compared that others keep meanwhile.
ATTEMPTS: Final = 3


def verified(desk: "Desk", noted: str | None, *, rebuild: bool) -> Verified:
    """Verify the seals and the closed months; with `noted`, a link printed before, that it holds.

    `rebuild` keeps the books again from the evidence, in memory, and compares with them the entries
    in force and all that was put down while they were kept: balances, lots, values, checkpoints.
    Books that wait to be kept may be other ones than the evidence gives, and no worse for it: that
    is said in place of a difference, and nothing but the entries is compared. Raises
    VerificationFailed with the first difference, BadInput where `noted` is no link.
    """
    if noted is not None and not re.fullmatch("[0-9a-f]{64}", noted):
        raise BadInput(f"{noted!r} is no link: a link has 64 hexadecimal digits")
    fund = desk.fund.name
    head = desk.store.seals.verify(fund, noted)
    periods = desk.store.periods.verify(fund)
    filings = len(desk.store.filings.statements(fund)) + len(desk.store.filings.plans(fund))
    digest, waits = _rebuilt(desk) if rebuild else (None, None)
    return Verified(fund, head.entries, head.batches, head.link, periods, filings, digest, waits)


def _rebuilt(desk: "Desk") -> tuple[str | None, str | None]:
    """The digest of the books rebuilt where the journal has them, and why they wait to be kept."""
    fund, keeping = desk.fund.name, desk.store.keeping
    for line in desk.store.evidence.statements(fund):
        if line.content != line.id:
            raise VerificationFailed(f"evidence {line.id} is not the row that was kept")
    for altered in desk.store.answers.altered(fund):
        raise VerificationFailed(f"evidence {altered} is not the answer that was kept")
    for _ in range(ATTEMPTS):
        far = keeping.how_far(fund)
        waits = _waits(desk, far)
        try:
            return _compared(desk, whole=waits is None), waits
        except VerificationFailed:
            # what others write while it is compared is no difference
            if keeping.how_far(fund).turn != far.turn:
                continue
            if waits is None:
                raise
            return None, waits
    raise SourceUnavailable("the books change faster than they can be compared")


def _waits(desk: "Desk", far: "HowFar") -> str | None:
    """Why the books wait to be kept; None where they do not."""
    if far.unplaced:
        return "there is evidence that nobody has read yet"
    if far.dirty_from is not None:
        since = "their begin" if far.dirty_from <= 0 else iso(time_at(far.dirty_from))
        return f"what they follow from has changed from {since} on"
    kept_by = desk.store.keeping.part(desk.fund.name, PROGRAM)
    if kept_by is None and desk.store.seals.head(desk.fund.name).entries:
        return "nothing is there of what was put down when they were kept"
    if kept_by not in {None, program().encode()}:
        return "they were kept by another version of this program"
    return None


def _compared(desk: "Desk", *, whole: bool) -> str:
    """The digest of the books rebuilt; `whole` compares more than the entries."""
    from ledger.store import books_digest

    books = desk.remade()
    rebuilt = in_order(books.entries)
    kept = desk.store.journal.live_entries(desk.fund.name)
    if books_digest(kept) != books_digest(rebuilt):
        raise VerificationFailed(_first_difference(kept, rebuilt))
    if whole:
        _compare_standing(desk, books)
    return books_digest(rebuilt)


def _compare_standing(desk: "Desk", books: Books) -> None:
    """Fold the entries once more, and compare what stands at each checkpoint, and now."""
    fund, keeping = desk.fund.name, desk.store.keeping
    standing = Standing(desk.policy(), desk.fund.valuation_time)
    waiting = deque(books.entries)
    for moment in keeping.moments(fund):
        standing.fold(_until(waiting, moment), books.prices)
        standing.close(time_at(moment))
        found = keeping.state_before(fund, moment)
        assert found is not None, "the moments are those of checkpoints"
        if json.loads(found[1])["standing"] != json.loads(canonical_json(standing.state())):
            raise VerificationFailed(f"the checkpoint of {iso(time_at(moment))} is another one")
    standing.fold(waiting, books.prices)
    standing.finish()
    made, stored = parts_of(standing, desk.fund), keeping.parts(fund, "")
    for name in sorted({*made, *stored.keys() - {PROGRAM, TRUST}}):
        if stored.get(name) != made.get(name):
            raise VerificationFailed(f"what is kept of {name} does not follow from the journal")
    for kept, point in zip_longest(keeping.nav(fund), standing.points):
        if kept != point:
            raise VerificationFailed(f"the net asset value of {_day(kept or point)} is another one")


def _until(waiting: deque[Entry], moment: int) -> Iterator[Entry]:
    """The entries before a moment, taken off the front."""
    while waiting and waiting[0].order[0] < moment:
        yield waiting.popleft()


def _day(point: NavPoint | None) -> str:
    return "a day" if point is None else iso(point.time)


def _first_difference(kept: Sequence[Entry], rebuilt: Sequence[Entry]) -> str:
    before, after = ({entry.id: entry for entry in each} for each in (kept, rebuilt))
    for entry in in_order({**before, **after}.values()):
        in_books, found = before.get(entry.id), after.get(entry.id)
        if in_books is None:
            return f"entry {entry.id} follows from the evidence and is not in force in the journal"
        if found is None:
            return f"entry {entry.id} is in force in the journal and follows from no evidence"
        if in_books.hash != found.hash:
            return f"entry {entry.id}: the evidence gives another {_changed(in_books, found)}"
    return "entries in force stand in another order than those that the evidence gives"


def _changed(one: Entry, other: Entry) -> str:
    names = [
        name for name in Entry.__dataclass_fields__ if getattr(one, name) != getattr(other, name)
    ]
    return ", ".join(names)
