"""Returns → what they compound to, over the interval and a year of the calendar."""

from collections.abc import Sequence
from datetime import timedelta
from math import isfinite
from typing import Final

from risk.drawdown import underwater
from risk.model import Measure, ReturnSeries

DAYS_IN_YEAR: Final = 365


def compounded(returns: Sequence[float]) -> float:
    """Π(1 + R) − 1; at least −1, and what is lost wholly stays lost."""
    wealth = 1.0
    for value in returns:
        wealth *= 1 + value
        if not wealth > 0:
            return -1.0
    return wealth - 1


def annualised(total: float, years: float) -> float:
    """(1 + total)^(1/years) − 1: the constant yearly return that gives the same."""
    assert total >= -1 and years > 0, "no more than everything is lost, over some time"
    return float((1 + total) ** (1 / years)) - 1


def growth_measures(series: ReturnSeries) -> tuple[Measure, ...]:
    """Total return, CAGR by calendar days, maximum drawdown and Calmar, or the reason for none."""
    sample = len(series.values)
    calendar = (series.days[-1] - series.days[0] + timedelta(days=1)).days if sample else 0
    total = compounded(series.values) if sample else None
    none = "" if sample else "no returns"
    if total is not None and not isfinite(total):
        total, none = None, "the growth is beyond every number"
    short = none or ("" if calendar >= DAYS_IN_YEAR else f"{calendar} days are no full year")
    yearly = None if short or total is None else annualised(total, calendar / DAYS_IN_YEAR)
    deepest = 0.0 - min(underwater(series.values)) if sample else None
    calmar = yearly / deepest if yearly is not None and deepest else None
    over = (("calendar days", str(calendar)),)
    return (
        Measure("total_return", total, "fraction", "Π(1 + R) − 1", sample, over, reason=none),
        Measure(
            "cagr",
            yearly,
            "fraction",
            "(1 + total return)^(365 / calendar days) − 1; from one year on",
            sample,
            over,
            reason=short,
        ),
        Measure(
            "max_drawdown",
            deepest,
            "fraction",
            "deepest fall of compounded returns from a peak; the start counts as a peak",
            sample,
            reason="" if sample else "no returns",
        ),
        Measure(
            "calmar",
            calmar,
            "ratio",
            "CAGR over maximum drawdown",
            sample,
            over,
            reason=short or ("" if deepest else "no fall from a peak"),
        ),
    )
