"""Liquidity while prices move through it: exact at the new prices, said where it is not known."""

from decimal import Decimal
from fractions import Fraction
from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.bending import Curve, Read, curve_of
from risk.exposure import exposure
from risk.liquidity import OUTSIDE, UNPRICED
from risk.pools import concentrated, constant_product, impermanent_loss, range_of, worth_of
from risk.scenarios import Scenario, Shock, outcome
from tests.risk.positions import CHAIN, ETH, LIQUIDITY, ONE, USDC, known, mark

#: 1 ETH of 2,000 and 2,000 USDC over all prices: k = 2,000
ALL = Curve((ETH, USDC), sqrt(2_000), 0.0, inf, (2_000.0, 1.0))
CRASH = Shock("family", "ETH", -0.5)
#: prices of a pair far apart, and changes short of nothing
prices = st.floats(0.01, 1e6)
changes = st.floats(-0.99, 10)


def fund(inside=((ETH, 2_000), (USDC, 2_000))):
    return exposure([mark(LIQUIDITY, 4_000), mark(ETH, 500)], known(inside={LIQUIDITY: inside}))


def outcome_of(*shocks, curves, found=None):
    return outcome(Scenario("s", "", shocks, ""), found or fund(), "USD", curves)


@given(prices, prices, prices, prices)
def test_the_worth_of_a_range_is_that_of_the_closed_form(low, width, first, second):
    high = low + width
    closed = concentrated(3.0, low, high, first / second).value * second
    assert worth_of(3.0, low, high, first, second) == pytest.approx(closed, rel=1e-6, abs=1e-9)


@given(prices, prices)
def test_without_ends_it_is_that_of_a_constant_product(first, second):
    whole = worth_of(3.0, 0.0, inf, first, second)
    assert whole == pytest.approx(constant_product(9.0, first / second).value * second, rel=1e-12)


def test_half_the_price_costs_a_constant_product_more_than_its_half_of_ether():
    """√½ of the value is left, and not three quarters: the impermanent loss beside 25 %."""
    found = outcome_of(CRASH, curves={LIQUIDITY: ALL})
    (bend,) = found.bends
    assert (bend.wallet, bend.asset) == (CHAIN, LIQUIDITY)
    assert sum(hit.loss for hit in found.hits) == (1_000 + 250) * ONE
    assert found.loss / ONE == pytest.approx(4_000 * (1 - sqrt(0.5)) + 250, rel=1e-12)
    assert bend.loss / ONE == pytest.approx(-impermanent_loss(0.5) * 3_000, rel=1e-12)


def test_a_narrow_range_ends_in_the_asset_that_fell():
    """From 2,000 to 1,000 through [1,500, 2,500]: all of it is ether, at the half of its price."""
    one = concentrated(1_000, 1_500, 2_500, 2_000)
    curve = Curve((ETH, USDC), 1_000, 1_500, 2_500, (2_000.0, 1.0))
    made = fund(((ETH, round(one.x * 2_000)), (USDC, round(one.y))))
    left = concentrated(1_000, 1_500, 2_500, 1_000).value / one.value
    assert curve.left((Fraction(-1, 2), Fraction(0))) == pytest.approx(left, rel=1e-12)
    found = outcome_of(CRASH, curves={LIQUIDITY: curve}, found=made)
    assert found.loss / ONE == pytest.approx(4_000 * (1 - left) + 250, rel=1e-12)


def test_a_pool_with_a_coin_that_is_worth_nothing_is_worth_nothing():
    found = outcome_of(Shock("issuer", "Circle", -1), curves={LIQUIDITY: ALL})
    assert found.loss == 4_000 * ONE
    assert outcome_of(Shock("issuer", "Circle", -1), curves={}).loss == 2_000 * ONE


def test_what_moves_together_or_fails_as_a_whole_does_not_bend():
    for shocks in (
        (CRASH, Shock("issuer", "Circle", -0.5)),
        (Shock("protocol", "uniswap_v3", -1),),
        (Shock("family", "BTC", -0.5),),
    ):
        assert outcome_of(*shocks, curves={LIQUIDITY: ALL}).bends == ()
    assert outcome_of(Shock("protocol", "uniswap_v3", -1), curves={LIQUIDITY: "?"}).bends == ()


def test_prices_bend_only_what_a_failure_left():
    half = outcome_of(CRASH, Shock("protocol", "uniswap_v3", -0.5), curves={LIQUIDITY: ALL})
    assert half.loss / ONE == pytest.approx(4_000 * (1 - sqrt(0.5) / 2) + 250, rel=1e-12)


@given(prices, prices, prices, st.floats(1e-3, 1e3), changes, changes)
def test_a_move_never_costs_less_than_its_assets_did(low, width, price, liquidity, one, other):
    high = low + width
    at = concentrated(liquidity, low, high, price)
    curve = Curve((ETH, USDC), liquidity, low, high, (price, 1.0))
    straight = (at.x * price * (1 + one) + at.y * (1 + other)) / at.value
    left = curve.left((Fraction(one), Fraction(other)))
    assert left <= straight * (1 + 1e-6) + 1e-9


def test_the_range_that_amounts_tell_of_gives_their_value_back():
    one = concentrated(1_000, 1_500, 2_500, 1_800)
    found = range_of(1_000, one.x, one.y, 1_800)
    assert found is not None
    assert worth_of(1_000, found.low, found.high, 1_800, 1) == pytest.approx(one.value, rel=1e-12)


def test_a_curve_follows_from_what_was_read_or_has_a_reason():
    one = concentrated(1_000, 1_500, 2_500, 1_800)
    # of 18 and 6 decimals
    amounts = (round(one.x * 10**18), round(one.y * 10**6))
    read = Read((ETH, USDC), 1_000 * 10**12, amounts, (18, 6))
    then, now = [Decimal(1_800), Decimal(1)], [Decimal(2_000), Decimal("0.5")]
    curve = curve_of(read, then, now)
    assert isinstance(curve, Curve)
    assert (curve.low, curve.high) == pytest.approx((1_500, 2_500), rel=1e-6)
    assert curve.prices == (2_000.0, 0.5)
    assert curve_of(read, then, [None, Decimal(1)]) == UNPRICED
    assert curve_of(read, [Decimal(0), Decimal(1)], now) == UNPRICED
    one_sided = Read((ETH, USDC), 1_000 * 10**12, (amounts[0], 0), (18, 6))
    assert curve_of(one_sided, then, now) == OUTSIDE


@pytest.mark.parametrize(
    ("curves", "inside", "reason"),
    [
        ({LIQUIDITY: "nobody read it"}, ((ETH, 2_000), (USDC, 2_000)), "nobody read it"),
        ({}, ((ETH, 4_000),), "what it holds at other prices is not known"),
        ({LIQUIDITY: ALL}, ((ETH, 4_000),), "only one of its assets has a value"),
        ({LIQUIDITY: "nobody read it"}, (), "nobody read it"),
    ],
)
def test_a_position_that_cannot_be_followed_is_named(curves, inside, reason):
    found = outcome_of(CRASH, curves=curves, found=fund(inside))
    (bend,) = found.bends
    assert (bend.loss, bend.reason) == (None, reason)
    assert found.loss == sum(hit.loss for hit in found.hits)
