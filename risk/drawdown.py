"""Returns → falls from a peak, with their dates; the start counts as a peak, returns compound."""

from collections.abc import Sequence
from datetime import date, timedelta

from risk.model import Drawdown, ReturnSeries


def underwater(returns: Sequence[float]) -> tuple[float, ...]:
    """Wealth over its running peak less one, for each period; 0 at a peak, at least −1."""
    wealth = peak = 1.0
    path = []
    for value in returns:
        wealth = max(0.0, wealth * (1 + value))
        peak = max(peak, wealth)
        path.append(wealth / peak - 1)
    return tuple(path)


def drawdowns(series: ReturnSeries) -> tuple[Drawdown, ...]:
    """Every fall from a peak to its recovery, or still open at the end, deepest first."""
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
