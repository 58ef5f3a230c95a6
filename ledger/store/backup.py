"""A database enters and an archive of all its rows leaves; from the archive the database again.

One form for SQLite and PostgreSQL, so that a backup of either is restored into either. Reading is
one snapshot, which no writer can make begin again and which holds up none. Restoring is one
transaction through the triggers that every writer meets, and stands only if the journal of each
fund has the digest that it had (P4).
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import psycopg
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError

from ledger.model.errors import (
    BadInput,
    Conflict,
    NotFound,
    SourceUnavailable,
    VerificationFailed,
)
from ledger.store.archive import ArchiveReader, ArchiveWriter, Manifest, content_of
from ledger.store.bulk import Cell, insert_rows
from ledger.store.columns import POSTGRESQL, SQLITE, checked_text
from ledger.store.engine import (
    Database,
    FundTransaction,
    OpenTransaction,
    engine_for,
    parse_address,
)
from ledger.store.journal import Journal
from ledger.store.schema import SCHEMA, SchemaMismatch, migrate, schema_of
from ledger.store.table_rows import is_kind, plain_rows, tables_of
from ledger.store.tables import FUND
from ledger.store.walls import hiding_tables

#: These go in batch by batch: entries, their postings, then the row that seals them.
_JOURNAL: Final = ("entry", "posting", "batch")
#: Triggers write these as the journal grows.
_FOLLOWING: Final = ("journal_head",)
#: What the journal refers to.
_BEFORE: Final = ("fund", "account")
_AT_ONCE: Final = 5_000
_EXACT: Final = re.compile(r"-?[0-9]{1,1000}(\.[0-9]{1,100})?")

#: Gives the rows of a table, in the order of its columns and of its primary key.
RowsOf = Callable[[str], Iterator[tuple[Cell, ...]]]


def back_up(url: str, stream: BinaryIO, created_at: str) -> Manifest:
    """Write all rows as they are at one moment into an empty stream that can be read and moved in.

    Raises NotFound, SchemaMismatch, SourceUnavailable; VerificationFailed where rows may be hidden.
    """
    file = _sqlite_file(url)
    if file is not None and not file.exists():
        raise NotFound("there is no database to back up")
    engine = engine_for(url)
    try:
        with Database(engine).read_all() as connection:
            if schema_of(connection) != SCHEMA:
                raise SchemaMismatch("the database is of another version: upgrade it first")
            if hiding := hiding_tables(connection):
                # it shall fail the backup, not thin it
                raise VerificationFailed(f"a foreign rule may hide rows of {', '.join(hiding)}")
            return _write_archive(connection, stream, created_at)
    finally:
        engine.dispose()


def _write_archive(connection: Connection, stream: BinaryIO, created_at: str) -> Manifest:
    archive = ArchiveWriter(stream)
    try:
        for name, table in sorted(tables_of(connection).items()):
            columns = [column.name for column in table.columns]
            archive.add(name, columns, plain_rows(connection, table))
        return archive.close(SCHEMA, created_at, journal_digests(connection))
    except BaseException:
        archive.abandon()
        raise


def restore(url: str, stream: BinaryIO) -> Manifest:
    """Load a backup into a database that is new or has no rows; all of it or nothing.

    A backup of an older version is loaded into tables of its version, which are then upgraded.
    Raises BadInput and VerificationFailed for the backup, Conflict for a database that is in use,
    SchemaMismatch for a backup of a newer version.
    """
    archive = ArchiveReader(stream)
    if archive.manifest.schema > SCHEMA:
        raise SchemaMismatch("the backup is of a newer version than this program")
    file = _free_file(url)
    new = file is not None and not file.exists()
    engine = engine_for(url)
    done = False
    try:
        with _refusals_named(), Database(engine).write_all() as connection:
            _refuse_used(connection, archive.manifest.schema)
            migrate(connection, archive.manifest.schema)
            tables = tables_of(connection)
            _refuse_other_tables(archive.manifest, tables)
            load(connection, tables, stored_rows(archive, tables))
            if connection.dialect.name == POSTGRESQL:
                connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            _prove_tables(connection, tables, archive.manifest)
            if archive.manifest.schema == SCHEMA:
                _prove_journal(connection, archive.manifest)
            # the way up proves entries by the hashes that they had
            migrate(connection, SCHEMA)
        done = True
    finally:
        engine.dispose()
        if new and not done and file is not None:
            for left in (file, *_beside(file)):
                left.unlink(missing_ok=True)
    return archive.manifest


def journal_digests(connection: Connection) -> dict[str, str]:
    """The digest of each fund's journal, from the content of its entries."""
    digests = {}
    for fund_id, name in connection.execute(select(FUND.c.id, FUND.c.name)).all():
        inside = FundTransaction(connection, name, fund_id)
        digests[str(name)] = Journal(OpenTransaction(inside, writable=False)).digest(name)
    return digests


