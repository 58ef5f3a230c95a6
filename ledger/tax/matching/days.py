"""Events come in; disposals by day matching leave: the same day, a window of days, the pool.

United Kingdom. Individuals: TCGA 1992 s. 105 (same day), s. 106A (the 30 days after, earliest
first), s. 104 (pool). Companies: s. 105, s. 107(3) to (6) (the 10 days before, earliest first),
s. 104. All acquisitions of a day are one, and all its disposals; the rows of a joint disposal take
their matches in the order of the rows. HMRC CRYPTO22200 ff. and CRYPTO41000 ff.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final, Literal

from ledger.model.amount import portion
from ledger.tax.history.events import Acquire, Become, Dispose, Event, Left, Rule
from ledger.tax.history.settings import Settings
from ledger.tax.matching.indexation import Indexed, allow
from ledger.tax.matching.pieces import Ledger, Outcome, Served
from ledger.tax.terms import Calendar

Taxpayer = Literal["individual", "company"]

AFTER: Final = timedelta(days=30)
BEFORE: Final = timedelta(days=10)
_DAY: Final = timedelta(days=1)


class _Bought:
    """The acquisitions of a day as one; what matches take, they take at its average cost."""

    __slots__ = ("cost", "day", "quantity", "row", "time")

    def __init__(self, event: Acquire, day: date) -> None:
        self.row, self.time, self.day = event.row, event.time, day
        self.quantity = self.cost = 0

    def take(self, wanted: int, rule: Rule) -> Served | None:
        """Up to so many units; None where there are none."""
        units = min(wanted, self.quantity)
        if not units:
            return None
        cost = portion(self.cost, units, self.quantity)
        self.quantity -= units
        self.cost -= cost
        return Served(self.row, rule, self.time, units, cost)


class _Pool:
    """The section 104 holding; `risen` is what the last disposal takes of a rise of prices."""

    __slots__ = ("cost", "indexed", "quantity", "risen")

    def __init__(self, *, indexed: bool) -> None:
        self.quantity = self.cost = self.risen = 0
        self.indexed = Indexed() if indexed else None

    def put(self, other: "_Bought | _Pool") -> None:
        """Take everything of another."""
        if self.indexed is not None:
            if isinstance(other, _Pool):
                assert other.indexed is not None, "all pools are indexed or none is"
                self.indexed.join(other.indexed)
            elif other.quantity or other.cost:
                self.indexed.put(other.cost, other.day)
        self.quantity += other.quantity
        self.cost += other.cost
        other.quantity = other.cost = 0

    def take(self, wanted: int, day: date) -> Served | None:
        """Up to so many units on a day; None where there are none."""
        units = min(wanted, self.quantity)
        self.risen = 0
        if not units:
            return None
        cost = portion(self.cost, units, self.quantity)
        if self.indexed is not None:
            self.risen = self.indexed.take(day, units, self.quantity, cost)
        self.quantity -= units
        self.cost -= cost
        return Served(None, "s104", None, units, cost)


class _Day:
    """One asset on one day."""

    __slots__ = ("bought", "sales", "served", "wanted")

    def __init__(self) -> None:
        self.bought: _Bought | None = None
        self.sales: list[Dispose] = []
        self.served: list[Served] = []
        self.wanted = 0

    def serve(self, one: Served | None) -> None:
        """Count a match toward the joint disposal."""
        if one is not None:
            self.served.append(one)
            self.wanted -= one.quantity


def match_days(
    events: Sequence[Event], settings: Settings, calendar: Calendar, taxpayer: Taxpayer
) -> Outcome:
    """Disposals and pools of events in the order of the books."""
    days, becomes = _by_day(events, calendar)
    for of_asset in days.values():
        for one in of_asset.values():
            if one.bought is not None:
                one.serve(one.bought.take(one.wanted, "same_day"))
    if taxpayer == "individual":
        _match_after(_lines(days, becomes))
    ledger = Ledger(settings, calendar)
    pools: defaultdict[str, _Pool] = defaultdict(partial(_Pool, indexed=settings.indexed))
    recent: defaultdict[str, deque[_Bought]] = defaultdict(deque)
    for step in _in_time(days, becomes):
        if isinstance(step, Become):
            _become(step, pools, recent)
            continue
        day, asset = step
        one = days[asset][day]
        if taxpayer == "company":
            _match_before(one, day, recent[asset], pools[asset])
        elif one.bought is not None:
            pools[asset].put(one.bought)
        one.serve(pools[asset].take(one.wanted, day))
        _record(one, pools[asset], ledger)
    for asset, waiting in recent.items():
        for bought in waiting:
            pools[asset].put(bought)
    left = [
        Left(None, asset, None, None, pool.quantity, pool.cost)
        for asset, pool in sorted(pools.items())
        if pool.quantity or pool.cost
    ]
    ledger.disposed.sort(key=lambda one: (one.event.time, one.event.row))
    return ledger.outcome(left)


_Days = dict[str, dict[date, _Day]]


def _by_day(events: Sequence[Event], calendar: Calendar) -> tuple[_Days, list[Become]]:
    days: _Days = {}
    becomes = []
    for event in events:
        if isinstance(event, Become):
            becomes.append(event)
        elif isinstance(event, Acquire | Dispose):
            of_asset = days.setdefault(event.asset, {})
            day = calendar.day(event.time)
            one = of_asset.get(day)
            if one is None:
                one = of_asset[day] = _Day()
            if isinstance(event, Acquire):
                bought = one.bought = one.bought or _Bought(event, day)
                bought.quantity += event.quantity
                bought.cost += event.cost
            else:
                one.sales.append(event)
                one.wanted += event.quantity
    return days, becomes


def _lines(days: _Days, becomes: Sequence[Become]) -> Iterator[dict[date, list[_Day]]]:
    """The days of all forms of one asset, which a reorganisation leaves the same (s. 127)."""
    last = {asset: asset for asset in days}
    for become in reversed(becomes):
        last[become.asset] = last.get(become.into, become.into)
    lines: defaultdict[str, dict[date, list[_Day]]] = defaultdict(dict)
    for asset, of_asset in days.items():
        for day, one in of_asset.items():
            lines[last[asset]].setdefault(day, []).append(one)
    yield from lines.values()


def _match_after(line: Iterator[dict[date, list[_Day]]]) -> None:
    """The 30 days after a disposal, earliest first; disposals in the order of their days."""
    for of_line in line:
        for day in sorted(of_line):
            for one in of_line[day]:
                after = day + _DAY
                while one.wanted and after <= day + AFTER:
                    for other in of_line.get(after, ()):
                        if other.bought is not None:
                            one.serve(other.bought.take(one.wanted, "thirty_day"))
                    after += _DAY


def _match_before(one: _Day, day: date, recent: deque[_Bought], pool: _Pool) -> None:
    """The 10 days before a disposal, earliest first; what is older is in the pool."""
    while recent and recent[0].day < day - BEFORE:
        pool.put(recent.popleft())
    for bought in recent:
        one.serve(bought.take(one.wanted, "ten_day"))
    if one.bought is not None:
        recent.append(one.bought)


def _in_time(days: _Days, becomes: Sequence[Become]) -> Iterator[tuple[date, str] | Become]:
    """Days of each asset in order; a change of form between what stands before and after it."""
    steps: list[tuple[tuple[object, ...], tuple[date, str] | Become]] = []
    for asset, of_asset in days.items():
        for day, one in of_asset.items():
            times = [sale.time for sale in one.sales]
            times += [one.bought.time] if one.bought is not None else []
            steps.append(((min(times), 0, asset), (day, asset)))
    steps += [((become.time, 1, become.row), become) for become in becomes]
    steps.sort(key=lambda step: step[0])
    for _, step in steps:
        yield step


def _become(
    event: Become, pools: defaultdict[str, _Pool], recent: defaultdict[str, deque[_Bought]]
) -> None:
    pools[event.into].put(pools[event.asset])
    del pools[event.asset]
    moved = [*recent.pop(event.asset, ()), *recent[event.into]]
    recent[event.into] = deque(sorted(moved, key=lambda bought: bought.day))


def _record(one: _Day, pool: _Pool, ledger: Ledger) -> None:
    """The rows of a joint disposal, and what a rise of prices takes off what they gain."""
    first = len(ledger.disposed)
    for sale, served, missing in _shared(one):
        ledger.record(sale, served, missing)
    if pool.risen:
        allow(ledger, range(first, len(ledger.disposed)), pool.risen)


def _shared(one: _Day) -> Iterator[tuple[Dispose, list[Served], int]]:
    """The matches of a joint disposal over its rows, in their order; what is missing comes last."""
    waiting = deque(one.served)
    for sale in one.sales:
        wanted, served = sale.quantity, []
        while wanted and waiting:
            first = waiting.popleft()
            if first.quantity > wanted:
                lot, rule, acquired, quantity, cost = first
                part = portion(cost, wanted, quantity)
                waiting.appendleft(Served(lot, rule, acquired, quantity - wanted, cost - part))
                first = Served(lot, rule, acquired, wanted, part)
            served.append(first)
            wanted -= first.quantity
        yield sale, served, wanted
