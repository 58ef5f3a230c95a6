"""Form 8949 as rows: a United States tax year enters, columns (a) to (h) of the form leave.

IRS Form 8949 (2025) and its instructions. Digital assets stand apart from tax year 2025 on: box G,
H or I for short terms and J, K or L for long ones, where a Form 1099-DA reports the basis, reports
no basis, or was not received. Books kept from chains have no Form 1099-DA: I and L. Before 2025 the
boxes without a statement are C and F.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ledger.model.amount import MONEY_DECIMALS, divide_half_even, rounded_text
from ledger.model.asset import currency_of
from ledger.model.errors import BadInput
from ledger.model.tax import TaxLine
from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of

NAME: Final = "form_8949"
SCHEMA_VERSION: Final = 1
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
)
NUMERIC: Final = frozenset(
    ("(d) proceeds", "(e) cost or other basis", "(g) adjustment", "(h) gain or loss")
)

#: The first year whose form has boxes of its own for digital assets.
DIGITAL_ASSET_BOXES_SINCE: Final = 2025
_CENT: Final = 10 ** (MONEY_DECIMALS - 2)


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a matched lot or closed short, short terms first, then by date sold.

    Foreign currency (IRC §988) and what the regime does not assess are no rows of this form.

    (d) is net of selling expenses, as the instructions ask where no statement was received. Amounts
    are rounded to cents, half even; (h) is (d) less (e) as printed, so that each row adds up. An
    unknown basis leaves (e) and (h) empty and names the problem. Raises BadInput without a tax year
    in US dollars.
    """
    year = figures.tax
    if year is None:
        raise BadInput("form_8949 is made from an assessed tax year, and none was given")
    if year.currency != "USD":
        raise BadInput(f"form_8949 is filed in USD, and the year was assessed in {year.currency}")
    boxes = ("I", "L") if year.year >= DIGITAL_ASSET_BOXES_SINCE else ("C", "F")
    for line in sorted(filter(_belongs, year.lines), key=_place):
        proceeds = None if line.proceeds is None else _cents(line.proceeds - line.fees)
        cost = None if line.cost is None else _cents(line.cost)
        gain = None if proceeds is None or cost is None else proceeds - cost
        quantity = quantity_text(line.asset, line.quantity, figures.assets)
        yield (
            boxes[line.term == "long"],
            f"{quantity} {symbol_of(line.asset, figures.assets)}",
            _acquired(line),
            _date(line.disposed),
            _dollars(proceeds),
            _dollars(cost),
            "",
            None,
            _dollars(gain),
            _problem(line),
        )


def _belongs(line: TaxLine) -> bool:
    """A sale of a digital asset; what was given away or lost, and currency, is none."""
    return line.assessed and currency_of(line.asset) is None


def _place(line: TaxLine) -> tuple[bool, datetime, str, str, str, str, int]:
    acquired = "" if line.acquired is None else line.acquired.isoformat()
    identity = (line.source, line.lot, line.asset, acquired)
    return (line.term == "long", line.disposed, *identity, line.quantity)


def _cents(units: int) -> int:
    return divide_half_even(units, _CENT)


def _dollars(cents: int | None) -> Number | None:
    return None if cents is None else Number(rounded_text(cents, 2, 2))


def _date(time: datetime) -> str:
    return time.strftime("%m/%d/%Y")


def _acquired(line: TaxLine) -> str:
    """The day in the line's own zone; VARIOUS where several acquisitions make one known basis."""
    if line.acquired is not None:
        return _date(line.acquired)
    return "" if line.cost is None else "VARIOUS"


def _problem(line: TaxLine) -> str:
    missing = []
    if line.cost is None:
        missing.append("missing_basis")
    if line.proceeds is None:
        missing.append("missing_price")
    return " ".join(missing)
