"""A United States tax year enters; the gain and loss CSV that TurboTax imports leaves.

Five columns, a row a matched lot; dates MM/DD/YYYY, amounts in dollars and cents; a file without
sales is its header alone. The layout has no place for boxes, codes and adjustments: a line with an
adjustment has its basis less that adjustment, so that TurboTax comes to the same gain.
"""

from collections.abc import Iterator
from typing import Final

from reports.csv import Cell
from reports.model import ExportFigures
from reports.names import symbol_of
from reports.sales import dollars, sales

NAME: Final = "turbotax"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("us",))
HEADER: Final = ("Currency Name", "Purchase Date", "Cost Basis", "Date Sold", "Proceeds")
NUMERIC: Final = frozenset(("Cost Basis", "Proceeds"))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a line of Form 8949, in its order; what is unknown is empty."""
    for sale in sales(figures):
        basis = None if sale.basis is None else sale.basis - (sale.adjustment or 0)
        yield (
            symbol_of(sale.line.asset, figures.assets),
            sale.acquired,
            dollars(basis),
            sale.sold,
            dollars(sale.proceeds),
        )


def sources(figures: ExportFigures) -> Iterator[tuple[str, ...]]:
    """The entry and the lot of each row."""
    for sale in sales(figures):
        yield sale.sources
