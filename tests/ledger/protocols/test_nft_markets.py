"""Markets for non-fungible tokens: each by its logs, from both sides, and Blur's pool."""

import pytest

from ledger.protocols import nft_markets as markets
from tests.ledger.moves import activity, address, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ORDER = (
    "(address,uint8,address,address,uint256,uint256,address,uint256,uint256,uint256,"
    "(uint16,address)[],uint256,bytes)"
)
V1 = "(bytes32,uint256,address,address,address,address,address,uint256,uint256,uint256)"
V2 = (
    "((bytes32,uint256,bool),address,address,uint256,address,address,uint256[],uint256[],"
    "address[2],uint256[3])"
)
SIGNATURES = {
    f"TakerBid{V1}": markets.TAKER_BID,
    f"TakerAsk{V1}": markets.TAKER_ASK,
    f"TakerBid{V2}": markets.TAKER_BID_V2,
    f"TakerAsk{V2}": markets.TAKER_ASK_V2,
    "EvInventory(bytes32,address,address,uint256,uint256,uint256,uint256,uint256,address,bytes,"
    "(uint256,bytes),(uint8,uint256,uint256,uint256,bytes32,address,bytes,uint256,uint256,uint256,"
    "(uint256,address)[]))": markets.EV_INVENTORY,
    "OrdersMatched(bytes32,bytes32,address,address,uint256,bytes32)": markets.WYVERN_MATCHED,
    f"OrdersMatched(address,address,{ORDER},bytes32,{ORDER},bytes32)": markets.BLUR_MATCHED,
    "Execution721Packed(bytes32,uint256,uint256)": markets.EXECUTION_721,
    "Execution721TakerFeePacked(bytes32,uint256,uint256,uint256)": (
        markets.EXECUTION_721_TAKER_FEE
    ),
    "Execution721MakerFeePacked(bytes32,uint256,uint256,uint256)": (
        markets.EXECUTION_721_MAKER_FEE
    ),
    "Execution((address,uint256,uint256,address,uint8),bytes32,uint256,uint256,(address,uint16),"
    "((address,uint16),(address,uint16)),uint8)": markets.EXECUTION,
    "SwapNFTInPair()": markets.SWAP_IN,
    "SwapNFTOutPair()": markets.SWAP_OUT,
    "SwapNFTInPair(uint256,uint256[])": markets.SWAP_IN_V2,
    "SwapNFTOutPair(uint256,uint256[])": markets.SWAP_OUT_V2,
    "SwapNFTInPair(uint256,uint256)": markets.SWAP_IN_1155,
    "SwapNFTOutPair(uint256,uint256)": markets.SWAP_OUT_1155,
    "ERC721OrderFilled(uint8,address,address,uint256,address,uint256,address,uint256,address)": (
        markets.ERC721_FILLED
    ),
    "ERC1155OrderFilled(uint8,address,address,uint256,address,uint256,address,uint256,uint128,"
    "address)": markets.ERC1155_FILLED,
    "BuyPriceAccepted(address,uint256,address,address,uint256,uint256,uint256)": (
        markets.BUY_PRICE_ACCEPTED
    ),
    "OfferAccepted(address,uint256,address,address,uint256,uint256,uint256)": (
        markets.OFFER_ACCEPTED
    ),
}


def test_topics_are_the_hashes_of_their_signatures():
    assert set(SIGNATURES.values()) == set(markets.MARKETS)
    for signature, topic in SIGNATURES.items():
        assert hashes_to(signature, topic)


def sold(topic, party):
    """A log of a market that names a party wherever it names one."""
    _, topics, words, places, data = markets.MARKETS[topic]
    indexed = [party if place in places else 0 for place in range(1, topics)]
    return log(9, "market", topic, *indexed, data=[party if n in data else 7 for n in range(words)])


@pytest.mark.parametrize("topic", sorted(markets.MARKETS))
def test_a_purchase_that_the_fund_asked_for_is_a_trade(topic):
    one = activity("w > market 30 ETH; x > w 1 Cat#1; market > w 2 ETH", logs=[sold(topic, "w")])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("nft_trade", markets.MARKETS[topic][0])
    assert len(event.legs) == 3


NAMING = [topic for topic, (*_, topics, words) in markets.MARKETS.items() if topics or words]


@pytest.mark.parametrize("topic", NAMING)
def test_a_sale_to_a_buyer_who_acts_alone_is_a_trade_of_the_wallet_it_names(topic):
    text = "w > x 1 Cat#1; market > w 9 ETH"
    one = activity(text, logs=[sold(topic, "w")], caller="x")
    assert only(one, PROTOCOLS).protocol == markets.MARKETS[topic][0]
    other = activity("market > w 9 ETH", logs=[sold(topic, "x")], caller="x")
    assert only(other, PROTOCOLS).kind == "receive"


@pytest.mark.parametrize("topic", NAMING)
def test_each_place_that_names_a_party_is_read(topic):
    _, topics, words, places, data = markets.MARKETS[topic]
    text = "w > x 1 Cat#1; market > w 9 ETH"
    for named in [*[(place, None) for place in places], *[(None, place) for place in data]]:
        indexed = ["w" if named == (place, None) else 0 for place in range(1, topics)]
        said = ["w" if named == (None, n) else 7 for n in range(words)]
        told = log(9, "market", topic, *indexed, data=said)
        assert only(activity(text, logs=[told], caller="x"), PROTOCOLS).kind == "nft_trade"


def test_the_trader_of_a_packed_execution_is_its_last_twenty_bytes():
    packed = (77 << 168) | (1 << 160) | int(address("w"), 16)
    execution = log(9, "market", markets.EXECUTION_721, data=[1, packed, 2])
    one = activity("w > x 1 Cat#77; x > w 9 B", logs=[execution], caller="x")
    assert only(one, PROTOCOLS).protocol == "blur"


def test_a_log_that_is_too_short_says_nothing():
    short = log(9, "market", markets.TAKER_BID, "w", data=[1])
    one = activity("w > x 1 Cat#1; market > w 9 ETH", logs=[short], caller="x")
    assert only(one, PROTOCOLS).protocol is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("w > {pool} 9 ETH; zero > w 9 {token}", "wrap"),
        ("w > zero 9 {token}; {pool} > w 9 ETH", "unwrap"),
    ],
)
def test_coin_in_the_pool_of_bids_is_wrapped(text, kind):
    pool = markets.BLUR_POOL
    one = activity(text.format(pool=pool, token=f"eip155:1/erc20:{pool}"), called=pool)
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == (kind, "blur")
