"""Daily returns and a volatility that is wanted → how much of NAV to expose, by what it was lately.

The exposure is target ÷ forecast; the forecast is the root of an exponentially weighted mean of
squared returns, λ = 0.94 (RiskMetrics 1996), of a year. It follows what was, not what comes.
"""

from statistics import NormalDist
from typing import Final

import numpy as np

from risk.model import Measure, ReturnSeries, Sizing
from risk.returns import PERIODS_PER_YEAR, varies

METHOD: Final = "volatility-target"
DAYS_NEEDED: Final = 20
WEIGHT: Final = 0.94
_NORMAL: Final = NormalDist()


def forecast(returns: np.ndarray) -> float:
    """√(Σλ^age·R² ÷ Σλ^age) of one day, the newest having age zero."""
    weights = WEIGHT ** np.arange(len(returns))[::-1]
    return float(np.sqrt(float(weights @ returns**2) / float(weights.sum())))


def volatility_target(
    series: ReturnSeries,
    target: float,
    periods: int = PERIODS_PER_YEAR,
    leverage: float = 1.0,
) -> Sizing:
    """The exposure at which the volatility of a year is `target`, at most `leverage`.

    The standard error is that of the forecast: a relative 1/√(2n), n = (1 + λ)/(1 − λ) days that
    the weights are worth, at most those seen; returns independent and normal. Of the exposure it is
    what the leverage leaves of it: none where the target is far beyond.
    """
    assert target > 0 and periods > 0 and leverage > 0, "a target above zero"
    sample = len(series.values)
    told = (
        ("target", f"{target:g}"),
        ("periods per year", str(periods)),
        ("leverage", f"{leverage:g}"),
        ("λ", f"{WEIGHT:g}"),
    )
    values = np.asarray(series.values, dtype=np.float64)
    reason = ""
    if sample < DAYS_NEEDED:
        reason = f"{sample} of at least {DAYS_NEEDED} days"
    elif not np.isfinite(values).all():
        reason = "a return is no number"
    elif not varies(series.values):
        reason = "the returns do not vary"
    yearly = None if reason else forecast(values) * periods**0.5
    worth = min(float(sample), (1 + WEIGHT) / (1 - WEIGHT))
    relative = None if reason else 1 / (2 * worth) ** 0.5
    wanted = None if yearly is None else target / yearly
    exposure = None if wanted is None else min(leverage, wanted)
    capped = wanted is not None and wanted > leverage
    return Sizing(
        series.name,
        METHOD,
        (
            Measure(
                "volatility_forecast",
                yearly,
                "fraction",
                "√(Σλ^age·R² ÷ Σλ^age) × √periods",
                sample,
                told[1::2],
                None if yearly is None or relative is None else yearly * relative,
                reason,
            ),
            Measure(
                "exposure",
                exposure,
                "fraction",
                "target ÷ forecast, at most the leverage, of NAV",
                sample,
                (*told, ("capped", "yes" if capped else "no")),
                None
                if wanted is None or relative is None
                else wanted * relative * _below((leverage / wanted - 1) / relative),
                reason,
            ),
        ),
    )


def _below(cap: float) -> float:
    """The deviation of min(cap, Z), Z standard normal: how much of an error a cap lets through."""
    under, density = _NORMAL.cdf(cap), _NORMAL.pdf(cap)
    if cap > 0:
        mean = cap * (1 - under) - density
        square = under - cap * density + cap**2 * (1 - under)
    else:
        # of what is cut off, which is next to nothing where min(cap, Z) is nearly the cap
        mean = cap * under + density
        square = (cap**2 + 1) * under + cap * density
    return float(max(square - mean**2, 0.0) ** 0.5)
