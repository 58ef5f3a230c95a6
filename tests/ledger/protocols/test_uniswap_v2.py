"""Uniswap v2: liquidity and trades over pairs."""

from ledger.protocols import uniswap_v2 as v2
from tests.ledger.moves import activity, asset, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SWAP = log(9, "pair", v2.SWAP, "router", "w", data=[100, 0, 0, 7])


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Mint(address,uint256,uint256)", v2.MINT)
    assert hashes_to("Burn(address,uint256,uint256,address)", v2.BURN)
    assert hashes_to("Swap(address,uint256,uint256,uint256,uint256,address)", v2.SWAP)


def test_a_trade_over_a_pair_is_named():
    event = only(activity("w > pair 100 A; pair > w 7 B", logs=[SWAP]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "uniswap_v2")


def test_native_coin_that_the_router_gives_back_is_a_refund():
    one = activity("w > router 120 ETH; pair > w 7 B; router > w 20 ETH", logs=[SWAP])
    assert [leg.role for leg in only(one, PROTOCOLS).legs] == ["plain", "plain", "refund"]


def test_two_assets_against_the_share_are_a_deposit_and_back_a_withdrawal():
    mint = log(9, "pair", v2.MINT, "router", data=[100, 7])
    event = only(activity("w > pair 100 A; w > pair 7 B; zero > w 26 pair", logs=[mint]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "uniswap_v2")
    assert len(event.legs) == 3
    burn = log(9, "pair", v2.BURN, "router", "w", data=[100, 7])
    event = only(activity("w > pair 26 pair; pair > w 100 A; pair > w 7 B", logs=[burn]), PROTOCOLS)
    assert event.kind == "pool_withdraw"
    assert len(event.legs) == 3


def test_a_deposit_of_coin_over_the_router_claims_the_refund_too():
    mint = log(9, "pair", v2.MINT, "router", data=[100, 7])
    one = activity(
        "w > router 9 ETH; w > pair 100 A; router > pair 7 WETH; zero > w 26 pair;router > w 2 ETH",
        logs=[mint],
    )
    event = only(one, PROTOCOLS)
    assert event.kind == "pool_deposit"
    assert (2, asset("ETH"), "refund") in said(event)
    assert len(event.legs) == 4


def test_a_token_that_takes_a_fee_on_its_way_is_still_part_of_the_deposit():
    mint = log(9, "pair", v2.MINT, "router", data=[95, 7])
    event = only(activity("w > pair 100 A; w > pair 7 B; zero > w 26 pair", logs=[mint]), PROTOCOLS)
    assert event.kind == "pool_deposit"
    assert len(event.legs) == 3


def test_liquidity_of_somebody_else_is_not_claimed():
    mint = log(9, "pair", v2.MINT, "x", data=[100, 7])
    one = activity("x > pair 100 A; x > pair 7 B; zero > x 26 pair; w > x 5 A", logs=[mint])
    assert only(one, PROTOCOLS).kind == "send"


def test_a_round_trip_takes_the_name_of_the_pool_it_began_in():
    first = log(1, "pair", v2.SWAP, "bot", "bot", data=[100, 0, 0, 7])
    one = activity(
        "bot > pair 100 A; pair > bot 7 B; bot > other 7 B; other > bot 101 A;bot > producer 3 ETH",
        logs=[first],
        called="bot",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "uniswap_v2")
    assert [leg.role for leg in event.legs] == ["plain"] * 4 + ["tip"]
