"""The books kept by the stretch: the same as kept whole, whatever came when (P5, P11, P12)."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import figures
from api.demo.sample import Sample, load
from api.desk import Desk
from api.jobs.close import reopen_month
from api.jobs.keep import plan, saving
from api.jobs.verify import verified
from api.standing import stood
from ledger.model.activity import microseconds, time_at
from ledger.model.amount import parse_decimal
from ledger.model.asset import by_symbol
from ledger.model.errors import VerificationFailed
from ledger.model.evidence import Answer, RawTransaction, StatementLine
from ledger.model.fund import Wallet
from ledger.model.position import Quote
from ledger.prices.sources import price_csv
from ledger.store import Store, open_store
from ledger.store.evidence import EvidenceStore
from tests.api.jobs.kept import (
    BEGIN,
    FUND,
    add,
    assert_kept_as_whole,
    begin,
    begin_of,
    bought,
    came,
    close,
    left,
    row,
    sold,
)
from tests.ledger.store import conftest as databases

sqlite_template = databases.sqlite_template
postgres_server = databases.postgres_server
postgres_template = databases.postgres_template
sqlite_url = databases.sqlite_url
postgres_url = databases.postgres_url
url = databases.url


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_store("sqlite://") as store:
        store.funds.create(FUND)
        yield Desk(store, FUND)


# ---- a new day costs that day


def test_what_happened_before_a_new_day_is_not_read_again(desk, monkeypatch):
    add(desk, *(bought(day, "1") for day in range(0, 100, 5)))
    desk.keep()
    add(desk, sold(101, "3"))
    asked = []
    between = EvidenceStore.between

    def noted(self, fund, start, until):
        asked.append(start)
        return between(self, fund, start, until)

    monkeypatch.setattr(EvidenceStore, "between", noted)
    written = desk.keep()
    assert (written.appended, written.reversed, written.unchanged) == (1, 0, 20)
    assert min(asked) >= microseconds(BEGIN + timedelta(days=90))
    assert_kept_as_whole(desk)


def test_a_backdated_row_leaves_the_entries_before_it_alone(desk):
    add(desk, *(bought(day, "1") for day in range(0, 100, 5)))
    desk.keep()
    add(desk, bought(52, "1"))
    assert begin(desk) == microseconds(datetime(2024, 2, 1, tzinfo=UTC))
    assert (desk.keep().appended, desk.keep().appended) == (1, 0)
    assert_kept_as_whole(desk)


def test_books_that_are_kept_are_not_kept_again(desk):
    add(desk, bought(0, "1"))
    desk.keep()
    assert plan.cuts(desk) is None


def test_other_rules_of_the_program_keep_everything_again(desk, monkeypatch):
    add(desk, bought(0, "1"), bought(50, "1"))
    desk.keep()
    monkeypatch.setattr(plan, "program", lambda: "f" * 64)
    assert begin(desk) == plan.BEGIN


def test_what_was_written_and_taken_back_on_the_way_is_not_called_unchanged(desk, monkeypatch):
    monkeypatch.setattr(plan, "STRETCH", 2)
    monkeypatch.setattr(saving, "AT_ONCE", 2)
    add(desk, *(bought(day, "5") for day in range(0, 120, 5)), left(1, "0xaa"), came(100, "0xaa"))
    first = desk.keep()
    live, every = (read("main") for read in (desk.store.journal.live_entries,
                                             desk.store.journal.all_entries))  # fmt: skip
    assert first.reversed > 0, "the other side reaches back to what was written"
    assert (first.unchanged, first.appended - first.reversed) == (0, len(live))
    assert first.appended + first.reversed == len(every)
    add(desk, came(110, "0xbb"))
    assert desk.keep().unchanged == len(live)


# ---- what reaches back


def test_the_other_side_of_a_move_is_found_months_later(desk):
    add(desk, bought(0, "5"), left(1, "0xaa"), *(bought(day, "1") for day in range(2, 150, 7)))
    desk.keep()
    add(desk, came(151, "0xaa"))
    desk.keep()
    books = assert_kept_as_whole(desk)
    assert {event.kind for event in books.events} == {"swap", "bridge_out", "bridge_in"}


def test_a_third_side_undoes_what_two_had_joined(desk):
    add(desk, bought(0, "5"), left(1, "0xaa"), came(70, "0xaa"), bought(130, "1"))
    desk.keep()
    assert_kept_as_whole(desk)
    add(desk, came(140, "0xaa", "2"))
    desk.keep()
    books = assert_kept_as_whole(desk)
    assert not any(event.kind.startswith("bridge") for event in books.events)


def test_a_wallet_that_is_named_late_is_kept_from_its_first_day_on(desk):
    far = row("transfer", 40, sent_asset="AAA", sent_quantity="1", to_wallet="cold")
    add(desk, bought(0, "5"), far, bought(90, "1"))
    desk.keep()
    cold = Wallet("venue:partita", "cold", "cold", "custody")
    desk.store.wallets.change(FUND.name, cold)
    assert BEGIN < time_at(begin(desk)) <= BEGIN + timedelta(days=40)
    desk.keep()
    assert_kept_as_whole(desk)


def test_a_price_that_comes_late_values_what_followed_it(desk):
    swap = row("swap", 60, sent_asset="AAA", sent_quantity="1", received_asset="BBB",
               received_quantity="2")  # fmt: skip
    add(desk, bought(0, "5"), swap, bought(100, "1"))
    desk.keep()
    quote = Quote(by_symbol("BBB"), BEGIN + timedelta(days=59), parse_decimal("7"), "USD", "file")
    desk.store.quotes.add(FUND.name, [quote])
    assert begin(desk) > plan.BEGIN
    desk.keep()
    books = assert_kept_as_whole(desk)
    assert any(
        posting.asset == "symbol:BBB" and posting.value
        for entry in books.entries
        for posting in entry.postings
    )


# ---- what is put down is verified

MORE = (
    "INSERT INTO checkpoint SELECT fund_id, until, '{}', digest, body FROM checkpoint"
    " WHERE part = 'totals'"
)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE nav_point SET value = '1' WHERE time = (SELECT max(time) FROM nav_point)", "net"),
        ("DELETE FROM nav_point WHERE time = (SELECT max(time) FROM nav_point)", "net"),
        ("DELETE FROM checkpoint WHERE part = 'totals'", "totals"),
        ("DELETE FROM checkpoint WHERE part = 'lots:symbol:AAA'", "lots:symbol:AAA"),
        (MORE.format("lots:symbol:ZZZ"), "lots:symbol:ZZZ"),
        (MORE.format("guessed"), "guessed"),
    ],
)
def test_what_was_put_down_and_altered_is_named(tmp_path, statement, what):
    path = tmp_path / "partita.db"
    with open_store(f"sqlite:///{path}") as store:
        store.funds.create(FUND)
        desk = Desk(store, FUND)
        add(desk, bought(0, "5"), bought(40, "1"))
        desk.keep()
        verified(desk, None, rebuild=True)
        with closing(sqlite3.connect(path)) as plain:
            plain.execute(statement)
            plain.commit()
        with pytest.raises(VerificationFailed, match=what):
            verified(desk, None, rebuild=True)


# ---- what is read is of one moment


def test_what_is_read_together_is_of_one_moment_whatever_is_kept_meanwhile(url):
    with open_store(url) as store, open_store(url) as elsewhere:
        store.funds.create(FUND)
        desk, other = (Desk(each, FUND) for each in (store, elsewhere))
        add(desk, bought(0, "5"), bought(40, "1"))
        desk.keep()
        for as_of in (None, BEGIN + timedelta(days=50)):
            with stood(desk, as_of) as before:
                read = before.totals(), before.lots(), before.marks(), before.nav()
            with stood(desk, as_of) as now:
                totals = now.totals()
                add(other, sold(45 + (as_of is None), "1"))
                other.keep()
                assert (totals, now.lots(), now.marks(), now.nav()) == read
            with stood(desk, as_of) as after:
                assert after.totals() != totals


# ---- a time in the past


@pytest.mark.parametrize("day", [0, 20, 51.5, 64, 99, 140])
def test_what_stood_at_a_time_is_what_the_books_of_that_time_say(desk, day):
    add(desk, *(bought(number, "2") for number in range(0, 100, 5)), sold(52, "3"), sold(64, "1"))
    desk.keep()
    time = BEGIN + timedelta(days=day)
    books = figures.as_of(desk.books(), time)
    with stood(desk, time) as then:
        assert then.totals() == figures.totals(books)
        assert then.lots() == books.booking.open
        assert then.marks() == figures.marks(books, time)
        assert then.nav() == figures.nav(books, desk.fund, time)


# ---- closed time


def test_what_comes_late_of_closed_time_is_adjusted_in_the_open_time(desk):
    add(desk, *(bought(day, "2") for day in range(0, 150, 10)), left(33, "0xaa"))
    close(desk, "2024-02")
    assert_kept_as_whole(desk)
    before = desk.store.journal.live_entries("main", (plan.BEGIN, begin_of("2024-03")))
    add(desk, bought(12, "7"), sold(45, "3"), came(100, "0xaa"), sold(151, "1"))
    desk.keep()
    assert_kept_as_whole(desk)
    assert desk.store.journal.live_entries("main", (plan.BEGIN, begin_of("2024-03"))) == before
    assert len(desk.store.journal.live_named("main", "adjust:")) == 3


def test_adjusting_entries_stay_while_nothing_else_is_said_of_closed_time(desk):
    add(desk, *(bought(day, "2") for day in range(0, 150, 10)))
    close(desk, "2024-02")
    add(desk, bought(12, "7"))
    desk.keep()
    add(desk, sold(60, "1"), sold(149, "1"))
    desk.keep()
    assert_kept_as_whole(desk)
    close(desk, "2024-03")
    add(desk, bought(13, "7"), bought(62, "3"))
    desk.keep()
    assert_kept_as_whole(desk)


def test_a_reopened_month_takes_back_what_was_adjusted(desk):
    add(desk, *(bought(day, "2") for day in range(0, 150, 10)))
    close(desk, "2024-03")
    add(desk, bought(12, "7"), bought(40, "7"))
    desk.keep()
    reopen_month(desk, "2024-02", "ann", "bob", "a row came late")
    assert_kept_as_whole(desk)
    assert len(desk.store.journal.live_named("main", "adjust:")) == 1


# ---- any portions in any order


@dataclass(frozen=True)
class Pool:
    """Evidence of the sample fund, thinned out, and of a desk that moves its coins slowly."""

    sample: Sample
    transactions: tuple[RawTransaction, ...]
    lines: tuple[StatementLine, ...]
    quotes: tuple[Quote, ...]
    answers: tuple[Answer, ...]


@pytest.fixture(scope="module")
def pool() -> Pool:
    sample = load()
    quotes, _ = price_csv.read(sample.prices.body.decode(), sample.prices.name)
    lines = [bought(day, "3") for day in range(0, 400, 40)]
    lines += [sold(day, "1") for day in range(30, 400, 50)]
    lines += [left(day, f"0x{day:x}") for day in range(10, 300, 60)]
    lines += [came(day + day % 97, f"0x{day:x}") for day in range(10, 300, 60)]
    return Pool(sample, sample.transactions[::35], tuple(lines), quotes[::9], sample.answers)


def portions(pool: Pool, chance: random.Random, store: Store, count: int) -> Iterator[None]:
    """Put the pool into the store in so many portions of everything, in any order."""
    name = pool.sample.fund.name
    everything = [
        *(("transaction", item) for item in pool.transactions),
        *(("line", item) for item in pool.lines),
        *(("quote", item) for item in pool.quotes),
        *(("answer", item) for item in pool.answers),
        *(("wallet", item) for item in pool.sample.wallets),
    ]
    chance.shuffle(everything)
    size = len(everything) // count + 1
    for start in range(0, len(everything), size):
        part = everything[start : start + size]

        def of(kind: str, part: list = part) -> list:
            return [item for what, item in part if what == kind]

        with store.transaction(name) as inside:
            inside.wallets.add(name, of("wallet"))
            inside.evidence.add(name, of("transaction"))
            times = {
                line.id: microseconds(datetime.fromisoformat(line.cells[0][1]))
                for line in of("line")
            }
            inside.evidence.add(name, of("line"), times=times)
            inside.answers.add(name, of("answer"))
            inside.quotes.add(name, of("quote"))
        yield


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), count=st.integers(2, 4), stretch=st.sampled_from([20, 20_000]))
def test_books_kept_in_portions_are_those_kept_at_once(pool, monkeypatch, seed, count, stretch):
    monkeypatch.setattr(plan, "STRETCH", stretch)
    monkeypatch.setattr(saving, "AT_ONCE", stretch)
    with open_store("sqlite://") as store:
        store.funds.create(pool.sample.fund)
        desk = Desk(store, pool.sample.fund)
        for _ in portions(pool, random.Random(seed), store, count):
            desk.keep()
        assert_kept_as_whole(desk)


def test_the_pool_has_sides_that_stand_far_apart(pool):
    with open_store("sqlite://") as store:
        store.funds.create(pool.sample.fund)
        desk = Desk(store, pool.sample.fund)
        list(portions(pool, random.Random(1), store, 1))
        books = desk.books()
    arrived = [event for event in books.events if event.kind == "bridge_in"]
    assert len([event for event in arrived if (event.group or "").startswith("transfer:")]) == 5
