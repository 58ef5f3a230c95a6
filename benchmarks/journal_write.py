"""Entries written to both databases in batches; the cost over the same rows in bare tables leaves.

The floor is what the database and its driver need for the rows alone: the same cells, from tuples
as Python has them, into tables without keys, conditions and triggers, `executemany` on SQLite and
COPY on PostgreSQL, committed as often. On PostgreSQL the processor time of the server's own process
is counted with the program's; once a superuser writes, whom COPY is open to, and once the role that
the documents say to run as. COPY takes text: what makes it of tuples is a part of that floor, as
the driver has it (`write_row`, as `executemany` is sqlite3's), and left out of it where the name
ends in `_text`.
"""

import gc
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from benchmarks import samples
from benchmarks.figure import TIMES, Figure
from ledger.model.entry import Entry
from ledger.model.fund import Fund
from ledger.store import open_store, upgrade
from tests.ledger.store import postgres

SIZE = (
    "processor time of the journal written (100,000 postings in batches of 5,000 entries, a "
    "transaction each) over that of the same cells {} into bare tables; floor: the most that is "
    "aimed at"
)
WHAT = {
    "journal_write_over_floor_sqlite": SIZE.format("by `executemany`"),
    "journal_write_over_floor_postgres": SIZE.format("by COPY, the server's time counted too,"),
    "journal_write_over_floor_postgres_text": SIZE.format(
        "by COPY of texts made beside the clock, the server's time counted too,"
    ),
    "journal_write_over_floor_postgres_walled": SIZE.format(
        "by COPY, the server's time counted too, as a role that walls are for,"
    ),
}

_ENTRIES = 28_000
_ENTRIES_A_BATCH = 5_000
_LIMIT = 4.0
#: Of three runs the best of a server was off by a tenth.
_TIMES = 3 * TIMES
_FUND = "bench"
_TEMPLATE = "partita_bench_template"
#: What the two tables of a journal hold, without what its keys, conditions and triggers ask.
_TABLES = ("entry", "posting")
_COLUMNS_OF = (
    "SELECT column_name, data_type FROM information_schema.columns"
    " WHERE table_name = %s ORDER BY ordinal_position"
)

Cells = list[tuple[object, ...]]
#: The rows of a table, or what COPY takes of them.
Given = Cells | str
#: The cells of entries and of postings, batch by batch.
Batches = list[tuple[Cells, Cells]]


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    entries = samples.entries(_ENTRIES // share)
    size = _ENTRIES_A_BATCH
    batches = [entries[start : start + size] for start in range(0, len(entries), size)]
    yield Figure("journal_write_over_floor_sqlite", over_sqlite(batches), "times the floor", _LIMIT)
    try:
        with postgres.server() as maintenance:
            ratios = over_postgres(batches, maintenance)
    except pytest.skip.Exception:
        return  # no PostgreSQL here: the figure that was measured elsewhere stays
    for which, ratio in ratios.items():
        name = f"journal_write_over_floor_postgres{which}"
        yield Figure(name, ratio, "times the floor", _LIMIT)


def over_sqlite(batches: Sequence[Sequence[Entry]]) -> float:
    """Processor time of writing to SQLite over that of the bare rows, the best of several each."""
    with tempfile.TemporaryDirectory() as folder:
        names = count()

        def write() -> float:
            path = Path(folder) / f"{next(names)}.db"
            with open_store(f"sqlite:///{path}") as store:
                store.funds.create(Fund(_FUND))
                return _seconds(lambda: _append(store.journal.append, batches))

        def write_bare() -> float:
            return _bare_sqlite(Path(folder) / f"{next(names)}.bare", rows)

        written = write()
        rows = _rows_of(Path(folder) / "0.db")
        return _ratio(write, write_bare, written)


def over_postgres(batches: Sequence[Sequence[Entry]], maintenance: str) -> dict[str, float]:
    """The same on PostgreSQL, with the server's process, by the ends of the figures' names."""
    with (
        postgres.database(maintenance, _TEMPLATE) as template,
        postgres.roles(template) as made,
        psycopg.connect(maintenance, autocommit=True) as watch,
    ):
        upgrade(made.owner)
        names = (f"partita_bench_{number}" for number in count())

        @contextmanager
        def books(role: str) -> Iterator[str]:
            with postgres.database(maintenance, next(names), _TEMPLATE) as url:
                ours = make_url(role).set(database=make_url(url).database)
                yield ours.render_as_string(hide_password=False)

        def write(role: str) -> float:
            with books(role) as url, open_store(url) as store:
                store.funds.create(Fund(_FUND))
                server = _served_by(watch, "partita_bench_[0-9]+")
                return _seconds(lambda: _append(store.journal.append, batches), server)

        def write_bare(rows: Sequence[tuple[Given, Given]]) -> float:
            with books(made.superuser) as url:
                return _bare_postgres(url, rows)

        with books(made.superuser) as url, open_store(url) as store:
            store.funds.create(Fund(_FUND))
            _append(store.journal.append, batches)
            rows = _cells_of(url, [len(batch) for batch in batches])
        texts = [(_printed(entries), _printed(postings)) for entries, postings in rows]
        runs = [
            (write(made.superuser), write(made.application), write_bare(rows), write_bare(texts))
            for _ in range(_TIMES)
        ]
        open_to_copy, walled, bare, of_texts = (min(run) for run in zip(*runs, strict=True))
        return {"": open_to_copy / bare, "_text": open_to_copy / of_texts, "_walled": walled / bare}


def _append(
    append: Callable[[str, Sequence[Entry]], object], batches: Sequence[Sequence[Entry]]
) -> None:
    for batch in batches:
        append(_FUND, batch)


def _ratio(write: Callable[[], float], bare: Callable[[], float], first: float) -> float:
    # in turn, so that what else the machine does meets both alike
    pairs = [(write(), bare()) for _ in range(_TIMES)]
    return min(first, *(pair[0] for pair in pairs)) / min(pair[1] for pair in pairs)


def _seconds(work: Callable[[], object], server: int | None = None) -> float:
    """Processor time of this process, and of a server's process, while work is done.

    Without the collector of cycles, as `timeit` has it: it would walk through the whole history
    that the benchmark holds, again and again.
    """
    gc.collect()
    gc.disable()
    try:
        began = time.process_time() + _seconds_of(server)
        work()
        return time.process_time() + _seconds_of(server) - began
    finally:
        gc.enable()


def _seconds_of(process: int | None) -> float:
    if process is None:
        return 0.0
    # in nanoseconds; `stat` beside it counts whole hundredths of a second
    return int(Path(f"/proc/{process}/schedstat").read_text("utf-8").split()[0]) / 1e9


# ---- SQLite


def _rows_of(path: Path) -> Batches:
    """The cells that a journal on SQLite holds."""
    connection = sqlite3.connect(path)
    rows: Batches = []
    for first, last in connection.execute("SELECT first_n, last_n FROM batch ORDER BY number"):
        entries, postings = (
            connection.execute(
                f"SELECT * FROM {table} WHERE n BETWEEN ? AND ? ORDER BY {order}",  # noqa: S608
                (first, last),
            ).fetchall()
            for table, order in zip(_TABLES, ("n", "n, seq"), strict=True)
        )
        rows.append((entries, postings))
    connection.close()
    return rows


def _bare_sqlite(path: Path, batches: Batches) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    marks = {}
    for table, cells in zip(_TABLES, batches[0], strict=True):
        width = len(cells[0])
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'c{at}' for at in range(width))})")
        marks[table] = ", ".join("?" * width)

    def write() -> None:
        for batch in batches:
            connection.execute("BEGIN IMMEDIATE")
            for table, cells in zip(_TABLES, batch, strict=True):
                connection.executemany(f"INSERT INTO {table} VALUES ({marks[table]})", cells)  # noqa: S608
            connection.execute("COMMIT")

    taken = _seconds(write)
    connection.close()
    return taken


