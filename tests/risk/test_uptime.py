"""How long the service ran, of how long: no time twice, and nothing from before it was known."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.scorecard import scorecard
from risk.uptime import WINDOW, uptime

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ago(*hours: float) -> list[tuple[datetime, datetime]]:
    ends = [NOW - hour * HOUR for hour in hours]
    return list(zip(ends[::2], ends[1::2], strict=True))


def share(runs, **options):
    found = uptime(runs, NOW, **options)
    return None if found is None else found.share


def test_a_service_that_was_never_seen_has_no_uptime():
    assert uptime([], NOW) is None
    assert uptime(ago(-1, -2), NOW) is None


def test_time_is_asked_of_from_the_first_run_on():
    assert share(ago(10, 0)) == 1
    assert share(ago(10, 6, 2, 0)) == pytest.approx(0.6)
    assert share(ago(10, 6)) == pytest.approx(0.4)


def test_only_the_last_days_count_once_there_are_more():
    assert share(ago(24 * 60, 24 * 45, 15 * 24, 0)) == pytest.approx(0.5)
    found = uptime(ago(24 * 60, 24 * 45, 15 * 24, 0), NOW)
    assert found is not None
    assert (found.whole, found.runs) == (WINDOW, 1)


def test_what_is_seen_later_is_not_known_yet():
    assert share(ago(10, 6, 2, -5)) == pytest.approx(0.6)


def test_two_processes_count_once():
    assert share(ago(10, 4, 8, 6, 5, 2)) == pytest.approx(0.8)


runs = st.lists(
    st.tuples(st.integers(-50, 1_500), st.integers(0, 200)).map(
        lambda drawn: (NOW - drawn[0] * HOUR, NOW - (drawn[0] - drawn[1]) * HOUR)
    ),
    max_size=8,
)


@given(runs)
def test_hours_are_counted_as_one_counts_them_one_by_one(given):
    found = uptime(given, NOW)
    begun = [begin for begin, _ in given if begin < NOW]
    if not begun:
        assert found is None
        return
    assert found is not None
    since = max(min(begun), NOW - WINDOW)
    hours = [since + at * HOUR for at in range((NOW - since) // HOUR)]
    ran = sum(any(begin <= hour < end for begin, end in given) for hour in hours)
    assert (found.ran, found.whole) == (ran * HOUR, len(hours) * HOUR)


def test_the_scorecard_says_whether_the_target_is_met():
    def score(given):
        return next(one for one in scorecard([], [], {}, given).scores if one.name == "uptime")

    assert score(None).met is None
    assert score(None).reason == "the service is not known to have run"
    assert (score(uptime(ago(10, 0), NOW)).met, score(uptime(ago(10, 1), NOW)).met) == (True, False)
