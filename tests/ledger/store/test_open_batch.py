"""Whoever opens a batch of the journal seals it before the transaction ends (P1, P3)."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.errors import SourceUnavailable, VerificationFailed
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.ledger.store.cases import entry, plain, run
from tests.ledger.store.test_promises import BATCH, ENTRY, HASH, new_entry, postings

OPENED = "UPDATE journal_head SET batch = 2, open_after = 1 WHERE fund_id = 1"
SEALING = BATCH.format(number=2, first=2, last=2)
HEAD = "SELECT batch, open_after FROM journal_head"


@pytest.fixture
def books(store, url):
    """Books with one sealed entry, n = 1, and a fund 2 without any."""
    store.funds.create(Fund("empty"))
    store.journal.append("main", [entry("tx:1#0")])
    return url


@pytest.fixture
def sqlite_books(sqlite_url):
    """The same on SQLite."""
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.funds.create(Fund("empty"))
        store.journal.append("main", [entry("tx:1#0")])
    return sqlite_url


def test_the_head_is_open_from_the_first_entry_until_the_batch_is_sealed(books):
    assert run(books, HEAD) == [(1, None)]
    with plain(books) as connection:
        connection.exec_driver_sql(new_entry())
        connection.exec_driver_sql(postings(2, 5, -5))
        open_after = connection.exec_driver_sql("SELECT open_after FROM journal_head").scalar_one()
        connection.exec_driver_sql(SEALING)
    assert open_after == 1
    assert run(books, HEAD) == [(2, None)]


@pytest.mark.parametrize(
    "closing",
    [
        "UPDATE journal_head SET open_after = NULL",
        "UPDATE journal_head SET batch = 1, open_after = NULL",
        f"UPDATE journal_head SET link = '{HASH}', open_after = NULL",
        "UPDATE journal_head SET open_after = 0",
        "UPDATE journal_head SET open_after = 2",
        "DELETE FROM journal_head",
    ],
)
def test_nobody_closes_or_moves_the_head_of_an_open_batch_in_plain_sql(books, closing):
    with pytest.raises(DatabaseError, match="never"):
        run(books, new_entry(), postings(2, 5, -5), closing)
    assert run(books, HEAD) == [(1, None)]


def test_a_batch_that_is_opened_in_plain_sql_is_sealed_or_nothing_is_committed(sqlite_books):
    for statements in (
        [OPENED],
        ["SAVEPOINT a", OPENED, "RELEASE a"],
        [f"INSERT INTO journal_head VALUES (2, 1, '{'0' * 64}', 0)"],
        [OPENED, postings(2, 5, -5)],
        [OPENED, OPENED],
    ):
        with pytest.raises(DatabaseError, match=r"FOREIGN KEY|never"):
            run(sqlite_books, *statements)
    assert run(sqlite_books, HEAD) == [(1, None)]
    assert run(sqlite_books, "SELECT count(*) FROM posting WHERE n > 1") == [(0,)]
    run(sqlite_books, OPENED, new_entry(), postings(2, 5, -5), SEALING)
    assert run(sqlite_books, HEAD) == [(2, None)]


def test_an_opening_that_is_rolled_back_to_a_savepoint_leaves_the_head_closed(sqlite_books):
    run(sqlite_books, "SAVEPOINT a", new_entry(), postings(2, 5, -5), "ROLLBACK TO a")
    assert run(sqlite_books, HEAD) == [(1, None)]
    with pytest.raises(DatabaseError, match="sealed"):
        run(
            sqlite_books,
            *("SAVEPOINT a", new_entry(), "ROLLBACK TO a", postings(2, 5, -5)),
        )


@pytest.mark.parametrize("wrong", ["0", "2", "NULL"])
def test_a_batch_is_opened_behind_the_last_entry_alone(sqlite_books, wrong):
    for change in (
        OPENED.replace("open_after = 1", f"open_after = {wrong}"),
        OPENED.replace("batch = 2", "batch = 3"),
        OPENED.replace("open_after", f"link = '{HASH}', open_after"),
    ):
        with pytest.raises(DatabaseError, match="never changed"):
            run(sqlite_books, change)


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
@pytest.mark.parametrize("way", ["REPLACE", "IGNORE", "FAIL"])
def test_whatever_a_statement_does_with_conflicts_it_opens_no_other_batch(
    sqlite_books, pragma, way
):
    others = [
        new_entry(batch=1),
        new_entry(batch=3),
        new_entry(n=3),
        new_entry(n=1, batch=2),
        ENTRY.format(n="NULL", batch=2, id="x"),
        new_entry(n=1, batch=1).replace("(1, ", "(77, "),
        f"INSERT INTO journal_head VALUES (1, 2, '{HASH}', 1)",
        f"INSERT INTO journal_head VALUES (1, 1, '{'0' * 64}', 0)",
        postings(1, 5, -5, first=10),
        postings(2, 5, -5),
    ]
    for statement in others:
        with pytest.raises(DatabaseError):
            run(
                sqlite_books,
                f"PRAGMA recursive_triggers={pragma}",
                statement.replace("INSERT", f"INSERT OR {way}"),
            )
    assert run(sqlite_books, HEAD) == [(1, None)]
    assert run(sqlite_books, "SELECT count(*) FROM entry") == [(1,)]


def test_no_second_batch_is_opened_before_the_first_is_sealed(books):
    with pytest.raises(DatabaseError, match="sealed"):
        run(books, new_entry(), postings(2, 5, -5), new_entry(n=3, batch=3))


def test_a_posting_needs_an_open_batch_of_its_own_fund(books):
    with pytest.raises(DatabaseError):
        run(books, postings(2, 5, -5))
    with pytest.raises(DatabaseError):
        run(
            books,
            "INSERT INTO account VALUES (2, 1, 'asset', 'x', '')",
            new_entry(),
            postings(2, 5, -5).replace("(1, ", "(2, "),
        )


def test_sqlite_knows_entries_and_postings_by_their_numbers_alone(sqlite_books):
    for table in ("entry", "posting"):
        with pytest.raises(SourceUnavailable, match="no such column: rowid"):
            run(sqlite_books, f"SELECT rowid FROM {table}")


@pytest.mark.parametrize(
    "replaced", [postings(2, 6, -6), new_entry().replace("plain:2", "plain:other")]
)
def test_what_its_writer_replaces_before_the_seal_was_never_booked(sqlite_books, replaced):
    """The rows of an open batch are its writer's own: it is sealed as they stand then."""
    again = replaced.replace("INSERT", "INSERT OR REPLACE")
    given = (new_entry(), postings(2, 5, -5), again, BATCH.format(number=2, first=2, last=2))
    with pytest.raises(DatabaseError, match=r"never deleted|never replaced"):
        run(sqlite_books, "PRAGMA recursive_triggers=ON", *given)
    assert run(sqlite_books, "SELECT count(*) FROM entry") == [(1,)]
    run(sqlite_books, "PRAGMA recursive_triggers=OFF", *given)
    assert run(sqlite_books, "SELECT count(*) FROM entry") == [(2,)]
    with pytest.raises(DatabaseError, match="sealed"):
        run(sqlite_books, "PRAGMA recursive_triggers=OFF", again)


