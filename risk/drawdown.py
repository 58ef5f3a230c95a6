"""Returns → falls from a peak, with their dates; the start counts as a peak, returns compound."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from risk.model import Drawdown, ReturnSeries

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
        share = max(0.0, share * (1 + value))
        if share > 1 - ROUNDING:
            share = 1.0
        path.append(share - 1)
    return tuple(path)


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
