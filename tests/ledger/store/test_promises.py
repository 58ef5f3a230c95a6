"""What plain SQL may not do to the journal, on both databases (P1, P3)."""

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.fund import Fund
from ledger.store import open_store
from tests.ledger.store.cases import LATER, entry, run

TABLES = ("posting", "entry", "batch", "account")
HASH = "c" * 64
ENTRY = (
    "INSERT INTO entry (fund_id, n, batch, id, version, kind, time, order_time, order_network,"
    " order_block, order_index, order_id, evidence, txid, network, called, note, hash) VALUES"
    " (1, {n}, {batch}, '{id}', 1, 'swap', 1, 1, '', 0, 0, '', '', '', '', '', '',"
    f" '{HASH}')"
)
ACCOUNT = "INSERT INTO account (fund_id, id, type, name, wallet) VALUES (1, 9, 'asset', 'y', '')"
POSTINGS = "INSERT INTO posting (fund_id, n, seq, account_id, asset, quantity, role) VALUES {rows}"
SEALED = {
    "leaves": "(SELECT leaves FROM batch WHERE number = 1)",
    "root": f"'{HASH}'",
    "previous": "(SELECT link FROM batch WHERE number = 1)",
    "link": f"'{HASH}'",
}
BATCH = (
    f"INSERT INTO batch (fund_id, number, first_n, last_n, recorded_at, {', '.join(SEALED)})"
    f" VALUES (1, {{number}}, {{first}}, {{last}}, {LATER}, {', '.join(SEALED.values())})"
)


def postings(n: int, *quantities: int, first: int = 1, asset: str = "x") -> str:
    rows = ", ".join(
        f"(1, {n}, {seq}, 1, '{asset}', '{quantity}', 'none')"
        for seq, quantity in enumerate(quantities, first)
    )
    return POSTINGS.format(rows=rows)


def new_entry(n: int = 2, batch: int = 2) -> str:
    return ENTRY.format(n=n, batch=batch, id=f"plain:{n}")


@pytest.fixture
def books(store, url):
    """The address of books with one sealed entry, n = 1."""
    store.journal.append("main", [entry("tx:1#0")])
    return url


@pytest.fixture
def sqlite_books(sqlite_url):
    """The same on SQLite."""
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    return sqlite_url


def test_a_balanced_entry_in_plain_sql_is_accepted(books, store):
    large = 2**256 - 1
    run(
        books,
        new_entry(),
        postings(2, large, -large),
        postings(2, large, 3, -large, -3, first=3, asset="y"),
        BATCH.format(number=2, first=2, last=2),
    )
    assert len(run(books, "SELECT * FROM posting WHERE n = 2")) == 6


UNBALANCED = [
    (1, 1),
    (5, -6),
    (2**256 - 1, -(2**256 - 2)),
    (2**63, 2**63),
    (10**13, -1),
    (10**26, -(10**13), -(10**13)),
    (10**77, 10**77),
    (-1, -1),
    (2**64, -(2**64) + 1),
    (5, -5, 5),
    (5, -5, 7, -8),
    (5, 5, -5),
    (7, 5, -5, -8),
    (5, -5, 5, 5),
    (-5, 5, -5, -5),
]


def test_an_unbalanced_entry_is_refused(books):
    for quantities in UNBALANCED:
        with pytest.raises(DatabaseError, match="does not balance"):
            run(
                books,
                new_entry(),
                postings(2, *quantities),
                BATCH.format(number=2, first=2, last=2),
            )
    assert run(books, "SELECT count(*) FROM entry") == [(1,)]


@pytest.mark.parametrize("first", [-7, -6, -1, 0, 2, 2**63 - 3, -(2**63)])
def test_postings_balance_or_not_whatever_their_numbers_begin_with(books, first):
    sealing = BATCH.format(number=2, first=2, last=2)
    for quantities in ((5, -5, 5), (5, 5), (-5, 5, -5)):
        with pytest.raises(DatabaseError, match=r"does not balance|1, 2 and so on|seq >= 1"):
            run(books, new_entry(), postings(2, *quantities, first=first), sealing)
    with pytest.raises(DatabaseError, match=r"1, 2 and so on|seq >= 1"):
        run(books, new_entry(), postings(2, 5, -5, first=first), sealing)