@pytest.mark.parametrize("other", ["'plain:other', 1, 'swap', 1, 1", "'plain:2', 2, 'swap', 9, 9"])
def test_an_entry_that_is_replaced_under_what_takes_it_back_is_not_sealed(sqlite_books, other):
    back = new_entry(n=3).replace(", hash)", ", hash, reverses, reverses_n)")
    back = back.replace(f"'{HASH}')", f"'{HASH}', 'plain:2', 2)")
    again = new_entry().replace("INSERT", "INSERT OR REPLACE")
    sealing = BATCH.format(number=2, first=2, last=3)
    of_two = sealing.replace("(SELECT leaves FROM batch WHERE number = 1)", "zeroblob(64)")

    def replace_by(said: str) -> None:
        replaced = again.replace("'plain:2', 1, 'swap', 1, 1", said)
        rows = postings(2, 5, -5), postings(3, -5, 5)
        pragma = "PRAGMA recursive_triggers=OFF"
        run(sqlite_books, pragma, new_entry(), back, replaced, *rows, of_two)

    with pytest.raises(DatabaseError, match="not the opposite of what it takes back"):
        replace_by(other)
    assert run(sqlite_books, "SELECT count(*) FROM entry") == [(1,)]
    replace_by("'plain:2', 2, 'swap', 1, 1")
    assert run(sqlite_books, "SELECT count(*) FROM entry") == [(3,)]


def test_books_whose_last_batch_was_left_open_are_not_opened(sqlite_books):
    path = sqlite_books.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:  # without foreign keys
        connection.execute(new_entry())
        connection.execute(postings(2, 5, -5))
    with pytest.raises(VerificationFailed, match="main goes on behind its last seal"):
        open_store(sqlite_books)


def test_a_trigger_of_ones_own_leaves_no_head_open_on_postgresql(postgres_url):
    with open_store(postgres_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    attack = (
        "CREATE TEMPORARY TABLE mine (x int)",
        """
CREATE FUNCTION pg_temp.opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE public.journal_head SET open_after = 7 WHERE fund_id = 1; RETURN NEW; END $$
""",
        "CREATE TRIGGER opens BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION pg_temp.opens()",
        "INSERT INTO mine VALUES (1)",
    )
    with pytest.raises(DatabaseError, match="no batch seals it"):
        run(postgres_url, *attack)
    assert run(postgres_url, HEAD) == [(1, None)]
    with open_store(postgres_url) as store:
        store.journal.append("main", [entry("tx:2#0", after=1)])
        assert store.seals.verify("main").batches == 2
