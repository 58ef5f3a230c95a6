"""Returns → the calm, the usual and the turbulent times, named on each day by what was known then.

The state of a day is where its EWMA volatility (λ = 0.94) stands among those of the days before it:
the lowest third is calm, the highest turbulent. It is taken in place of a hidden Markov model,
which is fitted to the whole sample, so that tomorrow changes what yesterday was, and whose fit may
fail; this one has nothing to fit, and a label once given stays.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby
from math import sqrt
from typing import Final

import numpy as np

from risk.model import Regime, ReturnSeries
from risk.tail.historical import DECAY

#: Days before the first label: fewer volatilities have no thirds worth a name.
DAYS_NEEDED: Final = 120
STATES: Final = ("calm", "usual", "turbulent")


def volatilities(returns: Sequence[float]) -> np.ndarray:
    """EWMA deviation of each day with its own return, begun with the square of the first."""
    squares = np.asarray(returns, dtype=np.float64) ** 2
    found = np.empty(len(squares))
    variance = float(squares[0]) if len(squares) else 0.0
    for at, square in enumerate(squares.tolist()):
        variance = DECAY * variance + (1 - DECAY) * square
        found[at] = variance
    return np.sqrt(found)


def states(returns: Sequence[float]) -> tuple[str, ...]:
    """The state of each day from the first that has enough days before it."""
    levels = volatilities(returns).tolist()
    before, found = sorted(levels[:DAYS_NEEDED]), []
    for level in levels[DAYS_NEEDED:]:
        # level stands above a part of the days before it
        at = bisect_left(before, level)
        part = at / len(before)
        found.append(STATES[int(part >= 1 / 3) + int(part >= 2 / 3)])
        before.insert(at, level)
    return tuple(found)


def regimes(series: ReturnSeries) -> tuple[Regime, ...]:
    """Runs of days in one state, in order of time, with what they returned and how they moved."""
    labels = states(series.values)
    sample = np.asarray(series.values, dtype=np.float64)
    found, at = [], DAYS_NEEDED
    for state, run in groupby(labels):
        length = len(list(run))
        values = sample[at : at + length]
        # runs are many and short: the bare sums, without what a mean looks at first
        mean = float(np.add.reduce(values)) / length
        apart = values - mean
        found.append(
            Regime(
                state,
                series.days[at],
                series.days[at + length - 1],
                length,
                mean,
                sqrt(float(np.add.reduce(apart * apart)) / length),
            )
        )
        at += length
    return tuple(found)
