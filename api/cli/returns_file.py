"""A file of returns by its path → series; a rate from an option, checked."""

import csv
from datetime import date
from pathlib import Path

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
    days: list[date] = []
    columns: list[list[float]] = [[] for _ in rows[0][1:]]
    for number, row in enumerate(rows[1:], start=2):
        try:
            days.append(_next_day(row[0], days))
            for column, text in zip(columns, row[1:], strict=True):
                column.append(_return(text))
        except (ValueError, IndexError) as error:
            raise BadInput(f"{path.name}:{number}: {error}") from error
    return [
        ReturnSeries(name, tuple(days), tuple(values))
        for name, values in zip(names, columns, strict=True)
    ]


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
    """The cells of a file, row by row. Raises BadInput."""
    try:
        return list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path.name}: {error}") from error


def rate_of(rf: float) -> float:
    """The risk-free return of one period; nan fits no comparison. Raises BadInput."""
    if not -1 < rf < 1:
        raise BadInput("a risk-free return of one period lies between -1 and 1")
    return rf


def _return(text: str) -> float:
    value = float(text)
    if not -1 <= value < 1e6:
        raise ValueError(f"{text!r} is no return as a fraction")
    return value


def _next_day(text: str, before: list[date]) -> date:
    """A day after all before it: a file in another order, or with a day twice, is not read."""
    day = date.fromisoformat(text[:10])
    if before and day <= before[-1]:
        raise ValueError(f"{day} does not come after {before[-1]}")
    return day
