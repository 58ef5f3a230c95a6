"""Arbitrum's bridge: gateways, inbox and outbox of both versions, coin without a log."""

import pytest

from ledger.link import link
from ledger.protocols import arbitrum_bridge as arbitrum
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

L2 = "eip155:42161"
ARBSYS = "0x0000000000000000000000000000000000000064"
BOTH = wallets() | wallets(network=L2)


def test_topics_are_the_hashes_of_their_signatures():
    numbers = "uint256,uint256"
    for signature, topic in {
        f"DepositInitiated(address,address,address,{numbers})": arbitrum.DEPOSIT,
        f"WithdrawalFinalized(address,address,address,{numbers})": arbitrum.WITHDRAWN,
        f"WithdrawalInitiated(address,address,address,uint256,{numbers})": arbitrum.WITHDRAWAL,
        "DepositFinalized(address,address,address,uint256)": arbitrum.DEPOSITED,
        "InboxMessageDelivered(uint256,bytes)": arbitrum.INBOX,
        "MessageDelivered(uint256,bytes32,address,uint8,address,bytes32,uint256,uint64)": (
            arbitrum.DELIVERED
        ),
        "MessageDelivered(uint256,bytes32,address,uint8,address,bytes32)": (
            arbitrum.CLASSIC_DELIVERED
        ),
        f"OutBoxTransactionExecuted(address,address,{numbers})": arbitrum.EXECUTED,
        "BridgeCallTriggered(address,address,uint256,bytes)": arbitrum.CALLED,
        f"L2ToL1Tx(address,address,{numbers},{numbers},{numbers},bytes)": arbitrum.TO_L1,
        f"L2ToL1Transaction(address,address,{numbers},{numbers},{numbers},uint256,bytes)": (
            arbitrum.CLASSIC_TO_L1
        ),
    }.items():
        assert hashes_to(signature, topic)


# ---- tokens ------------------------------------------------------------------------------------


def test_a_token_goes_up_and_coin_pays_for_the_ticket():
    deposit = log(1, "gateway", arbitrum.DEPOSIT, "w", "w2", 8, data=["U", 7])
    one = activity("w > gateway 7 U; w > router 3 ETH", logs=[deposit])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "arbitrum_bridge")
    assert event.note == f"to:{address('w2')}"
    assert [leg[::2] for leg in said(event)] == [(-7, "plain"), (-3, "fee")]


def test_a_token_that_came_up_is_minted_by_its_gateway():
    finalized = log(1, "gateway", arbitrum.DEPOSITED, "U", "w", "w", data=[7])
    one = activity("zero > w 7 U2", logs=[finalized], network=L2, caller="alias", called="gateway")
    assert only(one, PROTOCOLS, wallets(network=L2)).kind == "bridge_in"


def withdrawal(classic=False, name="out"):
    to_l1 = (
        log(1, ARBSYS, arbitrum.CLASSIC_TO_L1, "x", 40, 12, data=["gateway", 3, 0, 0, 0, 0, 0])
        if classic
        else log(1, ARBSYS, arbitrum.TO_L1, "x", 5, 40, data=["gateway", 0, 0, 0, 0, 0])
    )
    started = log(2, "gateway", arbitrum.WITHDRAWAL, "w", "w", 40, data=["U", 0, 7])
    return activity("w > zero 7 U2", logs=[to_l1, started], network=L2, name=name)


def exit_(classic=False, place=40, quantity=7):
    executed = log(1, "outbox", arbitrum.EXECUTED, "x", "gateway", 0, data=[place])
    if classic:
        executed = log(1, "outbox", arbitrum.EXECUTED, "x", "gateway", 12, data=[3])
    finalized = log(2, "gateway1", arbitrum.WITHDRAWN, "w", "w", 0, data=["U", quantity])
    return activity(
        f"gateway1 > w {quantity} U", logs=[executed, finalized], called="outbox", minutes=9
    )


