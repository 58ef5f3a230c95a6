"""Rows as tuples enter a table by the fastest way that its database has.

SQLite: prepared statements of many rows each, for each statement has a savepoint of its own where
triggers may refuse a row. PostgreSQL: COPY. Where COPY is refused, as it is to a role that funds
have walls for, many rows are copied beside the table and inserted from there, few are an array a
column. The rows of a journal are one statement there, so that its triggers see all at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from ledger.store.columns import POSTGRESQL

#: What a driver is given: exact numbers are texts or ints by then.
Cell = int | str | bytes | None

#: Rows that become one text: of rows with bytes, which may be long, fewer.
_ROWS_AT_ONCE: Final = 1_000
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
#: In COPY nothing is what Python prints for it, so that many rows are printed at once.
_IN_COPY: Final = _Form(
    str(None), "", str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
)

#: Where many rows of a role that walls are for stand until they are inserted.
_BESIDE: Final = "pg_temp.arriving"

#: Whether walls let a connection's role through, and whether it may copy beside: asked once.
_MAY: Final = "partita_may"
_ASKED_MAY: Final = (
    "SELECT rolsuper OR rolbypassrls, has_database_privilege(current_database(), 'TEMPORARY')"
    " FROM pg_catalog.pg_roles WHERE rolname = current_user"
)


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Cell, ...]]) -> None:
    """Insert rows whose cells stand in the order of the table's columns."""
    if connection.dialect.name == POSTGRESQL:
        _insert_on_postgresql(connection, table, rows)
    elif rows:
        _insert_on_sqlite(connection, table, list(zip(*rows, strict=True)))


def insert_columns(connection: Connection, table: Table, columns: Sequence[Sequence[Cell]]) -> None:
    """Insert rows whose cells stand column by column, in the order of the table's columns."""
    if connection.dialect.name == POSTGRESQL:
        _insert_on_postgresql(connection, table, list(zip(*columns, strict=True)))
    else:
        _insert_on_sqlite(connection, table, columns)


def _insert_on_postgresql(
    connection: Connection, table: Table, rows: Sequence[tuple[Cell, ...]]
) -> None:
    if not rows:
        return
    name, names = _named(connection, table)
    columns = ", ".join(names)
    unwalled, may_copy_beside = _may(connection)
    if unwalled:
        _copy(connection, table, f"{name} ({columns})", rows)
    elif may_copy_beside and len(rows) >= _ROWS_AT_ONCE:
        _copy_beside(connection, table, (name, columns), rows)
    else:
        _insert_arrays(connection, table, f"{name} ({columns})", rows)


def _named(connection: Connection, table: Table) -> tuple[str, list[str]]:
    """A table's name and the names of its columns, as a statement has them."""
    preparer = connection.dialect.identifier_preparer
    names = [preparer.format_column(column) for column in table.columns]
    return preparer.format_table(table), names


