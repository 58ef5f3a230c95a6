"""A United States tax year enters; a Tax Exchange Format file (TXF, version 042) leaves.

Intuit's specification of 30 November 2011, record formats 4 and 5: one record a sale, a sixth
amount where a wash sale's loss is not allowed. It is older than boxes G to L, and its numbers speak
of the three copies of Form 8949: with the basis reported (321 short, 323 long), with a statement
without it (711, 713), without a statement (712, 714). G, H and I go as 321, 711 and 712, J, K and L
as 323, 713 and 714; a line without a known date and basis goes as 673, 715 or 716, "holding period
unknown". Adjustments other than wash sales have no place: they are taken off the basis, so that (h)
is the same. The date of the file is the last day of the tax year, as files are the same on every
day.
"""

from collections.abc import Iterator
from typing import Final

from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.sales import Sale, dollars, sales

NAME: Final = "txf"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("us",))
SUFFIX: Final = "txf"
HEADER: Final = (
    "box", "reference", "security", "date acquired", "date sold", "basis", "proceeds",
    "wash sale disallowed",
)  # fmt: skip
NUMERIC: Final = frozenset(("basis", "proceeds", "wash sale disallowed"))

#: Box → reference number.
REFERENCES: Final = {
    "A": "321", "B": "711", "C": "712", "D": "323", "E": "713", "F": "714",
    "G": "321", "H": "711", "I": "712", "J": "323", "K": "713", "L": "714",
}  # fmt: skip
#: The same where nobody knows whether the term is short or long.
UNKNOWN_TERMS: Final = {
    "321": "673", "323": "673", "711": "715", "713": "715", "712": "716", "714": "716",
}  # fmt: skip
_END: Final = "^"


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a record of the file, in the order of Form 8949."""
    for sale in sales(figures):
        adjusted = sale.adjustment or 0
        washed = sale.denied if "W" in sale.codes else None
        basis = None if sale.basis is None else sale.basis - adjusted + (washed or 0)
        yield (
            sale.box,
            _reference(sale),
            _line(sale.description),
            sale.acquired,
            sale.sold,
            dollars(basis),
            dollars(sale.proceeds),
            dollars(washed),
        )


def text(figures: ExportFigures) -> str:
    """The file: a head, and a record a row, in lines that end as on Windows."""
    year = figures.tax
    assert year is not None, "rows were made of it"
    lines = ["V042", "APartita", f"D12/31/{year.year}", _END]
    for _, reference, security, acquired, sold, basis, proceeds, washed in rows(figures):
        lines += ["TD", f"N{reference}", "C1", "L1", f"P{security}", f"D{acquired}", f"D{sold}"]
        lines += [f"${_shown(basis)}", f"${_shown(proceeds)}"]
        lines += [] if washed is None else [f"${_shown(washed)}"]
        lines.append(_END)
    return "".join(f"{line}\r\n" for line in lines)


def sources(figures: ExportFigures) -> Iterator[tuple[str, ...]]:
    """The entry and the lot of each record."""
    for sale in sales(figures):
        yield sale.sources


def _reference(sale: Sale) -> str:
    reference = REFERENCES[sale.box]
    return UNKNOWN_TERMS[reference] if not sale.acquired else reference


def _line(security: str) -> str:
    """One line of printable ASCII, as the format asks; what is none is spelled `U+1F436`."""
    return "".join(
        letter if " " <= letter <= "~" else f"U+{ord(letter):04X}" for letter in security[:200]
    )


def _shown(cell: Cell) -> str:
    return cell.text if isinstance(cell, Number) else ""
