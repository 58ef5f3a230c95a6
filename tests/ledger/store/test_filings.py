"""Years that were filed and plans of lots stay as they were said, on both databases (P3, P9)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.errors import Conflict, VerificationFailed
from ledger.model.fund import Fund
from ledger.store import open_store
from ledger.store.schema import migrate
from tests.ledger.store.cases import START, plain, run
from tests.ledger.store.populated import allocation, filed_year, lot_plan, standing_order


def test_what_was_filed_and_planned_comes_back_in_order_and_as_it_was_known(url):
    times = iter(START + timedelta(seconds=second) for second in range(20))
    with open_store(url, clock=lambda: next(times)) as store:
        store.funds.create(Fund("main"))
        store.funds.create(Fund("other"))
        first = store.filings.file("main", 0, filed_year)
        second = store.filings.file("main", 1, filed_year)
        assert store.filings.statements("main") == (first, second)
        assert second.previous == first.digest != second.digest
        assert store.filings.statements("main", first.filed_at) == (first,)
        plan = store.filings.plan("main", lot_plan)
        assert store.filings.plans("main") == (plan,)
        assert store.filings.plans("main", START) == ()
        assert store.filings.statements("other") == ()
        assert store.filings.plans("other") == ()


def test_an_allocation_is_frozen_once_in_the_chain_of_the_years(url):
    times = iter(START + timedelta(seconds=second) for second in range(20))
    with open_store(url, clock=lambda: next(times)) as store:
        for name in ("main", "other"):
            store.funds.create(Fund(name))
        first = store.filings.file("main", 0, filed_year)
        frozen = store.filings.freeze("main", allocation)
        assert frozen.previous == first.digest
        last = store.filings.file("main", 2, filed_year)
        assert last.previous == frozen.digest
        assert store.filings.statements("main") == (first, frozen, last)
        assert store.filings.statements("main", frozen.filed_at) == (first, frozen)
        with pytest.raises(Conflict, match="once"):
            store.filings.freeze("main", allocation)
        assert store.filings.statements("main") == (first, frozen, last)
        assert store.filings.freeze("other", allocation).previous == ""


def test_orders_stand_in_the_chain_of_the_years_each_with_its_time(url):
    times = iter(START + timedelta(seconds=second) for second in range(20))
    with open_store(url, clock=lambda: next(times)) as store:
        for name in ("main", "other"):
            store.funds.create(Fund(name))
        first = store.filings.order("main", standing_order)
        filed = store.filings.file("main", 1, filed_year)
        second = store.filings.order("main", standing_order)
        assert [one.is_order for one in (first, filed, second)] == [True, False, True]
        assert (filed.previous, second.previous) == (first.digest, filed.digest)
        assert first.filed_at < filed.filed_at < second.filed_at
        assert store.filings.statements("main") == (first, filed, second)
        assert store.filings.statements("main", first.filed_at) == (first,)
        assert store.filings.statements("main", first.filed_at - timedelta(seconds=1)) == ()
        assert store.filings.statements("other") == ()


def test_an_order_is_later_than_all_that_was_recorded_whatever_the_clock_says(url):
    """Nobody sets the clock back and gives an order for what was sold meanwhile."""
    times = [START + timedelta(days=3)]
    with open_store(url, clock=lambda: times[-1]) as store:
        store.funds.create(Fund("main"))
        filed = store.filings.file("main", 0, filed_year)
        times.append(START)
        order = store.filings.order("main", standing_order)
    assert order.filed_at > filed.filed_at == times[0]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE filed_year SET recorded_at = recorded_at - 1",
        "UPDATE filed_year SET by_name = 'Bob'",
        "UPDATE filed_year SET body = (SELECT body FROM filed_year WHERE n = 2) WHERE n = 1",
    ],
)
def test_an_order_that_was_dated_back_or_changed_beside_the_program_is_found(sqlite_url, change):
    with open_store(sqlite_url) as own:
        own.funds.create(Fund("main"))
        own.filings.order("main", standing_order)
        own.filings.order("main", lambda *said: replace(standing_order(*said), body="another"))
    run(sqlite_url, "DROP TRIGGER filed_year_is_not_changed", change)
    with open_store(sqlite_url) as own, pytest.raises(VerificationFailed, match="sealed"):
        own.filings.statements("main")


def test_an_order_is_neither_filed_nor_frozen(store):
    with pytest.raises(AssertionError):
        store.filings.file("main", 0, standing_order)
    with pytest.raises(AssertionError):
        store.filings.freeze("main", standing_order)
    with pytest.raises(AssertionError):
        store.filings.order("main", filed_year)
    assert store.filings.statements("main") == ()


def test_a_year_is_not_filed_over_an_allocation_that_was_not_seen(store):
    store.filings.freeze("main", allocation)
    with pytest.raises(Conflict, match="meanwhile"):
        store.filings.file("main", 0, filed_year)
    assert len(store.filings.statements("main")) == 1


def test_an_allocation_that_was_changed_beside_the_program_is_found(sqlite_url):
    with open_store(sqlite_url) as own:
        own.funds.create(Fund("main"))
        own.filings.freeze("main", allocation)
    run(
        sqlite_url,
        "DROP TRIGGER filed_year_is_not_changed",
        "UPDATE filed_year SET by_name = 'Bob'",
    )
    with open_store(sqlite_url) as own, pytest.raises(VerificationFailed, match="sealed"):
        own.filings.statements("main")


def test_a_year_is_not_filed_over_one_that_was_not_seen(store):
    store.filings.file("main", 0, filed_year)
    with pytest.raises(Conflict, match="meanwhile"):
        store.filings.file("main", 0, filed_year)
    assert len(store.filings.statements("main")) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE filed_year SET by_name = 'x'",
        "UPDATE filed_year SET recorded_at = 0",
        "DELETE FROM filed_year",
        "UPDATE lot_plan SET lots = '[]'",
        "UPDATE lot_plan SET recorded_at = 0",
        "DELETE FROM lot_plan",
    ],
)
def test_what_was_filed_or_planned_is_never_changed(store, url, change):
    filed, plan = store.filings.file("main", 0, filed_year), store.filings.plan("main", lot_plan)
    with pytest.raises(DatabaseError, match="never"):
        run(url, change)
    assert (store.filings.statements("main"), store.filings.plans("main")) == ((filed,), (plan,))


@pytest.mark.parametrize("table", ["filed_year", "lot_plan"])
def test_what_was_filed_or_planned_is_never_replaced(sqlite_url, table):
    with open_store(sqlite_url) as own:
        own.funds.create(Fund("main"))
        own.filings.file("main", 0, filed_year)
        own.filings.plan("main", lot_plan)
    for pragma in ("ON", "OFF"):
        with pytest.raises(DatabaseError, match="never"):
            run(
                sqlite_url,
                f"PRAGMA recursive_triggers={pragma}",
                f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            )


def test_a_row_that_was_changed_beside_the_program_is_found(sqlite_url):
    with open_store(sqlite_url) as own:
        own.funds.create(Fund("main"))
        own.filings.file("main", 0, filed_year)
        own.filings.plan("main", lot_plan)
    run(
        sqlite_url,
        "DROP TRIGGER filed_year_is_not_changed",
        "DROP TRIGGER lot_plan_is_not_changed",
        "UPDATE filed_year SET recorded_at = recorded_at - 1",
        "UPDATE lot_plan SET recorded_at = recorded_at - 1",
    )
    with open_store(sqlite_url) as own:
        for read in (own.filings.statements, own.filings.plans):
            with pytest.raises(VerificationFailed, match="sealed"):
                read("main")


@pytest.mark.parametrize("what", ["file", "plan"])
def test_a_way_down_that_would_lose_what_was_said_is_refused(store, url, what):
    if what == "file":
        store.filings.file("main", 0, filed_year)
    else:
        store.filings.plan("main", lot_plan)
    with pytest.raises(VerificationFailed, match="main"), plain(url) as connection:
        migrate(connection, "0016")
    assert store.filings.statements("main") or store.filings.plans("main")
