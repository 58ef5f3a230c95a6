"""Returns → value at risk and expected shortfall, positive fractions of NAV, one period ahead.

historical   type-7 quantile of the sample; ES is the mean of the returns strictly below it
             (Hyndman and Fan 1996; McNeil, Frey and Embrechts 2015, section 2.2)
gaussian     −(mean + z·sd), sd with ddof 0; ES = −mean + sd·φ(z)/p
filtered     z_t = r_t/σ_t with EWMA σ (λ = 0.94, begun at the sample's mean square), quantile of
             z_t·σ_{T+1} (Barone-Adesi, Giannopoulos and Vosper 1999)

A negative figure is a gain: even the bad day asked for earned something.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil
from statistics import NormalDist
from typing import Final

import numpy as np

from risk.model import Measure

#: RiskMetrics 1996, daily data.
DECAY: Final = 0.94
#: The least sample of any tail.
DAYS_NEEDED: Final = 20
#: A day whose filtered volatility is a smaller part of the sample's cannot be rescaled.
STILLNESS: Final = 0.1

Tail = tuple[float, float]


def historical(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of the sample itself."""
    sample = np.sort(np.asarray(returns, dtype=np.float64))
    quantile = _quantile(sample, _beyond(confidence))
    below = sample[sample < quantile]
    shortfall = min(quantile, float(below.mean())) if len(below) else quantile
    return _loss(quantile), _loss(shortfall)


def gaussian(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of a normal distribution with the sample's mean and standard deviation."""
    sample, normal = np.asarray(returns, dtype=np.float64), NormalDist()
    mean, deviation = float(sample.mean()), float(sample.std(ddof=0))
    beyond = float(_beyond(confidence))
    z = normal.inv_cdf(beyond)
    return _loss(mean + z * deviation), _loss(mean - deviation * normal.pdf(z) / beyond)


def filtered(returns: Sequence[float], confidence: float) -> Tail | None:
    """(VaR, ES) of the returns rescaled from the volatility of their day to tomorrow's.

    None where a day moved after so long a stillness that its volatility says nothing.
    """
    sample = np.asarray(returns, dtype=np.float64)
    variances = np.empty(len(sample) + 1)
    variances[0] = begun = float(np.mean(sample**2))
    for at, value in enumerate(sample):
        variances[at + 1] = DECAY * variances[at] + (1 - DECAY) * value**2
    moved = sample != 0
    if (variances[:-1][moved] < STILLNESS**2 * begun).any():
        return None
    rescaled = np.zeros(len(sample))
    rescaled[moved] = sample[moved] * np.sqrt(variances[-1] / variances[:-1][moved])
    return historical(rescaled.tolist(), confidence)


#: method → (function, definition)
METHODS: Final[dict[str, tuple[Callable[[Sequence[float], float], Tail | None], str]]] = {
    "historical": (historical, "type-7 quantile of daily returns"),
    "gaussian": (gaussian, "normal distribution with the sample's mean and deviation"),
    "filtered": (filtered, "historical simulation filtered by EWMA volatility, λ = 0.94"),
}


def observations_needed(confidence: float) -> int:
    """The least sample that holds one observation beyond the confidence asked for."""
    return max(DAYS_NEEDED, ceil(1 / _beyond(confidence)))


def tail_measures(returns: Sequence[float], confidence: float) -> tuple[Measure, ...]:
    """VaR and ES of each method at a confidence in (0.5, 1), or the reason why there is none."""
    needed, sample = observations_needed(confidence), len(returns)
    label = str(confidence).removeprefix("0.").ljust(2, "0")
    parameters = (("confidence", str(confidence)), ("horizon", "1 day"))
    measures = []
    for method, (function, definition) in METHODS.items():
        found = function(returns, confidence) if sample >= needed else None
        reason = ""
        if found is None:
            short = f"{sample} of at least {needed} days"
            reason = short if sample < needed else "a day moved after a long stillness"
        for what, value in zip(("var", "es"), found or (None, None), strict=True):
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


def _beyond(confidence: float) -> Fraction:
    """1 − confidence as it is written, so that a whole position in the sample stays whole."""
    assert 0.5 < confidence < 1, "a confidence lies between 0.5 and 1"
    return 1 - Fraction(str(confidence))


def _quantile(ordered: np.ndarray, part: Fraction) -> float:
    """Type 7: position (n − 1)·part among the ordered values, between two of them in proportion."""
    whole, rest = divmod((len(ordered) - 1) * part, 1)
    below = float(ordered[whole])
    if rest == 0:
        return below
    above = float(ordered[whole + 1])
    return min(above, below + float(rest) * (above - below))


def _loss(value: float) -> float:
    """The other sign, without a negative zero."""
    return 0.0 - value
