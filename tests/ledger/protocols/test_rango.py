"""Rango's router: what left over a bridge, swapped before or not, and what it paid out."""

import pytest

from ledger.protocols import _hop, rango
from tests.ledger.moves import activity, address, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

TO = f"to:eip155:100:{address('w')}"


def test_topics_are_the_hashes_of_their_signatures():
    first = "address,address,uint256,address,uint256,bool,bool,uint8,uint16"
    assert hashes_to(f"RangoBridgeInitiated({first})", rango.BRIDGED)
    assert hashes_to(f"RangoBridgeInitiated({first},string)", rango.BRIDGED_2)
    done = "RangoBridgeCompleted(address,address,address,address,uint256,uint8,uint16)"
    assert hashes_to(done, rango.COMPLETED)


def bridged(topic=rango.BRIDGED, receiver="w", number=100):
    return log(9, "router", topic, 6, 0, 1, data=["U", 100, receiver, number, 0, 0])


@pytest.mark.parametrize("topic", [rango.BRIDGED, rango.BRIDGED_2])
def test_what_the_log_says_leaves_and_a_fee_on_top(topic):
    event = only(activity("w > router 101 U", logs=[bridged(topic)]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "rango")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-1, "fee")]
    assert event.note.split() == [f"message:rango:0x{6:064x}", TO, "expects:eip155:100/*/*"]


def test_what_was_swapped_for_it_leaves_with_the_bridges_id():
    hop = log(8, "hop", _hop.SENT, 55, 100, "w", data=[100, 0, 3, 4, 90, 0])
    event = only(activity("w > router 70 A", logs=[hop, bridged()]), PROTOCOLS)
    assert (event.protocol, event.note.split()[0]) == ("rango", f"message:hop:0x{55:064x}")


def test_a_network_that_is_not_evm_is_not_named():
    one = activity("w > router 100 U", logs=[bridged(receiver="zero", number=0)])
    assert only(one, PROTOCOLS).note == f"message:rango:0x{6:064x}"


def test_what_the_router_pays_out_arrives():
    done = log(9, "router", rango.COMPLETED, 6, "U", "w", data=["w", 90, 0, 1])
    event = only(activity("router > w 90 U", logs=[done], caller="x"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_in", "rango")


def test_a_log_of_another_contract_is_none():
    one = activity("w > shop 7 U", logs=[bridged()], called="shop")
    assert only(one, PROTOCOLS).kind == "send"
