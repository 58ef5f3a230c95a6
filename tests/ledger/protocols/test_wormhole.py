"""Wormhole's token bridge: payloads of transfers, joined by emitter and number."""

import pytest

from ledger.link import link
from ledger.protocols import wormhole
from tests.ledger.moves import activity, address, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)
BRIDGE_2 = "0x8d2de8d2f73f1f4cab472ac9a881c9b123c79627"


def test_topics_are_the_hashes_of_their_signatures():
    published = "LogMessagePublished(address,uint64,uint32,bytes,uint8)"
    assert hashes_to(published, wormhole.PUBLISHED)
    assert hashes_to("TransferRedeemed(uint16,bytes32,uint64)", wormhole.REDEEMED)


def published(amount=7, kind=1, chain=30, number=9, fee=0):
    """Kind, amount, token and its network, recipient and theirs, fee: packed."""
    text = f"{kind:02x}{amount:064x}{1:064x}{2:04x}{int(address('w'), 16):064x}{chain:04x}"
    text += f"{fee:064x}"
    padded = text.ljust(320, "0")
    words = [int(padded[place : place + 64], 16) for place in range(0, 320, 64)]
    data = [number, 0, 128, 1, 133, *words]
    return log(4, "core", wormhole.PUBLISHED, "bridge", data=data)


def sent(text="w > bridge 7 U", **said):
    return activity(text, logs=[published(**said)], called="bridge", name="out")


def redeemed(*numbers, text=f"{BRIDGE_2} > w 7 U2", bridge=BRIDGE_2):
    logs = [
        log(4 + number, bridge, wormhole.REDEEMED, 2, int(address("bridge"), 16), number)
        for number in numbers or (9,)
    ]
    return activity(text, logs=logs, network=BASE, caller="x", called=bridge, minutes=9, name="in")


MESSAGE = f"wormhole:2:0x{int(address('bridge'), 16):064x}:9"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("w > bridge 7 U", 7),
        ("w > zero 7 U", 7),
        ("w > bridge 70000000123 ETH", 7),  # of more decimals than travel
    ],
)
def test_what_the_bridge_took_leaves(text, amount):
    event = only(sent(text, amount=amount), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "wormhole")
    assert event.note.split() == [
        f"message:{MESSAGE}",
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/*/~7-7",
        "by:wormhole",
    ]


def test_a_message_goes_to_a_contract_that_passes_it_on():
    assert only(sent(kind=3), PROTOCOLS).note.split()[1] == f"expects:{BASE}/*/~7"


def test_a_network_that_is_not_evm_has_no_address():
    assert only(sent(chain=1), PROTOCOLS).note == f"message:{MESSAGE} by:wormhole"


@pytest.mark.parametrize(
    ("came", "joined"),
    [
        (redeemed(9), True),
        (redeemed(9, text=f"{BRIDGE_2} > w 70000000000 U2"), True),  # of more decimals
        (redeemed(9, text=f"{BRIDGE_2} > w 6 U2"), True),  # less the fee of who redeemed it
        (redeemed(8), False),
        (redeemed(9, text=f"{BRIDGE_2} > w 4 U2"), False),
        (redeemed(9, text="stranger > w 7 U2", bridge="stranger"), False),
    ],
)
def test_both_ends_join_by_emitter_and_number(came, joined):
    ends = [*events_of(sent(fee=1), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_other_messages_and_payments_claim_nothing():
    for one in (sent(kind=2), sent("w > bridge 8 U"), sent("w > shop 7 U")):
        assert only(one, PROTOCOLS).kind == "send"
    assert only(redeemed(text="x > w 7 U2"), PROTOCOLS, BOTH).kind == "receive"
    assert only(redeemed(8, 9), PROTOCOLS, BOTH).kind == "receive"  # which of the two?
