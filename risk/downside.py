"""Returns → what was lost on the way, beside what was gained: ratios that need no deviation."""

from collections.abc import Sequence
from math import isfinite, sqrt

import numpy as np

from risk.drawdown import underwater
from risk.growth import DAYS_IN_YEAR, annualised, compounded
from risk.model import Measure, ReturnSeries
from risk.ratios import DAYS_NEEDED
from risk.returns import PERIODS_PER_YEAR


def omega(returns: Sequence[float], least: float = 0.0) -> float:
    """Σ max(R − L, 0) ÷ Σ max(L − R, 0); some return lies below L. Keating and Shadwick 2002."""
    excess = np.asarray(returns, dtype=np.float64) - least
    below = float(np.maximum(-excess, 0).sum())
    assert below > 0, "no return below the least acceptable"
    return float(np.maximum(excess, 0).sum()) / below


def ulcer(returns: Sequence[float]) -> float:
    """√mean(D²), D being how far below the peak each period ends. Martin and McCann 1989."""
    falls = np.asarray(underwater(returns), dtype=np.float64)
    return sqrt(float((falls**2).mean()))


def pain(returns: Sequence[float]) -> float:
    """mean(D), D being how far below the peak each period ends."""
    return 0.0 - float(np.mean(underwater(returns)))


def downside_deviation(returns: Sequence[float], least: float = 0.0) -> float:
    """√mean(min(R − L, 0)²) over all observations, of one period. Sortino and Price 1994."""
    below = np.minimum(np.asarray(returns, dtype=np.float64) - least, 0)
    return sqrt(float((below**2).mean()))


def downside_measures(
    series: ReturnSeries, periods: int = PERIODS_PER_YEAR, rate: float = 0.0
) -> tuple[Measure, ...]:
    """Omega, gain to pain, ulcer and pain index, Martin ratio and downside deviation, or why not.

    `rate` is the least acceptable return of one period.
    """
    returns, sample = series.values, len(series.values)
    reason = f"{sample} of at least {DAYS_NEEDED} days" if sample < DAYS_NEEDED else ""
    below = reason or ("" if min(returns) < rate else "no return below the least acceptable")
    lost = reason or ("" if min(returns) < 0 else "no losing day")
    given = (("risk-free rate per period", f"{rate:g}"),)
    calendar = (series.days[-1] - series.days[0]).days + 1 if sample else 0
    short = reason or ("" if calendar >= DAYS_IN_YEAR else f"{calendar} days are no full year")
    total, hurt = (0.0, 0.0) if reason else (compounded(returns), ulcer(returns))
    short = short or ("" if isfinite(total) else "the growth is beyond every number")
    fell = short or ("" if hurt > 0 else "no fall from a peak")
    return (
        Measure(
            "omega",
            None if below else omega(returns, rate),
            "ratio",
            "sum of what daily returns are above the rate over the sum of what they are below",
            sample,
            given,
            reason=below,
        ),
        Measure(
            "gain_to_pain",
            None if lost else sum(returns) / -sum(value for value in returns if value < 0),
            "ratio",
            "sum of daily returns over the sum of the losing ones",
            sample,
            reason=lost,
        ),
        Measure(
            "ulcer_index",
            None if reason else hurt,
            "fraction",
            "root of the mean squared distance from the peak",
            sample,
            reason=reason,
        ),
        Measure(
            "pain_index",
            None if reason else pain(returns),
            "fraction",
            "mean distance from the peak",
            sample,
            reason=reason,
        ),
        Measure(
            "martin",
            None if fell else annualised(total, calendar / DAYS_IN_YEAR) / hurt,
            "ratio",
            "CAGR over the ulcer index",
            sample,
            (("calendar days", str(calendar)),),
            reason=fell,
        ),
        Measure(
            "downside_deviation",
            None if reason else downside_deviation(returns, rate) * sqrt(periods),
            "fraction",
            "root of the mean square of what returns are below the rate, of all days, × √periods",
            sample,
            (("periods per year", str(periods)), *given),
            reason=reason,
        ),
    )
