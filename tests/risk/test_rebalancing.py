"""What is traded is worth its price: amounts, band, gas of its own past, and reasons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.model import Allocation
from risk.rebalancing import Fees, Prices, rebalancing
from tests.risk.series import random_series

NAV = 100_000.0


def wanted(**weights):
    return Allocation("hrp", tuple(weights.items()), 100)


def listed(held, weights, *, fees=None, prices=None, scale=0.02):
    names = sorted({*held, *weights})
    series = [random_series(at, name=name, scale=scale) for at, name in enumerate(names)]
    return rebalancing(held, NAV, wanted(**weights), series, fees or {}, prices or Prices())


def of(move):
    return {one.name: one for one in move.measures}


def test_amounts_lead_from_what_is_held_to_the_weights():
    moves = listed({"a": 70_000.0, "old": 5_000.0}, {"a": 0.4, "b": 0.6})
    assert [(one.strategy, one.amount) for one in moves] == [
        ("b", 60_000),
        ("a", pytest.approx(-30_000)),
        ("old", pytest.approx(-5_000)),
    ]
    assert [(one.current, one.target) for one in moves] == [(0, 0.6), (0.7, 0.4), (0.05, 0)]


def test_gas_is_the_mean_of_what_the_strategy_paid():
    paid = Fees("eip155:1", (3.0, 5.0, 10.0))
    [move] = listed({"a": 0.0}, {"a": 0.5}, fees={"a": paid})
    gas = of(move)["gas"]
    assert gas.value == pytest.approx(6)
    assert gas.error == pytest.approx(np.std([3, 5, 10], ddof=1) / 3**0.5)
    assert (gas.sample, gas.parameters) == (3, (("network", "eip155:1"),))
    [unknown] = listed({"a": 0.0}, {"a": 0.5})
    none = of(unknown)["gas"]
    assert (none.value, none.reason) == (None, "no network fee of this strategy is in the books")
    assert unknown.reason == "the benefit is above cost; gas is not known"


def test_the_benefit_is_what_staying_away_loses():
    [move] = listed({"a": 40_000.0}, {"a": 0.5}, prices=Prices(aversion=3.0, horizon=20))
    variance = np.var(random_series(0, name="a", scale=0.02).values, ddof=1)
    assert of(move)["benefit"].value == pytest.approx(0.5 * 3 * 20 * variance * 0.01 * NAV)


@given(
    st.floats(0.001, 0.9),
    st.floats(0, 500),
    st.floats(0, 0.02),
    st.floats(0.5, 10),
    st.integers(1, 100),
)
def test_nothing_inside_the_band_is_traded_and_all_outside_is(apart, gas, cost, aversion, horizon):
    prices = Prices(aversion, horizon, cost)
    fees = {"a": Fees("eip155:1", (gas,))}
    [move] = listed({"a": 0.0}, {"a": apart}, fees=fees, prices=prices)
    band = of(move)["band"].value
    assert band is not None
    if abs(apart - band) > 1e-9:
        assert move.trade == (apart > band)
    [inside] = listed({"a": 0.0}, {"a": band * 0.999}, fees=fees, prices=prices)
    assert not inside.trade
    priced = of(inside)
    if inside.reason != "nothing to trade":
        assert priced["benefit"].value <= priced["cost"].value + gas


def test_a_dear_chain_leaves_a_small_trade_alone():
    small = {"a": Fees("eip155:1", (500.0, 600.0))}
    [move] = listed({"a": 49_900.0}, {"a": 0.5}, fees=small)
    assert (move.trade, move.reason) == (
        False,
        "inside the band: the benefit is not above gas and cost",
    )
    [large] = listed({"a": 0.0}, {"a": 0.9}, fees={"a": Fees("eip155:10", (0.01,))})
    assert (large.trade, large.reason) == (True, "the benefit is above gas and cost")


def test_without_returns_there_is_no_band_and_it_is_said():
    [move] = rebalancing({"old": 5_000.0}, NAV, wanted(), [], {}, Prices())
    assert of(move)["benefit"].reason == "the strategy has no returns that vary"
    assert (move.trade, move.amount) == (True, -5_000)
    assert move.reason.startswith("no band")


def test_what_is_there_already_is_not_traded():
    [move] = listed({"a": 50_000.0}, {"a": 0.5})
    assert (move.trade, move.reason) == (False, "nothing to trade")


@pytest.mark.parametrize("wrong", [{"aversion": 0}, {"horizon": 0}, {"cost": 1.0}])
def test_what_is_no_price_is_refused(wrong):
    with pytest.raises(AssertionError):
        Prices(**wrong)
