"""Returns beside those of a benchmark on the same days → what was the market's, and what was not.

beta      cov(R − Rf, B − Rf) ÷ var(B − Rf)                                  (Sharpe 1964)
alpha     mean(R − Rf) − beta·mean(B − Rf), × periods                        (Jensen 1968)
capture   sum of R ÷ sum of B over the days on which B rose, and over those on which it fell
tracking error     sd(R − B, ddof 1) × √periods
information ratio  difference of the geometric annual returns ÷ tracking error
treynor   geometric annual return of R − Rf ÷ beta                           (Treynor 1965)
"""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, sqrt
from typing import Any, Final, NamedTuple

import numpy as np

from risk.appraisal import appraisal_measures
from risk.growth import annualised, compounded
from risk.model import Measure, ReturnSeries, RiskReport
from risk.ratios import DAYS_NEEDED
from risk.returns import PERIODS_PER_YEAR, RESOLUTION, varies
from risk.standard_errors import Values, error_of

FLAT: Final = "the benchmark does not vary"
ENDLESS: Final = "the growth is beyond every number"
#: Names, units and definitions, in the order in which they are told.
_TOLD: Final = (
    ("beta", "ratio", "covariance of excess returns with the benchmark's over its variance"),
    ("alpha", "fraction", "(mean excess return − beta × that of the benchmark) × periods"),
    ("correlation_with_benchmark", "ratio", "Pearson, of the same days"),
    ("tracking_error", "fraction", "deviation of the difference (ddof 1) × √periods"),
    ("information_ratio", "ratio", "difference of geometric annual returns ÷ tracking error"),
    ("treynor", "ratio", "geometric annual return above the rate ÷ beta"),
    ("up_capture", "ratio", "sum of returns over the benchmark's on days on which it rose"),
    ("down_capture", "ratio", "sum of returns over the benchmark's on days on which it fell"),
)


class Line(NamedTuple):
    """A line through excess returns: slope and height a period, with their standard errors."""

    beta: float
    alpha: float
    beta_error: float
    alpha_error: float


def line(returns: Sequence[float], benchmark: Sequence[float], rate: float = 0.0) -> Line:
    """The line of least squares; the benchmark varies, and the days are three at least."""
    own, other = (np.asarray(each, dtype=np.float64) - rate for each in (returns, benchmark))
    assert len(own) == len(other) > 2, "the same days, three at least"
    centred = other - other.mean()
    spread = float(centred @ centred)
    beta = float(centred @ (own - own.mean())) / spread
    alpha = float(own.mean() - beta * other.mean())
    rest = own - alpha - beta * other
    left = float(rest @ rest) / (len(own) - 2)
    alpha_error = sqrt(left * (1 / len(own) + float(other.mean()) ** 2 / spread))
    return Line(beta, alpha, sqrt(left / spread), alpha_error)


def tracking_error(
    returns: Sequence[float], benchmark: Sequence[float], periods: int = PERIODS_PER_YEAR
) -> float:
    """sd(R − B, ddof 1) × √periods."""
    apart = np.asarray(returns, dtype=np.float64) - np.asarray(benchmark, dtype=np.float64)
    return float(apart.std(ddof=1)) * sqrt(periods)


def information_ratio(
    returns: Sequence[float], benchmark: Sequence[float], periods: int = PERIODS_PER_YEAR
) -> float:
    """What a year earned more than the benchmark, for each unit of tracking error above zero."""
    years = len(returns) / periods
    more = annualised(compounded(returns), years) - annualised(compounded(benchmark), years)
    return more / tracking_error(returns, benchmark, periods)


def treynor(
    returns: Sequence[float],
    benchmark: Sequence[float],
    periods: int = PERIODS_PER_YEAR,
    rate: float = 0.0,
) -> float:
    """Annual excess return for each unit of beta, which is not zero."""
    excess = [value - rate for value in returns]
    earned = annualised(compounded(excess), len(excess) / periods)
    return earned / line(returns, benchmark, rate).beta


def capture(returns: Sequence[float], benchmark: Sequence[float], *, up: bool) -> float | None:
    """What was earned for what the benchmark earned on its rising or falling days; None of none."""
    own, other = (np.asarray(each, dtype=np.float64) for each in (returns, benchmark))
    days = other > 0 if up else other < 0
    return float(own[days].sum() / other[days].sum()) if days.any() else None


def same_days(series: ReturnSeries, benchmark: ReturnSeries) -> tuple[ReturnSeries, ReturnSeries]:
    """Both on the days that both have; nothing is filled in."""
    if series.days == benchmark.days:
        return series, benchmark
    known = dict(zip(benchmark.days, benchmark.values, strict=True))
    pairs = [
        (day, value, known[day])
        for day, value in zip(series.days, series.values, strict=True)
        if day in known
    ]
    days = tuple(day for day, _, _ in pairs)
    return (
        ReturnSeries(series.name, days, tuple(own for _, own, _ in pairs)),
        ReturnSeries(benchmark.name, days, tuple(other for _, _, other in pairs)),
    )


