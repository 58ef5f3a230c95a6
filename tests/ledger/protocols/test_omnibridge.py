"""Omnibridge: tokens and coin out and in, joined by the message's id."""

import pytest

from ledger.chains.evm.codec import keccak
from ledger.link import link
from ledger.protocols import _omnibridge, omnibridge
from tests.ledger.moves import activity, address, events_of, log, only, wallets, word
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

GNOSIS = "eip155:100"
BOTH = wallets() | wallets(network=GNOSIS)
BRIDGE = "0x88ad09518695c6c3712ac10a214be5109a655671"
BRIDGE_2 = "0xf6a78083ca3e2a662d6dd1703c939c8ace2e268d"


def test_topics_are_the_hashes_of_their_signatures():
    for name, topic in (
        ("TokensBridgingInitiated", omnibridge.INITIATED),
        ("TokensBridged", omnibridge.BRIDGED),
    ):
        assert hashes_to(f"{name}(address,address,uint256,bytes32)", topic)
    assert hashes_to("UserRequestForAffirmation(bytes32,bytes)", _omnibridge.REQUESTED)
    assert hashes_to("UserRequestForSignature(bytes32,bytes)", _omnibridge.REQUESTED_BACK)
    tokens = "Tokens(address,address,uint256)"
    assert keccak(f"handleBridged{tokens}".encode()).hex()[:8] == "125e4cfb"
    assert keccak(f"handleNative{tokens}".encode()).hex()[:8] == "272255bb"


def requested(selector="125e4cfb", token="U", recipient="w"):
    """Id, sender, executor, gas, two sizes, kind and two networks, then the call: packed."""
    text = f"{5:064x}{BRIDGE[2:]}{BRIDGE_2[2:]}{2_000_000:08x}010100{1:02x}{100:02x}"
    text += selector + word(token) + word(recipient) + word(7)
    padded = text.ljust(-(-len(text) // 64) * 64, "0")
    words = [int(padded[place : place + 64], 16) for place in range(0, len(padded), 64)]
    return log(2, "amb", _omnibridge.REQUESTED, 5, data=[32, len(text) // 2, *words])


def sent(text=f"w > {BRIDGE} 7 U", token="U", sender="w", request=None):
    left = log(3, BRIDGE, omnibridge.INITIATED, token, sender, 5, data=[7])
    return activity(text, logs=[request or requested(), left], name="out")


def came(number=5, quantity=7, said=7, bridge=BRIDGE_2):
    arrived = log(3, bridge, omnibridge.BRIDGED, "U2", "w", number, data=[said])
    return activity(
        f"zero > w {quantity} U2", logs=[arrived], network=GNOSIS, caller="x", minutes=9, name="in"
    )


def test_tokens_leave_and_coin_over_its_router():
    event = only(sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "omnibridge")
    assert event.note.split() == [
        f"message:omnibridge:0x{5:064x}",
        f"to:{GNOSIS}:{address('w')}",
        f"expects:{GNOSIS}/*/1-7",
        f"by:{BRIDGE_2}",
    ]
    # a token of the other side goes home under its own name
    home = only(sent(request=requested("272255bb", "U2")), PROTOCOLS)
    assert home.note.split()[2] == f"expects:{GNOSIS}/{address('U2')}/1-7"
    # who is called beside is not who is paid in the end
    other = only(sent(request=requested("c5345761")), PROTOCOLS)
    assert other.note.split()[1] == f"expects:{GNOSIS}/*/1-7"
    coin = sent("w > router 7 ETH; router > WETH 7 ETH", "WETH", "router")
    assert only(coin, PROTOCOLS).kind == "bridge_out"


@pytest.mark.parametrize(
    ("arrived", "joined"),
    [
        (came(), True),
        (came(quantity=6, said=6), True),  # less a fee
        (came(6), False),
        (came(quantity=8, said=8), False),
        (came(bridge="stranger"), False),
    ],
)
def test_both_ends_join_by_the_id(arrived, joined):
    ends = [*events_of(sent(), PROTOCOLS, BOTH), *events_of(arrived, PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_other_quantities_are_others():
    assert only(sent("w > shop 8 X"), PROTOCOLS).kind == "send"
    assert only(came(quantity=8), PROTOCOLS, BOTH).kind == "receive"
