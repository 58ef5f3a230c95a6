"""Pools: published closed forms, laws between them, and the range that amounts tell of."""

import json
from decimal import Decimal
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from risk import lending, pools
from risk.liquidity import Seen, liquidity_measures
from risk.pair import Volatility, joint_changes, yearly_volatility
from risk.pools import (
    concentrated,
    constant_product,
    exit_loss,
    impermanent_loss,
    range_of,
    rebalancing_loss,
    swap_exact_in,
)
from tests.risk.positions import CHAIN, LIQUIDITY

exact = pytest.approx


@pytest.fixture(scope="module")
def cases(shared):
    path = shared / "evidence" / "risk" / "defi.json"
    if not path.is_file():
        pytest.skip("the published figures are not in the shared folder")
    return {case["key"]: case for case in json.loads(path.read_text())["cases"]}


def close(value):
    return pytest.approx(value, rel=1e-12, abs=1e-12)


def test_impermanent_losses_are_those_of_the_uniswap_documentation(cases):
    found = [case for key, case in cases.items() if key.startswith("il_v2")]
    assert len(found) == 11
    for case in found:
        assert impermanent_loss(case["ratio"]) == close(case["il"])


def test_positions_in_a_range_are_those_of_the_closed_form(cases):
    found = [case for key, case in cases.items() if key.startswith("v3_position")]
    assert len(found) == 6
    for case in found:
        one = concentrated(case["L"], case["pa"], case["pb"], case["p"])
        for name in ("x", "y", "value", "delta", "gamma"):
            assert getattr(one, name) == close(case[name]), (case["key"], name)


def test_greeks_of_a_constant_product_are_those_of_the_closed_form(cases):
    case = cases["v2_lp_greeks"]
    one = constant_product(case["k"], case["p"])
    assert (one.value, one.delta, one.gamma) == close((case["V"], case["delta"], case["gamma"]))


def test_swaps_are_those_of_the_closed_form(cases):
    found = [case for key, case in cases.items() if key.startswith("v2_swap")]
    assert len(found) == 2
    for case in found:
        one = swap_exact_in(case["dx"], case["x"], case["y"], case["fee"])
        said = (case["dy"], case["avg_price"], case["slippage_vs_mid"])
        assert (one.given, one.price, one.slippage) == close(said)


def test_a_loan_is_liquidated_where_the_closed_form_says(cases):
    case = cases["lending"]
    worth = case["q"] * case["price"]
    health = lending.health_factor([(worth, case["LT"])], case["debt"])
    assert health == close(case["HF"])
    price = lending.liquidation_price(case["q"], case["LT"], case["debt"])
    assert price == close(case["liq_price"])
    assert lending.distance(health) == close(case["distance"])
    assert lending.sigmas(health, 0.8, 1 / 365) == close(log(2000 / price) / (0.8 / sqrt(365)))


def test_the_spread_costs_what_its_authors_say(cases):
    case = cases["bangia_lvar"]
    cost = pools.spread_cost(case["P"], case["mean_spread"], case["sd_spread"], case["a"])
    assert cost == close(case["COL"])


def test_every_published_case_is_tested(cases):
    assert len(cases) == 22


prices = st.floats(1e-6, 1e6)
liquidities = st.floats(1e-3, 1e9)


@given(st.floats(1e-6, 1e6))
def test_a_loss_against_holding_is_none_where_the_price_is_as_it_was_and_the_same_both_ways(ratio):
    assert impermanent_loss(ratio) <= 1e-15
    assert impermanent_loss(ratio) == exact(impermanent_loss(1 / ratio), abs=1e-9)


@given(liquidities, prices, st.floats(1.01, 50), st.floats(0.02, 3))
def test_delta_is_the_slope_of_value_and_gamma_that_of_delta(liquidity, low, width, at):
    high = low * width
    price = low * width**at / width ** (at * 0.5)
    step = price * 1e-5
    assume(all(abs(price - edge) > 3 * step for edge in (low, high)))
    before, here, after = (
        concentrated(liquidity, low, high, price + move) for move in (-step, 0, step)
    )
    assert (after.value - before.value) / (2 * step) == exact(here.delta, rel=1e-4, abs=1e-9)
    slope = (after.delta - before.delta) / (2 * step)
    assert slope == exact(here.gamma, rel=1e-3, abs=abs(here.delta) / price * 1e-6)


@given(st.floats(1e-2, 1e12), prices, st.floats(0, 3))
def test_the_rebalancing_loss_of_a_constant_product_is_an_eighth_of_the_variance(k, price, sigma):
    one = constant_product(k, price)
    loss = rebalancing_loss(sigma, price, one.gamma)
    assert loss == exact(sigma**2 / 8 * one.value, rel=1e-9)


@given(liquidities, prices, st.floats(1.001, 100), st.floats(0.01, 0.99))
def test_amounts_and_price_tell_the_range(liquidity, low, width, at):
    high, price = low * width, low * width**at
    one = concentrated(liquidity, low, high, price)
    assume(one.x > 0 and one.y > 0)
    found = range_of(liquidity, one.x, one.y, price)
    assert found is not None
    assert (found.low, found.high) == exact((low, high), rel=1e-6)
    assert found.to_low == exact(1 - low / price, abs=1e-6)
    assert found.to_high == exact(high / price - 1, rel=1e-5, abs=1e-6)


