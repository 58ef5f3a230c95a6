"""CoW Protocol: trades of settlements, orders of coin, claims of vCOW."""

from ledger.protocols import cowswap as cow
from tests.ledger.moves import activity, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

FLOW = min(cow.ETH_FLOWS)
VCOW = min(cow.VIRTUAL)
UID = [32, 56, 1, 2]

SETTLEMENT = cow.SETTLEMENT


def test_topics_are_the_hashes_of_their_signatures():
    order = (
        "(address,address,address,uint256,uint256,uint32,bytes32,uint256,bytes32,bool,bytes32"
        ",bytes32)"
    )
    for signature, topic in {
        "Trade(address,address,address,uint256,uint256,uint256,bytes)": cow.TRADE,
        f"OrderPlacement(address,{order},(uint8,bytes),bytes)": cow.ORDER_PLACEMENT,
        "OrderInvalidation(bytes)": cow.ORDER_INVALIDATION,
        "OrderRefund(bytes,address)": cow.ORDER_REFUND,
        "Claimed(uint256,uint8,address,uint256,uint256)": cow.CLAIMED,
    }.items():
        assert hashes_to(signature, topic)


def traded(owner, sold, bought, fee=0, index=1, tokens=("A", "B")):
    data = [*tokens, sold, bought, fee, 192, 56, 1, 2]
    return log(index, SETTLEMENT, cow.TRADE, owner, data=data)


def test_a_trade_of_a_settlement_with_its_fee():
    one = activity(
        f"w > {SETTLEMENT} 100 A; {SETTLEMENT} > w 7 B",
        logs=[traded("w", 100, 7, 3)],
        caller="x",
        called=SETTLEMENT,
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", "cowswap")
    assert said(event) == [
        (-97, asset("A"), "plain"),
        (-3, asset("A"), "fee"),
        (7, asset("B"), "plain"),
    ]


def test_two_orders_of_one_settlement_are_two_trades():
    went = f"w > {SETTLEMENT} 100 A; w1 > {SETTLEMENT} 50 A"
    one = activity(
        f"{went}; {SETTLEMENT} > w 7 B; {SETTLEMENT} > w1 3 ETH",
        logs=[
            traded("w", 100, 7),
            traded("w1", 50, 3, index=2, tokens=("A", cow.COIN)),
            traded("x", 60, 4, index=3),
        ],
        caller="x",
        called=SETTLEMENT,
    )
    found = events_of(one, PROTOCOLS)
    assert [(event.kind, event.protocol, len(event.legs)) for event in found] == [
        ("swap", "cowswap", 2),
        ("swap", "cowswap", 2),
    ]


def test_a_trade_of_somebody_else_is_not_claimed():
    one = activity("x > w 7 B", logs=[traded("x", 100, 7)], caller="x")
    assert only(one, PROTOCOLS).protocol is None


def test_coin_waits_for_an_order_and_is_taken_back_or_filled():
    placed = log(1, FLOW, cow.ORDER_PLACEMENT, "w", data=[1] * 12)
    event = only(activity(f"w > {FLOW} 50 ETH", logs=[placed], called=FLOW), PROTOCOLS)
    assert (event.kind, event.protocol) == ("order_open", "cowswap")
    for back in (
        log(1, FLOW, cow.ORDER_INVALIDATION, data=UID),
        log(1, FLOW, cow.ORDER_REFUND, "x", data=UID),
    ):
        one = activity(f"{FLOW} > w 50 ETH", logs=[back], caller="x", called=FLOW)
        assert only(one, PROTOCOLS).kind == "order_cancel"
    filled = traded(FLOW, 50, 7)
    one = activity(f"{SETTLEMENT} > w 7 B", logs=[filled], caller="x", called=SETTLEMENT)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("order_fill", "cowswap")


def test_an_order_that_somebody_else_placed_is_not_claimed():
    placed = log(1, FLOW, cow.ORDER_PLACEMENT, "x", data=[1] * 12)
    one = activity("w > router 50 ETH", logs=[placed])
    assert only(one, PROTOCOLS).kind == "send"


def test_claims_of_vcow_are_given_or_paid_for_and_become_cow():
    given = log(1, VCOW, cow.CLAIMED, data=[9, 0, "w", 34, 34])
    event = only(activity(f"zero > w 34 {VCOW}", logs=[given], called=VCOW), PROTOCOLS)
    assert (event.kind, event.protocol) == ("airdrop", "cowswap")
    paid = log(1, VCOW, cow.CLAIMED, data=[9, 1, "w", 34, 34])
    one = activity(f"w > {VCOW} 5 Gno; zero > w 34 {VCOW}", logs=[paid], called=VCOW)
    event = only(one, PROTOCOLS)
    assert (event.kind, len(event.legs)) == ("option_exercise", 2)
    one = activity(f"w > zero 34 {VCOW}; {VCOW} > w 34 Cow", called=VCOW)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("unwrap", "cowswap")


def test_amounts_that_somebody_else_traded_are_not_claimed():
    text = f"w > {SETTLEMENT} 100 A; {SETTLEMENT} > w 7 B"
    one = activity(text, logs=[traded("x", 100, 7)], caller="x", called=SETTLEMENT)
    assert only(one, PROTOCOLS).protocol is None
