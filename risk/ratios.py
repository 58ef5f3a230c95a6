"""Returns → risk-adjusted ratios: the one door to quantstats, with its known guesses kept out.

quantstats takes a series whose smallest value is not negative and whose largest is above 1 for
prices, ignores a negative risk-free rate and may shift an index of timestamps by its zone. So only
returns in excess of the rate pass this door, without dates, with the number of periods always
given; a sample that would set off a guess is computed by the short formulas below, which the tests
hold against quantstats.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final

import numpy as np

from risk.model import Measure, ReturnSeries
from risk.returns import PERIODS_PER_YEAR, varies
from risk.tail.normal import moments

#: A ratio of fewer days says nothing.
DAYS_NEEDED: Final = 20


def sharpe(returns: Sequence[float], periods: int = PERIODS_PER_YEAR, rate: float = 0.0) -> float:
    """mean(R − Rf) / sd(R − Rf, ddof 1) × √periods; `rate` is Rf of one period.

    Sharpe 1994. The returns vary: a flat series has no ratio.
    """
    assert varies(returns), "returns that do not vary have no Sharpe ratio"
    excess = np.asarray(returns, dtype=np.float64) - rate
    if _may_pass(excess):
        from quantstats import stats

        return float(stats.sharpe(_numbered(excess), rf=0.0, periods=periods))
    return _sharpe(excess, periods)


def sortino(returns: Sequence[float], periods: int = PERIODS_PER_YEAR, least: float = 0.0) -> float:
    """mean(R − MAR) / √mean(min(R − MAR, 0)²) over all observations × √periods.

    `least` is MAR, the least acceptable return of one period; some return lies below it.
    Sortino and Price 1994.
    """
    assert min(returns, default=least) < least, "no return below the least acceptable"
    excess = np.asarray(returns, dtype=np.float64) - least
    if _may_pass(excess):
        from quantstats import stats

        return float(stats.sortino(_numbered(excess), rf=0.0, periods=periods))
    return _sortino(excess, periods)


def sharpe_error(
    returns: Sequence[float], periods: int = PERIODS_PER_YEAR, rate: float = 0.0
) -> float:
    """Standard error of the Sharpe ratio: √((1 − γ₃SR + (γ₄ − 1)/4·SR²)/(T − 1)) × √periods.

    SR of one period, γ₃ and γ₄ the skew and kurtosis of the population, γ₄ of a normal being 3.
    Mertens 2002.
    """
    sample = np.asarray(returns, dtype=np.float64) - rate
    ratio = float(sample.mean() / sample.std(ddof=1))
    skew, excess = moments(sample)
    variance = (1 - skew * ratio + (excess + 2) / 4 * ratio**2) / (len(sample) - 1)
    return sqrt(max(variance, 0.0)) * sqrt(periods)


def ratio_measures(
    series: ReturnSeries, periods: int = PERIODS_PER_YEAR, rate: float = 0.0
) -> tuple[Measure, ...]:
    """Volatility, Sharpe and Sortino with their sample, or the reason why there is none."""
    returns, sample = series.values, len(series.values)
    parameters = (("periods per year", str(periods)), ("risk-free rate per period", f"{rate:g}"))
    short = f"{sample} of at least {DAYS_NEEDED} days" if sample < DAYS_NEEDED else ""
    reason = short or ("" if varies(returns) else "the returns do not vary")
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
            None if reason else sharpe_error(returns, periods, rate),
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


def _sharpe(excess: np.ndarray, periods: int) -> float:
    return float(excess.mean() / excess.std(ddof=1)) * sqrt(periods)


def _sortino(excess: np.ndarray, periods: int) -> float:
    return float(excess.mean()) / sqrt(float(np.mean(np.minimum(excess, 0) ** 2))) * sqrt(periods)


def _may_pass(excess: np.ndarray) -> bool:
    """Whether quantstats can only read the sample as returns: some are negative, none doubles."""
    return bool(excess.min() < 0 and excess.max() < 1)


def _numbered(excess: np.ndarray) -> object:
    """The sample on numbered days: a day without a date has none that a zone could shift."""
    import pandas as pd

    return pd.Series(excess)