def relative_measures(
    series: ReturnSeries,
    benchmark: ReturnSeries,
    periods: int = PERIODS_PER_YEAR,
    rate: float = 0.0,
) -> tuple[Measure, ...]:
    """All of them on the days that both have, or the reason why there is none."""
    mine, theirs = same_days(series, benchmark)
    sample = len(mine.values)
    # arrays once, or each figure makes its own
    own: Any = np.asarray(mine.values, dtype=np.float64)
    other: Any = np.asarray(theirs.values, dtype=np.float64)
    reason = f"{sample} of at least {DAYS_NEEDED} common days" if sample < DAYS_NEEDED else ""
    reason = reason or ("" if varies(theirs.values) else FLAT)
    apart = reason or ("" if _apart(own, other) else "it follows the benchmark exactly")
    short = "" if sample >= periods else f"{sample} of {periods} days of a year"
    found = None if reason else line(own, other, rate)
    errors = (None, None, None, None) if reason else _errors(own, other)
    slope = reason or short or ("" if found and abs(found.beta) > RESOLUTION else "beta is zero")
    steady = reason or ("" if varies(mine.values) else "the returns do not vary")
    rose, fell = (
        (None, None) if reason else (capture(own, other, up=True), capture(own, other, up=False))
    )
    values = (
        (found and found.beta, reason, found and found.beta_error),
        (found and found.alpha * periods, reason, found and found.alpha_error * periods),
        (None if steady else float(np.corrcoef(own, other)[0, 1]), steady, errors[0]),
        (
            None if reason else tracking_error(own, other, periods),
            reason,
            None if errors[1] is None else errors[1] * sqrt(periods),
        ),
        _information(mine.values, theirs.values, periods, apart or short),
        _treynor(mine.values, theirs.values, periods, rate, slope),
        (rose, reason or ("" if rose is not None else "the benchmark never rose"), errors[2]),
        (fell, reason or ("" if fell is not None else "the benchmark never fell"), errors[3]),
    )
    given = (
        ("benchmark", benchmark.name),
        ("periods per year", str(periods)),
        ("risk-free rate per period", f"{rate:g}"),
    )
    told = tuple(
        Measure(name, value, unit, definition, sample, given, None if why else error, why)
        for (name, unit, definition), (value, why, error) in zip(_TOLD, values, strict=True)
    )
    return told + appraisal_measures(own, other, periods, rate, given, reason or steady)


def _errors(
    own: Sequence[float], benchmark: Sequence[float]
) -> tuple[float | None, float | None, float | None, float | None]:
    """Of correlation, deviation of the difference a day, up and down capture: independent days."""
    mine, theirs = (np.asarray(each, dtype=np.float64) for each in (own, benchmark))
    apart = mine - theirs
    spread = float(apart.std(ddof=1))
    captured = []
    for days in (theirs > 0, theirs < 0):
        at = theirs * days
        known = days.any()
        ratio = float((mine * days).sum() / at.sum()) if known else 0.0
        captured.append(error_of((mine * days - ratio * at) / at.mean()) if known else None)
    correlated = None
    if mine.std() > 0 and theirs.std() > 0:
        one, two = ((each - each.mean()) / each.std() for each in (mine, theirs))
        together = float((one * two).mean())
        correlated = error_of(one * two - together * (one**2 + two**2) / 2)
    tracked = error_of((apart - apart.mean()) ** 2) / (2 * spread) if spread > 0 else None
    return correlated, tracked, captured[0], captured[1]


def _information(
    own: Sequence[float], benchmark: Sequence[float], periods: int, why: str
) -> tuple[float | None, str, float | None]:
    """The information ratio and its error, or why there is none."""
    if why:
        return None, why, None
    mine, theirs = (np.asarray(each, dtype=np.float64) for each in (own, benchmark))
    apart = mine - theirs
    spread = float(apart.std(ddof=1))
    with np.errstate(all="ignore"):
        more = _of_a_year(mine, periods) - _of_a_year(theirs, periods)
    ratio = information_ratio(own, benchmark, periods)
    if not isfinite(ratio):
        return None, ENDLESS, None
    of_spread = ((apart - apart.mean()) ** 2 - spread**2) / (2 * spread)
    with np.errstate(all="ignore"):
        found = error_of(more / (spread * sqrt(periods)) - ratio * of_spread / spread)
    return ratio, "", found if isfinite(found) else None


def _treynor(
    own: Sequence[float], benchmark: Sequence[float], periods: int, rate: float, why: str
) -> tuple[float | None, str, float | None]:
    """The Treynor ratio and its error, or why there is none."""
    if why:
        return None, why, None
    mine, theirs = (np.asarray(each, dtype=np.float64) - rate for each in (own, benchmark))
    beta, centred = line(own, benchmark, rate).beta, theirs - theirs.mean()
    rest = mine - mine.mean() - beta * centred
    of_beta = rest * centred / float((centred**2).mean())
    ratio = treynor(own, benchmark, periods, rate)
    if not isfinite(ratio):
        return None, ENDLESS, None
    with np.errstate(all="ignore"):
        found = error_of((_of_a_year(mine, periods) - ratio * of_beta) / beta)
    return ratio, "", found if isfinite(found) else None


def _of_a_year(values: Values, periods: int) -> Values:
    """What each period adds to the geometric return of a year."""
    with np.errstate(all="ignore"):
        logs = np.log1p(values)
        found: Values = np.exp(logs.mean() * periods) * periods * (logs - logs.mean())
    return found


def with_benchmark(report: RiskReport, benchmark: ReturnSeries) -> RiskReport:
    """The report with the fund's returns beside those of a benchmark."""
    more = relative_measures(report.returns, benchmark)
    return replace(report, measures=report.measures + more)


def _apart(own: Sequence[float], other: Sequence[float]) -> bool:
    mine, theirs = (np.asarray(each, dtype=np.float64) for each in (own, other))
    largest = max(float(np.abs(each).max()) for each in (mine, theirs))
    return bool(np.ptp(mine - theirs) > RESOLUTION * largest)
