"""Rows as tuples enter a table by the fastest way that its database has.

SQLite: prepared statements of many rows each, for each statement has a savepoint of its own where
triggers may refuse a row. PostgreSQL: COPY, and an array a column where COPY is refused, as it is
to a role that funds have walls for: one statement, so that the trigger on it sees all rows at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from ledger.store.columns import POSTGRESQL

#: What a driver is given: exact numbers are texts or ints by then.
Cell = int | str | bytes | None

_LONG_ROWS_AT_ONCE: Final = 500

#: Rows of one statement on SQLite, and its cells: SQLite takes 32,766.
_ROWS_A_STATEMENT: Final = 200
_CELLS_A_STATEMENT: Final = 10_000

#: Keys asked for in one statement: both databases take more, none gains by it.
KEYS_AT_ONCE: Final = 1_000

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class _Form:
    """How PostgreSQL reads a cell: nothing, what stands round a text, what is escaped in it."""

    null: str
    quote: str
    escapes: Mapping[int, str]


_IN_ARRAY: Final = _Form("NULL", '"', str.maketrans({"\\": "\\\\", '"': '\\"'}))
_IN_COPY: Final = _Form(
    "\\N", "", str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
)

#: Whether the role of a connection is one that walls let through: asked once.
_UNWALLED: Final = "partita_unwalled"
_IS_UNWALLED: Final = (
    "SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user"
)


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Cell, ...]]) -> None:
    """Insert rows whose cells stand in the order of the table's columns."""
    if not rows:
        return
    preparer = connection.dialect.identifier_preparer
    name = preparer.format_table(table)
    columns = ", ".join(preparer.format_column(column) for column in table.columns)
    if connection.dialect.name == POSTGRESQL:
        insert = _copy if _is_unwalled(connection) else _insert_arrays
        insert(connection, table, f"{name} ({columns})", rows)
        return
    _insert_many(connection, f"INSERT INTO {name} ({columns})", rows)


def _insert_many(connection: Connection, into: str, rows: Sequence[tuple[Cell, ...]]) -> None:
    width = len(rows[0])
    marks = f"({', '.join('?' * width)})"
    at_once = min(_ROWS_A_STATEMENT, _CELLS_A_STATEMENT // width)
    whole = len(rows) // at_once * at_once
    if whole:
        many = f"{into} VALUES {', '.join([marks] * at_once)}"
        for start in range(0, whole, at_once):
            cells = tuple(chain.from_iterable(rows[start : start + at_once]))
            connection.exec_driver_sql(many, cells)
    if whole < len(rows):
        connection.exec_driver_sql(f"{into} VALUES {marks}", list(rows[whole:]))


def array_of(cells: Sequence[Cell]) -> str:
    """Cells as the text of one array of PostgreSQL."""
    return "{" + ",".join(_texts(cells, _IN_ARRAY)) + "}"


def _is_unwalled(connection: Connection) -> bool:
    known = connection.info
    if _UNWALLED not in known:
        known[_UNWALLED] = connection.exec_driver_sql(_IS_UNWALLED).scalar_one()
    return bool(known[_UNWALLED])


def _copy(
    connection: Connection, table: Table, into: str, rows: Sequence[tuple[Cell, ...]]
) -> None:
    statement = f"COPY {into} FROM STDIN"
    driver: Any = connection.connection.driver_connection
    fault_of_driver = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for columns in _portions(connection, table, rows):
                texts = [_texts(column, _IN_COPY) for column in columns]
                lines = map("\t".join, zip(*texts, strict=True))
                copy.write("\n".join(lines) + "\n")
    except fault_of_driver as fault:
        # what goes round SQLAlchemy is refused in its words nevertheless
        raise DBAPIError.instance(statement, None, fault, fault_of_driver) from fault


def _insert_arrays(
    connection: Connection, table: Table, into: str, rows: Sequence[tuple[Cell, ...]]
) -> None:
    kinds = [column.type.compile(connection.dialect) for column in table.columns]
    arrays = ", ".join(f"unnest(%s::{kind}[])" for kind in kinds)
    statement = f"INSERT INTO {into} SELECT {arrays}"
    for columns in _portions(connection, table, rows):
        connection.exec_driver_sql(statement, tuple(map(array_of, columns)))


def _portions(
    connection: Connection, table: Table, rows: Sequence[tuple[Cell, ...]]
) -> Iterator[Iterable[tuple[Cell, ...]]]:
    """The columns of rows; of rows with bytes, which may be long, of a few at a time."""
    kinds = {column.type.compile(connection.dialect) for column in table.columns}
    at_once = _LONG_ROWS_AT_ONCE if "BYTEA" in kinds else len(rows)
    for start in range(0, len(rows), at_once):
        yield zip(*rows[start : start + at_once], strict=True)


def in_chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Keys in portions that one statement can name."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def _texts(column: Sequence[Any], form: _Form) -> Iterable[str]:
    """A column's cells as texts; what is the same for all of them is found out once."""
    kinds = set(map(type, column))
    if kinds == {int}:
        return map(str, column)
    if not kinds <= {str, type(None)}:
        return [_text(cell, form) for cell in column]
    null, quote = form.null, form.quote
    together = "".join(filter(None, column))
    if any(chr(code) in together for code in form.escapes):
        return [_text(cell, form) for cell in column]
    if not quote and type(None) not in kinds:
        return column
    return [null if cell is None else f"{quote}{cell}{quote}" for cell in column]


def _text(cell: Cell, form: _Form) -> str:
    if cell is None:
        return form.null
    if isinstance(cell, bytes):
        return f"{form.quote}\\\\x{cell.hex()}{form.quote}"
    if isinstance(cell, int):
        return str(cell)
    return f"{form.quote}{cell.translate(form.escapes)}{form.quote}"