def _insert_on_sqlite(
    connection: Connection, table: Table, columns: Sequence[Sequence[Cell]]
) -> None:
    """Rows of many to a statement; a cell that all of them have is given once, nothing never."""
    name, names = _named(connection, table)
    width, length = len(names), len(columns[0])
    at_once = min(_ROWS_A_STATEMENT, _CELLS_A_STATEMENT // width)
    whole = length // at_once * at_once
    if whole:
        same = _same_in_all(columns)
        other = [at for at in range(width) if at not in same]
        given = [cell for cell in same.values() if cell is not None]
        numbers = count(1)
        marks = ["NULL" if cell is None else f"?{next(numbers)}" for cell in same.values()]
        line = f"({', '.join([*marks, *'?' * len(other)])})"
        into = ", ".join([names[at] for at in (*same, *other)])
        many = f"INSERT INTO {name} ({into}) VALUES {', '.join([line] * at_once)}"  # noqa: S608
        for start in range(0, whole, at_once):
            cells = zip(*[columns[at][start : start + at_once] for at in other], strict=True)
            connection.exec_driver_sql(many, (*given, *chain.from_iterable(cells)))
    if whole < length:
        line = f"({', '.join('?' * width)})"
        into = f"INSERT INTO {name} ({', '.join(names)}) VALUES {line}"  # noqa: S608
        rows = zip(*[column[whole:] for column in columns], strict=True)
        connection.exec_driver_sql(into, list(rows))


def _same_in_all(columns: Sequence[Sequence[Cell]]) -> dict[int, Cell]:
    """The cells that are the same in all rows, by their places; at least two places differ."""
    found = {
        at: column[0]
        for at, column in enumerate(columns)
        if column[0] == column[-1] and column.count(column[0]) == len(column)
    }
    return dict(islice(found.items(), len(columns) - 2))


def array_of(cells: Sequence[Cell]) -> str:
    """Cells as the text of one array of PostgreSQL."""
    return "{" + ",".join(_texts(cells, _IN_ARRAY)) + "}"


def _may(connection: Connection) -> tuple[bool, bool]:
    known = connection.info
    if _MAY not in known:
        known[_MAY] = tuple(connection.exec_driver_sql(_ASKED_MAY).one())
    unwalled, may_copy_beside = known[_MAY]
    return bool(unwalled), bool(may_copy_beside)


def _copy(
    connection: Connection, table: Table, into: str, rows: Sequence[tuple[Cell, ...]]
) -> None:
    statement = f"COPY {into} FROM STDIN (NULL '{_IN_COPY.null}')"
    driver: Any = connection.connection.driver_connection
    fault_of_driver = connection.dialect.loaded_dbapi.Error
    long = _has_bytes(connection, table)
    at_once, lines_of = (_LONG_ROWS_AT_ONCE, _escaped) if long else (_ROWS_AT_ONCE, _printer(table))
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for start in range(0, len(rows), at_once):
                copy.write(lines_of(rows[start : start + at_once]))
    except fault_of_driver as fault:
        # what goes round SQLAlchemy is refused in its words nevertheless
        raise DBAPIError.instance(statement, None, fault, fault_of_driver) from fault


def _printer(table: Table) -> Callable[[Sequence[tuple[Cell, ...]]], str]:
    """What makes lines of COPY of rows without bytes: printed, and looked through afterwards."""
    cells = len(table.columns)
    line = "\t".join(["%s"] * cells) + "\n"
    nullable = [at for at, column in enumerate(table.columns) if column.nullable]

    def printed(rows: Sequence[tuple[Cell, ...]]) -> str:
        lines = "".join([line % row for row in rows])
        nothings = sum([row[at] for row in rows].count(None) for at in nullable)
        plain = (
            lines.count("\t") == (cells - 1) * len(rows)
            and lines.count("\n") == len(rows)
            and "\\" not in lines
            and "\r" not in lines
            and lines.count(_IN_COPY.null) == nothings
        )
        return lines if plain else _escaped(rows)

    return printed


def _escaped(rows: Sequence[tuple[Cell, ...]]) -> str:
    """Rows as lines of COPY, whatever is in them."""
    texts = [_texts(column, _IN_COPY) for column in zip(*rows, strict=True)]
    return "\n".join(map("\t".join, zip(*texts, strict=True))) + "\n"


def _copy_beside(
    connection: Connection, table: Table, into: tuple[str, str], rows: Sequence[tuple[Cell, ...]]
) -> None:
    """Copy into a table that only this connection sees, which has no walls; insert from there."""
    name, columns = into
    empty = f"SELECT {columns} FROM {name} WITH NO DATA"  # noqa: S608 -- names of our tables
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_BESIDE} ON COMMIT DROP AS {empty}")
    _copy(connection, table, _BESIDE, rows)
    connection.exec_driver_sql(f"INSERT INTO {name} ({columns}) TABLE {_BESIDE}")
    connection.exec_driver_sql(f"DROP TABLE {_BESIDE}")


def _insert_arrays(
    connection: Connection, table: Table, into: str, rows: Sequence[tuple[Cell, ...]]
) -> None:
    kinds = [column.type.compile(connection.dialect) for column in table.columns]
    arrays = ", ".join(f"unnest(%s::{kind}[])" for kind in kinds)
    statement = f"INSERT INTO {into} SELECT {arrays}"
    at_once = _LONG_ROWS_AT_ONCE if _has_bytes(connection, table) else len(rows)
    for start in range(0, len(rows), at_once):
        columns = zip(*rows[start : start + at_once], strict=True)
        connection.exec_driver_sql(statement, tuple(map(array_of, columns)))


def _has_bytes(connection: Connection, table: Table) -> bool:
    return any(column.type.compile(connection.dialect) == "BYTEA" for column in table.columns)


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
    # the word for nothing may be a text as well
    if form.null in together or any(chr(code) in together for code in form.escapes):
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
    if cell == form.null and not form.quote:
        return f"\\{cell}"  # the text, which would be taken for nothing
    return f"{form.quote}{cell.translate(form.escapes)}{form.quote}"
