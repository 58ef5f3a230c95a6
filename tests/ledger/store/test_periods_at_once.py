"""Whoever posts while a month closes: what is sealed is what is there, or one of them is refused.

The anomaly is shown first: without the locks of migration 0007 both commit, at READ COMMITTED and
at REPEATABLE READ, and the closed month has an entry that its seal does not cover.
"""

import random
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ledger.model.errors import PeriodLocked
from ledger.model.fund import Fund
from ledger.store import open_store
from ledger.store.engine import engine_for
from tests.ledger.store.cases import run
from tests.ledger.store.closing import FEBRUARY, close, micros, on
from tests.ledger.store.test_periods_in_sql import event, period, posted

LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
FUNCTIONS = ("entry_is_of_open_time", "period_is_added", "period_is_changed")
LOCKING = re.compile(r"^ *(PERFORM 1 FROM|UPDATE fund SET).*;\n", re.MULTILINE)
ABORTED, REFUSED = "40001", "23514"
#: entries of closed time that came after the head that was sealed
ANOMALY = (
    "SELECT count(*) FROM period JOIN batch ON batch.fund_id = period.fund_id AND link = head"
    " JOIN entry ON entry.fund_id = period.fund_id AND n > last_n AND time < until_time"
    " WHERE status = 'closed'"
)


@pytest.fixture
def books(postgres_url: str) -> str:
    """The address of a PostgreSQL with entries of January to March, of which January is closed."""
    with open_store(postgres_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [on("a#0", 0), on("b#0", FEBRUARY), on("c#0", FEBRUARY + 28)])
        close(store, "2025-01")
    return postgres_url


def without_locks(url: str) -> None:
    """Take out of the triggers what makes poster and closer wait for each other."""
    for name in FUNCTIONS:
        [(text,)] = run(url, f"SELECT pg_get_functiondef('{name}'::regproc)")
        free, count = LOCKING.subn("", text)
        assert count, name
        run(url, free)


@contextmanager
def connected(url: str, level: str) -> Iterator[Connection]:
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            connection.execution_options(isolation_level=level)
            yield connection
    finally:
        engine.dispose()


def tell(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def begun(connection: Connection) -> None:
    """Begin, and see the database as it is now: at most levels for the whole transaction."""
    tell(connection, "SELECT count(*) FROM entry")


def code_of(call) -> str | None:
    """The code of what a database refuses; None where it does not."""
    try:
        call()
    except DBAPIError as fault:
        return str(getattr(fault.orig, "sqlstate", ""))
    return None


def until_waiting(url: str, work: "Future[str | None]") -> None:
    """Return once a transaction waits for another's lock; never where none does."""
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    while run(url, asked) == [(0,)]:
        assert not work.done(), "it did not wait"
        time.sleep(0.01)


@pytest.mark.parametrize("level", LEVELS[:2])
def test_without_the_locks_both_commit_and_the_seal_is_wrong(books, level):
    without_locks(books)
    entry, postings, batch = posted(books, micros(FEBRUARY))
    with connected(books, level) as poster, connected(books, level) as closer:
        begun(poster)
        begun(closer)
        tell(poster, entry, postings)
        tell(closer, event(books), period())
        closer.commit()
        tell(poster, batch)
        poster.commit()
    assert run(books, ANOMALY) == [(1,)]


def test_without_the_locks_serializable_aborts_one(books):
    without_locks(books)
    entry, postings, batch = posted(books, micros(FEBRUARY))
    with connected(books, LEVELS[2]) as poster, connected(books, LEVELS[2]) as closer:
        begun(poster)
        begun(closer)
        tell(poster, entry, postings)

        def rest() -> None:
            tell(closer, event(books), period())
            closer.commit()
            tell(poster, batch)
            poster.commit()

        assert code_of(rest) == ABORTED
    assert run(books, ANOMALY) == [(0,)]


@pytest.mark.parametrize("level", LEVELS)
def test_a_closer_waits_for_a_poster_and_is_then_refused(books, level):
    entry, postings, batch = posted(books, micros(FEBRUARY))
    with (
        connected(books, level) as poster,
        connected(books, level) as closer,
        ThreadPoolExecutor(1) as pool,
    ):
        begun(poster)
        begun(closer)
        tell(poster, entry, postings)
        closing = pool.submit(code_of, lambda: tell(closer, event(books), period()))
        until_waiting(books, closing)
        tell(poster, batch)
        poster.commit()
        assert closing.result() == (REFUSED if level == LEVELS[0] else ABORTED)
    assert run(books, ANOMALY) == [(0,)]
    assert run(books, "SELECT count(*) FROM entry") == [(4,)]


@pytest.mark.parametrize("level", LEVELS)
def test_a_poster_waits_for_a_closer_and_is_then_refused(books, level):
    entry, *_ = posted(books, micros(FEBRUARY))
    with (
        connected(books, level) as poster,
        connected(books, level) as closer,
        ThreadPoolExecutor(1) as pool,
    ):
        begun(poster)
        begun(closer)
        tell(closer, event(books), period())
        posting = pool.submit(code_of, lambda: tell(poster, entry))
        until_waiting(books, posting)
        closer.commit()
        assert posting.result() == (REFUSED if level == LEVELS[0] else ABORTED)
    assert run(books, ANOMALY) == [(0,)]
    assert run(books, "SELECT count(*) FROM period WHERE status = 'closed'") == [(2,)]


def test_posters_that_do_not_close_do_not_wait_for_each_other_at_the_fund(books):
    entry, *_ = posted(books, micros(FEBRUARY))
    with connected(books, LEVELS[0]) as one, connected(books, LEVELS[0]) as other:
        tell(one, entry)
        shared = other.exec_driver_sql("SELECT name FROM fund FOR SHARE NOWAIT").all()
    assert shared == [("main",)]


# ---- our own code, on both databases


def post_at_random(url: str, turn: int, start: threading.Barrier) -> tuple[int, int]:
    """Post entries of any day of half a year; gives how many were taken and refused."""
    days = random.Random(turn)
    taken = refused = 0
    with open_store(url) as store:
        start.wait()
        for number in range(25):
            try:
                store.journal.append("main", [on(f"{turn}:{number}#0", days.randrange(178), 7)])
                taken += 1
            except PeriodLocked:
                refused += 1
    return taken, refused


def close_month_by_month(url: str, start: threading.Barrier) -> None:
    """Close six months one by one, reopen the last two, and close them again."""
    with open_store(url) as store:
        start.wait()
        for number in range(1, 7):
            close(store, f"2025-{number:02}")
        store.periods.reopen("main", "2025-05", "ann", "bob", "once more")
        close(store, "2025-06")


def test_posting_and_closing_at_once_seals_what_is_there(url):
    with open_store(url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [on("first#0", 0)])
    start = threading.Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        posters = [pool.submit(post_at_random, url, turn, start) for turn in range(3)]
        pool.submit(close_month_by_month, url, start).result()
        done = [poster.result() for poster in posters]
    with open_store(url) as store:
        assert {period.status for period in store.periods.all("main")} == {"closed"}
        assert store.periods.verify("main") == 6
        assert store.seals.verify("main").entries == 1 + sum(taken for taken, _ in done)
        with pytest.raises(PeriodLocked):
            store.journal.append("main", [on("late#0", 0)])
