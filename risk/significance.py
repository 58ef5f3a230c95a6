"""A Sharpe ratio and how it was come by → whether it is more than chance.

All ratios are of one period, skew and kurtosis of the population, that of a normal being 3. What
was chosen as the best of many has to beat the best that as many without skill would show.
"""

from collections.abc import Sequence
from math import e, sqrt
from statistics import NormalDist, variance
from typing import Final, NamedTuple

import numpy as np

from risk.model import Measure, ReturnSeries
from risk.ratios import DAYS_NEEDED
from risk.returns import PERIODS_PER_YEAR, varies
from risk.tail.normal import moments

_NORMAL: Final = NormalDist()
_EULER: Final = 0.5772156649015329
#: How sure a track record is to be.
CONFIDENCE: Final = 0.95


def probability(
    sharpe: float, sample: int, skew: float, kurtosis: float, least: float = 0.0
) -> float:
    """How likely the true ratio is above the least: Φ((SR − SR*)·√(T − 1) ÷ its spread).

    Bailey and López de Prado 2012, the probabilistic Sharpe ratio.
    """
    assert sample > 1, "a ratio has two observations at least"
    return _NORMAL.cdf((sharpe - least) * sqrt(sample - 1) / _spread(sharpe, skew, kurtosis))


def track_record_needed(
    sharpe: float, skew: float, kurtosis: float, least: float = 0.0, sure: float = CONFIDENCE
) -> float:
    """Periods from which on a ratio is above the least with so much confidence; SR > SR*.

    Bailey and López de Prado 2012, the minimum track record length.
    """
    assert sharpe > least, "a ratio that is not above another is so after no time"
    spread = _spread(sharpe, skew, kurtosis)
    return 1 + (spread * _NORMAL.inv_cdf(sure) / (sharpe - least)) ** 2


def best_by_chance(trials: int, spread: float) -> float:
    """The ratio that the best of so many without skill is expected to show; `spread` is their sd.

    Bailey and López de Prado 2014; of one there is no best.
    """
    if trials < 2:
        return 0.0
    best = (1 - _EULER) * _NORMAL.inv_cdf(1 - 1 / trials)
    return spread * (best + _EULER * _NORMAL.inv_cdf(1 - 1 / (trials * e)))


def yearly_factor(correlation: float, periods: int = PERIODS_PER_YEAR) -> float:
    """What a ratio of a period is multiplied by where returns follow the one before: Lo 2002.

    √q ÷ √(1 + 2ρ/(1 − ρ)·(1 − (1 − ρ^q)/(q(1 − ρ)))), which is √q without correlation.
    """
    assert -1 < correlation < 1, "a correlation lies between −1 and 1"
    rest = (1 - correlation**periods) / (periods * (1 - correlation))
    return sqrt(periods) / sqrt(1 + 2 * correlation / (1 - correlation) * (1 - rest))


def autocorrelation(returns: Sequence[float]) -> float:
    """Σ(x_t − m)(x_{t+1} − m) ÷ Σ(x_t − m)²: correlation with the day before, as NIST has it."""
    sample = np.asarray(returns, dtype=np.float64)
    centred = sample - sample.mean()
    return float(centred[1:] @ centred[:-1]) / float(centred @ centred)


def significance_measures(
    series: ReturnSeries,
    periods: int = PERIODS_PER_YEAR,
    rate: float = 0.0,
    tried: Sequence[ReturnSeries] = (),
) -> tuple[Measure, ...]:
    """The Sharpe ratio under autocorrelation, and how likely it is none, or the reason for none.

    `tried` are all series that this one was chosen from, itself among them.
    """
    sample = len(series.values)
    short = f"{sample} of at least {DAYS_NEEDED} days" if sample < DAYS_NEEDED else ""
    reason = short or ("" if varies(series.values) else "the returns do not vary")
    found = None if reason else _sample(series.values, rate)
    given = (("periods per year", str(periods)), ("risk-free rate per period", f"{rate:g}"))
    alone = reason or ("" if len(tried) > 1 else "it was chosen from no others")
    beaten = None
    if found is not None and not alone:
        beaten = probability(*found[:4], _chance(tried, rate))
    above = reason or ("" if found and found.sharpe > 0 else "the ratio is not above zero")
    return (
        Measure(
            "sharpe_autocorrelated",
            None if found is None else found.sharpe * yearly_factor(found.follows, periods),
            "ratio",
            "Sharpe ratio of a period × Lo's factor under the correlation with the day before",
            sample,
            given,
            reason=reason,
        ),
        Measure(
            "sharpe_probability",
            None if found is None else probability(*found[:4]),
            "fraction",
            "how likely the true Sharpe ratio is above zero, by skew and kurtosis of the sample",
            sample,
            given[1:],
            None if found is None else _error_of_chance(probability(*found[:4])),
            reason,
        ),
        Measure(
            "sharpe_deflated",
            beaten,
            "fraction",
            "how likely it is above the best of as many series without skill",
            sample,
            (*given[1:], ("series", str(len(tried)))),
            None if beaten is None else _error_of_chance(beaten),
            alone,
        ),
        Measure(
            "track_record_needed",
            None
            if above or found is None
            else track_record_needed(found.sharpe, found.skew, found.kurtosis),
            "days",
            "days from which on a ratio like it is above zero with 95 % confidence",
            sample,
            given[1:],
            None if above or found is None else _error_of_record(found),
            above,
        ),
    )


def _error_of_chance(chance: float) -> float:
    """φ(z) of Φ(z): the ratio in units of its error has an error of one."""
    if not 0 < chance < 1:
        return 0.0
    return _NORMAL.pdf(_NORMAL.inv_cdf(chance))


def _error_of_record(found: "_Sample") -> float:
    """The days are about the inverse square of the ratio: twice its relative error."""
    error = _spread(found.sharpe, found.skew, found.kurtosis) / sqrt(found.days - 1)
    days = track_record_needed(found.sharpe, found.skew, found.kurtosis)
    return 2 * (days - 1) * error / found.sharpe


class _Sample(NamedTuple):
    """The ratio of a period, what its error depends on, and the correlation with the day before."""

    sharpe: float
    days: int
    skew: float
    kurtosis: float
    follows: float


def _sample(returns: Sequence[float], rate: float) -> _Sample:
    excess = np.asarray(returns, dtype=np.float64) - rate
    skew, more = moments(excess)
    # bounded, or a series that only alternates has a factor without end
    follows = min(0.99, max(-0.99, autocorrelation(returns)))
    return _Sample(_sharpe(returns, rate), len(excess), skew, more + 3, follows)


def _sharpe(returns: Sequence[float], rate: float) -> float:
    excess = np.asarray(returns, dtype=np.float64) - rate
    return float(excess.mean() / excess.std(ddof=1))


def _chance(tried: Sequence[ReturnSeries], rate: float) -> float:
    ratios = [_sharpe(each.values, rate) for each in tried if varies(each.values)]
    spread = sqrt(variance(ratios)) if len(ratios) > 1 else 0.0
    return best_by_chance(len(tried), spread)


def _spread(sharpe: float, skew: float, kurtosis: float) -> float:
    return sqrt(max(1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2, 1e-12))
