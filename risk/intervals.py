"""NAV points of any grid, a day or hours apart → returns of the span and figures of an interval.

They may be of the fund or of a part of it. An interval without growth has no return, and nothing
is put in its place: figures of single intervals leave it out, figures of a path are not stated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from typing import Final

import numpy as np

from ledger.model.position import NavPoint
from risk.drawdown import underwater
from risk.model import Measure
from risk.performance import performance_measures
from risk.ratios import DAYS_NEEDED
from risk.returns import PERIODS_PER_YEAR, day_closed, from_nav, invested_over, is_within, varies
from risk.standard_errors import error_of, fall_error

HOURS_A_DAY: Final = 24
#: The grids that a day is divided by, in hours.
GRIDS: Final = (1, 2, 3, 4, 6, 8, 12, HOURS_A_DAY)


@dataclass(frozen=True, slots=True)
class Grid:
    """The days that are asked for, and how many hours a point stands after the one before."""

    start: date | None = None
    end: date | None = None
    hours: int = HOURS_A_DAY

    def __post_init__(self) -> None:
        assert self.hours in GRIDS, "hours divide a day"

    @property
    def periods(self) -> int:
        """Intervals of a year: a market that never closes."""
        return PERIODS_PER_YEAR * (HOURS_A_DAY // self.hours)


def only_marked(points: Sequence[NavPoint]) -> tuple[NavPoint, ...]:
    """The points with a growth only where everything had a price at both ends of the interval."""
    if not points:
        return ()
    kept = [replace(points[0], growth=None) if points[0].unpriced else points[0]]
    for before, point in pairwise(points):
        dark = before.unpriced or point.unpriced
        kept.append(replace(point, growth=None) if dark else point)
    return tuple(kept)


def interval_measures(points: Sequence[NavPoint], grid: Grid) -> tuple[Measure, ...]:
    """Returns of the span, then deviation and falls of its intervals, or the reasons."""
    length = timedelta(hours=grid.hours)
    span = performance_measures(invested_over(points, grid.start, grid.end, length))
    inside = [point for point in points if is_within(day_closed(point), grid.start, grid.end)]
    values = from_nav(inside).values
    gaps = _gaps(points, inside)
    return (*span, *_of_intervals(values, gaps, grid))


def _gaps(points: Sequence[NavPoint], inside: Sequence[NavPoint]) -> int:
    """How many intervals with money have no return; the first point of all may be but a begin."""
    before = {point.time: earlier.value for earlier, point in pairwise(points)}
    return sum(
        (point.growth is None or point.invested <= 0)
        and bool(point.value or point.flows or point.invested or before.get(point.time))
        for point in inside
        if point.time in before
    )


def _of_intervals(values: Sequence[float], gaps: int, grid: Grid) -> tuple[Measure, ...]:
    sample = len(values)
    few = f"{sample} of at least {DAYS_NEEDED} intervals" if sample < DAYS_NEEDED else ""
    flat = few or ("" if varies(values) else "the returns do not vary")
    none = "" if sample else "no returns"
    broken = none or (f"{gaps} intervals have no return" if gaps else "")
    told = (("interval", f"{grid.hours} h"),)
    yearly = (*told, ("periods per year", str(grid.periods)))
    deviation = None if flat else float(np.std(values, ddof=1))
    centred = np.asarray(values) - np.mean(values) if values else np.zeros(1)
    return (
        Measure(
            "intervals_without_return",
            float(gaps),
            "count",
            "intervals with money and without a return: no price, or nothing above zero invested",
            sample + gaps,
            told,
        ),
        Measure(
            "volatility",
            None if deviation is None else deviation * sqrt(grid.periods),
            "fraction",
            "standard deviation of the intervals' returns (ddof 1) × √periods",
            sample,
            yearly,
            None if not deviation else error_of(centred**2) / (2 * deviation) * sqrt(grid.periods),
            flat,
        ),
        Measure(
            "max_drawdown",
            None if broken else 0.0 - min(underwater(values)),
            "fraction",
            "deepest fall of compounded returns from a peak; the start counts as a peak",
            sample,
            told,
            None if broken else fall_error(values),
            broken,
        ),
        Measure(
            "worst",
            None if none else min(values),
            "fraction",
            "the least return of an interval",
            sample,
            told,
            reason=none,
        ),
    )
