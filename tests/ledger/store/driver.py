"""A disk enters; a store leaves whose every statement runs on it, pragmas and all.

SQLAlchemy is given apsw in the clothes of Python's `sqlite3`: the same calls, the same faults. The
engine, its pragmas, transactions and statements are the store's own.
"""

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
from sqlalchemy import event

from ledger.model.fund import Fund
from ledger.store import Store, open_store
from ledger.store.engine import Database, engine_for
from tests.ledger.store.disk import Disk

#: where the database stands on such a disk
HELD = "/held/partita.db"
COUNT = itertools.count()
FAULTS: tuple[tuple[type[Exception], type[sqlite3.Error]], ...] = (
    (apsw.ConstraintError, sqlite3.IntegrityError),
    (apsw.CorruptError, sqlite3.DatabaseError),
    (apsw.NotADBError, sqlite3.DatabaseError),
    (apsw.SQLError, sqlite3.OperationalError),
    (apsw.Error, sqlite3.OperationalError),
)


@contextmanager
def sqlite3_faults() -> Iterator[None]:
    """Faults of apsw under the names that Python's own driver gives them."""
    try:
        yield
    except apsw.Error as fault:
        kind = next(theirs for ours, theirs in FAULTS if isinstance(fault, ours))
        raise kind(str(fault)) from fault


class Cursor:
    """A cursor of `sqlite3`, as far as SQLAlchemy asks for it."""

    arraysize = 1
    lastrowid = 0

    def __init__(self, connection: apsw.Connection) -> None:
        self._cursor = connection.cursor()
        self._cursor.exec_trace = self._describe
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "Cursor":
        with sqlite3_faults():
            self._rows = list(self._cursor.execute(statement, tuple(parameters)))
        return self

    def executemany(self, statement: str, many: Iterable[Sequence[Any]]) -> "Cursor":
        with sqlite3_faults():
            self._cursor.executemany(statement, many)
        return self

    def _describe(self, cursor: apsw.Cursor, _statement: str, _bindings: object) -> bool:
        # asked before the first row: afterwards a statement without rows has forgotten
        columns = [name for name, _type in cursor.get_description()]
        self.description = [(name, *(None,) * 6) for name in columns] or None
        return True

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def close(self) -> None:
        self._cursor.close(force=True)


class Connection:
    """A connection of `sqlite3`, as far as SQLAlchemy and the store ask for it."""

    isolation_level: str | None = ""

    def __init__(self, disk: Disk, pages: int) -> None:
        self._pages = pages
        with sqlite3_faults():
            self._connection = apsw.Connection(HELD, vfs=disk.name)
        self._connection.set_wal_hook(self._committed)

    def _committed(self, connection: apsw.Connection, _database: str, pages: int) -> int:
        # what SQLite does by itself: a commit stands though the checkpoint after it fails. By
        # itself apsw would raise the file's fault at the commit, which SQLite holds for done.
        if pages >= self._pages:
            with suppress(apsw.Error):
                connection.wal_checkpoint()
        return apsw.SQLITE_OK

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def create_function(
        self, name: str, arguments: int, function: Callable[..., Any], *, deterministic: bool
    ) -> None:
        self._connection.create_scalar_function(
            name, function, arguments, deterministic=deterministic
        )

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, statement: str) -> None:
        if self._connection.in_transaction:
            self.cursor().execute(statement)

    def close(self) -> None:
        with sqlite3_faults():
            self._connection.close(force=True)


def founded_bytes(sqlite_url: str) -> bytes:
    """The bytes of a database with one fund, `main`, and no entries."""
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
    return Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()


def disk_with(content: bytes, *, lies: bool = False) -> Disk:
    """A disk with a database on it; one that lies says that it synced, and did not."""
    disk = Disk(f"partita-{next(COUNT)}", lies=lies)
    disk.put(HELD, content)
    return disk


@contextmanager
def store_on(disk: Disk, *pragmas: str, pages: int = 1000) -> Iterator[Store]:
    """A store on a disk; `pragmas` come after the store's own, to weaken them.

    The log goes into the file at the first commit that finds so many `pages` in it.

    The index of the write-ahead log lies in memory, as in every exclusive connection: apsw's
    interface for file systems has no shared memory.
    """
    engine = engine_for(f"sqlite:///{HELD}")

    def first(connection: Connection, _record: object) -> None:
        connection.cursor().execute("PRAGMA locking_mode=EXCLUSIVE")

    def last(connection: Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.cursor().execute(f"PRAGMA {pragma}")

    event.listen(engine, "do_connect", lambda *_: Connection(disk, pages))
    event.listen(engine, "connect", first, insert=True)
    event.listen(engine, "connect", last)
    try:
        yield Store(Database(engine))
    finally:
        engine.dispose()
