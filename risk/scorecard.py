"""NAV points, closed trades and targets → each of the desk's own targets beside what came of it.

A target of which nothing is recorded is not met and not missed: it has no figure and a reason.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.model.position import NavPoint, Trade
from risk.growth import compounded
from risk.returns import from_nav
from risk.trading import trade_measures
from risk.uptime import Uptime

#: What the desk measures itself by, where the fund says nothing else.
TARGETS: Final[Mapping[str, float]] = {
    "monthly_return": 0.20,
    "win_rate": 0.60,
    "capital": 1_000_000.0,
    "uptime": 0.999,
    "inclusion": 0.1,
}
#: Figures that are to be at most their target.
AT_MOST: Final = frozenset({"inclusion"})
_UNIT: Final = {"capital": "money", "inclusion": "seconds"}
_MONEY: Final = 10**18


@dataclass(frozen=True, slots=True)
class Month:
    """The return of a whole calendar month, UTC; None where days of it have no return."""

    month: str
    value: float | None
    days: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """A target and the figure beside it; `met` is None where there is no figure.

    `error` is the standard error of the win rate alone: the others are what was, and no estimates.
    """

    name: str
    target: float
    figure: float | None
    unit: str
    definition: str
    sample: int
    reason: str = ""
    error: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached."""
        if self.figure is None:
            return None
        if self.name in AT_MOST:
            return self.figure <= self.target
        return self.figure >= self.target


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All targets, and the months that the first of them is of."""

    scores: tuple[Score, ...]
    months: tuple[Month, ...]

    def reached(self, target: float) -> tuple[int, int]:
        """How many months reached a return, of how many with one."""
        known = [month.value for month in self.months if month.value is not None]
        return sum(value >= target for value in known), len(known)


def scorecard(
    points: Sequence[NavPoint],
    trades: Sequence[Trade],
    targets: Mapping[str, float],
    running: Uptime | None = None,
) -> Scorecard:
    """The scorecard of a fund; `targets` overrule those of the desk by name.

    `running` is how long the service ran, None where it was never seen to.
    """
    months = whole_months(points)
    wanted = {**TARGETS, **targets}
    rate = next(one for one in trade_measures(trades) if one.name == "win_rate")
    capital = points[-1].value / _MONEY if points else None
    last = months[-1] if months else None
    return Scorecard(
        (
            _score(
                *("monthly_return", wanted, None if last is None else last.value),
                "time-weighted return of the last whole month",
                len(months),
                "no whole month yet" if last is None else last.reason,
            ),
            _score(
                *("win_rate", wanted, rate.value, rate.definition),
                *(rate.sample, rate.reason, rate.error),
            ),
            _score(
                *("capital", wanted, capital),
                "net asset value at the last valuation",
                len(points),
                "" if points else "no valuation yet",
            ),
            _score(
                *("uptime", wanted, None if running is None else running.share),
                "share of the last 30 days, or of the time since the service first ran, in which"
                " it ran and reached the books",
                0 if running is None else running.runs,
                "the service is not known to have run" if running is None else "",
            ),
            _score(
                *("inclusion", wanted, None),
                "time from sending a bundle to its inclusion",
                0,
                "no history says when a bundle was sent",
            ),
        ),
        months,
    )


def whole_months(points: Sequence[NavPoint]) -> tuple[Month, ...]:
    """The months that the daily returns cover from the first day to the last."""
    series = from_nav(points)
    if not series.days:
        return ()
    by_month: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    for day, value in zip(series.days, series.values, strict=True):
        by_month[day.year, day.month].append(value)
    first, last = series.days[0], series.days[-1]
    found = []
    for year, month in _months(first, last):
        length = monthrange(year, month)[1]
        if date(year, month, 1) < first or date(year, month, length) > last:
            continue
        values = by_month[year, month]
        dark = length - len(values)
        reason = f"{dark} of its {length} days have no return" if dark else ""
        total = None if dark else compounded(values)
        found.append(Month(f"{year:04d}-{month:02d}", total, len(values), reason))
    return tuple(found)


def _months(first: date, last: date) -> list[tuple[int, int]]:
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [(at // 12, at % 12 + 1) for at in range(begin, end + 1)]


def _score(
    name: str,
    targets: Mapping[str, float],
    figure: float | None,
    definition: str,
    sample: int,
    reason: str,
    error: float | None = None,
) -> Score:
    unit = _UNIT.get(name, "fraction")
    return Score(name, targets[name], figure, unit, definition, sample, reason, error)
