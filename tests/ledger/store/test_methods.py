"""A fund's methods by year and the lots that its entries take are kept, and come back (P9)."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.errors import NotFound, PeriodLocked, VerificationFailed
from ledger.model.fund import Fund, Identification, LotMethod, StrategyRule
from ledger.store import open_store, upgrade
from ledger.store.schema import migrate
from tests.ledger.store.cases import START, entry, plain, run
from tests.ledger.store.closing import FEBRUARY, close, on

METHODS = get_args(LotMethod)


def test_a_fund_is_of_any_method_and_of_no_other(store, url):
    for method in METHODS:
        fund = Fund(method, method=method)
        store.funds.create(fund)
        assert store.funds.get(method) == fund
        assert store.funds.get(method).policy.method == method
    assert store.funds.get("main").method == "fifo"
    for statement in (
        "INSERT INTO fund VALUES (9, 'x', 'USD', 'us', 'gut', 'fund', '00:00Z')",
        "INSERT INTO fund_before VALUES (1, 5, 'us', 'gut', 'fund', '00:00Z')",
        "INSERT INTO fund_method VALUES (1, 2026, 1, 'gut')",
        "INSERT INTO fund_method VALUES (1, 1969, 1, 'fifo')",
    ):
        with pytest.raises(DatabaseError, match=r"(?i)check"):
            run(url, statement)


def test_a_method_changes_with_a_year_until_the_next_change(store):
    store.funds.add_rules("main", [StrategyRule("rest")])
    store.funds.change_method("main", 2026, "specific")
    store.funds.change_method("main", 2024, "lofo")
    changed = store.funds.change_method("main", 2026, "hifo")
    assert changed.method_by_year == ((2024, "lofo"), (2026, "hifo"))
    assert store.funds.get("main") == changed
    policy = changed.policy
    assert policy.method_by_year == changed.method_by_year
    found = [policy.method_in(year) for year in (2023, 2024, 2025, 2026, 2030)]
    assert found == ["fifo", "lofo", "lofo", "hifo", "hifo"]
    assert policy.strategy_rules == (StrategyRule("rest"),)
    with pytest.raises(NotFound):
        store.funds.change_method("nobody", 2026, "hifo")


def test_a_fund_is_created_and_changed_with_its_methods(store):
    fund = Fund("two", method="average", method_by_year=((2025, "fifo"), (2026, "specific")))
    assert store.funds.create(fund) == store.funds.get("two") == fund
    changed = replace(fund, method_by_year=((2027, "strict"),))
    store.funds.change(changed)
    assert store.funds.get("two") == changed
    assert store.funds.get("main").method_by_year == ()


def test_what_was_said_last_counts_and_what_was_said_before_stays(url):
    times = iter(START + timedelta(seconds=second) for second in range(10))
    with open_store(url, clock=lambda: next(times)) as store:
        store.funds.create(Fund("main"))
        store.funds.create(Fund("other"))
        first = store.identifications.add("main", "tx:2#0", ["é:1", "b:1"])
        other = store.identifications.add("main", "tx:1#0", ["b:1"])
        assert first == Identification("tx:2#0", ("é:1", "b:1"), START)
        # what is in force already was said when it was said
        assert store.identifications.add("main", "tx:2#0", ["é:1", "b:1"]) == first
        last = store.identifications.add("main", "tx:2#0", ["b:1", "é:1"])
        assert last.recorded_at > first.recorded_at
        again = store.identifications.add("main", "tx:2#0", ["é:1", "b:1"])
        assert store.identifications.all("main") == (other, first, last, again)
        assert store.identifications.in_force("main") == (other, again)
        assert store.identifications.all("other") == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE identification SET lot = 'x'",
        "UPDATE identification SET recorded_at = 0",
        "DELETE FROM identification",
    ],
)
def test_what_was_said_is_never_changed(store, url, change):
    said = store.identifications.add("main", "tx:1#0", ["lot:1"])
    with pytest.raises(DatabaseError, match="never"):
        run(url, change)
    assert store.identifications.all("main") == (said,)


def test_what_was_said_is_never_replaced(store, sqlite_url):
    with open_store(sqlite_url) as own:
        own.funds.create(Fund("main"))
        own.identifications.add("main", "tx:1#0", ["lot:1"])
    for pragma in ("ON", "OFF"):
        with pytest.raises(DatabaseError, match="never"):
            run(
                sqlite_url,
                f"PRAGMA recursive_triggers={pragma}",
                "INSERT OR REPLACE INTO identification SELECT * FROM identification",
            )


def moved(url: str, version: str) -> None:
    with plain(url) as connection:
        migrate(connection, version)


def test_the_table_of_funds_is_made_anew_with_all_that_hangs_on_it(store, url):
    store.settings.set("main", "colour", "red")
    store.journal.append("main", [entry("tx:1#0")])
    head = store.seals.verify("main")
    moved(url, "0004")
    with pytest.raises(DatabaseError, match=r"(?i)check"):
        run(url, "UPDATE fund SET method = 'lofo'")
    with plain(url) as connection:
        if url.startswith("sqlite"):
            connection.exec_driver_sql("ALTER TABLE fund ADD COLUMN motto TEXT DEFAULT 'x'")
            connection.exec_driver_sql("CREATE INDEX fund_motto ON fund (motto)")
        else:
            connection.exec_driver_sql("ALTER TABLE fund ADD COLUMN motto TEXT DEFAULT 'x'")
    upgrade(url)
    assert run(url, "SELECT id, name, motto FROM fund") == [(1, "main", "x")]
    with pytest.raises(DatabaseError, match="never deleted"):
        run(url, "DELETE FROM fund")
    with pytest.raises(DatabaseError, match=r"(?i)foreign key"):
        run(url, "INSERT INTO fund_setting VALUES (2, 'colour', 'blue', 1, NULL)")
    if url.startswith("sqlite"):
        assert run(url, "PRAGMA foreign_key_check") == []
        assert run(url, "PRAGMA integrity_check") == [("ok",)]
        assert len(run(url, "SELECT 1 FROM sqlite_master WHERE name = 'fund_motto'")) == 1
        temporary = "SELECT 1 FROM sqlite_temp_master"
        assert run(url, temporary) == []
    assert store.seals.verify("main") == head
    store.funds.change_method("main", 2026, "lofo")


@pytest.mark.parametrize("how", ["method", "year", "lots"])
def test_a_way_down_that_would_choose_other_lots_is_refused(store, url, how):
    if how == "method":
        store.funds.change(Fund("main", method="average"))
    elif how == "year":
        store.funds.change_method("main", 2026, "hifo")
    else:
        store.identifications.add("main", "tx:1#0", ["lot:1"])
    before = store.fingerprints.of("main")
    with pytest.raises(VerificationFailed, match="main"):
        moved(url, "0004")
    assert store.fingerprints.of("main") == before


def test_lots_of_closed_time_are_not_chosen_anew_before_it_is_reopened(store):
    fund = store.funds.get("main")
    store.journal.append("main", [on("a#0", 0), on("b#0", FEBRUARY)])
    close(store, "2025-01")
    assert store.funds.change_method("main", 2026, "hifo").method_by_year == ((2026, "hifo"),)
    for change in (
        lambda: store.funds.change_method("main", 2025, "hifo"),
        lambda: store.funds.change_method("main", 2020, "lifo"),
        lambda: store.funds.change(replace(fund, method="lifo")),
        lambda: store.funds.change(replace(fund, scope="fund")),
        lambda: store.funds.change(replace(fund, method_by_year=((2025, "lofo"),))),
    ):
        with pytest.raises(PeriodLocked, match="2026 on"):
            change()
    # what chooses the same lots is no other choice
    store.funds.change(replace(fund, method="lifo", method_by_year=((1970, "fifo"),)))
    assert store.funds.change_method("main", 2025, "fifo").policy.method_in(2026) == "fifo"
    store.periods.reopen("main", "2025-01", "ann", "bob", "the method was another one")
    assert store.funds.change_method("main", 2025, "hifo").policy.method_in(2025) == "hifo"


def test_a_year_that_is_closed_to_its_end_leaves_the_next_one_open(store):
    store.journal.append("main", [on("a#0", 0)])
    close(store, "2025-12")
    with pytest.raises(PeriodLocked):
        store.funds.change_method("main", 2025, "hifo")
    assert store.funds.change_method("main", 2026, "hifo").policy.method_in(2026) == "hifo"


@pytest.mark.parametrize("method", METHODS)
def test_any_method_that_a_fund_had_is_known_afterwards(store, method):
    before = store.funds.create(Fund("two", method=method))
    store.funds.change(replace(before, regime="us"))
    store.funds.change(replace(before, regime="uk", method="lofo" if method == "fifo" else "fifo"))
    assert store.funds.get("two", START - timedelta(days=9_000)) == before


def test_a_policy_is_no_other_one_before_the_former_is_put_down(store, url):
    fund = store.funds.get("main")
    policy = f"'{fund.regime}', '{{method}}', '{fund.scope}', '{fund.valuation_time}'"
    had = f"INSERT INTO fund_before VALUES (1, {{at}}, {policy})"
    changing = "UPDATE fund SET method = '{method}'"
    ways = (("fifo", "lifo"), ("lifo", "fifo"), ("fifo", "average"), ("average", "lifo"))
    for at, (before, after) in enumerate(ways, 1):
        with pytest.raises(DatabaseError, match="put down first"):
            run(url, changing.format(method=after))
        with pytest.raises(DatabaseError, match="put down first"):
            run(url, had.format(at=at, method="hifo"), changing.format(method=after))
        run(url, had.format(at=at, method=before), changing.format(method=after))
    assert store.funds.get("main").method == "lifo"
