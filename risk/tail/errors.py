"""Tails that were weighted, bent or fitted → their standard errors, of independent days.

aged            the rank of a weighted quantile has a deviation of √(p(1 − p)·Σw²)       (Woodruff
                1952), the mean beyond it that of a weighted sum
cornish_fisher  delta method over mean, deviation, skew and kurtosis of the sample
student         inverse of Fisher's information of scale and degrees of freedom (Lange, Little and
                Taylor 1989), and of the location, which is apart from them
extreme         likelihood of shape and scale (Smith 1987), and of how many days lie over the
                threshold (Coles 2001, section 4.3.3); shapes above −½
evar            deviation over 50 samples whose worst tenth is drawn from the Pareto distribution
                of `extreme`, from a fixed seed; of under 30 days over the threshold, where
                `extreme` says nothing, with a shape held within ±½

They say what chance did to a right model, and nothing of a wrong one: for that the exceptions
stand beside. Where a fourth moment decides (cornish_fisher), and where two or three days do (aged
at 99 %), the errors of a fat tail are too small.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import isfinite, sqrt

import numpy as np
import numpy.typing as npt

from risk.tail.entropic import tightest
from risk.tail.fitted import (
    DAYS_OVER,
    any_over,
    beyond_threshold,
    over_threshold,
    t_fit,
    t_tails,
)
from risk.tail.historical import weighed_by_age
from risk.tail.normal import bent, bent_slopes, moments, rises
from risk.tail.quantile import beyond

Values = npt.NDArray[np.float64]
#: Errors of value at risk and of expected shortfall; None where there is none.
Errors = tuple[float | None, float | None]

NONE: Errors = (None, None)
SAMPLES, SEED = 50, 20_240_101
#: Degrees of freedom above which the information on them is lost in rounding.
_FREE = 200.0
#: How far from the tightest t of the sample that of another one is looked for, as powers of e.
_FAR, _PLACES = (-1.0, 2.5), 9
#: A tail without a variance, of which no sample says what another would be.
_HEAVY = 0.5
#: Days over the threshold from which on the error of an entropic value is stated.
_OVER_LEAST = 10


def aged_errors(returns: Sequence[float], confidence: float) -> Errors:
    """Of the weighted quantile, where weights bound it, and of the mean beyond it."""
    sample, weights = weighed_by_age(returns)
    part, so_far = float(beyond(confidence)), np.cumsum(weights)
    squares = float(weights @ weights)
    reach = sqrt(part * (1 - part) * squares)
    at = int(np.searchsorted(so_far, part * (1 - 1e-12)))
    gaps = np.maximum(float(sample[at]) - sample, 0) / part
    apart = gaps - float(weights @ gaps)
    beyond_it = sqrt(float((weights**2) @ apart**2))
    if part - reach < float(so_far[0]):
        return None, beyond_it
    low, high = (
        float(sample[min(int(np.searchsorted(so_far, each)), len(sample) - 1)])
        for each in (part - reach, part + reach)
    )
    return (high - low) / 2, beyond_it


def bent_errors(returns: Sequence[float], confidence: float) -> Errors:
    """Of the normal tail bent by skew and kurtosis, where it is one."""
    sample = np.asarray(returns, dtype=np.float64)
    if float(sample.std()) <= 0 or not rises(*moments(returns)):
        return NONE
    first, second = bent_influences(sample, confidence)
    return _error(first), _error(second)


def bent_influences(sample: Values, confidence: float) -> tuple[Values, Values]:
    """What each day adds to the bent quantile, and to the mean beyond it; the sample varies."""
    deviation, (skew, kurtosis) = float(sample.std()), moments(sample)
    z = (sample - sample.mean()) / deviation
    # what each day adds to the moments of the sample
    square = z * z
    of_spread = (square - 1) / 2
    of_skew = square * z - skew - 3 * z - 3 * skew * of_spread
    of_kurtosis = square * square - (kurtosis + 3) - 4 * skew * z - 4 * (kurtosis + 3) * of_spread
    at = bent(np.float64(skew), np.float64(kurtosis), confidence)
    slopes = bent_slopes(skew, kurtosis, confidence)
    first, second = (
        deviation * (z + float(place) * of_spread + one * of_skew + two * of_kurtosis)
        for place, (one, two) in zip(at, slopes, strict=True)
    )
    return first, second


def student_errors(returns: Sequence[float], confidence: float) -> Errors:
    """Of the t distribution of greatest likelihood."""
    found = t_fit(returns)
    if isinstance(found, str):
        return NONE
    from scipy.special import polygamma

    free, scale, count = min(found.freedom, _FREE), found.scale, len(returns)
    # information of one day on scale and freedom; that on the location stands apart
    of_scale = 2 * free / ((free + 3) * scale**2)
    both = -2 / (scale * (free + 1) * (free + 3))
    of_free = float(polygamma(1, free / 2) - polygamma(1, (free + 1) / 2)) / 4
    of_free -= (free + 5) / (2 * free * (free + 1) * (free + 3))
    step = free * 1e-4
    near = t_tails(np.array([free - step, free, free + step]), confidence)
    determinant = of_scale * of_free - both**2
    if not determinant > 0:
        return NONE
    errors = []
    for tail in near:
        by_scale, by_free = float(tail[1]), scale * float(tail[2] - tail[0]) / (2 * step)
        variance = of_free * by_scale**2 - 2 * both * by_scale * by_free + of_scale * by_free**2
        variance = variance / determinant + (free + 3) * scale**2 / (free + 1)
        errors.append(_finite(sqrt(max(0.0, variance) / count)))
    return errors[0], errors[1]


def extreme_errors(returns: Sequence[float], confidence: float) -> Errors:
    """Of the Pareto distribution over the threshold."""
    found = over_threshold(returns, confidence)
    if isinstance(found, str) or found.shape <= -0.5:
        return NONE
    shape, scale, count = found.shape, found.scale, found.days
    share = count / len(returns)
    steps = np.array([scale, max(abs(shape), 0.1), scale]) * 1e-4
    shifts = np.vstack([np.diag(steps), -np.diag(steps)])
    places = np.array([found.threshold, shape, scale]) + shifts
    part = np.full(len(places), found.part)
    variances = np.array(
        [
            # the threshold is a quantile of the sample, where the density is that of its share
            [scale**2 * (1 - share) / count, 0, 0],
            [0, (1 + shape) ** 2 / count, -scale * (1 + shape) / count],
            [0, -scale * (1 + shape) / count, 2 * scale**2 * (1 + shape) / count],
        ]
    )
    errors = []
    for tail in beyond_threshold(places[:, 0], places[:, 1], places[:, 2], part):
        slope = (tail[:3] - tail[3:]) / (2 * steps)
        errors.append(_finite(sqrt(max(0.0, float(slope @ variances @ slope)))))
    return errors[0], errors[1]


def entropic_error(returns: Sequence[float], confidence: float) -> float | None:
    """Of the entropic value at risk: what samples differ by whose tail is of the fitted one.

    The days that were, drawn again, never hold a worse one, and it alone decides.
    """
    found = any_over(returns, confidence, _OVER_LEAST)
    if isinstance(found, str):
        return None
    if found.days < DAYS_OVER:
        # too few to say its shape: it is held between tails that errors are known of
        found = found._replace(shape=min(max(found.shape, -_HEAVY), _HEAVY - 1e-3))
    if found.shape >= _HEAVY:
        return None
    losses, part = -np.asarray(returns, dtype=np.float64), float(beyond(confidence))
    _, best = tightest(returns, confidence)
    if best <= 0:
        return None
    counts, logs = _drawn(len(losses), found.days)
    round_ = abs(found.shape) <= 1e-9
    over = -logs if round_ else (np.exp(-found.shape * logs) - 1) / found.shape
    over *= found.scale
    within = losses[losses <= found.threshold]
    # what lies over the threshold is drawn, as many days as stand in the sample; the rest stays
    over[np.arange(over.shape[1]) >= counts[:, None]] = -np.inf
    bounds = []
    for place in best * np.exp(np.linspace(*_FAR, _PLACES)):
        body = float(np.exp((within - found.threshold) / place).mean())
        with np.errstate(all="ignore"):
            tail = np.exp(over / place).sum(axis=1)
            mean = (body * (len(losses) - counts) + tail) / len(losses)
            bounds.append(found.threshold + place * np.log(mean / part))
    return _finite(float(np.min(bounds, axis=0).std(ddof=1)))


@lru_cache(maxsize=4)
def _drawn(days: int, over: int) -> tuple[Values, Values]:
    """How many days of each sample lie over the threshold, and logarithms of numbers in (0, 1)."""
    random = np.random.default_rng(SEED)
    counts = random.binomial(days, over / days, SAMPLES)
    return counts.astype(np.float64), np.log(1 - random.random((SAMPLES, int(counts.max()))))


def _error(influence: Values) -> float | None:
    return _finite(float(influence.std(ddof=1)) / sqrt(len(influence)))


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
