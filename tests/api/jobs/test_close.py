"""A month closes over the books that were kept for it, or not at all."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from api.desk import Desk
from api.jobs.bring import import_bytes
from api.jobs.close import close_month
from ledger.model.errors import BadInput, Conflict, PeriodLocked
from ledger.store import open_store
from tests.api.conftest import HEADER

LATE = "2026-01-15T10:00:00Z,buy,bank,USD,9000,BTC,0.1,,,,,directional,late-1,\n"
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Overtaken(Desk):
    """A desk of which another takes the place between keeping the books and what follows."""

    def keep(self):
        kept = Desk.keep(self)
        desk = Desk(self.store, self.fund)
        import_bytes(desk, [("late.csv", (HEADER + LATE).encode())])
        return kept


@dataclass(frozen=True, slots=True)
class Late(Desk):
    """A desk beside which a row arrives and its month closes while it keeps the books."""

    def books(self):
        books = Desk.books(self)
        desk = Desk(self.store, self.fund)
        import_bytes(desk, [("late.csv", (HEADER + LATE).encode())])
        close_month(desk, "2026-02", "ann", APRIL, with_open_problems=False)
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


def test_books_from_before_a_close_do_not_change_closed_time(desk):
    with pytest.raises(PeriodLocked, match="closed until 2026-03-01"):
        Late(desk.store, desk.fund).keep()
    before = desk.store.journal.digest("main")
    written = desk.keep()
    assert (written.appended, written.reversed) == (0, 0)
    assert desk.store.journal.digest("main") == before
    assert desk.store.periods.verify("main") == 2


def test_a_month_is_over_at_the_first_instant_of_the_next(desk):
    last = datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
    with pytest.raises(BadInput, match="not over"):
        close_month(desk, "2026-02", "ann", last, with_open_problems=True)
    first = datetime(2026, 3, 1, tzinfo=UTC)
    assert close_month(desk, "2026-02", "ann", first, with_open_problems=False).months
