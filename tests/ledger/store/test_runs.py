"""The service is known to have run from beat to beat, and not where beats are missing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.errors import NotFound
from ledger.model.fund import Fund
from ledger.store import Store, open_store
from tests.ledger.store.cases import START, run
from tests.ledger.store.test_known import Hand

MINUTE = timedelta(minutes=1)
PATIENCE = 2 * 60 * 1_000_000


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def told(url: str, clock: Hand) -> Iterator[Store]:
    with open_store(url, clock=clock) as store:
        store.funds.create(Fund("main"))
        yield store


def spans(store: Store, fund: str = "main") -> list[tuple[datetime, datetime]]:
    return [(one.started_at, one.seen_at) for one in store.runs.all(fund)]


def test_beats_in_time_are_one_run(told, clock):
    number = None
    for minute in (0, 1, 2, 4):
        clock.now = START + minute * MINUTE
        number = told.runs.beat("main", number, PATIENCE)
    assert number == 1
    assert spans(told) == [(START, START + 4 * MINUTE)]


def test_a_run_ends_with_its_last_beat_when_more_than_one_is_missing(told, clock):
    told.runs.beat("main", None, PATIENCE)
    clock.now = START + 2 * MINUTE + timedelta(microseconds=1)
    assert told.runs.beat("main", 1, PATIENCE) == 2
    assert spans(told) == [(START, START), (clock.now, clock.now)]


def test_each_process_and_each_fund_has_runs_of_its_own(told, clock):
    told.funds.create(Fund("other"))
    assert [told.runs.beat("main", None, PATIENCE) for _ in range(2)] == [1, 2]
    assert told.runs.beat("other", None, PATIENCE) == 1
    clock.now += MINUTE
    told.runs.beat("main", 2, PATIENCE)
    assert spans(told) == [(START, START), (START, START + MINUTE)]
    assert spans(told, "other") == [(START, START)]
    with pytest.raises(NotFound):
        told.runs.beat("nobody", None, PATIENCE)


def test_a_clock_that_was_set_back_takes_no_time_away(told, clock):
    clock.now = START + MINUTE
    number = told.runs.beat("main", None, PATIENCE)
    clock.now = START
    assert told.runs.beat("main", number, PATIENCE) == number
    assert spans(told) == [(START + MINUTE, START + MINUTE)]


def test_no_beat_says_anything_of_a_time_by_which_an_answer_was_named(told, clock):
    """What was told of the hours without a beat stays so, also where a clock was set back since."""
    told.runs.beat("main", None, PATIENCE)
    clock.now = START + 60 * MINUTE
    named = told.note_present("main")
    clock.now = START + 30 * MINUTE
    number = told.runs.beat("main", None, PATIENCE)
    assert told.runs.beat("main", number, PATIENCE) == number
    assert spans(told) == [(START, START), (named, named)]


def test_beats_follow_what_was_recorded_by_a_clock_that_was_ahead(told, clock):
    number = told.runs.beat("main", None, PATIENCE)
    clock.now = START + 60 * MINUTE
    told.settings.set("main", "target.win_rate", "1")
    clock.now = START + MINUTE
    assert told.runs.beat("main", number, PATIENCE) == number + 1
    assert spans(told)[1:] == [(START + 60 * MINUTE, START + 60 * MINUTE)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE service_run SET started_at = started_at - 1",
        "UPDATE service_run SET seen_at = seen_at - 1",
        "UPDATE service_run SET n = 2",
        "UPDATE service_run SET fund_id = 2",
        "DELETE FROM service_run",
        "INSERT INTO service_run VALUES (1, 2, 5, 4)",
        "INSERT INTO service_run VALUES (1, 1, 4, 5)",
        "INSERT INTO service_run VALUES (7, 1, 4, 5)",
    ],
)
def test_nobody_makes_a_run_longer_at_its_beginning_or_takes_one_away(told, url, statement):
    told.funds.create(Fund("other"))
    clocked = spans(told) or told.runs.beat("main", None, PATIENCE)
    assert clocked
    run(url, "UPDATE service_run SET seen_at = seen_at + 5")
    with pytest.raises(DatabaseError):
        run(url, statement)
    assert run(url, "SELECT count(*), max(seen_at - started_at) FROM service_run") == [(1, 5)]
