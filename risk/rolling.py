"""Returns → volatility, Sharpe ratio and deepest fall of each run of days, at its last day."""

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from risk.model import ReturnSeries, RollingPoint
from risk.returns import PERIODS_PER_YEAR, RESOLUTION

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
    runs = _runs(series.values, window)
    means, deviations = runs.mean(axis=1) - rate, runs.std(axis=1, ddof=1)
    moved = np.ptp(runs, axis=1) > RESOLUTION * np.abs(runs).max(axis=1)
    ratios = means / np.where(moved, deviations, 1.0) * sqrt(periods)
    falls = deepest_falls(series.values, window)
    return tuple(
        RollingPoint(day, float(deviation) * sqrt(periods), float(ratio) if known else None, fall)
        for day, deviation, ratio, known, fall in zip(
            series.days[window - 1 :], deviations, ratios, moved, falls.tolist(), strict=True
        )
    )


def deepest_falls(returns: Sequence[float], window: int) -> Array:
    """The maximum drawdown of each run of days, positive; the day before it counts as a peak."""
    # logarithms, which no product of gains overflows; that of nothing left is below all others
    with np.errstate(divide="ignore"):
        grown = np.log1p(np.maximum(np.asarray(returns, dtype=np.float64), -1.0))
    wealth = np.cumsum(_runs(grown, window), axis=1)
    peaks = np.maximum(np.maximum.accumulate(wealth, axis=1), 0.0)
    depths: Array = 0.0 - np.expm1((wealth - peaks).min(axis=1))
    return depths


def _runs(returns: Sequence[float] | Array, window: int) -> Array:
    return np.lib.stride_tricks.sliding_window_view(
        np.asarray(returns, dtype=np.float64), window
    )  # fmt: skip
