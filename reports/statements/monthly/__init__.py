"""The monthly report: a month's computed figures enter, a statement of six pages leaves.

It chooses and formats. What it adds up (totals, the bridge, compounded growth) it adds in exact
integers and decimals.
"""

from dataclasses import replace
from typing import Final

from reports.model import MonthlyFigures
from reports.statement import Statement
from reports.statements.monthly import (
    cover,
    integrity,
    measures,
    performance,
    positions,
    strategies,
)
from reports.statements.monthly.history import month_of
from reports.statements.monthly.words import MONTHS

NAME: Final = "monthly"


def statement(figures: MonthlyFigures) -> Statement:
    """The monthly report of a fund; the order of what comes in decides nothing (P11)."""
    year, month = month_of(figures.month)
    figures = replace(figures, nav=tuple(sorted(figures.nav, key=lambda point: point.time)))
    heads = (
        f"{NAME}/{figures.month}",
        "Monthly report",
        figures.fund.name,
        f"{MONTHS[month - 1]} {year}",
        figures.label,
        figures.digest,
        figures.version,
    )
    return Statement.of(
        heads,
        cover.page(figures),
        performance.page(figures),
        strategies.page(figures),
        positions.page(figures),
        measures.page(figures),
        integrity.page(figures),
    )
