"""Return series of the same days → how they move together."""

from collections.abc import Sequence
from math import inf, sqrt
from typing import Final

import numpy as np

from risk.model import Correlation, ReturnSeries
from risk.returns import varies
from risk.tail.historical import DECAY

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


#: method → what it is.
DEFINED: Final = {
    "sample": "Pearson's correlation of the returns of the same days",
    "ewma": "correlation under weights that fall with age, returns taken from zero",
    "ledoit_wolf": "correlation of the sample drawn towards none by the best weight",
    "denoised": "correlation without the eigenvalues that independent series would show",
}
DRAWN: Final = "it is drawn away from the sample: `correlation_shift` says how stable it is"
FEW: Final = "too few days"


def correlation_errors(matrix: Correlation) -> tuple[tuple[tuple[float | None, ...], ...], str]:
    """The standard errors of a matrix, row by row; or none, and why.

    (1 − ρ²) ÷ √(n − 1) of normal returns (Fisher 1915); of weights that fall by λ a day, n is the
    (1 + λ) ÷ (1 − λ) days that they are worth, or those seen.
    """
    if not matrix.rows:
        return (), ""
    if matrix.method not in {"sample", "ewma"}:
        return (), DRAWN
    worth = (1 + DECAY) / (1 - DECAY) if matrix.method == "ewma" else inf
    days = min(float(matrix.sample), worth)
    if days <= DAYS_NEEDED:
        return (), FEW
    scale = 1 / sqrt(days - 1)
    rows = tuple(
        tuple(None if value is None else (1 - value**2) * scale for value in row)
        for row in matrix.rows
    )
    return rows, ""


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
