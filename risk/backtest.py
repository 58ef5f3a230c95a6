"""Returns and forecasts of their tails → whether the tails came out as often as they should.

Each day is forecast from the days before it alone. An exception is a day that lost more than its
value at risk. Kupiec 1995 asks whether there were too many or too few, Christoffersen 1998 whether
they came in clusters, the Basel Committee (1996) in which zone 250 days stand, Acerbi and Szekely
(2014, test 2) whether what was lost beyond was as much as the expected shortfall said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import comb, erfc, exp, log, nan, sqrt
from typing import Final

import numpy as np

from risk.model import Backtest, Measure, Ratio
from risk.returns import RESOLUTION
from risk.tail import DAYS_NEEDED, METHODS, Method, observations_needed
from risk.tail.rolling import AT_ONCE, Tails, windows

#: Days that a forecast looks back on, where there are as many.
WINDOW: Final = 500
#: Days of forecasts below which nothing is said of them.
FORECASTS_NEEDED: Final = 100
#: Days for which a distribution is kept that takes long to fit.
DAYS_KEPT: Final = {"student": 30, "extreme": 30}
#: Days that are forecast together: fewer take more steps, more do not stay near the processor.
DAYS_AT_ONCE: Final = 480
ZONE_DAYS: Final = 250
ZONE_CONFIDENCE: Final = 0.99
#: The last number of exceptions in 250 days that is green, and that is yellow.
_GREEN, _YELLOW = 4, 9
#: Below it the shortfall is refuted at 5 %, for nearly all distributions (Acerbi and Szekely).
SHORTFALL_REFUTED: Final = -0.7


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was said of a day on the day before, and what came: losses are positive."""

    at_risk: float
    shortfall: float
    lost: float

    @property
    def exceeded(self) -> bool:
        """Whether the day lost more than its value at risk."""
        return bool(_exceeded(np.asarray(self.at_risk), np.asarray(self.lost)))


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """The same of many days in order of time, a day a place; NaN where nothing was said."""

    at_risk: np.ndarray
    shortfall: np.ndarray
    lost: np.ndarray


def backtests(returns: Sequence[float], confidence: float) -> dict[str, Backtest | str]:
    """How each method that there is would have come out, or the reason why that is not known."""
    return backtests_at(returns, (confidence,))[confidence]


def backtests_at(
    returns: Sequence[float], levels: Sequence[float]
) -> dict[float, dict[str, Backtest | str]]:
    """The same at several confidences, for little more than at one."""
    sample = np.asarray(returns, dtype=np.float64)
    said = _said(sample, [name for name in METHODS if name not in DAYS_KEPT], 1, levels)
    for name, kept in DAYS_KEPT.items():
        said |= _said(sample, [name], kept, levels)
    return {
        level: {name: judged(name, said[name][level], level) for name in METHODS}
        for level in levels
    }


def _said(
    sample: np.ndarray, names: Sequence[str], kept: int, levels: Sequence[float]
) -> dict[str, dict[float, Forecasts]]:
    """What `forecasts` says of methods at several confidences, hundreds of days at once."""
    least = {level: observations_needed(level) for level in levels}
    grid = np.arange(DAYS_NEEDED, len(sample), kept)
    asked = {first for first in least.values() if first < len(sample)}
    days = np.array(sorted(asked | set(grid[grid >= min(least.values())].tolist())), dtype=np.int64)
    found: dict[tuple[str, float], list[Tails]] = {
        (name, level): [] for name in names for level in levels
    }
    for start in range(0, len(days), DAYS_AT_ONCE):
        part = days[start : start + DAYS_AT_ONCE]
        begin = max(0, int(part[0]) - WINDOW)
        before = windows(sample[begin : part[-1]], part - begin, WINDOW, min(levels))
        for name in names:
            said = AT_ONCE[name](before)
            for level in levels:
                found[name, level].append(said(level))
    made: dict[str, dict[float, Forecasts]] = {name: {} for name in names}
    none = np.empty(0)
    for level, first in least.items():
        # a tail that was found for a day is that of the days until the next one
        each_day = np.arange(first, len(sample))
        own = days[(days == first) | ((days - DAYS_NEEDED) % kept == 0)]
        rows = np.searchsorted(days, own[np.searchsorted(own, each_day, side="right") - 1])
        for name in names:
            at_risk, shortfall = (
                np.concatenate([getattr(each, what) for each in found[name, level]] or [none])[rows]
                for what in ("at_risk", "shortfall")
            )
            made[name][level] = Forecasts(at_risk, shortfall, -sample[first:])
    return made


def with_exceptions(
    measures: Sequence[Measure], found: Mapping[str, Backtest | str]
) -> tuple[Measure, ...]:
    """Values at risk beside the exceptions that their method would have had."""
    said = {f"var_{name}": _exceptions(each) for name, each in found.items()}
    return tuple(
        replace(each, parameters=(*each.parameters, ("exceptions", said[method])))
        if (method := each.name.rpartition("_")[0]) in said
        else each
        for each in measures
    )


def _exceptions(found: Backtest | str) -> str:
    if isinstance(found, str):
        return f"not tested: {found}"
    return f"{found.exceptions} in {found.days} forecasts, {found.expected:g} expected"


def forecasts(
    returns: Sequence[float],
    method: Method,
    confidence: float,
    window: int = WINDOW,
    days: int = 1,
) -> tuple[Forecast | None, ...]:
    """A forecast a day from the first that has enough days before it; None where none is made.

    With `days` each tail is kept for so many, as one would that takes long to find, and found on
    the same days at every confidence.
    """
    least = observations_needed(confidence)
    found: list[Forecast | None] = []
    for at in range(least, len(returns)):
        if at == least or (at - DAYS_NEEDED) % days == 0:
            tail = method(returns[max(0, at - window) : at], confidence)
        found.append(None if isinstance(tail, str) else Forecast(*tail, -returns[at]))
    return tuple(found)


