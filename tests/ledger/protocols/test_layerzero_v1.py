"""Stargate's first pools and tokens over LayerZero's first version."""

import pytest

from ledger.link import link
from ledger.protocols import layerzero_v1 as layerzero
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets, word
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ARBITRUM = "eip155:42161"
#: A recipient as bytes: from the left.
W = int(address("w")[2:].ljust(64, "0"), 16)
BOTH = wallets() | wallets(network=ARBITRUM)


def test_topics_are_the_hashes_of_their_signatures():
    amounts = "uint256,uint256,uint256,uint256,uint256"
    for signature, topic in {
        f"Swap(uint16,uint256,address,{amounts})": layerzero.POOL_SENT,
        "SwapRemote(address,uint256,uint256,uint256)": layerzero.POOL_PAID,
        "SendToChain(uint16,address,bytes,uint256)": layerzero.SENT,
        "SendToChain(uint16,address,bytes32,uint256)": layerzero.SENT_2,
        "ReceiveFromChain(uint16,address,uint256)": layerzero.RECEIVED,
        "Packet(bytes)": layerzero.PACKET,
        "PacketReceived(uint16,bytes,address,uint64,bytes32)": layerzero.PACKET_RECEIVED,
    }.items():
        assert hashes_to(signature, topic)


NODE = "0x4d73adb72bc3dd368966edd0f0b2148401a178e2"


