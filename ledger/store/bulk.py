"""Rows as tuples enter a table by the fastest way that its database has.

SQLite: one prepared statement for all rows. PostgreSQL: an array a column, which is also one
statement, so that the trigger on it sees all rows at once; COPY is refused where funds have walls.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from sqlalchemy import Connection, Table

from ledger.store.columns import POSTGRESQL

#: What a driver is given: exact numbers are texts or ints by then.
Cell = int | str | bytes | None

_LONG_ROWS_AT_ONCE: Final = 500

#: Keys asked for in one statement: both databases take more, none gains by it.
KEYS_AT_ONCE: Final = 1_000

Key = TypeVar("Key")

_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Cell, ...]]) -> None:
    """Insert rows whose cells stand in the order of the table's columns."""
    if not rows:
        return
    preparer = connection.dialect.identifier_preparer
    name = preparer.format_table(table)
    columns = ", ".join(preparer.format_column(column) for column in table.columns)
    if connection.dialect.name == POSTGRESQL:
        _insert_arrays(connection, table, f"INSERT INTO {name} ({columns})", rows)
        return
    marks = ", ".join("?" * len(table.columns))
    into = f"INSERT INTO {name} ({columns}) VALUES ({marks})"  # noqa: S608 -- names of our tables
    connection.exec_driver_sql(into, list(rows))


def _insert_arrays(
    connection: Connection, table: Table, into: str, rows: Sequence[tuple[Cell, ...]]
) -> None:
    kinds = [column.type.compile(connection.dialect) for column in table.columns]
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    # rows with bytes may be long, and no trigger asks for all of them at once
    at_once = _LONG_ROWS_AT_ONCE if "BYTEA" in kinds else len(rows)
    for start in range(0, len(rows), at_once):
        cells = zip(*rows[start : start + at_once], strict=True)
        texts = tuple("{" + ",".join(map(_array_cell, column)) + "}" for column in cells)
        statement = f"{into} SELECT * FROM unnest({arrays})"  # noqa: S608 -- names of our tables
        connection.exec_driver_sql(statement, texts)


def in_chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Keys in portions that one statement can name."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def _array_cell(cell: Cell) -> str:
    if cell is None:
        return "NULL"
    if isinstance(cell, bytes):
        return f'"\\\\x{cell.hex()}"'
    if isinstance(cell, int):
        return str(cell)
    return f'"{cell.translate(_ESCAPES)}"'
