"""0x: trades over its contracts, Settlers among them, and orders that were filled."""

from dataclasses import replace

import pytest

from ledger.protocols import zerox
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SETTLER = "0x0d0e364aa7852291883c162b22d6d81f6355428f"


def test_topics_are_the_hashes_of_their_signatures():
    five = "address,address,address,address,address"
    for signature, topic in {
        "TransformedERC20(address,address,address,uint256,uint256)": zerox.TRANSFORMED,
        f"LimitOrderFilled(bytes32,{five},uint128,uint128,uint128,uint256,bytes32)": (
            zerox.LIMIT_FILLED
        ),
        "RfqOrderFilled(bytes32,address,address,address,address,uint128,uint128,bytes32)": (
            zerox.RFQ_FILLED
        ),
        "OtcOrderFilled(bytes32,address,address,address,address,uint128,uint128)": (
            zerox.OTC_FILLED
        ),
        "MetaTransactionExecuted(bytes32,bytes4,address,address)": zerox.META_EXECUTED,
        "Fill(address,address,bytes,bytes,bytes,bytes,bytes32,address,address"
        + ",uint256" * 5
        + ")": zerox.FILL_V3,
        "Fill(address,address,address,address"
        + ",uint256" * 4
        + ",bytes32,bytes,bytes)": zerox.FILL_V2,
        "Transfer(address,address,uint256)": zerox.TRANSFER,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize("router", sorted(zerox.ROUTERS))
def test_a_trade_over_a_contract_that_was_called(router):
    one = activity("w > pool 100 A; pool > w 7 B", called=router)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "zerox")


@pytest.mark.parametrize(
    ("network", "settler"),
    [
        ("eip155:1", SETTLER),
        ("eip155:8453", "0x5c9bdc801a600c006c388fc032dcb27355154cc9"),
        ("eip155:8453", "0x7747f8d2a76bd6345cc29622a946a929647f2359"),
        ("eip155:56", "0x4c6f446dd88fd1be8b80d2940806002777dc12a2"),
        ("eip155:137", "0x7f20a7a526d1bab092e3be0733d96287e93cef59"),
    ],
)
def test_settlers_are_where_their_deployer_puts_them(network, settler):
    assert settler in zerox.settlers(network)


def settled(selector, called):
    transfer = log(1, "A", zerox.TRANSFER, "w", "pool", data=[100])
    one = activity("w > pool 100 A; pool > w 7 B", logs=[transfer], called=called)
    return only(replace(one, selector=selector), PROTOCOLS).protocol


def test_a_settler_counts_when_it_settles_and_nobody_elses_contract_does():
    assert settled("0x1fff991f", SETTLER) == "zerox"
    assert settled("0x1fff991f", "router") is None
    assert settled("0x00000000", SETTLER) is None


@pytest.mark.parametrize("topic", sorted(zerox.LOGS))
def test_an_order_of_the_fund_that_somebody_filled(topic):
    topics, words = zerox.LOGS[topic]
    indexed = ["w", *["x"] * (topics - 2)] if topics > 2 or topic == zerox.TRANSFORMED else []
    indexed = indexed or ["x"] * (topics - 1)
    filled = log(1, "exchange", topic, *indexed, data=["x", "w", *[1] * (words - 2)])
    one = activity("w > x 100 A; x > w 7 B", logs=[filled], caller="x", called="exchange")
    assert only(one, PROTOCOLS).protocol == "zerox"


def test_an_order_of_somebody_else_is_not_claimed():
    filled = log(1, "exchange", zerox.RFQ_FILLED, data=["x"] * 8)
    one = activity("w > pool 100 A; pool > w 7 B", logs=[filled])
    assert only(one, PROTOCOLS).protocol is None
