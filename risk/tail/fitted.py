"""Returns → tails of distributions that are fitted by maximum likelihood.

student   location, scale and degrees of freedom of a t distribution (McNeil, Frey and Embrechts
          2015, section 2.2.4)
extreme   a generalised Pareto distribution over the tenth of the worst returns: peaks over a
          threshold (McNeil, Frey and Embrechts 2015, section 5.2.3)
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from risk.tail.likelihood import pareto_of, t_of
from risk.tail.quantile import Tail, beyond, loss, quantile

#: The part of the sample that lies over the threshold, and how many days that must be.
PART_OVER: Final = Fraction(1, 10)
DAYS_OVER: Final = 30
FLAT: Final = "the returns do not vary"
NO_MEAN: Final = "a tail so heavy has no mean"
SHORT_OF: Final = "the threshold lies beyond the confidence"

Array = np.ndarray


class Student(NamedTuple):
    """A t distribution: its degrees of freedom, location and scale."""

    freedom: float
    location: float
    scale: float


class Over(NamedTuple):
    """Days that lost more than a threshold, the Pareto distribution of them, the part asked for."""

    threshold: float
    days: int
    shape: float
    scale: float
    part: float


def t_fit(returns: Sequence[float]) -> Student | str:
    """The t distribution of greatest likelihood; a reason where none fits or it has no mean."""
    sample = np.asarray(returns, dtype=np.float64)
    centre, deviation = float(sample.mean()), float(sample.std(ddof=0))
    if deviation <= 1e-12 * float(np.abs(sample).max()):
        return FLAT
    # in units of the deviation, where the solver's tolerance means the same for any asset
    freedom, location, scale = _fitted_t(((sample - centre) / deviation).tobytes())
    if float(freedom[0]) <= 1:
        return NO_MEAN
    return Student(
        float(freedom[0]), centre + deviation * float(location[0]), deviation * float(scale[0])
    )


def student(returns: Sequence[float], confidence: float) -> Tail | str:
    """(VaR, ES) of a t distribution; a reason where none fits or its tail has no mean."""
    found = t_fit(returns)
    if isinstance(found, str):
        return found
    worst, mean = t_tails(np.array([found.freedom]), confidence)
    at_risk, shortfall = (found.location + found.scale * float(each[0]) for each in (worst, mean))
    return loss(at_risk), loss(shortfall)


@lru_cache(maxsize=8)
def _fitted_t(sample: bytes) -> tuple[Array, Array, Array]:
    """Degrees of freedom, location and scale; a sample is asked for at several confidences."""
    values = np.frombuffer(sample)
    return t_of(values[None, :], np.array([len(values)]))


def t_tails(freedom: Array, confidence: float) -> tuple[Array, Array]:
    """The quantile of standard t distributions, and the mean beyond it; freedom is above one.

    ES = −f(t)/p·(ν + t²)/(ν − 1).
    """
    from scipy.special import gammaln, stdtrit

    part = float(beyond(confidence))
    t = stdtrit(freedom, part)
    high = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - np.log(freedom * np.pi) / 2
    density = np.exp(high - (freedom + 1) / 2 * np.log1p(t**2 / freedom))
    return t, -density / part * (freedom + t**2) / (freedom - 1)


def extreme(returns: Sequence[float], confidence: float) -> Tail | str:
    """(VaR, ES) beyond the threshold; a reason where too few returns are, or the fit has no mean.

    VaR = u + β/ξ·((n/N·p)^−ξ − 1), ES = (VaR + β − ξu)/(1 − ξ), with losses positive, u the
    threshold, N the losses over it, ξ shape and β scale.
    """
    found = over_threshold(returns, confidence)
    if isinstance(found, str):
        return found
    at_risk, shortfall = beyond_threshold(
        *(np.array([each]) for each in (found.threshold, found.shape, found.scale, found.part))
    )
    return float(at_risk[0]), float(shortfall[0])


def over_threshold(returns: Sequence[float], confidence: float) -> Over | str:
    """The losses over the threshold with the fit of greatest likelihood, or why there is none."""
    found = any_over(returns, confidence, DAYS_OVER)
    return NO_MEAN if not isinstance(found, str) and found.shape >= 1 else found


def any_over(returns: Sequence[float], confidence: float, least: int) -> Over | str:
    """The same of so few days over the threshold, and whether the fit has a mean or not."""
    sample = np.asarray(returns, dtype=np.float64)
    found = _over(sample.tobytes(), least)
    if isinstance(found, str):
        return found
    part = float(beyond(confidence)) * len(sample) / found.days
    return SHORT_OF if part > 1 else found._replace(part=part)


@lru_cache(maxsize=8)
def _over(returns: bytes, least: int) -> Over | str:
    """The same at any confidence: a sample is asked for at several, and for its errors."""
    losses = -np.frombuffer(returns)
    threshold = -quantile(np.sort(-losses), PART_OVER)
    over = losses[losses > threshold] - threshold
    if len(over) < least:
        return f"{len(over)} of at least {least} days over the threshold"
    unit = float(over.mean())
    scaled = over / unit
    shape, scale = pareto_of(scaled[None, :], np.array([len(scaled)]))
    return Over(threshold, len(over), float(shape[0]), float(scale[0]) * unit, 1.0)


def beyond_threshold(
    threshold: Array, shape: Array, scale: Array, part: Array
) -> tuple[Array, Array]:
    """(VaR, ES) of Pareto distributions over their thresholds; `part` is of what lies over them."""
    round_ = np.abs(shape) < 1e-9
    bent = np.where(round_, 1.0, shape)
    grown = np.where(round_, -np.log(part), (part**-bent - 1) / bent)
    at_risk = threshold + scale * grown
    return at_risk, (at_risk + scale - shape * threshold) / (1 - shape)
