"""Events of a history come in; what each asset is, day by day, leaves, where assets become others.

A matcher by days counts all that was traded of one property on a day as one, and an asset that
became another is the same property from the day of the change on (TCGA 1992 s. 127, for the
United Kingdom). So what was traded of the older form that day, before it changed, has the newer
form; what is acquired under the older name after the change is another property.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from ledger.tax.history.events import Become, Carry, Event
from ledger.tax.terms import Calendar

_DAY: Final = timedelta(days=1)


class Forms:
    """The changes of form of a history, and what they make of an asset."""

    def __init__(self, events: Sequence[Event], calendar: Calendar) -> None:
        #: day → its changes, in their order
        self.changes: dict[date, list[Become]] = {}
        for event in events:
            if isinstance(event, Become):
                self.changes.setdefault(calendar.day(event.time), []).append(event)
        self._days = sorted(self.changes)
        #: number of an event on such a day → what its asset is at the end of the day
        self._at_end: dict[int, str] = {}
        if self.changes:
            self._read(events, calendar)

    def _read(self, events: Sequence[Event], calendar: Calendar) -> None:
        behind: dict[date, int] = {}
        for number, event in enumerate(events):
            day = calendar.day(event.time)
            changes = self.changes.get(day)
            if changes is None:
                continue
            if isinstance(event, Become):
                behind[day] = behind.get(day, 0) + 1
            elif not isinstance(event, Carry):
                self._at_end[number] = _after(event.asset, changes[behind.get(day, 0) :])

    def at_end(self, number: int, asset: str) -> str:
        """What the asset of the event of that number is at the end of its day."""
        return self._at_end.get(number, asset) if self._at_end else asset

    def spans(self, asset: str, after: date, last: date) -> Iterator[tuple[str, date, date]]:
        """What an asset is from the day after one to another: each form, its first and last day."""
        first = after + _DAY
        if self.changes:
            number = bisect_right(self._days, after)
            while number < len(self._days) and self._days[number] <= last:
                change = self._days[number]
                if asset != self.on(change, asset):
                    yield asset, first, change - _DAY
                    asset, first = self.on(change, asset), change
                number += 1
        yield asset, first, last

    def on(self, day: date, asset: str) -> str:
        """What an asset that came into a day is at its end."""
        return _after(asset, self.changes.get(day, ()))


def _after(asset: str, changes: Iterable[Become]) -> str:
    for change in changes:
        if change.asset == asset:
            asset = change.into
    return asset
