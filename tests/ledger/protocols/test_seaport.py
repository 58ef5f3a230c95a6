"""Seaport: pieces bought and sold."""

from ledger.protocols import seaport
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

MARKET = min(seaport.VOUCHED)


def test_topics_are_the_hashes_of_their_signatures():
    signature = (
        "OrderFulfilled(bytes32,address,address,address,(uint8,address,uint256,uint256)[],"
        "(uint8,address,uint256,uint256,address)[])"
    )
    assert hashes_to(signature, seaport.ORDER_FULFILLED)


def order(offerer, recipient):
    return log(3, MARKET, seaport.ORDER_FULFILLED, offerer, "zero", data=[1, recipient, 0, 0])


def test_a_sweep_of_several_pieces_is_one_trade():
    one = activity(
        f"w > {MARKET} 30 ETH; alice > w 1 Cat#1; bob > w 1 Cat#2; {MARKET} > w 2 ETH",
        logs=[order("alice", "w"), order("bob", "w")],
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("nft_trade", "seaport", 4)


def test_a_sale_to_a_buyer_who_acts_alone_is_a_trade_of_the_fund():
    one = activity(f"w > x 1 Cat#1; {MARKET} > w 9 ETH", logs=[order("w", "x")], caller="x")
    assert only(one, PROTOCOLS).protocol == "seaport"


def test_a_trade_of_strangers_claims_nothing():
    one = activity("alice > x 1 Cat#1; x > w 1 ETH", logs=[order("alice", "x")], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_an_order_that_another_contract_took_is_a_trade_of_who_called_it():
    one = activity("w > router 9 ETH; router > w 1 Cat#1", logs=[order("alice", "router")])
    assert only(one, PROTOCOLS).protocol == "seaport"


def test_the_zone_of_an_order_took_no_part_in_it():
    told = log(3, MARKET, seaport.ORDER_FULFILLED, "alice", "w", data=[1, "x", 0, 0])
    one = activity("alice > w 1 Cat#1; w > x 9 ETH", logs=[told], caller="x", called="x")
    assert only(one, PROTOCOLS).protocol is None
    sold = log(3, MARKET, seaport.ORDER_FULFILLED, "alice", "zone", data=[1, "w", 0, 0])
    one = activity(f"alice > w 1 Cat#1; w > {MARKET} 9 ETH", logs=[sold], caller="x", called="x")
    assert only(one, PROTOCOLS).protocol == "seaport"
