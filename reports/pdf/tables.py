"""A table of a statement → flowables: thin rules, figures to the right, points under each other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable
from reportlab.platypus import Table as Grid

from reports.pdf.style import BOLD, COLOURS, GREY, INK, PALE, REGULAR, RULE, SMALL, WIDTH
from reports.pdf.text import fitted, paragraph
from reports.statement import Cell, Column, Figure, Table

#: One table of many rows takes reportlab time that grows faster than its rows.
ROWS_MAX = 200
PADDING = 3.0
SIZE = 6.8


def grids(table: Table) -> Iterator[Flowable]:
    """The table in pieces of 200 rows, each under its header."""
    rows, totals = table.rows, table.totals
    cuts = [*range(0, max(1, len(rows) - totals), ROWS_MAX), len(rows)]
    for first, last in pairwise(cuts):
        yield _grid(table.columns, rows[first:last], totals if last == len(rows) else 0)


def _grid(columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], totals: int) -> Flowable:
    whole = sum(column.share for column in columns)
    widths = [column.share / whole * WIDTH for column in columns]
    heads = [
        fitted(column.title, REGULAR, SMALL, width - PADDING)
        for column, width in zip(columns, widths, strict=True)
    ]
    last = len(rows)
    content: list[list[Any]] = [heads]
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, 0), REGULAR, SMALL),
        ("TEXTCOLOR", (0, 0), (-1, 0), GREY),
        ("FONT", (0, 1), (-1, -1), REGULAR, SIZE),
        ("TEXTCOLOR", (0, 1), (-1, -1), INK),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, PALE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2.8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
    ]
    for number, row in enumerate(rows, 1):
        total = number > last - totals
        font = BOLD if total else REGULAR
        cells = []
        for place, (column, cell, width) in enumerate(zip(columns, row, widths, strict=True)):
            shown = cell.text if isinstance(cell, Figure) else cell
            runs_on = column.align == "left" and total and not any(row[place + 1 : place + 2])
            room = width * 2 if runs_on else width - PADDING
            if column.wrap and not total:
                cells.append(paragraph(shown, size=SIZE))
            else:
                cells.append(fitted(shown, font, SIZE, room))
            if isinstance(cell, Figure) and cell.tone != "plain":
                style.append(("TEXTCOLOR", (place, number), (place, number), COLOURS[cell.tone]))
        content.append(cells)
    for place, column in enumerate(columns):
        style += _alignment(place, column, content)
    if totals:
        style += [
            ("FONTNAME", (0, -totals), (-1, -1), BOLD),
            ("LINEABOVE", (0, -totals), (-1, -totals), 0.6, PALE),
        ]
    return Grid(content, widths, style=style, repeatRows=1, hAlign="LEFT")


def _alignment(place: int, column: Column, content: list[list[Any]]) -> list[tuple[Any, ...]]:
    """Figures stand to the right; decimal ones with their points under each other."""
    if column.align == "left":
        return []
    commands: list[tuple[Any, ...]] = [("ALIGN", (place, 0), (place, -1), "RIGHT")]
    if column.align == "decimal" and len(content) > 1:
        fractions = [row[place].partition(".")[1:] for row in content[1:]]
        behind = max(stringWidth("".join(part), REGULAR, SIZE) for part in fractions)
        body = (place, 1), (place, -1)
        commands += [("ALIGN", *body, "DECIMAL"), ("RIGHTPADDING", *body, behind + PADDING + 6)]
        commands.append(("RIGHTPADDING", (place, 0), (place, 0), PADDING + 6))
    return commands
