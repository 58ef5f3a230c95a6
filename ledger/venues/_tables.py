"""The bytes of a file enter; a table leaves: a header, whole rows with their lines, problems.

Nothing is interpreted here: cells stay as the file has them. What is not a text table, or is larger
than any statement, is refused before it is taken apart.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ledger.model.errors import BadInput
from ledger.model.problem import Problem

BYTES_MAX: Final = 64 * 2**20
LINE_MAX: Final = 2**20
LINES_MAX: Final = 500_000
COLUMNS_MAX: Final = 500
CELL_MAX: Final = 32_768
#: A quoted cell may hold line breaks, but an open quote must not swallow the rest of the file.
LINES_OF_A_ROW_MAX: Final = 200
#: Lines before the header are seven at most in any known export.
HEADER_WITHIN: Final = 12
DELIMITERS: Final = ",;\t"

#: How well a header is recognised: the number of its names that a layout knows, 0 for none.
Recognise = Callable[[tuple[str, ...]], int]


@dataclass(frozen=True, slots=True)
class Row:
    """A data row: one cell a column; `line` is where it starts (1 is the first of the file)."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows under a header; `problems` name the broken rows, which are not in `rows`."""

    name: str
    header: tuple[str, ...]
    header_line: int
    delimiter: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def rows_read(self) -> int:
        """All data rows of the file, the broken ones included."""
        return len(self.rows) + len(self.problems)


@dataclass(frozen=True, slots=True)
class _Record:
    """What the file has between two row ends; `fault` says why it is no row."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""
    last: bool = False


class _Lines:
    """Lines handed out one by one to the CSV reader, and taken back when a row does not end."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.position = 0
        self.stop = len(lines)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.position >= self.stop:
            raise StopIteration
        self.position += 1
        return self.lines[self.position - 1] + "\n"


def read_table(name: str, body: bytes, recognise: Recognise | None = None) -> Table:
    """The table in a file: its header is the best recognised row of the first twelve.

    Without `recognise`, or where it knows none, it is the first row of the commonest width.
    Whole-row quoting is undone. Raises BadInput for what is no text table or exceeds a bound.
    """
    shown = file_name(name)
    text = decoded(body)
    lines = text.split("\n")
    if len(lines) > LINES_MAX:
        raise BadInput(f"the file has more than {LINES_MAX} lines; import it in parts")
    if max(map(len, lines)) > LINE_MAX:
        raise BadInput(f"a line of the file is longer than {LINE_MAX} characters")
    delimiter, header = _header(lines, recognise)
    if len(header.cells) > COLUMNS_MAX:
        raise BadInput(f"the file has more than {COLUMNS_MAX} columns")
    rows: list[Row] = []
    problems: list[Problem] = []
    for record in _records(lines, delimiter):
        blank = not record.fault and not any(cell.strip() for cell in record.cells)
        if record.line <= header.line or blank:
            continue
        cells, width = record.cells, len(header.cells)
        cut = record.last and not text.endswith("\n")
        fault = record.fault or _misfit(cells, width)
        if fault:
            code = "truncated_file" if cut and len(cells) < width else "bad_row"
            problems.append(Problem(code, fault, shown, shown, record.line))
        else:
            rows.append(Row(record.line, cells[:width]))
    return Table(shown, header.cells, header.line, delimiter, tuple(rows), tuple(problems))


def file_name(name: str) -> str:
    """The last part of a path as a printable name of at most 200 characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(letter if letter.isprintable() else "?" for letter in last[:200])
    return shown or "file"


def decoded(body: bytes) -> str:
    """The text of a file with line feeds: UTF-8 or UTF-16 by its mark, else UTF-8, else cp1250.

    Raises BadInput for what is too large, empty, or no text.
    """
    if len(body) > BYTES_MAX:
        raise BadInput(f"the file is larger than {BYTES_MAX // 2**20} MiB")
    text = _text(body)
    if "\0" in text:
        raise BadInput("the file holds NUL characters: it is no text")
    if not text.strip("\ufeff \t\r\n"):
        raise BadInput("the file is empty")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n\ufeff", "\n").removeprefix("\ufeff")


def _text(body: bytes) -> str:
    """The characters of a file; raises BadInput."""
    marked = body[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        return body.decode("utf-16" if marked else "utf-8")
    except UnicodeDecodeError as fault:
        if marked:
            raise BadInput("the file is no text in UTF-16, as its mark says") from fault
    try:
        return body.decode("cp1250")
    except UnicodeDecodeError as fault:
        raise BadInput("the file is no text in UTF-8, UTF-16 or cp1250") from fault


def _header(lines: Sequence[str], recognise: Recognise | None) -> tuple[str, _Record]:
    """The delimiter and the header's record."""
    best: tuple[tuple[int, int, int], str, _Record] | None = None
    for delimiter in DELIMITERS:
        top = list(islice(_named(lines[: HEADER_WITHIN * 2], delimiter), HEADER_WITHIN))
        widths = Counter(len(record.cells) for record in top if len(record.cells) > 1)
        for record in top:
            few = len(record.cells) <= COLUMNS_MAX
            score = recognise(record.cells) if recognise and few else 0
            rank = (score, widths[len(record.cells)], -record.line)
            if best is None or rank > best[0]:
                best = (rank, delimiter, record)
    if best is None:
        raise BadInput("the file has no row that can be read as a header")
    return best[1], best[2]


def _named(lines: Sequence[str], delimiter: str) -> Iterator[_Record]:
    """The records that could be a header, their cells without spaces and marks around them."""
    for record in _records(lines, delimiter):
        if not record.fault and any(record.cells):
            yield _Record(record.line, tuple(cell.strip("\ufeff \t") for cell in record.cells))


def _records(lines: Sequence[str], delimiter: str) -> Iterator[_Record]:
    """Every record of the lines; a row that does not end is given up at its first line."""
    source = _Lines(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    last = max((number for number, line in enumerate(lines, 1) if line), default=0)
    while source.position < len(lines):
        start = source.position
        source.stop = min(len(lines), start + LINES_OF_A_ROW_MAX)
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as fault:
            source.position = start + 1
            ended = "unexpected end" in str(fault)
            message = "a quoted cell does not end" if ended else f"the row cannot be read: {fault}"
            yield _Record(start + 1, (), message, start + 1 == last)
            continue
        yield _Record(start + 1, _unwrapped(cells, delimiter), "", source.position >= last)


def _unwrapped(cells: tuple[str, ...], delimiter: str) -> tuple[str, ...]:
    """A row that was quoted as a whole, taken apart once more."""
    if len(cells) != 1 or delimiter not in cells[0] or "\n" in cells[0]:
        return cells
    try:
        return tuple(next(csv.reader([cells[0]], delimiter=delimiter, strict=True), cells))
    except csv.Error:
        return cells


def _misfit(cells: tuple[str, ...], width: int) -> str:
    """Why cells are no row of a table of that width; empty cells after the last column are none."""
    if len(cells) < width:
        return f"the row has {len(cells)} cells, the header {width}"
    if any(cell.strip() for cell in cells[width:]):
        return f"the row has {len(cells)} cells, the header {width}"
    if any(len(cell) > CELL_MAX for cell in cells):
        return f"a cell is longer than {CELL_MAX} characters"
    return ""
