"""Wormhole's native token transfers: both ends, joined by the digest of the message.

Logs are written from the ABI of wormhole-foundation/native-token-transfers (NttManager.sol,
IWormholeTransceiver.sol).
"""

import pytest

from ledger.chains.evm.codec import keccak
from ledger.link import link
from ledger.protocols import wormhole_ntt as ntt
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE, BASE_NUMBER = "eip155:8453", 30
BOTH = wallets() | wallets(network=BASE)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "TransferSent(bytes32,bytes32,uint256,uint256,uint16,uint64)": ntt.SENT,
        "TransferSent(bytes32)": ntt.SENT_DIGEST,
        "TransferRedeemed(bytes32)": ntt.REDEEMED,
        "SendTransceiverMessage(uint16,(bytes32,bytes32,bytes,bytes))": ntt.CARRIED,
    }.items():
        assert hashes_to(signature, topic)


#: id, sender, length and payload of a manager's message, in the bytes of the transceiver's.
MESSAGE = bytes(31) + b"\x01" + bytes(32) + (4).to_bytes(2) + b"NTT!"
SIZE = len(MESSAGE)
#: keccak of Wormhole's number of Ethereum, 2, and the message.
DIGEST = int.from_bytes(keccak((2).to_bytes(2) + MESSAGE))


def carried(chain=BASE_NUMBER, size=SIZE):
    body = MESSAGE.ljust(96, b"\0")
    padded = [int.from_bytes(body[place : place + 32]) for place in (0, 32, 64)]
    head = [chain, 64, "manager", "manager2", 128, 256]
    return log(1, "transceiver", ntt.CARRIED, data=[*head, size, *padded, 0])


def sent(text="w > manager 100 W; w > manager 3 ETH", *, chain=BASE_NUMBER, number=7):
    logs = [
        carried(chain),
        log(2, "manager", ntt.SENT, "w", "w", data=[100, 3, chain, 1]),
        log(3, "manager", ntt.SENT_DIGEST, number),
    ]
    return activity(text, logs=logs, called="manager", name="out")


def redeemed(text="zero > w 100 W2", *, number=7, manager="manager2"):
    return activity(
        text,
        logs=[log(1, manager, ntt.REDEEMED, number)],
        network=BASE,
        caller="relayer",
        called="relay",
        minutes=2,
        name="in",
    )


def test_a_manager_takes_a_token_and_coin_for_the_message():
    event = only(sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "wormhole")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    assert event.note.split() == [
        f"message:ntt:0x{7:064x}",
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/*/~100",
        f"by:{address('manager2')}",
    ]


@pytest.mark.parametrize(("size", "joined"), [(SIZE, True), (2**40, False)])
def test_the_digest_of_the_first_version_is_the_hash_of_the_message(size, joined):
    logs = [
        carried(size=size),
        log(2, "manager", ntt.SENT, data=["w", "w", 100, 3, BASE_NUMBER, 1]),
    ]
    one = activity("w > manager 100 W", logs=logs, called="manager", name="out")
    event = only(one, PROTOCOLS)
    assert (event.kind, f"ntt:0x{DIGEST:064x}" in event.note) == ("bridge_out", joined)
    ends = [event, *events_of(redeemed(number=DIGEST), PROTOCOLS, BOTH)]
    assert (link(ends, BOTH).in_flight == ()) == joined


def test_a_network_that_is_not_known_is_not_named():
    assert only(sent(chain=1), PROTOCOLS).note == f"message:ntt:0x{7:064x}"


@pytest.mark.parametrize(
    ("said_", "joined"),
    [
        ({}, True),
        ({"text": "manager2 > w 100 W2"}, True),
        ({"number": 8}, False),
        ({"manager": "other"}, False),
        ({"text": "zero > w 99 W2"}, False),
    ],
)
def test_both_ends_join_by_the_digest(said_, joined):
    ends = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(redeemed(**said_), PROTOCOLS, BOTH)]
    assert (link(ends, BOTH).in_flight == ()) == joined


def test_what_is_given_to_somebody_else_or_is_not_one_token_is_none_of_it():
    assert only(redeemed("x > w 100 W2"), PROTOCOLS, BOTH).kind == "receive"
    two = redeemed("zero > w 100 W2; zero > w 5 Other")
    assert {one.kind for one in events_of(two, PROTOCOLS, BOTH)} == {"receive"}
    one = activity("w > shop 7 W", logs=sent().logs, called="shop")
    assert only(one, PROTOCOLS).kind == "send"
