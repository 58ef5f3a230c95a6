"""Books kept with a process that reads ahead are those kept by one process alone."""

import gc

import pytest

from api.desk import Desk
from api.jobs.keep import ahead, plan
from api.jobs.keep.ahead import stretches_ahead
from api.jobs.keep.plan import cuts
from api.jobs.keep.stretches import Foreknown, stretches
from ledger.model.errors import NotFound
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.api.jobs.history import figures_of, fund_of, history

ROWS = list(history(130, 2))


@pytest.fixture
def short(monkeypatch):
    """Stretches of a few days."""
    monkeypatch.setattr(plan, "STRETCH", 40)


@pytest.fixture
def long(short, monkeypatch):
    """Every history is long enough for a second process."""
    monkeypatch.setattr(ahead, "LONG", 0)
    monkeypatch.setattr("api.jobs.keep.LONG", 0)


@pytest.fixture
def desk(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'books.db'}") as store:
        yield fund_of(store, "main", ROWS)


def test_the_process_ahead_sends_the_stretches_that_are_read_here(desk, long):
    made = cuts(desk)
    assert made is not None
    sent = list(stretches_ahead(desk, made, Foreknown()))
    assert len(sent) > 2, "there is something to be ahead of"
    assert sent == list(stretches(desk, made, Foreknown()))


def test_books_are_the_same_with_and_without_it(desk, tmp_path, short, monkeypatch):
    desk.keep()
    alone = figures_of(desk), desk.store.journal.digest("main")
    monkeypatch.setattr(ahead, "LONG", 0)
    monkeypatch.setattr("api.jobs.keep.LONG", 0)
    with open_store(f"sqlite:///{tmp_path / 'others.db'}") as store:
        other = fund_of(store, "main", ROWS)
        other.keep()
        assert (figures_of(other), store.journal.digest("main")) == alone
    assert gc.isenabled(), "the collector is only off while a long history is kept"


def test_a_fault_of_the_process_ahead_is_a_fault_here(desk, long):
    made = cuts(desk)
    assert made is not None
    nobody = Desk(desk.store, Fund("nobody"))
    with pytest.raises(NotFound, match="nobody"):
        list(stretches_ahead(nobody, made, Foreknown()))
