"""Tokens over LayerZero's second version, and Stargate's pools."""

import pytest

from ledger.link import link
from ledger.protocols import _layerzero, layerzero
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.packets import message, packet_sent
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
POOL = "0xc026395860db2d07ee33e05fe50ed7bd583189c7"
POOL_2 = "0x27a16dc786820b16e5c9028b75b99f6f604b4d26"
BOTH = wallets() | wallets(network=BASE)


def taxi(guid=7, calls="", **said):
    """A packet of Stargate: kind, number of the asset, and what any token sends."""
    return packet_sent(1, guid, 30184, "messaging2", "01000d" + message("w", 99, calls), **said)


def token_sent(guid=7, recipient="w", calls="", network=30184):
    left = log(2, "OFT", layerzero.SENT, guid, "w", data=[network, 100, 99])
    packet = packet_sent(1, guid, network, "OFT2", message(recipient, 99, calls))
    return activity("w > zero 100 OFT", logs=[packet, left], called="OFT", name="out")


def joined(*ends):
    linked = link([event for one in ends for event in events_of(one, PROTOCOLS, BOTH)], BOTH)
    return not linked.in_flight


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("OFTSent(bytes32,uint32,address,uint256,uint256)", layerzero.SENT)
    assert hashes_to("OFTReceived(bytes32,uint32,address,uint256)", layerzero.RECEIVED)
    assert hashes_to("PacketSent(bytes,bytes,address)", _layerzero.PACKET_SENT)


def sent(guid=7, pool=POOL, packet=None):
    left = log(2, pool, layerzero.SENT, guid, "w", data=[30184, 100, 99])
    text = f"w > {pool} 100 U; w > {pool} 5 ETH; {pool} > w 1 ETH"
    return activity(text, logs=[packet, left] if packet else [left], called=pool, name="out")


def received(guid=7, recipient="w", pool=POOL_2, quantity=99):
    came = log(2, pool, layerzero.RECEIVED, guid, recipient, data=[30101, quantity])
    return activity(
        f"{pool} > w {quantity} U2",
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


def test_the_packet_says_who_shall_be_paid_and_by_whom():
    event = only(sent(packet=taxi()), PROTOCOLS)
    assert event.note.split() == [
        f"message:lz:0x{7:064x}",
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/*/~99",
        "by:stargate",
    ]
    assert only(token_sent(), PROTOCOLS).note.split()[1:] == [
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/*/~99",
        f"by:{address('OFT2')}",
    ]
    # a contract that is called there pays what it likes to whom it likes
    called = only(token_sent(recipient="composer", calls="0a"), PROTOCOLS)
    assert called.note.split()[1:] == [f"expects:{BASE}/*/*", f"by:{address('composer')}"]


@pytest.mark.parametrize(
    "packet", [None, taxi(8), taxi(emitter="stranger"), packet_sent(1, 7, 30184, "m", "00")]
)
def test_without_its_packet_nothing_says_what_shall_come(packet):
    assert only(sent(packet=packet), PROTOCOLS).note == f"message:lz:0x{7:064x}"
    assert not joined(sent(packet=packet), received())


def test_a_token_ends_at_its_own_contract_alone():
    assert joined(token_sent(), received(pool="OFT2"))
    assert joined(token_sent(), received(pool="OFT2", quantity=99 * 10**12))  # more decimals
    assert not joined(token_sent(), received(pool="OFT2", quantity=98))
    assert not joined(token_sent(), received(pool="stranger"))
    assert not joined(sent(packet=taxi()), received(pool="stranger"))
    assert not joined(sent(packet=taxi()), received(quantity=1))


def test_a_token_for_somebody_else_is_sent():
    events = events_of(token_sent(recipient="bob"), PROTOCOLS, BOTH)
    linked = link(events, BOTH)
    assert [(event.kind, event.protocol) for event in linked.events] == [("send", "layerzero")]


def test_both_ends_join_by_the_id():
    out = sent(packet=taxi())
    ends = [*events_of(out, PROTOCOLS, BOTH), *events_of(received(), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {f"bridge:lz:0x{7:064x}"}
    assert not joined(out, received(8))


def test_what_travels_with_others_has_no_id():
    assert only(sent(guid=0), PROTOCOLS).note == ""


@pytest.mark.parametrize("text", ["zero > w 99 U2", f"{POOL_2} > w 99 ETH"])
def test_arrivals_are_minted_or_paid_in_coin_too(text):
    one = activity(text, logs=received().logs, network=BASE, caller="x")
    assert only(one, PROTOCOLS, BOTH).kind == "bridge_in"


def test_logs_about_others_claim_nothing():
    assert only(received(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
    assert only(activity("w > shop 7 U", logs=sent().logs, called="shop"), PROTOCOLS).kind == "send"
