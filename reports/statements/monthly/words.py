"""What the pages of the monthly report share: names of months, and figures made of the parts."""

from datetime import date
from typing import Final

from reports.display import UNKNOWN, measured, money, percent, tone_of
from reports.model import MonthlyFigures
from reports.statement import Cell, Figure, Source
from reports.statements.monthly.history import Compounded, month_of
from risk.model import Measure

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
SHORT_MONTHS: Final = tuple(name[:3] for name in MONTHS)


def first_day(figures: MonthlyFigures) -> date:
    """The first day of the report's month."""
    return date(*month_of(figures.month), 1)


def amount(identity: str, units: int | None, source: Source, *, places: int = 2) -> Figure:
    """Money, blue or orange by nothing but its minus: the tone is plain."""
    if units is None:
        return Figure(identity, UNKNOWN, source, "muted")
    return Figure(identity, money(units, places), source)


def change(identity: str, units: int, source: Source, *, places: int = 2) -> Figure:
    """Money gained or lost, in its colour."""
    return Figure(identity, money(units, places), source, tone_of(units))


def return_figure(identity: str, result: Compounded) -> Figure:
    """A compounded return as a percentage in its colour; n/a where nothing was invested."""
    source = Source("nav", result.times)
    if result.parts is None:
        return Figure(identity, UNKNOWN, source, "muted")
    return Figure(identity, percent(result.parts), source, tone_of(result.parts))


def measure_figure(identity: str, name: str, measure: Measure | None) -> Figure:
    """A measure of the risk report; n/a where it was not taken or cannot be stated."""
    source = Source("measure", (name,))
    if measure is None or measure.value is None:
        return Figure(identity, UNKNOWN, source, "muted")
    return Figure(identity, measured(measure.value, measure.unit), source)


def count(identity: str, number: int, source: Source) -> Cell:
    """A whole number."""
    return Figure(identity, f"{number:,}", source)
