"""Events come in; disposals by day matching leave: the same day, a window of days, the pool.

United Kingdom. Individuals: TCGA 1992 s. 105 (same day), s. 106A (the 30 days after, earliest
first), s. 104 (pool). Companies: s. 105, s. 107(3) to (6) (the 10 days before, earliest first),
s. 104. All acquisitions of a day are one, and all its disposals; the rows of a joint disposal take
their matches in the order of the rows, where the sum of the day is the same in any, or by units
where some are at no gain and others not. HMRC CRYPTO22200 ff. and CRYPTO41000 ff. An asset that
became another is one with it from the day of the change on (s. 127); what the day itself does not
match comes from the pool that an asset has at that time.
"""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final, Literal

from ledger.model.whole import portion, spread, taken_in_turn
from ledger.tax.history.events import Acquire, Become, Carry, Dispose, Event, Left
from ledger.tax.history.forms import Forms
from ledger.tax.history.settings import Settings
from ledger.tax.matching.carrying import carried_pool
from ledger.tax.matching.indexation import allow
from ledger.tax.matching.pieces import Ledger, Outcome, Part
from ledger.tax.matching.pool import Bought, Pool
from ledger.tax.terms import Calendar

Taxpayer = Literal["individual", "company"]

AFTER: Final = timedelta(days=30)
BEFORE: Final = timedelta(days=10)
_DAY: Final = timedelta(days=1)


class _Day:
    """One asset on one day."""

    __slots__ = ("bought", "sales", "served", "wanted")

    def __init__(self) -> None:
        self.bought: Bought | None = None
        self.sales: list[Dispose] = []
        self.served: list[Part] = []
        self.wanted = 0

    def serve(self, one: Part | None) -> None:
        """Count a match toward the joint disposal."""
        if one is not None:
            self.served.append(one)
            self.wanted -= one[1]


#: asset → day → what was traded of it; an asset is what it is at the end of the day.
_Days = dict[str, dict[date, _Day]]


def match_days(
    events: Sequence[Event], settings: Settings, calendar: Calendar, taxpayer: Taxpayer
) -> Outcome:
    """Disposals and pools of events in the order of the books."""
    forms = Forms(events, calendar)
    days = _by_day(events, calendar, forms)
    for of_asset in days.values():
        for one in of_asset.values():
            if one.bought is not None and one.wanted:
                one.serve(one.bought.take(one.wanted, "same_day"))
    if taxpayer == "individual":
        _match_after(days, forms)
    book = _Pools(Ledger(settings, calendar), forms, indexed=settings.indexed)
    by_day: defaultdict[date, list[tuple[str, _Day]]] = defaultdict(list)
    for asset in sorted(days):
        for day, one in days[asset].items():
            by_day[day].append((asset, one))
    changing = _steps(events, calendar, forms)
    carrying = _carries(events, calendar)
    for day in sorted({*by_day, *changing, *carrying}):
        if taxpayer == "company":
            book.match_before(day, by_day[day])
        if day in changing:
            book.close_changing(day, by_day[day], changing[day])
        else:
            book.close(day, by_day[day], carrying.get(day, ()))
    book.ledger.sort(events)
    return book.ledger.outcome(book.left())


def _by_day(events: Sequence[Event], calendar: Calendar, forms: Forms) -> _Days:
    days: _Days = {}
    day_of, asset_of = calendar.day, forms.at_end
    for number, event in enumerate(events):
        if not isinstance(event, Acquire | Dispose):
            continue
        day, asset = day_of(event.time), asset_of(number, event.asset)
        of_asset = days.get(asset)
        if of_asset is None:
            of_asset = days[asset] = {}
        one = of_asset.get(day)
        if one is None:
            one = of_asset[day] = _Day()
        if isinstance(event, Acquire):
            bought = one.bought
            if bought is None:
                bought = one.bought = Bought(event, day)
            bought.quantity += event.quantity
            bought.cost += event.cost
        else:
            one.sales.append(event)
            one.wanted += event.quantity
    return days


def _match_after(days: _Days, forms: Forms) -> None:
    """The 30 days after a disposal, earliest first; disposals in the order of their days."""
    waiting = []
    #: days with something left of their purchases, which are taken out when nothing is
    open_days: dict[str, list[date]] = {}
    bought: dict[str, dict[date, Bought]] = {}
    for asset, of_asset in days.items():
        bought[asset] = {
            day: one.bought for day, one in of_asset.items() if one.bought and one.bought.quantity
        }
        open_days[asset] = sorted(bought[asset])
        waiting += [(day, asset) for day, one in of_asset.items() if one.wanted]
    for day, asset in sorted(waiting):
        one = days[asset][day]
        for form, begin, end in forms.spans(asset, day, day + AFTER):
            left = open_days.get(form, [])
            number = bisect_left(left, begin)
            while one.wanted and number < len(left) and left[number] <= end:
                found = bought[form][left[number]]
                one.serve(found.take(one.wanted, "thirty_day"))
                if not found.quantity:
                    del left[number]


