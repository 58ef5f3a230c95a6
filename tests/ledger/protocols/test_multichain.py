"""Multichain's routers and tokens: an arrival names the transaction that it comes from."""

import pytest

from ledger.link import link
from ledger.protocols import multichain
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

FANTOM = "eip155:250"
BOTH = wallets() | wallets(network=FANTOM)
ROUTER = "0x6b7a87899490ece95443e979ca9485cbe7e71522"
THERE = "0x1ccca1ce62c62f7be95d4a67722a8fdbed6eecb4"
TXID = "ab" * 32


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "LogAnySwapOut(address,address,address,uint256,uint256,uint256)": multichain.OUT,
        "LogAnySwapOut(address,address,string,uint256,uint256,uint256)": multichain.OUT_TEXT,
        "LogAnySwapOut(bytes32,address,address,string,uint256,uint256)": multichain.OUT_V7,
        "LogAnySwapIn(bytes32,address,address,uint256,uint256,uint256)": multichain.IN,
        "LogAnySwapIn(string,bytes32,address,address,uint256,uint256)": multichain.IN_V7,
        "LogSwapout(address,address,uint256)": multichain.SWAPOUT,
        "LogSwapin(bytes32,address,uint256)": multichain.SWAPIN,
    }.items():
        assert hashes_to(signature, topic)


def sent(text="w > anyU 100 U; zero > anyU 100 anyU; anyU > zero 100 anyU"):
    gone = log(3, ROUTER, multichain.OUT, "anyU", "w", "w", data=[100, 1, 250])
    return activity(text, logs=[gone], called=ROUTER, name=TXID)


def arrived(*, origin=int(TXID, 16), emitter=THERE, recipient="w"):
    came = log(3, emitter, multichain.IN, origin, "any2", recipient, data=[99, 1, 250])
    return activity(
        "any2 > w 99 U2", logs=[came], network=FANTOM, caller="mpc", called=emitter, name="in"
    )


def test_a_token_is_kept_by_the_token_of_the_bridge():
    event = only(sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "multichain")
    assert event.note.split() == [
        f"message:multichain:0x{TXID}",
        f"to:{FANTOM}:{address('w')}",
        f"expects:{FANTOM}/*/~1-100",
        "by:multichain",
    ]


@pytest.mark.parametrize("text", ["w > zero 100 anyU", f"w > {ROUTER} 100 ETH"])
def test_its_own_token_is_burnt_and_coin_is_wrapped(text):
    assert [leg[0] for leg in said(only(sent(text), PROTOCOLS))] == [-100]
    assert only(sent(text), PROTOCOLS).kind == "bridge_out"


@pytest.mark.parametrize(
    ("said_", "joined"), [({}, True), ({"origin": 8}, False), ({"emitter": "forger"}, False)]
)
def test_both_ends_join_by_the_transaction(said_, joined):
    ends = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(arrived(**said_), PROTOCOLS, BOTH)]
    assert (link(ends, BOTH).in_flight == ()) == joined


def test_the_seventh_version_has_ids_and_a_recipient_in_letters():
    gone = log(3, "v7", multichain.OUT_V7, 7, "anyU", "w", data=[96, 100, 250, 0])
    event = only(activity("w > anyU 100 U", logs=[gone], called="v7"), PROTOCOLS)
    assert event.note.split()[0] == f"message:multichain:0x{7:064x}"
    assert "to:" not in event.note
    gone = log(3, ROUTER, multichain.OUT_TEXT, "anyU", "w", data=[128, 100, 1, 250, 0])
    assert only(activity("w > anyU 100 U", logs=[gone], called=ROUTER), PROTOCOLS).kind == (
        "bridge_out"
    )
    came = log(3, "v7", multichain.IN_V7, 7, "any2", "w", data=[96, 99, 1, 0])
    one = activity("any2 > w 99 U2", logs=[came], network=FANTOM, caller="x", called="v7")
    assert only(one, PROTOCOLS, BOTH).note == f"message:multichain:0x{7:064x}"


def test_a_token_that_logs_itself_was_burnt_for_another_network_or_came_from_it():
    gone = log(3, "any", multichain.SWAPOUT, "w", "w", data=[100])
    event = only(activity("w > zero 100 any", logs=[gone], called="any"), PROTOCOLS)
    assert (event.kind, event.note.split()[1]) == ("bridge_out", f"to:{address('w')}")
    came = log(3, "any", multichain.SWAPIN, 5, "w", data=[100])
    event = only(activity("zero > w 100 any", logs=[came], caller="x", called="any"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_in", "multichain")


def test_what_is_for_others_is_none_of_the_funds():
    assert only(arrived(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
