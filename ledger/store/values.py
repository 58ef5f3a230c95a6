"""Net asset values and quotes become cells of their tables, and rows of them values again."""

from typing import Any

from sqlalchemy import Row

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.position import NavPoint, Quote
from ledger.store.bulk import Cell
from ledger.store.columns import checked_text, decimal_text
from ledger.store.times import time_of


def nav_cells(point: NavPoint) -> tuple[Cell, ...]:
    """The cells of a net asset value in the order of the table's columns, without the fund's."""
    return (
        microseconds(point.time),
        point.currency,
        str(point.value),
        str(point.flows),
        None if point.growth is None else decimal_text(point.growth),
        point.unpriced,
        str(point.invested),
    )


def nav_point_of(row: Row[Any]) -> NavPoint:
    """The net asset value that a row holds."""
    return NavPoint(
        time_of(row.time),
        row.currency,
        row.value,
        row.flows,
        row.growth,
        row.unpriced,
        row.invested,
    )


def quote_cells(quote: Quote) -> tuple[Cell, ...]:
    """The cells of an implied quote in the order of the table's columns, without the fund's."""
    return (
        microseconds(quote.time),
        quote.asset,
        checked_text(quote.source),
        quote.currency,
        decimal_text(quote.price),
    )


def quote_of_row(row: Row[Any]) -> Quote:
    """The quote that a row holds."""
    return Quote(AssetId(row.asset), time_of(row.time), row.price, row.currency, row.source)