def test_outside_of_its_range_and_over_all_prices_there_is_no_bound():
    below = concentrated(1000, 1500, 2500, 1400)
    assert range_of(1000, below.x, below.y, 1400) is None
    whole = constant_product(1e6, 2000)
    found = range_of(1000, whole.x, whole.y, 2000)
    assert found is not None
    assert found.low == exact(0, abs=1e-18)
    assert found.high > 1e18


@given(st.floats(1e-3, 1e3), st.floats(1, 1e6), st.floats(0, 0.05), st.floats(-0.5, 0.5))
def test_leaving_a_pool_costs_more_than_the_move_and_its_fee(quantity, reserve, fee, move):
    for follows in (True, False):
        loss = exit_loss(quantity, 100, reserve, fee, move, follows=follows)
        assert loss >= quantity * 100 * (1 - (1 + move) * (1 - fee)) - 1e-6


# ---- what is said of the positions of the books


def seen(**other):
    """3.57 units at 18 decimals and 3,696 at 6: L = 1,000 over [1,500, 2,500] at 1,800."""
    one = concentrated(1000, 1500, 2500, 1800)
    said: dict[str, Any] = {
        "asset": LIQUIDITY,
        "wallet": CHAIN,
        "liquidity": 1000 * 10**12,
        "amounts": (int(one.x * 10**18), int(one.y * 10**6)),
        "decimals": (18, 6),
        "prices": (Decimal(1800), Decimal(1)),
        "held": 100,
        "value": 97,
        "volatility": Volatility(0.6, 0.03, 90),
    }
    return Seen(**(said | other))


def figures(one):
    return {measure.name: measure for measure in liquidity_measures(one)}


def test_a_position_that_was_read_has_greeks_range_and_what_it_must_earn():
    found = {name: measure.value for name, measure in figures(seen()).items()}
    assert found["delta"] == exact(3.5702260395515837)
    assert found["gamma"] == exact(-0.006547285010986551)
    assert (found["range_low"], found["range_high"]) == exact((1500, 2500), rel=1e-5)
    assert found["fall_to_low"] == exact(1 / 6, rel=1e-4)
    assert found["impermanent_loss"] == exact(-0.03)
    yearly = 0.5 * 0.36 * 1800**2 * 0.006547285010986551 / 10122.980280311534
    assert found["rebalancing_loss"] == exact(yearly, rel=1e-6)
    assert found["fee_needed"] == exact(yearly / 365, rel=1e-6)


@pytest.mark.parametrize(
    ("other", "name", "reason"),
    [
        ({"amounts": None}, "delta", "nobody read what it holds since its liquidity moved"),
        ({"prices": (None, Decimal(1))}, "gamma", "an asset in it has no price of that time"),
        ({"prices": (Decimal(0), Decimal(1))}, "gamma", "an asset in it has no price of that time"),
        ({"held": None}, "impermanent_loss", "what was put in, or its value, is not known"),
        ({"volatility": "no prices"}, "fee_needed", "no prices"),
        ({"amounts": (5, 0)}, "range_low", "all of it is one asset: the price is outside of its"),
    ],
)
def test_what_is_not_known_is_said_and_never_zero(other, name, reason):
    measure = figures(seen(**other))[name]
    assert measure.value is None
    assert measure.reason.startswith(reason)


def test_every_position_has_the_same_measures():
    assert figures(seen()).keys() == figures(seen(amounts=None)).keys()


def test_a_pair_that_moves_by_one_percent_a_day_has_the_volatility_of_that():
    days = [(Decimal(100) * Decimal("1.01") ** (at % 2), Decimal(1)) for at in range(41)]
    known = yearly_volatility(days)
    assert not isinstance(known, str)
    assert known.yearly == exact(log(1.01) * sqrt(365) * sqrt(40 / 39), rel=1e-9)
    assert known.changes == 40


def test_the_error_of_a_volatility_is_that_of_a_normal_deviation():
    moves = np.random.default_rng(4).normal(0, 0.03, 2_000).cumsum()
    known = yearly_volatility([(Decimal(str(exp(each))), Decimal(1)) for each in moves])
    assert not isinstance(known, str)
    assert known.error == exact(known.yearly / sqrt(2 * 1_999), rel=0.1)


def test_what_a_rebalanced_holding_earns_more_is_twice_as_unsure_as_the_volatility():
    found = figures(seen())
    for name in ("rebalancing_loss", "fee_needed"):
        assert found[name].error == exact(2 * 0.03 / 0.6 * found[name].value)
        assert found[name].sample == 90


def test_too_few_days_and_gaps_have_no_volatility():
    days = [(Decimal(at + 1), Decimal(1)) for at in range(20)]
    assert yearly_volatility(days) == "19 of at least 20 days with a price of both"
    gaps = [None if at % 2 else (Decimal(1), Decimal(1)) for at in range(100)]
    assert yearly_volatility(gaps) == "0 of at least 20 days with a price of both"


def test_changes_of_all_prices_are_of_days_in_a_row_on_which_all_had_one():
    one, none = Decimal(1), None
    days = [(one, one), (one * 2, one), (none, one), (one * 4, one), (one, one), (one, one * 0)]
    found = joint_changes(days)
    assert found.tolist() == [[log(2), 0.0], [-log(4), 0.0]]
    assert joint_changes([(one, one, none)]).shape == (0, 3)
