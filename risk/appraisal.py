"""Returns beside those of a benchmark on the same days → whose risk it is, and what the rest paid.

m2                 mean(R − Rf) ÷ sd(R) × sd(B) + Rf, × periods     (Modigliani and Modigliani 1997)
systematic_risk    abs(beta)·sd(B), × √periods
specific_risk      sd(R − alpha − beta·B), × √periods; the squares of both sum to that of volatility
appraisal          alpha ÷ specific risk, of a year                 (Treynor and Black 1973)
beta_up, beta_down the slope on days on which B − Rf is above zero, and below  (Bacon 2008)
ahead              share of the days on which R was above B; an equal day counts half

Deviations have a divisor of n − 1. Errors are those of independent days, by influence functions.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from risk.model import Measure
from risk.ratios import DAYS_NEEDED
from risk.returns import RESOLUTION, varies
from risk.standard_errors import error_of

Values = npt.NDArray[np.float64]
#: value, error, reason of a measure.
Figure = tuple[float | None, float | None, str]

_TOLD: Final = (
    ("m2", "fraction", "what it would have earned at the benchmark's deviation, × periods"),
    ("systematic_risk", "fraction", "abs(beta) × deviation of the benchmark × √periods"),
    ("specific_risk", "fraction", "deviation of what beta does not explain × √periods"),
    ("appraisal", "ratio", "alpha ÷ specific risk, of a year"),
    ("beta_up", "ratio", "beta of the days on which the benchmark was above the rate"),
    ("beta_down", "ratio", "beta of the days on which the benchmark was below the rate"),
    ("ahead", "fraction", "share of days above the benchmark; an equal day counts half"),
)


def modigliani(own: Sequence[float], benchmark: Sequence[float], rate: float = 0.0) -> float:
    """mean(R − Rf) ÷ sd(R) × sd(B) + Rf of one period; the returns vary."""
    mine, theirs = _excess(own, benchmark, rate)
    return float(mine.mean() / mine.std(ddof=1) * theirs.std(ddof=1)) + rate


def risks(own: Sequence[float], benchmark: Sequence[float]) -> tuple[float, float]:
    """Systematic and specific risk of one period; the benchmark varies."""
    mine, theirs = _excess(own, benchmark, 0.0)
    beta, rest = _fitted(mine, theirs)
    return abs(beta) * float(theirs.std(ddof=1)), float(rest.std(ddof=1))


def appraisal(own: Sequence[float], benchmark: Sequence[float], rate: float = 0.0) -> float:
    """Alpha ÷ specific risk of one period; something is not explained."""
    mine, theirs = _excess(own, benchmark, rate)
    beta, rest = _fitted(mine, theirs)
    return float((mine.mean() - beta * theirs.mean()) / rest.std(ddof=1))


def ahead(own: Sequence[float], benchmark: Sequence[float]) -> float:
    """The share of the periods in which R was above B; an equal one counts half."""
    mine, theirs = _excess(own, benchmark, 0.0)
    return float((np.sign(mine - theirs) + 1).mean() / 2)


def appraisal_measures(
    own: Sequence[float],
    benchmark: Sequence[float],
    periods: int,
    rate: float,
    given: tuple[tuple[str, str], ...],
    reason: str,
) -> tuple[Measure, ...]:
    """All of them on the same days; with a reason, why there is none."""
    sample = len(own)
    if reason:
        found: tuple[Figure, ...] = ((None, None, reason),) * len(_TOLD)
    else:
        found = _figures(*_excess(own, benchmark, rate), periods, rate)
    return tuple(
        Measure(name, value, unit, definition, sample, given, error, why)
        for (name, unit, definition), (value, error, why) in zip(_TOLD, found, strict=True)
    )


def _figures(mine: Values, theirs: Values, periods: int, rate: float) -> tuple[Figure, ...]:
    root, spread = sqrt(periods), float(theirs.std(ddof=1))
    deviation, mean = float(mine.std(ddof=1)), float(mine.mean())
    one, two = mine - mean, theirs - theirs.mean()
    ratio = mean / deviation
    # what a day adds to a deviation, and to a slope
    of_mine = (one**2 - deviation**2) / (2 * deviation)
    of_theirs = (two**2 - spread**2) / (2 * spread)
    beta, rest = _fitted(mine, theirs)
    of_beta = rest * two / spread**2
    m2 = (one - ratio * of_mine) / deviation * spread + ratio * of_theirs
    shared = abs(beta) * spread
    of_shared = np.sign(beta) * (of_beta * spread + beta * of_theirs)
    own = float(rest.std(ddof=1))
    exact = own <= RESOLUTION * deviation
    why = "the benchmark explains all of it" if exact else ""
    alpha = mean - beta * float(theirs.mean())
    of_own = np.zeros_like(rest) if exact else (rest**2 - own**2) / (2 * own)
    of_alpha = rest - of_beta * float(theirs.mean())
    paid = None if exact else alpha / own
    error = None if paid is None else error_of((of_alpha - paid * of_own) / own) * root
    before = float((np.sign(mine - theirs) + 1).mean() / 2)
    return (
        ((ratio * spread + rate) * periods, error_of(m2) * periods, ""),
        (shared * root, error_of(of_shared) * root, ""),
        (own * root, error_of(of_own) * root, ""),
        (None if paid is None else paid * root, error, why),
        _sided(mine, theirs, theirs > 0, "above"),
        _sided(mine, theirs, theirs < 0, "below"),
        (before, error_of(np.sign(mine - theirs) / 2), ""),
    )


def _sided(mine: Values, theirs: Values, days: npt.NDArray[np.bool_], side: str) -> Figure:
    """The slope of some of the days with its error, or why there is none."""
    count = int(days.sum())
    if count < DAYS_NEEDED or not varies(theirs[days].tolist()):
        return None, None, f"{count} of at least {DAYS_NEEDED} days {side} the rate that vary"
    beta, rest = _fitted(mine[days], theirs[days])
    spread = float(((theirs[days] - theirs[days].mean()) ** 2).sum())
    return beta, sqrt(float(rest @ rest) / (count - 2) / spread), ""


def _fitted(mine: Values, theirs: Values) -> tuple[float, Values]:
    """The slope of least squares, and what it leaves, of mean zero."""
    centred = theirs - theirs.mean()
    beta = float(centred @ mine) / float(centred @ centred)
    return beta, mine - mine.mean() - beta * centred


def _excess(own: Sequence[float], benchmark: Sequence[float], rate: float) -> tuple[Values, Values]:
    mine, theirs = (np.asarray(each, dtype=np.float64) - rate for each in (own, benchmark))
    assert len(mine) == len(theirs), "the same days"
    return mine, theirs
