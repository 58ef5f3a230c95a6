"""What was put down of kept books and then lost is made again from the evidence, bit by bit."""

import pytest
from sqlalchemy import text

from api.jobs.keep import plan
from ledger.store import open_store
from tests.api.jobs.history import figures_of, fund_of, history
from tests.ledger.store import conftest as databases
from tests.ledger.store.cases import plain

sqlite_template = databases.sqlite_template
postgres_server = databases.postgres_server
postgres_template = databases.postgres_template
sqlite_url = databases.sqlite_url
postgres_url = databases.postgres_url
url = databases.url

#: What follows from evidence and journal, each with the order of its key.
MADE = {
    "keeping": "fund_id",
    "evidence_time": "evidence",
    "seen": "subject",
    "link_side": "key, event",
    "checkpoint": "until, part",
    "nav_point": "time",
    "implied_quote": "time, asset, source",
}
ROWS = list(history(130, 2))


def rows(address):
    """All rows of these tables in the order of their keys, without the turn."""
    with plain(address) as connection:
        found = {}
        for table, order in MADE.items():
            asked = connection.execute(text(f"SELECT * FROM {table} ORDER BY {order}"))
            found[table] = [
                {name: cell for name, cell in row._mapping.items() if name != "turn"}
                for row in asked
            ]
        return found


def wipe(address):
    """Lose all of it, in plain SQL."""
    with plain(address) as connection:
        for table in MADE.keys() - {"keeping"}:
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE keeping SET dirty_from = 0, unplaced = 1, turn = 1"))


@pytest.fixture(params=[20_000, 40], ids=["one-stretch-a-month", "stretches-of-days"])
def stretch(request, monkeypatch):
    monkeypatch.setattr(plan, "STRETCH", request.param)


@pytest.fixture
def desk(url, stretch):
    """The desk of a fund whose books are kept."""
    with open_store(url) as store:
        made = fund_of(store, "main", ROWS)
        made.keep()
        yield made


def test_every_row_that_can_be_made_again_is_the_same_when_it_is(desk, url):
    before, figures = rows(url), figures_of(desk)
    assert all(before.values()), "each table has something to lose"
    booked = desk.store.journal.all_entries("main")
    wipe(url)
    assert [table for table, left in rows(url).items() if left] == ["keeping"]
    written = desk.keep()
    assert (written.appended, written.reversed) == (0, 0)
    assert rows(url) == before
    assert desk.store.journal.all_entries("main") == booked
    assert figures_of(desk) == figures
