"""Returns → volatility, Sharpe ratio and deepest fall of each run of days, at its last day."""

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from risk.model import ReturnSeries, RollingPoint
from risk.returns import PERIODS_PER_YEAR, RESOLUTION
from risk.tail.windows import over

Array = np.ndarray

#: A quarter of a year of days without a close.
WINDOW: Final = 90


def rolling(
    series: ReturnSeries,
    window: int = WINDOW,
    periods: int = PERIODS_PER_YEAR,
    rate: float = 0.0,
) -> tuple[RollingPoint, ...]:
    """A point for each day that ends a whole window; none for a series shorter than it.

    The Sharpe ratio is None where the returns of a window do not vary.
    """
    assert window > 1, "a deviation has two observations at least"
    if len(series.values) < window:
        return ()
    sample = np.asarray(series.values, dtype=np.float64)
    runs = np.lib.stride_tricks.sliding_window_view(sample, window)
    means, deviations = runs.mean(axis=1) - rate, runs.std(axis=1, ddof=1)
    starts = np.arange(len(runs))
    high = over(np.maximum, sample, starts, window)
    low = over(np.minimum, sample, starts, window)
    moved = high - low > RESOLUTION * np.maximum(np.abs(high), np.abs(low))
    ratios = means / np.where(moved, deviations, 1.0) * sqrt(periods)
    falls = deepest_falls(series.values, window)
    columns = (deviations * sqrt(periods), ratios, moved, falls)
    return tuple(
        RollingPoint(day, deviation, ratio if known else None, fall)
        for day, deviation, ratio, known, fall in zip(
            series.days[window - 1 :], *(each.tolist() for each in columns), strict=True
        )
    )


def deepest_falls(returns: Sequence[float], window: int) -> Array:
    """The maximum drawdown of each run of days, positive; the day before it counts as a peak."""
    # logarithms, which no product of gains overflows; that of nothing left is below all others
    with np.errstate(divide="ignore"):
        grown = np.log1p(np.maximum(np.asarray(returns, dtype=np.float64), -1.0))
    count = max(len(grown) - window + 1, 0)
    wealth, peaks, falls = np.zeros(count), np.zeros(count), np.zeros(count)
    # a day of all runs at once, so that only where each stands is kept of it
    for at in range(window):
        wealth += grown[at : at + count]
        np.maximum(peaks, wealth, out=peaks)
        np.minimum(falls, wealth - peaks, out=falls)
    depths: Array = 0.0 - np.expm1(falls)
    return depths
