"""Scenarios: what is shocked, what fails, what is said of nothing, and the smallest that breaks."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.model.asset import AssetId
from risk.exposure import exposure
from risk.history import HISTORICAL
from risk.reverse import DAYS_NEEDED, breaking_shocks, least_unlikely
from risk.scenarios import (
    DEPEGS,
    Scenario,
    Shock,
    depegs,
    failures,
    gas_spike,
    oracle_failure,
    outcome,
    outcomes,
)
from tests.risk.positions import (
    BRIDGED,
    BTC,
    DEBT,
    ETH,
    LIQUIDITY,
    ONE,
    STETH,
    UNKNOWN,
    USDC,
    USDT,
    VENUE,
    known,
    mark,
)

USD = AssetId("iso4217:USD")
FUND = exposure(
    [
        mark(ETH, 600),
        mark(STETH, 400),
        mark(USDC, 300),
        mark(BRIDGED, 100),
        mark(USDT, 200, wallet=VENUE),
        mark(BTC, 100, wallet=VENUE),
        mark(UNKNOWN, 40),
        mark(USD, 60),
        mark(DEBT, -200, liability=True),
    ],
    known(protocols={}),
)


def scenario(*shocks, historical=False):
    return Scenario("s", "", shocks, "", historical)


def lost(*shocks):
    return outcome(scenario(*shocks), FUND).loss / ONE


def test_a_family_falls_together_and_a_coin_that_is_named_goes_its_own_way():
    assert lost(Shock("family", "ETH", -0.5)) == 500
    assert lost(Shock("family", "ETH", -0.5), Shock("coin", "stETH", -0.6)) == 540


def test_a_share_of_nav_stands_beside_the_money():
    assert outcome(scenario(Shock("family", "ETH", -0.8)), FUND).share == pytest.approx(0.5)


def test_a_depeg_takes_what_came_over_a_bridge_too():
    assert lost(Shock("issuer", "Circle", -0.12)) == 48


def test_a_price_at_one_venue_holds_there_alone():
    here = (Shock("coin", "USDT", -0.1), Shock("coin", "USDT", -0.35, "venue:kraken"))
    assert lost(*here) == 70
    there = (Shock("coin", "USDT", -0.1), Shock("coin", "USDT", -0.35, "venue:binance"))
    assert lost(*there) == 20


def test_a_venue_that_fails_takes_all_and_prices_fall_only_on_what_is_left():
    assert lost(Shock("venue", "venue:kraken", -1)) == 300
    assert lost(Shock("venue", "venue:kraken", -1), Shock("family", "BTC", -0.5)) == 300
    assert lost(Shock("venue", "venue:kraken", -0.5), Shock("family", "BTC", -0.5)) == 175


def test_a_protocol_that_fails_leaves_what_is_owed_to_it():
    assert lost(Shock("protocol", "morpho_blue", -1)) == 0


def test_a_debt_in_a_coin_that_falls_is_a_gain():
    owed = exposure([mark(ETH, 100), mark(BTC, -40, liability=True)], known())
    assert outcome(scenario(Shock("family", "BTC", -0.5)), owed).loss == -20 * ONE


def test_what_a_historical_day_says_nothing_of_is_named_and_money_of_the_fund_is_not():
    found = outcome(scenario(Shock("family", "ETH", -0.4), historical=True), FUND)
    assert [(one.coin, one.value // ONE) for one in found.untouched] == [
        ("USDC", 400),
        ("USDT", 200),
        (DEBT, -200),
        ("BTC", 100),
        (UNKNOWN, 40),
    ]
    assert outcome(scenario(Shock("family", "ETH", -0.4)), FUND).untouched == ()
    euro = outcome(scenario(Shock("family", "ETH", -0.4), historical=True), FUND, "EUR")
    assert "USD" in {one.coin for one in euro.untouched}


def test_each_historical_day_has_a_source_and_falls():
    assert len(HISTORICAL) == 7
    assert len({one.name for one in HISTORICAL}) == 7
    for one in HISTORICAL:
        assert one.historical
        assert one.source
        assert one.title
        assert all(-1 <= shock.change < 0 for shock in one.shocks)
    by_name = {one.name: one for one in HISTORICAL}
    assert Shock("family", "ETH", -0.43) in by_name["2020-03-12"].shocks
    assert Shock("coin", "USDe", -0.35, "venue:binance") in by_name["2025-10-10"].shocks
    assert Shock("venue", "venue:ftx", -1.0) in by_name["2022-11-ftx"].shocks


def test_every_issuer_venue_bridge_and_protocol_of_the_fund_has_its_scenario():
    names = {one.name for one in depegs(FUND)}
    assert len(names) == 2 * len(DEPEGS)
    assert {"depeg-circle-12", "depeg-tether-100"} <= names
    failed = {one.name for one in failures(FUND)}
    assert failed >= {"venue-kraken", "bridge-canonical-eip155-42161", "protocol-lido"}
    assert "protocol-morpho_blue" not in failed  # nothing of the fund is there


def test_a_wrong_price_costs_the_penalty_of_each_debt():
    assert oracle_failure(FUND).loss == 20 * ONE
    assert oracle_failure(exposure([mark(ETH, 5)], known())).loss == 0


def test_a_spike_costs_the_usual_gas_again_and_again():
    assert gas_spike(FUND, 2 * ONE).loss == 38 * ONE
    assert gas_spike(FUND, None).share is None


def test_a_fund_without_value_has_losses_and_no_share():
    empty = exposure([mark(DEBT, -5, liability=True)], known())
    assert {one.share for one in outcomes(empty, HISTORICAL, 1)} == {None}


values = st.integers(-(10**27), 10**27)
funds = st.lists(
    st.builds(
        lambda asset, value: mark(asset, None, exact=value),
        st.sampled_from([ETH, STETH, USDC, BRIDGED, USDT, BTC, UNKNOWN, LIQUIDITY]),
        values,
    ),
    max_size=8,
).map(lambda held: exposure(held, known()))
changes = st.floats(-1, 1, allow_nan=False).map(lambda change: round(change, 6))


@given(funds)
def test_a_scenario_of_nothing_costs_nothing(found):
    nothing = scenario(Shock("family", "ETH", 0.0), Shock("venue", "venue:kraken", 0.0))
    assert outcome(nothing, found).loss == 0
    assert outcome(scenario(), found).hits == ()


@given(funds, changes)
def test_a_loss_is_the_sum_of_its_positions_and_that_of_its_group(found, change):
    one = outcome(scenario(Shock("family", "ETH", change)), found)
    assert one.loss == sum(hit.loss for hit in one.hits)
    families = found.dimension("family")
    group = None if families is None else families.group("ETH")
    net = 0 if group is None else group.net
    assert one.loss == pytest.approx(-net * change, rel=1e-9, abs=found.gross * 1e-12 + 8)


@given(funds, st.floats(0.01, 1).map(lambda share: round(share, 4)))
def test_a_breaking_shock_costs_what_was_asked(found, share):
    assume(found.net > found.gross / 1000)
    for one in breaking_shocks(found, share):
        if one.change is not None:
            done = outcome(scenario(Shock(one.dimension, one.name, one.change)), found)
            assert done.loss == pytest.approx(share * found.net, rel=1e-6, abs=8)


def test_where_all_of_it_is_too_little_that_is_said():
    found = {(one.dimension, one.name): one for one in breaking_shocks(FUND, 0.2)}
    assert found["family", "ETH"].change == pytest.approx(-0.32)
    assert found["family", "BTC"].change is None
    assert found["family", "BTC"].reason == "all of it is 6.25% of net asset value"
    assert found["venue", "venue:kraken"].change is None
    assert breaking_shocks(exposure([], known()), 0.2) == ()


def test_a_short_breaks_by_a_rise():
    owed = exposure([mark(ETH, 100), mark(BTC, -50, liability=True)], known())
    found = {one.name: one.change for one in breaking_shocks(owed, 0.5)}
    assert found["BTC"] == pytest.approx(0.5)


# ---- the least unlikely combination


def walk(seed, days=120, scale=0.02, start=100.0):
    drawn = np.random.default_rng(seed).normal(0, scale, days)
    return [Decimal(str(round(price, 9))) for price in start * np.cumprod(1 + drawn)]


PRICES = {"ETH": walk(1), "BTC": walk(2), "stable-USD": walk(3, scale=0.0005)}


def test_the_least_unlikely_combination_costs_what_was_asked_and_no_other_is_nearer():
    found = least_unlikely(FUND, PRICES, 0.05)
    families = FUND.dimension("family")
    assert families is not None
    stakes = {group.name: (group.share or 0.0) for group in families.groups}
    shocks = dict(found.changes)
    assert sum(stakes[name] * change for name, change in shocks.items()) == pytest.approx(-0.05)
    table = np.array([[float(price) for price in PRICES[name]] for name in shocks])
    covariance = np.cov(table[:, 1:] / table[:, :-1] - 1)
    inverse = np.linalg.inv(covariance)
    least = np.array(list(shocks.values()))
    assert found.distance == pytest.approx(float(np.sqrt(least @ inverse @ least)))
    e = np.array([stakes[name] for name in shocks])
    for seed in range(50):
        other = np.random.default_rng(seed).normal(size=len(e))
        other *= -0.05 / (e @ other)
        assert np.sqrt(other @ inverse @ other) >= (found.distance or 0) - 1e-9


def test_a_family_without_prices_is_left_out_and_named():
    found = least_unlikely(FUND, PRICES, 0.05)
    assert set(found.left_out) == {UNKNOWN, DEBT, "USD"}
    gaps = PRICES | {"BTC": [None] * 120}
    assert "BTC" in least_unlikely(FUND, gaps, 0.05).left_out


def test_too_few_days_too_large_a_loss_and_no_value_have_their_reasons():
    few = {name: prices[: DAYS_NEEDED - 1] for name, prices in PRICES.items()}
    assert least_unlikely(FUND, few, 0.05).reason.startswith("0 of at least 60 days")
    never = least_unlikely(FUND, PRICES, 1.0)
    assert never.distance is None
    assert never.reason.startswith("it takes more than all of a family")
    assert least_unlikely(exposure([], known()), PRICES, 0.5).distance is None
    flat = {"ETH": [Decimal(1)] * 100}
    assert least_unlikely(FUND, flat, 0.5).reason == "the result never moved"


def test_days_without_a_price_of_one_family_are_no_days_of_any():
    gaps = PRICES | {"BTC": [None if at % 3 == 0 else p for at, p in enumerate(PRICES["BTC"])]}
    found = least_unlikely(FUND, gaps, 0.05)
    assert found.days == 40
    assert found.reason == "40 of at least 60 days with a price of every family"
