"""What plain SQL may not do across funds, on both databases (P7)."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.fund import Fund
from ledger.store import ApiKey, open_store
from ledger.store.tables import METADATA
from tests.ledger.store.cases import entry, plain, run
from tests.ledger.store.populated import populate, populate_further
from tests.ledger.store.test_promises import BATCH, HASH, POSTINGS, SEALED, new_entry, postings

TABLES = sorted(name for name, table in METADATA.tables.items() if "fund_id" in table.c)


@pytest.fixture
def books(store, url):
    """Fund 1 with one sealed entry, fund 2 with two of them and an account more, fund 3 empty."""
    for name in ("other", "empty"):
        store.funds.create(Fund(name))
    store.journal.append("main", [entry("tx:1#0")])
    store.journal.append("other", [entry("tx:1#0"), entry("tx:2#0")])
    run(url, "INSERT INTO account VALUES (2, 77, 'asset', 'of the other', '')")
    return url


def test_a_posting_to_the_account_of_another_fund_is_refused(books):
    rows = "(1, 2, 1, 77, 'x', '5', 'none'), (1, 2, 2, 77, 'x', '-5', 'none')"
    with pytest.raises(DatabaseError):
        run(books, new_entry(), POSTINGS.format(rows=rows), BATCH.format(number=2, first=2, last=2))


def test_sqlite_seals_no_posting_of_another_fund_on_a_connection_without_foreign_keys(
    sqlite_url,
):
    with open_store(sqlite_url) as own:
        for name in ("main", "other"):
            own.funds.create(Fund(name))
            own.journal.append(name, [entry("tx:1#0")])
    run(sqlite_url, "INSERT INTO account VALUES (2, 77, 'asset', 'of the other', '')")
    sealing = BATCH.format(number=2, first=2, last=2).replace("number = 1", "fund_id = 1")
    path = sqlite_url.removeprefix("sqlite:///")
    for account, stray, refused in ((77, False, True), (1, True, True), (1, False, False)):
        with closing(sqlite3.connect(path)) as plain_connection:
            assert plain_connection.execute("PRAGMA foreign_keys").fetchone() == (0,)
            plain_connection.execute(new_entry())
            rows = postings(2, 5, -5).replace(", 1, 'x'", f", {account}, 'x'")
            plain_connection.execute(rows)
            if stray:
                plain_connection.execute(postings(3, 5, -5))
            if refused:
                with pytest.raises(sqlite3.IntegrityError, match="no such"):
                    plain_connection.execute(sealing)
            else:
                plain_connection.execute(sealing)
            plain_connection.rollback()


def test_a_posting_to_the_entry_of_another_fund_is_refused(books):
    with pytest.raises(DatabaseError):
        run(books, postings(2, 5, -5))  # fund 2 has an entry 2, fund 1 has none


def test_an_entry_in_the_batch_of_another_fund_is_refused(books):
    # batch 2 is the next of fund 2 as well, and is sealed there alone
    with pytest.raises(DatabaseError):
        run(
            books,
            new_entry(),
            postings(2, 5, -5),
            BATCH.format(number=2, first=2, last=2).replace("VALUES (1,", "VALUES (2,"),
        )


def test_a_reversal_of_the_entry_of_another_fund_is_refused(books):
    reversal = new_entry(n=3).replace("note, hash)", "note, hash, reverses, reverses_n)")
    reversal = reversal.replace(f"'{HASH}')", f"'{HASH}', 'tx:2#0', 2)")
    with pytest.raises(DatabaseError):
        run(books, reversal, postings(3, 5, -5), BATCH.format(number=2, first=3, last=3))


def test_a_batch_after_the_link_of_another_fund_is_refused(books):
    own = "(SELECT link FROM batch WHERE number = 1)"
    assert SEALED["previous"] == own
    others = "(SELECT link FROM batch WHERE number = 1 AND fund_id = 2)"
    sealing = BATCH.format(number=2, first=2, last=2).replace(
        "(SELECT leaves FROM batch WHERE number = 1)",
        "(SELECT leaves FROM batch WHERE number = 1 AND fund_id = 1)",
    )
    with pytest.raises(DatabaseError, match="not sealed"):
        run(books, new_entry(), postings(2, 5, -5), sealing.replace(own, others))
    ours = "(SELECT link FROM batch WHERE number = 1 AND fund_id = 1)"
    run(books, new_entry(), postings(2, 5, -5), sealing.replace(own, ours))


def test_the_head_of_another_fund_is_not_moved(books):
    with pytest.raises(DatabaseError, match="never"):
        run(books, f"UPDATE journal_head SET batch = 2, link = '{HASH}' WHERE fund_id = 2")
    with pytest.raises(DatabaseError, match="never"):
        run(books, f"INSERT INTO journal_head (fund_id, batch, link) VALUES (3, 1, '{HASH}')")


def filled(url: str) -> str:
    """Two funds with rows in every table, and one without."""
    populate(url)
    populate_further(url)
    with open_store(url) as store:
        store.funds.create(Fund("empty"))
    return url


def test_no_row_goes_to_another_fund(url):
    filled(url)
    for table in TABLES:
        assert run(url, f"SELECT count(*) FROM {table} WHERE fund_id = 2")[0][0] > 0, table
        with pytest.raises(DatabaseError, match=r"never|only superseded"):
            run(url, f"UPDATE {table} SET fund_id = 3 WHERE fund_id = 2")


def test_a_fund_with_rows_is_not_deleted_and_keeps_its_number(url, store):
    store.settings.set("main", "colour", "red")
    with pytest.raises(DatabaseError, match="never deleted"):
        run(url, "DELETE FROM fund WHERE id = 1")
    with pytest.raises(DatabaseError, match="never"):
        run(url, "UPDATE fund SET id = 9 WHERE id = 1")
    assert store.settings.all("main") == {"colour": "red"}


def test_a_row_of_a_fund_that_is_not_there_is_refused(url):
    filled(url)
    # what would meet a kept row in a key of all funds is made another one
    cells = {"fund_id": "77", "prefix": "'another'"}
    for table in TABLES:
        columns = [column.name for column in METADATA.tables[table].columns]
        given = ", ".join(cells.get(name, name) for name in columns)
        with pytest.raises(DatabaseError):
            run(url, f"INSERT INTO {table} ({', '.join(columns)}) SELECT {given} FROM {table}")
        assert run(url, f"SELECT count(*) FROM {table} WHERE fund_id = 77") == [(0,)], table


def test_a_key_never_takes_the_place_of_another_funds_key(store, url):
    store.funds.create(Fund("other"))
    key = "partita_0a1b2c3d_" + "s3cr3t" * 8
    store.keys.add("main", key, "one", {"read"})
    store.keys.add("other", "partita_ffffffff" + "x" * 40, "two", {"read"})
    on_sqlite = url.startswith("sqlite")
    taking = f"api_key VALUES (2, '{key[:16]}', '{HASH}', '', 'read', 1, NULL)"
    with pytest.raises(DatabaseError, match=r"never|unique"):
        run(url, f"INSERT OR REPLACE INTO {taking}" if on_sqlite else f"INSERT INTO {taking}")
    renaming = f"api_key SET prefix = '{key[:16]}' WHERE fund_id = 2"
    with pytest.raises(DatabaseError, match=r"never|unique"):
        run(url, f"UPDATE OR REPLACE {renaming}" if on_sqlite else f"UPDATE {renaming}")
    found = store.keys.check(key)
    assert isinstance(found, ApiKey) and found.fund == "main"


def test_a_funds_transaction_lists_no_other_fund(store):
    store.funds.create(Fund("other"))
    with store.snapshot("main") as inside:
        assert inside.funds.get("main") == Fund("main")
        with pytest.raises(AssertionError):
            inside.funds.get("other")
        with pytest.raises(AssertionError):
            inside.funds.all()


def test_every_table_of_funds_is_walled_off_on_sqlite(sqlite_url):
    with plain(sqlite_url) as connection:
        asked = "SELECT tbl_name FROM sqlite_master WHERE name LIKE '%does_not_leave_its_fund'"
        assert sorted(connection.exec_driver_sql(asked).scalars()) == sorted(["fund", *TABLES])
