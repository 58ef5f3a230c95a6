"""Returns → risk-adjusted ratios: the one door to quantstats, with its known guesses kept out.

quantstats takes a series whose smallest value is not negative and whose largest is above 1 for
prices, and an index of timestamps may be shifted by its zone. So only plain daily returns pass this
door, with the number of periods always given, and a sample that would set off a guess is computed
by the short formulas below, which the tests hold against quantstats.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from risk.model import Measure, ReturnSeries
from risk.returns import PERIODS_PER_YEAR

#: A ratio of fewer days says nothing.
DAYS_NEEDED: Final = 20


def sharpe(returns: Sequence[float], periods: int = PERIODS_PER_YEAR, rate: float = 0.0) -> float:
    """mean(R − Rf) / sd(R − Rf, ddof 1) × √periods; `rate` is Rf of one period."""
    excess = np.asarray(returns) - rate
    if _may_pass(excess):
        from quantstats import stats

        return float(stats.sharpe(_dated(excess), rf=0.0, periods=periods))
    return float(excess.mean() / excess.std(ddof=1)) * sqrt(periods)


def sortino(returns: Sequence[float], periods: int = PERIODS_PER_YEAR, least: float = 0.0) -> float:
    """mean(R − MAR) / √mean(min(R − MAR, 0)²) over all observations × √periods."""
    excess = np.asarray(returns) - least
    if _may_pass(excess):
        from quantstats import stats

        return float(stats.sortino(_dated(excess), rf=0.0, periods=periods))
    downside = sqrt(float(np.mean(np.minimum(excess, 0) ** 2)))
    return float(excess.mean()) / downside * sqrt(periods)


def sharpe_error(returns: Sequence[float], periods: int = PERIODS_PER_YEAR) -> float:
    """Standard error of the Sharpe ratio: √((1 − γ₃SR + (γ₄ − 1)/4·SR²)/(T − 1)) × √periods
    (Mertens).
    """
    sample = np.asarray(returns)
    centred = sample - sample.mean()
    deviation = float(sample.std(ddof=0))
    ratio = float(sample.mean() / sample.std(ddof=1))
    skew = float((centred**3).mean()) / deviation**3
    kurtosis = float((centred**4).mean()) / deviation**4
    variance = (1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2) / (len(sample) - 1)
    return sqrt(max(variance, 0.0)) * sqrt(periods)


def ratio_measures(
    series: ReturnSeries, periods: int = PERIODS_PER_YEAR, rate: float = 0.0
) -> tuple[Measure, ...]:
    """Volatility, Sharpe and Sortino with their sample, or the reason why there is none."""
    returns, sample = series.values, len(series.values)
    parameters = (("periods per year", str(periods)), ("risk-free rate per period", f"{rate:g}"))
    short = f"{sample} of at least {DAYS_NEEDED} days" if sample < DAYS_NEEDED else ""
    still = "the returns do not vary" if not short and np.std(returns) == 0 else ""
    reason = short or still
    never = reason or ("" if min(returns) < rate else "no return below the least acceptable")
    volatility = None if reason else float(np.std(returns, ddof=1)) * sqrt(periods)
    return (
        Measure(
            "volatility",
            volatility,
            "fraction",
            "standard deviation of daily returns (ddof 1) × √periods",
            sample,
            parameters[:1],
            reason=reason,
        ),
        Measure(
            "sharpe",
            None if reason else sharpe(returns, periods, rate),
            "ratio",
            "mean excess return over its standard deviation (ddof 1) × √periods",
            sample,
            parameters,
            None if reason else sharpe_error(returns, periods),
            reason,
        ),
        Measure(
            "sortino",
            None if never else sortino(returns, periods, rate),
            "ratio",
            "mean excess return over downside deviation (all observations) × √periods",
            sample,
            parameters,
            reason=never,
        ),
    )


def _may_pass(excess: np.ndarray) -> bool:
    """Whether quantstats can only read the sample as returns: some are negative, none doubles."""
    return bool(excess.min() < 0 and excess.max() < 1)


def _dated(excess: np.ndarray) -> "object":
    """The sample on naive consecutive days, which no zone can shift."""
    import pandas as pd

    return pd.Series(excess, index=pd.date_range("2000-01-01", periods=len(excess), freq="D"))
