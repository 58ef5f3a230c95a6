"""Hyperlane's warp routes: what leaves and what arrives, joined by the message."""

import pytest

from ledger.link import link
from ledger.protocols import hyperlane
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "SentTransferRemote(uint32,bytes32,uint256)": hyperlane.SENT,
        "ReceivedTransferRemote(uint32,bytes32,uint256)": hyperlane.RECEIVED,
        "Dispatch(address,uint32,bytes32,bytes)": hyperlane.DISPATCH,
        "DispatchId(bytes32)": hyperlane.DISPATCH_ID,
        "Process(uint32,bytes32,address)": hyperlane.PROCESS,
        "ProcessId(bytes32)": hyperlane.PROCESS_ID,
    }.items():
        assert hashes_to(signature, topic)


def sent(text="w > route 100 U; w > route 3 ETH", *, domain=8453, number=7):
    logs = [
        log(1, "route", hyperlane.SENT, domain, "w", data=[100]),
        log(2, "mailbox", hyperlane.DISPATCH, "route", domain, "route2", data=[32, 0]),
        log(3, "mailbox", hyperlane.DISPATCH_ID, number),
    ]
    return activity(text, logs=logs, called="route", name="out")


def received(*, recipient="w", number=7, route="route2", quantity=100):
    logs = [
        log(1, "mailbox2", hyperlane.PROCESS, 1, "route", route),
        log(2, "mailbox2", hyperlane.PROCESS_ID, number),
        log(3, route, hyperlane.RECEIVED, 1, recipient, data=[100]),
    ]
    return activity(
        f"zero > w {quantity} U2",
        logs=logs,
        network=BASE,
        caller="relayer",
        called="mailbox2",
        minutes=2,
        name="in",
    )


def test_a_route_takes_a_token_and_coin_for_the_message():
    event = only(sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "hyperlane")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    assert event.note.split() == [
        f"message:hyperlane:0x{7:064x}",
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/*/~100",
        f"by:{address('route2')}",
    ]


@pytest.mark.parametrize(
    ("text", "legs"),
    [
        ("w > zero 100 U; w > route 3 ETH", [(-100, "plain"), (-3, "fee")]),
        ("w > route 103 ETH", [(-100, "plain"), (-3, "fee")]),
        ("w > route 102 U; w > route 3 ETH", [(-100, "plain"), (-2, "fee"), (-3, "fee")]),
    ],
)
def test_tokens_are_burnt_coin_is_locked_and_fees_are_kept_apart(text, legs):
    event = only(sent(text), PROTOCOLS)
    assert (event.kind, [leg[::2] for leg in said(event)]) == ("bridge_out", legs)


def test_a_domain_that_is_no_evm_network_is_not_named():
    assert only(sent(domain=1_399_811_149), PROTOCOLS).note.split() == [
        f"message:hyperlane:0x{7:064x}",
        f"by:{address('route2')}",
    ]


@pytest.mark.parametrize(
    ("said_", "joined"),
    [({}, True), ({"number": 8}, False), ({"route": "other"}, False), ({"quantity": 99}, False)],
)
def test_both_ends_join_by_the_message(said_, joined):
    ends = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(received(**said_), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert (linked.in_flight == ()) == joined


def test_what_came_for_others_is_none_of_the_funds():
    assert only(received(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
    assert only(activity("w > shop 7 U", logs=sent().logs, called="shop"), PROTOCOLS).kind == "send"


def test_a_token_of_fewer_decimals_arrives_as_the_one_payment_of_its_route():
    logs = received().logs
    one = activity("route2 > w 1 U2", logs=logs, network=BASE, caller="x", called="m", name="in")
    event = only(one, PROTOCOLS, BOTH)
    assert (event.kind, event.protocol) == ("bridge_in", "hyperlane")
