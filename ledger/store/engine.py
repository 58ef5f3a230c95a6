"""The address of a database enters; connections that lose nothing acknowledged leave.

SQLite: one writer at a time (BEGIN IMMEDIATE), write-ahead log flushed at each commit
(`synchronous=FULL`: NORMAL loses acknowledged commits in a power cut). PostgreSQL: one writer a
fund (an advisory lock for the transaction), commits flushed; reads see one snapshot on both.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final, Protocol

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    StaticPool,
    create_engine,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, StatementError

from ledger.model.activity import microseconds
from ledger.model.errors import BadInput, NotFound, PartitaError, SourceUnavailable
from ledger.store.columns import POSTGRESQL, SQLITE
from ledger.store.tables import FUND, FUND_CLOCK
from ledger.store.walls import enter_all, enter_fund

#: How long a writer waits for another before it gives up.
WAIT_MILLISECONDS: Final = 60_000
#: How long who only notes the present does: longer than others that do, or that write little.
NOTE_MILLISECONDS: Final = 100

#: First half of the key of every advisory lock; the second is the fund, 0 for the list of funds.
_LOCK_CLASS: Final = 0x50415254
#: The option of a connection that writes: how many milliseconds it waits for who writes already.
_WRITES: Final = "partita_writes"

_PRAGMAS: Final = (
    f"busy_timeout={WAIT_MILLISECONDS}",
    # of a new file: a quarter of a page is the longest entry that stands on it whole
    "page_size=8192",
    "journal_mode=WAL",
    "synchronous=FULL",
    # KiB; ids fall all over their index, and pages that do not stay are read and written again
    "cache_size=-65536",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # or INSERT OR REPLACE deletes round the triggers that forbid it
    "trusted_schema=OFF",
    "cell_size_check=ON",
)
#: Whole milliseconds on SQLite, which knows no more; the command and the service give their own.
_CLOCKS: Final = {
    SQLITE: "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000000"
    " + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000",
    POSTGRESQL: "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
}

#: Tells the time; where none is given the database's own clock is asked.
Clock = Callable[[], datetime]


def _no_time(_: Connection) -> int:
    return 0  # what only reads records nothing


@dataclass(frozen=True)
class FundTransaction:
    """An open transaction on one fund's rows."""

    connection: Connection
    fund: str
    fund_id: int
    clock: Callable[[Connection], int] = field(default=_no_time, repr=False, compare=False)

    @cached_property
    def recorded_at(self) -> int:
        """When what the transaction writes became known, in microseconds: one time for all of it.

        It is taken when the first row is given it, not at the beginning: what was read or worked
        out before that was not known yet. It is later than all that the fund has recorded, also
        when the clock was set back: writers of a fund take turns, so that these times rise in the
        order in which others come to see what was written. And it is later than all times by which
        answers were named.
        """
        now = max(self.now(), max(self._clock()) + 1)
        self._advance(FUND_CLOCK.c.recorded_at, now)
        return now

    def now(self) -> int:
        """The time in microseconds, for what is of no books and needs no place among the rest."""
        return self.clock(self.connection)

    def now_untold(self) -> int:
        """The same for what answers tell: by no earlier time was anything recorded or named."""
        return max(self.now(), *self._clock())

    def recorded_after(self, times: Iterable[int]) -> int:
        """The time of recording of what supersedes rows of these times: later than each of them.

        Only what this transaction itself recorded can be as late as its time.
        """
        now = max(self.recorded_at, *(time + 1 for time in times), 0)
        if now > self.recorded_at:
            self._advance(FUND_CLOCK.c.recorded_at, now)
        return now

    def last_recorded(self) -> int:
        """The newest time at which anything of the fund was recorded, in microseconds."""
        return self._clock()[0]

    def last_named(self) -> int:
        """The newest time by which an answer was named that changes with it, in microseconds."""
        return self._clock()[1]

    def note_present(self, asked: int = 0) -> int:
        """Now, in microseconds; what is recorded from here on is recorded later than that.

        Where another time was `asked` for to which this clock has not come, it is that.
        """
        now = max(self.now(), self.last_recorded(), asked)
        self._advance(FUND_CLOCK.c.named_at, now)
        return now

    def _clock(self) -> tuple[int, int]:
        ours = FUND_CLOCK.c.fund_id == self.fund_id
        asked = select(FUND_CLOCK.c.recorded_at, FUND_CLOCK.c.named_at).where(ours)
        found = self.connection.execute(asked).one_or_none()
        return (0, 0) if found is None else (int(found.recorded_at), int(found.named_at))

    def _advance(self, column: Column[int], now: int) -> None:
        earlier = (FUND_CLOCK.c.fund_id == self.fund_id) & (column < now)
        done = self.connection.execute(update(FUND_CLOCK).where(earlier).values({column: now}))
        if done.rowcount == 0 and self._clock() == (0, 0):
            # a fund that somebody made who knew of no clocks
            clock = {"fund_id": self.fund_id, "recorded_at": 0, "named_at": 0, column.name: now}
            self.connection.execute(insert(FUND_CLOCK).values(clock))