@pytest.mark.parametrize("numbers", [(1, 3), (1, 2, 4), (1, 2, 4, 5), (0, 1, 2), (2, 3), (0, 2)])
def test_postings_are_numbered_from_one_on_without_a_gap(books, numbers):
    quantities = (5, -5) if len(numbers) % 2 == 0 else (5, -2, -3)
    given = (*quantities, *quantities)[: len(numbers)]
    rows = ", ".join(
        f"(1, 2, {seq}, 1, 'x', '{quantity}', 'none')"
        for seq, quantity in zip(numbers, given, strict=True)
    )
    sealing = BATCH.format(number=2, first=2, last=2)
    with pytest.raises(DatabaseError, match=r"1, 2 and so on|seq >= 1"):
        run(books, new_entry(), POSTINGS.format(rows=rows), sealing)


def test_a_number_that_is_left_out_is_missed_when_the_batch_is_sealed(books):
    entries = [new_entry(2), new_entry(4)]
    given = [postings(2, 5, -5), postings(4, 5, -5)]
    with pytest.raises(DatabaseError, match=r"left out|not sealed"):
        run(books, *entries, *given, BATCH.format(number=2, first=2, last=4))
    assert run(books, "SELECT count(*) FROM entry") == [(1,)]


def test_two_assets_never_balance_each_other(books):
    with pytest.raises(DatabaseError, match="does not balance"):
        run(
            books,
            new_entry(),
            POSTINGS.format(rows="(1, 2, 1, 1, 'x', '5', 'none'), (1, 2, 2, 1, 'y', '-5', 'none')"),
            BATCH.format(number=2, first=2, last=2),
        )


def test_an_entry_without_two_postings_is_refused(books):
    with pytest.raises(DatabaseError, match="two postings"):
        run(books, new_entry(), BATCH.format(number=2, first=2, last=2))


def test_an_entry_that_no_batch_seals_is_not_committed(books):
    with pytest.raises(DatabaseError):
        run(books, new_entry(), postings(2, 5, -5))
    assert run(books, "SELECT count(*) FROM entry") == [(1,)]


def test_the_first_entry_of_a_fund_is_not_committed_without_its_batch_either(books, store):
    store.funds.create(Fund("empty"))
    with pytest.raises(DatabaseError):
        run(
            books,
            new_entry(n=1, batch=1).replace("(1, ", "(2, "),
            "INSERT INTO account VALUES (2, 1, 'asset', 'x', '')",
            postings(1, 5, -5).replace("(1, ", "(2, "),
        )
    assert run(books, "SELECT count(*) FROM entry WHERE fund_id = 2") == [(0,)]
    assert run(books, "SELECT count(*) FROM journal_head WHERE fund_id = 2") == [(0,)]


def test_of_two_statements_of_entries_the_second_is_sealed_as_well(books):
    with pytest.raises(DatabaseError):
        run(
            books,
            new_entry(n=2),
            postings(2, 5, -5),
            BATCH.format(number=2, first=2, last=2),
            new_entry(n=3, batch=3),
            postings(3, 5, -5),
        )
    assert run(books, "SELECT count(*) FROM entry") == [(1,)]