# ---- PostgreSQL


def _served_by(watch: psycopg.Connection, name: str) -> int:
    """The process that serves the one connection to a database of that name."""
    found = watch.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname ~ %s AND backend_type = 'client backend'",
        (name,),
    ).fetchall()
    assert len(found) == 1, f"{len(found)} connections"
    return int(found[0][0])


def _cells_of(url: str, sizes: Sequence[int]) -> Batches:
    """The cells that a journal on PostgreSQL holds, numbers of any length as texts."""
    batches: Batches = []
    first = 1
    with psycopg.connect(url) as connection:
        for size in sizes:
            entries, postings = (
                connection.execute(
                    f"SELECT {_plain(connection, table)} FROM {table}"  # noqa: S608 -- our tables
                    f" WHERE n BETWEEN {first} AND {first + size - 1} ORDER BY n"
                ).fetchall()
                for table in _TABLES
            )
            batches.append((entries, postings))
            first += size
    return batches


def _plain(connection: psycopg.Connection, table: str) -> str:
    columns = connection.execute(_COLUMNS_OF, (table,)).fetchall()
    return ", ".join(f"{name}::text" if kind == "numeric" else name for name, kind in columns)


def _printed(cells: Cells) -> str:
    """Rows as COPY takes them; none of ours has anything to escape."""
    line = "\t".join(["%s"] * len(cells[0])) + "\n"
    return "".join([line % row for row in cells])


def _bare_postgres(url: str, batches: Sequence[tuple[Given, Given]]) -> float:
    """What COPY takes, of cells or of texts that are ready."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in _TABLES:
            columns = connection.execute(_COLUMNS_OF, (table,)).fetchall()
            made = ", ".join(f"{name} {kind}" for name, kind in columns)
            connection.execute(f"CREATE TABLE bare_{table} ({made})")

        def write() -> None:
            for batch in batches:
                with connection.transaction(), connection.cursor() as cursor:
                    for table, given in zip(_TABLES, batch, strict=True):
                        if isinstance(given, str):
                            with cursor.copy(f"COPY bare_{table} FROM STDIN (NULL 'None')") as copy:
                                copy.write(given)
                            continue
                        with cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
                            for row in given:
                                copy.write_row(row)

        return _seconds(write, connection.info.backend_pid)
