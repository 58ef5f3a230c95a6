"""Markets of which the trades alone are known, and in which market a trade began."""

import pytest

from ledger.protocols import _markets as markets
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    uint = "uint256,uint256"
    concentrated = "address,address,int256,int256,uint160,uint128,int24"
    singleton = "bytes32,address,int128,int128"
    for signature, topic in {
        f"Swap(address,{uint},{uint},address)": markets.CONSTANT_PRODUCT,
        f"Swap({concentrated})": markets.CONCENTRATED,
        f"Swap({singleton},uint160,uint128,int24,uint24)": markets.SINGLETON,
        f"Swap({singleton},uint160,uint128,int24,uint24,uint16)": markets.INFINITY,
        f"Swap({singleton},uint24,uint24,uint16)": markets.INFINITY_BIN,
        f"Swap({concentrated},uint128,uint128)": markets.PANCAKE_V3,
        "TokenExchange(address,int128,uint256,int128,uint256)": markets.CURVE,
        f"TokenExchange(address,{uint},{uint})": markets.CURVE_CRYPTO,
        f"TokenExchange(address,{uint},{uint},{uint})": markets.CURVE_CRYPTO_NG,
        "TokenExchangeUnderlying(address,int128,uint256,int128,uint256)": markets.CURVE_UNDERLYING,
        f"LOG_SWAP(address,address,address,{uint})": markets.BALANCER_V1,
        f"Swap(bytes32,address,address,{uint})": markets.BALANCER_V2,
        f"Swap(address,address,address,{uint},{uint})": markets.BALANCER_V3,
        f"Swap(address,address,{uint},{uint})": markets.SOLIDLY,
    }.items():
        assert hashes_to(signature, topic)
    for topic, (_, signature) in markets.OTHERS.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize("topic", sorted(markets.OTHERS))
def test_a_trade_has_the_name_of_the_market(topic):
    done = log(1, "pool", topic, "w", data=[1] * 9)
    event = only(activity("w > pool 100 A; pool > w 7 B", logs=[done]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", markets.OTHERS[topic][0])


def test_a_trade_is_named_by_the_market_it_began_in():
    fluid = next(topic for topic, (name, _) in markets.OTHERS.items() if name == "fluid")
    other = log(1, "p", fluid, data=[1, 100, 7, "w"])
    pair = log(2, "q", markets.CONSTANT_PRODUCT, "w", "w", data=[1] * 4)
    text = "w > p 100 A; q > w 7 B"
    assert only(activity(text, logs=[other, pair]), PROTOCOLS).protocol == "fluid"
    assert only(activity(text, logs=[pair, other]), PROTOCOLS).protocol == "uniswap_v2"


def test_a_payment_beside_somebody_elses_trade_is_no_trade():
    done = log(1, "pool", markets.CURVE, "x", data=[1] * 4)
    assert only(activity("w > x 100 A", logs=[done]), PROTOCOLS).kind == "send"


def test_a_vault_that_trades_while_it_takes_a_deposit_made_no_trade_of_the_fund():
    done = log(1, "pool", markets.CURVE, "Vault", data=[0, 1, 1, 1])
    text = "w > Vault 100 A; zero > w 26 Vault"
    one = activity(text, logs=[done], called="Vault")
    assert only(one, PROTOCOLS).kind == "vault_deposit"
    text = "bot > Vault 100 A; zero > bot 26 Vault; bot > pool 26 Vault; pool > bot 105 A"
    one = activity(text, logs=[done], called="bot")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("swap", "curve")


def test_a_token_that_is_one_of_its_kind_is_bought_of_no_market():
    done = log(1, "pool", markets.CURVE, "shop", data=[0, 1, 1, 1])
    one = activity("w > shop 100 A; shop > w 1 Cat#7", logs=[done], called="shop")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("nft_trade", None)
