"""Daily NAV points and closed trades → return series: the one door from exact money to float.

A return is the time-weighted growth of one day less one, as a fraction: flow-adjusted by the
ledger, so that a contribution is never a gain. Days are UTC; the market never closes, 365 periods
make a year.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final

from ledger.model.amount import CONTEXT, compounded
from ledger.model.position import NavPoint, Trade
from risk.model import Holding, ReturnSeries, Span

PERIODS_PER_YEAR: Final = 365
#: A spread below this part of the values themselves is rounding of the ledger's last digit.
RESOLUTION: Final = 1e-12
_DAY: Final = timedelta(days=1)


def from_nav(points: Sequence[NavPoint], name: str = "fund") -> ReturnSeries:
    """The daily returns of a NAV series in time order; a day with nothing invested gives none.

    A point at a midnight closes the day before it.
    """
    pairs = [(day_closed(points[at]), float(growth - 1)) for at, _, growth in _invested(points)]
    return ReturnSeries(name, tuple(day for day, _ in pairs), tuple(value for _, value in pairs))


def contributed(trades: Iterable[Trade], points: Sequence[NavPoint], strategy: str) -> ReturnSeries:
    """A strategy's contribution: the daily result of its closed trades as a fraction of the fund.

    It is of NAV at the day's begin, and so no return on what the strategy had of its own: weights
    are found on that (`risk.own_capital`). The days are those of `from_nav`, flows of the day
    counting as invested. A trade belongs to the interval (previous point, point] in which it
    closed. An interval without a trade is zero: the strategy was there and earned nothing.
    """
    results = [0] * len(points)
    times = [point.time for point in points]
    for trade in trades:
        at = bisect_left(times, trade.closed)
        if trade.strategy == strategy and at < len(points):
            results[at] += trade.result
    pairs = [(day_closed(points[at]), results[at] / begin) for at, begin, _ in _invested(points)]
    return ReturnSeries(
        strategy, tuple(day for day, _ in pairs), tuple(value for _, value in pairs)
    )


def from_prices(name: str, days: Sequence[date], prices: Sequence[Decimal | None]) -> ReturnSeries:
    """The returns of an asset by its price at the end of each day; none beside a missing price."""
    pairs = [
        (day, float(Fraction(new) / Fraction(old) - 1))
        for day, (old, new) in zip(days[1:], pairwise(prices), strict=True)
        if old is not None and new is not None and old > 0
    ]
    return ReturnSeries(name, tuple(day for day, _ in pairs), tuple(value for _, value in pairs))


def from_holdings(
    holdings: Sequence[Holding], days: Sequence[date]
) -> tuple[tuple[ReturnSeries, ...], tuple[float, ...], tuple[str, ...]]:
    """What each holding of today would have added each day, its weight, and which are left out.

    `days` are those of the values. A weight is the part of the net value of all holdings that have
    one today; a holding without a value on some day is left out, and nothing is put in its place.
    """
    net = sum(holding.values[-1] or 0 for holding in holdings if holding.values)
    found, weights, left = [], [], []
    for holding in holdings:
        values = [value for value in holding.values if value]
        if net <= 0 or len(values) < len(days) or len(days) < 2:
            left.append(holding.name)
            continue
        weight = values[-1] / net
        moved = tuple((new - old) / old * weight for old, new in pairwise(values))
        found.append(ReturnSeries(holding.name, tuple(days[1:]), moved))
        weights.append(weight)
    return tuple(found), tuple(weights), tuple(left)


def invested_over(
    points: Sequence[NavPoint],
    start: date | None,
    end: date | None,
    interval: timedelta = _DAY,
) -> Span | str:
    """Begin, end, flows and growth of the days [start, end], or why they are not known.

    `points` are in time order. What came in an interval counts from its begin and what went to its
    end, as in `NavPoint.growth`: both follow from it, movements that nobody explains included.
    The first point closes an interval that began with nothing; without growth it is the begin.
    """
    inside = [at for at, point in enumerate(points) if is_within(day_closed(point), start, end)]
    if inside and not inside[0] and points[0].growth is None:
        del inside[0]
    if not inside:
        return "no interval between two valuations"
    if inside[0]:
        before = points[inside[0] - 1]
        begin, began = before.value, before.time
    else:
        begin, began = 0, points[0].time - interval
    value, time, ended = begin, began, began
    moved: defaultdict[datetime, int] = defaultdict(int)
    factors = []
    for at in inside:
        point = points[at]
        if point.growth is not None:
            moved[time] += point.invested - value
            worth = CONTEXT.multiply(point.growth, point.invested).to_integral_value()
            moved[point.time] -= int(worth) - point.value
            factors.append(point.growth)
            ended = point.time
        elif value or point.value or point.flows or point.invested:
            return f"{_unknown(point)} on {day_closed(point)}"
        elif not factors:
            began = point.time
        value, time = point.value, point.time
    if not factors:
        return "nothing was invested"
    length = ended - began
    return Span(
        days=length / _DAY,
        intervals=len(factors),
        begin=whole_units(begin),
        end=whole_units(value),
        gain=whole_units(value - begin - sum(moved.values())),
        flows=tuple(
            ((ended - when) / length, whole_units(amount))
            for when, amount in moved.items()
            if amount
        ),
        growth=float(CONTEXT.subtract(compounded(factors), 1)),
    )


def _unknown(point: NavPoint) -> str:
    """Why an interval with money has no growth."""
    if point.invested > 0:
        return "a price is missing"
    none = "nothing above zero was invested"
    return f"{none} or a price is missing" if point.unpriced else none


def between(series: ReturnSeries, start: date | None, end: date | None) -> ReturnSeries:
    """The part of a series from `start` to `end`, both included."""
    pairs = [
        (day, value)
        for day, value in zip(series.days, series.values, strict=True)
        if is_within(day, start, end)
    ]
    return ReturnSeries(
        series.name, tuple(day for day, _ in pairs), tuple(value for _, value in pairs)
    )


def is_within(day: date, start: date | None, end: date | None) -> bool:
    """Whether a day is one of [start, end]; None leaves that side open."""
    return (start is None or start <= day) and (end is None or day <= end)


def left_over(total: float) -> float:
    """What weights that sum to `total` leave in cash; what rounding leaves is nothing."""
    left = 1 - total
    return left if left > RESOLUTION else 0.0


def varies(values: Sequence[float]) -> bool:
    """Whether the values differ by more than rounding; a flat series has no ratio."""
    if not values:
        return False
    highest, lowest = max(values), min(values)
    return highest - lowest > RESOLUTION * max(abs(highest), abs(lowest))


def whole_units(amount: int) -> float:
    """Money in 10⁻¹⁸ as whole units of its currency: for figures of risk, never written back."""
    return amount / 10**18


def _invested(points: Sequence[NavPoint]) -> Iterator[tuple[int, int, Fraction]]:
    """The index of each point whose interval has a return, with what was invested, and growth."""
    for at, point in enumerate(points):
        if point.growth is not None and point.invested > 0:
            yield at, point.invested, Fraction(point.growth)


def day_closed(point: NavPoint) -> date:
    """The UTC day that a point closes: at a midnight the day before it."""
    return (point.time.astimezone(UTC) - timedelta(microseconds=1)).date()
