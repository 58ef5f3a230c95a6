"""Uniswap v2: liquidity and trades over pairs, and the forks of it."""

import pytest

from ledger.protocols import _markets
from ledger.protocols import _pairs as v2
from tests.ledger.moves import activity, address, asset, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SWAP = log(9, "pair", _markets.CONSTANT_PRODUCT, "router", "w", data=[100, 0, 0, 7])


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Mint(address,uint256,uint256)", v2.MINT)
    assert hashes_to("Burn(address,uint256,uint256,address)", v2.BURN)
    assert hashes_to(
        "Swap(address,uint256,uint256,uint256,uint256,address)", _markets.CONSTANT_PRODUCT
    )


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


def test_a_token_that_takes_a_fee_on_its_way_out_comes_with_the_rest():
    burn = log(9, "pair", v2.BURN, "router", "router", data=[100, 7])
    one = activity(
        "w > pair 26 pair; pair > router 95 A; pair > A 5 A; pair > router 7 WETH;"
        "router > w 90 A; router > A 5 A; WETH > router 7 ETH; router > w 7 ETH",
        logs=[burn],
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_withdraw", "uniswap_v2")
    assert [leg.quantity for leg in event.legs] == [-26, 90, 7]


def test_liquidity_of_somebody_else_is_not_claimed():
    mint = log(9, "pair", v2.MINT, "x", data=[100, 7])
    one = activity("x > pair 100 A; x > pair 7 B; zero > x 26 pair; w > x 5 A", logs=[mint])
    assert only(one, PROTOCOLS).kind == "send"


def test_a_round_trip_takes_the_name_of_the_pool_it_began_in():
    first = log(1, "pair", _markets.CONSTANT_PRODUCT, "bot", "bot", data=[100, 0, 0, 7])
    one = activity(
        "bot > pair 100 A; pair > bot 7 B; bot > other 7 B; other > bot 101 A;bot > producer 3 ETH",
        logs=[first],
        called="bot",
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "uniswap_v2")
    assert [leg.role for leg in event.legs] == ["plain"] * 4 + ["tip"]


def traded(network, pair, first, second, called="router"):
    """The protocol of a trade over a pair of two tokens."""
    swap = log(9, pair, _markets.CONSTANT_PRODUCT, "router", "w", data=[100, 0, 0, 7])
    text = f"w > {pair} 100 {network}/erc20:{first}; {pair} > w 7 {network}/erc20:{second}"
    one = activity(text, logs=[swap], network=network, called=called)
    return only(one, PROTOCOLS, wallets("w", network=network)).protocol


@pytest.mark.parametrize(
    ("network", "pair", "first", "second", "name"),
    [
        (
            "eip155:1",
            "0x397ff1542f962076d0bfe58ea045ffa2d347aca0",
            "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
            "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
            "sushiswap",
        ),
        (
            "eip155:1",
            "0xcf6daab95c476106eca715d48de4b13287ffdeaa",
            "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
            "0x95ad61b0a150d79219dcf64e1e6cc01f0b64c4ce",
            "shibaswap",
        ),
        (
            "eip155:1",
            "0x2e8135be71230c6b1b4045696d41c09db0414226",
            "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
            "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
            "pancakeswap",
        ),
        (
            "eip155:56",
            "0x74fa517715c4ec65ef01d55ad5335f90dce7cc87",
            "0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c",
            "0x477bc8d23c634c154061869478bce96be6045d12",
            "pancakeswap",
        ),
        (
            "eip155:100",
            "0x0f9d54d9ee044220a3925f9b97509811924fd269",
            "0x9c58bacc331c9aa871afd802db6379a98e80cedb",
            "0xe91d153e0b41518a2ce8dd3d7944fa863463a97d",
            "sushiswap",
        ),
        (
            "eip155:100",
            "0x28dbd35fd79f48bfa9444d330d14683e7101d817",
            "0x6a023ccd1ff6f2045c3309768ead9e68f978f6e1",
            "0x9c58bacc331c9aa871afd802db6379a98e80cedb",
            "honeyswap",
        ),
        (
            "eip155:100",
            "0x8028457e452d7221db69b1e0563aa600a059fab1",
            "0x177127622c4a00f3d409b75571e12cb3c8973d3c",
            "0x6a023ccd1ff6f2045c3309768ead9e68f978f6e1",
            "swapr",
        ),
        (
            "eip155:137",
            "0x1bd06b96dd42ada85fdd0795f3b4a79db914add5",
            "0x7ceb23fd6bc0add59e62ac25578270cff1b9f619",
            "0x831753dd7087cac61ab5644b308642cc1c33dc13",
            "quickswap",
        ),
        (
            "eip155:8453",
            "0x3099a7c284610897baaa43cbdc06469e44a06ce1",
            "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913",
            "0x4200000000000000000000000000000000000006",
            "quickswap",
        ),
        (
            "eip155:42161",
            "0x9164424a33a89202040f02170431073c59efa1a9",
            "0x982239d38af50b0168da33346d85fb12929c4c07",
            "0x82af49447d8a07e3bd95bd0d56f35241523fbab1",
            "camelot",
        ),
        (
            "eip155:43114",
            "0xa389f9430876455c36478deea9769b7ca4e3ddb1",
            "0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7",
            "0xa7d7079b0fead91f3e65f86e8915cb59c1a4c664",
            "trader_joe",
        ),
    ],
)
def test_a_pair_is_of_the_fork_whose_factory_makes_it_where_it_is(
    network, pair, first, second, name
):
    assert traded(network, pair, first, second) == name
    assert traded(network, pair, second, first) == name
    elsewhere = pair[:-1] + ("0" if pair[-1] != "0" else "1")
    assert traded(network, elsewhere, first, second) == "uniswap_v2"


def test_a_pair_that_says_nothing_has_the_name_of_the_router_that_was_called():
    router = "0xd9e1ce17f2641f24ae83637ab66a2cca9c378b9f"
    one = traded("eip155:1", address("pair"), address("A"), address("B"), called=router)
    assert one == "sushiswap"