# ---- into a database --------------------------------------------------------------------------


def load(connection: Connection, tables: Mapping[str, Table], rows_of: RowsOf) -> None:
    """Fill empty tables in the order that their triggers ask for. Raises VerificationFailed."""
    for name in _BEFORE:
        _fill(connection, tables[name], rows_of(name))
    _load_journal(connection, tables, rows_of)
    # the order in which tables refer to each other
    metadata = next(iter(tables.values())).metadata
    for table in metadata.sorted_tables:
        if table.name not in {*_BEFORE, *_JOURNAL, *_FOLLOWING, "alembic_version"}:
            _fill(connection, table, rows_of(table.name))


def _prove_tables(connection: Connection, tables: Mapping[str, Table], manifest: Manifest) -> None:
    """What stands in the database now is what was backed up, row by row."""
    for name, table in tables.items():
        wanted = manifest.tables[name]
        found = content_of(wanted.columns, plain_rows(connection, table))
        if (found.rows, found.sha256) != (wanted.rows, wanted.sha256):
            raise VerificationFailed(f"the restored rows of {name} are not those backed up")


def _prove_journal(connection: Connection, manifest: Manifest) -> None:
    if journal_digests(connection) != manifest.journal:
        raise VerificationFailed("the restored journal is not the one that was backed up")


def _fill(connection: Connection, table: Table, rows: Iterator[tuple[Cell, ...]]) -> None:
    while portion := list(islice(rows, _AT_ONCE)):
        insert_rows(connection, table, portion)


def _load_journal(connection: Connection, tables: Mapping[str, Table], rows_of: RowsOf) -> None:
    entry, posting, batch = (tables[name] for name in _JOURNAL)
    entries = _Ahead(rows_of("entry"), _places(entry, "fund_id", "n"))
    postings = _Ahead(rows_of("posting"), _places(posting, "fund_id", "n"))
    last = _places(batch, "fund_id", "last_n")
    for sealing in rows_of("batch"):
        end = _key(sealing, last)
        while portion := entries.take(end):
            insert_rows(connection, entry, portion)
            reached = _key(portion[-1], entries.places)
            while lines := postings.take(reached, whole=True):
                insert_rows(connection, posting, lines)
        insert_rows(connection, batch, [sealing])
    if entries.take(None) or postings.take(None):
        raise VerificationFailed("the backup has entries or postings that no batch sealed")


class _Ahead:
    """Rows in order, taken in portions up to a key."""

    def __init__(self, rows: Iterator[tuple[Cell, ...]], places: Sequence[int]) -> None:
        self._rows = rows
        self.places = tuple(places)
        self._next = next(rows, None)

    def take(self, end: tuple[int, ...] | None, *, whole: bool = False) -> list[tuple[Cell, ...]]:
        """The next rows up to a key; `whole` never parts rows of one key."""
        taken: list[tuple[Cell, ...]] = []
        while (row := self._next) is not None:
            key = _key(row, self.places)
            if end is not None and key > end:
                break
            full = len(taken) >= _AT_ONCE
            if full and not (whole and key == _key(taken[-1], self.places)):
                break
            taken.append(row)
            self._next = next(self._rows, None)
        return taken


