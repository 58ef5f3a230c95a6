"""deBridge's orders: created here, fulfilled there."""

import pytest

from ledger.link import link
from ledger.protocols import debridge
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)
ORDER = (
    "(uint64,bytes,uint256,bytes,uint256,uint256,bytes,uint256,bytes,bytes,bytes,bytes,bytes,bytes)"
)


def test_topics_are_the_hashes_of_their_signatures():
    created = f"CreatedOrder({ORDER},bytes32,bytes,uint256,uint256,uint32,bytes)"
    assert hashes_to(created, debridge.CREATED)
    assert hashes_to(f"FulfilledOrder({ORDER},bytes32,address,address)", debridge.FULFILLED)


def packed(name):
    """Length and left-aligned bytes of an address."""
    return [20, int(address(name)[2:].ljust(64, "0"), 16)]


def order(give="U", take="U2", receiver="w", network=8453, takes=98, start=0):
    """The words of an order whose texts stand behind its fourteen fields."""
    texts = 14 * 32
    places = [texts, texts + 64, texts + 128]
    head = [1, texts, 1, places[0], 100, network, places[1], takes, places[2]]
    head += [texts] * 5
    return [*head, *packed(give), *packed(take), *packed(receiver)]


def created(text="w > dln 103 U; w > dln 5 ETH", **said_):
    head = [7 * 32, 55, 0, 5, 3, 0, 0]
    made = log(4, "dln", debridge.CREATED, data=[*head, *order(**said_)])
    return activity(text, logs=[made], called="dln", name="out")


def fulfilled(receiver="w", number=55, takes=98):
    data = [4 * 32, number, "x", "x", *order(receiver=receiver, takes=takes)]
    done = log(4, "dln2", debridge.FULFILLED, data=data)
    return activity(
        f"dln2 > w {takes} U2",
        logs=[done],
        network=BASE,
        caller="x",
        called="dln2",
        minutes=2,
        name="in",
    )


def test_an_order_takes_what_it_gives_and_fees():
    event = only(created(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "debridge")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee"), (-5, "fee")]
    assert event.note.split() == [
        f"message:debridge:0x{55:064x}",
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/{address('U2')}/98",
    ]


def test_a_network_that_is_not_evm_is_not_named():
    event = only(created(network=7_565_164), PROTOCOLS)
    assert event.note == f"message:debridge:0x{55:064x}"


def test_coin_is_given_with_its_fees():
    event = only(created("w > dln 108 ETH", give="zero"), PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-8, "fee")]


@pytest.mark.parametrize(
    ("number", "takes", "joined"), [(55, 98, True), (56, 98, False), (55, 97, False)]
)
def test_both_ends_join_by_the_order(number, takes, joined):
    came = fulfilled(number=number, takes=takes)
    ends = [*events_of(created(), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_orders_of_others_claim_nothing():
    assert only(fulfilled(receiver="x"), PROTOCOLS, BOTH).kind == "receive"
    one = activity("w > shop 7 U", logs=created().logs, called="shop")
    assert only(one, PROTOCOLS).kind == "send"


def test_places_beyond_the_end_are_no_address():
    wild = log(4, "dln", debridge.CREATED, data=[1 << 200, 55, *([1 << 255] * 20)])
    one = activity("w > dln 7 U", logs=[wild], called="dln")
    assert only(one, PROTOCOLS).kind == "send"
