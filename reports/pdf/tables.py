"""A table of a statement → flowables: thin rules, figures to the right, points under each other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable
from reportlab.platypus import Table as Grid

from reports.pdf.style import BOLD, COLOURS, GREY, INK, PALE, REGULAR, RULE, SMALL, WIDTH
from reports.pdf.text import fitted, paragraph, text
from reports.statement import Align, Cell, Column, Figure, Table

#: One table of many rows takes reportlab time that grows faster than its rows.
ROWS_MAX = 200
#: Characters of a cell that runs on: a row is never as high as a page.
CELL_MAX = 400
GAP = 9.0
SIZE, SIZE_TEXTS, SIZE_MIN = 6.8, 6.0, 3.0
#: What a column of texts may ask for, in points, and what figures may take of the width.
TEXT_MAX, FIGURES_MAX = 140.0, 0.8


def grids(table: Table) -> Iterator[Flowable]:
    """The table in pieces of 200 rows, each under its header."""
    rows, totals = table.rows, table.totals
    cuts = [*range(0, max(1, len(rows) - totals), ROWS_MAX), len(rows)]
    for first, last in pairwise(cuts):
        yield _grid(table.columns, rows[first:last], totals if last == len(rows) else 0)


def _grid(columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], totals: int) -> Flowable:
    texts = [[text(_shown(cell)) for cell in row] for row in rows]
    widths, size = _fit(columns, texts)
    last = len(rows) - totals
    heads = [
        fitted(column.title, REGULAR, SMALL, width - 2)
        for column, width in zip(columns, widths, strict=True)
    ]
    content: list[list[Any]] = [heads]
    style = _rules(totals, size)
    for number, row in enumerate(rows):
        font = BOLD if number >= last else REGULAR
        cells: list[Any] = []
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            room = widths[place] - (GAP if place + 1 < len(columns) else 0)
            if column.align != "left":
                cells.append(texts[number][place])
            elif column.wrap and number < last:
                cells.append(paragraph(_shown(cell), size=size, length=CELL_MAX))
            else:
                runs_on = number >= last and not any(row[place + 1 : place + 3])
                room = sum(widths[place : place + 3]) - GAP if runs_on else room
                cells.append(fitted(_shown(cell), font, size, room))
            if isinstance(cell, Figure) and cell.tone != "plain":
                here = (place, number + 1)
                style.append(("TEXTCOLOR", here, here, COLOURS[cell.tone]))
        content.append(cells)
    for place, column in enumerate(columns):
        style += _alignment(place, column, content, size)
        if column.align == "right" and place + 1 < len(columns):
            gap = GAP if columns[place + 1].align == "left" else 2
            style.append(("RIGHTPADDING", (place, 0), (place, -1), gap))
    return Grid(content, widths, style=style, repeatRows=1, hAlign="LEFT")


def _shown(cell: Cell) -> str:
    return cell.text if isinstance(cell, Figure) else cell


def _fit(columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> tuple[list[float], float]:
    """Widths and a size of type at which no figure is cut.

    Every column gets what it needs and a share of the rest. Type is set smaller for texts down to
    `SIZE_TEXTS`; then texts are cut; for figures it is set smaller still.
    """
    size = SIZE
    while True:
        needs = [_need(column, place, texts, size) for place, column in enumerate(columns)]
        figures = sum(
            need for need, each in zip(needs, columns, strict=True) if each.align != "left"
        )
        spare = WIDTH - sum(needs)
        enough = spare >= 0 if size > SIZE_TEXTS else figures <= FIGURES_MAX * WIDTH
        if enough or size <= SIZE_MIN:
            break
        size -= 0.2
    shares = sum(column.share for column in columns)
    for place, column in enumerate(columns):
        if column.wrap and spare > 0:
            more = min(spare, _longest(place, texts, size) + GAP - needs[place])
            needs[place], spare = needs[place] + max(0.0, more), spare - max(0.0, more)
    if spare >= 0:
        each = spare / shares
        return [need + each * c.share for need, c in zip(needs, columns, strict=True)], size
    squeeze = max(0.0, WIDTH - figures) / max(1.0, sum(needs) - figures)
    widths = [
        need * squeeze if column.align == "left" else need
        for need, column in zip(needs, columns, strict=True)
    ]
    return widths, size


def _need(column: Column, place: int, texts: Sequence[Sequence[str]], size: float) -> float:
    head: float = stringWidth(text(column.title), REGULAR, SMALL)
    own = [row[place] for row in texts]
    if column.align != "left":
        return max(head, _widest(own, column.align, size)) + GAP * 1.6
    return max(head, min(_longest(place, texts, size), TEXT_MAX)) + GAP


def _longest(place: int, texts: Sequence[Sequence[str]], size: float) -> float:
    return max((stringWidth(row[place], REGULAR, size) for row in texts), default=0.0)


def _widest(figures: Sequence[str], align: Align, size: float) -> float:
    """The room of a column of figures; decimal ones are widest before and behind the point."""
    if align != "decimal":
        return max((stringWidth(figure, BOLD, size) for figure in figures), default=0.0)
    whole, fractions = [], []
    for figure in figures:
        before, point, after = figure.partition(".")
        whole.append(stringWidth(before, BOLD, size))
        fractions.append(stringWidth(point + after, BOLD, size))
    return max(whole, default=0.0) + max(fractions, default=0.0)


def _rules(totals: int, size: float) -> list[tuple[Any, ...]]:
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, 0), REGULAR, SMALL),
        ("TEXTCOLOR", (0, 0), (-1, 0), GREY),
        ("FONT", (0, 1), (-1, -1), REGULAR, size),
        ("TEXTCOLOR", (0, 1), (-1, -1), INK),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, PALE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-2, -1), GAP),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2.8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.2),
    ]
    if totals:
        style += [
            ("FONTNAME", (0, -totals), (-1, -1), BOLD),
            ("LINEABOVE", (0, -totals), (-1, -totals), 0.6, PALE),
        ]
    return style


def _alignment(
    place: int, column: Column, content: list[list[Any]], size: float
) -> list[tuple[Any, ...]]:
    """Figures stand to the right; decimal ones with their points under each other."""
    if column.align == "left":
        return []
    commands: list[tuple[Any, ...]] = [("ALIGN", (place, 0), (place, -1), "RIGHT")]
    if column.align == "decimal" and len(content) > 1:
        fractions = ["".join(row[place].partition(".")[1:]) for row in content[1:]]
        behind = max(stringWidth(fraction, REGULAR, size) for fraction in fractions)
        body = (place, 1), (place, -1)
        commands += [("ALIGN", *body, "DECIMAL"), ("RIGHTPADDING", *body, behind + GAP)]
        commands.append(("RIGHTPADDING", (place, 0), (place, 0), GAP))
    return commands
