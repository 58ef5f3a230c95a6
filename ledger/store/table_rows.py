"""A database's tables and their rows leave, in plain values that no kind of database marks."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Numeric, Table

from ledger.store.archive import Plain
from ledger.store.columns import POSTGRESQL

_VERSION: Final = "alembic_version"
_AT_ONCE: Final = 5_000


def tables_of(connection: Connection) -> dict[str, Table]:
    """The tables that the database has, whatever its version, but for the version's own."""
    found = MetaData()
    found.reflect(connection, resolve_fks=False)
    return {table.name: table for table in found.tables.values() if table.name != _VERSION}


def is_kind(column: Column[Any], kind: type[Any]) -> bool:
    """Whether a column is of a kind of SQLAlchemy's types."""
    return isinstance(column.type, kind)


def plain_rows(connection: Connection, table: Table) -> Iterator[tuple[Plain, ...]]:
    """The rows of a table in the order of its primary key, which is the same on both databases."""
    binary = [n for n, column in enumerate(table.columns) if is_kind(column, LargeBinary)]
    read = _copied if connection.dialect.name == POSTGRESQL else _selected
    for row in read(connection, table):
        if not binary:
            yield row
            continue
        cells = list(row)
        for place in binary:
            if cells[place] is not None:
                cells[place] = b64encode(cells[place]).decode()
        yield tuple(cells)


def _selected(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    try:
        cursor.execute(_query(connection, table))
        while portion := cursor.fetchmany(_AT_ONCE):
            yield from portion
    finally:
        cursor.close()


def _copied(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    driver: Any = connection.connection.driver_connection
    types = [
        "int8" if is_kind(column, Integer) else "bytea" if is_kind(column, LargeBinary) else "text"
        for column in table.columns
    ]
    query = _query(connection, table)
    with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        copy.set_types(types)
        yield from copy.rows()


def _query(connection: Connection, table: Table) -> str:
    quoted = connection.dialect.identifier_preparer
    on_postgresql = connection.dialect.name == POSTGRESQL

    def cell(column: Column[Any]) -> str:
        name = quoted.format_column(column)
        return f"trim_scale({name})" if on_postgresql and is_kind(column, Numeric) else name

    def place(column: Column[Any]) -> str:
        name = quoted.format_column(column)
        return name if not on_postgresql or is_kind(column, Integer) else f'{name} COLLATE "C"'

    cells = ", ".join(map(cell, table.columns))
    order = ", ".join(map(place, table.primary_key.columns))
    return f"SELECT {cells} FROM {quoted.format_table(table)} ORDER BY {order}"  # noqa: S608 -- names of our tables
