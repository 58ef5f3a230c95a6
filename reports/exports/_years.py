"""Figures enter; the assessed year that a country's layout is made from leaves, and its cells."""

from collections.abc import Iterable
from datetime import datetime

from ledger.model.amount import MONEY_DECIMALS, rounded_text
from ledger.model.asset import currency_of
from ledger.model.errors import BadInput
from ledger.model.tax import TaxLine, TaxYear
from reports.csv import Number
from reports.model import ExportFigures
from reports.names import money_text


def year_in(figures: ExportFigures, layout: str, currency: str = "") -> TaxYear:
    """The assessed year; raises BadInput without one, or where it is in another currency."""
    year = figures.tax
    if year is None:
        raise BadInput(f"{layout} is made from an assessed tax year, and none was given")
    if currency and year.currency != currency:
        raise BadInput(
            f"{layout} is filed in {currency}, and the year was assessed in {year.currency}"
        )
    return year


def assessed_lines(year: TaxYear) -> tuple[TaxLine, ...]:
    """The year's disposals of assets that the regime assesses, by time."""
    return tuple(
        line
        for line in sorted(year.lines, key=order_of)
        if line.assessed and currency_of(line.asset) is None
    )


def order_of(line: TaxLine) -> tuple[datetime, str, str, str, str, int]:
    """The one order of lines, whatever order they came in."""
    acquired = "" if line.acquired is None else line.acquired.isoformat()
    return (line.disposed, line.source, line.asset, line.lot, acquired, line.quantity)


def known_sum(amounts: Iterable[int | None]) -> int:
    """The sum of what is known."""
    return sum(amount for amount in amounts if amount is not None)


def whole_sum(amounts: Iterable[int | None]) -> int | None:
    """The sum of all; None where there are none, or one of them is not known."""
    total = None
    for amount in amounts:
        if amount is None:
            return None
        total = amount + (total or 0)
    return total


def exact(units: int | None) -> Number | None:
    """Money with all its decimals; None where it is unknown."""
    return None if units is None else Number(money_text(units))


def to_cents(units: int | None) -> Number | None:
    """Money to two decimals, half even."""
    return None if units is None else Number(rounded_text(units, MONEY_DECIMALS, 2))


def to_whole(units: int) -> Number:
    """Money in whole units of its currency, half even."""
    return Number(rounded_text(units, MONEY_DECIMALS, 0))


def problem_of(line: TaxLine) -> str:
    """What is not known of a line, as problem codes; what is not assessed lacks no price."""
    silent = line.rule == "not_assessed"
    missing = ["not_assessed"] if silent else []
    # a part of a portfolio costs what its value says, so that it lacks a price and no acquisition
    parted = line.rule == "portfolio" and line.cost is None
    if line.cost is None and not parted:
        missing.append("missing_basis")
    if (line.proceeds is None or parted) and not silent:
        missing.append("missing_price")
    return " ".join(missing)
