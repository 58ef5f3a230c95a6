"""deBridge's orders: created here, fulfilled there."""

import pytest
from eth_abi import encode

from ledger.link import link
from ledger.model.activity import Log
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
    later = f"FulfilledOrder({ORDER},bytes32,uint256,address,address)"
    assert hashes_to(later, debridge.FULFILLED_2)
    paid = "(bytes32,address,uint256,address)"
    assert hashes_to(f"ClaimedUnlock{paid}", debridge.UNLOCKED)
    assert hashes_to(f"ClaimedOrderCancel{paid}", debridge.CANCELLED)


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


# ---- logs as the contracts encode them


def encoded(give="U", take="U2", maker="w", receiver="w"):
    """An order from Ethereum to Base of 100 for 98, with all of its fields."""
    texts = {name: bytes.fromhex(address(name)[2:]) for name in (give, take, maker, receiver)}
    order = (7, texts[maker], 1, texts[give], 100, 8453, texts[take], 98, texts[receiver])
    return (*order, texts[maker], texts[receiver], b"", b"", b"")


def told(topic, types, *values, at=3):
    data = "0x" + encode([ORDER, *types], values).hex()
    return Log(at, address("dln"), (topic,), data)


CREATED_TYPES = ("bytes32", "bytes", "uint256", "uint256", "uint32", "bytes")


def test_an_order_in_its_true_encoding_leaves():
    order = encoded(), b"\7" * 32, b"", 5, 3, 0, b"\1" * 40
    made = told(debridge.CREATED, CREATED_TYPES, *order)
    event = only(activity("w > dln 103 U; w > dln 5 ETH", logs=[made], called="dln"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "debridge")
    assert event.note.split()[1] == f"to:{BASE}:{address('w')}"


def test_what_a_router_swapped_for_an_order_leaves():
    order = encoded(), b"\7" * 32, b"", 5, 3, 0, b""
    made = told(debridge.CREATED, CREATED_TYPES, *order)
    text = "w > forwarder 70 A; w > forwarder 5 ETH; forwarder > pool 70 A"
    one = activity(text, logs=[made], called="forwarder")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "debridge")
    assert [leg[::2] for leg in said(event)] == [(-70, "plain"), (-5, "plain")]


@pytest.mark.parametrize("later", [False, True])
def test_an_order_that_the_fund_fulfils_is_given_on_the_other_network(later):
    """The solver pays 98 here and has the 100 that were given for it there."""
    order = encoded(maker="x", receiver="x")
    extra = (98,) if later else ()
    topic = debridge.FULFILLED_2 if later else debridge.FULFILLED
    types = ("bytes32", *(("uint256",) if later else ()), "address", "address")
    done = told(topic, types, order, b"\7" * 32, *extra, address("w"), address("w"))
    paid = activity("w > dln 98 U2; dln > x 98 U2", logs=[done], called="dln", network=BASE)
    claim = log(2, "dln", debridge.UNLOCKED, data=[int("07" * 32, 16), "w", 100, "U"])
    back = activity("dln > w 100 U", logs=[claim], caller="x", called="gate", minutes=9, name="in")
    ends = [*events_of(paid, PROTOCOLS, BOTH), *events_of(back, PROTOCOLS, BOTH)]
    assert [(one.kind, one.protocol) for one in ends] == [
        ("bridge_out", "debridge"),
        ("bridge_in", "debridge"),
    ]
    linked = link(ends, BOTH)
    assert len({one.group for one in linked.events}) == 1
    assert not linked.in_flight
    assert not linked.problems


def test_an_order_may_be_filled_for_less_than_it_takes():
    done = told(
        debridge.FULFILLED_2,
        ("bytes32", "uint256", "address", "address"),
        *(encoded(), b"\7" * 32, 90, address("x"), address("x")),
    )
    one = activity("dln > w 90 U2", logs=[done], called="dln", caller="x", network=BASE)
    assert only(one, PROTOCOLS, BOTH).kind == "bridge_in"


def test_a_cancelled_order_comes_back():
    back = log(2, "dln", debridge.CANCELLED, data=[55, "w", 103, "U"])
    event = only(activity("dln > w 103 U", logs=[back], caller="x", called="gate"), PROTOCOLS)
    assert (event.kind, event.note) == ("bridge_in", f"message:debridge:0x{55:064x}")
    other = log(2, "dln", debridge.CANCELLED, data=[55, "x", 103, "U"])
    one = activity("dln > w 103 U", logs=[other], caller="x", called="gate")
    assert only(one, PROTOCOLS).kind == "receive"
