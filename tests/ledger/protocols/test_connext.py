"""Connext's transfers and Everclear's intents: both ends joined by their ids."""

import pytest

from ledger.link import link
from ledger.protocols import connext
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)
HERE, THERE = connext.DOMAINS[6648936][1], connext.DOMAINS[1650553709][1]
SPOKE = "0xa05a3380889115bf313f1db9d5f335157be4d816"
PARAMS = (
    "(uint32,uint32,uint32,address,address,bool,bytes,uint256,address,uint256,uint256,uint256,"
    "bytes32)"
)


def test_topics_are_the_hashes_of_their_signatures():
    args = f"({PARAMS},address[],bytes[],address,bytes)"
    intent = (
        "(bytes32,bytes32,bytes32,bytes32,uint24,uint32,uint64,uint48,uint48,uint256,uint32[],"
        "bytes)"
    )
    for signature, topic in {
        f"XCalled(bytes32,uint256,bytes32,{PARAMS},address,uint256,address,bytes)": connext.CALLED,
        f"Executed(bytes32,address,address,{args},address,uint256,address)": connext.EXECUTED,
        f"IntentAdded(bytes32,bytes32,{intent})": connext.INTENT,
        "Settled(bytes32,address,address,uint256)": connext.SETTLED,
    }.items():
        assert hashes_to(signature, topic)


def called(text=f"w > {HERE} 100 U; w > {HERE} 3 ETH", *, number=7, domain=1650553709):
    head = [160, "U", 100, "local", 640]
    params = [6648936, domain, 6648936, "w", "w", 0, 416, 30, "w", 100, 100, 1, 0, 0]
    gone = log(2, HERE, connext.CALLED, number, 1, 2, data=[*head, *params])
    return activity(text, logs=[gone], called=HERE, name="out")


def executed(*, number=7, emitter=THERE, recipient="w"):
    came = log(2, emitter, connext.EXECUTED, number, recipient, "U2", data=[128, "l", 99, "x"])
    text = f"{emitter} > w 99 U2"
    return activity(text, logs=[came], network=BASE, caller="x", called=emitter, name="in")


def test_a_transfer_takes_what_it_says_and_coin_for_relayers():
    event = only(called(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "connext")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    assert event.note.split() == [
        f"message:connext:0x{7:064x}",
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/*/~1-100",
        "by:connext",
    ]
    assert only(called(domain=5), PROTOCOLS).note == f"message:connext:0x{7:064x} by:connext"


@pytest.mark.parametrize(
    ("said_", "joined"), [({}, True), ({"number": 8}, False), ({"emitter": "forger"}, False)]
)
def test_both_ends_join_by_the_transfer(said_, joined):
    ends = [*events_of(called(), PROTOCOLS, BOTH), *events_of(executed(**said_), PROTOCOLS, BOTH)]
    assert (link(ends, BOTH).in_flight == ()) == joined


def test_an_intent_is_settled_on_whichever_network():
    intent = [32, "w", "w", "U", "U2", 0, 1, 1, 0, 0, 100, 384, 448]
    gone = log(2, SPOKE, connext.INTENT, 7, 1, data=intent)
    out = activity(f"w > {SPOKE} 100 U", logs=[gone], called=SPOKE, name="out")
    paid = log(2, SPOKE, connext.SETTLED, 7, data=["w", "U2", 99])
    text = f"{SPOKE} > w 99 U2"
    back = activity(text, logs=[paid], network=BASE, caller="x", called=SPOKE, name="in")
    ends = [*events_of(out, PROTOCOLS, BOTH), *events_of(back, PROTOCOLS, BOTH)]
    assert [(one.kind, one.protocol) for one in ends] == [
        ("bridge_out", "everclear"),
        ("bridge_in", "everclear"),
    ]
    assert link(ends, BOTH).in_flight == ()


def test_what_is_for_others_is_none_of_the_funds():
    assert only(executed(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
    wild = log(2, HERE, connext.CALLED, 7, 1, 2, data=[1 << 200, "U", 100, *[0] * 15])
    one = activity(f"w > {HERE} 100 U", logs=[wild], called=HERE)
    assert "to:" not in only(one, PROTOCOLS).note
