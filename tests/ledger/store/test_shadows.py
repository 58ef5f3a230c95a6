"""A session that has tables of its own by the names of ours deceives no trigger (P1, P7, P8)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy.engine import make_url

from ledger.model.fund import Fund
from ledger.store import Store, open_store, upgrade
from tests.ledger.store import postgres
from tests.ledger.store.cases import entry
from tests.ledger.store.closing import APRIL, FEBRUARY, close, on
from tests.ledger.store.postgres import AsRoles
from tests.ledger.store.test_periods_in_sql import APRIL_1, JANUARY, posted
from tests.ledger.store.test_promises import postings

#: A temporary table like ours, without its rows.
SHADOW = "CREATE TEMP TABLE {0} ON COMMIT DROP AS SELECT * FROM {schema}.{0} WITH NO DATA"
TABLES = ("account", "batch", "entry", "fund", "journal_head", "period", "period_event", "posting")
#: What triggers call, and what enters a fund; with the settings that each has.
FUNCTIONS = """
SELECT proname, proconfig FROM pg_proc
WHERE pronamespace = '{schema}'::regnamespace
    AND (prorettype = 'trigger'::regtype OR proname = 'enter_fund')
ORDER BY proname
"""


@pytest.fixture(scope="module")
def made(postgres_server: str) -> Iterator[AsRoles]:
    """Books with three sealed entries, of which January is closed, made as ordinary roles."""
    with (
        postgres.database(postgres_server, "partita_shadows") as url,
        postgres.roles(url) as addresses,
    ):
        upgrade(addresses.owner)
        with open_store(addresses.application) as store:
            store.funds.create(Fund("main"))
            store.funds.create(Fund("other"))
            store.journal.append("main", [on("a#0", 0), on("b#0", FEBRUARY), on("c#0", APRIL)])
            store.journal.append("other", [entry("tx:1#0")])
            close(store, "2025-01")
        yield addresses


@pytest.fixture
def books(made: AsRoles) -> Iterator[psycopg.Connection]:
    """A transaction of the role that runs, on the first fund; nothing of it is kept."""
    with psycopg.connect(made.application) as connection:
        connection.execute("SELECT set_config('partita.fund', '1', false)")
        yield connection
        connection.rollback()


def shadow(books: psycopg.Connection, *tables: str, schema: str = "public") -> None:
    for table in tables:
        books.execute(SHADOW.format(table, schema=schema))


def in_public(statement: str) -> str:
    """The statement on our table, whatever else has its name."""
    for table in TABLES:
        statement = statement.replace(f"INTO {table} ", f"INTO public.{table} ")
        statement = statement.replace(f"FROM {table} ", f"FROM public.{table} ")
    return statement


def write(books: psycopg.Connection, *statements: str) -> None:
    """What the statements do, with all that is asked at the end of the transaction."""
    for statement in statements:
        books.execute(in_public(statement))
    books.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(books: psycopg.Connection, why: str, *statements: str) -> bool:
    with pytest.raises(psycopg.Error, match=why), books.transaction():
        write(books, *statements)
    return True


def new(time: int) -> tuple[str, ...]:
    """An entry of a time, balanced and sealed."""
    return posted("postgresql", time)


# ---- each hole, as it stood open


@pytest.mark.parametrize("tables", [(), ("period",), TABLES])
def test_closed_time_stays_closed_whatever_a_session_calls_period(books, tables):
    shadow(books, *tables)
    assert refused(books, "the period is closed", *new(JANUARY))
    write(books, *new(APRIL_1))


@pytest.mark.parametrize("tables", [(), ("batch",), ("batch", "entry"), TABLES])
def test_a_sealed_entry_takes_no_postings_whatever_a_session_calls_batch(books, tables):
    shadow(books, *tables)
    assert refused(books, "the entry is sealed", postings(1, 5, -5, first=10))


@pytest.mark.parametrize("tables", [(), ("entry",), ("batch",), TABLES])
def test_an_entry_is_sealed_at_last_whatever_a_session_calls_entry(books, tables):
    added, balanced, _ = new(APRIL_1)
    assert refused(books, "no batch seals it", added, balanced)
    books.execute(in_public(added))
    books.execute(in_public(balanced))
    shadow(books, *tables)
    with pytest.raises(psycopg.Error, match="no batch seals it"):
        books.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_entry_has_postings_whatever_a_session_calls_posting(books):
    added, _, sealing = new(APRIL_1)
    books.execute("CREATE TEMP TABLE posting AS SELECT 1::bigint AS fund_id, 4::bigint AS n")
    assert refused(books, "fewer than two postings", added, sealing)


def test_a_batch_follows_the_last_whatever_a_session_calls_batch(books):
    shadow(books, "batch")
    added, balanced, sealing = new(APRIL_1)
    assert "VALUES (1, 2, 4, 4" in sealing
    first = (added.replace("1, 4, 2", "1, 4, 1"), balanced)
    again = sealing.replace("VALUES (1, 2, 4, 4", "VALUES (1, 1, 4, 4")
    assert refused(books, "the batch is sealed", *first, again)


def test_the_next_event_of_a_period_is_the_next_of_ours(books):
    shadow(books, "period_event")
    assert refused(
        books,
        "a number is left out or taken",
        "INSERT INTO period_event (fund_id, n, month, kind, person, reason, recorded_at, body)"
        r" VALUES (1, 1, '2025-02', 'closed', 'eve', '', 0, '\x00')",
    )


def test_a_fund_is_entered_by_its_own_number_whatever_a_session_calls_fund(books):
    books.execute("CREATE TEMP TABLE fund AS SELECT 2::bigint AS id, 'main' AS name")
    assert books.execute("SELECT enter_fund('main')").fetchone() == (1,)
    assert books.execute("SELECT current_setting('partita.fund')").fetchone() == ("1",)
    assert books.execute("SELECT count(*) FROM public.entry").fetchone() == (3,)


@pytest.mark.parametrize("path", ["pg_temp, public", "public, pg_temp", "pg_catalog", "''"])
def test_a_sessions_search_path_is_none_of_the_triggers(books, path):
    shadow(books, *TABLES)
    books.execute(f"SET LOCAL search_path = {path}")
    assert refused(books, "the period is closed", *new(JANUARY))
    assert refused(books, "the entry is sealed", postings(1, 5, -5, first=10))
    write(books, *new(APRIL_1))
    assert books.execute("SELECT open_after FROM public.journal_head").fetchall() == [(None,)]


def test_temporary_tables_on_sqlite_hide_nothing_from_triggers(sqlite_url):
    with open_store(sqlite_url) as store:
        _closed_in_january(store)
    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as books:
        for table in TABLES:
            books.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table} WHERE 0")
        added, *_ = posted(sqlite_url, JANUARY)
        with pytest.raises(sqlite3.IntegrityError, match="the period is closed"):
            books.execute(added.replace("INTO entry", "INTO main.entry"))
        with pytest.raises(sqlite3.IntegrityError, match="the batch is sealed"):
            books.execute(postings(1, 5, -5, first=10).replace("INTO post", "INTO main.post"))
        books.rollback()


# ---- over all functions: a migration that makes or replaces one cannot forget it


def test_every_function_of_triggers_reads_its_own_schema_and_no_other(made):
    with psycopg.connect(made.application) as connection:
        found = connection.execute(FUNCTIONS.format(schema="public")).fetchall()
    assert len(found) >= 16
    assert {name for name, said in found if said != ["search_path=public, pg_temp"]} == set()


def test_no_other_function_stands_beside_them(made):
    asked = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    with psycopg.connect(made.application) as connection:
        known = connection.execute(FUNCTIONS.format(schema="public")).fetchall()
        assert connection.execute(asked).fetchone() == (len(known),)


def test_in_another_schema_the_functions_read_that_one(postgres_server):
    with postgres.database(postgres_server, "partita_shadows_apart") as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute('CREATE SCHEMA "Our Books"')
            connection.execute('ALTER DATABASE partita_shadows_apart SET search_path = "Our Books"')
        upgrade(url)
        with open_store(url) as store:
            _closed_in_january(store)
            assert store.seals.verify("main").entries == 3
        with psycopg.connect(url) as connection:
            found = connection.execute(FUNCTIONS.format(schema='"Our Books"')).fetchall()
            shadow(connection, "period", schema='"Our Books"')
            connection.execute("SELECT set_config('partita.fund', '1', true)")
            with pytest.raises(psycopg.Error, match="the period is closed"):
                connection.execute(new(JANUARY)[0])
    assert {tuple(said) for _, said in found} == {('search_path="Our Books", pg_temp',)}


def _closed_in_january(store: Store) -> None:
    store.funds.create(Fund("main"))
    store.journal.append("main", [on("a#0", 0), on("b#0", FEBRUARY), on("c#0", APRIL)])
    close(store, "2025-01")
