"""Omnibridge: tokens and coin out and in, joined by the message's id."""

import pytest

from ledger.link import link
from ledger.protocols import omnibridge
from tests.ledger.moves import activity, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

GNOSIS = "eip155:100"
BOTH = wallets() | wallets(network=GNOSIS)


def test_topics_are_the_hashes_of_their_signatures():
    for name, topic in (
        ("TokensBridgingInitiated", omnibridge.INITIATED),
        ("TokensBridged", omnibridge.BRIDGED),
    ):
        assert hashes_to(f"{name}(address,address,uint256,bytes32)", topic)


def sent(text="w > bridge 7 U", token="U", sender="w"):
    left = log(3, "bridge", omnibridge.INITIATED, token, sender, 5, data=[7])
    return activity(text, logs=[left], name="out")


def came(number=5, quantity=7):
    arrived = log(3, "bridge2", omnibridge.BRIDGED, "U2", "w", number, data=[7])
    return activity(
        f"zero > w {quantity} U2", logs=[arrived], network=GNOSIS, caller="x", minutes=9, name="in"
    )


def test_tokens_leave_and_coin_over_its_router():
    event = only(sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "omnibridge")
    assert event.note == f"message:omnibridge:0x{5:064x}"
    coin = sent("w > router 7 ETH; router > WETH 7 ETH", "WETH", "router")
    assert only(coin, PROTOCOLS).kind == "bridge_out"


@pytest.mark.parametrize(("number", "joined"), [(5, True), (6, False)])
def test_both_ends_join_by_the_id(number, joined):
    ends = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(came(number), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_other_quantities_are_others():
    assert only(sent("w > shop 8 X"), PROTOCOLS).kind == "send"
    assert only(came(quantity=8), PROTOCOLS, BOTH).kind == "receive"
