"""Returns → tails of distributions that are fitted by maximum likelihood.

student   location, scale and degrees of freedom of a t distribution (McNeil, Frey and Embrechts
          2015, section 2.2.4)
extreme   a generalised Pareto distribution over the tenth of the worst returns: peaks over a
          threshold (McNeil, Frey and Embrechts 2015, section 5.2.3)
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np

from risk.tail.quantile import Tail, beyond, loss, quantile

#: The part of the sample that lies over the threshold, and how many days that must be.
PART_OVER: Final = Fraction(1, 10)
DAYS_OVER: Final = 30
#: More degrees of freedom are a normal distribution to any eye.
MOST_FREEDOM: Final = 1e3
FLAT: Final = "the returns do not vary"
NO_MEAN: Final = "a tail so heavy has no mean"


def student(returns: Sequence[float], confidence: float) -> Tail | str:
    """(VaR, ES) of a t distribution; a reason where none fits or its tail has no mean."""
    from scipy import stats

    sample = np.asarray(returns, dtype=np.float64)
    centre, deviation = float(sample.mean()), float(sample.std(ddof=0))
    if deviation <= 1e-12 * float(np.abs(sample).max()):
        return FLAT
    # in units of the deviation, where the solver's tolerance means the same for any asset
    freedom, location, scale = _fitted_t(((sample - centre) / deviation).tobytes())
    if freedom <= 1:
        return NO_MEAN
    part = float(beyond(confidence))
    t = float(stats.t.ppf(part, freedom))
    mean = -float(stats.t.pdf(t, freedom)) / part * (freedom + t**2) / (freedom - 1)
    at_risk, shortfall = (centre + deviation * (location + scale * each) for each in (t, mean))
    return loss(at_risk), loss(shortfall)


@lru_cache(maxsize=64)
def _fitted_t(sample: bytes) -> tuple[float, float, float]:
    """Degrees of freedom, location and scale; a sample is asked for at several confidences.

    The likelihood is written out with its slope: `scipy.stats.t.fit`, which has none to go by,
    takes thirty times as long, and so does a solver that spreads such small work over threads.
    """
    from scipy.optimize import minimize
    from scipy.special import digamma, gammaln

    values = np.frombuffer(sample)

    def unlikely(given: np.ndarray) -> tuple[float, tuple[float, float, float]]:
        location, scale, freedom = given[0], np.exp(given[1]), np.exp(given[2])
        more, square = freedom + 1, ((values - location) / scale) ** 2
        pulled = square / (freedom + square)
        far = float(np.log1p(square / freedom).mean())
        value = gammaln(freedom / 2) - gammaln(more / 2) + np.log(freedom * np.pi) / 2
        slope = digamma(freedom / 2) - digamma(more / 2) + far
        slope += (1 - more * float(pulled.mean())) / freedom
        aside = float(((values - location) / (freedom + square)).mean())
        return float(value + given[1] + more / 2 * far), (
            -more * aside / scale**2,
            1 - more * float(pulled.mean()),
            freedom / 2 * slope,
        )

    bounds = ((None, None), (-25.0, 2.0), (-3.0, np.log(MOST_FREEDOM)))
    begun = (float(np.median(values)), np.log(0.7), np.log(4.0))
    exact = {"gtol": 1e-6, "ftol": 1e-11}
    found = minimize(unlikely, begun, jac=True, method="TNC", bounds=bounds, options=exact)
    location, scale, freedom = map(float, found.x)
    return float(np.exp(freedom)), location, float(np.exp(scale))


def extreme(returns: Sequence[float], confidence: float) -> Tail | str:
    """(VaR, ES) beyond the threshold; a reason where too few returns are, or the fit has no mean.

    VaR = u + β/ξ·((n/N·p)^−ξ − 1), ES = (VaR + β − ξu)/(1 − ξ), with losses positive, u the
    threshold, N the losses over it, ξ shape and β scale.
    """
    from scipy import stats

    losses = -np.asarray(returns, dtype=np.float64)
    threshold = -quantile(np.sort(-losses), PART_OVER)
    over = losses[losses > threshold] - threshold
    if len(over) < DAYS_OVER:
        return f"{len(over)} of at least {DAYS_OVER} days over the threshold"
    part = float(beyond(confidence)) * len(losses) / len(over)
    if part > 1:
        return "the threshold lies beyond the confidence"
    unit = float(over.mean())
    shape, _, scale = map(float, stats.genpareto.fit(over / unit, floc=0))
    scale *= unit
    if shape >= 1:
        return NO_MEAN
    grown = -np.log(part) if abs(shape) < 1e-9 else (part**-shape - 1) / shape
    at_risk = threshold + scale * float(grown)
    return at_risk, (at_risk + scale - shape * threshold) / (1 - shape)
