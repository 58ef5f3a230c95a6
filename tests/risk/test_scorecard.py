"""The scorecard: whole months alone, targets as they are set, and no figure without a record."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.scorecard import TARGETS, scorecard, whole_months
from tests.risk.series import points, trades

START = datetime(2024, 1, 1, tzinfo=UTC)


def by_name(found):
    return {score.name: score for score in found.scores}


def grown(days, factor=1.01, start=START):
    return points(*(100 * factor**day for day in range(days + 1)), start=start)


def test_a_month_counts_once_the_books_cover_all_of_it():
    assert [month.month for month in whole_months(grown(31))] == ["2024-01"]
    assert whole_months(grown(30)) == ()
    late = grown(60, start=datetime(2024, 1, 2, tzinfo=UTC))
    assert [month.month for month in whole_months(late)] == ["2024-02"]


def test_the_return_of_a_month_is_compounded():
    (month,) = whole_months(grown(31))
    assert month.value == pytest.approx(1.01**31 - 1)
    assert month.days == 31


def test_a_month_with_a_day_without_a_return_has_none_and_says_so():
    told = list(grown(31))
    told[5] = type(told[5])(told[5].time, "USD", told[5].value, 0, None, 1, 0)
    (month,) = whole_months(told)
    assert (month.value, month.reason) == (None, "1 of its 31 days have no return")
    assert by_name(scorecard(told, [], {}))["monthly_return"].met is None


def test_targets_are_the_desks_own_unless_the_fund_says_otherwise():
    assert TARGETS["monthly_return"] == 0.2
    assert TARGETS["win_rate"] == 0.6
    found = by_name(scorecard(grown(31), trades(1, 1, -1), {"win_rate": 0.7}))
    assert found["monthly_return"].met is True
    assert (found["win_rate"].target, found["win_rate"].met) == (0.7, False)
    assert found["win_rate"].figure == pytest.approx(2 / 3)
    assert found["win_rate"].error == pytest.approx((2 / 9 / 3) ** 0.5, rel=0.3)
    assert found["capital"].error is None
    assert found["capital"].met is False


def test_what_nothing_is_recorded_of_is_neither_met_nor_missed():
    found = by_name(scorecard([], [], {}))
    assert {score.met for score in found.values()} == {None}
    assert all(score.reason for score in found.values())
    assert found["uptime"].reason == "the service is not known to have run"


def test_months_that_reached_the_target_are_counted():
    found = scorecard(grown(60, 1.005), [], {})
    assert found.reached(0.1) == (2, 2)
    assert found.reached(0.2) == (0, 2)


@given(st.lists(st.floats(-0.2, 0.2), min_size=1, max_size=150))
def test_months_follow_one_another_and_compound_their_days(returns):
    levels = [100.0]
    for value in returns:
        levels.append(levels[-1] * (1 + value))
    months = whole_months(points(*levels))
    assert len(months) <= len(returns) // 28
    assert [month.month for month in months] == sorted({month.month for month in months})
    assert all(month.value is not None and month.value > -1 for month in months)