def packet(number=9, body="", receiver="bridge2"):
    """Packed: number, network, sender, network, receiver, and what the sender says."""
    text = f"{number:016x}{101:04x}{address('bridge')[2:]}{110:04x}{address(receiver)[2:]}{body}"
    size = len(text) // 2
    text = text.ljust(-(-len(text) // 64) * 64, "0")
    words = [int(text[place : place + 64], 16) for place in range(0, len(text), 64)]
    return log(5, NODE, layerzero.PACKET, data=[32, size, *words])


def swap(recipient="w", call=0):
    """What a pool says: twelve words, the places of recipient and call, then both."""
    to = address(recipient)[2:].ljust(64, "0")
    fixed = "".join(word(number) for number in (1, 1, 1, 0, 0, 0, 95, 2, 0, 0, 0, 0))
    return fixed + word(14 * 32) + word(16 * 32) + word(20) + to + word(call) + "00" * 32


def packet_received(number=9, receiver="bridge2", node=NODE):
    sender = int(address("bridge")[2:].ljust(64, "0"), 16)
    data = [96, number, 0, 20, sender]
    return log(1, node, layerzero.PACKET_RECEIVED, 101, receiver, data=data)


def joined(*ends):
    linked = link([event for one in ends for event in events_of(one, PROTOCOLS, BOTH)], BOTH)
    return not linked.in_flight


def pool_sent(body=""):
    left = log(4, "pool", layerzero.POOL_SENT, data=[110, 1, "w", 95, 0, 2, 2, 1])
    text = "w > pool 100 U; w > router 3 ETH"
    return activity(text, logs=[left, packet(body=body)], name="out")


def pool_paid(recipient="w", number=9, node=NODE, quantity=95):
    paid = log(4, "pool2", layerzero.POOL_PAID, data=[recipient, quantity, 0, 0])
    return activity(
        f"pool2 > w {quantity} U2",
        logs=[packet_received(number, node=node), paid],
        network=ARBITRUM,
        caller="relayer",
        called="uln2",
        minutes=3,
        name="in",
    )


def test_a_pool_takes_a_token_and_coin_for_the_message():
    event = only(pool_sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "stargate")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    path = f"101:{address('bridge')}:{address('bridge2')}"
    arrives = f"expects:{ARBITRUM}/*/~95"
    assert event.note == f"message:lz1:{path}:9 {arrives} by:stargate"
    named = only(pool_sent(swap()), PROTOCOLS).note.split()
    assert named[1] == f"to:{ARBITRUM}:{address('w')}"
    # what is passed on by a contract names nobody
    assert only(pool_sent(swap(call=4)), PROTOCOLS).note == event.note


def test_coin_goes_to_its_pool_over_a_router():
    logs = pool_sent().logs
    one = activity("w > router 103 ETH; router > vault 100 ETH", logs=logs)
    assert [leg[::2] for leg in said(only(one, PROTOCOLS))] == [(-100, "plain"), (-3, "fee")]
    # what a router swapped into something else is no fee
    swapped = activity("w > router 1000 ETH; router > swap 1000 ETH", logs=logs)
    assert only(swapped, PROTOCOLS).kind == "send"


def test_both_ends_join_by_path_and_number():
    ends = [*events_of(pool_sent(), PROTOCOLS, BOTH), *events_of(pool_paid(), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert len({event.group for event in linked.events}) == 1 and linked.problems == ()
    other = events_of(pool_paid(number=8), PROTOCOLS, BOTH)
    assert len(link([*events_of(pool_sent(), PROTOCOLS, BOTH), *other], BOTH).in_flight) == 1
    assert joined(pool_sent(), pool_paid(quantity=95 * 10**12))
    assert not joined(pool_sent(), pool_paid(node="stranger"))
    assert not joined(pool_sent(), pool_paid(quantity=1))


@pytest.mark.parametrize(
    "left",
    [
        log(4, "OFT", layerzero.SENT, 110, "w", data=[64, 7, 20, W]),
        log(4, "OFT", layerzero.SENT_2, 110, "w", "w", data=[7]),
    ],
)
def test_tokens_burn_themselves_and_mint_there(left):
    sent = packet(receiver="OFT2")
    out = activity("w > zero 7 OFT", logs=[left, sent], called="OFT", name="out")
    event = only(out, PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "layerzero")
    assert event.note.split()[1] == f"to:{ARBITRUM}:{address('w')}"
    for token, ended in (("OFT2", True), ("Scam", False)):
        came = log(4, token, layerzero.RECEIVED, 101, "w", data=[7])
        logs = [packet_received(receiver="OFT2"), came]
        text = f"zero > w 7 {token}"
        one = activity(text, logs=logs, network=ARBITRUM, caller="x", minutes=3, name="in")
        assert joined(out, one) == ended


def test_a_token_that_calls_whom_it_pays_names_nobody():
    left = log(4, "OFT", layerzero.SENT_2, 110, "w", "vault", data=[7])
    for body, to in (("00", [f"to:{ARBITRUM}:{address('vault')}"]), ("01", [])):
        logs = [left, packet(body=body, receiver="OFT2")]
        event = only(activity("w > zero 7 OFT", logs=logs, called="OFT"), PROTOCOLS)
        assert [word for word in event.note.split() if word.startswith("to:")] == to


def test_two_packets_leave_no_certain_number():
    one = activity("w > pool 100 U", logs=[*pool_sent().logs, packet(10)])
    assert only(one, PROTOCOLS).note == ""
    came = pool_paid()
    text = "pool2 > w 95 U2"
    both = activity(text, logs=[packet_received(8), *came.logs], network=ARBITRUM, caller="x")
    assert only(both, PROTOCOLS, BOTH).note == ""


def test_a_pool_pays_coin_over_its_vault():
    paid = log(4, "pool2", layerzero.POOL_PAID, data=["w", 95, 1, 2])
    one = activity("vault > w 95 ETH", logs=[paid], network=ARBITRUM, caller="x")
    assert only(one, PROTOCOLS, BOTH).protocol == "stargate"


def test_two_payments_into_a_pool_are_not_told_apart():
    logs = pool_sent().logs
    one = activity("w > pool 100 U; w > pool 50 U", logs=logs)
    assert {event.kind for event in events_of(one, PROTOCOLS)} == {"send"}


def test_logs_about_others_claim_nothing():
    assert only(pool_paid(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
    logs = pool_sent().logs
    assert only(activity("w > shop 7 U", logs=logs, called="shop"), PROTOCOLS).kind == "send"
