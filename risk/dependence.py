"""Return series of the same days → how they move together."""

from collections.abc import Sequence

import numpy as np

from risk.model import Correlation, ReturnSeries


def correlation(series: Sequence[ReturnSeries]) -> Correlation:
    """Pearson correlations of series over the same days; None where a series does not move."""
    assert len({each.days for each in series}) <= 1, "correlated series cover the same days"
    names = tuple(each.name for each in series)
    sample = len(series[0].days) if series else 0
    values = np.asarray([each.values for each in series], dtype=np.float64)
    rows = tuple(tuple(_pearson(left, right) for right in values) for left in values)
    return Correlation(names, rows, sample)


def _pearson(left: np.ndarray, right: np.ndarray) -> float | None:
    if len(left) < 3:
        return None
    from_left, from_right = left - left.mean(), right - right.mean()
    norm = float(np.sqrt((from_left**2).sum() * (from_right**2).sum()))
    if norm == 0:
        return None
    return max(-1.0, min(1.0, float((from_left * from_right).sum()) / norm))
