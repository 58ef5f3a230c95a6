"""Splits and migrations of assets come in; what a whole unit is, and was, in exact units leaves.

A matcher must not care that one unit became two: every quantity is counted in the smallest unit of
the last form of its asset, so fine that no ratio of the history leaves a fraction.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

#: Where something stands in the order of a history: microseconds, phase, row.
Place = tuple[int, int, str]


class Change(NamedTuple):
    """From `place` on a unit of `asset` is `ratio` units of `into`."""

    place: Place
    asset: str
    into: str
    ratio: Fraction


class Units:
    """How many smallest units a whole unit of an asset has, before and after each change."""

    def __init__(self, places: int, changes: Iterable[Change] = ()) -> None:
        by_asset: defaultdict[str, list[Change]] = defaultdict(list)
        fineness = 1
        for change in sorted(changes):
            by_asset[change.asset].append(change)
            fineness *= change.ratio.numerator * change.ratio.denominator
        self.places = places
        self._last: int = 10**places * fineness
        self._fineness = fineness
        self._changes = dict(by_asset)

    def count(self, asset: str, quantity: int, place: Place) -> int:
        """A quantity in 10⁻ᵖ of a unit, as it was at a place, in smallest units; exact."""
        if not self._changes:
            return quantity
        return quantity * self._ratio(asset, place, self._fineness)

    def whole(self, asset: str, place: Place | None = None) -> int:
        """The smallest units of a whole unit at a place; of the last form without one."""
        if place is None or not self._changes:
            return self._last
        return self._ratio(asset, place, self._last)

    def _ratio(self, asset: str, place: Place, of: int) -> int:
        """`of` times the ratios of all changes after a place, which it is a multiple of."""
        known = Fraction(of)
        while True:
            changes = self._changes.get(asset, [])
            next_one = bisect_right(changes, place, key=_place)
            if next_one == len(changes):
                break
            place, _, asset, ratio = changes[next_one]
            known *= ratio
        assert known.denominator == 1, "the smallest unit is fine enough for every ratio"
        return known.numerator


def _place(change: Change) -> Place:
    return change.place
