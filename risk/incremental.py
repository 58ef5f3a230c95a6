"""Results of parts → the errors of what each adds to a tail as a whole, and of the tail itself.

An incremental figure is the tail of the whole less that of the whole without the part, both of the
same days, so that most of what chance does to one it does to the other. Of a figure with an
influence function (what a day adds to it) the error is that of the difference of both functions
(the delta method; Hampel 1974). Two quantiles of the same days are correlated as the days are that
lie below each (Babu and Rao 1988); the deviation of each is that over the days that it may be in a
sample drawn again (Maritz and Jarrett 1978).
"""

from typing import NamedTuple

import numpy as np

from risk.tail.errors import bent_influences
from risk.tail.normal import normal_tail
from risk.tail.quantile import beyond, quantile

Array = np.ndarray


class IncrementalErrors(NamedTuple):
    """Errors of value at risk and shortfall of the whole, and of what each part adds to them."""

    at_risk: float
    shortfall: float
    of_risk: Array
    of_shortfall: Array


def incremental_errors(parts: Array, confidence: float, method: str) -> IncrementalErrors:
    """The errors of a method of `risk.contribution`; `parts` is days × parts, the whole varies."""
    whole = parts.sum(axis=1)
    every = np.column_stack([whole, whole[:, None] - parts])
    risk, shortfall = _influences(every, confidence, method)
    of_shortfall = _apart(shortfall)
    if method == "historical":
        own, added = _of_quantiles(every, confidence)
        return IncrementalErrors(own, _error(shortfall[:, 0]), added, of_shortfall)
    return IncrementalErrors(
        _error(risk[:, 0]), _error(shortfall[:, 0]), _apart(risk), of_shortfall
    )


def chances(count: int, confidence: float) -> Array:
    """How likely each day, from the worst on, is the quantile of a sample drawn again.

    A sample has its k-th day at or before the j-th of this one with the probability that a
    Beta(k, n − k + 1) is at most j/n (Maritz and Jarrett 1978): no day is drawn. As of one day, the
    nearest: where the quantile lies halfway between two, a third too large.
    """
    from scipy.special import betainc

    part = beyond(confidence)
    first = (2 * (count - 1) * part.numerator + part.denominator) // (2 * part.denominator) + 1
    found: Array = np.diff(betainc(first, count - first + 1, np.arange(count + 1) / count))
    return found


def _influences(every: Array, confidence: float, method: str) -> tuple[Array, Array]:
    """What each day adds to both figures of each column; the first of them is the whole."""
    part = float(beyond(confidence))
    if method == "historical":
        ordered = np.sort(every, axis=0)
        at = np.array([quantile(column, beyond(confidence)) for column in ordered.T])
        return np.zeros_like(every), np.maximum(at - every, 0) / part
    centred = every - every.mean(axis=0)
    deviation = centred.std(axis=0)
    if method == "gaussian":
        spread = np.divide(centred**2, 2 * deviation, out=np.zeros_like(every), where=deviation > 0)
        z, beyond_it = normal_tail(confidence)
        return -(centred + z * spread), -(centred + beyond_it * spread)
    both = np.zeros((2, *every.shape))
    for column in np.flatnonzero(deviation > 0):
        both[:, :, column] = bent_influences(every[:, column], confidence)
    return -both[0], -both[1]


def _of_quantiles(every: Array, confidence: float) -> tuple[float, Array]:
    """The error of the quantile of the whole, and of its difference from that of each rest."""
    chance, part = chances(len(every), confidence), beyond(confidence)
    ordered = np.sort(every, axis=0)
    errors = np.sqrt(chance @ (ordered - chance @ ordered) ** 2)
    below = every <= np.array([quantile(column, part) for column in ordered.T])
    share = below.mean(axis=0)
    both = (below[:, :1] & below[:, 1:]).mean(axis=0)
    spread = np.sqrt(share[0] * (1 - share[0]) * share[1:] * (1 - share[1:]))
    # a rest that does not vary has no days above its quantile, and no error
    together = np.divide(
        both - share[0] * share[1:], spread, out=np.ones_like(both), where=spread > 0
    )
    square = errors[0] ** 2 + errors[1:] ** 2 - 2 * together * errors[0] * errors[1:]
    return float(errors[0]), np.sqrt(np.maximum(square, 0))


def _apart(influence: Array) -> Array:
    """Errors of the first column's figure less that of each other one."""
    apart = influence[:, :1] - influence[:, 1:]
    found: Array = apart.std(axis=0, ddof=1) / np.sqrt(len(influence))
    return found


def _error(influence: Array) -> float:
    return float(influence.std(ddof=1) / np.sqrt(len(influence)))