class Door(Protocol):
    """How an aggregate reaches its rows: in a transaction of its own, or in one that is open."""

    def read(self, fund: str) -> AbstractContextManager[FundTransaction]:
        """One snapshot of a fund. Raises NotFound."""

    def write(self, fund: str) -> AbstractContextManager[FundTransaction]:
        """All or nothing, and no other writer on the fund meanwhile. Raises NotFound."""

    def read_all(self) -> AbstractContextManager[Connection]:
        """One snapshot across funds."""

    def write_all(self) -> AbstractContextManager[Connection]:
        """All or nothing, and no other writer on the list of funds meanwhile."""


class Database:
    """A door that opens a transaction for each call."""

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self.engine = engine
        self._clock = clock
        self._writer = threading.Lock()
        # a database in memory is one connection, and one transaction at a time
        self._one_at_a_time = isinstance(engine.pool, StaticPool)

    @contextmanager
    def read(self, fund: str) -> Iterator[FundTransaction]:
        """One snapshot of a fund. Raises NotFound."""
        with self._begin_reading() as connection:
            yield FundTransaction(connection, fund, _entered(connection, fund))

    @contextmanager
    def write(self, fund: str) -> Iterator[FundTransaction]:
        """All or nothing, and no other writer on the fund meanwhile. Raises NotFound."""
        with self._begin_writing() as connection:
            fund_id = _entered(connection, fund)
            self._lock(connection, fund_id)
            yield FundTransaction(connection, fund, fund_id, self.recorded_at)

    def note_present(self, fund: str, asked: int = 0) -> int | None:
        """Now, in microseconds; what is recorded from here on is recorded later than that.

        Not before a time that was `asked` for. None where somebody writes, who is not waited for
        long, or where this program may not. Raises NotFound.
        """
        try:
            with self._begin_writing(NOTE_MILLISECONDS) as connection:
                fund_id = _entered(connection, fund)
                self._lock(connection, fund_id, NOTE_MILLISECONDS)
                inside = FundTransaction(connection, fund, fund_id, self.recorded_at)
                return inside.note_present(asked)
        except (SourceUnavailable, DBAPIError):
            return None

    @contextmanager
    def read_all(self) -> Iterator[Connection]:
        """One snapshot across funds."""
        with self._begin_reading() as connection:
            enter_all(connection)
            yield connection

    @contextmanager
    def write_all(self) -> Iterator[Connection]:
        """All or nothing, and no other writer on the list of funds meanwhile."""
        with self._begin_writing() as connection:
            enter_all(connection)
            self._lock(connection, 0)
            yield connection

    def recorded_at(self, connection: Connection) -> int:
        """Now, in microseconds: by the clock that was given, else by the database's."""
        if self._clock is not None:
            return microseconds(self._clock())
        return int(connection.execute(text(_CLOCKS[connection.dialect.name])).scalar_one())

    @contextmanager
    def _begin_reading(self) -> Iterator[Connection]:
        engine = self.engine
        if engine.dialect.name == POSTGRESQL:
            engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        turn = self._turn() if self._one_at_a_time else nullcontext()
        with turn, _named_faults(), engine.begin() as connection:
            yield connection

    @contextmanager
    def _begin_writing(self, wait: int = WAIT_MILLISECONDS) -> Iterator[Connection]:
        if self.engine.dialect.name == POSTGRESQL:
            with _named_faults(), self.engine.begin() as connection:
                yield connection
            return
        writing = self.engine.execution_options(**{_WRITES: wait})
        with self._turn(wait), _named_faults(), writing.begin() as connection:
            yield connection

    @contextmanager
    def _turn(self, wait: int = WAIT_MILLISECONDS) -> Iterator[None]:
        """Threads of one process queue here: waiting on the file is polling."""
        if not self._writer.acquire(timeout=timedelta(milliseconds=wait).total_seconds()):
            raise SourceUnavailable("another transaction of this process does not end")
        try:
            yield
        finally:
            self._writer.release()

    def _lock(self, connection: Connection, second: int, wait: int = WAIT_MILLISECONDS) -> None:
        if connection.dialect.name == POSTGRESQL:
            connection.execute(text(f"SET LOCAL lock_timeout = {wait}"))
            lock = text("SELECT pg_advisory_xact_lock(:first, :second)")
            connection.execute(lock, {"first": _LOCK_CLASS, "second": second})


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """A door into an open transaction: what goes through it stands or falls with the rest."""

    inside: FundTransaction
    writable: bool

    @contextmanager
    def read(self, fund: str) -> Iterator[FundTransaction]:
        """The transaction itself, which is on this fund alone."""
        assert fund == self.inside.fund, f"the transaction is on the fund {self.inside.fund}"
        yield self.inside

    @contextmanager
    def write(self, fund: str) -> Iterator[FundTransaction]:
        """The transaction itself, where it may write."""
        assert self.writable, "a snapshot is only read"
        with self.read(fund) as inside:
            yield inside

    @contextmanager
    def read_all(self) -> Iterator[Connection]:
        """Refused: the transaction sees this fund alone."""
        raise AssertionError("funds are listed in a transaction of their own")
        yield self.inside.connection

    @contextmanager
    def write_all(self) -> Iterator[Connection]:
        """Refused: the list of funds is not this fund's to change."""
        raise AssertionError("funds are changed in a transaction of their own")
        yield self.inside.connection


