"""Celer's pools, vaults and pegged tokens: both ends by the sending id."""

import pytest

from ledger.link import link
from ledger.protocols import celer
from tests.ledger.moves import activity, address, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BSC = "eip155:56"
BOTH = wallets() | wallets(network=BSC)
POOL = "0xdd90e5e87a2081dcf0391920868ebc2ffb81a1af"


def test_topics_are_the_hashes_of_their_signatures():
    numbers = "uint64,uint64,uint32"
    for signature, topic in {
        f"Send(bytes32,address,address,address,uint256,{numbers})": celer.SEND,
        "Relay(bytes32,address,address,address,uint256,uint64,bytes32)": celer.RELAY,
        "Deposited(bytes32,address,address,uint256,uint64,address)": celer.DEPOSITED,
        "Deposited(bytes32,address,address,uint256,uint64,address,uint64)": celer.DEPOSITED_2,
        "Minted(bytes32,address,address,uint256,uint64,bytes32,address)": celer.MINTED,
        "Burn(bytes32,address,address,uint256,address)": celer.BURN,
        "Burn(bytes32,address,address,uint256,uint64,address,uint64)": celer.BURN_2,
        "Withdrawn(bytes32,address,address,uint256,uint64,bytes32,address)": celer.WITHDRAWN,
    }.items():
        assert hashes_to(signature, topic)


SENT = {
    celer.SEND: ["w", "w", "U", 7, 56, 1, 300_000],
    celer.DEPOSITED: ["w", "U", 7, 56, "w"],
    celer.DEPOSITED_2: ["w", "U", 7, 56, "w", 1],
    celer.BURN_2: ["U", "w", 7, 56, "w", 1],
}
CAME = {
    celer.RELAY: ["x", "w", "U2", 6, 1, 55],
    celer.MINTED: ["U2", "w", 6, 1, 55, "x"],
    celer.WITHDRAWN: ["w", "U2", 6, 1, 55, "x"],
}


def sent(topic):
    left = log(2, "bridge", topic, data=[55, *SENT[topic]])
    return activity("w > bridge 7 U", logs=[left], called="bridge", name="out")


ARRIVES = {celer.SEND: "~5-9"}
OTHER_END = {
    celer.SEND: celer.RELAY,
    celer.DEPOSITED: celer.MINTED,
    celer.DEPOSITED_2: celer.MINTED,
    celer.BURN_2: celer.WITHDRAWN,
}


def came(topic, party="w", number=55, emitter=POOL, quantity=6):
    data = [9, *(number if word == 55 else word for word in CAME[topic])]
    data = [party if word == "w" else quantity if word == 6 else word for word in data]
    arrived = log(2, emitter, topic, data=data)
    return activity(
        f"{emitter} > w {quantity} U2",
        logs=[arrived],
        network=BSC,
        caller="x",
        minutes=4,
        name="in",
    )


@pytest.mark.parametrize("topic", SENT)
def test_what_was_given_leaves(topic):
    event = only(sent(topic), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "celer")
    assert event.note.split() == [
        f"message:celer:0x{55:064x}",
        f"to:{BSC}:{address('w')}",
        f"expects:{BSC}/*/{ARRIVES.get(topic, '1-7')}",
        "by:celer",
    ]


def test_the_first_burn_names_no_network():
    burn = log(2, "bridge", celer.BURN, data=[55, "U", "w", 7, "w"])
    event = only(activity("w > zero 7 U", logs=[burn], called="bridge"), PROTOCOLS)
    assert event.note.split()[1:3] == [f"to:{address('w')}", "expects:*/*/1-7"]


@pytest.mark.parametrize(
    ("said", "joined"),
    [
        ({}, True),
        ({"quantity": 6 * 10**12}, True),  # of more decimals on the other side
        ({"number": 56}, False),
        ({"quantity": 4 * 10**12}, False),
        ({"emitter": "stranger"}, False),
    ],
)
def test_both_ends_of_a_pool_join_by_the_sending_id(said, joined):
    ends = [sent(celer.SEND), came(celer.RELAY, **said)]
    linked = link([event for one in ends for event in events_of(one, PROTOCOLS, BOTH)], BOTH)
    assert (linked.in_flight == ()) == joined


@pytest.mark.parametrize("topic", OTHER_END)
def test_both_ends_join_by_the_sending_id(topic):
    for number, joined in ((55, True), (56, False)):
        arrived = events_of(came(OTHER_END[topic], number=number), PROTOCOLS, BOTH)
        linked = link([*events_of(sent(topic), PROTOCOLS, BOTH), *arrived], BOTH)
        assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
        assert (linked.in_flight == ()) == joined


@pytest.mark.parametrize("topic", CAME)
def test_what_went_to_others_is_not_ours(topic):
    assert only(came(topic, party="x"), PROTOCOLS, BOTH).kind == "receive"


def test_other_quantities_are_others():
    one = activity("w > shop 8 U", logs=sent(celer.SEND).logs, called="shop")
    assert only(one, PROTOCOLS).kind == "send"
