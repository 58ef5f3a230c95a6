"""Events come in; disposals by day matching leave: the same day, a window of days, the pool.

United Kingdom. Individuals: TCGA 1992 s. 105 (same day), s. 106A (the 30 days after, earliest
first), s. 104 (pool). Companies: s. 105, s. 107(3) to (6) (the 10 days before, earliest first),
s. 104. All acquisitions of a day are one, and all its disposals; the rows of a joint disposal take
their matches in the order of the rows. HMRC CRYPTO22200 ff. and CRYPTO41000 ff.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from ledger.model.amount import portion, spread
from ledger.tax.history.events import Acquire, Become, Carry, Dispose, Event, Left, Rule
from ledger.tax.history.settings import Settings
from ledger.tax.matching.carrying import carried_pool
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
    """The section 104 holding."""

    __slots__ = ("cost", "quantity")

    def __init__(self) -> None:
        self.quantity = self.cost = 0

    def put(self, other: "_Bought | _Pool") -> None:
        """Take everything of another."""
        self.quantity += other.quantity
        self.cost += other.cost
        other.quantity = other.cost = 0

    def take(self, wanted: int) -> Served | None:
        """Up to so many units; None where there are none."""
        units = min(wanted, self.quantity)
        if not units:
            return None
        cost = portion(self.cost, units, self.quantity)
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
    days, becomes, carries = _by_day(events, calendar)
    for of_asset in days.values():
        for one in of_asset.values():
            if one.bought is not None:
                one.serve(one.bought.take(one.wanted, "same_day"))
    if taxpayer == "individual":
        _match_after(_lines(days, becomes))
    ledger = Ledger(settings, calendar)
    pools: defaultdict[str, _Pool] = defaultdict(_Pool)
    recent: defaultdict[str, deque[_Bought]] = defaultdict(deque)
    for step in _in_time(days, becomes, carries, calendar):
        if isinstance(step, Become | Carry):
            _change(step, pools, recent, ledger)
            continue
        day, asset = step
        one = days[asset][day]
        if taxpayer == "company":
            _match_before(one, day, recent[asset], pools[asset])
        elif one.bought is not None:
            pools[asset].put(one.bought)
        one.serve(pools[asset].take(one.wanted))
        for sale, served, missing in _shared(one):
            ledger.record(sale, served, missing)
    ledger.disposed.sort(key=lambda one: (one.event.time, one.event.row))
    return ledger.outcome(_left(pools, recent))


def _left(pools: defaultdict[str, _Pool], recent: defaultdict[str, deque[_Bought]]) -> list[Left]:
    """What the pools hold at the end, with what a company still kept apart."""
    for asset, waiting in recent.items():
        for bought in waiting:
            pools[asset].put(bought)
    return [
        Left(None, asset, None, None, pool.quantity, pool.cost)
        for asset, pool in sorted(pools.items())
        if pool.quantity or pool.cost
    ]


_Days = dict[str, dict[date, _Day]]


def _by_day(events: Sequence[Event], calendar: Calendar) -> tuple[_Days, list[Become], list[Carry]]:
    days: _Days = {}
    becomes, carries = [], []
    for event in events:
        if isinstance(event, Become):
            becomes.append(event)
        elif isinstance(event, Carry):
            carries.append(event)
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
    return days, becomes, carries


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


_Step = tuple[date, str] | Become | Carry


def _in_time(
    days: _Days, becomes: Sequence[Become], carries: Sequence[Carry], calendar: Calendar
) -> Iterator[_Step]:
    """Days of each asset in order; a change of form between what stands before and after it.

    What came by a change that day is there for the disposals of the day, which are one.
    """
    came = {
        (side.asset, calendar.day(carry.time)): carry.time
        for carry in carries
        for side in carry.got
    }
    steps: list[tuple[tuple[object, ...], _Step]] = []
    for asset, of_asset in days.items():
        for day, one in of_asset.items():
            times = [sale.time for sale in one.sales]
            times += [one.bought.time] if one.bought is not None else []
            first = min(times)
            steps.append(((max(first, came.get((asset, day), first)), 2, asset), (day, asset)))
    steps += [((become.time, 3, become.row), become) for become in becomes]
    steps += [((carry.time, 1, carry.row), carry) for carry in carries]
    steps.sort(key=lambda step: step[0])
    for _, step in steps:
        yield step


def _change(
    step: Become | Carry,
    pools: defaultdict[str, _Pool],
    recent: defaultdict[str, deque[_Bought]],
    ledger: Ledger,
) -> None:
    """Let an asset, or units of some, become another."""
    if isinstance(step, Become):
        _become(step, pools, recent)
    else:
        _carry(step, pools, recent, ledger)


def _become(
    event: Become, pools: defaultdict[str, _Pool], recent: defaultdict[str, deque[_Bought]]
) -> None:
    pools[event.into].put(pools.pop(event.asset, _Pool()))
    moved = [*recent.pop(event.asset, ()), *recent[event.into]]
    recent[event.into] = deque(sorted(moved, key=lambda bought: bought.day))


def _carry(
    event: Carry,
    pools: defaultdict[str, _Pool],
    recent: defaultdict[str, deque[_Bought]],
    ledger: Ledger,
) -> None:
    """Units go on at the average cost of their pool; what a company kept apart joins it before."""
    departures, cost = [], 0
    for side in event.gave:
        for bought in recent.pop(side.asset, ()):
            pools[side.asset].put(bought)
        taken = pools[side.asset].take(side.quantity)
        units = 0 if taken is None else taken.quantity
        if units < side.quantity:
            text = f"{side.asset} changed its form, and fewer units were held"
            ledger.missing(event.row, text)
        cost += 0 if taken is None else taken.cost
        departures.append((side, units))
    came = carried_pool(event, departures)
    parts = spread(cost, tuple(side.weight for side in event.got))
    for side, units, part in zip(event.got, came, parts, strict=True):
        pools[side.asset].quantity += units
        pools[side.asset].cost += part


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