def fund_id_of(connection: Connection, fund: str) -> int:
    """The number that a fund's rows begin with. Raises NotFound."""
    asked = select(FUND.c.id).where(FUND.c.name == fund)
    return _found(connection.execute(asked).scalar_one_or_none(), fund)


def _entered(connection: Connection, fund: str) -> int:
    """The same; on PostgreSQL the rest of the transaction sees this fund alone."""
    if connection.dialect.name == POSTGRESQL:
        return _found(enter_fund(connection, fund), fund)
    return fund_id_of(connection, fund)


def _found(fund_id: int | None, fund: str) -> int:
    if fund_id is None:
        raise NotFound(f"there is no fund {fund!r}")
    return int(fund_id)


def engine_for(url: str) -> Engine:
    """An engine for `sqlite:///FILE`, `sqlite://` (memory) or `postgresql://…`. Raises BadInput."""
    address = parse_address(url)
    if address.get_backend_name() == SQLITE:
        in_memory = address.database in {None, "", ":memory:"}
        options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
        arguments = {"check_same_thread": False, "timeout": WAIT_MILLISECONDS // 1000}
        engine = create_engine(address, connect_args=arguments, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # whatever the server's default is: a writer that waited for its turn must see what came before
    engine = create_engine(address, pool_pre_ping=True, isolation_level="READ COMMITTED")
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def parse_address(url: str) -> URL:
    """The address of a database; raises BadInput, and never repeats a password."""
    try:
        address = make_url(url)
    except ArgumentError as fault:
        raise BadInput("the database's address cannot be read") from fault
    backend = address.get_backend_name()
    if backend == SQLITE:
        return address.set(drivername="sqlite+pysqlite")
    if backend in {POSTGRESQL, "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    raise BadInput(f"{backend} is no database that Partita knows: sqlite or postgresql")


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 -- the driver's own
    connection.isolation_level = None  # the driver would begin late, and never for reads
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    wait = connection.get_execution_options().get(_WRITES)
    if wait in {None, WAIT_MILLISECONDS}:
        connection.exec_driver_sql("BEGIN" if wait is None else "BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={wait}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={WAIT_MILLISECONDS}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:  # noqa: ANN401 -- the driver's own
    connection.execute("SET SESSION synchronous_commit = on")
    connection.execute("SET SESSION timezone = 'UTC'")
    connection.commit()


@contextmanager
def _named_faults() -> Iterator[None]:
    try:
        yield
    except OperationalError as fault:
        raise SourceUnavailable(f"the database did not answer: {fault.orig}") from fault
    except StatementError as fault:
        # a column's own refusal, which SQLAlchemy wraps
        if isinstance(fault.orig, PartitaError):
            raise fault.orig from fault
        raise
