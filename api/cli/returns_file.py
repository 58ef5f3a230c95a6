"""A file of returns by its path → series, and other words of an option → numbers, checked."""

import csv
from pathlib import Path

from api.series import numbers_of, series_of
from ledger.model.errors import BadInput
from risk.model import ReturnSeries


def read_returns(path: Path) -> list[ReturnSeries]:
    """The series of a file: a column of dates, then one column of returns a series.

    Raises BadInput with file, row and reason.
    """
    rows = rows_of(path)
    if len(rows) < 2 or len(rows[0]) < 2:
        raise BadInput(f"{path.name}: a header, a column of dates and one of returns are needed")
    names = rows[0][1:]
    if len(set(names)) < len(names):
        raise BadInput(f"{path.name}:1: two columns have one name")
    return series_of(names, rows[1:], lambda at: f"{path.name}:{at + 2}")


def read_table(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a file by column; other columns than those are refused. Raises BadInput."""
    rows = rows_of(path)
    if not rows or not set(rows[0]) <= set(columns):
        raise BadInput(f"{path.name}: the columns are {', '.join(columns)}")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise BadInput(f"{path.name}:{number}: {len(row)} cells of {len(rows[0])}")
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def rows_of(path: Path) -> list[list[str]]:
    """The cells of a file, row by row; empty lines at its end are none. Raises BadInput."""
    try:
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path.name}: {error}") from error
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def benchmark_of(word: str | None, given: list[ReturnSeries]) -> ReturnSeries | None:
    """The column of that name, or the first column of the file of that name. Raises BadInput."""
    if word is None:
        return None
    for series in given:
        if series.name == word:
            return series
    path = Path(word)
    if not path.is_file():
        raise BadInput(f"{word!r} is neither a column nor a file of returns")
    return read_returns(path)[0]


def numbers_of_word(
    word: str | None, count: int, what: str, least: float = 0.0
) -> tuple[float, ...] | None:
    """So many numbers with commas between them, none below the least. Raises BadInput."""
    return None if word is None else numbers_of(word.split(","), count, what, least)
