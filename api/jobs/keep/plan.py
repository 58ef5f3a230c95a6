"""How far the books are kept enters; the stretches of time to keep anew leave."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ledger
from api.wiring import readers
from ledger.books import History
from ledger.books.history import read_evidence
from ledger.close import ADJUST, adjusts
from ledger.model.activity import microseconds
from ledger.model.evidence import RawTransaction, StatementLine

if TYPE_CHECKING:
    from api.desk import Desk
    from ledger.store.store import Aggregates

DAY: Final = 86_400 * 10**6
#: A stretch is closed at the next midnight when it has so many pieces of evidence.
STRETCH: Final = 20_000
#: So many days at the end get a checkpoint each: that is where new evidence comes.
LAST_DAYS: Final = 2
BEGIN, END = -(2**62), 2**62


@dataclass(frozen=True, slots=True)
class Plan:
    """What to keep anew: `cuts` are the moments between stretches, begin and end among them.

    `state` is what stood at the first of them, None at the begin of all; `turn` as it was then;
    `size` how many pieces of evidence there are, `closed` the end of closed time.
    """

    cuts: tuple[int, ...]
    state: dict[str, Any] | None
    turn: int
    size: int
    closed: datetime | None = None


def cuts(desk: "Desk") -> Plan | None:
    """The plan to keep what is dirty; None where nothing is."""
    fund, keeping = desk.fund.name, desk.store.keeping
    far = keeping.how_far(fund)
    while far.unplaced:
        _place(desk, far.turn)
        far = keeping.how_far(fund)
    dirty = [] if far.dirty_from is None else [far.dirty_from]
    if not dirty and keeping.part(fund, PROGRAM) != program().encode():
        dirty = [BEGIN]
    if not dirty:
        return None
    closed = desk.store.periods.until(fund)
    if closed is not None and min(dirty) < microseconds(closed):
        dirty += _adjusted(desk, microseconds(closed))
    state = _state(desk, min(dirty))
    start = BEGIN if state is None else state[0]
    days = keeping.days(fund, start, DAY)
    between = set(_between(days, start))
    if closed is not None and microseconds(closed) > start:
        between.add(microseconds(closed))
    size = sum(count for _, count in days)
    known = None if state is None else state[1]
    return Plan((start, *sorted(between), END), known, far.turn, size, closed)


def is_kept(inside: "Aggregates", fund: str) -> bool:
    """Whether the books of a fund are up to date, by this program."""
    by_this = inside.keeping.part(fund, PROGRAM) == program().encode()
    return by_this and inside.keeping.how_far(fund).dirty_from is None


def _adjusted(desk: "Desk", closed: int) -> list[int]:
    """The days of closed time that adjusting entries speak of: the difference is taken anew.

    And the first time that differs: a keeping that ended early may have found it and adjusted
    nothing yet.
    """
    found = desk.store.journal.live_named(desk.fund.name, ADJUST)
    days = [microseconds(day) for entry in found if (day := adjusts(entry)) is not None]
    differs = desk.store.keeping.earliest_named(desk.fund.name, ENTRY, closed)
    return days if differs is None else [*days, differs]


#: How the keys of sides begin that are where closed time has an entry, and the evidence.
ENTRY: Final = "entry:"
#: The part that names the program which kept the books.
PROGRAM: Final = "program"


def _state(desk: "Desk", dirty: int) -> tuple[int, dict[str, Any]] | None:
    """The checkpoint to go on from, made by this program."""
    found = desk.store.keeping.state_before(desk.fund.name, dirty)
    if found is None:
        return None
    state: dict[str, Any] = json.loads(found[1])
    return (found[0], state) if state["program"] == program() else None


def _between(days: Sequence[tuple[int, int]], start: int) -> Iterator[int]:
    """Months' ends, midnights where much has gathered, and the last midnights."""
    gathered = 0
    last = {day for day, _ in days[-LAST_DAYS:]}
    month: tuple[int, int] | None = None
    for day, count in days:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=day)
        if day > max(start, 0) and gathered:
            if (at.year, at.month) != month:
                yield microseconds(datetime(at.year, at.month, 1, tzinfo=UTC))
                gathered = 0
            if gathered >= STRETCH or day in last:
                yield day
                gathered = 0
        month = (at.year, at.month)
        gathered += count


def _place(desk: "Desk", turn: int) -> None:
    """Read evidence of which nobody said when that took place of which it speaks.

    Where the books are other ones by the turn that it was read at, it is read again by the next.
    """
    fund = desk.fund.name
    found = desk.store.evidence.unplaced(fund)
    history = History(
        tuple(desk.wallets().values()),
        tuple(item for item in found if isinstance(item, RawTransaction)),
        tuple(item for item in found if isinstance(item, StatementLine)),
        desk.known_tokens(),
    )
    times = dict.fromkeys((item.id for item in found), 0)
    for activity in read_evidence(history, readers()).activities:
        times.update(dict.fromkeys(activity.evidence, activity.order[0]))
    desk.store.keeping.place(fund, turn, times)


@cache
def program() -> str:
    """A text that is another one as soon as the rules by which books are kept may be."""
    digest = hashlib.sha256()
    for room in (Path(ledger.__path__[0]), Path(__file__).parent):
        for path in sorted(room.rglob("*.py")):
            digest.update(path.relative_to(room).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
