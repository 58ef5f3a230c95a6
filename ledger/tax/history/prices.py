"""Prices come in; the value of units at a time leaves, or None where nobody knows it.

A price is that of a whole unit as it was when it was quoted, whatever has split since.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

from ledger.model.whole import divide_half_even
from ledger.tax.history.rows import Price

#: A price stands for so long, as in the books (`stale_price`).
STANDS: Final = timedelta(days=3)


class Valuation(Protocol):
    """What gives the value of units at a time."""

    def value(self, asset: str, quantity: int, whole: int, time: datetime) -> int | None:
        """What units are worth, `whole` of them being one unit; None where nobody knows it."""

    def stand_at(self, time: datetime) -> bool:
        """Whether any price stands at a time."""


class Prices:
    """The newest price at or before a time that still stands."""

    def __init__(self, prices: Iterable[Price]) -> None:
        self._times: defaultdict[str, list[datetime]] = defaultdict(list)
        #: price, and the smallest units of the whole unit that it is of
        self._prices: defaultdict[str, list[tuple[int, int | None]]] = defaultdict(list)
        for time, asset, price, whole in sorted(prices, key=_in_time):
            self._times[asset].append(time)
            self._prices[asset].append((price, whole))

    def stand_at(self, time: datetime) -> bool:
        """Whether any price stands at a time."""
        return any(
            time - STANDS <= known[bisect_right(known, time) - 1] <= time
            for known in self._times.values()
            if known[0] <= time
        )

    def value(self, asset: str, quantity: int, whole: int, time: datetime) -> int | None:
        """What units are worth in money, rounded half even.

        `whole` of them are one unit where the price does not say of how many it was.
        """
        times = self._times.get(asset, [])
        index = bisect_right(times, time) - 1
        if index < 0 or time - times[index] > STANDS:
            return None
        price, of = self._prices[asset][index]
        return divide_half_even(quantity * price, of or whole)


def _in_time(price: Price) -> tuple[datetime, str, int]:
    return price[:3]
