"""Daily NAV points → return series: the one door from exact money to float.

A return is the time-weighted growth of one day less one, as a fraction: flow-adjusted by the
ledger, so that a contribution is never a gain. Days are UTC; the market never closes, 365 periods
make a year.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, timedelta
from itertools import pairwise

from ledger.model.amount import MONEY_ONE
from ledger.model.position import NavPoint, Trade
from risk.model import ReturnSeries

PERIODS_PER_YEAR = 365


def from_nav(points: Sequence[NavPoint], name: str = "fund") -> ReturnSeries:
    """The daily returns of a NAV series; points without a growth (nothing invested) give none.

    A point at a midnight closes the day before it.
    """
    pairs = [
        (_day_closed(point), float(point.growth) - 1)
        for point in points
        if point.growth is not None
    ]
    return ReturnSeries(name, tuple(day for day, _ in pairs), tuple(value for _, value in pairs))


def from_trades(trades: Iterable[Trade], points: Sequence[NavPoint], strategy: str) -> ReturnSeries:
    """The daily result of a strategy's closed trades as a fraction of the fund's NAV at day's
    begin.

    Days without a trade are zero: the strategy was there and earned nothing.
    """
    by_day: defaultdict[date, int] = defaultdict(int)
    for trade in trades:
        if trade.strategy == strategy:
            by_day[trade.closed.astimezone(UTC).date()] += trade.result
    days: list[date] = []
    values: list[float] = []
    for before, point in pairwise(points):
        if point.growth is None:
            continue
        invested = before.value + point.flows
        day = _day_closed(point)
        days.append(day)
        values.append(by_day.get(day, 0) / invested if invested > 0 else 0.0)
    return ReturnSeries(strategy, tuple(days), tuple(values))


def money(units: int) -> float:
    """Exact money in 10⁻¹⁸ as a float of whole units, for measures only and never written back."""
    return units / MONEY_ONE


def between(series: ReturnSeries, start: date | None, end: date | None) -> ReturnSeries:
    """The part of a series from `start` to `end`, both included."""
    pairs = [
        (day, value)
        for day, value in zip(series.days, series.values, strict=True)
        if (start is None or start <= day) and (end is None or day <= end)
    ]
    return ReturnSeries(
        series.name, tuple(day for day, _ in pairs), tuple(value for _, value in pairs)
    )


def _day_closed(point: NavPoint) -> date:
    return (point.time.astimezone(UTC) - timedelta(microseconds=1)).date()
