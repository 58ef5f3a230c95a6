"""Synapse: its bridge, and its orders joined by their id."""

import pytest

from ledger.link import link
from ledger.protocols import synapse
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ARBITRUM = "eip155:42161"
BOTH = wallets() | wallets(network=ARBITRUM)


def test_topics_are_the_hashes_of_their_signatures():
    out, swap = "address,uint256,address,uint256", "uint8,uint8,uint256,uint256"
    came = "address,address,uint256,uint256"
    for signature, topic in {
        f"TokenDeposit({out})": synapse.DEPOSIT,
        f"TokenDepositAndSwap({out},{swap})": synapse.DEPOSIT_SWAP,
        f"TokenRedeem({out})": synapse.REDEEM,
        f"TokenRedeemAndSwap({out},{swap})": synapse.REDEEM_SWAP,
        f"TokenRedeemAndRemove({out},uint8,uint256,uint256)": synapse.REDEEM_REMOVE,
        "TokenRedeemV2(bytes32,uint256,address,uint256)": synapse.REDEEM_2,
        f"TokenMint({came},bytes32)": synapse.MINT,
        f"TokenMintAndSwap({came},{swap},bool,bytes32)": synapse.MINT_SWAP,
        f"TokenWithdraw({came},bytes32)": synapse.WITHDRAW,
        f"TokenWithdrawAndRemove({came},uint8,uint256,uint256,bool,bytes32)": (
            synapse.WITHDRAW_REMOVE
        ),
        "BridgeRequested(bytes32,address,bytes,uint32,address,address,uint256,uint256,bool)": (
            synapse.REQUESTED
        ),
        "BridgeRelayed(bytes32,address,address,uint32,address,address,uint256,uint256,uint256)": (
            synapse.RELAYED
        ),
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("w > bridge 7 U", synapse.DEPOSIT),
        ("w > zero 7 U", synapse.REDEEM),
        ("w > router 9 V", synapse.REDEEM_SWAP),  # a router swapped V for U before
        ("w > router 7 ETH", synapse.DEPOSIT_SWAP),
    ],
)
def test_what_was_given_leaves(text, topic):
    sent = log(4, "bridge", topic, "w", data=[42161, "U", 7, 0, 0, 0, 0])
    event = only(activity(text, logs=[sent]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "synapse")
    assert event.note == f"to:{ARBITRUM}:{address('w')}"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("zero > w 6 U2", synapse.MINT),
        ("bridge2 > w 6 U2", synapse.WITHDRAW),
        ("bridge2 > w 8 V2", synapse.MINT_SWAP),
        ("bridge2 > w 6 ETH", synapse.WITHDRAW),
    ],
)
def test_arrivals_less_their_fee_or_swapped(text, topic):
    for recipient, kind in (("w", "bridge_in"), ("x", "receive")):
        came = log(4, "bridge2", topic, recipient, 55, data=["U2", 7, 1, 0, 0, 0, 0, 0])
        one = activity(text, logs=[came], network=ARBITRUM, caller="node", called="bridge2")
        event = only(one, PROTOCOLS, BOTH)
        assert event.kind == kind
        assert event.note == (f"message:synapse:0x{55:064x}" if kind == "bridge_in" else "")


def requested():
    data = [256, 42161, "U", "U2", 100, 98, 0]
    made = log(4, "fast", synapse.REQUESTED, 55, "w", data=data)
    return activity("w > fast 100 U", logs=[made], called="fast", name="out")


def relayed(number=55, quantity=98, recipient="w"):
    data = [1, "U", "U2", 100, quantity, 0]
    done = log(4, "fast2", synapse.RELAYED, number, "x", recipient, data=data)
    return activity(
        f"x > w {quantity} U2",
        logs=[done],
        network=ARBITRUM,
        caller="x",
        called="fast2",
        minutes=2,
        name="in",
    )


@pytest.mark.parametrize(
    ("came", "joined"),
    [(relayed(), True), (relayed(number=56), False), (relayed(quantity=97), False)],
)
def test_both_ends_of_an_order_join_by_its_id(came, joined):
    ends = [*events_of(requested(), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_an_order_takes_what_it_says():
    assert [leg[::2] for leg in said(only(requested(), PROTOCOLS))] == [(-100, "plain")]


def test_orders_of_others_claim_nothing():
    assert only(relayed(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
    one = activity("w > shop 7 V", logs=requested().logs, called="shop")
    assert only(one, PROTOCOLS).kind == "send"
