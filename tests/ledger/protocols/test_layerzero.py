"""Tokens over LayerZero's second version, and Stargate's pools."""

import pytest

from ledger.link import link
from ledger.protocols import layerzero
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
POOL = "0xc026395860db2d07ee33e05fe50ed7bd583189c7"
BOTH = wallets() | wallets(network=BASE)


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("OFTSent(bytes32,uint32,address,uint256,uint256)", layerzero.SENT)
    assert hashes_to("OFTReceived(bytes32,uint32,address,uint256)", layerzero.RECEIVED)


def sent(guid=7, pool=POOL):
    left = log(2, pool, layerzero.SENT, guid, "w", data=[30184, 100, 99])
    text = f"w > {pool} 100 U; w > {pool} 5 ETH; {pool} > w 1 ETH"
    return activity(text, logs=[left], called=pool, name="out")


def received(guid=7, recipient="w"):
    came = log(2, "pool2", layerzero.RECEIVED, guid, recipient, data=[30101, 99])
    return activity(
        "pool2 > w 99 U2",
        logs=[came],
        network=BASE,
        caller="x",
        called="executor",
        minutes=3,
        name="in",
    )


def test_a_pool_takes_a_token_and_coin_for_the_message():
    event = only(sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "stargate")
    assert event.note == f"message:lz:0x{7:064x}"
    assert [leg[::2] for leg in said(event)] == [
        (-100, "plain"),
        (-1, "plain"),
        (-4, "fee"),
        (1, "refund"),
    ]


def test_a_token_that_burns_itself_and_coin_leave_too():
    burnt = log(2, "OFT", layerzero.SENT, 7, "w", data=[30184, 100, 100])
    event = only(activity("w > zero 100 OFT", logs=[burnt], called="OFT"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "layerzero")
    coin = log(2, POOL, layerzero.SENT, 7, "w", data=[30184, 100, 100])
    event = only(activity(f"w > {POOL} 103 ETH", logs=[coin], called=POOL), PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]


def test_both_ends_join_by_the_id():
    ends = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(received(), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {f"bridge:lz:0x{7:064x}"}
    other = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(received(8), PROTOCOLS, BOTH)]
    assert len(link(other, BOTH).in_flight) == 1


def test_what_travels_with_others_has_no_id():
    assert only(sent(guid=0), PROTOCOLS).note == ""


@pytest.mark.parametrize("text", ["zero > w 99 U2", "pool2 > w 99 ETH"])
def test_arrivals_are_minted_or_paid_in_coin_too(text):
    one = activity(text, logs=received().logs, network=BASE, caller="x")
    assert only(one, PROTOCOLS, BOTH).kind == "bridge_in"


def test_logs_about_others_claim_nothing():
    assert only(received(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
    assert only(activity("w > shop 7 U", logs=sent().logs, called="shop"), PROTOCOLS).kind == "send"
