"""Returns → value at risk and expected shortfall, shown as positive fractions of NAV, one day
ahead.

historical   type-7 quantile of the sample; ES is the mean of the returns below it (Hyndman
and
             Fan 1996; McNeil, Frey and Embrechts 2015, section 2.2)
gaussian     −(mean + z·sd), sd with ddof 0; ES = −mean + sd·φ(z)/p
filtered     z_t = r_t/σ_t with EWMA σ (λ = 0.94), quantile of z_t·σ_{T+1} (Barone-Adesi et al.
1999)
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from risk.model import Measure

#: RiskMetrics 1996, daily data.
DECAY: Final = 0.94
#: Observations that the variance of the filter starts from.
SEED_DAYS: Final = 20

Tail = tuple[float, float]


def historical(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of the sample itself."""
    sample = np.asarray(returns)
    quantile = float(np.quantile(sample, 1 - confidence, method="linear"))
    beyond = sample[sample < quantile]
    return -quantile, -float(beyond.mean()) if len(beyond) else -quantile


def gaussian(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of a normal distribution with the sample's mean and standard deviation."""
    from scipy.stats import norm

    sample = np.asarray(returns)
    mean, deviation = float(sample.mean()), float(sample.std(ddof=0))
    z = float(norm.ppf(1 - confidence))
    value_at_risk = -(mean + z * deviation)
    shortfall = -mean + deviation * float(norm.pdf(z)) / (1 - confidence)
    return value_at_risk, shortfall


def filtered(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of the returns rescaled from the volatility of their day to tomorrow's."""
    sample = np.asarray(returns)
    variances = np.empty(len(sample) + 1)
    variances[0] = float(np.mean(sample[:SEED_DAYS] ** 2))
    for at, value in enumerate(sample):
        variances[at + 1] = DECAY * variances[at] + (1 - DECAY) * value**2
    moving = variances[:-1] > 0
    rescaled = np.zeros(len(sample))
    rescaled[moving] = sample[moving] / np.sqrt(variances[:-1][moving]) * np.sqrt(variances[-1])
    return historical(tuple(float(value) for value in rescaled), confidence)


#: method → (function, definition)
METHODS: Final[dict[str, tuple[Callable[[Sequence[float], float], Tail], str]]] = {
    "historical": (historical, "type-7 quantile of daily returns"),
    "gaussian": (gaussian, "normal distribution with the sample's mean and deviation"),
    "filtered": (filtered, "historical simulation filtered by EWMA volatility, λ = 0.94"),
}


def observations_needed(confidence: float) -> int:
    """The least sample that holds one observation beyond the confidence asked for."""
    return max(SEED_DAYS, int(np.ceil(round(1 / (1 - confidence), 9))))


def tail_measures(returns: Sequence[float], confidence: float) -> tuple[Measure, ...]:
    """VaR and ES of each method at a confidence in (0.5, 1), or the reason why there is none."""
    assert 0.5 < confidence < 1, "a confidence lies between 0.5 and 1"
    needed, sample = observations_needed(confidence), len(returns)
    label = f"{confidence:.3f}".rstrip("0").removeprefix("0.").ljust(2, "0")
    parameters = (("confidence", f"{confidence:g}"), ("horizon", "1 day"))
    measures = []
    for method, (function, definition) in METHODS.items():
        values: tuple[float | None, ...] = (None, None)
        reason = f"{sample} of at least {needed} days"
        if sample >= needed:
            values, reason = function(returns, confidence), ""
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
    return tuple(measures)
