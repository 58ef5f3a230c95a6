"""Several days ahead: runs compound, paths carry their volatility on, √time says what it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.growth import compounded
from risk.model import Backtest
from risk.tail.historical import LONG_STILL, filtered, historical
from risk.tail.horizon import METHODS, horizon_measures, overlapped, overlapping, paths, scaled
from tests.risk.series import daily_returns, random_series, stated


@given(st.lists(daily_returns, min_size=12, max_size=40), st.integers(2, 10))
def test_every_run_compounds_its_own_days(values, days):
    runs = overlapped(values, days)
    assert len(runs) == len(values) - days + 1
    for at, run in enumerate(runs):
        assert run == pytest.approx(compounded(values[at : at + days]), abs=1e-12)


def test_what_is_lost_wholly_stays_lost():
    assert overlapped([0.1, -1.0, 5.0], 2).tolist() == [-1.0, -1.0]


def test_of_one_day_paths_are_the_filtered_tail():
    drawn = random_series(4, 400, scale=0.02).values
    found, expected = paths(drawn, 0.95, 1, count=200_000), filtered(drawn, 0.95)
    assert found == pytest.approx(expected, rel=0.03)


def test_paths_come_out_the_same_each_time():
    drawn = random_series(4, 400, scale=0.02).values
    assert paths(drawn, 0.99, 10) == paths(drawn, 0.99, 10)


def test_independent_days_grow_about_with_the_root_of_time():
    drawn = random_series(5, 3_000, scale=0.01, mean=0.0).values
    assert overlapping(drawn, 0.95, 9)[0] == pytest.approx(3 * 0.01645, rel=0.1)
    # from today's volatility, which is not that of all days
    assert paths(drawn, 0.95, 9)[0] == pytest.approx(scaled(drawn, 0.95, 9)[0], rel=0.1)


def test_days_that_follow_each_other_lose_more_than_the_root_of_time_says():
    shocks = random_series(6, 4_000, scale=0.01, mean=0.0).values
    trending, last = [], 0.0
    for shock in shocks:
        last = 0.6 * last + shock
        trending.append(last)
    assert (
        stated(overlapping(trending, 0.95, 10))[0] > 1.4 * 10**0.5 * historical(trending, 0.95)[0]
    )


def test_each_value_at_risk_stands_beside_its_exceptions():
    drawn = random_series(7, 1_200, scale=0.02).values
    measures, tests = horizon_measures(drawn, 0.95, 10)
    assert [one.name for one in measures if one.name.startswith("var")] == [
        f"var_{method}_95_10d" for method in METHODS
    ]
    for found in measures:
        assert found.value is not None
        assert dict(found.parameters)["horizon"] == "10 days"
        assert ("exceptions" in dict(found.parameters)) == found.name.startswith("var")
    assert {each.method for each in tests} <= {f"{method}_10d" for method in METHODS}
    for each in tests:
        assert isinstance(each, Backtest)
        assert each.days + each.silent <= 1_200 // 10


def test_few_runs_and_long_stillness_have_a_reason():
    assert (
        overlapping(random_series(1, 199).values, 0.95, 10) == "19 of at least 20 runs of 10 days"
    )
    still = [0.01, -0.01] * 20 + [0.0] * 120 + [-0.01] * 20
    assert paths(still, 0.95, 5) == LONG_STILL
    assert scaled(still, 0.95, 5) == LONG_STILL
    short, none = horizon_measures(random_series(1, 19).values, 0.95, 2)
    assert {one.reason for one in short} == {"19 of at least 20 days"}
    assert none == ()


def test_a_horizon_of_no_days_or_of_weeks_is_refused():
    for days in (1, 11):
        with pytest.raises(AssertionError):
            horizon_measures(np.zeros(100).tolist(), 0.95, days)
