"""A United States tax year enters; the CSV of sales that TaxAct imports leaves.

The five columns that TaxAct demands, and those of the optional ones that say something here. Its
reporting category knows boxes A to F alone: G, H and I go as A, B and C, J, K and L as D, E and F,
as the statement that was received or not is the same; the box itself stands in the additional
description. `W` stands in the column of wash sales.
"""

from collections.abc import Iterator
from typing import Final

from reports.csv import Cell
from reports.model import ExportFigures
from reports.sales import dollars, sales

NAME: Final = "taxact"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("us",))
HEADER: Final = (
    "Description", "Date Acquired", "Date Sold", "Sales Proceeds", "Cost or Other Basis",
    "Additional Description", "Wash Sale (W)", "Adjustment Code", "Adjustment Amount",
    "Reporting Category (A-F)", "Long/Short",
)  # fmt: skip
NUMERIC: Final = frozenset(("Sales Proceeds", "Cost or Other Basis", "Adjustment Amount"))

#: The category of each box of Form 8949.
CATEGORIES: Final = dict(zip("ABCDEFGHIJKL", "ABCDEFABCDEF", strict=True))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a line of Form 8949, in its order; what is unknown is empty."""
    for sale in sales(figures):
        yield (
            sale.description,
            sale.acquired,
            sale.sold,
            dollars(sale.proceeds),
            dollars(sale.basis),
            f"box {sale.box}",
            "W" if "W" in sale.codes else "",
            sale.codes,
            dollars(sale.adjustment),
            CATEGORIES[sale.box],
            "Long" if sale.long else "Short",
        )


def sources(figures: ExportFigures) -> Iterator[tuple[str, ...]]:
    """The entry and the lot of each row."""
    for sale in sales(figures):
        yield sale.sources
