"""Prices of two assets, day by day → how much the one moves in units of the other."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from math import log, sqrt
from statistics import stdev
from typing import Final

#: Days with a change below which nothing is said.
CHANGES_NEEDED: Final = 20

#: The prices of both assets on a day; None where one of them has none.
Prices = tuple[Decimal, Decimal] | None


def yearly_volatility(days: Sequence[Prices]) -> float | str:
    """Deviation (ddof 1) of the daily log changes of the ratio, × √365; or why there is none.

    A day without both prices gives no change, neither to it nor from it.
    """
    ratios = [None if pair is None or min(pair) <= 0 else float(pair[0] / pair[1]) for pair in days]
    changes = [
        log(after / before)
        for before, after in pairwise(ratios)
        if before is not None and after is not None
    ]
    if len(changes) < CHANGES_NEEDED:
        return f"{len(changes)} of at least {CHANGES_NEEDED} days with a price of both"
    return stdev(changes) * sqrt(365)