@pytest.mark.parametrize("classic", [False, True])
def test_both_ends_of_a_way_down_join_by_sender_and_place(classic):
    out, came = withdrawal(classic), exit_(classic)
    linked = link([*events_of(out, PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)], BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    place = "12:3" if classic else "40"
    assert {event.group for event in linked.events} == {
        f"bridge:arbitrum:{address('gateway')}:{place}"
    }
    assert linked.problems == ()


def test_a_withdrawal_says_which_token_is_expected():
    event = only(withdrawal(), PROTOCOLS, BOTH)
    assert event.note.split()[1:] == [
        f"to:eip155:1:{address('w')}",
        f"expects:eip155:1/{address('U')}/7",
    ]


def test_messages_of_others_beside_it_have_other_places():
    one = withdrawal()
    others = [
        log(0, ARBSYS, arbitrum.TO_L1, "x", 5, 39, data=["gateway", 0, 0, 0, 0, 0]),
        log(3, ARBSYS, arbitrum.TO_L1, "x", 5, 40, data=["other", 0, 0, 0, 0, 0]),
    ]
    both = activity("w > zero 7 U2", logs=[others[0], *one.logs, others[1]], network=L2)
    note = only(both, PROTOCOLS, BOTH).note
    assert note.split()[0] == f"message:arbitrum:{address('gateway')}:40"


@pytest.mark.parametrize("came", [exit_(place=41), exit_(quantity=6)])
def test_another_place_or_quantity_does_not_join(came):
    ends = [*events_of(withdrawal(), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    assert len(link(ends, BOTH).in_flight) == 1


# ---- coin --------------------------------------------------------------------------------------


def delivered(kind, *, old=False):
    topic = arbitrum.CLASSIC_DELIVERED if old else arbitrum.DELIVERED
    data = ["inbox", kind, "alias", 0] if old else ["inbox", kind, "alias", 0, 0, 0]
    return log(1, "bridge", topic, 77, 0, data=data)


def test_coin_goes_up_alone():
    # an address of 20 bytes, then the value
    packed = (address("w2")[2:] + f"{5:064x}").ljust(128, "0")
    data = [32, 52, int(packed[:64], 16), int(packed[64:], 16)]
    inbox = log(2, "inbox", arbitrum.INBOX, 77, data=data)
    event = only(
        activity("w > inbox 5 ETH", logs=[delivered(12), inbox], called="inbox"), PROTOCOLS
    )
    assert (event.kind, event.note) == ("bridge_out", f"to:{address('w2')}")
    # the same bytes of another kind of message are no deposit
    other = activity("w > inbox 5 ETH", logs=[delivered(3), inbox], called="inbox")
    assert only(other, PROTOCOLS).kind == "send"


def ticket(value, paid, gas, size):
    data = [32, 288, "w", value, paid, 1, "w", "w", gas, 1, size]
    return log(2, "inbox", arbitrum.INBOX, 77, data=data)


@pytest.mark.parametrize(
    ("sent", "legs"),
    [
        (ticket(3, 5, 9, 0), [(-3, "plain"), (-2, "fee")]),
        (ticket(0, 5, 0, 0), [(-5, "plain")]),
    ],
)
def test_a_ticket_brings_its_value_or_all_that_was_paid(sent, legs):
    for old in (False, True):
        logs = [delivered(9, old=old), sent]
        event = only(activity("w > inbox 5 ETH", logs=logs, called="inbox"), PROTOCOLS)
        assert event.kind == "bridge_out"
        assert [leg[::2] for leg in said(event)] == legs


def test_a_ticket_that_only_calls_brings_nothing():
    logs = [delivered(9), ticket(0, 5, 9, 4)]
    assert only(activity("w > inbox 5 ETH", logs=logs, called="inbox"), PROTOCOLS).kind == "send"


def test_coin_goes_down_and_arrives():
    sent = log(1, ARBSYS, arbitrum.TO_L1, "w", 5, 40, data=["w", 0, 0, 0, 5, 0])
    out = activity(f"w > {ARBSYS} 5 ETH", logs=[sent], called=ARBSYS, network=L2, name="out")
    logs = [
        log(1, "outbox", arbitrum.EXECUTED, "w", "w", 0, data=[40]),
        log(2, "bridge", arbitrum.CALLED, "outbox", "w", data=[5, 64, 0]),
    ]
    came = activity("bridge > w 5 ETH", logs=logs, called="outbox", minutes=9)
    linked = link([*events_of(out, PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)], BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {f"bridge:arbitrum:{address('w')}:40"}
    # what the bridge pays to others in the same transaction is not ours
    for text in ("x > w 5 ETH", "bridge > w 5 ETH"):
        logs[0] = log(1, "outbox", arbitrum.EXECUTED, "x", "w", 0, data=[40])
        assert only(activity(text, logs=logs, called="outbox"), PROTOCOLS).kind == "receive"


def test_coin_that_came_up_leaves_no_log():
    one = activity(
        "protocol > alias 5 ETH; alias > w 5 ETH", caller="alias", called="w", fee=0, network=L2
    )
    event = only(one, PROTOCOLS, wallets(network=L2))
    assert (event.kind, event.protocol) == ("bridge_in", "arbitrum_bridge")
    paid = activity("alias > w 5 ETH", caller="alias", called="w", network=L2)
    assert only(paid, PROTOCOLS, wallets(network=L2)).kind == "receive"
