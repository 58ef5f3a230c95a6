"""Daily NAV points → what a month's report shows of them: compounded returns, falls, a bridge.

Exact: growth factors are multiplied in the context of `ledger.model.amount` and leave as whole
10⁻¹⁸.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import Decimal

from ledger.model.activity import iso
from ledger.model.amount import CONTEXT, MONEY_ONE, money_from_decimal
from ledger.model.amount import compounded as product_of
from ledger.model.position import NavPoint

#: A year and a month of it.
Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Compounded:
    """A time-weighted net return in 10⁻¹⁸ (None where nothing was invested) and its NAV points."""

    parts: int | None
    times: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bridge:
    """From one net asset value to another, in 10⁻¹⁸; `times` are those of the two points."""

    opening: int
    flows: int
    net: int
    closing: int
    times: tuple[str, ...]

    @property
    def unattributed(self) -> int:
        """What the results by strategy do not explain: never hidden, zero when all is priced."""
        return self.closing - self.opening - self.flows - self.net


def day_closed(point: NavPoint) -> date:
    """The day that a point closes: a point at midnight closes the day before it."""
    return (point.time.astimezone(UTC) - timedelta(microseconds=1)).date()


def month_of(text: str) -> Month:
    """`YYYY-MM` as year and month."""
    year, _, month = text.partition("-")
    return int(year), int(month)


def compounded(points: Sequence[NavPoint]) -> Compounded:
    """The product of the growth factors less one; of no factor at all there is no return."""
    factors = [point.growth for point in points if point.growth is not None]
    if not factors:
        return Compounded(None)
    times = (iso(points[0].time), iso(points[-1].time))
    return Compounded(money_from_decimal(product_of(factors)) - MONEY_ONE, times)


def by_month(points: Sequence[NavPoint]) -> dict[Month, Compounded]:
    """The return of each calendar month, in order of time."""
    groups: dict[Month, list[NavPoint]] = {}
    for point in points:
        day = day_closed(point)
        groups.setdefault((day.year, day.month), []).append(point)
    return {month: compounded(group) for month, group in groups.items()}


def of_year(points: Sequence[NavPoint], year: int) -> Compounded:
    """The return of a year as far as the points go."""
    return compounded([point for point in points if day_closed(point).year == year])


def growth_path(points: Sequence[NavPoint]) -> tuple[tuple[date, int], ...]:
    """The return since the first point, a day each, in 10⁻¹⁸."""
    level = one = CONTEXT.create_decimal(1)
    path: list[tuple[date, int]] = []
    for point in points:
        level = CONTEXT.multiply(level, _factor(point, one))
        path.append((day_closed(point), money_from_decimal(level) - MONEY_ONE))
    return tuple(path)


def underwater(points: Sequence[NavPoint]) -> tuple[tuple[date, int], ...]:
    """The compounded growth over its running peak less one, a day each, in 10⁻¹⁸; 0 at a peak."""
    one = CONTEXT.create_decimal(1)
    level = peak = one
    path: list[tuple[date, int]] = []
    for point in points:
        level = CONTEXT.multiply(level, _factor(point, one))
        peak = max(peak, level)
        fall = money_from_decimal(CONTEXT.divide(level, peak)) - MONEY_ONE if peak else 0
        path.append((day_closed(point), fall))
    return tuple(path)


def _factor(point: NavPoint, one: Decimal) -> Decimal:
    return one if point.growth is None else point.growth


def bridge(points: Sequence[NavPoint], start: date, net: int) -> Bridge:
    """The way from the NAV before `start` to the last point; a fund that began later opens at 0."""
    before = [point for point in points if day_closed(point) < start]
    inside = [point for point in points if day_closed(point) >= start]
    opening = before[-1].value if before else 0
    closing = inside[-1].value if inside else opening
    ends = (*before[-1:], *inside[-1:])
    flows = sum(point.flows for point in inside)
    return Bridge(opening, flows, net, closing, tuple(iso(point.time) for point in ends))
