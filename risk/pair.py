"""Prices of assets, day by day → how much one moves in another, and how all move together."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from math import log, sqrt
from statistics import fmean, stdev
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

#: Days with a change below which nothing is said.
CHANGES_NEEDED: Final = 20

#: The prices of both assets on a day; None where one of them has none.
Prices = tuple[Decimal, Decimal] | None


class Volatility(NamedTuple):
    """How much one asset moves in another in a year, with its standard error, of so many days."""

    yearly: float
    error: float
    changes: int


def yearly_volatility(days: Sequence[Prices]) -> Volatility | str:
    """Deviation (ddof 1) of the daily log changes of the ratio, × √365; or why there is none.

    Its error is that of independent days by what each adds to it (the delta method).

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
    deviation = stdev(changes)
    squares = [(each - fmean(changes)) ** 2 for each in changes]
    error = stdev(squares) / (2 * deviation) / sqrt(len(changes)) if deviation > 0 else 0.0
    return Volatility(deviation * sqrt(365), error * sqrt(365), len(changes))


def joint_changes(days: Sequence[Sequence[Decimal | None]]) -> npt.NDArray[np.float64]:
    """Logarithms of the price ratios of days in a row on which every asset has a price.

    A row a day, a column an asset; a day without one price gives no change, to it or from it.
    """
    logs = [
        None
        if any(price is None or price <= 0 for price in day)
        else [log(price) for price in day if price is not None]
        for day in days
    ]
    rows = [
        [after - before for before, after in zip(one, two, strict=True)]
        for one, two in pairwise(logs)
        if one is not None and two is not None
    ]
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(days[0]))
