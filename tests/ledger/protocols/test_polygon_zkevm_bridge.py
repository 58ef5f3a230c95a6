"""Polygon's unified bridge: coin and tokens both ways, joined by an index that both ends tell."""

import pytest

from ledger.link import link
from ledger.protocols import polygon_zkevm_bridge as unified
from tests.ledger.moves import activity, address, asset, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ZKEVM = "eip155:1101"
BOTH = wallets() | wallets(network=ZKEVM)
BRIDGE = unified.BRIDGE
MAINNET = 1 << 64


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "BridgeEvent(uint8,uint32,address,uint32,address,uint256,bytes,uint32)": unified.SENT,
        "ClaimEvent(uint256,uint32,address,address,uint256)": unified.CLAIMED,
        "ClaimEvent(uint32,uint32,address,address,uint256)": unified.CLAIMED_FIRST,
    }.items():
        assert hashes_to(signature, topic)


def sent(text, token="zero", origin=0, amount=100, there=1, emitter=BRIDGE, **said):
    data = [0, origin, token, there, "w", amount, 256, 9, 0]
    told = log(4, emitter, unified.SENT, data=data)
    return activity(text, logs=[told], called=emitter, name="out", **said)


def claimed(text, index=MAINNET | 9, token="zero", origin=0, emitter=BRIDGE, amount=100, **said):
    said = {"network": ZKEVM, "minutes": 9, "name": "in", **said}
    told = log(4, emitter, unified.CLAIMED, data=[index, origin, token, "w", amount])
    return activity(text, logs=[told], called=emitter, **said)


COIN_SENT = sent(f"w > {BRIDGE} 100 ETH")
TOKEN_SENT = sent(f"w > {BRIDGE} 100 U", token="U")


@pytest.mark.parametrize(
    ("out", "came", "joined"),
    [
        (COIN_SENT, claimed(f"{BRIDGE} > w 100 ETH"), True),
        (TOKEN_SENT, claimed("zero > w 100 U2", token="U"), True),
        (COIN_SENT, claimed(f"{BRIDGE} > w 100 ETH", index=MAINNET | 8), False),
        # the same number of another network's own deposits
        (COIN_SENT, claimed(f"{BRIDGE} > w 100 ETH", index=9), False),
        (COIN_SENT, claimed("evil > w 100 ETH", emitter="evil"), False),
    ],
)
def test_both_ends_join_by_the_index(out, came, joined):
    ends = [*events_of(out, PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert (linked.in_flight == ()) == joined
    assert linked.events[0].kind == "bridge_out"


def test_the_way_back_is_counted_by_its_own_network():
    back = sent("w > zero 100 U2", token="U", there=0, network=ZKEVM)
    home = claimed(f"{BRIDGE} > w 100 U", index=9, token="U", network="eip155:1")
    ends = [*events_of(back, PROTOCOLS, BOTH), *events_of(home, PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert linked.in_flight == ()
    assert f"expects:eip155:1/{address('U')}/100" in linked.events[0].note


def test_a_claim_of_the_first_version_arrives_without_a_message():
    told = log(4, BRIDGE, unified.CLAIMED_FIRST, data=[9, 0, "U", "w", 100])
    event = only(activity(f"{BRIDGE} > w 100 U", logs=[told], called=BRIDGE), PROTOCOLS)
    assert (event.kind, event.protocol, event.note) == ("bridge_in", "polygon_zkevm_bridge", "")


def test_what_went_elsewhere_or_to_somebody_else_is_not_claimed():
    assert only(sent("w > shop 7 V"), PROTOCOLS).kind == "send"
    told = log(4, BRIDGE, unified.CLAIMED, data=[9, 0, "zero", "x", 100])
    one = activity("x > w 100 ETH", logs=[told], called=BRIDGE, caller="x")
    assert only(one, PROTOCOLS).kind == "receive"
    assert only(COIN_SENT, PROTOCOLS).legs[0].asset == asset("ETH")