def gathered(given: Sequence[Forecast | None]) -> Forecasts:
    """Forecasts side by side."""
    rows = [
        (nan, nan, nan) if each is None else (each.at_risk, each.shortfall, each.lost)
        for each in given
    ]
    return Forecasts(*np.asarray(rows, dtype=np.float64).reshape(-1, 3).T)


def backtest(name: str, given: Sequence[Forecast | None], confidence: float) -> Backtest | str:
    """How forecasts came out, in order of time; a reason where they are too few."""
    return judged(name, gathered(given), confidence)


def judged(name: str, given: Forecasts, confidence: float) -> Backtest | str:
    """How forecasts came out; a reason where they are too few."""
    made = ~np.isnan(given.at_risk)
    days, part = int(made.sum()), 1 - confidence
    if days < FORECASTS_NEEDED:
        return f"{days} of at least {FORECASTS_NEEDED} forecasts"
    exceeded = _exceeded(given.at_risk, given.lost)
    exceptions = int(exceeded.sum())
    coverage = kupiec(days, exceptions, part)
    in_a_row = made[:-1] & made[1:]
    turns = np.bincount(2 * exceeded[:-1][in_a_row] + exceeded[1:][in_a_row], minlength=4)
    independence = _independence(turns.reshape(2, 2).tolist())
    both = None
    if independence is not None:
        statistic = coverage.statistic + independence.statistic
        both = Ratio(statistic, exp(-statistic / 2))
    last = exceeded[made][-ZONE_DAYS:]
    zoned = len(last) == ZONE_DAYS and confidence == ZONE_CONFIDENCE
    return Backtest(
        method=name,
        confidence=confidence,
        days=days,
        silent=len(made) - days,
        exceptions=exceptions,
        expected=days * part,
        coverage=coverage,
        independence=independence,
        conditional=both,
        shortfall=_shortfall(given, exceeded, made, part),
        zone=zone(int(last.sum())) if zoned else None,
    )


def kupiec(days: int, exceptions: int, part: float) -> Ratio:
    """Whether so many exceptions of so many days are what a part of the days should be.

    LR = −2 ln((1 − p)^(N − x) p^x ÷ ((1 − x/N)^(N − x) (x/N)^x)), χ² of one degree.
    """
    assert days > 0 and 0 <= exceptions <= days and 0 < part < 1
    statistic = _likelihood(days - exceptions, exceptions, exceptions / days)
    return _of_one_degree(2 * (statistic - _likelihood(days - exceptions, exceptions, part)))


def christoffersen(pairs: Sequence[tuple[bool, bool]]) -> Ratio | None:
    """Whether a day after an exception is an exception as often as any other day; χ² of one degree.

    `pairs` are two days in a row each, exceptions or not.
    """
    return _independence(
        [
            [sum(pair == (first, second) for pair in pairs) for second in (False, True)]
            for first in (False, True)
        ]
    )


def _independence(after: Sequence[Sequence[int]]) -> Ratio | None:
    """The same of how often a quiet and a loud day followed a quiet one, and a loud one."""
    quiet, loud = (sum(column) for column in zip(*after, strict=True))
    if not quiet + loud:
        return None
    apart = sum(
        _likelihood(still, worse, worse / (still + worse))
        for still, worse in after
        if still + worse
    )
    return _of_one_degree(2 * (apart - _likelihood(quiet, loud, loud / (quiet + loud))))


def zone(exceptions: int) -> str:
    """The zone of a model with so many exceptions in 250 days at 99 %: green, yellow or red."""
    if exceptions <= _GREEN:
        return "green"
    return "yellow" if exceptions <= _YELLOW else "red"


def at_most(exceptions: int, days: int, part: float) -> float:
    """How likely so many exceptions or fewer are where the model is right."""
    return sum(
        comb(days, count) * part**count * (1 - part) ** (days - count)
        for count in range(exceptions + 1)
    )


def acerbi_szekely(made: Sequence[Forecast], part: float) -> float | None:
    """1 − Σ lost_t·exceeded_t ÷ (N·p·ES_t): zero is as said, below −0.7 more was lost than said."""
    given = gathered(made)
    exceeded = _exceeded(given.at_risk, given.lost)
    return _shortfall(given, exceeded, np.ones(len(made), dtype=bool), part)


def _shortfall(
    given: Forecasts, exceeded: np.ndarray, made: np.ndarray, part: float
) -> float | None:
    if (given.shortfall[made] <= 0).any():
        return None
    beyond = float((given.lost[exceeded] / given.shortfall[exceeded]).sum())
    return 1 - beyond / (int(made.sum()) * part)


def _exceeded(at_risk: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """Which days lost more than was said; a difference of rounding is none, nor is silence."""
    larger: np.ndarray = lost - at_risk > RESOLUTION * np.maximum(np.abs(lost), np.abs(at_risk))
    return larger


def _likelihood(quiet: int, loud: int, part: float) -> float:
    """ln((1 − p)^quiet p^loud), with 0·ln 0 = 0."""
    none = quiet * log(1 - part) if quiet else 0.0
    return none + (loud * log(part) if loud else 0.0)


def _of_one_degree(statistic: float) -> Ratio:
    # rounding may leave a hair below zero
    statistic = max(0.0, statistic)
    return Ratio(statistic, erfc(sqrt(statistic / 2)))
