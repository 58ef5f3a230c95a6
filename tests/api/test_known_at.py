"""What is asked of a past moment is what was printed at it, to the byte, whatever came since."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.store import Store, open_store
from ledger.store.quotes import Quotes
from tests.api.diary import BEGIN, Clock, Diary, World, pages, world
from tests.conftest import PROFILE
from tests.ledger.store import conftest as databases

sqlite_template = databases.sqlite_template
postgres_server = databases.postgres_server
postgres_template = databases.postgres_template
sqlite_url = databases.sqlite_url
postgres_url = databases.postgres_url
both = databases.url

FUNDS = itertools.count()
KINDS = (
    "file",
    "transactions",
    "prices",
    "wallet",
    "wallet_changed",
    "rule",
    "policy",
    "another program",
    "unkept transactions",
    "unkept prices",
    "unkept policy",
)
TURNS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 11), st.sampled_from((0, 1, 10**9, -(10**9)))),
    min_size=4,
    max_size=10,
)
#: A turn of each kind, twice, on some beginnings.
BEGUN = [("file", 0, 1), ("wallet", 0, 1)]
WHOLE = BEGUN + [
    (kind, which, wait) for which, wait in ((1, 10**6), (2, -3 * 10**6)) for kind in KINDS
]


@pytest.fixture(scope="module")
def told() -> World:
    return world()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(both: str, clock: Clock) -> Iterator[Store]:
    with open_store(both, clock=clock) as store:
        yield store


def diary_of(store: Store, clock: Clock, told: World, turns) -> Diary:
    diary = Diary(store, f"fund {next(FUNDS)}", clock, told)
    for what, which, wait in turns:
        diary.turn(what, which, wait)
    return diary


def differences(diary: Diary) -> list[tuple[int, str]]:
    """The turns and pages that are no longer what was printed."""
    return [
        (turn, name)
        for turn, (_, printed, now) in enumerate(diary.reread())
        for name in printed
        if printed[name] != now[name]
    ]


def test_every_page_of_the_diary_is_printed_again_to_the_byte(opened, clock, told):
    diary = diary_of(opened, clock, told, WHOLE)
    assert differences(diary) == []
    # it would see nothing if nothing had changed from turn to turn
    for name in diary.days[0][1]:
        assert len({printed[name] for _, printed in diary.days}) > 3, name


@settings(
    max_examples=200 if PROFILE == "torture" else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=TURNS)
def test_any_order_of_becoming_known_is_remembered(opened, clock, told, turns):
    assert differences(diary_of(opened, clock, told, turns)) == []


def test_the_diary_reads_the_same_after_the_store_is_opened_again(both, told):
    clock = Clock()
    with open_store(both, clock=clock) as store:
        diary = diary_of(store, clock, told, WHOLE[:10])
    with open_store(both) as store:
        diary.store = store
        assert differences(diary) == []


def test_before_anything_was_known_there_are_no_books(opened, clock, told):
    diary = diary_of(opened, clock, told, WHOLE[:10])
    books = diary.desk.books(BEGIN - timedelta(days=1))
    assert (books.entries, books.events, dict(books.wallets), books.problems) == ((), (), {}, ())


def test_what_is_known_now_is_what_the_present_prints(opened, clock, told):
    diary = diary_of(opened, clock, told, [turn for turn in WHOLE if turn[0] in KINDS[:7]])
    desk = diary.desk
    assert pages(desk.books(diary.days[-1][0]), desk.fund) == pages(desk.books(), desk.fund)
    present = desk.books()
    assert replace(desk.books(diary.days[-1][0]), prices=present.prices) == present


def test_a_program_that_books_otherwise_today_changes_nothing_of_yesterday(opened, clock, told):
    diary = diary_of(opened, clock, told, [("file", 0, 5), ("file", 1, 5)])
    before = diary.days[-1][0]
    diary.turn("another program", 1, 5)
    assert "so thought program 1" in diary.days[-1][1]["journal now"].decode()
    notes = {entry.note for entry in diary.desk.books(before).entries}
    assert "so thought program 1" not in notes
    assert differences(diary) == []


def test_what_nobody_kept_yet_is_in_no_books_at_that_time_or_later(opened, clock, told):
    diary = diary_of(opened, clock, told, [("file", 0, 5), ("wallet", 0, 5)])
    kept = diary.days[-1][1]
    diary.turn("unkept transactions", 0, 5)
    assert not diary.desk.is_kept()
    printed = diary.days[-1][1]
    assert printed["journal now"] == kept["journal now"]
    assert printed["balances now"] == kept["balances now"]
    diary.turn("rule", 3, 5)
    assert diary.desk.is_kept()
    assert diary.days[-1][1]["journal now"] != kept["journal now"]
    assert differences(diary) == []


def test_a_store_that_forgets_corrected_prices_is_found_out(opened, clock, told, monkeypatch):
    """The diary can fail: without the history of quotes, it does."""
    diary = diary_of(opened, clock, told, [("file", n, 5) for n in range(4)])
    diary.turn("prices", 2, 5)
    diary.turn("prices", 4, 5)
    assert differences(diary) == []
    newest = Quotes.all
    monkeypatch.setattr(Quotes, "all", lambda self, fund, _known_at=None: newest(self, fund))
    wrong = differences(diary)
    assert "nav now" in {name for _, name in wrong}
    assert {turn for turn, _ in wrong} == {2, 3, 4, 5}
