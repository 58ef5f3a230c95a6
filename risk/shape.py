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
    count = len(returns)
    return moments(returns)[0] * sqrt(count * (count - 1)) / (count - 2)


def excess_kurtosis(returns: Sequence[float]) -> float:
    """G₂ of four returns or more that vary."""
    count, plain = len(returns), moments(returns)[1]
    return (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * plain + 6)


def shape_measures(returns: Sequence[float]) -> tuple[Measure, Measure]:
    """Skew and excess kurtosis, or the reason why there is none."""
    sample = len(returns)
    reason = f"{sample} of at least {DAYS_NEEDED} days" if sample < DAYS_NEEDED else ""
    reason = reason or ("" if varies(returns) else "the returns do not vary")
    values: tuple[float | None, float | None] = (None, None)
    errors: tuple[float | None, float | None] = (None, None)
    if not reason:
        values, errors = (skewness(returns), excess_kurtosis(returns)), _errors(returns)
    told = (("skewness", "G₁, without bias"), ("excess_kurtosis", "G₂, without bias"))
    first, second = (
        Measure(name, value, "ratio", definition, sample, error=error, reason=reason)
        for (name, definition), value, error in zip(told, values, errors, strict=True)
    )
    return first, second


def _errors(returns: Sequence[float]) -> tuple[float, float]:
    """Of independent days: what each adds to the third and fourth moment in units of deviation."""
    sample = np.asarray(returns, dtype=np.float64)
    z = (sample - sample.mean()) / sample.std()
    skew, kurtosis = float((z**3).mean()), float((z**4).mean())
    of_skew = z**3 - 3 * z - 1.5 * skew * (z**2 - 1)
    of_kurtosis = z**4 - 4 * skew * z - 2 * kurtosis * (z**2 - 1)
    return error_of(of_skew), error_of(of_kurtosis)
