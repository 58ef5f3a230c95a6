"""Exposure adds up, nets what moves together, and names what has no value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.fund import WalletId
from risk.exposure import DIMENSIONS, IN_FLIGHT, SELF, exposure
from tests.risk.positions import (
    BRIDGED,
    BTC,
    CHAIN,
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

FUND = [
    mark(ETH, 600),
    mark(STETH, 400),
    mark(USDC, 300),
    mark(BRIDGED, 100),
    mark(USDT, 200, wallet=VENUE),
    mark(BTC, 100, wallet=VENUE),
    mark(DEBT, -200, liability=True),
]


def of(found, dimension):
    known = found.dimension(dimension)
    assert known is not None
    return known


def group(found, dimension, name):
    return of(found, dimension).group(name)


def test_gross_counts_debts_and_net_takes_them_off():
    found = exposure(FUND, known())
    assert (found.gross, found.net) == (1_900 * ONE, 1_500 * ONE)
    assert found.leverage == pytest.approx(19 / 15)


def test_a_family_is_one_whatever_it_is_wrapped_in():
    eth = group(exposure(FUND, known()), "family", "ETH")
    assert (eth.net, eth.share) == (1_000 * ONE, pytest.approx(1_000 / 1_500))


def test_stablecoins_are_seen_by_who_owes_their_peg():
    found = exposure(FUND, known())
    assert group(found, "issuer", "Circle").net == 400 * ONE
    assert group(found, "issuer", "Tether").net == 200 * ONE


def test_a_venue_is_a_custodian_and_no_chain():
    found = exposure(FUND, known())
    assert group(found, "venue", "venue:kraken").net == 300 * ONE
    assert group(found, "custodian", "venue:kraken").net == 300 * ONE
    assert group(found, "chain", "none").net == 300 * ONE
    assert group(found, "custodian", SELF).net == 1_200 * ONE


def test_what_came_over_a_bridge_is_exposed_to_it():
    found = exposure(FUND, known())
    assert group(found, "bridge", "canonical:eip155:42161").net == 100 * ONE


def test_what_is_under_way_is_in_nobodys_keys():
    moving = mark(ETH, 5, wallet=WalletId("transit:bridge:bridge:1:31"))
    found = exposure([moving], known())
    assert group(found, "custodian", IN_FLIGHT).net == 5 * ONE
    assert group(found, "bridge", IN_FLIGHT).net == 5 * ONE


def test_a_debt_and_a_position_name_their_protocol_themselves():
    found = exposure([mark(DEBT, -50, liability=True), mark(LIQUIDITY, 80)], known())
    assert group(found, "protocol", "morpho_blue").short == 50 * ONE
    assert group(found, "protocol", "uniswap_v3").long == 80 * ONE


def test_a_receipt_is_with_the_protocol_that_gave_it():
    found = exposure([mark(UNKNOWN, 10)], known(protocols={UNKNOWN: "aave_v3"}))
    assert group(found, "protocol", "aave_v3").net == 10 * ONE


def test_liquidity_is_seen_as_what_is_in_it():
    inside = {LIQUIDITY: [(ETH, 300), (USDC, 100)]}
    found = exposure([mark(LIQUIDITY, 80)], known(inside=inside))
    assert group(found, "family", "ETH").net == 60 * ONE
    assert group(found, "issuer", "Circle").net == 20 * ONE
    assert group(found, "protocol", "uniswap_v3").net == 80 * ONE


def test_liquidity_that_nobody_read_is_a_family_of_its_own():
    found = exposure([mark(LIQUIDITY, 80)], known())
    assert group(found, "family", LIQUIDITY).net == 80 * ONE


def test_what_has_no_price_is_named_with_its_reason_and_is_in_no_sum():
    dark = [mark(UNKNOWN, None), mark(LIQUIDITY, None), mark(ETH, None)]
    found = exposure([*FUND, *dark], known())
    assert found.net == exposure(FUND, known()).net
    assert [one.reason for one in found.unpriced] == [
        "the decimals of the token are unknown",
        "nobody read what the position holds, and its units have no quote",
        "no quote that is young enough",
    ]


def test_the_price_of_an_own_trade_lets_no_name_speak():
    named = known(assets=[(UNKNOWN, "USDC")])
    own = exposure([mark(UNKNOWN, 10, source="implied:e-1")], named)
    assert group(own, "issuer", "Circle") is None
    stated = exposure([mark(UNKNOWN, 10)], named)
    assert group(stated, "issuer", "Circle").net == 10 * ONE


def test_a_fund_without_value_has_no_share_and_no_concentration():
    empty = exposure([], known())
    assert (empty.gross, empty.net, empty.leverage) == (0, 0, None)
    assert {one.hhi for one in empty.dimensions} == {None}
    under = exposure([mark(ETH, 1), mark(DEBT, -2, liability=True)], known())
    assert under.leverage is None
    assert group(under, "family", "ETH").share is None


def test_equal_groups_have_their_number_as_effective_number():
    held = [mark(ETH, 10), mark(BTC, 10), mark(USDC, 10), mark(USDT, 10)]
    coins = of(exposure(held, known()), "coin")
    assert (coins.hhi, coins.effective) == pytest.approx((0.25, 4))


values = st.integers(-(10**30), 10**30)
assets = st.sampled_from([ETH, STETH, USDC, BRIDGED, USDT, BTC, UNKNOWN, LIQUIDITY, DEBT])
marks = st.lists(
    st.builds(
        lambda asset, value, wallet: mark(asset, None, exact=value, wallet=wallet),
        assets,
        values,
        st.sampled_from([CHAIN, VENUE]),
    ),
    max_size=12,
)


@given(marks, st.integers(1, 10**20), st.integers(1, 10**20))
def test_every_dimension_adds_up_to_the_fund(held, one, other):
    found = exposure(held, known(inside={LIQUIDITY: [(ETH, one), (USDC, other)]}))
    assert found.net == sum(each.value for each in held)
    for name in DIMENSIONS:
        by = of(found, name)
        assert sum(each.net for each in by.groups) == found.net
        assert sum(each.gross for each in by.groups) == found.gross
        if found.gross:
            assert sum(each.weight for each in by.groups) == pytest.approx(1)
            assert 1 / len(by.groups) - 1e-9 <= (by.hhi or 0) <= 1 + 1e-9
        if found.net > 0:
            shares = [each.share or 0.0 for each in by.groups]
            assert sum(shares) == pytest.approx(1, rel=1e-6, abs=1e-6)
