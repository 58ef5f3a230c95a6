"""Return series of the same days → how they move together."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from risk.model import Correlation, ReturnSeries
from risk.returns import varies

#: Through two points every line passes.
DAYS_NEEDED: Final = 3


def correlation(series: Sequence[ReturnSeries]) -> Correlation:
    """Pearson correlations of series over the same days; None where a series does not vary."""
    assert len({each.days for each in series}) <= 1, "correlated series cover the same days"
    directions = [_direction(each.values) for each in series]
    rows = tuple(
        tuple(
            _cosine(left, right) if at != other or left is None else 1.0
            for other, right in enumerate(directions)
        )
        for at, left in enumerate(directions)
    )
    sample = len(series[0].days) if series else 0
    return Correlation(tuple(each.name for each in series), rows, sample)


def _direction(values: Sequence[float]) -> np.ndarray | None:
    """The centred values as a vector of length one; scaled first, so that no square vanishes."""
    if len(values) < DAYS_NEEDED or not varies(values):
        return None
    sample = np.asarray(values, dtype=np.float64)
    scaled = sample / np.abs(sample).max()
    centred = scaled - scaled.mean()
    return centred / np.sqrt((centred**2).sum())  # type: ignore[no-any-return]


def _cosine(left: np.ndarray | None, right: np.ndarray | None) -> float | None:
    if left is None or right is None:
        return None
    return max(-1.0, min(1.0, float((left * right).sum())))
