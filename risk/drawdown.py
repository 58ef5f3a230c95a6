"""Returns → falls from a peak, with their dates; the start counts as a peak, returns compound."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import Final

import numpy as np

from risk.model import Drawdown, Measure, ReturnSeries
from risk.tail import label_of, observations_needed
from risk.tail.quantile import beyond

#: A distance from the peak that products of thousands of floats may lose.
ROUNDING: Final = 1e-12


def underwater(returns: Sequence[float]) -> tuple[float, ...]:
    """Wealth over its running peak less one, for each period: 0 at a peak, −1 where all is lost.

    What is lost wholly stays lost; a loss of more than everything counts as everything.
    """
    return _underwater(tuple(returns))


@lru_cache(maxsize=16)
def _underwater(returns: tuple[float, ...]) -> tuple[float, ...]:
    # several measures follow the same path
    share = 1.0
    path = []
    for value in returns:
        share *= 1 + value
        if share > 1 - ROUNDING:
            share = 1.0
        elif not share > 0:
            share = 0.0
        path.append(share - 1)
    return tuple(path)


def depths_at_risk(returns: Sequence[float], confidence: float) -> tuple[float, float]:
    """Drawdown at risk and conditional drawdown at risk of the path, positive fractions of a peak.

    The first is the depth that a part of the days, 1 − confidence, lies at or below; the second the
    mean of exactly that part of the days, one of them in proportion (Chekhlov, Uryasev and
    Zabarankin 2005). Depths are those of `underwater`: compounded, the start being a peak.
    """
    # taken from zero: the other sign of no depth is a negative zero
    deepest = 0.0 - np.sort(np.asarray(underwater(returns), dtype=np.float64))
    part = beyond(confidence) * len(deepest)
    whole = ceil(part) - 1
    at_risk = float(deepest[whole])
    beyond_it = float((deepest[:whole] - at_risk).sum()) / float(part)
    return at_risk, at_risk + beyond_it


def depth_measures(series: ReturnSeries, confidence: float) -> tuple[Measure, ...]:
    """Drawdown at risk and its mean beyond, or the reason why there is none."""
    needed, sample = observations_needed(confidence), len(series.values)
    reason = f"{sample} of at least {needed} days" if sample < needed else ""
    found = (None, None) if reason else depths_at_risk(series.values, confidence)
    given = (("confidence", str(confidence)), ("path", "compounded; the start is a peak"))
    return tuple(
        Measure(
            f"{name}_{label_of(confidence)}",
            value,
            "fraction",
            definition,
            sample,
            given,
            reason=reason,
        )
        for name, value, definition in zip(
            ("dar", "cdar"),
            found,
            ("depth below the peak that is exceeded on a part of the days", "mean depth of those"),
            strict=True,
        )
    )


def drawdowns(series: ReturnSeries) -> tuple[Drawdown, ...]:
    """Every fall from a peak to its recovery, or still open at the end, deepest first.

    `peak` is the last period at the peak (the day before the first for a fall from the start),
    `days` the calendar days from it to the recovery or the last period.
    """
    found: list[Drawdown] = []
    peak: date | None = None
    trough, depth = date.min, 0.0
    for at, (day, level) in enumerate(zip(series.days, underwater(series.values), strict=True)):
        if level < 0:
            if peak is None:
                peak = series.days[at - 1] if at else day - timedelta(days=1)
                depth = 0.0
            if -level > depth:
                trough, depth = day, -level
        elif peak is not None:
            found.append(Drawdown(depth, peak, trough, day, (day - peak).days))
            peak = None
    if peak is not None:
        found.append(Drawdown(depth, peak, trough, None, (series.days[-1] - peak).days))
    return tuple(sorted(found, key=lambda each: (-each.depth, each.peak)))
