"""Mayan's forwarder and the orders of Swift."""

import pytest

from ledger.link import link
from ledger.protocols import cctp, mayan
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)
FORWARDER = mayan.FORWARDER
SOURCE = "0x40ffe85a28dc9993541449464d7529a922142960"
DRIVES = "0xd78d199f8c402e7b5cc2abe278df0412400a3bae"


def test_topics_are_the_hashes_of_their_signatures():
    swap = "address,address,uint256,address,bytes"
    for signature, topic in {
        "OrderCreated(bytes32)": mayan.CREATED,
        "OrderRefunded(bytes32,uint256)": mayan.REFUNDED,
        "OrderFulfilled(bytes32,uint64,uint256)": mayan.FULFILLED,
        "ForwardedEth(address,bytes)": mayan.FORWARDED[0],
        "ForwardedERC20(address,uint256,address,bytes)": mayan.FORWARDED[1],
        f"SwapAndForwardedEth(uint256,{swap})": mayan.FORWARDED[2],
        f"SwapAndForwardedERC20(address,uint256,{swap})": mayan.FORWARDED[3],
    }.items():
        assert hashes_to(signature, topic)


def created(text=f"w > {FORWARDER} 100 U", *, number=7, emitter=SOURCE):
    logs = [
        log(2, emitter, mayan.CREATED, data=[number]),
        log(3, FORWARDER, mayan.FORWARDED[1], data=["U", 100, SOURCE, 128, 0]),
    ]
    return activity(text, logs=logs, called=FORWARDER, name="out")


def fulfilled(*, number=7, emitter=DRIVES, text=f"{DRIVES} > w 98 ETH"):
    done = log(2, emitter, mayan.FULFILLED, data=[number, 5, 98])
    return activity(text, logs=[done], network=BASE, caller="driver", called=DRIVES, name="in")


@pytest.mark.parametrize(
    ("text", "legs"),
    [
        (f"w > {FORWARDER} 100 U", [(-100, "plain")]),
        (f"w > {FORWARDER} 100 ETH", [(-100, "plain")]),
        (
            f"w > {FORWARDER} 100 U; w > {FORWARDER} 3 ETH; {FORWARDER} > w 1 ETH",
            [(-100, "plain"), (-3, "plain"), (1, "refund")],
        ),
    ],
)
def test_an_order_takes_all_that_went_to_the_forwarder(text, legs):
    event = only(created(text), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "mayan")
    assert [leg[::2] for leg in said(event)] == legs


def test_an_order_that_was_signed_is_taken_by_somebody_else():
    done = log(2, SOURCE, mayan.CREATED, data=[7])
    one = activity(f"w > {SOURCE} 100 U", logs=[done], caller="relayer", called=SOURCE)
    assert only(one, PROTOCOLS).kind == "bridge_out"


@pytest.mark.parametrize(
    ("said_", "joined"), [({}, True), ({"number": 8}, False), ({"emitter": "forger"}, False)]
)
def test_both_ends_join_by_the_order(said_, joined):
    ends = [*events_of(created(), PROTOCOLS, BOTH), *events_of(fulfilled(**said_), PROTOCOLS, BOTH)]
    assert (link(ends, BOTH).in_flight == ()) == joined


def test_a_refund_ends_the_order_where_it_began():
    back = log(2, SOURCE, mayan.REFUNDED, data=[7, 97])
    one = activity(
        f"{SOURCE} > w 97 U", logs=[back], caller="x", called=SOURCE, name="in", minutes=9
    )
    ends = [*events_of(created(), PROTOCOLS), *events_of(one, PROTOCOLS)]
    assert [event.kind for event in ends] == ["bridge_out", "bridge_in"]
    assert link(ends, wallets()).in_flight == ()


def test_the_bridge_below_tells_of_what_it_can():
    burnt = log(2, "messenger", cctp.BURNT, 9, "U", "w", data=[100, "w", 6, "r", 0])
    forwarded = log(3, FORWARDER, mayan.FORWARDED[1], data=["U", 100, "x", 128, 0])
    one = activity(f"w > {FORWARDER} 100 U", logs=[burnt, forwarded], called=FORWARDER)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "cctp")


def test_a_trade_over_the_forwarder_and_forged_orders_are_no_transfers():
    one = activity(f"w > {FORWARDER} 100 U; x > w 7 V", logs=created().logs, called=FORWARDER)
    assert only(one, PROTOCOLS).kind == "swap"
    forged = log(2, "shop", mayan.CREATED, data=[7])
    assert only(activity("w > shop 7 U", logs=[forged], called="shop"), PROTOCOLS).kind == "send"
