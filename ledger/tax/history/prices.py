"""Prices come in; the value of units at a time leaves, or None where nobody knows it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from ledger.model.amount import divide_half_even
from ledger.tax.history.rows import Price

#: A price stands for so long, as in the books (`stale_price`).
STANDS: Final = timedelta(days=3)


class Prices:
    """The newest price at or before a time that still stands."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._times: defaultdict[str, list[datetime]] = defaultdict(list)
        self._prices: defaultdict[str, list[int]] = defaultdict(list)
        for time, asset, price in sorted(prices):
            self._times[asset].append(time)
            self._prices[asset].append(price)

    def stand_at(self, time: datetime) -> bool:
        """Whether any price stands at a time."""
        return any(
            time - STANDS <= known[bisect_right(known, time) - 1] <= time
            for known in self._times.values()
            if known[0] <= time
        )

    def value(self, asset: str, quantity: int, whole: int, time: datetime) -> int | None:
        """What units are worth, `whole` of them being one unit; money, rounded half even."""
        times = self._times.get(asset, [])
        index = bisect_right(times, time) - 1
        if index < 0 or time - times[index] > STANDS:
            return None
        return divide_half_even(quantity * self._prices[asset][index], whole)
