"""Events of a history come in; the part of each loss that is superficial leaves (Canada).

Income Tax Act, section 54 "superficial loss" and paragraph 53(1)(f): loss × min(S, P, B) ÷ S, with
S sold, P bought from 30 days before to 30 days after, B held at the end of the 30th day after, over
all wallets. The denied part joins the cost of what is held.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from ledger.model.amount import portion
from ledger.tax.history.events import Acquire, Become, Carry, Dispose, Event
from ledger.tax.terms import Calendar

WINDOW: Final = timedelta(days=30)


class _Track(NamedTuple):
    """Days of an asset with what was bought, and held, up to each of them."""

    days: list[date]
    bought: list[int]
    held: list[int]


class Windows:
    """What was bought around a day and held after it, asset by asset."""

    def __init__(self, events: Iterable[Event], calendar: Calendar) -> None:
        bought: defaultdict[str, Counter[date]] = defaultdict(Counter)
        net: defaultdict[str, Counter[date]] = defaultdict(Counter)
        for event in events:
            day = calendar.day(event.time)
            if isinstance(event, Acquire):
                bought[event.asset][day] += event.quantity
                net[event.asset][day] += event.quantity
            elif isinstance(event, Dispose):
                net[event.asset][day] -= event.quantity
            elif isinstance(event, Carry):
                for side in event.gave:
                    net[side.asset][day] -= side.quantity
                for side in event.got:
                    net[side.asset][day] += side.quantity
            elif isinstance(event, Become):
                held = sum(net[event.asset].values())
                net[event.asset][day] -= held
                net[event.into][day] += held
        self._tracks = {}
        for asset, changes in net.items():
            days = sorted(changes)
            self._tracks[asset] = _Track(
                days,
                list(accumulate(bought[asset][day] for day in days)),
                list(accumulate(changes[day] for day in days)),
            )

    def denied(self, asset: str, day: date, sold: int, loss: int) -> int:
        """The part of a loss that is not allowed."""
        track = self._tracks[asset]
        first = bisect_left(track.days, day - WINDOW)
        last = bisect_right(track.days, day + WINDOW) - 1
        bought = track.bought[last] - (track.bought[first - 1] if first else 0)
        return portion(loss, max(0, min(sold, bought, track.held[last])), sold)
