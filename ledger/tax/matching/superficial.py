"""Events of a history come in; the part of each loss that is superficial leaves (Canada).

Income Tax Act, section 54 "superficial loss" and paragraph 53(1)(f): loss × min(S, P, B) ÷ S, with
S sold, P bought from 30 days before to 30 days after, B held at the end of the 30th day after, over
all wallets. The denied part joins the cost of what is held. An asset that became another is one
property with it from the day of the change on.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from ledger.model.whole import portion
from ledger.tax.history.events import Acquire, Become, Carry, Dispose, Event
from ledger.tax.history.forms import Forms
from ledger.tax.terms import Calendar

WINDOW: Final = timedelta(days=30)
_DAY: Final = timedelta(days=1)


class _Track(NamedTuple):
    """Days of an asset with what was bought, and held, up to each of them."""

    days: list[date]
    bought: list[int]
    held: list[int]

    def bought_until(self, day: date) -> int:
        """What was bought up to the end of a day."""
        index = bisect_right(self.days, day)
        return self.bought[index - 1] if index else 0

    def held_on(self, day: date) -> int:
        """What was held at the end of a day."""
        index = bisect_right(self.days, day)
        return self.held[index - 1] if index else 0


class Windows:
    """What was bought around a day and held after it, asset by asset.

    An event counts for what its asset is at the end of its day.
    """

    def __init__(self, events: Sequence[Event], calendar: Calendar) -> None:
        self._forms = Forms(events, calendar)
        self._changed = sorted(self._forms.changes)
        bought: defaultdict[str, Counter[date]] = defaultdict(Counter)
        net: defaultdict[str, Counter[date]] = defaultdict(Counter)
        #: row and asset of a disposal → what the asset is at the end of the day, where it differs
        self._sold: dict[tuple[str, str], str] = {}
        for number, event in enumerate(events):
            day = calendar.day(event.time)
            if isinstance(event, Carry):
                for side in event.gave:
                    net[side.asset][day] -= side.quantity
                for side in event.got:
                    net[side.asset][day] += side.quantity
                continue
            asset = self._forms.at_end(number, event.asset)
            if isinstance(event, Acquire):
                bought[asset][day] += event.quantity
                net[asset][day] += event.quantity
            elif isinstance(event, Dispose):
                net[asset][day] -= event.quantity
                if asset != event.asset:
                    self._sold[event.row, event.asset] = asset
            elif isinstance(event, Become):
                held = sum(units for of, units in net[event.asset].items() if of < day)
                net[event.asset][day] -= held
                net[self._forms.on(day, event.asset)][day] += held
        self._tracks = {}
        for asset, changes in net.items():
            days = sorted(changes)
            self._tracks[asset] = _Track(
                days,
                list(accumulate(bought[asset][day] for day in days)),
                list(accumulate(changes[day] for day in days)),
            )

    def denied(self, event: Dispose, day: date, loss: int) -> int:
        """The part of a disposal's loss that is not allowed."""
        sold, asset = event.quantity, self._sold.get((event.row, event.asset), event.asset)
        later = list(self._forms.spans(asset, day, day + WINDOW))
        bought = sum(
            self._tracks[of].bought_until(last) - self._tracks[of].bought_until(first - _DAY)
            for of, first, last in (*self._before(asset, day), *later)
            if of in self._tracks
        )
        last_form = later[-1][0]
        held = self._tracks[last_form].held_on(day + WINDOW) if last_form in self._tracks else 0
        return portion(loss, max(0, min(sold, bought, held)), sold)

    def _before(self, asset: str, day: date) -> Iterator[tuple[str, date, date]]:
        """An asset up to a day, and what became it, each with its first and last day."""
        since = day - WINDOW
        lines = {asset: (since, day)}
        for change in reversed(self._between(since - _DAY, day)):
            for one in reversed(self._forms.changes[change]):
                if one.into in lines:
                    if one.asset in lines:  # the name came again, for another property
                        yield one.asset, change, lines[one.asset][1]
                    lines[one.asset] = since, change - _DAY
        for of, (first, last) in lines.items():
            yield of, first, last

    def _between(self, after: date, last: date) -> Sequence[date]:
        """Days of changes after a day, up to another."""
        return self._changed[bisect_right(self._changed, after) : bisect_right(self._changed, last)]
