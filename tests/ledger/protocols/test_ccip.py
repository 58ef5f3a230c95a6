"""Chainlink's CCIP: messages with tokens, joined by their ids."""

import pytest

from ledger.link import link
from ledger.protocols import ccip
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)
TO_BASE = 15971525489660198786


def test_topics_are_the_hashes_of_their_signatures():
    first = (
        "(uint64,address,address,uint64,uint256,bool,uint64,address,uint256,bytes,"
        "(address,uint256)[],bytes[],bytes32)"
    )
    later = (
        "((bytes32,uint64,uint64,uint64,uint64),address,bytes,bytes,bytes,address,uint256,uint256,"
        "(address,bytes,bytes,uint256,bytes)[])"
    )
    for signature, topic in {
        f"CCIPSendRequested({first})": ccip.REQUESTED,
        f"CCIPMessageSent(uint64,uint64,{later})": ccip.SENT,
        "ExecutionStateChanged(uint64,bytes32,uint8,bytes)": ccip.EXECUTED,
        "ExecutionStateChanged(uint64,uint64,bytes32,bytes32,uint8,bytes,uint256)": (
            ccip.EXECUTED_1_6
        ),
    }.items():
        assert hashes_to(signature, topic)


def requested(text="w > pool 100 U; w > router 3 ETH", *, calls=0):
    """Of 1.5: thirteen fields, then the data, the token and what the pool said of it."""
    fields = [1, "w", "w", 5, 0, 0, 0, "weth", 3, 416, 448, 544, 7]
    behind = [calls, 1, "U", 100, 0]
    gone = log(4, "ramp", ccip.REQUESTED, data=[32, *fields, *behind])
    return activity(text, logs=[gone], called="router", name="out")


def sent(*, selector=TO_BASE, text="w > pool 100 U; w > router 3 ETH"):
    """Of 1.6: thirteen words of the message, then data, receiver, arguments and one token."""
    header = [7, 1, selector, 5, 0]
    fields = [*header, "w", 416, 448, 512, "weth", 3, 0, 544]
    token = [1, 32, "pool", 160, 224, 100, 256, 32, "U2", 0, 0, 0]
    data = [32, *fields, 0, 32, "w", 0, *token]
    gone = log(4, "ramp", ccip.SENT, selector, 5, data=data)
    return activity(text, logs=[gone], called="router", name="out")


def executed(*, number=7, state=2, recipient="w", token="U2", quantity=100):
    done = log(9, "off", ccip.EXECUTED_1_6, 1, 5, number, data=[1, state, 96, 0])
    text = f"pool2 > {recipient} {quantity} {token}@3"
    return activity(text, logs=[done], network=BASE, caller="x", called="off", name="in")


def test_the_first_form_names_token_recipient_and_fee_but_no_network():
    event = only(requested(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "ccip")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    assert event.note.split() == [
        f"message:ccip:0x{7:064x}",
        f"to:{address('w')}",
        "expects:*/*/~100",
    ]
    assert "to:" not in only(requested(calls=4), PROTOCOLS).note


def test_a_fee_in_a_token_is_told_apart():
    fields = [1, "w", "w", 5, 0, 0, 0, "LINK", 3, 416, 448, 544, 7]
    gone = log(4, "ramp", ccip.REQUESTED, data=[32, *fields, 0, 1, "U", 100, 0])
    one = activity("w > router 3 LINK; w > pool 100 U", logs=[gone], called="router")
    assert [leg[::2] for leg in said(only(one, PROTOCOLS))] == [(-3, "fee"), (-100, "plain")]


def test_the_later_form_names_network_and_token_there():
    event = only(sent(), PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    assert event.note.split()[1:] == [
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/{address('U2')}/100",
    ]
    assert only(sent(selector=5), PROTOCOLS).note == f"message:ccip:0x{7:064x}"


@pytest.mark.parametrize(
    ("said_", "joined"),
    [({}, True), ({"number": 8}, False), ({"token": "U3"}, False), ({"quantity": 99}, False)],
)
def test_both_ends_join_by_the_message(said_, joined):
    ends = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(executed(**said_), PROTOCOLS, BOTH)]
    assert (link(ends, BOTH).in_flight == ()) == joined


def test_what_failed_or_went_to_others_brought_nothing():
    assert only(executed(state=3), PROTOCOLS, BOTH).kind == "receive"
    one = activity("x > w 5 V", logs=[log(9, "o", ccip.EXECUTED, 5, 7, data=[3, 64])], caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_each_of_several_messages_brought_what_came_before_it():
    first = log(5, "off", ccip.EXECUTED, 5, 7, data=[2, 64])
    second = log(9, "off", ccip.EXECUTED, 6, 8, data=[2, 64])
    text = "pool > w 100 U@3; pool > w 50 U@7"
    one = activity(text, logs=[first, second], caller="x", called="off")
    assert [(said(each)[0][0], each.note) for each in events_of(one, PROTOCOLS)] == [
        (100, f"message:ccip:0x{7:064x}"),
        (50, f"message:ccip:0x{8:064x}"),
    ]


def test_places_beyond_the_end_say_nothing():
    for topic, indexed in ((ccip.REQUESTED, ()), (ccip.SENT, (1, 2))):
        wild = log(4, "ramp", topic, *indexed, data=[1 << 200, *[1 << 255] * 14])
        one = activity("w > pool 100 U", logs=[wild], called="router")
        assert only(one, PROTOCOLS).kind == "send"
