"""A month closes over the books that were kept for it, or not at all."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from api.desk import Desk
from api.jobs.bring import import_bytes
from api.jobs.close import close_month
from ledger.books.entering import enter
from ledger.model.errors import BadInput, Conflict
from ledger.store import open_store
from tests.api.conftest import HEADER

LATE = "2026-01-15T10:00:00Z,buy,bank,USD,9000,BTC,0.1,,,,,directional,late-1,\n"
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Overtaken(Desk):
    """A desk of which another takes the place between reading the books and what follows."""

    def books(self, known_at=None):
        books = Desk.books(self, known_at)
        desk = Desk(self.store, self.fund)
        import_bytes(desk, [("late.csv", (HEADER + LATE).encode())])
        return books


@pytest.fixture
def desk(url):
    with open_store(url) as store:
        yield Desk(store, store.funds.get("main"))


def test_books_that_changed_while_a_month_closes_are_not_sealed(desk):
    overtaken = Overtaken(desk.store, desk.fund)
    with pytest.raises(Conflict, match="meanwhile"):
        close_month(overtaken, "2026-02", "ann", APRIL, with_open_problems=False)
    assert desk.store.periods.all("main") == ()
    done = close_month(desk, "2026-02", "ann", APRIL, with_open_problems=False)
    assert done.months == ("2026-01", "2026-02")


def test_lots_that_were_chosen_otherwise_while_a_month_closes_are_not_sealed(desk, monkeypatch):
    books = Desk.books

    def overtaken(self, known_at=None):
        made = books(self, known_at)
        self.store.funds.change_method("main", 2026, "lifo")
        return made

    monkeypatch.setattr(Desk, "books", overtaken)
    with pytest.raises(Conflict, match="meanwhile"):
        close_month(desk, "2026-02", "ann", APRIL, with_open_problems=False)
    assert desk.store.periods.all("main") == ()


def test_books_from_before_a_close_do_not_change_closed_time(desk, monkeypatch):
    waiting = [lambda: close_month(desk, "2026-02", "ann", APRIL, with_open_problems=False)]

    def entered(*given):
        made = enter(*given)
        if waiting:
            waiting.pop()()
        return made

    import_bytes(desk, [("late.csv", (HEADER + LATE).encode())], keep=False)
    monkeypatch.setattr("api.jobs.keep.booking.enter", entered)
    desk.keep()
    assert not waiting
    assert desk.store.periods.verify("main") == 2
    assert desk.store.journal.live_entries("main") == desk.books().entries


def test_a_month_is_over_at_the_first_instant_of_the_next(desk):
    last = datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
    with pytest.raises(BadInput, match="not over"):
        close_month(desk, "2026-02", "ann", last, with_open_problems=True)
    first = datetime(2026, 3, 1, tzinfo=UTC)
    assert close_month(desk, "2026-02", "ann", first, with_open_problems=False).months
