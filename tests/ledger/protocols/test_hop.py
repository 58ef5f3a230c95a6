"""Hop: transfers out of both layers, paid out by bonders, the bridge and its wrappers."""

import pytest

from ledger.link import link
from ledger.protocols import hop
from tests.ledger.moves import activity, address, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

OPTIMISM = "eip155:10"
WRAPPER = "0x86ca30bef97fb651b8d866d45503684b90cb3312"
BOTH = wallets() | wallets(network=OPTIMISM)
BRIDGE_1 = "0xb8901acb165ed027e32754e0ffe830802919727f"
BRIDGE = "0x83f6244bd87662118d96d9a6d44f09dfff14b30e"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "TransferSentToL2(uint256,address,uint256,uint256,uint256,address,uint256)": hop.SENT_UP,
        "TransferFromL1Completed(address,uint256,uint256,uint256,address,uint256)": hop.COMPLETED,
        "TransferSent(bytes32,uint256,address,uint256,bytes32,uint256,uint256,uint256,uint256)": (
            hop.SENT
        ),
        "WithdrawalBonded(bytes32,uint256)": hop.BONDED,
        "Withdrew(bytes32,address,uint256,bytes32)": hop.WITHDREW,
        "TokenSwap(address,uint256,uint256,uint128,uint128)": hop.TOKEN_SWAP,
    }.items():
        assert hashes_to(signature, topic)


def sent(transfer=55, recipient="w"):
    logs = [
        log(1, "pool", hop.TOKEN_SWAP, WRAPPER, data=[100, 98, 0, 1]),
        log(2, BRIDGE, hop.SENT, transfer, 1, recipient, data=[98, 0, 3, 4, 90, 0]),
    ]
    return activity(f"w > {WRAPPER} 100 U", logs=logs, called=WRAPPER, network=OPTIMISM, name="out")


def bonded(transfer=55, quantity=95, bridge=BRIDGE_1):
    paid = log(1, bridge, hop.BONDED, transfer, data=[98])
    return activity(
        f"{bridge} > w {quantity} U",
        logs=[paid],
        caller="bonder",
        called=bridge,
        minutes=9,
        name="in",
    )


def test_what_was_swapped_for_hops_token_leaves():
    event = only(sent(), PROTOCOLS, BOTH)
    assert (event.kind, event.protocol) == ("bridge_out", "hop")
    assert event.note.split() == [
        f"message:hop:0x{55:064x}",
        f"to:eip155:1:{address('w')}",
        "expects:eip155:1/*/95+",
        "by:hop-eth",
    ]


def test_coin_and_hops_own_token_leave_too():
    coin = activity(f"w > {WRAPPER} 100 ETH", logs=sent().logs, called=WRAPPER, network=OPTIMISM)
    assert only(coin, PROTOCOLS, BOTH).kind == "bridge_out"
    burnt = activity("w > zero 98 hU", logs=sent().logs[1:], called="bridge", network=OPTIMISM)
    assert only(burnt, PROTOCOLS, BOTH).kind == "bridge_out"


def test_a_swap_of_somebody_else_is_not_what_was_sent():
    one = sent()
    other = log(1, "pool", hop.TOKEN_SWAP, "x", data=[100, 98, 0, 1])
    shop = activity("w > shop 100 U", logs=[other, one.logs[1]], called="z", network=OPTIMISM)
    assert only(shop, PROTOCOLS, BOTH).kind == "send"


def test_both_ends_join_by_the_transfers_id():
    linked = link(
        [*events_of(sent(), PROTOCOLS, BOTH), *events_of(bonded(), PROTOCOLS, BOTH)], BOTH
    )
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {f"bridge:hop:0x{55:064x}"}
    usdc = "0x3666f603cc164936c1b87e207f36beba4ac5f18a"
    for came in (bonded(56), bonded(quantity=94), bonded(bridge="stranger"), bonded(bridge=usdc)):
        other = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
        assert len(link(other, BOTH).in_flight) == 1


def test_more_than_was_bonded_did_not_come_from_it():
    assert only(bonded(quantity=99), PROTOCOLS).kind == "receive"


def test_a_settled_withdrawal_arrives_at_its_recipient_alone():
    for recipient, kind in (("w", "bridge_in"), ("x", "receive")):
        withdrew = log(1, "bridge1", hop.WITHDREW, 55, recipient, data=[98, 0])
        one = activity("bridge1 > w 98 U", logs=[withdrew], caller="x", called="bridge1")
        assert only(one, PROTOCOLS).kind == kind


def swapped(*logs, buyer=WRAPPER):
    swap = log(4, "pool", hop.TOKEN_SWAP, buyer, data=[98, 97, 1, 0])
    return activity(
        f"{buyer} > w 97 ETH",
        logs=[*logs, swap],
        network=OPTIMISM,
        caller="bonder",
        called="bridge",
        minutes=9,
        name="in",
    )


def test_what_a_bonder_paid_comes_out_of_a_swap():
    event = only(swapped(log(1, BRIDGE, hop.BONDED, 55, data=[100])), PROTOCOLS, BOTH)
    assert (event.kind, event.note) == ("bridge_in", f"message:hop:0x{55:064x} by:hop-eth")


def test_a_wrapper_pays_out_where_the_bridge_logged_nothing():
    event = only(swapped(), PROTOCOLS, BOTH)
    assert (event.kind, event.protocol, event.note) == ("bridge_in", "hop", "")
    assert only(swapped(buyer="shop"), PROTOCOLS, BOTH).kind == "receive"


def first(deadline=1234, recipient="w"):
    data = [100, 90, deadline, 0]
    up = log(1, BRIDGE_1, hop.SENT_UP, 10, recipient, 0, data=data)
    return activity(f"w > {BRIDGE_1} 100 ETH", logs=[up], called=BRIDGE_1, name="up")


def completed(deadline=1234):
    return swapped(log(9, BRIDGE, hop.COMPLETED, "w", 0, data=[100, 90, deadline, 0]))


@pytest.mark.parametrize(("here", "there", "joined"), [(7, 7, True), (7, 8, False), (0, 0, False)])
def test_the_way_up_joins_by_what_both_layers_log(here, there, joined):
    ends = [
        *events_of(first(here), PROTOCOLS, BOTH),
        *events_of(completed(there), PROTOCOLS, BOTH),
    ]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_transfers_of_others_claim_nothing():
    up = first().logs
    assert only(activity("w > shop 99 ETH", logs=up, called="shop"), PROTOCOLS).kind == "send"
    bonds = [log(place, "bridge1", hop.BONDED, place, data=[98]) for place in (1, 2)]
    one = activity("bridge1 > w 95 U", logs=bonds, caller="bonder", called="bridge1")
    assert only(one, PROTOCOLS).kind == "receive"  # which of the two it was nobody says
