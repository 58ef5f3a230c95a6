"""Events come in; disposals at the average of their year leave (Japan, total average).

Income Tax Act Enforcement Order art. 119-2, NTA Q&A on crypto-assets: what was held at the start of
the year and all that was acquired in it have one unit cost, which every disposal of the year bears.
"""

from collections import defaultdict
from collections.abc import Sequence

from ledger.model.whole import portion, spread
from ledger.tax.history.events import Acquire, Become, Carry, Dispose, Event, Left
from ledger.tax.history.settings import Settings
from ledger.tax.matching.carrying import carried_pool
from ledger.tax.matching.pieces import AVERAGE, Ledger, Outcome, Part
from ledger.tax.terms import Calendar


class _Year:
    """An asset in one year: units and cost that came, units that are held and left to give."""

    __slots__ = ("cost", "held", "quantity", "sales")

    def __init__(self) -> None:
        self.quantity = self.cost = self.held = 0
        self.sales: list[tuple[Dispose, int]] = []


def match_years(events: Sequence[Event], settings: Settings, calendar: Calendar) -> Outcome:
    """Disposals and what is left of events in the order of the books."""
    ledger = Ledger(settings, calendar)
    years: defaultdict[str, _Year] = defaultdict(_Year)
    current = None
    for event in events:
        year = calendar.year(event.time)
        if year != current:
            _close(years, ledger)
            current = year
        if isinstance(event, Carry):
            _carry(event, years, ledger)
            continue
        one = years[event.asset]
        if isinstance(event, Acquire):
            one.quantity += event.quantity
            one.cost += event.cost
            one.held += event.quantity
        elif isinstance(event, Dispose):
            served = min(event.quantity, one.held)
            one.held -= served
            one.sales.append((event, served))
        elif isinstance(event, Become):
            # what was given before the change is given at the average up to it
            _close({event.asset: one}, ledger)
            into = years[event.into]
            into.quantity += one.quantity
            into.cost += one.cost
            into.held += one.held
            del years[event.asset]
    _close(years, ledger)
    ledger.sort(events)
    left = [
        Left(None, asset, None, None, one.quantity, one.cost)
        for asset, one in sorted(years.items())
        if one.quantity or one.cost
    ]
    return ledger.outcome(left)


def _carry(event: Carry, years: defaultdict[str, _Year], ledger: Ledger) -> None:
    """Cost of what changed its form goes on at the average of the year up to then."""
    departures, cost = [], 0
    for side in event.gave:
        one = years[side.asset]
        _close({side.asset: one}, ledger)
        units = min(side.quantity, one.held)
        if units < side.quantity:
            ledger.fewer(event.row, side.asset, side.quantity - units, "changed its form")
        part = portion(one.cost, units, one.quantity) if units else 0
        one.held -= units
        one.quantity -= units
        one.cost -= part
        cost += part
        departures.append((side, units))
    came = carried_pool(event, departures)
    parts = spread(cost, tuple(side.weight for side in event.got))
    for side, units, part in zip(event.got, came, parts, strict=True):
        into = years[side.asset]
        into.quantity += units
        into.held += units
        into.cost += part


def _close(years: dict[str, _Year], ledger: Ledger) -> None:
    """Give every disposal of the year its cost; what is left begins the next."""
    for one in years.values():
        for sale, units in one.sales:
            cost = portion(one.cost, units, one.quantity) if units else 0
            one.quantity -= units
            one.cost -= cost
            served: list[Part] = [(AVERAGE, units, cost)] if units else []
            ledger.record(sale, served, sale.quantity - units)
        one.sales = []
        assert one.quantity == one.held, "what is left is what is held"
