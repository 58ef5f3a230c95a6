"""The bridge of xDai: requests and payments on both sides, with and without numbers."""

import pytest

from ledger.link import link
from ledger.protocols import sky
from ledger.protocols import xdai_bridge as xdai
from tests.ledger.moves import activity, address, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

GNOSIS = "eip155:100"
BOTH = wallets() | wallets(network=GNOSIS)
DAI = "0x6b175474e89094c44da98b954eedeac495271d0f"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "UserRequestForAffirmation(address,uint256)": xdai.ASKED,
        "UserRequestForAffirmation(address,uint256,bytes32)": xdai.ASKED_2,
        "AffirmationCompleted(address,uint256,bytes32)": xdai.AFFIRMED,
        "UserRequestForSignature(address,uint256)": xdai.ASKED_BACK,
        "UserRequestForSignature(address,uint256,bytes32)": xdai.ASKED_BACK_2,
        "RelayedMessage(address,uint256,bytes32)": xdai.RELAYED,
    }.items():
        assert hashes_to(signature, topic)


def asked(number=12):
    request = log(3, "bridge", xdai.ASKED_2, data=["w", 100, number])
    return activity("w > converter 100 DAI", logs=[request], name="out")


def affirmed(number=12, recipient="w", came="100 ETH"):
    data = [recipient, int(came.split()[0]), number]
    done = log(3, "bridge2", xdai.AFFIRMED, data=data)
    return activity(
        f"protocol > w {came}",
        logs=[done],
        network=GNOSIS,
        caller="validator",
        called="bridge2",
        minutes=9,
        name="in",
    )


def test_a_request_leaves_with_its_number():
    event = only(asked(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "xdai_bridge")
    assert event.note.split() == [
        f"message:xdai:0x{12:064x}",
        f"to:{GNOSIS}:{address('w')}",
        f"expects:{GNOSIS}/0x{'e' * 40}/100",
    ]


def test_dollars_of_any_time_may_arrive_on_ethereum():
    back = log(3, "bridge2", xdai.ASKED_BACK, data=["w", 100])
    one = activity("w > bridge2 100 ETH", logs=[back], network=GNOSIS, called="bridge2")
    event = only(one, PROTOCOLS, wallets(network=GNOSIS))
    (_, there, expects) = event.note.split()
    tokens = expects.split("/")[1].split("|")
    assert there.startswith("to:eip155:1:")
    assert {DAI, sky.USDS} < set(tokens) and len(tokens) == 3


@pytest.mark.parametrize(
    ("came", "joined"),
    [
        (affirmed(), True),
        (affirmed(13), False),
        (affirmed(came="99 ETH"), False),
        (affirmed(came="100 Scam"), False),
    ],
)
def test_both_ends_join_by_the_number(came, joined):
    ends = [*events_of(asked(), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_without_a_number_the_transaction_is_it():
    request = log(3, "bridge2", xdai.ASKED_BACK, data=["w", 100])
    txid = f"{77:064x}"
    out = activity(
        "w > bridge2 100 ETH", logs=[request], network=GNOSIS, called="bridge2", name=txid
    )
    relayed = log(3, "bridge", xdai.RELAYED, data=["w", 100, 77])
    for token, joined in ((DAI, True), ("Scam", False)):
        came = activity(f"bridge > w 100 {token}", logs=[relayed], minutes=9)
        linked = link([*events_of(out, PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)], BOTH)
        assert linked.events[0].group == f"bridge:xdai:0x{txid}"
        assert (linked.in_flight == ()) == joined


def test_logs_about_others_and_of_other_networks_claim_nothing():
    assert only(affirmed(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
    assert only(activity("w > shop 7 U", logs=asked().logs), PROTOCOLS).kind == "send"
    bsc = "eip155:56"
    there = activity("w > converter 100 DAI", logs=asked().logs, network=bsc)
    assert only(there, PROTOCOLS, wallets(network=bsc)).kind == "send"
