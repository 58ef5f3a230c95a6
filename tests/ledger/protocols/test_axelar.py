"""Axelar's gateways and token service, and Squid."""

import pytest

from ledger.protocols import axelar
from tests.ledger.moves import activity, address, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

GATEWAY = "0x4f4495243837681061c4743b74b3eedf548d56a5"
SERVICE, SQUID = axelar.SERVICE, axelar.SQUID


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "TokenSent(address,string,string,string,uint256)": axelar.TOKEN_SENT,
        "ContractCallWithToken(address,string,string,bytes32,bytes,string,uint256)": (
            axelar.CALLED_WITH
        ),
        "InterchainTransfer(bytes32,address,string,bytes,uint256,bytes32)": axelar.TRANSFER,
        "InterchainTransferReceived(bytes32,bytes32,string,bytes,address,uint256,bytes32)": (
            axelar.RECEIVED
        ),
    }.items():
        assert hashes_to(signature, topic)


def packed(text):
    """Length and words of a text or of bytes, filled up at the end."""
    data = text.encode() if isinstance(text, str) else text
    rest = data.ljust(-(-len(data) // 32) * 32, b"\0")
    return [len(data), *(int.from_bytes(rest[at : at + 32]) for at in range(0, len(rest), 32))]


def words(head, *texts):
    """Words of a log: `head` has None where a text stands behind."""
    behind: list[int] = []
    made: list[int | str] = []
    start, rest = 32 * len(head), iter(texts)
    for one in head:
        if one is None:
            made.append(start + 32 * len(behind))
            behind += packed(next(rest))
        else:
            made.append(one)
    return [*made, *behind]


def token_sent(name="base"):
    data = words([None, None, None, 100], name, address("w"), "axlUSDC")
    return log(2, GATEWAY, axelar.TOKEN_SENT, "w", data=data)


def test_a_gateway_takes_a_token_for_somebody_on_another_network():
    one = activity(f"w > {GATEWAY} 100 U", logs=[token_sent()], called=GATEWAY)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "axelar")
    assert event.note.split() == [
        f"to:eip155:8453:{address('w')}",
        "expects:eip155:8453/*/~100",
    ]


def test_a_network_without_a_number_is_not_named():
    one = activity("w > zero 100 U", logs=[token_sent("osmosis")], called=GATEWAY)
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).note) == ("bridge_out", "")


@pytest.mark.parametrize(
    "text",
    [
        f"w > {SQUID} 100 U; w > {SQUID} 5 ETH",
        f"w > {SQUID} 77 OTHER; w > {SQUID} 5 ETH; {SQUID} > w 1 ETH",
        f"w > {SQUID} 205 ETH",
    ],
)
def test_squid_swaps_before_it_goes_over_the_gateway(text):
    data = words([None, None, None, None, 100], "Avalanche", address("squid2"), b"\1", "axlUSDC")
    gone = log(2, GATEWAY, axelar.CALLED_WITH, SQUID, 5, data=data)
    event = only(activity(text, logs=[gone], called=SQUID), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "squid")
    assert event.note == "expects:eip155:43114/*/*"


def test_the_token_service_names_who_shall_be_paid():
    recipient = bytes.fromhex(address("w")[2:])
    data = words([None, None, 100], "base", recipient)
    gone = log(2, SERVICE, axelar.TRANSFER, 9, "w", 0, data=data)
    one = activity("w > zero 100 T; w > T 3 ETH", logs=[gone], called="T")
    event = only(one, PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    assert event.note.split()[0] == f"to:eip155:8453:{address('w')}"


def test_what_arrives_by_the_service_the_gateway_or_squid():
    data = words([None, None, 100, 0], "ethereum", b"\1" * 20)
    came = log(2, SERVICE, axelar.RECEIVED, 1, 9, "w", data=data)
    one = activity("zero > w 100 T", logs=[came], caller="x", called="executor")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("bridge_in", "axelar")
    one = activity("zero > w 100 axlUSDC", caller="x", called=GATEWAY)
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("bridge_in", "axelar")
    one = activity(f"{SQUID} > w 100 ETH", caller="x", called=SQUID)
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("bridge_in", "squid")


def test_a_trade_over_squid_is_one_and_other_contracts_say_nothing():
    one = activity(f"w > {SQUID} 100 U; {SQUID} > w 7 V", called=SQUID)
    assert only(one, PROTOCOLS).kind == "swap"
    data = words([None, None, None, 100], "base", address("w"), "axlUSDC")
    forged = log(2, "shop", axelar.TOKEN_SENT, "w", data=data)
    one = activity("w > shop 100 U", logs=[forged], called="shop")
    assert only(one, PROTOCOLS).kind == "send"


def test_places_beyond_the_end_are_no_text():
    wild = log(2, GATEWAY, axelar.TOKEN_SENT, "w", data=[1 << 200, 1 << 250, 3, 100, 0, 0, 0])
    one = activity(f"w > {GATEWAY} 100 U", logs=[wild], called=GATEWAY)
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).note) == ("bridge_out", "")
