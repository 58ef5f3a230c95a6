"""Books that were computed of older evidence are never written over newer ones."""

import pytest

from api.desk import Desk, now
from api.jobs.bring import import_bytes
from ledger.books.entering import enter
from ledger.model.fund import Fund
from ledger.store import open_store

#: How often others change what the books follow from while they are kept.
TIMES = 3

HEADER = (
    "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,fee_asset,"
    "fee_quantity,value,value_currency,to_wallet,strategy,txid,note"
)


def deposit(desk, day, *, keep=True):
    row = f"2025-01-{day:02}T00:00:00Z,contribution,bank,,,USD,{day},,,,,,,,"
    content = f"{HEADER}\n{row}\n".encode()
    import_bytes(desk, [(f"{day}.csv", content)], keep=keep)


@pytest.fixture
def desks(tmp_path):
    """The fund's desk twice, through stores of their own; one row is in the books."""
    url = f"sqlite:///{tmp_path / 'partita.db'}"
    with open_store(url, clock=now) as one, open_store(url, clock=now) as other:
        one.funds.create(Fund("main"))
        both = [Desk(store, store.funds.get("main")) for store in (one, other)]
        deposit(both[0], 1)
        yield both


def interrupted(monkeypatch, *others):
    """After each of the next computations of books, before they are written, another writes."""
    waiting = list(others)

    def computed(*given):
        entered = enter(*given)
        if waiting:
            waiting.pop(0)()
        return entered

    monkeypatch.setattr("api.jobs.keep.booking.enter", computed)


@pytest.mark.parametrize("times", [1, 3])
def test_what_others_keep_meanwhile_stays_in_the_books(desks, monkeypatch, times):
    one, other = desks
    days = range(2, 2 + times)
    # the other keeps its books within the first's computation, by which the next is interrupted
    one.store.keeping.mark("main", 0)
    interrupted(monkeypatch, lambda: [deposit(other, day) for day in days])
    written = one.keep()
    assert (written.appended, written.reversed) == (0, 0)
    assert len(one.store.journal.live_entries("main")) == 1 + times
    assert len(one.store.journal.all_entries("main")) == 1 + times


def test_evidence_that_arrives_at_every_attempt_is_all_kept_in_the_end(desks, monkeypatch):
    one, other = desks
    arrivals = [lambda day=day: deposit(other, day, keep=False) for day in range(2, 2 + TIMES)]
    interrupted(monkeypatch, *arrivals)
    one.store.keeping.mark("main", 0)
    written = one.keep()
    assert written.appended == TIMES
    books = one.books()
    assert one.store.journal.live_entries("main") == books.entries
    assert len(books.entries) == 1 + TIMES
