"""Leaving costs: a spread, a pool that gives less the more is sold, days of selling."""

import json
from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.leaving import days_to_leave, liquidity_measures, sale_proceeds, spread_cost


def swap(x, y, sold, fee):
    """What a pool of constant product gives for a quantity: written out."""
    taken = sold * (1 - fee)
    return y * taken / (x + taken)


def test_a_spread_is_that_of_bangia_and_others(shared):
    path = shared / "evidence" / "risk" / "defi.json"
    if not path.is_file():
        pytest.skip("the published figures are not in the shared folder")
    case = next(c for c in json.loads(path.read_text())["cases"] if c["key"] == "bangia_lvar")
    found = case["P"] * spread_cost(case["mean_spread"], case["sd_spread"], case["a"])
    assert found == pytest.approx(case["COL"], rel=1e-12)


def test_a_sale_is_the_swap_of_the_pool(shared):
    path = shared / "evidence" / "risk" / "defi.json"
    if not path.is_file():
        pytest.skip("the published figures are not in the shared folder")
    cases = [c for c in json.loads(path.read_text())["cases"] if c["key"].startswith("v2_swap")]
    assert len(cases) == 2
    for case in cases:
        price = case["y"] / case["x"]
        found = case["dx"] * price * sale_proceeds(case["dx"] / case["x"], 0.0, case["fee"])
        assert found == pytest.approx(case["dy"], rel=1e-12)


@given(st.floats(0.001, 5), st.floats(-0.9, 2), st.floats(0, 0.05))
def test_after_the_price_has_moved_others_have_moved_the_pool(share, change, fee):
    x, y = 1_000.0, 2_000_000.0
    moved_x, moved_y = x / sqrt(1 + change), y * sqrt(1 + change)
    sold = share * x
    expected = swap(moved_x, moved_y, sold, fee) / (sold * y / x)
    assert sale_proceeds(share, change, fee) == pytest.approx(expected, rel=1e-9)


@given(st.floats(0, 10), st.floats(0, 10), st.floats(-0.9, 1))
def test_more_is_sold_for_less_each(one, other, change):
    small, large = sorted((one, other))
    assert sale_proceeds(large, change, 0.003) <= sale_proceeds(small, change, 0.003)
    assert 0 <= sale_proceeds(large, change, 0.003) < 1 + change


def test_leaving_takes_as_long_as_the_market_trades():
    assert days_to_leave(100, 50, 0.1) == 20
    assert days_to_leave(1, 0, 0.1) == inf


def named(at_risk, **more):
    return {one.name: one for one in liquidity_measures(at_risk, 0.95, 100, **more)}


def test_what_leaving_costs_comes_on_top():
    found = named(0.05, spread=(0.002, 0.004, 3), pool=(0.1, 0.003), volume=(2.0, 0.1))
    assert found["var_with_spread_95"].value == pytest.approx(0.057)
    assert found["var_with_exit_95"].value == 1 - sale_proceeds(0.1, -0.05, 0.003)
    assert found["var_with_exit_95"].value > 0.05
    assert found["var_until_left_95"].value == pytest.approx(0.05 * sqrt(20))
    assert dict(found["var_until_left_95"].parameters)["days to leave"] == "20"


def test_who_leaves_within_a_day_risks_a_day():
    assert named(0.05, volume=(0.01, 0.1))["var_until_left_95"].value == 0.05


def test_without_a_value_at_risk_there_is_a_reason():
    found = named(None, spread=(0.002, 0.004, 3), pool=(0.1, 0.003), volume=(2.0, 0.1))
    assert {(one.value, one.reason) for one in found.values()} == {
        (None, "there is no value at risk")
    }
    assert named(1.0, pool=(0.1, 0.003))["var_with_exit_95"].reason == "nothing is left to sell"
    assert named(0.05) == {}
