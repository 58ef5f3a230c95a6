"""What is recorded of a fund is recorded later than all before it, whatever the clock is set to."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from ledger.model.errors import NotFound
from ledger.model.fund import Fund, StrategyRule
from ledger.model.limit import Limit
from ledger.store import Store, open_store
from ledger.store.limits import Finding
from ledger.store.requests import AnsweredRequest
from ledger.store.schema import migrate
from tests.ledger.store.cases import START, entry, plain, run
from tests.ledger.store.populated import populate
from tests.ledger.store.test_known import QUOTE, TICK, WALLET, Hand

NAMES = itertools.count()


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def told(url: str, clock: Hand) -> Iterator[Store]:
    with open_store(url, clock=clock) as store:
        store.funds.create(Fund("main"))
        yield store


def writings(store: Store, fund: str, turn: int) -> None:
    """Something that is recorded, another kind in each of five turns."""
    match turn % 5:
        case 0:
            store.quotes.add(fund, [replace(QUOTE, price=Decimal(turn + 1))])
        case 1:
            store.journal.append(fund, [entry(f"tx:{turn}#0")])
        case 2:
            store.settings.set(fund, "target.win_rate", str(turn))
        case 3:
            store.wallets.ensure(fund, [WALLET])
            store.wallets.change(fund, replace(WALLET, label=f"hot {turn}"))
        case _:
            store.funds.add_rules(fund, [StrategyRule(f"rule {turn}")])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=8))
def test_the_times_of_recording_rise_with_every_writing_and_are_behind_every_name(
    told, clock, moves
):
    fund = f"fund {next(NAMES)}"
    told.funds.create(Fund(fund))
    times = [told.funds.last_recorded(fund)]
    assert times == [datetime(1970, 1, 1, tzinfo=UTC)]
    for turn, (hours, names) in enumerate(moves):
        clock.move(hours)
        named = told.note_present(fund) if names else times[-1]
        assert named >= times[-1]
        assert told.funds.last_recorded(fund) == times[-1]  # a name is no recording
        writings(told, fund, turn)
        times.append(told.funds.last_recorded(fund))
        assert times[-1] > named
    assert times == sorted(set(times))
    assert times[-1] >= clock.now


def test_who_asks_for_the_present_waits_for_nobody_long_and_is_told_none_while_somebody_writes(
    told, clock, url
):
    with told.transaction("main") as inside, open_store(url, clock=clock) as beside:
        inside.quotes.add("main", [QUOTE])
        assert told.note_present("main") is beside.note_present("main") is None
    clock.move(1)
    with open_store(url, clock=clock) as beside, ThreadPoolExecutor(1) as writer:
        assert told.note_present("main") == beside.note_present("main") == clock.now
        # who was not waited for is waited for again by who writes
        with told.transaction("main") as inside:
            written = writer.submit(beside.quotes.add, "main", [replace(QUOTE, price=Decimal(7))])
            inside.settings.set("main", "target.win_rate", "1")
            with pytest.raises(TimeoutError):
                written.result(timeout=0.3)
        assert written.result(timeout=30) == 1
    with pytest.raises(NotFound):
        told.note_present("nobody")


def test_a_name_to_which_the_clock_has_not_come_is_noted_all_the_same(told, clock):
    asked = clock.move(1)
    clock.move(-1)
    assert told.note_present("main", asked) == told.funds.last_named("main") == asked
    assert told.note_present("main") == clock.now
    assert told.funds.last_named("main") == asked
    writings(told, "main", 0)
    assert told.funds.last_recorded("main") > asked
    with pytest.raises(NotFound):
        told.funds.last_named("nobody")


def test_who_asks_for_the_present_hides_it_from_nobody_else_who_does(told, clock, url):
    """Neither from a thread of the same process nor from another one."""
    with open_store(url, clock=clock) as beside, ThreadPoolExecutor(2) as readers:
        for _ in range(10):
            for pair in ((told, told), (told, beside)):
                asked = [readers.submit(store.note_present, "main") for store in pair]
                assert [each.result() for each in asked] == [clock.now, clock.now]


def test_a_writer_of_another_fund_hides_the_present_on_sqlite_alone(told, clock, url):
    told.funds.create(Fund("other"))
    with told.transaction("other"), open_store(url, clock=clock) as beside:
        named = beside.note_present("main")
    assert named == (None if url.startswith("sqlite") else clock.now)


def test_beats_and_answered_requests_are_of_no_books(told, clock):
    writings(told, "main", 0)
    before = told.funds.last_recorded("main")
    clock.move(1)
    told.runs.beat("main", None, 0)
    told.requests.put("main", AnsweredRequest("k", "a" * 64, 200, b"{}"))
    assert told.funds.last_recorded("main") == before


def test_a_fund_that_was_made_without_a_clock_gets_one(told, clock, url):
    made = "INSERT INTO fund SELECT 9, 'plain', 'USD', regime, method, scope, valuation_time"
    run(url, f"{made} FROM fund WHERE id = 1")
    run(url, "INSERT INTO keeping VALUES (9, 0, 0, 1)")
    assert told.funds.last_recorded("plain") == datetime(1970, 1, 1, tzinfo=UTC)
    assert told.note_present("plain") == clock.now
    writings(told, "plain", 0)
    assert told.funds.last_recorded("plain") == clock.now + TICK


def test_the_clock_of_one_fund_says_nothing_of_another(told, clock):
    told.funds.create(Fund("other"))
    clock.move(5)
    writings(told, "main", 0)
    assert told.funds.last_recorded("main") == clock.now
    clock.move(-5)
    writings(told, "other", 0)
    assert told.funds.last_recorded("other") == clock.now
    with pytest.raises(NotFound):
        told.funds.last_recorded("nobody")


def test_what_changes_nothing_is_not_recorded(told, clock):
    fund = Fund("main", strategy_rules=(StrategyRule("a"),), method_by_year=((2025, "hifo"),))
    for turn in range(2):
        told.funds.change(fund)
        told.funds.add_rules("main", fund.strategy_rules)
        told.quotes.add("main", [QUOTE])
        told.settings.set("main", "target.win_rate", "1")
        told.wallets.ensure("main", [WALLET])
        told.wallets.change("main", WALLET)
        if turn == 0:
            before = told.funds.last_recorded("main")
            clock.move(1)
    assert told.funds.last_recorded("main") == before


def test_what_is_written_is_known_by_no_reader_before_its_transaction_ends(told, clock):
    """A reader between the first row and the end names a time before that of what is written."""
    told.quotes.add("main", [QUOTE])
    with told.transaction("main") as inside:
        clock.move(1)
        inside.quotes.add("main", [replace(QUOTE, price=Decimal(90))])
        clock.move(1)
        with told.snapshot("main") as beside:
            read = [quote.price for quote in beside.quotes.all("main")]
            named = beside.funds.last_recorded("main")
        assert (read, named) == ([100], START)
    assert [quote.price for quote in told.quotes.all("main", named)] == read
    # of the moment on the clock itself, which came after the time of writing, it is told otherwise
    assert [quote.price for quote in told.quotes.all("main", clock.now)] == [90]


def test_what_was_taken_back_is_not_recorded(told, clock):
    writings(told, "main", 0)
    before = told.funds.last_recorded("main")
    clock.move(1)
    with suppress(RuntimeError), told.transaction("main") as inside:
        inside.quotes.add("main", [replace(QUOTE, price=Decimal(90))])
        raise RuntimeError
    assert told.funds.last_recorded("main") == before


def test_what_one_transaction_says_twice_of_a_thing_is_recorded_before_the_next_one(told, clock):
    with told.transaction("main") as inside:
        for price in (1, 2, 3):
            inside.quotes.add("main", [replace(QUOTE, price=Decimal(price))])
    assert told.funds.last_recorded("main") == START + 2 * TICK
    clock.move(-1)
    told.settings.set("main", "target.win_rate", "1")
    assert told.funds.last_recorded("main") == START + 3 * TICK


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fund_clock SET recorded_at = recorded_at - 1",
        "UPDATE fund_clock SET named_at = named_at - 1",
        "UPDATE fund_clock SET named_at = NULL",
        "UPDATE fund_clock SET recorded_at = 253402300800000000",
        "UPDATE fund_clock SET named_at = 9223372036854775807",
        "UPDATE fund_clock SET recorded_at = NULL",
        "UPDATE fund_clock SET fund_id = 2",
        "DELETE FROM fund_clock",
        "INSERT INTO fund_clock VALUES (1, 9000000000000000, 0)",
        "INSERT INTO fund_clock VALUES (77, 5, 0)",
    ],
)
def test_plain_sql_sets_no_clock_back(told, url, statement):
    told.funds.create(Fund("other"))
    writings(told, "main", 0)
    before = run(url, "SELECT * FROM fund_clock ORDER BY fund_id")
    with pytest.raises(DatabaseError):
        run(url, statement)
    assert run(url, "SELECT * FROM fund_clock ORDER BY fund_id") == before


@pytest.mark.parametrize("pragma", ["ON", "OFF"])
def test_sqlite_replaces_no_clock(sqlite_url, pragma):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
    with pytest.raises(DatabaseError, match="never replaced"):
        run(
            sqlite_url,
            f"PRAGMA recursive_triggers={pragma}",
            "INSERT OR REPLACE INTO fund_clock VALUES (1, 0, 0)",
        )


def test_an_upgrade_sets_each_clock_to_the_newest_time_that_its_fund_has(url):
    populate(url)
    with open_store(url, clock=Hand()) as store:
        store.funds.create(Fund("new"))
        store.funds.create(Fund("breached"))
        limit = Limit("l", "drawdown", "most", Decimal(1), "ann", "a reason")
        store.limits.declare("breached", limit)
        # the books that were looked at end with a day that is not over: no time of recording
        end = START + timedelta(days=700)
        store.limits.found("breached", end, [Finding("l", "2", beyond=True, within=False)])
        known = {fund.name: store.funds.last_recorded(fund.name) for fund in store.funds.all()}
    for version in ("0026", "0027"):
        with plain(url) as connection:
            migrate(connection, version)
    with open_store(url) as store:
        assert {name: store.funds.last_recorded(name) for name in known} == known
    assert len(set(known.values())) > 2
    assert known["breached"] < START + timedelta(hours=1)
