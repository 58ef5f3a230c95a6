"""LI.FI: what left, swapped before or not, and what its receivers paid out."""

import pytest

from ledger.link import link
from ledger.protocols import _layerzero as layerzero
from ledger.protocols import lifi
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.packets import message, packet_sent
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "LiFiTransferStarted((bytes32,string,string,address,address,address,uint256,uint256,bool,"
        "bool))": lifi.STARTED,
        "LiFiTransferCompleted(bytes32,address,address,uint256,uint256)": lifi.COMPLETED,
        "LiFiTransferRecovered(bytes32,address,address,uint256,uint256)": lifi.RECOVERED,
        "AssetSwapped(bytes32,address,address,address,uint256,uint256,uint256)": lifi.SWAPPED,
        "ComposeDelivered(address,address,bytes32,uint16)": layerzero.COMPOSED,
    }.items():
        assert hashes_to(signature, topic)


def started(receiver="w", number=6):
    data = [32, number, 320, 384, 0, "U", receiver, 100, 8453, 0, 1, 0, 0]
    return log(9, "router", lifi.STARTED, data=data)


def swapped(number=6):
    return log(4, "router", lifi.SWAPPED, data=[number, "dex", "A", "U", 70, 100, 0])


def out(text="w > router 100 U", *logs):
    return activity(text, logs=[*logs, started()], name="out")


def came(*logs, receiver="w", number=6):
    done = log(8, "receiver", lifi.COMPLETED, number, data=["U2", receiver, 90, 0])
    return activity(
        "receiver > w 90 ETH; receiver > w 2 U2",
        logs=[done, *logs],
        network=BASE,
        caller="x",
        called="executor",
        minutes=4,
        name="in",
    )


def test_what_the_log_says_leaves_and_a_fee_on_top():
    event = only(out("w > router 101 U; w > router 3 ETH"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "lifi")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-1, "fee"), (-3, "fee")]
    arrives = f"expects:{BASE}/*/*"
    assert event.note == f"message:lifi:0x{6:064x} to:{BASE}:{address('w')} {arrives}"


def test_what_was_swapped_for_it_leaves():
    assert only(out("w > router 70 A", swapped()), PROTOCOLS).kind == "bridge_out"
    assert only(out("w > router 70 A", swapped(number=5)), PROTOCOLS).kind == "send"


def test_a_receiver_that_is_not_evm_is_not_named():
    one = activity("w > router 100 U", logs=[started(receiver="0x" + "11f1" * 10)])
    assert only(one, PROTOCOLS).note == f"message:lifi:0x{6:064x}"


def test_its_own_id_alone_proves_nothing_and_stays_apart():
    # whoever knows an id may have a receiver pay out whatever he hands it
    ends = [*events_of(out(), PROTOCOLS, BOTH), *events_of(came(), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert [one.code for one in linked.problems] == ["in_flight", "unmatched_transfer"]
    assert "has its message, but nothing proves" in linked.problems[0].message


ENDPOINT = "0x1a44076050125825900e736c501f859c50fe728c"


def composed(to="receiver", emitter=ENDPOINT):
    return log(9, emitter, layerzero.COMPOSED, data=["pool2", to, 5, 0])


def over_layerzero():
    sent = log(7, "pool", layerzero.SENT, 5, "router", data=[30184, 100, 99])
    packet = packet_sent(6, 5, 30184, "pool2", message("receiver", 99, calls="0a"))
    return events_of(out("w > router 70 A", swapped(), packet, sent), PROTOCOLS, BOTH)


def test_the_id_of_the_bridge_underneath_is_better():
    ends = [*over_layerzero(), *events_of(came(composed()), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert {event.group for event in linked.events} == {f"bridge:lz:0x{5:064x}"}
    assert linked.problems == ()


@pytest.mark.parametrize("stranger", [composed(to="other"), composed(emitter="stranger")])
def test_a_call_that_was_not_delivered_to_the_receiver_ends_nothing(stranger):
    ends = [*over_layerzero(), *events_of(came(stranger), PROTOCOLS, BOTH)]
    assert len(link(ends, BOTH).in_flight) == 1


def test_what_went_to_others_is_not_ours():
    assert only(came(receiver="x"), PROTOCOLS, BOTH).kind == "receive"
