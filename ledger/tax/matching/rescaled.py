"""Events come in; changes of units leave that a method which looks ahead matches across.

Books know a change of an asset into more or less of itself wallet by wallet, as a change of form of
what is held there. Units of before and after are then no equals, and what the method does with them
unit by unit is not told as if it were right.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from ledger.tax.history import reasons
from ledger.tax.history.events import Acquire, Carry, Dispose, Event, Fault
from ledger.tax.history.settings import Settings
from ledger.tax.terms import Calendar

#: The longest that a method matches before or after a day, but for those that average a year.
_WINDOW: Final = timedelta(days=30)


class _Days:
    """The days on which an asset was bought, and sold; both in order."""

    def __init__(self) -> None:
        self.bought: list[date] = []
        self.sold: list[date] = []


def matched_across(
    events: Sequence[Event], settings: Settings, calendar: Calendar
) -> Sequence[Fault]:
    """A fault for each change of units with a purchase and a sale on its two sides, near enough."""
    changes = [event for event in events if type(event) is Carry and _rescales(event)]
    if not changes:
        return ()
    traded: defaultdict[str, _Days] = defaultdict(_Days)
    for event in events:
        if isinstance(event, Acquire):
            traded[event.asset].bought.append(calendar.day(event.time))
        elif isinstance(event, Dispose):
            traded[event.asset].sold.append(calendar.day(event.time))
    company = settings.method == "company-matching"  # which is served by days before alone
    # a loss is denied for what was bought before it, too
    looks_back = company or settings.superficial or settings.wash
    faults = []
    for change in changes:
        asset, day = change.gave[0].asset, calendar.day(change.time)
        first, last = _near(day, calendar.year(change.time), settings, calendar)
        days = traded[asset]
        back = looks_back and _any(days.bought, first, day) and _any(days.sold, day, last)
        ahead = not company and _any(days.sold, first, day) and _any(days.bought, day, last)
        if back or ahead:
            text = f"{change.row}: {reasons.RESCALED.format(asset)}"
            faults.append(Fault("not_assessed", text, change.row))
    return faults


def _near(day: date, year: int, settings: Settings, calendar: Calendar) -> tuple[date, date]:
    """The first and the last day whose trades are matched with those on the other side of one."""
    if settings.method == "year-average":
        return calendar.last_day(year - 1) + timedelta(days=1), calendar.last_day(year)
    return day - _WINDOW, day + _WINDOW


def _rescales(change: Carry) -> bool:
    if len(change.gave) != 1 or len(change.got) != 1:
        return False
    (gave,), (got,) = change.gave, change.got
    return gave.asset == got.asset and gave.quantity != got.quantity


def _any(days: Sequence[date], first: date, last: date) -> bool:
    return bisect_left(days, first) < bisect_right(days, last)
