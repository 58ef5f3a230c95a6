"""Returns → tails of a normal distribution, and of one bent by the sample's skew and kurtosis.

gaussian        −(mean + z·sd), sd with ddof 0; ES = −mean + sd·φ(z)/p
cornish_fisher  z + (z² − 1)S/6 + (z³ − 3z)K/24 − (2z³ − 5z)S²/36 in the place of z, with moments
                of the population (Cornish and Fisher 1937; Zangari 1996); ES by Boudt, Peterson
                and Croux 2008, at least VaR
"""

from collections.abc import Sequence
from math import pi, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from risk.tail.quantile import Tail, beyond, loss

NOT_MONOTONE: Final = "the expansion falls where it must rise, for this skew and kurtosis"
#: Deviations over which the expansion must rise: beyond the quantile of a day in thirty thousand.
WITHIN: Final = 4.0
FLAT: Final = "the returns do not vary"
_NORMAL: Final = NormalDist()


def gaussian(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of a normal distribution with the sample's mean and standard deviation."""
    sample = np.asarray(returns, dtype=np.float64)
    mean, deviation = float(sample.mean()), float(sample.std(ddof=0))
    part = float(beyond(confidence))
    z = _NORMAL.inv_cdf(part)
    return loss(mean + z * deviation), loss(mean - deviation * _NORMAL.pdf(z) / part)


def moments(returns: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """Skew and excess kurtosis of the population; the returns vary."""
    sample = np.asarray(returns, dtype=np.float64)
    scaled = (sample - sample.mean()) / sample.std(ddof=0)
    # by products, as below
    square = scaled * scaled
    return float((square * scaled).mean()), float((square * square).mean()) - 3


def rises(skew: float, kurtosis: float) -> bool:
    """Whether the expansion rises, as a quantile does, over `WITHIN` deviations either way."""
    return bool(rising(np.float64(skew), np.float64(kurtosis)))


def rising(skew: np.ndarray | np.float64, kurtosis: np.ndarray | np.float64) -> np.ndarray:
    """The same of each pair of skew and kurtosis.

    The slope of the expansion, K/8·(z² − 1) − S²/36·(6z² − 5) + S/3·z + 1, is nowhere negative
    there. On all of the line (Maillard 2012) it would fail far outside for every tail that is a
    little thinner than normal, which is half of all samples of normal days.
    """
    square = kurtosis / 8 - skew**2 / 6
    constant = 1 - kurtosis / 8 + 5 * skew**2 / 36
    slope = skew / 3
    ends = square * WITHIN**2 - np.abs(slope) * WITHIN + constant
    # a lowest point between the ends counts as well
    between = (square > 0) & (np.abs(slope) <= 2 * square * WITHIN)
    lowest = (slope**2 <= 4 * square * constant) & (constant >= 0)
    return np.asarray((ends >= 0) & (~between | lowest))


def expanded(returns: Sequence[float], confidence: float) -> Tail:
    """(VaR, ES) of the expansion, whether it is one of a distribution or not."""
    return _expanded(returns, moments(returns), confidence)


def cornish_fisher(returns: Sequence[float], confidence: float) -> Tail | str:
    """(VaR, ES) of the expansion, or the reason why it is none of a distribution."""
    if float(np.std(returns)) <= 1e-12 * float(np.abs(returns).max()):
        return FLAT
    found = moments(returns)
    return _expanded(returns, found, confidence) if rises(*found) else NOT_MONOTONE


def _expanded(returns: Sequence[float], bent_by: tuple[float, float], confidence: float) -> Tail:
    sample = np.asarray(returns, dtype=np.float64)
    mean, deviation = float(sample.mean()), float(sample.std(ddof=0))
    z, beyond_it = bent(np.float64(bent_by[0]), np.float64(bent_by[1]), confidence)
    return loss(mean + float(z) * deviation), loss(mean + float(beyond_it) * deviation)


def normal_tail(confidence: float) -> tuple[float, float]:
    """The quantile of a standard normal distribution, and the mean beyond it."""
    part = float(beyond(confidence))
    z = _NORMAL.inv_cdf(part)
    return z, -_NORMAL.pdf(z) / part


def bent_slopes(
    skew: float, kurtosis: float, confidence: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """How the quantile of `bent`, and the mean beyond it, move with skew and with kurtosis."""
    part = float(beyond(confidence))
    z = _NORMAL.inv_cdf(part)
    of_skew = (z**2 - 1) / 6 - (2 * z**3 - 5 * z) * skew / 18
    of_kurtosis = (z**3 - 3 * z) / 24
    quantile, mean = (
        float(each) for each in bent(np.float64(skew), np.float64(kurtosis), confidence)
    )
    h = quantile
    if mean >= quantile:
        return (of_skew, of_kurtosis), (of_skew, of_kurtosis)
    density = _NORMAL.pdf(h) / part
    grown = -mean / density
    along = (
        3 * h**2 * skew / 6
        + (4 * h**3 - 4 * h) * kurtosis / 24
        + (6 * h**5 - 36 * h**3 + 18 * h) * skew**2 / 72
    )
    inner = -density * (along - h * grown)
    by_skew = -density * (h**3 / 6 + (h**6 - 9 * h**4 + 9 * h**2 + 3) * skew / 36)
    by_kurtosis = -density * (h**4 - 2 * h**2 - 1) / 24
    beyond_it = (by_skew + inner * of_skew, by_kurtosis + inner * of_kurtosis)
    return (of_skew, of_kurtosis), beyond_it


def bent(
    skew: np.ndarray | np.float64, kurtosis: np.ndarray | np.float64, confidence: float
) -> tuple[np.ndarray | np.float64, np.ndarray | np.float64]:
    """The quantile in deviations from the mean, and the mean beyond it, no nearer than it.

    Arrays of skews and kurtoses give arrays.
    """
    part = float(beyond(confidence))
    z = _NORMAL.inv_cdf(part)
    quantile = (
        z
        + (z**2 - 1) * skew / 6
        + (z**3 - 3 * z) * kurtosis / 24
        - (2 * z**3 - 5 * z) * skew**2 / 36
    )
    # by products: a power of an array takes as long as thirty of them
    second = quantile * quantile
    third, fourth = second * quantile, second * second
    sixth = third * third
    density = np.exp(-second / 2) / sqrt(2 * pi)
    mean_beyond = -(density / part) * (
        1
        + third * skew / 6
        + (fourth - 2 * second - 1) * kurtosis / 24
        + (sixth - 9 * fourth + 9 * second + 3) * skew**2 / 72
    )
    return quantile, np.minimum(quantile, mean_beyond)
