"""Pairs of Solidly's kind: shares, fees, trades, and whose pairs they are."""

import pytest

from ledger.protocols import _markets, _pairs, solidly
from tests.ledger.moves import activity, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SYNC = log(8, "pair", _pairs.SOLIDLY_SYNC, data=[5, 5])


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Burn(address,address,uint256,uint256)": _pairs.SOLIDLY_BURN,
        "Sync(uint256,uint256)": _pairs.SOLIDLY_SYNC,
        "Claim(address,address,uint256,uint256)": solidly.CLAIM,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize(
    ("network", "name"),
    [("eip155:10", "velodrome"), ("eip155:8453", "aerodrome"), ("eip155:56", "solidly")],
)
@pytest.mark.parametrize("topic", [_markets.SOLIDLY, _markets.CONSTANT_PRODUCT])
def test_trades_of_both_versions_are_of_the_networks_market(topic, network, name):
    swap = log(9, "pair", topic, "router", "w", data=[100, 0, 0, 7])
    one = activity("w > pair 100 A; pair > w 7 B", logs=[SYNC, swap], network=network)
    assert only(one, PROTOCOLS, wallets("w", network=network)).protocol == name


@pytest.mark.parametrize("burn", [_pairs.BURN, _pairs.SOLIDLY_BURN])
def test_liquidity_of_both_versions_goes_in_and_comes_out(burn):
    mint = log(9, "pair", _pairs.MINT, "router", data=[100, 7])
    put = activity("w > pair 100 A; w > pair 7 B; zero > w 26 pair", logs=[SYNC, mint])
    event = only(put, PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "solidly")
    burnt = log(9, "pair", burn, "router", "w", data=[100, 7])
    took = activity("w > pair 26 pair; pair > w 100 A; pair > w 7 B", logs=[SYNC, burnt])
    event = only(took, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("pool_withdraw", "solidly", 3)


def test_a_pair_of_uniswaps_kind_is_none():
    mint = log(9, "pair", _pairs.MINT, "router", data=[100, 7])
    put = activity("w > pair 100 A; w > pair 7 B; zero > w 26 pair", logs=[mint])
    assert only(put, PROTOCOLS).protocol == "uniswap_v2"


def test_claimed_fees_are_the_funds_own_alone():
    claim = log(9, "pair", solidly.CLAIM, "w", "w", data=[5, 6])
    one = activity("fees > w 5 A; fees > w 6 B", logs=[claim], called="pair")
    event = only(one, PROTOCOLS)
    assert (event.kind, len(event.legs)) == ("pool_fees", 2)
    claim = log(9, "pair", solidly.CLAIM, "w", "w", data=[5, 5])
    one = activity("fees > w 5 A; fees > w 5 B", logs=[claim], called="pair")
    assert len(only(one, PROTOCOLS).legs) == 2
    claim = log(9, "pair", solidly.CLAIM, "x", "x", data=[5, 6])
    assert only(activity("fees > w 5 A", logs=[claim]), PROTOCOLS).kind == "receive"


def test_what_pays_itself_by_the_same_log_is_no_pair():
    claim = log(9, "vault", solidly.CLAIM, "w", "w", data=[3, 50])
    assert only(activity("vault > w 50 A", logs=[claim]), PROTOCOLS).protocol != "solidly"


def test_another_pair_of_the_kind_makes_none_of_this_one():
    swap = log(9, "other", _markets.CONSTANT_PRODUCT, "router", "w", data=[100, 0, 0, 7])
    one = activity("w > other 100 A; other > w 7 B", logs=[SYNC, swap])
    assert only(one, PROTOCOLS).protocol == "uniswap_v2"
