"""Return series of the same days → estimates of how they move together, and how far to trust them.

sample        Pearson: every pair has its own error, and many series more errors than days
ewma          newer days weigh more: λ = 0.94 a day, returns taken from zero (RiskMetrics 1996)
ledoit_wolf   (1 − δ)·sample + δ·identity, δ the best weight for squared error (Ledoit and Wolf
              2004), on returns in units of their own deviation, so that it draws correlations
              towards none
denoised      eigenvalues that independent series would show are replaced by their mean
              (Marchenko and Pastur 1967; Laloux, Cizeau, Bouchaud and Potters 1999; López de Prado
              2020, constant residual eigenvalue)
"""

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Final

import numpy as np

from risk.model import Correlation, Measure, ReturnSeries
from risk.returns import varies
from risk.tail.historical import DECAY

Array = np.ndarray

#: Days below which an estimate of many pairs says nothing.
DAYS_NEEDED: Final = 30


def ewma(columns: Array, decay: float = DECAY) -> tuple[Array, str]:
    """Correlations of days × series under weights that fall with age."""
    weights = decay ** np.arange(len(columns) - 1, -1, -1, dtype=np.float64)
    weighted = columns * np.sqrt(weights / weights.sum())[:, None]
    return scaled(weighted.T @ weighted), f"λ = {decay:g}"


def ledoit_wolf(columns: Array) -> tuple[Array, str]:
    """Correlations of days × series drawn towards none, and by how much."""
    days, width = columns.shape
    unit = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    sample = unit.T @ unit / days
    apart = float(((sample - np.eye(width)) ** 2).sum())
    squares = unit**2
    chance = float((squares.T @ squares).sum()) / days - float((sample**2).sum())
    shrunk = min(max(chance / days, 0.0), apart) / apart if apart > 0 else 1.0
    return scaled((1 - shrunk) * sample + shrunk * np.eye(width)), f"shrinkage {shrunk:.4g}"


def denoised(columns: Array) -> tuple[Array, str]:
    """Correlations of days × series without what chance alone would show, and what was kept."""
    days, width = columns.shape
    values, vectors = np.linalg.eigh(np.corrcoef(columns, rowvar=False).reshape(width, width))
    kept = np.zeros(width, dtype=bool)
    while not kept.all():
        # what is no signal carries the rest of the variance, and its largest value by chance
        variance = float(values[~kept].mean())
        edge = variance * (1 + sqrt((~kept).sum() / days)) ** 2
        more = ~kept & (values > edge)
        if not more.any():
            break
        kept |= more
    flat = np.where(kept, values, values[~kept].mean() if not kept.all() else 0.0)
    return scaled((vectors * flat) @ vectors.T), f"{int(kept.sum())} of {width} eigenvalues kept"


#: method → what gives correlations of days × series that all vary, and a word on how.
METHODS: Final[dict[str, Callable[[Array], tuple[Array, str]]]] = {
    "ewma": ewma,
    "ledoit_wolf": ledoit_wolf,
    "denoised": denoised,
}


def correlations(series: Sequence[ReturnSeries]) -> tuple[Correlation, ...]:
    """The estimates of each method over the series that vary; none of fewer than two.

    A method that needs more days than there are says so in its note and has no row.
    """
    moving = [each for each in series if varies(each.values)]
    names, sample = tuple(each.name for each in moving), len(moving[0].days) if moving else 0
    if len(moving) < 2:
        return ()
    columns = np.asarray([each.values for each in moving], dtype=np.float64).T
    # dust is correlated like millions
    columns = columns / np.abs(columns).max(axis=0)
    found = []
    for method, function in METHODS.items():
        if sample < DAYS_NEEDED:
            note = f"{sample} of at least {DAYS_NEEDED} days"
            found.append(Correlation(names, (), sample, method, note))
            continue
        matrix, note = function(columns)
        rows = tuple(tuple(map(float, row)) for row in matrix)
        found.append(Correlation(names, rows, sample, method, note))
    return tuple(found)


def stability(series: Sequence[ReturnSeries]) -> Measure:
    """How far correlations of the first half of the days are from those of the second.

    The root of the mean squared difference over all pairs of series that move in both halves; the
    error is what chance alone would give: √(2·(1 − ρ²)² ÷ days of a half).
    """
    sample = len(series[0].days) if series else 0
    half = sample // 2
    parts = (slice(0, half), slice(sample - half, sample))
    # one that stands still in a half has no correlation there, and says nothing of the others
    moving = [each for each in series if all(varies(each.values[part]) for part in parts)]
    reason = "" if half >= DAYS_NEEDED else f"{half} of at least {DAYS_NEEDED} days"
    if len(series) < 2 or (not reason and len(moving) < 2):
        reason = "fewer than two series vary in both halves"
    value = error = None
    if not reason:
        pairs = np.triu_indices(len(moving), 1)
        first, second = (
            np.asarray(np.corrcoef([each.values[part] for each in moving]))[pairs] for part in parts
        )
        together = (first + second) / 2
        value = sqrt(float(((first - second) ** 2).mean()))
        error = sqrt(float((2 * (1 - together**2) ** 2 / half).mean()))
    return Measure(
        "correlation_shift",
        value,
        "ratio",
        "root mean square difference of correlations between both halves of the days; "
        "its error is what chance alone would give",
        sample,
        (("series", str(len(moving))), ("left out", str(len(series) - len(moving)))),
        error,
        reason,
    )


def scaled(matrix: Array) -> Array:
    """A covariance as correlations: exactly one on the diagonal, within [−1, 1], symmetric."""
    spread = np.sqrt(np.diag(matrix))
    found = np.clip(matrix / np.outer(spread, spread), -1.0, 1.0)
    found = (found + found.T) / 2
    np.fill_diagonal(found, 1.0)
    whole: Array = found
    return whole
