"""Prices come in; the value of units at a time leaves, or None where nobody knows it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

from ledger.model.amount import divide_half_even
from ledger.tax.history.rows import Price

#: A price stands for so long, as in the books (`stale_price`).
STANDS: Final = timedelta(days=3)


class Valuation(Protocol):
    """What gives the value of units at a time."""

    def value(self, asset: str, quantity: int, whole: int, time: datetime) -> int | None:
        """What units are worth, `whole` of them being one unit; None where nobody knows it."""


class Prices:
    """The newest price at or before a time that still stands."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._times: defaultdict[str, list[datetime]] = defaultdict(list)
        self._prices: defaultdict[str, list[int]] = defaultdict(list)
        for time, asset, price in sorted(prices):
            self._times[asset].append(time)
            self._prices[asset].append(price)

    def value(self, asset: str, quantity: int, whole: int, time: datetime) -> int | None:
        """What units are worth, `whole` of them being one unit; money, rounded half even."""
        times = self._times.get(asset, [])
        index = bisect_right(times, time) - 1
        if index < 0 or time - times[index] > STANDS:
            return None
        return divide_half_even(quantity * self._prices[asset][index], whole)
