"""Returns and forecasts of their tails → whether the tails came out as often as they should.

Each day is forecast from the days before it alone. An exception is a day that lost more than its
value at risk. Kupiec 1995 asks whether there were too many or too few, Christoffersen 1998 whether
they came in clusters, the Basel Committee (1996) in which zone 250 days stand, Acerbi and Szekely
(2014, test 2) whether what was lost beyond was as much as the expected shortfall said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import comb, erfc, exp, log, sqrt
from typing import Final

from risk.model import Backtest, Measure, Ratio
from risk.tail import METHODS, Method, observations_needed

#: Days that a forecast looks back on, where there are as many.
WINDOW: Final = 500
#: Days of forecasts below which nothing is said of them.
FORECASTS_NEEDED: Final = 100
#: Days for which a distribution is kept that takes long to fit.
DAYS_KEPT: Final = {"student": 30, "extreme": 30}
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
        return self.lost > self.at_risk


def backtests(returns: Sequence[float], confidence: float) -> dict[str, Backtest | str]:
    """How each method that there is would have come out, or the reason why that is not known."""
    return {
        name: backtest(
            name,
            forecasts(returns, method, confidence, days=DAYS_KEPT.get(name, 1)),
            confidence,
        )
        for name, (method, _) in METHODS.items()
    }


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

    With `days` each tail is kept for so many, as one would that takes long to find.
    """
    least = observations_needed(confidence)
    found: list[Forecast | None] = []
    for at in range(least, len(returns)):
        if (at - least) % days == 0:
            tail = method(returns[max(0, at - window) : at], confidence)
        found.append(None if isinstance(tail, str) else Forecast(*tail, -returns[at]))
    return tuple(found)


def backtest(name: str, given: Sequence[Forecast | None], confidence: float) -> Backtest | str:
    """How forecasts came out, in order of time; a reason where they are too few."""
    made = [each for each in given if each is not None]
    if len(made) < FORECASTS_NEEDED:
        return f"{len(made)} of at least {FORECASTS_NEEDED} forecasts"
    part = 1 - confidence
    exceptions = sum(each.exceeded for each in made)
    coverage = kupiec(len(made), exceptions, part)
    independence = christoffersen(
        [(one.exceeded, other.exceeded) for one, other in pairwise(given) if one and other]
    )
    both = None
    if independence is not None:
        statistic = coverage.statistic + independence.statistic
        both = Ratio(statistic, exp(-statistic / 2))
    last = made[-ZONE_DAYS:]
    zoned = len(last) == ZONE_DAYS and confidence == ZONE_CONFIDENCE
    return Backtest(
        method=name,
        confidence=confidence,
        days=len(made),
        silent=len(given) - len(made),
        exceptions=exceptions,
        expected=len(made) * part,
        coverage=coverage,
        independence=independence,
        conditional=both,
        shortfall=acerbi_szekely(made, part),
        zone=zone(sum(each.exceeded for each in last)) if zoned else None,
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
    if not pairs:
        return None
    after = [
        [sum(pair == (first, second) for pair in pairs) for second in (False, True)]
        for first in (False, True)
    ]
    apart = sum(
        _likelihood(quiet, loud, loud / (quiet + loud)) for quiet, loud in after if quiet + loud
    )
    quiet, loud = (sum(column) for column in zip(*after, strict=True))
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
    if any(each.shortfall <= 0 for each in made):
        return None
    beyond = sum(each.lost / each.shortfall for each in made if each.exceeded)
    return 1 - beyond / (len(made) * part)


def _likelihood(quiet: int, loud: int, part: float) -> float:
    """ln((1 − p)^quiet p^loud), with 0·ln 0 = 0."""
    none = quiet * log(1 - part) if quiet else 0.0
    return none + (loud * log(part) if loud else 0.0)


def _of_one_degree(statistic: float) -> Ratio:
    # rounding may leave a hair below zero
    statistic = max(0.0, statistic)
    return Ratio(statistic, erfc(sqrt(statistic / 2)))
