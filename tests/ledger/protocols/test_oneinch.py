"""1inch: trades over its routers, and orders that others filled."""

import pytest

from ledger.protocols import oneinch
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

V5 = "0x1111111254eeb25477b68fb85ed929f73a960582"
V6 = "0x111111125421ca6dc452d289314280a0f8842a65"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Swapped(address,address,address,uint256,uint256,uint256,uint256)": oneinch.SWAPPED_V1,
        "OrderFilled(address,bytes32,uint256)": oneinch.ORDER_FILLED_V5,
        "OrderFilled(bytes32,uint256)": oneinch.ORDER_FILLED_V6,
        "OrderFilledRFQ(bytes32,uint256)": oneinch.ORDER_FILLED_RFQ,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize("router", sorted(oneinch.ROUTERS))
def test_a_trade_over_a_router_that_was_called_or_paid_out(router):
    one = activity("w > executor 100 A; executor > w 7 B", called=router)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "oneinch")
    one = activity(f"safe > executor 9 A; {router} > safe 7 B", caller="x", called="safe")
    assert only(one, PROTOCOLS).protocol == "oneinch"


def test_the_first_router_is_told_by_its_log():
    done = log(1, "router", oneinch.SWAPPED_V1, "A", "B", "zero", data=[100, 7, 1, 0])
    one = activity("w > router 100 A; router > w 7 B", logs=[done])
    assert only(one, PROTOCOLS).protocol == "oneinch"


def test_orders_of_the_fund_that_a_resolver_filled():
    named = log(1, V5, oneinch.ORDER_FILLED_V5, "w", data=[5, 0])
    nameless = [
        log(1, V6, topic, data=[5, 0])
        for topic in (oneinch.ORDER_FILLED_V6, oneinch.ORDER_FILLED_RFQ)
    ]
    for filled in (named, *nameless):
        one = activity("w > x 100 A; x > w 7 B", logs=[filled], caller="x", called="resolver")
        event = only(one, PROTOCOLS)
        assert (event.kind, event.protocol) == ("swap", "oneinch")


def test_an_order_of_somebody_else_is_not_claimed():
    filled = log(1, "p", oneinch.ORDER_FILLED_V5, "x", data=[5, 0])
    one = activity("w > pool 100 A; pool > w 7 B", logs=[filled])
    assert only(one, PROTOCOLS).protocol is None
    filled = log(1, "p", oneinch.ORDER_FILLED_V6, data=[5, 0])
    one = activity(f"w > pool 1 A; pool > w 7 B; w > {V6} 1 C", logs=[filled])
    assert "oneinch" not in {event.protocol for event in events_of(one, PROTOCOLS)}


def test_a_trade_of_the_fund_beside_somebodys_order_is_not_of_the_router():
    filled = log(1, V6, oneinch.ORDER_FILLED_V6, data=[5, 0])
    one = activity("w > pool 1 A; pool > w 7 B", logs=[filled], called="pool")
    assert only(one, PROTOCOLS).protocol is None
