"""Rows as tuples enter a table by the fastest way that its database has.

SQLite: one prepared statement for all rows. PostgreSQL: COPY from one text, which is also one
statement, so that the trigger on it sees all rows at once.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Table

from ledger.model.errors import SourceUnavailable
from ledger.store.columns import POSTGRESQL

#: What a driver is given: exact numbers are texts or ints by then.
Cell = int | str | bytes | None

#: Keys asked for in one statement: both databases take more, none gains by it.
KEYS_AT_ONCE: Final = 1_000

Key = TypeVar("Key")

_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Cell, ...]]) -> None:
    """Insert rows whose cells stand in the order of the table's columns.

    Raises SourceUnavailable where the database has no space, or is gone.
    """
    if not rows:
        return
    preparer = connection.dialect.identifier_preparer
    name = preparer.format_table(table)
    columns = ", ".join(preparer.format_column(column) for column in table.columns)
    if connection.dialect.name == POSTGRESQL:
        _copy(connection, f"COPY {name} ({columns}) FROM STDIN", rows)
        return
    marks = ", ".join("?" * len(table.columns))
    into = f"INSERT INTO {name} ({columns}) VALUES ({marks})"  # noqa: S608 -- names of our tables
    connection.exec_driver_sql(into, list(rows))


def _copy(connection: Connection, statement: str, rows: Sequence[tuple[Cell, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(_copy_text(rows))
    except connection.dialect.loaded_dbapi.OperationalError as fault:
        # the driver is asked past SQLAlchemy, which would have given the fault its usual name
        raise SourceUnavailable(f"the database did not answer: {fault}") from fault


def in_chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Keys in portions that one statement can name."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def _copy_text(rows: Sequence[tuple[Cell, ...]]) -> str:
    """Rows as COPY reads them; cells are searched for what needs an escape all at once."""
    lines = [
        "\t".join(
            [
                cell if type(cell) is str else str(cell) if type(cell) is int else _copy_cell(cell)
                for cell in row
            ]
        )
        for row in rows
    ]
    text = "\n".join(lines) + "\n"
    # as many of each as we put there: no cell has one of its own
    nulls, tabs = sum(row.count(None) for row in rows), len(rows) * (len(rows[0]) - 1)
    if tuple(map(text.count, "\\\t\n\r")) == (nulls, tabs, len(rows), 0):
        return text
    return "".join(map(_copy_line, rows))


def _copy_line(row: tuple[Cell, ...]) -> str:
    return "\t".join(map(_copy_cell, row)) + "\n"


def _copy_cell(cell: Cell) -> str:
    if cell is None:
        return "\\N"
    if isinstance(cell, bytes):
        return "\\\\x" + cell.hex()
    if isinstance(cell, int):
        return str(cell)
    return cell.translate(_ESCAPES)
