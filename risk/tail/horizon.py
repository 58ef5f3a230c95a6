"""Returns → tails of several days ahead: by runs that were, by paths that might be, and scaled.

overlapping  quantile of the compounded returns of every run of so many days; runs share days, so
             that they say less than their number
paths        filtered historical simulation: days are drawn from those that were, in units of their
             volatility, and each moves the EWMA variance of the next (Barone-Adesi, Giannopoulos
             and Vosper 1999)
scaled       the filtered tail of one day × √days: right only of independent days that do not
             compound, and shown beside the others for that
"""

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Final

import numpy as np

from risk.backtest import WINDOW, Forecasts, judged
from risk.growth import compounded
from risk.model import Backtest, Measure
from risk.tail import label_of, observations_needed
from risk.tail.historical import DECAY, LONG_STILL, STILLNESS, filtered, historical, variances
from risk.tail.quantile import Tail

LONGEST: Final = 10
PATHS: Final = 10_000
SEED: Final = 19_990

Ahead = Callable[[Sequence[float], float, int], Tail | str]


def overlapped(returns: Sequence[float], days: int) -> np.ndarray:
    """The compounded return of every run of so many days; at least −1."""
    runs = np.lib.stride_tricks.sliding_window_view(np.asarray(returns, dtype=np.float64), days)
    found: np.ndarray = np.cumprod(np.maximum(1 + runs, 0.0), axis=1)[:, -1] - 1
    return found


def overlapping(returns: Sequence[float], confidence: float, days: int) -> Tail | str:
    """(VaR, ES) of all runs of days, of which one at least lies beyond without its neighbours."""
    apart, needed = len(returns) // days, observations_needed(confidence)
    if apart < needed:
        return f"{apart} of at least {needed} runs of {days} days"
    return historical(overlapped(returns, days).tolist(), confidence)


def paths(returns: Sequence[float], confidence: float, days: int, count: int = PATHS) -> Tail | str:
    """(VaR, ES) of paths from a fixed seed, or the reason why there are none."""
    sample = np.asarray(returns, dtype=np.float64)
    known = variances(sample)
    moved = sample != 0
    if (known[:-1][moved] < STILLNESS**2 * known[0]).any():
        return LONG_STILL
    shocks = np.zeros(len(sample))
    shocks[moved] = sample[moved] / np.sqrt(known[:-1][moved])
    drawn = np.random.default_rng(SEED).integers(len(sample), size=(days, count))
    variance, wealth = np.full(count, known[-1]), np.ones(count)
    for step in drawn:
        came = shocks[step] * np.sqrt(variance)
        wealth *= np.maximum(1 + came, 0.0)
        variance = DECAY * variance + (1 - DECAY) * came**2
    return historical((wealth - 1).tolist(), confidence)


def scaled(returns: Sequence[float], confidence: float, days: int) -> Tail | str:
    """(VaR, ES) of one day × √days."""
    found = filtered(returns, confidence)
    if isinstance(found, str):
        return found
    return found[0] * sqrt(days), found[1] * sqrt(days)


#: method → (function, definition)
METHODS: Final[dict[str, tuple[Ahead, str]]] = {
    "overlapping": (overlapping, "quantile of the compounded returns of overlapping runs of days"),
    "paths": (paths, "filtered historical simulation, 10,000 paths of EWMA volatility"),
    "scaled": (scaled, "filtered historical simulation of one day × √days: independent days only"),
}


def horizon_measures(
    returns: Sequence[float], confidence: float, days: int
) -> tuple[tuple[Measure, ...], tuple[Backtest, ...]]:
    """VaR and ES over two to ten days with their exceptions, and the back-tests behind them.

    A back-test forecasts runs that follow one another without a common day.
    """
    assert 1 < days <= LONGEST, f"a horizon is of two to {LONGEST} days"
    needed, sample = observations_needed(confidence), len(returns)
    label = f"{label_of(confidence)}_{days}d"
    measures, tests = [], []
    for method, (function, definition) in METHODS.items():
        short = f"{sample} of at least {needed} days"
        found = function(returns, confidence, days) if sample >= needed else short
        tested = judged(
            f"{method}_{days}d", _forecasts(returns, function, confidence, days), confidence
        )
        told = (
            f"not tested: {tested}"
            if isinstance(tested, str)
            else f"{tested.exceptions} in {tested.days} forecasts, {tested.expected:g} expected"
        )
        if isinstance(tested, Backtest):
            tests.append(tested)
        values, reason = ((None, None), found) if isinstance(found, str) else (found, "")
        given = (("confidence", str(confidence)), ("horizon", f"{days} days"))
        for what, value in zip(("var", "es"), values, strict=True):
            more = (("exceptions", told),) if what == "var" else ()
            said = definition if what == "var" else f"mean loss beyond it; {definition}"
            measures.append(
                Measure(
                    f"{what}_{method}_{label}",
                    value,
                    "fraction",
                    said,
                    sample,
                    (*given, *more),
                    reason=reason,
                )
            )
    return tuple(measures), tuple(tests)


def _forecasts(
    returns: Sequence[float], function: Ahead, confidence: float, days: int
) -> Forecasts:
    rows = []
    for at in range(observations_needed(confidence), len(returns) - days + 1, days):
        tail = function(returns[max(0, at - WINDOW * days) : at], confidence, days)
        said = (np.nan, np.nan) if isinstance(tail, str) else tail
        rows.append((*said, -compounded(returns[at : at + days])))
    return Forecasts(*np.asarray(rows, dtype=np.float64).reshape(-1, 3).T)
