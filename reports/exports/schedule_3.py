"""A Canadian tax year enters; the rows of Schedule 3 of the T1 return for crypto-assets leave.

Columns (1) to (5) of the schedule: year of acquisition, proceeds, adjusted cost base, outlays and
expenses, gain or loss. The part of a superficial loss that is denied (ITA s. 40(2)(g)(i), 54)
stands in a column of its own, so that (5) is (2) less (3) less (4) plus that part. The schedule of
2024 has two periods: dispositions before 25 June, and those from then on.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from reports.csv import Cell, Number
from reports.exports._years import assessed_lines, problem_of, to_cents, year_in
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of
from reports.zones import zone_of

NAME: Final = "schedule_3"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("ca",))
HEADER: Final = (
    "period", "number", "name of crypto-asset", "(1) year of acquisition",
    "(2) proceeds of disposition", "(3) adjusted cost base", "(4) outlays and expenses",
    "superficial loss denied", "(5) gain or loss", "date of disposition", "source", "problem",
)  # fmt: skip
NUMERIC: Final = frozenset(("number", *HEADER[4:9]))

_SECOND_PERIOD: Final = date(2024, 6, 25)
_ZONE: Final = "America/Toronto"


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """A row a disposition by time, in cents, half even; a pool has VARIOUS years of acquisition."""
    year = year_in(figures, NAME, "CAD")
    zone = zone_of(year, _ZONE)
    for line in assessed_lines(year):
        day = line.disposed.astimezone(zone).date()
        halved = year.year == _SECOND_PERIOD.year
        bought = "VARIOUS" if line.cost is not None else ""
        yield (
            str(1 + (day >= _SECOND_PERIOD)) if halved else "",
            Number(quantity_text(line.asset, line.quantity, figures.assets)),
            symbol_of(line.asset, figures.assets),
            bought if line.acquired is None else str(line.acquired.astimezone(zone).year),
            to_cents(line.proceeds),
            to_cents(line.cost),
            to_cents(line.fees),
            to_cents(line.denied),
            to_cents(line.gain),
            day.isoformat(),
            line.source,
            problem_of(line),
        )
