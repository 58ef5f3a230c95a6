"""Stargate's first pools and tokens over LayerZero's first version."""

import pytest

from ledger.link import link
from ledger.protocols import layerzero_v1 as layerzero
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ARBITRUM = "eip155:42161"
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


def packet(number=9):
    """Packed: number, network, sender, network, receiver."""
    text = f"{number:016x}{101:04x}{address('bridge')[2:]}{110:04x}{address('bridge2')[2:]}"
    text = text.ljust(128, "0")
    data = [32, 52, int(text[:64], 16), int(text[64:], 16)]
    return log(5, "uln", layerzero.PACKET, data=data)


def packet_received(number=9):
    sender = int(address("bridge")[2:].ljust(64, "0"), 16)
    data = [96, number, 0, 20, sender]
    return log(1, "uln2", layerzero.PACKET_RECEIVED, 101, "bridge2", data=data)


def pool_sent():
    left = log(4, "pool", layerzero.POOL_SENT, data=[110, 1, "w", 95, 0, 2, 2, 1])
    text = "w > pool 100 U; w > router 3 ETH"
    return activity(text, logs=[left, packet()], name="out")


def pool_paid(recipient="w", number=9):
    paid = log(4, "pool2", layerzero.POOL_PAID, data=[recipient, 95, 0, 0])
    return activity(
        "pool2 > w 95 U2",
        logs=[packet_received(number), paid],
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
    assert event.note == f"message:lz1:{path}:9"


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


@pytest.mark.parametrize(
    "left",
    [
        log(4, "OFT", layerzero.SENT, 110, "w", data=[64, 7, 20, 0]),
        log(4, "OFT", layerzero.SENT_2, 110, "w", "w", data=[7]),
    ],
)
def test_tokens_burn_themselves_and_mint_there(left):
    out = activity("w > zero 7 OFT", logs=[left, packet()], called="OFT", name="out")
    event = only(out, PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "layerzero")
    came = log(4, "OFT2", layerzero.RECEIVED, 101, "w", data=[7])
    one = activity("zero > w 7 OFT2", logs=[packet_received(), came], network=ARBITRUM, caller="x")
    linked = link([event, *events_of(one, PROTOCOLS, BOTH)], BOTH)
    assert linked.problems == ()


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
