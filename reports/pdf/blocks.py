"""Blocks of a statement → flowables of a page: tiles, tables, charts and notes, with titles."""

from collections.abc import Iterator
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Spacer
from reportlab.platypus import Table as Grid

from reports.pdf.charts import drawing
from reports.pdf.style import (
    BODY,
    BOLD,
    COLOURS,
    GREY,
    HEADING,
    INK,
    REGULAR,
    RULE,
    SMALL,
    TITLE,
    WIDTH,
)
from reports.pdf.tables import grids
from reports.pdf.text import fitted, paragraph, text
from reports.statement import Block, Cell, Figure, Heat, Note, Statement, Table, Tile, Tiles, Tone

GAP = 12.0


class _Line(Flowable):  # type: ignore[misc]
    """One line of text at the left, and perhaps one at the right."""

    def __init__(self, left: str, size: float, right: str = "", *, font: str = BOLD) -> None:
        super().__init__()
        self.left, self.right, self.size, self.font = left, right, size, font

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002
        self.width, self.height = width, self.size * 1.5
        return self.width, self.height

    def draw(self) -> None:
        room = self.width * (0.75 if self.right else 1)
        self.canv.setFont(self.font, self.size)
        self.canv.setFillColor(INK)
        self.canv.drawString(0, self.size * 0.45, fitted(self.left, self.font, self.size, room))
        if self.right:
            self.canv.setFont(REGULAR, BODY)
            self.canv.setFillColor(GREY)
            shown = fitted(self.right, REGULAR, BODY, self.width * 0.25)
            self.canv.drawRightString(self.width, self.size * 0.45, shown)


def opening(statement: Statement) -> Iterator[Flowable]:
    """What stands at the head of the first page: fund, period, how final it is."""
    yield _Line(statement.fund, 19.0, statement.label)
    yield _Line(f"{statement.title}, {statement.period}", 10.0, font=REGULAR)
    yield Spacer(1, 16)


def page_title(title: str) -> Flowable:
    """The title of a page with room below it."""
    line = _Line(title, TITLE)
    line.spaceAfter = 10
    return line


def flowables(block: Block) -> Iterator[Flowable]:
    """The flowables of a block; the first two belong together."""
    if isinstance(block, Tiles):
        yield _tiles(block)
    elif isinstance(block, Note):
        yield paragraph(block.text, colour=GREY, size=SMALL + 0.4, bold=block.title)
    elif isinstance(block, Table):
        yield _heading(block.title)
        yield from grids(block)
        if block.note:
            yield Spacer(1, 4)
            yield paragraph(block.note, size=SMALL, colour=GREY)
    else:
        yield _heading(block.title)
        yield drawing(block, WIDTH)
        if isinstance(block, Heat) and block.note:
            yield Spacer(1, 4)
            yield paragraph(block.note, size=SMALL, colour=GREY)


def _heading(title: str) -> Flowable:
    line = _Line(title, HEADING)
    line.spaceAfter = 3
    return line


def _tiles(tiles: Tiles) -> Flowable:
    """Labels, figures and words below each other, a column a tile, under one thin rule."""
    count = len(tiles.tiles)
    width = WIDTH / count
    wanted = 15.0 if tiles.large else 11.0
    widest = max(stringWidth(text(tile.figure.text), REGULAR, wanted) for tile in tiles.tiles)
    large = wanted * min(1.0, (width - GAP) / max(widest, 1.0))
    rows = [
        [fitted(tile.label, REGULAR, SMALL, width - GAP) for tile in tiles.tiles],
        [text(tile.figure.text) for tile in tiles.tiles],
        [fitted(_shown(tile.note), REGULAR, SMALL, width - GAP) for tile in tiles.tiles],
    ]
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, SMALL),
        ("TEXTCOLOR", (0, 0), (-1, -1), GREY),
        ("FONTSIZE", (0, 1), (-1, 1), large),
        ("LEADING", (0, 1), (-1, 1), large * 1.1),
        ("LINEABOVE", (0, 0), (-1, 0), 0.6, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), GAP / 2),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, 0), 6),
        ("BOTTOMPADDING", (0, 1), (-1, 1), large * 0.32),
    ]
    for place, tile in enumerate(tiles.tiles):
        style.append(("TEXTCOLOR", (place, 1), (place, 1), COLOURS[tile.figure.tone]))
        style.append(("TEXTCOLOR", (place, 2), (place, 2), COLOURS[_tone(tile)]))
    return Grid(rows, [width] * count, style=style, hAlign="LEFT")


def _shown(cell: Cell) -> str:
    return cell.text if isinstance(cell, Figure) else cell


def _tone(tile: Tile) -> Tone:
    return (
        tile.note.tone if isinstance(tile.note, Figure) and tile.note.tone != "plain" else "muted"
    )