def _places(table: Table, *names: str) -> tuple[int, ...]:
    columns = [column.name for column in table.columns]
    return tuple(columns.index(name) for name in names)


def _key(row: tuple[Cell, ...], places: Sequence[int]) -> tuple[int, ...]:
    return tuple(cast("int", row[place]) for place in places)


def stored_rows(archive: ArchiveReader, tables: Mapping[str, Table]) -> RowsOf:
    """The rows of an archive as tables keep them, for the columns that the tables have."""

    def rows_of(name: str) -> Iterator[tuple[Cell, ...]]:
        places = {column: n for n, column in enumerate(archive.manifest.tables[name].columns)}
        wanted = [(places[column.name], _reader_of(column)) for column in tables[name].columns]
        for row in archive.rows(name):
            yield tuple(
                None if (cell := row[place]) is None else read(cell) for place, read in wanted
            )

    return rows_of


def _refuse_other_tables(manifest: Manifest, tables: Mapping[str, Table]) -> None:
    if manifest.tables.keys() != tables.keys():
        raise BadInput("the backup holds other tables than its version has")
    for name, table in tables.items():
        if manifest.tables[name].columns != tuple(column.name for column in table.columns):
            raise BadInput(f"the table {name} of the backup has other columns than its version's")


def _reader_of(column: Column[Any]) -> Callable[[int | str], Cell]:
    if is_kind(column, Integer):
        return _integer
    if is_kind(column, LargeBinary):
        return _bytes
    return _exact if is_kind(column, Numeric) else _text


def _integer(cell: int | str) -> int:
    if not isinstance(cell, int) or not -(2**63) <= cell < 2**63:
        raise BadInput("the backup has a number where none of its kind can stand")
    return cell


def _text(cell: int | str) -> str:
    if not isinstance(cell, str):
        raise BadInput("the backup has a number where a text stands")
    return checked_text(cell)


def _exact(cell: int | str) -> str:
    if not isinstance(cell, str) or not _EXACT.fullmatch(cell):
        raise BadInput("the backup has a text that is no exact number")
    return cell


def _bytes(cell: int | str) -> bytes:
    try:
        return b64decode(cell, validate=True)  # type: ignore[arg-type]
    except (TypeError, ValueError) as fault:
        raise BadInput("the backup has bytes that cannot be read") from fault


# ---- which database ---------------------------------------------------------------------------


def _sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database, None of a PostgreSQL. Raises BadInput for one in memory."""
    address = parse_address(url)
    if address.get_backend_name() != SQLITE:
        return None
    if address.database in {None, "", ":memory:"}:
        raise BadInput("a database in memory has no backup")
    return Path(str(address.database))


def _beside(file: Path) -> tuple[Path, Path]:
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def _free_file(url: str) -> Path | None:
    """The file to restore into; raises Conflict where another database's log lies beside it."""
    file = _sqlite_file(url)
    left = [] if file is None else [path.name for path in _beside(file) if path.exists()]
    if left:
        raise Conflict(
            f"{' and '.join(left)} would be read into the restored database: it is in use, or what"
            " is left of another one; move the file away"
        )
    return file


def _refuse_used(connection: Connection, schema: str) -> None:
    if not inspect(connection).get_table_names():
        return
    found = schema_of(connection)
    if found is None:
        raise Conflict("the database is not one of Partita's; a backup goes into a new one")
    for table in tables_of(connection).values():
        if connection.execute(select(*table.primary_key.columns).limit(1)).first() is not None:
            raise Conflict("the database is in use; a backup goes into a new one")
    if found != schema:
        raise Conflict(f"the backup is of version {schema}; it goes into a new database")


@contextmanager
def _refusals_named() -> Iterator[None]:
    try:
        yield
    except (OperationalError, psycopg.OperationalError) as fault:
        raise SourceUnavailable(f"the database did not answer: {fault}") from fault
    except (DBAPIError, psycopg.Error) as fault:
        said = str(getattr(fault, "orig", None) or fault).partition("\n")[0]
        raise VerificationFailed(f"the database refuses what the backup holds: {said}") from fault
