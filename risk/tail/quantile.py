"""A sample and a confidence → the quantile of what lies beyond, and losses with their sign."""

from fractions import Fraction
from functools import lru_cache

import numpy as np

#: Value at risk and expected shortfall, positive where something is lost.
Tail = tuple[float, float]


@lru_cache(maxsize=64)
def beyond(confidence: float) -> Fraction:
    """1 − confidence as it is written, so that a whole position in the sample stays whole."""
    assert 0.5 < confidence < 1, "a confidence lies between 0.5 and 1"
    return 1 - Fraction(str(confidence))


def quantile(ordered: np.ndarray, part: Fraction) -> float:
    """Type 7: position (n − 1)·part among the ordered values, between two of them in proportion.

    Hyndman and Fan 1996.
    """
    whole, rest = divmod((len(ordered) - 1) * part, 1)
    below = float(ordered[whole])
    if rest == 0:
        return below
    above = float(ordered[whole + 1])
    return min(above, below + float(rest) * (above - below))


def loss(value: float) -> float:
    """The other sign, without a negative zero."""
    return 0.0 - value
