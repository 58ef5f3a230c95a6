"""A closed month takes no entry and reopens with a second person alone; its trace stays (P8)."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger.close import Closed, checkpoints, settled
from ledger.model.errors import (
    BadInput,
    Conflict,
    NotFound,
    PeriodLocked,
    VerificationFailed,
)
from ledger.model.fund import Fund, Policy
from ledger.store import Written, books_digest, open_store
from ledger.store.backup import back_up, restore
from tests.ledger.store.around import run_around
from tests.ledger.store.closing import APRIL, FEBRUARY, MARCH, close, on

MADE = "2026-11-30T00:00:00Z"


@pytest.fixture
def books(store):
    """Three entries of January, February and March 2025."""
    store.journal.append("main", [on("a#0", 0), on("b#0", FEBRUARY), on("c#0", MARCH)])
    return store


def statuses(store, fund="main"):
    return [(period.month, period.status) for period in store.periods.all(fund)]


def test_a_month_closes_with_every_month_before_it(books):
    assert close(books, "2025-02") == ("2025-01", "2025-02")
    assert statuses(books) == [("2025-01", "closed"), ("2025-02", "closed")]
    assert close(books, "2025-04") == ("2025-03", "2025-04")
    [january, *_] = books.periods.all("main")
    assert january.digest == books_digest([on("a#0", 0)])
    assert january.head == books.seals.head("main").link
    assert january.closed_by == "ann"


def test_without_a_close_nothing_is_closed(books):
    assert books.periods.closed("main") == Closed()
    assert books.periods.verify("main") == 0


def test_closed_time_ends_at_one_instant_and_holds_what_is_in_force_in_it(books):
    books.journal.append("main", [on("a#0", 0, 7)])
    close(books, "2025-02")
    found = books.periods.closed("main")
    assert found.until == datetime(2025, 3, 1, tzinfo=UTC)
    assert found.booked == (on("a#0", 0, 7), on("b#0", FEBRUARY))


def test_a_closed_month_takes_no_entry_and_says_so_by_name(books):
    close(books, "2025-01")
    kept = [on("a#0", 0), on("b#0", FEBRUARY), on("c#0", MARCH)]
    before = books.seals.head("main")
    for wrong in (
        lambda: books.journal.append("main", [on("new#0", 3)]),
        lambda: books.journal.append("main", [on("a#0", 0, 6)]),
        lambda: books.journal.append("main", [on("ok#0", MARCH), on("new#0", 3)]),
        lambda: books.journal.replace_open("main", kept[1:]),
        lambda: books.journal.replace_open("main", [on("a#0", MARCH), *kept[1:]]),
    ):
        with pytest.raises(PeriodLocked, match="closed until 2025-02-01T00:00:00Z"):
            wrong()
    assert books.seals.head("main") == before
    assert books.journal.replace_open("main", kept) == Written(3, 0, 0)
    assert books.journal.append("main", [on("ok#0", MARCH)]).appended == 1


def test_another_fund_is_not_closed_with_it(books):
    books.funds.create(Fund("other"))
    close(books, "2025-03")
    assert books.journal.append("other", [on("a#0", 0)]).appended == 1
    assert statuses(books, "other") == []


def test_what_is_settled_is_taken_again_and_again(books):
    close(books, "2025-01")
    wanted = [on("a#0", 0, 9), on("late#0", 5), on("b#0", FEBRUARY)]

    def keep():
        closed = books.periods.closed("main")
        return books.journal.replace_open("main", settled(wanted, closed.booked, closed.until))

    assert keep() == Written(2, 2, 1)
    assert keep() == Written(4, 0, 0)
    wanted[1] = on("late#0", 5, 6)
    assert keep() == Written(3, 1, 1), "an adjusting entry of the open month may change"
    close(books, "2025-02")
    assert keep() == Written(4, 0, 0)
    wanted[1] = on("late#0", 5, 8)
    assert keep() == Written(4, 1, 0), "one of a closed month may not"
    assert {e.id for e in books.journal.live_entries("main")} == {
        "a#0",
        "b#0",
        "adjust:2025-02:a#0",
        "adjust:2025-02:late#0",
        "adjust:2025-03:late#0",
    }
    assert books.periods.verify("main") == 2


def test_months_that_cannot_close_are_refused(books, store):
    close(books, "2025-02")
    with pytest.raises(Conflict, match="closed already"):
        close(books, "2025-01")
    with pytest.raises(BadInput):
        close(books, "2025-13")
    with pytest.raises(BadInput, match="name"):
        close(books, "2025-03", person="  ")
    live = books.journal.live_entries("main")
    with pytest.raises(Conflict, match="not the months"):
        books.periods.close("main", checkpoints(live, Policy(), ["2025-04"]), "ann")
    store.funds.create(Fund("empty"))
    with pytest.raises(NotFound):
        close(store, "2025-01", fund="empty")
    assert statuses(books) == [("2025-01", "closed"), ("2025-02", "closed")]


def test_reopening_takes_a_second_person(books):
    close(books, "2025-01")
    for person, approver in (
        ("ann", "ann"),
        ("Ann", " aNN "),
        ("\u00c9mile", "e\u0301MILE"),
        ("Stra\u00dfe", "STRASSE"),
        ("ann", ""),
        ("", "ann"),
    ):
        with pytest.raises(BadInput):
            books.periods.reopen("main", "2025-01", person, approver, "late rows")
    with pytest.raises(BadInput, match="reason"):
        books.periods.reopen("main", "2025-01", "ann", "bob", " ")
    assert statuses(books) == [("2025-01", "closed")]
    assert len(books.periods.events("main")) == 1


def test_reopening_opens_the_month_and_all_after_it(books):
    close(books, "2025-04")
    reopened = books.periods.reopen("main", "2025-02", "ann", "bob", "late rows")
    assert reopened == ("2025-04", "2025-03", "2025-02")
    assert statuses(books) == [
        ("2025-01", "closed"),
        ("2025-02", "open"),
        ("2025-03", "open"),
        ("2025-04", "open"),
    ]
    assert books.journal.append("main", [on("new#0", FEBRUARY)]).appended == 1
    with pytest.raises(PeriodLocked):
        books.journal.append("main", [on("new#1", 1)])
    with pytest.raises(Conflict, match="not closed"):
        books.periods.reopen("main", "2025-02", "ann", "bob", "late rows")
    with pytest.raises(Conflict, match="not closed"):
        books.periods.reopen("main", "2024-02", "ann", "bob", "late rows")


def test_what_was_sealed_stays_readable_after_reopening_and_another_close(books):
    close(books, "2025-01")
    [first] = books.periods.events("main")
    sealed = books.periods.body("main", first.n)
    books.periods.reopen("main", "2025-01", "ann", "bob", "late rows")
    [row] = books.periods.all("main")
    assert (row.status, row.checkpoint) == ("open", first.checkpoint)
    books.journal.append("main", [on("late#0", 3)])
    close(books, "2025-01", person="cyd")
    events = books.periods.events("main")
    assert [(e.kind, e.person, e.approver, e.reason) for e in events] == [
        ("closed", "ann", None, ""),
        ("reopened", "ann", "bob", "late rows"),
        ("closed", "cyd", None, ""),
    ]
    assert books.periods.body("main", 1) == sealed
    assert books.periods.body("main", 3) != sealed
    with pytest.raises(NotFound):
        books.periods.body("main", 2)
    assert books.periods.all("main")[0].checkpoint == events[2].checkpoint


def test_an_entry_before_the_first_closed_month_makes_a_month_of_its_own(books):
    close(books, "2025-01")
    books.periods.reopen("main", "2025-01", "ann", "bob", "late rows")
    books.journal.append("main", [on("older#0", -40)])
    assert close(books, "2025-01") == ("2024-11", "2024-12", "2025-01")
    assert books.periods.verify("main") == 3


# ---- verified


SPOILED = {
    "its entries": "UPDATE entry SET note = 'x' WHERE n = 2",
    "its head": "UPDATE period SET head = '{0}' WHERE month = '2025-02'",
    "its checkpoint": "UPDATE period SET checkpoint = '{0}' WHERE month = '2025-02'",
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_closed_month_that_is_not_what_was_sealed_is_named(books, url, what):
    close(books, "2025-03")
    assert books.periods.verify("main") == 3
    run_around(url, SPOILED[what].format("0" * 64))
    with pytest.raises(VerificationFailed, match=f"period 2025-02: {what}"):
        books.periods.verify("main")


def test_a_checkpoint_that_the_entries_contradict_is_named_with_what_differs(books):
    wrong = [on("a#0", 0), on("b#0", FEBRUARY, 6)]
    months = books.periods.to_close("main", "2025-02")
    books.periods.close("main", checkpoints(wrong, Policy(), months), "ann")
    with pytest.raises(VerificationFailed, match="period 2025-02: its balances"):
        books.periods.verify("main")


def test_a_reopened_month_is_not_held_against_what_it_was(books):
    close(books, "2025-01")
    books.periods.reopen("main", "2025-01", "ann", "bob", "late rows")
    books.journal.append("main", [on("late#0", 3)])
    assert books.periods.verify("main") == 0


def test_a_backup_takes_closed_and_reopened_months_to_either_database(books, url, tmp_path):
    close(books, "2025-02")
    books.periods.reopen("main", "2025-02", "ann", "bob", "late rows")
    books.journal.append("main", [on("b#0", FEBRUARY, 8), on("d#0", APRIL)])
    stream = io.BytesIO()
    back_up(url, stream, MADE)
    restored = f"sqlite:///{tmp_path / 'restored.db'}"
    restore(restored, stream)
    with open_store(restored) as again:
        assert again.periods.all("main") == books.periods.all("main")
        assert again.periods.events("main") == books.periods.events("main")
        assert again.periods.verify("main") == 1
        with pytest.raises(PeriodLocked):
            again.journal.append("main", [on("new#0", 1)])


def test_a_backup_of_closed_months_is_restored_into_postgresql(sqlite_url, postgres_url):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [on("a#0", 0), on("b#0", FEBRUARY)])
        close(store, "2025-03")
        store.periods.reopen("main", "2025-03", "ann", "bob", "late rows")
        periods = store.periods.all("main")
    stream = io.BytesIO()
    back_up(sqlite_url, stream, MADE)
    restore(postgres_url, stream)
    with open_store(postgres_url) as again:
        assert again.periods.all("main") == periods
        assert again.periods.verify("main") == 2


def test_the_fingerprint_of_the_books_is_another_one_after_each_close(books):
    seen = [books.fingerprints.of("main")]
    close(books, "2025-01")
    seen.append(books.fingerprints.of("main"))
    books.periods.reopen("main", "2025-01", "ann", "bob", "late rows")
    seen.append(books.fingerprints.of("main"))
    close(books, "2025-01")
    seen.append(books.fingerprints.of("main"))
    assert len(set(seen)) == 4


def test_both_databases_seal_the_same(sqlite_url, postgres_url):
    sealed = []
    for url in (sqlite_url, postgres_url):
        with open_store(url, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as store:
            store.funds.create(Fund("main"))
            store.journal.append("main", [on("a#0", 0), replace(on("b#0", FEBRUARY), note="é")])
            close(store, "2025-02")
            sealed.append((store.periods.all("main"), store.periods.events("main")))
    assert sealed[0] == sealed[1]
