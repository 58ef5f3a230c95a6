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
from math import hypot, sqrt
from typing import Final

import numpy as np

from risk.backtest import WINDOW, Forecasts, judged
from risk.growth import compounded
from risk.model import Backtest, Measure
from risk.standard_errors import error_of, quantile_error, shortfall_error
from risk.tail import label_of, observations_needed
from risk.tail.historical import (
    DECAY,
    LONG_STILL,
    STILLNESS,
    filtered,
    historical,
    rescaled,
    variances,
)
from risk.tail.quantile import Tail, beyond, quantile

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
    found = _walked(returns, days, count)
    return found if isinstance(found, str) else historical(found[0].tolist(), confidence)


def _walked(returns: Sequence[float], days: int, count: int) -> tuple[np.ndarray, np.ndarray] | str:
    """What each path made, and the days it was drawn from in units of their volatility."""
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
    return wealth - 1, shocks


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
        errors = (None, None) if reason else _errors(method, returns, confidence, days)
        for what, value, error in zip(("var", "es"), values, errors, strict=True):
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
                    error,
                    reason,
                )
            )
    return tuple(measures), tuple(tests)


def _errors(
    method: str, returns: Sequence[float], confidence: float, days: int
) -> tuple[float | None, float | None]:
    """Of runs as many as stand apart; of paths by their number and by the deviation of the days
    they are drawn from; of a day × √days.
    """
    part = beyond(confidence)
    if method == "scaled":
        now = rescaled(returns)
        if isinstance(now, str):
            return None, None
        root, ordered = sqrt(days), np.sort(now)
        first = quantile_error(ordered, part)
        second = shortfall_error(now, quantile(ordered, part), float(part))
        return None if first is None else first * root, second * root
    if method == "overlapping":
        runs, more = np.sort(overlapped(returns, days)), 0.0
        apart = len(returns) / days
    else:
        found = _walked(returns, days, PATHS)
        if isinstance(found, str):
            return None, None
        runs, squares = np.sort(found[0]), found[1] ** 2
        apart, mean = float(PATHS), float(squares.mean())
        more = error_of(squares) / (2 * mean) if mean > 0 else 0.0
    at = quantile(runs, part)
    own = quantile_error(runs, part, apart)
    mean_beyond = shortfall_error(runs, at, float(part)) * sqrt(len(runs) / apart)
    tail = historical(runs.tolist(), confidence)
    return (
        None if own is None else hypot(own, tail[0] * more),
        hypot(mean_beyond, tail[1] * more),
    )


def _forecasts(
    returns: Sequence[float], function: Ahead, confidence: float, days: int
) -> Forecasts:
    rows = []
    for at in range(observations_needed(confidence), len(returns) - days + 1, days):
        tail = function(returns[max(0, at - WINDOW * days) : at], confidence, days)
        said = (np.nan, np.nan) if isinstance(tail, str) else tail
        rows.append((*said, -compounded(returns[at : at + days])))
    return Forecasts(*np.asarray(rows, dtype=np.float64).reshape(-1, 3).T)
