"""Socket's gateway: what left, swapped before or not, with the bridge's own id."""

import pytest

from ledger.protocols import _hop, socket
from tests.ledger.moves import activity, address, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    bridge = "uint256,address,uint256,bytes32,address,address"
    swap = "address,address,uint256,uint256,bytes32,address"
    assert hashes_to(f"SocketBridge({bridge},bytes32)", socket.BRIDGE)
    assert hashes_to(f"SocketBridge({bridge})", socket.BRIDGE_1)
    assert hashes_to(f"SocketSwapTokens({swap},bytes32)", socket.SWAP)
    assert hashes_to(f"SocketSwapTokens({swap})", socket.SWAP_1)


def bridged(token="U", amount=100, topic=socket.BRIDGE, recipient="w"):
    return log(9, "router", topic, data=[amount, token, 100, 0, "w", recipient, 0])


def swapped(topic=socket.SWAP):
    return log(4, "router", topic, data=["A", "U", 100, 70, 0, "router", 0])


NOTE = f"to:eip155:100:{address('w')}"


@pytest.mark.parametrize("topic", [socket.BRIDGE, socket.BRIDGE_1])
def test_what_the_log_says_leaves(topic):
    event = only(activity("w > router 100 U", logs=[bridged(topic=topic)]), PROTOCOLS)
    assert (event.kind, event.protocol, event.note) == ("bridge_out", "socket", NOTE)


def test_nobody_is_no_recipient():
    one = activity("w > router 100 U", logs=[bridged(recipient="zero")])
    assert only(one, PROTOCOLS).note == ""


@pytest.mark.parametrize("topic", [socket.SWAP, socket.SWAP_1])
def test_what_was_swapped_for_it_leaves_with_the_bridges_id(topic):
    hop = log(8, "hop", _hop.SENT, 55, 100, "w", data=[100, 0, 3, 4, 90, 0])
    one = activity("w > router 70 A", logs=[swapped(topic), hop, bridged()])
    event = only(one, PROTOCOLS)
    assert (event.protocol, event.note) == (
        "socket",
        f"message:hop:0x{55:064x} {NOTE} expects:eip155:100/*/97+",
    )


def test_coin_pays_the_message():
    coin = bridged("0x" + "e" * 40)
    event = only(activity("w > router 103 ETH", logs=[coin]), PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]


def test_other_quantities_are_others():
    one = activity("w > shop 7 U", logs=[bridged()], called="shop")
    assert only(one, PROTOCOLS).kind == "send"
    # a swap after it, or for another token, is none for the bridge
    other = log(4, "router", socket.SWAP, data=["A", "B", 100, 70, 0, "router", 0])
    late = log(10, "router", socket.SWAP, data=["A", "U", 100, 70, 0, "router", 0])
    one = activity("w > router 70 A", logs=[other, bridged(), late])
    assert only(one, PROTOCOLS).kind == "send"
