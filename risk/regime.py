"""Returns → the calm, the usual and the turbulent times, named on each day by what was known then.

The state of a day is where its EWMA volatility (λ = 0.94) stands among those of the days before it:
the lowest third is calm, the highest turbulent. It is taken in place of a hidden Markov model,
which is fitted to the whole sample, so that tomorrow changes what yesterday was, and whose fit may
fail; this one has nothing to fit, and a label once given stays.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np

from risk.model import Regime, ReturnSeries
from risk.tail.historical import DECAY

#: Days before the first label: fewer volatilities have no thirds worth a name.
DAYS_NEEDED: Final = 120
STATES: Final = ("calm", "usual", "turbulent")


def volatilities(returns: Sequence[float]) -> np.ndarray:
    """EWMA deviation of each day with its own return, begun with the square of the first."""
    squares = (np.asarray(returns, dtype=np.float64) ** 2).tolist()
    variance, new = squares[0] if squares else 0.0, 1 - DECAY
    found: np.ndarray = np.sqrt(
        [variance := DECAY * variance + new * square for square in squares], dtype=np.float64
    )
    return found


def states(returns: Sequence[float]) -> tuple[str, ...]:
    """The state of each day from the first that has enough days before it."""
    levels = volatilities(returns).tolist()
    before, places = sorted(levels[:DAYS_NEEDED]), []
    for level in levels[DAYS_NEEDED:]:
        at = bisect_left(before, level)
        places.append(at)
        before.insert(at, level)
    # the part of the days before it that each stands above
    parts = np.array(places) / np.arange(DAYS_NEEDED, DAYS_NEEDED + len(places))
    thirds = (parts >= 1 / 3).astype(np.int64) + (parts >= 2 / 3)
    return tuple(STATES[third] for third in thirds.tolist())


def regimes(series: ReturnSeries) -> tuple[Regime, ...]:
    """Runs of days in one state, in order of time, with what they returned and how they moved."""
    labels = states(series.values)
    if not labels:
        return ()
    runs = [(state, sum(1 for _ in run)) for state, run in groupby(labels)]
    lengths = np.array([length for _, length in runs])
    starts = np.cumsum(lengths) - lengths
    sample = np.asarray(series.values[DAYS_NEEDED:], dtype=np.float64)
    # runs are many and short: all their sums at once
    means = np.add.reduceat(sample, starts) / lengths
    apart = sample - np.repeat(means, lengths)
    deviations = np.sqrt(np.add.reduceat(apart * apart, starts) / lengths)
    begins = (starts + DAYS_NEEDED).tolist()
    return tuple(
        Regime(state, series.days[at], series.days[at + length - 1], length, mean, deviation)
        for (state, length), at, mean, deviation in zip(
            runs, begins, means.tolist(), deviations.tolist(), strict=True
        )
    )
