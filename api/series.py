"""Names and rows of texts → series of returns, checked: the same for a file and for a request."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import isfinite
from typing import Final

from ledger.model.errors import BadInput
from risk.model import ReturnSeries

#: A return that is smaller is none: its square is no number.
LEAST: Final = 1e-100


def series_of(
    names: Sequence[str], rows: Iterable[Sequence[str]], place: Callable[[int], str]
) -> list[ReturnSeries]:
    """A series a name, of rows that begin with a day; `place` says where a row is, from 0 on.

    Days rise. A return is a fraction from -1 on, and below a million. Raises BadInput with the
    place of the row and the reason.
    """
    days: list[date] = []
    columns: list[list[float]] = [[] for _ in names]
    for at, row in enumerate(rows):
        try:
            cells = _cells(row, len(names) + 1)
            days.append(_next_day(cells[0], days))
            for column, text in zip(columns, cells[1:], strict=True):
                column.append(_return(text))
        except ValueError as error:
            raise BadInput(f"{place(at)}: {error}") from error
    return [
        ReturnSeries(name, tuple(days), tuple(values))
        for name, values in zip(names, columns, strict=True)
    ]


def rate_of(rf: float) -> float:
    """The risk-free return of one period; nan fits no comparison. Raises BadInput."""
    if not -1 < rf < 1:
        raise BadInput("a risk-free return of one period lies between -1 and 1")
    return rf


def numbers_of(texts: Sequence[str], count: int, what: str, least: float) -> tuple[float, ...]:
    """So many finite numbers, none below the least. Raises BadInput."""
    try:
        found = tuple(float(text) for text in texts)
    except ValueError as error:
        raise BadInput(f"{what}: {', '.join(texts)[:60]!r} are no numbers") from error
    if len(found) != count or not all(isfinite(each) and each >= least for each in found):
        below = "" if least < 0 and not isfinite(least) else f", none below {least:g}"
        raise BadInput(f"{what}: {count} numbers are needed{below}")
    return found


def _cells(row: Sequence[str], count: int) -> Sequence[str]:
    if len(row) != count:
        raise ValueError(f"{len(row)} cells of {count}")
    return row


def _return(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -1 <= value < 1e6:
        raise ValueError(f"{text[:40]!r} is no return as a fraction")
    return value if abs(value) > LEAST else 0.0


def _next_day(text: str, before: list[date]) -> date:
    """A day after all before it: rows in another order, or with a day twice, are not read."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} begins with no date of ISO 8601") from error
    if before and day <= before[-1]:
        raise ValueError(f"{day} does not come after {before[-1]}")
    return day