@pytest.mark.parametrize("fund", ["", "2", "all"])
def test_postgresql_asks_for_the_batch_whatever_fund_a_transaction_ends_on(postgres_url, fund):
    with open_store(postgres_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    leaving = f"SELECT set_config('partita.fund', '{fund}', true)"
    with pytest.raises(DatabaseError, match="no batch seals it"):
        run(postgres_url, new_entry(), postings(2, 5, -5), leaving)
    with pytest.raises(DatabaseError, match="no batch seals it"):
        run(postgres_url, "SET CONSTRAINTS ALL IMMEDIATE", new_entry())


def test_nobody_begins_or_touches_the_head_of_a_journal_in_plain_sql(books, store):
    store.funds.create(Fund("empty"))
    for statement in (
        f"INSERT INTO journal_head (fund_id, batch, link) VALUES (2, 0, '{'0' * 64}')",
        f"INSERT INTO journal_head (fund_id, batch, link) VALUES (2, 1, '{'0' * 64}')",
        f"INSERT INTO journal_head VALUES (2, 1, '{'0' * 64}', 0)",
        "UPDATE journal_head SET link = link",
    ):
        with pytest.raises(DatabaseError):
            run(books, statement)


def test_a_posting_of_an_entry_that_is_left_out_is_not_sealed(books):
    stray = postings(3, 5, -5)
    with pytest.raises(DatabaseError):
        run(books, new_entry(n=2), new_entry(n=4), postings(2, 5, -5), postings(4, 5, -5), stray)
    with pytest.raises(DatabaseError):
        run(
            books,
            *(new_entry(n=2), new_entry(n=4), postings(2, 5, -5), postings(4, 5, -5), stray),
            BATCH.format(number=2, first=2, last=4),
        )
    assert run(books, "SELECT count(*) FROM posting WHERE n > 1") == [(0,)]


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-Infinity", "0.5", str(2**256), "0"])
def test_what_is_no_quantity_is_refused(books, wrong):
    with pytest.raises(DatabaseError, match=r"(?i)check constraint"):
        run(books, new_entry(), postings(2, 5, -5).replace("'5'", f"'{wrong}'"))


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-Infinity", "0.5"])
def test_what_is_no_whole_value_is_refused(books, wrong):
    valued = postings(2, 5, -5).replace("role)", "role, value)")
    with pytest.raises(DatabaseError, match=r"(?i)check constraint"):
        run(books, new_entry(), valued.replace("'none')", f"'none', '{wrong}')"))
    with pytest.raises(DatabaseError, match=r"(?i)check constraint"):
        run(books, new_entry(), postings(2, 5, -5).replace("'none'", "'given'"))


def test_a_sealed_entry_takes_no_late_posting(books):
    with pytest.raises(DatabaseError, match="sealed"):
        run(books, postings(1, 5, -5, first=10))


def test_no_entry_joins_a_sealed_batch(books):
    with pytest.raises(DatabaseError, match="sealed"):
        run(books, new_entry(batch=1))
    with pytest.raises(DatabaseError, match="sealed"):
        run(books, new_entry(n=0))


def test_numbers_have_no_gap(books):
    with pytest.raises(DatabaseError, match="left out"):
        run(
            books,
            new_entry(n=3),
            postings(3, 5, -5),
            BATCH.format(number=2, first=3, last=3),
        )
    with pytest.raises(DatabaseError, match="left out"):
        run(
            books,
            new_entry(n=2),
            new_entry(n=3),
            postings(2, 5, -5),
            postings(3, 5, -5),
            BATCH.format(number=2, first=2, last=2),
        )


def test_a_posting_belongs_to_an_entry_and_an_account(books):
    with pytest.raises(DatabaseError):
        run(books, postings(9, 5, -5))
    with pytest.raises(DatabaseError):
        run(
            books,
            new_entry(),
            postings(2, 5, -5).replace(", 1, 'x'", ", 77, 'x'"),
            BATCH.format(number=2, first=2, last=2),
        )


def test_many_postings_go_to_accounts_that_are_there_whatever_gaps_their_numbers_have(books):
    """PostgreSQL counts the accounts of a statement with many postings."""
    there = (50, 51, 53)
    accounts = ", ".join(f"(1, {number}, 'asset', 'number {number}', '')" for number in there)

    def book(*numbers: int) -> None:
        rows = ", ".join(
            f"(1, 2, {2 * at + side + 1}, {numbers[(at + side) % 3]}, 'a{at}', '{units}', 'none')"
            for at in range(12)
            for side, units in ((0, 7), (1, -7))
        )
        run(
            books,
            f"INSERT INTO account VALUES {accounts}",
            new_entry(),
            POSTINGS.format(rows=rows),
            BATCH.format(number=2, first=2, last=2),
        )

    for missing in (52, 54, 49):
        with pytest.raises(DatabaseError, match=r"(?i)no such|foreign key"):
            book(50, missing, 53)
    book(*there)
    assert run(books, "SELECT count(*) FROM posting WHERE n = 2") == [(24,)]


@pytest.mark.parametrize("change", ["UPDATE {} SET fund_id = fund_id", "DELETE FROM {}"])
def test_what_is_booked_is_never_changed_or_deleted(books, change):
    for table in TABLES:
        with pytest.raises(DatabaseError, match="never"):
            run(books, change.format(table))


def test_postgresql_refuses_truncate(postgres_url):
    for table in (*TABLES, "evidence"):
        with pytest.raises(DatabaseError, match="never"):
            run(postgres_url, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("pragma", ["ON", "OFF"])
def test_sqlite_refuses_insert_or_replace(sqlite_url, table, pragma):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    with pytest.raises(DatabaseError, match=r"never replaced|never deleted|sealed|left out"):
        run(
            sqlite_url,
            f"PRAGMA recursive_triggers={pragma}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        )


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
@pytest.mark.parametrize(
    "again",
    [
        new_entry(),
        ENTRY.format(n=3, batch=2, id="plain:2"),
        ENTRY.format(n=3, batch=2, id="tx:1#0"),
    ],
)
def test_no_entry_takes_the_number_or_the_id_of_another(sqlite_url, pragma, again):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    for way in ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL"):
        with pytest.raises(DatabaseError, match="never replaced"):
            run(
                sqlite_url,
                f"PRAGMA recursive_triggers={pragma}",
                new_entry(),
                again.replace("INSERT", way),
            )
    assert run(sqlite_url, "SELECT n, id FROM entry") == [(1, "tx:1#0")]


def test_an_entry_stands_at_its_own_time(books):
    moved = new_entry().replace("'swap', 1, 1,", "'swap', 1, 2,")
    with pytest.raises(DatabaseError, match=r"another time|at_its_time"):
        run(books, moved, postings(2, 5, -5), BATCH.format(number=2, first=2, last=2))


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
@pytest.mark.parametrize(
    "given",
    [
        ACCOUNT.replace("(fund_id", "(rowid, fund_id").replace("(1, 9", "(1, 1, 9"),
        BATCH.format(number=2, first=2, last=2)
        .replace("(fund_id", "(rowid, fund_id")
        .replace("(1, 2", "(1, 1, 2"),
    ],
)
def test_sqlite_replaces_nothing_by_its_rowid(sqlite_url, pragma, given):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    with pytest.raises(DatabaseError, match=r"never replaced|left out"):
        run(
            sqlite_url,
            f"PRAGMA recursive_triggers={pragma}",
            given.replace("INSERT", "INSERT OR REPLACE"),
        )


def test_no_entry_stands_before_the_first(books, store):
    store.funds.create(Fund("empty"))
    for number in (0, -1):
        with pytest.raises(DatabaseError, match="sealed"):
            run(books, new_entry(n=number, batch=1).replace("(1, ", "(2, "))


def test_one_entry_is_reversed_once(books):
    reverses = ENTRY.replace("note, hash)", "note, hash, reverses, reverses_n)").replace(
        f"'{HASH}')", f"'{HASH}', 'tx:1#0', 1)"
    )
    with pytest.raises(DatabaseError):
        run(
            books,
            reverses.format(n=2, batch=2, id="a"),
            reverses.format(n=3, batch=2, id="b"),
        )
