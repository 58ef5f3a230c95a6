"""Form 8949 and Schedule D as pages: a United States tax year enters, a statement leaves.

A sheet holds one box and as many rows as the form has: 11 since 2025, 14 before. Each has its
totals (line 2 of the form); Schedule D follows. It is laid out to be read and checked beside the
form, not on the form's own paper: the instructions allow a list of the same columns (Exception 2).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from ledger.model.amount import rounded_text, text_from_units
from reports.apart import Contracts, contracts, sixty_forty
from reports.model import ExportFigures
from reports.sales import DIGITAL_ASSET_BOXES_SINCE, Sale, by_box, sales
from reports.statement import Cell, Column, Figure, Note, Page, Source, Statement, Table

NAME: Final = "form_8949"
SCHEMA_VERSION: Final = 1

_ROWS_SINCE: Final = 11
_ROWS_BEFORE: Final = 14
_COLUMNS: Final = (
    Column("(a) description", 3),
    Column("(b) acquired", 1),
    Column("(c) sold", 1),
    Column("(d) proceeds", 1, "decimal"),
    Column("(e) basis", 1, "decimal"),
    Column("(f)", 1),
    Column("(g) adjustment", 1, "decimal"),
    Column("(h) gain or loss", 1, "decimal"),
)
_WHAT: Final = {
    "C": "short-term, no Form 1099-B",
    "F": "long-term, no Form 1099-B",
    "G": "short-term, Form 1099-DA with the basis reported",
    "H": "short-term, Form 1099-DA without the basis",
    "I": "short-term, no Form 1099-DA",
    "J": "long-term, Form 1099-DA with the basis reported",
    "K": "long-term, Form 1099-DA without the basis",
    "L": "long-term, no Form 1099-DA",
}
#: Line of Schedule D → the boxes whose totals it takes.
_SCHEDULE_D: Final = {"1b": "G", "2": "H", "3": "CI", "8b": "J", "9": "K", "10": "FL"}
#: Lines of Schedule D, short and long, that Form 6781 leads to.
_CONTRACTS: Final = (("4", "Form 6781, line 8"), ("11", "Form 6781, line 9"))
#: The columns of a sheet, by their titles.
HEADER: Final = tuple(column.title for column in _COLUMNS)
#: The amounts of a line, by what their figures are called.
_AMOUNTS: Final = ("proceeds", "basis", "adjustment", "gain")


def statement(figures: ExportFigures, version: str = "") -> Statement:
    """The form of the assessed year, box by box, then Schedule D.

    Raises BadInput without a year in US dollars.
    """
    found = sales(figures)
    year = figures.tax
    assert year is not None, "sales were made of it"
    rows = _ROWS_SINCE if year.year >= DIGITAL_ASSET_BOXES_SINCE else _ROWS_BEFORE
    pages: list[Page] = []
    for box, lines in by_box(found):
        pages += _sheets(box, lines, rows)
    pages.append(_schedule_d(found, rows, contracts(figures)))
    heads = (
        NAME,
        "Form 8949",
        figures.fund.name,
        f"tax year {year.year}",
        f"{year.regime}, {year.method}",
        figures.digest,
        version,
    )
    return Statement.of(heads, *pages)


def summed(figures: ExportFigures) -> tuple[int, dict[str, str]]:
    """How many lines all sheets have, and the sum of what is known in each column of amounts."""
    found = sales(figures)
    names = [column.title for column in _COLUMNS if column.align == "decimal"]
    sums = [text_from_units(_total(found, what), 2) for what in _AMOUNTS]
    return len(found), dict(zip(names, sums, strict=True))


def _sheets(box: str, lines: Sequence[Sale], rows: int) -> Iterator[Page]:
    part = "Part II" if lines[0].long else "Part I"
    count = _sheets_of(lines, rows)
    for sheet in range(count):
        own = lines[sheet * rows : (sheet + 1) * rows]
        name = f"{box}.{sheet + 1}"
        table = Table(
            f"Sheet {sheet + 1} of {count}",
            _COLUMNS,
            (*(_row(f"{name}.{n}", sale) for n, sale in enumerate(own, 1)), _totals(name, own)),
            totals=1,
            note=_missing(own),
        )
        yield Page(f"{part}, box {box}: {_WHAT[box]}", (table,))


def _sheets_of(lines: Sequence[Sale], rows: int) -> int:
    """How many sheets hold so many lines."""
    return -(-len(lines) // rows)


def _row(name: str, sale: Sale) -> tuple[Cell, ...]:
    source = Source("trades", sale.sources)
    amounts = [_figure(f"{name}.{what}", _amount(sale, what), source) for what in _AMOUNTS]
    proceeds, basis, adjustment, gain = amounts
    return (
        sale.description, sale.acquired, sale.sold, proceeds, basis, sale.codes, adjustment, gain,
    )  # fmt: skip


def _totals(name: str, lines: Sequence[Sale]) -> tuple[Cell, ...]:
    cells = [_sum(f"{name}.total", name, lines, what) for what in _AMOUNTS]
    return ("Totals", "", "", cells[0], cells[1], "", cells[2], cells[3])


def _sum(id_: str, sheet: str, lines: Sequence[Sale], what: str) -> Figure:
    """A sum of what is known, from the figures that it adds."""
    known = [_amount(sale, what) for sale in lines]
    added = [f"{sheet}.{n}.{what}" for n, amount in enumerate(known, 1) if amount is not None]
    total = sum(amount for amount in known if amount is not None)
    return Figure(f"{id_}.{what}", rounded_text(total, 2, 2), Source("sum", tuple(added)))


def _of_contracts(accounts: Sequence[Contracts]) -> Iterator[tuple[Cell, ...]]:
    """Lines 4 and 11, where the year has contracts of section 1256."""
    for (line, of), amount in zip(_CONTRACTS, sixty_forty(accounts), strict=True):
        if accounts:
            source = Source("trades", tuple(name for one in accounts for name in one.sources))
            figure = _figure(f"schedule_d.{line}.gain", amount, source)
            yield (line, of, "", "", "", figure)


def _schedule_d(found: Sequence[Sale], sheet: int, accounts: Sequence[Contracts]) -> Page:
    rows = []
    for line, boxes in _SCHEDULE_D.items():
        own = [sale for sale in found if sale.box in boxes]
        box = own[0].box if own else boxes[-1]
        cells = []
        for what in _AMOUNTS:
            sums = [f"{box}.{n}.total.{what}" for n in range(1, 1 + _sheets_of(own, sheet))]
            source = Source("sum", tuple(sums))
            cells.append(_figure(f"schedule_d.{line}.{what}", _total(own, what), source))
        rows.append((line, f"box {box}", *cells))
    rows += _of_contracts(accounts)
    short, long = sixty_forty(accounts)
    for net, part, lines, apart in (
        ("7", False, ["1b", "2", "3"], short),
        ("15", True, ["8b", "9", "10"], long),
    ):
        total = _total([sale for sale in found if sale.long == part], "gain") + apart
        added = [*lines, *([_CONTRACTS[part][0]] if accounts else [])]
        source = Source("sum", tuple(f"schedule_d.{line}.gain" for line in added))
        figure = _figure(f"schedule_d.{net}", total, source)
        rows.append((net, "net of these lines", "", "", "", figure))
    columns = (Column("line", 1), Column("from Form 8949", 2), *_COLUMNS[3:5], *_COLUMNS[6:])
    table = Table("Totals of all forms", columns, tuple(rows))
    note = Note("Lines of Schedule D that come from other forms are not here.")
    return Page("Schedule D", (table, note))


def _amount(sale: Sale, what: str) -> int | None:
    return {
        "proceeds": sale.proceeds,
        "basis": sale.basis,
        "adjustment": sale.adjustment,
        "gain": sale.gain,
    }[what]


def _total(lines: Sequence[Sale], what: str) -> int:
    amounts = (_amount(sale, what) for sale in lines)
    return sum(amount for amount in amounts if amount is not None)


def _figure(id_: str, cents: int | None, source: Source) -> Cell:
    return "" if cents is None else Figure(id_, rounded_text(cents, 2, 2), source)


def _missing(lines: Sequence[Sale]) -> str:
    """What the totals leave out, row by row."""
    return "; ".join(
        f"row {number}: {sale.problem}" for number, sale in enumerate(lines, 1) if sale.problem
    )
