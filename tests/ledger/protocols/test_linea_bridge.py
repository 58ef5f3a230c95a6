"""Linea's bridge: tokens and coin on both layers, joined by the message's hash."""

import pytest

from ledger.link import link
from ledger.protocols import linea_bridge as linea
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

LINEA = "eip155:59144"
BOTH = wallets() | wallets(network=LINEA)
BRIDGE_2 = "0x353012dc4a9a6cf55c941badc267f82004a8ceb9"
SERVICE_2 = "0x508ca82df566dcd1b0de8296e70a96332cd644ec"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "BridgingInitiated(address,address,address,uint256)": linea.SENT,
        "BridgingInitiatedV2(address,address,address,uint256)": linea.SENT_2,
        "BridgingFinalized(address,address,uint256,address)": linea.CAME,
        "BridgingFinalizedV2(address,address,uint256,address)": linea.CAME_2,
        "MessageSent(address,address,uint256,uint256,uint256,bytes,bytes32)": linea.MESSAGE,
        "MessageClaimed(bytes32)": linea.CLAIMED,
    }.items():
        assert hashes_to(signature, topic)


def message(value=0, sender="bridge"):
    return log(2, "service", linea.MESSAGE, sender, "w", 55, data=[3, value, 9, 128, 0])


def token_sent(form=linea.SENT_2):
    sent = (
        log(4, "bridge", form, "w", "U", 7, data=["w"])
        if form == linea.SENT
        else log(4, "bridge", form, "w", "w", "U", data=[7])
    )
    return activity(
        "w > bridge 7 U; w > bridge 3 ETH", logs=[message(), sent], called="bridge", name="out"
    )


def coin_sent():
    text = "w > service 103 ETH"
    return activity(text, logs=[message(100, "w")], called="service", name="out")


def arrived(text, *logs, number=55, service=SERVICE_2):
    claimed = log(9, service, linea.CLAIMED, number)
    return activity(
        text,
        logs=[*logs, claimed],
        network=LINEA,
        caller="x",
        called=service,
        minutes=9,
        name="in",
    )


def token_arrived(form=linea.CAME_2, bridge=BRIDGE_2, quantity=7, **said):
    came = (
        log(4, bridge, form, "U", "U2", quantity, data=["w"])
        if form == linea.CAME
        else log(4, bridge, form, "U", "U2", "w", data=[quantity])
    )
    return arrived(f"zero > w {quantity} U2", came, **said)


@pytest.mark.parametrize("form", [linea.SENT, linea.SENT_2])
def test_a_token_leaves_and_coin_pays_its_message(form):
    event = only(token_sent(form), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "linea_bridge")
    assert [leg[::2] for leg in said(event)] == [(-7, "plain"), (-3, "fee")]
    assert event.note.split() == [
        f"message:linea:0x{55:064x}",
        f"to:{LINEA}:{address('w')}",
        f"expects:{LINEA}/*/7",
        "by:linea_bridge",
    ]


def test_coin_leaves_less_its_fee():
    event = only(coin_sent(), PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    assert event.note.split()[-2] == f"expects:{LINEA}/0x{'e' * 40}/100"


@pytest.mark.parametrize(
    ("out", "came", "joined"),
    [
        (token_sent(), token_arrived(), True),
        (token_sent(), token_arrived(form=linea.CAME), True),
        (token_sent(), token_arrived(number=56), False),
        (token_sent(), token_arrived(quantity=6), False),
        (token_sent(), token_arrived(bridge="stranger"), False),
        (token_sent(), token_arrived(service="stranger"), False),
        (coin_sent(), arrived(f"{SERVICE_2} > w 100 ETH"), True),
        (coin_sent(), arrived(f"{SERVICE_2} > w 99 ETH"), False),
    ],
)
def test_both_ends_join_by_the_hash(out, came, joined):
    ends = [*events_of(out, PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_the_same_logs_elsewhere_and_about_others_claim_nothing():
    base = "eip155:8453"
    there = activity("w > bridge 7 U", logs=token_sent().logs, network=base, called="bridge")
    assert only(there, PROTOCOLS, wallets(network=base)).kind == "send"
    one = activity("w > shop 8 V", logs=token_sent().logs, called="shop")
    assert only(one, PROTOCOLS).kind == "send"
    assert only(arrived("x > w 5 ETH"), PROTOCOLS, BOTH).kind == "receive"
