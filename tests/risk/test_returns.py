"""Returns come from growth and trades, flow-adjusted, by UTC days."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.position import NavPoint
from risk.returns import between, contributed, from_nav, varies
from tests.risk.series import DAY, ONE, START, points, series, trade


def test_a_return_is_the_growth_less_one():
    found = from_nav(points(100, 110, 99))
    assert found.values == pytest.approx((0.1, -0.1), rel=1e-15)
    assert found.name == "fund"


def test_a_deposit_is_no_return():
    assert from_nav(points(100, 203, flows={1: 100})).values == (0.015,)


def test_a_redemption_is_no_loss():
    assert from_nav(points(100, 50, flows={1: -50})).values == (0.0,)


def test_a_tiny_return_keeps_all_its_digits():
    growth = Decimal("1.000000000000000000123456789")
    (_, value) = (NavPoint(START, "USD", ONE), NavPoint(START + DAY, "USD", ONE, 0, growth, 0, ONE))
    assert from_nav((_, value)).values == (1.23456789e-19,)


def test_a_day_with_nothing_invested_gives_no_return():
    assert from_nav(points(0, 0, 100, flows={2: 100})).days == (date(2024, 1, 2),)


def test_a_point_at_midnight_closes_the_day_before():
    assert from_nav(points(100, 101)).days == (date(2024, 1, 1),)


def test_a_point_in_the_afternoon_closes_its_own_day():
    afternoon = START + timedelta(hours=16)
    assert from_nav(points(100, 101, start=afternoon)).days == (date(2024, 1, 2),)


def test_one_point_gives_no_return_whatever_it_says():
    alone = NavPoint(START, "USD", ONE, 0, Decimal("1.5"))
    assert from_nav((alone,)).values == ()
    assert contributed([], (alone,), "arb").values == ()


def test_a_strategy_earns_a_fraction_of_what_the_day_began_with():
    found = contributed([trade(0, 3), trade(1, -2)], points(100, 103, 201, flows={2: 100}), "arb")
    assert found.values == (0.03, -2 / 203)


def test_a_day_without_a_trade_is_zero_and_not_missing():
    found = contributed([trade(2, 5)], points(100, 100, 100, 105), "arb")
    assert found.values == (0.0, 0.0, 0.05)


def test_another_strategy_earns_nothing_of_it():
    assert contributed([trade(0, 3)], points(100, 103), "lend").values == (0.0,)


def test_a_trade_belongs_to_the_interval_in_which_it_closed():
    afternoon = START + timedelta(hours=16)
    levels = points(100, 100, 100, start=afternoon)
    late = trade(0, 7, closed=START + timedelta(days=1, hours=20))
    on_time = trade(1, 2, closed=afternoon + DAY)
    assert contributed([late, on_time], levels, "arb").values == (0.02, 0.07)


def test_a_trade_before_the_first_or_after_the_last_point_is_in_no_day():
    early, late = trade(0, 7, closed=START - DAY), trade(0, 7, closed=START + 9 * DAY)
    assert contributed([early, late], points(100, 100), "arb").values == (0.0,)


def test_a_strategy_has_the_days_of_the_fund():
    levels = points(0, 0, 100, 101, 0, 5, flows={2: 100, 4: -101, 5: 5})
    assert contributed([trade(2, 1)], levels, "arb").days == from_nav(levels).days


def test_the_order_of_trades_changes_nothing():
    done = [trade(0, 3), trade(0, -1), trade(1, 2)]
    levels = points(100, 102, 104)
    assert len({contributed(order, levels, "arb") for order in permutations(done)}) == 1


def test_a_part_of_a_series_includes_both_ends():
    found = between(series(1, 2, 3, 4), date(2024, 1, 2), date(2024, 1, 3))
    assert found.values == (2, 3)
    assert between(series(1, 2), None, None) == series(1, 2)


@pytest.mark.parametrize("flat", [(), (0.0, 0.0), (0.01,) * 9, (1e-4, 1e-4 + 1e-20)])
def test_values_that_differ_by_rounding_do_not_vary(flat):
    assert not varies(flat)


def test_a_small_strategy_varies_like_a_large_one():
    assert varies((1e-15, 2e-15))
    assert varies((0.0, 1e-300))


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=40))
def test_returns_compound_to_the_whole_growth(levels):
    wealth = 1.0
    for value in from_nav(points(*levels)).values:
        wealth *= 1 + value
    assert wealth == pytest.approx(levels[-1] / levels[0], rel=1e-9)
