"""Returns → how they are spread beyond their deviation: skew and excess kurtosis, with errors.

Both without the bias of a sample: G₁ = g·√(n(n − 1)) ÷ (n − 2), G₂ = (n − 1) ÷ ((n − 2)(n − 3)) ·
((n + 1)·k + 6), g and k being those of the population (Joanes and Gill 1998).
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from risk.model import Measure
from risk.ratios import DAYS_NEEDED
from risk.returns import varies
from risk.standard_errors import error_of
from risk.tail.normal import moments


def skewness(returns: Sequence[float]) -> float:
    """G₁ of three returns or more that vary."""
    return _unbiased(len(returns), *moments(returns))[0]


def excess_kurtosis(returns: Sequence[float]) -> float:
    """G₂ of four returns or more that vary."""
    return _unbiased(len(returns), *moments(returns))[1]


def shape_measures(returns: Sequence[float]) -> tuple[Measure, Measure]:
    """Skew and excess kurtosis, or the reason why there is none."""
    sample = len(returns)
    reason = f"{sample} of at least {DAYS_NEEDED} days" if sample < DAYS_NEEDED else ""
    reason = reason or ("" if varies(returns) else "the returns do not vary")
    values: tuple[float | None, float | None] = (None, None)
    errors: tuple[float | None, float | None] = (None, None)
    if not reason:
        plain = moments(returns)
        values, errors = _unbiased(sample, *plain), _errors(returns, *plain)
    told = (("skewness", "G₁, without bias"), ("excess_kurtosis", "G₂, without bias"))
    first, second = (
        Measure(name, value, "ratio", definition, sample, error=error, reason=reason)
        for (name, definition), value, error in zip(told, values, errors, strict=True)
    )
    return first, second


def _unbiased(count: int, skew: float, excess: float) -> tuple[float, float]:
    fourth = (count - 1) / ((count - 2) * (count - 3)) if count > 3 else float("nan")
    return skew * sqrt(count * (count - 1)) / (count - 2), fourth * ((count + 1) * excess + 6)


def _errors(returns: Sequence[float], skew: float, excess: float) -> tuple[float, float]:
    """Of independent days: what each adds to the third and fourth moment in units of deviation."""
    sample = np.asarray(returns, dtype=np.float64)
    z = (sample - sample.mean()) / sample.std()
    square = z * z
    of_skew = square * z - 3 * z - 1.5 * skew * (square - 1)
    of_kurtosis = square * square - 4 * skew * z - 2 * (excess + 3) * (square - 1)
    return error_of(of_skew), error_of(of_kurtosis)
