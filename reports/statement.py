"""A statement as a value: pages of blocks with every figure formatted and leading to its source.

It knows no layout. Charts hold whole numbers: money in 10⁻¹⁸ of its currency, fractions in 10⁻¹⁸.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Tone = Literal["plain", "gain", "loss", "muted"]
Align = Literal["left", "right", "decimal"]
Unit = Literal["money", "fraction"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from (P10).

    `kind` says how to read `references`: `nav` times of NAV points, `measure` names of the risk
    report, `result` `<strategy>|<part>` with entry ids after it where they are known, `position`
    `<wallet>|<asset>` and the quote, `trades` entry ids, `coverage` sources, `break` and `problem`
    what they are about, `sum` the ids of the figures that are added, `books` the digest.
    """

    kind: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is printed; `id` is unique in its statement."""

    id: str
    text: str
    source: Source
    tone: Tone = "plain"


Cell = Figure | str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `share` is its part of the width; `wrap` lets long texts run on."""

    title: str
    share: int
    align: Align = "left"
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, the last `totals` of them set off as sums; `note` stands below."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), self.title


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that stands alone with its label and a word about how it is meant."""

    label: str
    figure: Figure
    note: Cell = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Tiles side by side; `large` ones open a page."""

    tiles: tuple[Tile, ...]
    large: bool = False


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell of a heat map: `strength` −100 to 100 colours it from loss to gain."""

    figure: Figure
    strength: int = 0


@dataclass(frozen=True, slots=True)
class Heat:
    """A grid of figures coloured by strength; None is an empty cell."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell | None, ...]], ...]
    set_off: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class LineChart:
    """A series over days, drawn from point to point and never smoothed."""

    name: str
    title: str
    points: tuple[tuple[date, int], ...]
    unit: Unit
    currency: str = ""
    tone: Tone = "gain"
    from_zero: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """A bar a name, blue to the right of zero and orange to the left."""

    name: str
    title: str
    bars: tuple[tuple[str, int], ...]
    unit: Unit
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph of text; `title` stands before it."""

    text: str
    title: str = ""


Chart = LineChart | BarChart | Heat
Block = Table | Tiles | Chart | Note


@dataclass(frozen=True, slots=True)
class Page:
    """What opens on a new sheet; a long page runs on."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A report ready to be laid out; `period` is how its time is said, `label` how final it is."""

    name: str
    title: str
    fund: str
    period: str
    label: str
    digest: str
    version: str
    pages: tuple[Page, ...]
    figures: Mapping[str, Source] = field(default_factory=dict)

    @classmethod
    def of(cls, heads: tuple[str, str, str, str, str, str, str], *pages: Page) -> "Statement":
        """A statement with the index of its figures; two figures of one id are a fault of ours."""
        figures: dict[str, Source] = {}
        for page in pages:
            for figure in figures_of(page):
                assert figure.id not in figures, f"two figures are called {figure.id}"
                figures[figure.id] = figure.source
        return cls(*heads, pages, figures)

    def charts(self) -> Mapping[str, Chart]:
        """Every chart by its name."""
        return {
            block.name: block
            for page in self.pages
            for block in page.blocks
            if isinstance(block, LineChart | BarChart | Heat)
        }


def figures_of(page: Page) -> Iterator[Figure]:
    """Every figure that a page prints, in its order."""
    for block in page.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield from (cell for cell in row if isinstance(cell, Figure))
        elif isinstance(block, Tiles):
            cells = [cell for tile in block.tiles for cell in (tile.figure, tile.note)]
            yield from (cell for cell in cells if isinstance(cell, Figure))
        elif isinstance(block, Heat):
            for _, heated in block.rows:
                yield from (cell.figure for cell in heated if cell is not None)
