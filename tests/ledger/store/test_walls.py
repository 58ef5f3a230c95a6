"""An ordinary role of PostgreSQL reaches the rows of one fund by SQL, and of no other (P7)."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.model.errors import Conflict, NotFound, VerificationFailed
from ledger.model.fund import Fund
from ledger.store import Store, open_store, upgrade
from ledger.store.backup import back_up, restore
from ledger.store.tables import METADATA
from ledger.store.walls import ALL_FUNDS
from tests.ledger.store import postgres
from tests.ledger.store.cases import entry, line, plain
from tests.ledger.store.populated import FUNDS, digests, populate, populate_further
from tests.ledger.store.postgres import AsRoles
from tests.ledger.store.test_promises import BATCH, ENTRY, HASH, new_entry, postings

OWN, OTHER = 1, 2
TABLES = sorted(name for name, table in METADATA.tables.items() if "fund_id" in table.c)
NEW_ENTRY = ENTRY.format(n=99, batch=6, id="x").replace("VALUES (1,", "VALUES (2,")
#: A row of the other fund, or of one that is not there, written out.
WRITTEN = (
    f"INSERT INTO evidence VALUES (2, '{HASH}', 'statement', '', '', '', 1, '', 1, '', 1)",
    "INSERT INTO quote VALUES (2, 'eip155:1/slip44:60', 'USD', 1, 'x', 1, 1)",
    "INSERT INTO account VALUES (2, 99, 'asset', 'x', '')",
    NEW_ENTRY,
    "INSERT INTO posting VALUES (2, 1, 99, 1, 'x', 5, 'none', NULL)",
    "INSERT INTO fund VALUES (3, 'third', 'USD', 'us', 'fifo', 'wallet', '00:00Z')",
)
#: What might be taken for more than one fund, or for another.
ODD = ("1", "2", " 2 ", "+1", "01", "all", "ALL", "all ", "1,2", "1 OR true", "{1,2}", "0x2", "1e0")
MADE = "2026-11-22T00:00:00Z"
KEY = "partita_0a1b2c3d_" + "s3cr3t" * 8


@pytest.fixture(scope="module")
def filled(postgres_server: str) -> Iterator[AsRoles]:
    """Two funds with rows in every table, all of it made as ordinary roles."""
    with (
        postgres.database(postgres_server, "partita_walls") as url,
        postgres.roles(url) as addresses,
    ):
        upgrade(addresses.owner)
        populate(addresses.application)
        populate_further(addresses.application)
        yield addresses


@pytest.fixture(params=["application", "owner"])
def role(request: pytest.FixtureRequest, filled: AsRoles) -> str:
    """The address for the role that runs, and for the one that owns the tables."""
    return str(getattr(filled, request.param))


@contextmanager
def inside(url: str, said: str | None) -> Iterator[psycopg.Connection]:
    """A transaction that says which fund it is on, and is taken back."""
    with psycopg.connect(url) as connection:
        if said is not None:
            connection.execute("SELECT set_config('partita.fund', %s, true)", [said])
        yield connection
        connection.rollback()


def count(connection: psycopg.Connection, table: str, where: str = "true") -> int:
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    assert row is not None
    return int(row[0])


def refused(connection: psycopg.Connection, statement: str, why: str) -> bool:
    with pytest.raises(psycopg.Error, match=why), connection.transaction():
        connection.execute(statement)
    return True


def reached(connection: psycopg.Connection, statement: str) -> int:
    """How many rows a statement changed; none where a trigger of the journal refuses it whole."""
    try:
        with connection.transaction():
            return connection.execute(statement).rowcount
    except psycopg.errors.RestrictViolation:
        return 0


def copy_of_a_row(connection: psycopg.Connection, table: str, fund: int) -> str:
    """The statement that gives a fund a row like one that there is."""
    cells = ", ".join(
        str(fund) if column.name == "fund_id" else column.name
        for column in METADATA.tables[table].columns
    )
    names = ", ".join(column.name for column in METADATA.tables[table].columns)
    return f"INSERT INTO {table} ({names}) SELECT {cells} FROM {table} LIMIT 1"


# ---- what an ordinary role does all day


def test_the_role_is_an_ordinary_one(role):
    with psycopg.connect(role) as connection:
        asked = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(asked).fetchone() == (False, False)


def test_an_ordinary_role_keeps_the_same_books_and_the_same_backup(postgres_server, sqlite_url):
    with (
        postgres.database(postgres_server, "partita_walls_again") as url,
        postgres.roles(url) as addresses,
    ):
        upgrade(addresses.owner)
        upgrade(addresses.application)  # which has nothing to do, and may not do it
        expected = populate(addresses.application)
        assert populate(sqlite_url) == expected
        archives = []
        for address in (addresses.application, sqlite_url):
            stream = io.BytesIO()
            back_up(address, stream, MADE)
            archives.append(stream.getvalue())
        assert archives[0] == archives[1]
        with open_store(addresses.application) as store:
            assert [store.seals.verify(fund).batches for fund in FUNDS] == [5, 5]
            assert store.evidence.add("main", [line(1, 2)]) == ()
            assert store.journal.append("main", [entry("new")]).appended == 1


def test_an_ordinary_role_restores_a_backup_into_a_database_of_its_own(postgres_server, sqlite_url):
    expected = populate(sqlite_url)
    stream = io.BytesIO()
    back_up(sqlite_url, stream, MADE)
    with (
        postgres.database(postgres_server, "partita_walls_back") as url,
        postgres.roles(url) as addresses,
    ):
        assert restore(addresses.owner, stream).journal == expected
        with open_store(addresses.application) as store:
            assert digests(store) == expected
        with pytest.raises(Conflict, match="in use"):
            restore(addresses.application, stream)


def test_what_the_store_answers_of_a_fund_is_the_same_for_every_role(filled):
    said = []
    for address in (filled.superuser, filled.owner, filled.application):
        with open_store(address) as store:
            said.append([everything(store, fund) for fund in FUNDS])
    assert said[0] == said[1] == said[2]
    assert said[0][0] != said[0][1]


def everything(store: Store, fund: str) -> Sequence[object]:
    return (
        store.funds.get(fund),
        store.funds.all(),
        store.wallets.all(fund),
        store.quotes.all(fund),
        store.keys.all(fund),
        store.identifications.all(fund),
        store.journal.digest(fund),
        store.seals.verify(fund),
        store.fingerprints.of(fund),
    )


def test_a_fund_that_is_not_there_is_not_found_and_opens_no_other(role):
    with open_store(role) as store, pytest.raises(NotFound):
        store.wallets.all("nobody")


def test_an_entry_behind_walls_is_booked_without_reading_those_before_it(postgres_server):
    """Nor does it take statistics, which a new database has none of."""
    booked = 2_000
    with (
        postgres.database(postgres_server, "partita_walls_long") as url,
        postgres.roles(url) as addresses,
    ):
        upgrade(addresses.owner)
        with open_store(addresses.application) as store:
            store.funds.create(Fund("main"))
            store.journal.append("main", [entry(f"tx:{number}#0") for number in range(booked)])
        with inside(addresses.application, str(OWN)) as connection:
            n = booked + 1
            connection.execute(new_entry(n=n))
            connection.execute(postings(n, 5, -5))
            sealing = BATCH.format(number=2, first=n, last=n)
            connection.execute(sealing.replace("SELECT leaves", "SELECT substr(leaves, 1, 32)"))
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            asked = (
                "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
                " WHERE relname = 'entry'"
            )
            read = connection.execute(asked).fetchone()
            assert read is not None
            assert 0 < read[0] < 50


# ---- what no statement reaches


@pytest.mark.parametrize("table", ["fund", *TABLES])
def test_no_setting_shows_no_rows_and_a_fund_shows_its_own(role, filled, table):
    column = "id" if table == "fund" else "fund_id"
    with inside(filled.superuser, None) as connection:
        own, other = (count(connection, table, f"{column} = {fund}") for fund in (OWN, OTHER))
    assert own > 0 and other > 0
    for nothing in (None, "", "0", "77", ALL_FUNDS.upper()):
        with inside(role, nothing) as connection:
            seen = 0
            with suppress(psycopg.errors.InvalidTextRepresentation):
                seen = count(connection, table)
            assert seen == 0, nothing
    with inside(role, str(OWN)) as connection:
        assert count(connection, table) == own
        assert count(connection, table, f"{column} = {OTHER}") == 0
    with inside(role, ALL_FUNDS) as connection:
        assert count(connection, table) == own + other


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_another_fund_are_neither_inserted_changed_nor_deleted(role, table):
    walled = (
        "row-level security|never|only superseded|left out|sealed"
        "|no event of the month|what was proposed"
    )
    with inside(role, str(OWN)) as connection:
        assert refused(connection, copy_of_a_row(connection, table, OTHER), walled)
        assert refused(connection, f"UPDATE {table} SET fund_id = {OTHER}", walled)
        for statement in (
            f"UPDATE {table} SET fund_id = fund_id WHERE fund_id = {OTHER}",
            f"DELETE FROM {table} WHERE fund_id = {OTHER}",
        ):
            assert reached(connection, statement) == 0
    with inside(role, None) as connection:
        assert connection.execute(copy_of_a_row(connection, table, OTHER)).rowcount == 0


@pytest.mark.parametrize("statement", WRITTEN)
def test_a_written_row_of_another_fund_is_refused_and_of_none_as_well(role, statement):
    for said in (str(OWN), None, ""):
        with inside(role, said) as connection:
            assert refused(connection, statement, "row-level security")


def test_no_text_in_the_setting_but_one_shows_more_than_the_fund_of_its_number(role):
    @settings(max_examples=60)
    @given(st.text(st.characters(codec="utf-8", exclude_characters="\0")) | st.sampled_from(ODD))
    def holds(said: str) -> None:
        seen: list[int] = []
        with suppress(psycopg.DataError), connection.transaction(force_rollback=True):
            connection.execute("SELECT set_config('partita.fund', %s, true)", [said])
            rows = connection.execute("SELECT DISTINCT fund_id FROM quote").fetchall()
            seen = [fund for (fund,) in rows]
        assert said == ALL_FUNDS or not seen or seen == [int(said)]

    with psycopg.connect(role) as connection:
        holds()


def test_another_fund_is_neither_renamed_nor_deleted(role):
    with inside(role, str(OWN)) as connection:
        for statement in (
            "UPDATE fund SET name = 'x' WHERE id = 2",
            "DELETE FROM fund WHERE id = 2",
        ):
            assert connection.execute(statement).rowcount == 0
        assert refused(connection, "UPDATE fund SET id = 3", "never|row-level")


@pytest.mark.parametrize("table", ["fund", *TABLES])
def test_truncate_is_refused(role, filled, table):
    for said in (str(OWN), ALL_FUNDS):
        with inside(role, said) as connection:
            assert refused(connection, f"TRUNCATE {table} CASCADE", "permission denied|never")
    with inside(filled.superuser, None) as connection:
        assert refused(connection, f"TRUNCATE {table} CASCADE", "never")


def test_the_same_statements_reach_another_fund_where_the_wall_is_taken_away(filled):
    """The control: it is the policy that refuses them, not a privilege or a slip of the tests."""
    with psycopg.connect(filled.superuser) as connection:
        name = psycopg.conninfo.conninfo_to_dict(filled.application.replace("+psycopg", ""))["user"]
        for table in ("wallet", "quote"):
            connection.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        connection.execute(f'SET LOCAL ROLE "{name}"')
        connection.execute("SELECT set_config('partita.fund', '1', true)")
        for table in ("wallet", "quote"):
            assert count(connection, table, "fund_id = 2") > 0
        added = "INSERT INTO quote VALUES (2, 'eip155:1/slip44:60', 'USD', 1, 'x', 1, 1)"
        assert connection.execute(added).rowcount == 1
        superseded = "UPDATE wallet SET superseded_at = 2 ^ 62 WHERE fund_id = 2"
        assert connection.execute(superseded).rowcount > 0
        assert count(connection, "asset", "fund_id = 2") == 0  # whose wall stands
        connection.rollback()


def test_a_transaction_of_the_store_sees_its_fund_alone_and_one_across_funds_sees_all(role):
    asked = "SELECT DISTINCT fund_id FROM posting ORDER BY fund_id"
    with open_store(role) as store:
        database = store._database
        for number, fund in enumerate(FUNDS, OWN):
            for door in (database.read, database.write):
                with door(fund) as there:
                    seen = there.connection.exec_driver_sql(asked).scalars().all()
                assert seen == [number]
        for across in (database.read_all, database.write_all):
            with across() as connection:
                assert connection.exec_driver_sql(asked).scalars().all() == [OWN, OTHER]


def test_a_pooled_connection_forgets_which_fund_it_was_on(role):
    with open_store(role) as store:
        with store.transaction(FUNDS[0]) as writing:
            writing.settings.all(FUNDS[0])
        store.funds.all()
        with store._database.engine.connect() as connection:
            seen = connection.exec_driver_sql("SELECT count(*) FROM wallet").scalar_one()
        assert seen == 0


def test_a_key_is_found_and_its_beginning_is_taken_once_over_all_funds(filled):
    with open_store(filled.application) as store:
        assert store.keys.check(f"partita_{0}{'k' * 50}") is not None
        store.funds.create(Fund("of keys"))
        store.keys.add(FUNDS[0], KEY, "one", ["read"])
        with pytest.raises(Conflict):
            store.keys.add("of keys", KEY[:16] + "x" * 40, "two", ["read"])
        assert store.keys.all("of keys") == ()


def test_a_policy_that_may_hide_rows_stops_the_backup(filled):
    with psycopg.connect(filled.superuser, autocommit=True) as connection:
        connection.execute("CREATE POLICY later ON quote AS RESTRICTIVE USING (price > 100)")
        try:
            with pytest.raises(VerificationFailed, match="quote"):
                back_up(filled.application, io.BytesIO(), MADE)
        finally:
            connection.execute("DROP POLICY later ON quote")
    back_up(filled.application, io.BytesIO(), MADE)


def test_every_table_with_a_fund_has_its_wall_after_the_upgrade(postgres_url):
    with plain(postgres_url) as connection:
        rows = connection.exec_driver_sql(
            "SELECT relname, relrowsecurity AND relforcerowsecurity, (SELECT count(*) FROM"
            " pg_policy WHERE polrelid = pg_class.oid AND polname = 'fund_wall' AND polcmd = '*'"
            " AND polqual IS NOT NULL AND polwithcheck IS NOT NULL), (SELECT count(*) FROM"
            " pg_trigger WHERE tgrelid = pg_class.oid AND tgname IN ('fund_is_not_left',"
            " 'funds_are_not_emptied')) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relkind IN ('r', 'p') AND (attname = 'fund_id' OR relname = 'fund' AND"
            " attname = 'id') AND relnamespace = current_schema()::regnamespace"
        ).all()
    walls = {name: (forced, policies, triggers) for name, forced, policies, triggers in rows}
    assert walls == dict.fromkeys(["fund", *TABLES], (True, 1, 2))
