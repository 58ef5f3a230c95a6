"""What an SQLite connection may not do to kept rows by their rowids, whatever its pragmas (P1, P3).

`INSERT OR REPLACE` and `UPDATE OR REPLACE` put a row in the place of another that has its rowid.
Without `recursive_triggers`, which is how SQLite begins, no trigger on the deletion hears of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from ledger.model.fund import Fund
from ledger.store import open_store
from tests.ledger.store.cases import entry
from tests.ledger.store.closing import close
from tests.ledger.store.populated import populate, populate_further

#: Tables with rowids whose rows are never deleted, and those of them whose rows change at all.
KEPT = (
    "account",
    "answer",
    "asset",
    "batch",
    "block_seen",
    "evidence",
    "filed_year",
    "fund",
    "fund_before",
    "fund_clock",
    "fund_method",
    "fund_setting",
    "identification",
    "journal_head",
    "limit_event",
    "limit_set",
    "lot_plan",
    "manual_decision",
    "manual_journal",
    "outbox",
    "period",
    "period_event",
    "quote",
    "service_run",
    "strategy_rule",
    "sync_cursor",
    "wallet",
)
SUPERSEDED = ("asset", "fund_setting", "quote", "strategy_rule", "sync_cursor", "wallet")
#: A change that each of them takes: some row, made known to be superseded.
SUPERSEDING = "UPDATE {way} {table} SET superseded_at = recorded_at + 1{more} WHERE rowid = {row}"
FILED = (
    "INSERT {way} INTO filed_year (rowid, fund_id, n, regime, year, by_name, reason, asked, body,"
    " books, program, previous, digest, recorded_at)"
    " VALUES ({row}, 1, {n}, 'us', 2024, 'eve', '', '', x'00', 'b', 'p', '', '{digest}', 1)"
)
QUOTE = "INSERT INTO quote VALUES (1, '{asset}', 'USD', 1, 's', '5', 1, NULL)"
ACCOUNT = "INSERT INTO account ({row}fund_id, id, type, name, wallet) VALUES ({at}1, {id}, {name})"


@pytest.fixture(scope="module")
def filled(tmp_path_factory, sqlite_template) -> str:
    """A file with rows in every table of funds."""
    path = tmp_path_factory.mktemp("rowids") / "filled.db"
    path.write_bytes(sqlite_template.read_bytes())
    populate(f"sqlite:///{path}")
    populate_further(f"sqlite:///{path}")
    with open_store(f"sqlite:///{path}") as store:
        store.funds.create(Fund("closed"))
        store.journal.append("closed", [entry("tx:1#0")])
        close(store, "2025-01", fund="closed")
        store.funds.create(Fund("again"))
        store.journal.append("again", [entry("tx:1#0")])
        close(store, "2025-01", fund="again")
    return str(path)


@pytest.fixture(params=["ON", "OFF"])
def books(request: pytest.FixtureRequest, filled: str) -> Iterator[sqlite3.Connection]:
    """A connection with and without triggers on what is replaced; nothing of it is kept."""
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {request.param}")
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("ROLLBACK")


def rows(books: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return books.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid").fetchall()


def check_refused(books: sqlite3.Connection, table: str, statement: str) -> None:
    before = rows(books, table)
    with pytest.raises(sqlite3.IntegrityError, match=f"^{table}: "):
        books.execute(statement)
    assert rows(books, table) == before


def guards(books: sqlite3.Connection, table: str) -> list[str]:
    asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    return sorted(name for (name,) in books.execute(asked, [table]))


# ---- over all tables: a migration that makes another one cannot forget it


def test_each_table_whose_rows_are_never_deleted_has_its_guards_of_rowids(books):
    tables = books.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    kept = {
        name: guards(books, name)
        for name, sql in tables
        if "WITHOUT ROWID" not in sql and f"{name}_is_not_deleted" in guards(books, name)
    }
    assert sorted(kept) == sorted(KEPT)
    for name, found in kept.items():
        assert f"{name}_takes_no_others_rowid" in found
        assert f"{name}_has_a_rowid_above_zero" in found
        assert (f"{name}_is_not_changed" in found) != (f"{name}_keeps_its_rowid" in found)


def test_a_trigger_on_deletions_stands_for_every_trigger_that_forbids_them(books):
    # so that no table is left out above because its trigger has another name
    asked = "SELECT name, tbl_name FROM sqlite_master WHERE sql LIKE '%BEFORE DELETE%'"
    found = books.execute(asked).fetchall()
    assert {name for name, _ in found} == {f"{table}_is_not_deleted" for _, table in found}
    assert len(found) == len(KEPT) + 2  # entries and postings have no rowids


@pytest.mark.parametrize("table", [table for table in KEPT if table != "fund"])  # its id is one
def test_no_row_is_put_in_the_place_of_another_by_its_rowid(books, table):
    assert rows(books, table), "a table without rows would refuse nothing"
    columns = [name for _, name, *_ in books.execute(f"PRAGMA table_info({table})")]
    # the next of its fund, or of another name: its key is nobody's
    another = {"n": "n + 1", "number": "number + 1", "name": "name || 'x'", "time": "time + 1"}
    cells = ", ".join(another.get(name, name) for name in columns)
    placing = f"INSERT OR REPLACE INTO {table} (rowid, {', '.join(columns)}) SELECT {{}}, {cells}"
    for row in (rows(books, table)[0][0], rows(books, table)[-1][0]):
        last = f" FROM {table} WHERE fund_id = (SELECT min(fund_id) FROM {table})"
        check_refused(books, table, placing.format(row) + f"{last} ORDER BY rowid DESC LIMIT 1")


@pytest.mark.parametrize("table", KEPT)
def test_no_row_takes_the_rowid_of_another_by_a_change(books, table):
    first = rows(books, table)[0][0]
    taken = f"(SELECT max(rowid) FROM {table})"
    for rowid in (taken, "-1", "77", f"{taken} + 1"):
        check_refused(
            books, table, f"UPDATE OR REPLACE {table} SET rowid = {rowid} WHERE rowid = {first}"
        )


# ---- each hole, as it stood open


@pytest.mark.parametrize("way", ["OR REPLACE", "OR IGNORE", "OR FAIL", ""])
def test_a_filed_year_is_not_replaced_by_one_with_the_next_number(books, way):
    books.execute(FILED.format(way="", row=90, n=90, digest="a" * 64))
    check_refused(books, "filed_year", FILED.format(way=way, row=90, n=91, digest="b" * 64))
    books.execute(FILED.format(way=way, row="NULL", n=91, digest="b" * 64))


def test_the_event_of_a_month_is_not_replaced_by_the_next(books):
    first = rows(books, "period_event")[0]
    check_refused(
        books,
        "period_event",
        "INSERT OR REPLACE INTO period_event"
        " (rowid, fund_id, n, month, kind, person, approver, reason, recorded_at, body)"
        f" SELECT {first[0]}, fund_id, 1 + max(n), '2025-02', 'closed', 'eve', NULL, '', 1, x'00'"
        f" FROM period_event WHERE fund_id = {first[1]}",
    )


@pytest.mark.parametrize("way", ["OR REPLACE", ""])
@pytest.mark.parametrize("table", SUPERSEDED)
def test_a_row_that_is_superseded_takes_no_other_row_away(books, table, way):
    kept = [row for row in rows(books, table) if row[-1] is None]
    assert len(kept) >= 2
    taking = f", rowid = {kept[1][0]}"
    at = {"table": table, "way": way, "row": kept[0][0]}
    check_refused(books, table, SUPERSEDING.format(more=taking, **at))
    books.execute(SUPERSEDING.format(more="", **at))
    assert len(rows(books, table)) >= len(kept)


def test_a_month_that_is_reopened_takes_no_other_month_away(books):
    one, other = rows(books, "period")[:2]
    books.execute(
        "INSERT INTO period_event (fund_id, n, month, kind, person, approver, reason, recorded_at)"
        f" VALUES ({one[1]}, 2, '2025-01', 'reopened', 'ann', 'bob', 'late', 1)"
    )
    reopening = "UPDATE OR REPLACE period SET status = 'open', event_n = 2{} WHERE rowid = {}"
    check_refused(books, "period", reopening.format(f", rowid = {other[0]}", one[0]))
    books.execute(reopening.format("", one[0]))


# ---- a row without a rowid yet has -1


@pytest.mark.parametrize("row", [-1, -2, 0, -(2**63)])
def test_no_row_has_a_rowid_that_keeps_others_out(books, row):
    odd = ACCOUNT.format(row="rowid, ", at=f"{row}, ", id=980, name="'asset', 'odd', ''")
    check_refused(books, "account", odd)
    check_refused(books, "account", odd.replace("INSERT", "INSERT OR REPLACE"))
    books.execute(ACCOUNT.format(row="", at="", id=981, name="'asset', 'a', ''"))
    books.execute(ACCOUNT.format(row="", at="", id=982, name="'asset', 'b', ''"))


def test_a_row_with_the_rowid_of_none_is_taken(books):
    books.execute(ACCOUNT.format(row="rowid, ", at="7000, ", id=980, name="'asset', 'odd', ''"))
    books.execute(ACCOUNT.format(row="", at="", id=981, name="'asset', 'a', ''"))
    assert [row[0] for row in rows(books, "account")][-2:] == [7000, 7001]


def test_an_older_row_with_the_rowid_minus_one_keeps_no_other_out(books):
    books.execute("DROP TRIGGER quote_has_a_rowid_above_zero")
    columns = ", ".join(name for _, name, *_ in books.execute("PRAGMA table_info(quote)"))
    old = QUOTE.format(asset="old")
    books.execute(old.replace("quote VALUES (", f"quote (rowid, {columns}) VALUES (-1, "))
    books.execute(QUOTE.format(asset="a"))
    books.execute(QUOTE.format(asset="b"))
    assert rows(books, "quote")[0][0] == -1
