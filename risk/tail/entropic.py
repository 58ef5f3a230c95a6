"""Returns → entropic value at risk: what a tail may cost at most, whatever its shape beyond.

EVaR = inf over t > 0 of t·ln(mean(exp(−R/t)) ÷ p), the tightest bound of VaR and ES that Chernoff's
inequality gives (Ahmadi-Javid 2012). It lies between expected shortfall and the worst loss.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, log
from typing import Final

import numpy as np

from risk.tail.quantile import beyond

#: Steps of the golden section, each of which leaves 0.62 of the interval.
_STEPS: Final = 80
_GOLDEN: Final = (5**0.5 - 1) / 2
#: How far from the sample's spread the best t is looked for, as powers of e.
_FAR: Final = 12.0


def entropic(returns: Sequence[float], confidence: float) -> float:
    """Entropic value at risk of the sample, positive where something is lost.

    The sample holds one observation beyond the confidence at least.
    """
    return tightest(returns, confidence)[0]


def tightest(returns: Sequence[float], confidence: float) -> tuple[float, float]:
    """The same, and the t at which the bound is tightest; zero where returns do not vary."""
    return _tightest(np.asarray(returns, dtype=np.float64).tobytes(), confidence)


@lru_cache(maxsize=8)
def _tightest(returns: bytes, confidence: float) -> tuple[float, float]:
    # the figure and its error are asked for one after the other
    losses = -np.frombuffer(returns)
    worst, part = float(losses.max()), float(beyond(confidence))
    spread = worst - float(losses.min())
    if spread <= 0:
        # no negative zero where nothing was lost
        return worst + 0.0, 0.0
    below, raised = losses - worst, np.empty_like(losses)

    def bound(power: float) -> float:
        t = spread * exp(power)
        np.exp(np.divide(below, t, out=raised), out=raised)
        return worst + t * log(float(np.add.reduce(raised)) / len(raised) / part)

    low, high = -_FAR, _FAR
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = bound(left), bound(right)
    for _ in range(_STEPS):
        # the bound is convex in t, and so has one valley in its logarithm
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = bound(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = bound(right)
    return min(at_left, at_right, worst), spread * exp(left if at_left < at_right else right)
