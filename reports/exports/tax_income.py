"""The income of a tax year as rows, for every regime: the assessment enters, its income leaves."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ledger.model.activity import iso
from ledger.model.tax import IncomeLine
from reports.csv import Cell, Number
from reports.exports._years import exact, year_in
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of

NAME: Final = "tax_income"
SCHEMA_VERSION: Final = 1
#: None in particular: every regime has income.
REGIMES: Final[frozenset[str]] = frozenset()
HEADER: Final = (
    "time", "kind", "asset", "symbol", "quantity", "value", "currency", "source", "problem",
)  # fmt: skip
NUMERIC: Final = frozenset(("quantity", "value"))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a receipt by time; without a price its value is empty, never zero."""
    year = year_in(figures, NAME)
    for line in sorted(year.income, key=_order):
        yield (
            iso(line.time),
            line.kind,
            line.asset,
            symbol_of(line.asset, figures.assets),
            Number(quantity_text(line.asset, line.quantity, figures.assets)),
            exact(line.value),
            year.currency,
            line.source,
            "missing_price" if line.value is None else "",
        )


def _order(line: IncomeLine) -> tuple[datetime, str, str, str, int]:
    return (line.time, line.source, line.kind, line.asset, line.quantity)
