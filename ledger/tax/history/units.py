"""Splits and migrations of assets come in; what a whole unit is, and was, in exact units leaves.

A matcher must not care that one unit became two: every quantity is counted in the smallest unit of
the last form of its asset, as fine as it takes for no ratio of the history to leave a fraction.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # few histories have a ratio
    from fractions import Fraction

#: Where something stands in the order of a history: time in UTC, phase, row.
Place = tuple[datetime, int, str]


class Change(NamedTuple):
    """From `place` on a unit of `asset` is `ratio` units of `into`."""

    place: Place
    asset: str
    into: str
    ratio: "Fraction"


class Units:
    """How many smallest units a whole unit of an asset has, before and after each change."""

    def __init__(self, places: int, changes: Iterable[Change] = ()) -> None:
        self.places = places
        ordered = sorted(changes)
        #: asset → the places of its changes, oldest first
        self._places: defaultdict[str, list[Place]] = defaultdict(list)
        for change in ordered:
            self._places[change.asset].append(change.place)
        #: asset → units of the last form that one unit before each of its changes became, the
        #: newest change first
        rates: defaultdict[str, list[Fraction]] = defaultdict(list)
        for change in reversed(ordered):
            after = self._later(change.into, change.place)
            became = rates[change.into][after - 1] if after else 1
            rates[change.asset].append(change.ratio * became)
        self._fineness: int = lcm(*(rate.denominator for each in rates.values() for rate in each))
        self._one: int = 10**places
        self._last: int = self._one * self._fineness
        #: whether a unit of anything ever became another number of units
        self.changed = bool(rates)
        #: the same as whole numbers of the smallest unit
        self._rates: dict[str, list[int]] = {
            asset: [rate.numerator * (self._fineness // rate.denominator) for rate in each]
            for asset, each in rates.items()
        }

    def count(self, asset: str, quantity: int, place: Place) -> int:
        """A quantity in 10⁻ᵖ of a unit, as it was at a place, in smallest units; exact."""
        if not self._rates:
            return quantity
        return quantity * self._rate(asset, place)

    def whole(self, asset: str, place: Place | None = None) -> int:
        """The smallest units of a whole unit at a place; of the last form without one."""
        if place is None or not self._rates:
            return self._last
        return self._one * self._rate(asset, place)

    def _rate(self, asset: str, place: Place) -> int:
        after = self._later(asset, place)
        return self._rates[asset][after - 1] if after else self._fineness

    def _later(self, asset: str, place: Place) -> int:
        """How many changes of an asset itself stand after a place."""
        places = self._places.get(asset, ())
        return len(places) - bisect_right(places, place)
