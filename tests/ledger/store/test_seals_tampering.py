"""What someone with the database's file changes, `verify` names, on both databases (P4)."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.model.entry import Account
from ledger.model.errors import VerificationFailed
from ledger.model.fund import Fund, WalletId
from ledger.store import open_store
from tests.ledger.store.around import run_around
from tests.ledger.store.cases import entry, run

OTHER = Account("asset", "wallet:eip155:1:0xcd", WalletId("eip155:1:0xcd"))


@pytest.fixture
def books(store, url):
    """Two funds. `main`: n 1 to 3 in batch 1; n 4 and 5 take 2 and 3 back, 6 books `b` anew."""
    store.funds.create(Fund("other"))
    first = [entry("tx:a#0", after=1), entry("tx:b#0", after=2), entry("tx:c#0", after=3)]
    store.journal.append("main", first)
    store.journal.replace_open("main", [first[0], entry("tx:b#0", 9, after=2)])
    lines = [replace(posting, account=OTHER) for posting in entry("x").postings]
    store.journal.append("other", [replace(entry("tx:o#0"), postings=tuple(lines))])
    for fund in ("main", "other"):
        store.seals.verify(fund)
    return url


def refusal(url, fund="main"):
    """What `verify` says of a fund."""
    with open_store(url) as store, pytest.raises(VerificationFailed) as fault:
        store.seals.verify(fund)
    return str(fault.value)


def refusals(url, table, changes, where):
    """What `verify` says of each changed column by itself, the rows mended after it."""
    run(url, f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
    with open_store(url) as store:
        for column, value in changes.items():
            run_around(url, f"UPDATE {table} SET {column} = {value} WHERE {where}")
            with pytest.raises(VerificationFailed) as fault:
                store.seals.verify("main")
            yield str(fault.value)
            mended = f"INSERT INTO {table} SELECT * FROM kept_{table}"
            run_around(url, f"DELETE FROM {table}", mended)
        assert store.seals.verify("main").batches == 2


#: column → another value for n = 2 (id tx:b#0, version 1)
ENTRY = {
    "batch": "2",
    "id": "'tx:d#0'",
    "version": "7",
    "kind": "'buy'",
    "time": "time + 1",
    "order_time": "order_time - 1",
    "order_network": "'eip155:10'",
    "order_block": "order_block + 1",
    "order_index": "order_index + 1",
    "order_id": "'tx:c'",
    "evidence": "replace(evidence, 'a', 'c')",
    "protocol": "NULL",
    "strategy": "''",
    "group_id": "''",
    "txid": "'0xfeef'",
    "network": "''",
    "called": "'0xcaff'",
    "note": "note || ' '",
    "hash": f"'{'0' * 64}'",
}


def test_any_changed_column_of_an_entry_is_named(books):
    assert {"fund_id", "n", "reverses", "reverses_n", *ENTRY} == set(columns_of(books, "entry"))
    for said in refusals(books, "entry", ENTRY, "fund_id = 1 AND n = 2"):
        assert said.startswith("entry n=2 (id tx:")


def test_what_a_reversal_takes_back_is_named(books):
    for columns in ("reverses_n = 1", "reverses = 'tx:a#0'", "reverses = NULL, reverses_n = NULL"):
        run_around(books, f"UPDATE entry SET {columns} WHERE fund_id = 1 AND n = 4")
        assert refusal(books).startswith("entry n=4 (id tx:b#0~1)")


def test_other_spaces_between_evidence_are_seen(books):
    run_around(books, "UPDATE entry SET evidence = replace(evidence, ' ', '  ') WHERE n = 2")
    assert refusal(books).startswith("entry n=2 (id tx:b#0)")


POSTING = {
    "seq": "9",
    "account_id": "3 - account_id",
    "asset": "'eip155:1/slip44:61'",
    "quantity": "'4'",
    "role": "'move'",
    "value": "NULL",
}


def test_any_changed_column_of_a_posting_is_named(books):
    assert {"fund_id", "n", *POSTING} == set(columns_of(books, "posting"))
    for said in refusals(books, "posting", POSTING, "fund_id = 1 AND n = 2 AND seq = 1"):
        assert said.startswith("entry n=2 (id tx:b#0)")


def test_a_posting_that_moves_to_another_entry_or_fund_is_named(books):
    run_around(books, "UPDATE posting SET n = 77 WHERE fund_id = 1 AND n = 2 AND seq = 4")
    assert refusal(books).startswith("entry n=2 (id tx:b#0)")
    run_around(books, "UPDATE posting SET n = 2 WHERE fund_id = 1 AND n = 77")
    run_around(books, "UPDATE posting SET fund_id = 2, n = 5 WHERE fund_id = 1 AND n = 2")
    assert refusal(books).startswith("entry n=2 (id tx:b#0)")
    assert refusal(books, "other").startswith("entry n=5 is missing or foreign")


def test_a_posting_that_no_entry_has_is_named(books):
    run_around(books, "INSERT INTO posting SELECT 1, 0, 1, 1, 'x', '1', 'none', NULL")
    assert "posting 1 of n=0" in refusal(books)


def test_a_number_in_another_form_is_seen(sqlite_url):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:a#0")])
    run_around(sqlite_url, "UPDATE posting SET quantity = '0' || quantity WHERE seq = 2")
    assert refusal(sqlite_url).startswith("entry n=1 (id tx:a#0)")


ACCOUNT = {"id": "77", "type": "'expense'", "name": "'wallet:x'", "wallet": "''", "fund_id": "3"}


def test_any_changed_column_of_an_account_is_named(books):
    assert set(ACCOUNT) == set(columns_of(books, "account"))
    for said in refusals(books, "account", ACCOUNT, "fund_id = 1 AND wallet <> ''"):
        assert said.startswith("entry n=1 (id tx:a#0)")


def test_an_account_that_no_posting_uses_is_foreign(books):
    run_around(books, "INSERT INTO account VALUES (1, 99, 'asset', 'hidden', '')")
    assert refusal(books) == "account 99 (asset:hidden) is foreign: no posting uses it"


BATCH = {
    "number": "7",
    "first_n": "5",
    "last_n": "7",
    "recorded_at": "recorded_at + 1",
    "root": f"'{'0' * 64}'",
    "previous": f"'{'0' * 64}'",
    "link": f"'{'0' * 64}'",
}


def test_any_changed_column_of_a_batch_is_named(books):
    assert {"fund_id", "leaves", *BATCH} == set(columns_of(books, "batch"))
    for said in refusals(books, "batch", BATCH, "fund_id = 1 AND number = 2"):
        assert said.startswith("batch 2 (from n 4)")


def test_changed_leaves_are_named(books):
    run_around(
        books,
        "UPDATE batch SET leaves = (SELECT leaves FROM batch WHERE fund_id = 2) WHERE fund_id = 1",
    )
    assert refusal(books).startswith("batch 1 (from n 1)")
    assert "1 to 3" in refusal(books)


def test_a_changed_head_is_named(books):
    changes = {"batch": "1", "link": f"'{'0' * 64}'", "fund_id": "7", "open_after": "6"}
    assert set(changes) == set(columns_of(books, "journal_head"))
    for said in refusals(books, "journal_head", changes, "fund_id = 1"):
        assert said.startswith("the head that is kept differs")


def test_a_renamed_fund_is_named(books):
    run_around(books, "UPDATE fund SET name = 'mine' WHERE name = 'main'")
    assert "name of the fund differs" in refusal(books, "mine")


# ---- missing


def without(n, fund_id=1):
    """Plain SQL that removes an entry with its postings."""
    return (
        f"DELETE FROM posting WHERE fund_id = {fund_id} AND n = {n}",
        f"DELETE FROM entry WHERE fund_id = {fund_id} AND n = {n}",
    )


@pytest.mark.parametrize(("n", "batch"), [(1, 1), (2, 1), (6, 2)])
def test_a_missing_entry_is_named(books, n, batch):
    run_around(books, *without(n))
    assert refusal(books) == f"entry n={n} of batch {batch} is missing"


def test_the_newest_entry_cut_off_with_its_place_in_the_batch_is_found(books):
    run_around(books, *without(6), "UPDATE batch SET last_n = 5 WHERE fund_id = 1 AND number = 2")
    assert refusal(books).startswith("batch 2 (from n 4): first or last n differs")


def test_a_missing_batch_row_is_named(books):
    run_around(books, "DELETE FROM batch WHERE fund_id = 1 AND number = 2")
    assert "n=4" in refusal(books)
    assert "batch 2 is missing" in refusal(books)


def test_a_batch_that_is_missing_from_the_middle_is_named(books, store):
    store.journal.append("main", [entry("tx:e#0")])
    run_around(books, "DELETE FROM batch WHERE fund_id = 1 AND number = 2")
    assert refusal(books).startswith("batch 2 (from n 4) is missing")


def test_the_newest_batch_cut_off_with_all_it_holds_is_named(books):
    gone = [statement for n in (6, 5, 4) for statement in without(n)]
    run_around(books, *gone, "DELETE FROM batch WHERE fund_id = 1 AND number = 2")
    assert refusal(books).startswith("batch 2 (from n 4) is missing: the journal had 2 batches")


def test_a_journal_emptied_is_named(books):
    tables = ("posting", "entry", "batch", "account")
    run_around(books, *(f"DELETE FROM {table} WHERE fund_id = 1" for table in tables))
    assert refusal(books).startswith("batch 1 (from n 1) is missing")


def test_what_is_cut_off_with_its_head_is_found_by_a_link_noted_elsewhere(books, store):
    noted = store.seals.head("main").link
    first = run(books, "SELECT link FROM batch WHERE fund_id = 1 AND number = 1")[0][0]
    gone = [statement for n in (6, 5, 4) for statement in without(n)]
    run_around(
        books,
        *gone,
        "DELETE FROM batch WHERE fund_id = 1 AND number = 2",
        f"UPDATE journal_head SET batch = 1, link = '{first}' WHERE fund_id = 1",
    )
    assert store.seals.verify("main").batches == 1
    with pytest.raises(VerificationFailed, match="no part of the journal"):
        store.seals.verify("main", noted)


# ---- out of order, foreign


def renumbered(n, to):
    """Plain SQL that gives an entry and its postings another number."""
    return [f"UPDATE {t} SET n = {to} WHERE fund_id = 1 AND n = {n}" for t in ("posting", "entry")]


def test_two_entries_that_change_places_are_named(books):
    run_around(books, *renumbered(1, 99), *renumbered(2, 1), *renumbered(99, 2))
    assert refusal(books) == "entry n=1 (id tx:b#0): it is out of order: it was sealed as n=2"


def test_entries_that_change_places_across_batches_are_named(books):
    batches = ("batch = 1 WHERE fund_id = 1 AND n = 3", "batch = 2 WHERE fund_id = 1 AND n = 6")
    run_around(
        books,
        *(*renumbered(3, 99), *renumbered(6, 3), *renumbered(99, 6)),
        *(f"UPDATE entry SET {batch}" for batch in batches),
    )
    assert refusal(books).startswith("entry n=3 (id tx:b#0): it is not the one that was sealed")


def columns_of(url, table):
    asked = f"SELECT name FROM pragma_table_info('{table}') ORDER BY cid"
    if url.startswith("postgresql"):
        asked = (
            f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
            " AND table_schema = 'public' ORDER BY ordinal_position"
        )
    return [name for (name,) in run(url, asked)]


def copied(url, table, **cells):
    """Plain SQL that copies the rows of the other fund's entry, with other cells."""
    names = columns_of(url, table)
    given = ", ".join(str(cells.get(name, name)) for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {given} FROM {table} WHERE fund_id = 2"


def test_an_entry_copied_from_another_fund_is_named(books):
    run_around(
        books,
        copied(books, "entry", fund_id=1, n=7, batch=2),
        copied(books, "posting", fund_id=1, n=7),
    )
    assert refusal(books).startswith("entry n=7 (id tx:o#0) is foreign")


def test_an_entry_of_another_fund_in_the_place_of_one_is_named(books):
    run_around(
        books,
        *without(2),
        copied(books, "account", fund_id=1, id="id + 50"),
        copied(books, "entry", fund_id=1, n=2, batch=1),
        copied(books, "posting", fund_id=1, n=2, account_id="account_id + 50"),
    )
    assert refusal(books).startswith("entry n=2 (id tx:o#0): it is not the one that was sealed")


def test_an_entry_before_the_first_is_foreign(books):
    run_around(
        books,
        copied(books, "entry", fund_id=1, n=-1, batch=1),
        copied(books, "posting", fund_id=1, n=-1),
    )
    assert refusal(books).startswith("entry n=-1 (id tx:o#0) is foreign")


def test_a_batch_of_another_fund_is_no_batch_of_this_one(books):
    run_around(
        books,
        "DELETE FROM batch WHERE fund_id = 1",
        copied(books, "batch", fund_id=1),
    )
    assert refusal(books).startswith("batch 1 (from n 1)")


def test_an_entry_rewritten_with_its_hash_is_named(books, store):
    """The hash that stands beside an entry is no proof by itself: its leaf is sealed."""
    changed = next(e for e in store.journal.all_entries("main") if e.id == "tx:a#0")
    hash_ = replace(changed, note="forged").hash
    run_around(
        books, f"UPDATE entry SET note = 'forged', hash = '{hash_}' WHERE fund_id = 1 AND n = 1"
    )
    assert refusal(books).startswith("entry n=1 (id tx:a#0)")


# ---- any mutation

TABLES = ("entry", "posting", "account", "batch", "journal_head")


@pytest.fixture(scope="module")
def sealed_file(sqlite_template, tmp_path_factory):
    """An SQLite file without triggers that holds two batches, and each cell of them."""
    path = tmp_path_factory.mktemp("sealed") / "books.db"
    path.write_bytes(sqlite_template.read_bytes())
    with open_store(f"sqlite:///{path}") as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:a#0"), entry("tx:b#0", value=None)])
        store.journal.append("main", [entry("tx:b#0", 8)])
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in file.execute(asked).fetchall():
            file.execute(f"DROP TRIGGER {name}")
        cells = [cell for table in TABLES for cell in cells_of(file, table)]
    return path, cells


def cells_of(file, table):
    """(table, column, may be null, what finds the row, value) of each cell of a table."""
    columns = file.execute(f"PRAGMA table_info({table})").fetchall()
    for row in file.execute(f"SELECT * FROM {table}").fetchall():
        key = " AND ".join(f"{c[1]} = {row[c[0]]!r}" for c in columns if c[5])
        for place, name, _, not_null, _, _ in columns:
            yield table, name, not not_null, key, row[place]


def another(value):
    """Values of the kind that a strict column takes."""
    if isinstance(value, int):
        return st.integers(-(2**63), 2**63 - 1) | st.integers(value - 2, value + 2)
    if isinstance(value, bytes):
        return st.binary(max_size=100)
    near = st.sampled_from([f"{value} ", f" {value}", f"0{value}", (value or "").upper(), "", "="])
    return near | st.text(st.characters(codec="utf-8"), max_size=70)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_other_value_of_any_cell_is_found(sealed_file, tmp_path_factory, data):
    original, cells = sealed_file
    table, column, nullable, key, value = data.draw(st.sampled_from(cells))
    values = another(value) | st.none() if nullable else another(value)
    changed = data.draw(values.filter(lambda drawn: drawn != value))
    path = tmp_path_factory.getbasetemp() / "mutated.db"
    path.write_bytes(original.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute("PRAGMA synchronous = OFF")
        try:
            file.execute(f"UPDATE {table} SET {column} = ? WHERE {key}", [changed])
        except sqlite3.IntegrityError:
            return  # a key that stands already: the database itself refuses it
    assert refusal(f"sqlite:///{path}")
