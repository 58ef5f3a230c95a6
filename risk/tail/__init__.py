"""Returns → value at risk and expected shortfall, positive fractions of NAV, one period ahead.

A negative figure is a gain: even the bad day asked for earned something. What a method cannot say
of a sample is a reason and no figure.
"""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any, Final

import numpy as np

from risk.model import Measure
from risk.tail.entropic import entropic
from risk.tail.fitted import extreme, student
from risk.tail.historical import aged, filtered, historical
from risk.tail.normal import cornish_fisher, gaussian
from risk.tail.quantile import Tail, beyond

#: The least sample of any tail.
DAYS_NEEDED: Final = 20

#: What says VaR and ES of returns at a confidence, or why it does not.
Method = Callable[[Sequence[float], float], Tail | str]

#: method → (function, definition)
METHODS: Final[dict[str, tuple[Method, str]]] = {
    "historical": (historical, "type-7 quantile of daily returns"),
    "aged": (aged, "quantile of the last 500 daily returns, weights falling by 0.995 a day"),
    "filtered": (filtered, "historical simulation filtered by EWMA volatility, λ = 0.94"),
    "gaussian": (gaussian, "normal distribution with the sample's mean and deviation"),
    "cornish_fisher": (
        cornish_fisher,
        "normal quantile bent by the sample's skew and kurtosis, where that is a distribution",
    ),
    "student": (student, "t distribution fitted by maximum likelihood"),
    "extreme": (extreme, "generalised Pareto over the worst tenth of daily returns"),
}


def observations_needed(confidence: float) -> int:
    """The least sample that holds one observation beyond the confidence asked for."""
    return max(DAYS_NEEDED, ceil(1 / beyond(confidence)))


def label_of(confidence: float) -> str:
    """How a confidence is written in a measure's name: 95, 975, 99."""
    return str(confidence).removeprefix("0.").ljust(2, "0")


def tail_measures(returns: Sequence[float], confidence: float) -> tuple[Measure, ...]:
    """VaR and ES of each method at a confidence in (0.5, 1), or the reason why there is none."""
    needed, sample = observations_needed(confidence), len(returns)
    label = label_of(confidence)
    # an array once, or each method makes its own
    days: Any = np.asarray(returns, dtype=np.float64)
    parameters = (("confidence", str(confidence)), ("horizon", "1 day"))
    measures = []
    for method, (function, definition) in METHODS.items():
        short = f"{sample} of at least {needed} days"
        found = function(days, confidence) if sample >= needed else short
        values, reason = ((None, None), found) if isinstance(found, str) else (found, "")
        for what, value in zip(("var", "es"), values, strict=True):
            measures.append(
                Measure(
                    f"{what}_{method}_{label}",
                    value,
                    "fraction",
                    definition if what == "var" else f"mean loss beyond it; {definition}",
                    sample,
                    parameters,
                    reason=reason,
                )
            )
    short = f"{sample} of at least {needed} days" if sample < needed else ""
    measures.append(
        Measure(
            f"evar_{label}",
            None if short else entropic(days, confidence),
            "fraction",
            "entropic value at risk: the tightest bound of both by Chernoff's inequality",
            sample,
            parameters,
            reason=short,
        )
    )
    return tuple(measures)
