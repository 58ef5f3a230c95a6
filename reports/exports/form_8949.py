"""Form 8949 as rows: a United States tax year enters, columns (a) to (h) of the form leave."""

from collections.abc import Iterator
from typing import Final

from reports.csv import Cell
from reports.model import ExportFigures
from reports.sales import dollars, sales

NAME: Final = "form_8949"
SCHEMA_VERSION: Final = 2
REGIMES: Final = frozenset(("us",))
HEADER: Final = (
    "box",
    "(a) description",
    "(b) date acquired",
    "(c) date sold",
    "(d) proceeds",
    "(e) cost or other basis",
    "(f) code",
    "(g) adjustment",
    "(h) gain or loss",
    "problem",
    "source",
    "lot",
)
NUMERIC: Final = frozenset(
    ("(d) proceeds", "(e) cost or other basis", "(g) adjustment", "(h) gain or loss")
)


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a matched lot or closed short, short terms first, then by date sold.

    Amounts are rounded to cents, half even, and each row adds up as printed. An unknown basis
    leaves (e) and (h) empty and names the problem. Raises BadInput without a tax year in US
    dollars.
    """
    for sale in sales(figures):
        yield (
            sale.box,
            sale.description,
            sale.acquired,
            sale.sold,
            dollars(sale.proceeds),
            dollars(sale.basis),
            sale.codes,
            dollars(sale.adjustment),
            dollars(sale.gain),
            sale.problem,
            sale.line.source,
            sale.line.lot,
        )
