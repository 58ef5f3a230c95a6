"""What plain SQL may not do to a fund that has books (P7)."""

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.fund import Fund
from ledger.store import open_store
from tests.ledger.store.cases import entry, run


@pytest.fixture
def books(store, url):
    """The address of books with one sealed entry."""
    store.journal.append("main", [entry("tx:1#0")])
    return url


@pytest.fixture
def sqlite_books(sqlite_url):
    """The same on SQLite."""
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    return sqlite_url


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE fund SET base_currency = 'EUR' WHERE id = 1",
        "UPDATE fund SET name = 'other' WHERE id = 1",
        "DELETE FROM fund WHERE id = 1",
    ],
)
def test_a_fund_keeps_its_name_and_its_currency(books, change):
    with pytest.raises(DatabaseError, match=r"stay|never"):
        run(books, change)
    assert run(books, "SELECT name, base_currency FROM fund WHERE id = 1") == [("main", "USD")]


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
@pytest.mark.parametrize("who", ["1, 'another'", "7, 'main'"])
def test_sqlite_replaces_no_fund(sqlite_books, pragma, who):
    given = f"INSERT OR REPLACE INTO fund VALUES ({who}, 'EUR', 'us', 'fifo', 'fund', '00:00Z')"
    with pytest.raises(DatabaseError, match="never replaced"):
        run(sqlite_books, f"PRAGMA recursive_triggers={pragma}", given)