class _Pools:
    """The holdings of each asset, day by day."""

    def __init__(self, ledger: Ledger, forms: Forms, *, indexed: bool) -> None:
        self.ledger = ledger
        self._forms = forms
        self._pools: defaultdict[str, Pool] = defaultdict(partial(Pool, indexed=indexed))
        #: purchases of the last ten days, which a company keeps apart
        self._recent: defaultdict[str, deque[Bought]] = defaultdict(deque)

    def match_before(self, day: date, traded: Sequence[tuple[str, _Day]]) -> None:
        """The 10 days before a disposal, earliest first; what is older is in the pool."""
        changes = self._forms.changes.get(day, ())
        for change in changes:
            self._age(change.asset, day)
        for change in changes:
            moved = [*self._recent.pop(change.asset, ()), *self._recent[change.into]]
            self._recent[change.into] = deque(sorted(moved, key=lambda bought: bought.day))
        for asset, one in traded:
            self._age(asset, day)
            recent = self._recent[asset]
            for bought in recent:
                one.serve(bought.take(one.wanted, "ten_day"))
            if one.bought is not None:
                recent.append(one.bought)
                one.bought = None

    def _age(self, asset: str, day: date) -> None:
        """Let what was bought more than ten days before a day join the pool of its form."""
        recent = self._recent[asset]
        while recent and recent[0].day < day - BEFORE:
            self._pools[asset].put(recent.popleft())

    def close(
        self, day: date, traded: Sequence[tuple[str, _Day]], carries: Sequence[Carry]
    ) -> None:
        """Give each disposal of a day what it takes; what was bought beyond it joins the pool."""
        if not carries:
            for asset, one in traded:
                self._close(day, asset, one)
            return
        of_asset = dict(traded)
        for step in _in_order(traded, carries):
            if isinstance(step, Carry):
                self._carry(day, step)
            elif isinstance(step, str):
                self._join(step, of_asset[step])
            else:
                self._close(day, *step)

    def _close(self, day: date, asset: str, one: _Day) -> None:
        pool = self._pools[asset]
        self._join(asset, one)
        if not one.sales:
            return
        pooled = pool.take(one.wanted, day)
        one.serve(pooled)
        first = len(self.ledger.disposed)
        for sale, served, missing in _shared(one):
            self.ledger.record(sale, served, missing)
        if pooled is not None and pool.risen:
            recorded = range(first, len(self.ledger.disposed))
            allow(self.ledger, recorded, pool.risen, pooled[1])

    def _join(self, asset: str, one: _Day) -> None:
        if one.bought is not None:
            self._pools[asset].put(one.bought)
            one.bought = None

    def _carry(self, day: date, event: Carry) -> None:
        """Units go on at the average cost of their pool; what a company kept apart joins it."""
        departures, cost, risen = [], 0, 0
        for side in event.gave:
            pool = self._pools[side.asset]
            for bought in self._recent.pop(side.asset, ()):
                pool.put(bought)
            taken = pool.take(side.quantity, day)
            units = 0
            if taken is not None:
                _, units, part = taken
                cost += part
                risen += pool.risen
            if units < side.quantity:
                lacking = side.quantity - units
                self.ledger.fewer(event.row, side.asset, lacking, "changed its form")
            departures.append((side, units))
        weights = tuple(side.weight for side in event.got)
        shares = zip(spread(cost, weights), spread(risen, weights), strict=True)
        came = carried_pool(event, departures)
        for side, units, (part, rise) in zip(event.got, came, shares, strict=True):
            self._pools[side.asset].add(units, part, rise, day)

    def close_changing(
        self,
        day: date,
        traded: Sequence[tuple[str, _Day]],
        steps: Sequence[tuple[str, Dispose | Become]],
    ) -> None:
        """The same for a day on which assets became others: each has the pool of its own time."""
        shares = {asset: _shared(one) for asset, one in traded}
        recorded: defaultdict[str, list[int]] = defaultdict(list)
        risen: Counter[str] = Counter()
        units: Counter[str] = Counter()
        for asset, step in steps:
            if isinstance(step, Become):
                self._pools[step.into].put(self._pools[step.asset])
                del self._pools[step.asset]
                continue
            sale, served, missing = next(shares[asset])
            pool = self._pools[sale.asset]
            pooled = pool.take(missing, day)
            if pooled is not None:
                served.append(pooled)
                missing -= pooled[1]
                risen[asset] += pool.risen
                units[asset] += pooled[1]
            if self.ledger.record(sale, served, missing) is not None:
                recorded[asset].append(len(self.ledger.disposed) - 1)
        for asset, allowance in risen.items():
            allow(self.ledger, recorded[asset], allowance, units[asset])
        for asset, one in traded:
            if one.bought is not None:
                self._pools[asset].put(one.bought)

    def left(self) -> list[Left]:
        """What the pools hold, with what a company still kept apart."""
        for asset, waiting in self._recent.items():
            for bought in waiting:
                self._pools[asset].put(bought)
        return [
            Left(None, asset, None, None, pool.quantity, pool.cost)
            for asset, pool in sorted(self._pools.items())
            if pool.quantity or pool.cost
        ]


def _steps(
    events: Sequence[Event], calendar: Calendar, forms: Forms
) -> dict[date, list[tuple[str, Dispose | Become]]]:
    """Disposals and changes of the days on which assets became others, in their order."""
    steps: dict[date, list[tuple[str, Dispose | Become]]] = {day: [] for day in forms.changes}
    for number, event in enumerate(events) if steps else ():
        if isinstance(event, Dispose | Become):
            of_day = steps.get(calendar.day(event.time))
            if of_day is not None:
                of_day.append((forms.at_end(number, event.asset), event))
    return steps


def _carries(events: Sequence[Event], calendar: Calendar) -> dict[date, list[Carry]]:
    """Changes of form of some units of an asset, by day."""
    found: defaultdict[date, list[Carry]] = defaultdict(list)
    for event in events:
        if isinstance(event, Carry):
            found[calendar.day(event.time)].append(event)
    return found


def _in_order(
    traded: Sequence[tuple[str, _Day]], carries: Sequence[Carry]
) -> Iterator[tuple[str, _Day] | Carry | str]:
    """What was bought of an asset, its disposals, and the changes of form, where each came first.

    What was bought before a change is there to change its form; what came by one is there for the
    disposals of the day, which are one.
    """
    came = {side.asset: carry.time for carry in carries for side in carry.got}
    steps: list[tuple[tuple[object, ...], tuple[str, _Day] | Carry | str]] = []
    for asset, one in traded:
        if one.bought is not None:
            steps.append(((one.bought.time, 0, asset), asset))
        if one.sales:
            first = min(sale.time for sale in one.sales)
            steps.append(((max(first, came.get(asset, first)), 2, asset), (asset, one)))
    # two of one block have one time, and the order of the books
    steps += [((carry.time, 1, number), carry) for number, carry in enumerate(carries)]
    steps.sort(key=lambda step: step[0])
    for _, step in steps:
        yield step


def _shared(one: _Day) -> Iterator[tuple[Dispose, list[Part], int]]:
    """The matches of a joint disposal over its rows, in their order; what is missing comes last."""
    sales, parts = one.sales, one.served
    if len(sales) == 1:
        yield sales[0], parts, one.wanted
        return
    at_cost = sales[0].at_cost
    if any(sale.at_cost != at_cost for sale in sales):
        yield from _in_proportion(one)
        return
    number, count = 0, len(parts)
    for sale in sales:
        wanted, served = sale.quantity, []
        while wanted and number < count:
            part = parts[number]
            if part[1] <= wanted:
                number += 1
            else:
                source, quantity, cost = part
                taken = portion(cost, wanted, quantity)
                parts[number] = source, quantity - wanted, cost - taken
                part = source, wanted, taken
            served.append(part)
            wanted -= part[1]
        yield sale, served, wanted


def _in_proportion(one: _Day) -> Iterator[tuple[Dispose, list[Part], int]]:
    """The same by units: a disposal at no gain and one with a gain are a single transaction.

    What a row of them cost is then its part of what the whole did, whatever the order of the rows
    (TCGA 1992 s. 105(1)(a), 52(4)).
    """
    parts, missing = list(one.served), one.wanted
    for sale in one.sales:
        left = [*(units for _, units, _ in parts), missing]
        *shares, lacking = taken_in_turn(sale.quantity, left)
        served: list[Part] = []
        for number, units in enumerate(shares):
            if units:
                source, quantity, cost = parts[number]
                taken = portion(cost, units, quantity)
                parts[number] = source, quantity - units, cost - taken
                served.append((source, units, taken))
        missing -= lacking
        yield sale, served, lacking
