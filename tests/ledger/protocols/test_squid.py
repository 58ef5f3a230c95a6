"""Squid's intents: an order given for here is filled there."""

from ledger.link import link
from ledger.protocols import squid
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)
COIN = "0x" + "e" * 40


def test_topics_are_the_hashes_of_their_signatures():
    numbers = ",".join(["uint256"] * 6)
    order = f"(address,address,address,address,address,{numbers},bytes32)"
    assert hashes_to(f"OrderCreated(bytes32,{order})", squid.CREATED)
    assert hashes_to(f"OrderFilled(bytes32,{order})", squid.FILLED)


def told(topic, maker="w", recipient="w", give="U"):
    order = [maker, recipient, "x", give, COIN, 9, 100, 98, 0, 1, 8453, 0]
    return log(4, "spoke", topic, 6, data=order)


def created(text="w > spoke 100 U", called="spoke", **said_):
    return activity(text, logs=[told(squid.CREATED, **said_)], called=called, name="out")


def filled(text="spoke > w 98 ETH", **said_):
    logs = [told(squid.FILLED, **said_)]
    where = {"network": BASE, "caller": "x", "called": "spoke", "minutes": 1, "name": "in"}
    return activity(text, logs=logs, **where)


def test_both_ends_join_by_the_order():
    ends = [*events_of(created(), PROTOCOLS, BOTH), *events_of(filled(), PROTOCOLS, BOTH)]
    assert {one.protocol for one in ends} == {"squid"}
    linked = link(ends, BOTH)
    assert [one.kind for one in linked.events] == ["bridge_out", "bridge_in"]
    assert not linked.in_flight


def test_what_a_router_swapped_for_an_order_leaves():
    text = "w > router 70 A; w > router 3 ETH; router > spoke 100 U"
    event = only(created(text, "router"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "squid")
    assert [leg[0] for leg in said(event)] == [-70, -3]


def test_orders_of_others_claim_nothing():
    assert only(filled(recipient="x"), PROTOCOLS, BOTH).kind == "receive"
    one = created("w > shop 7 U", "shop", maker="x")
    assert only(one, PROTOCOLS).kind == "send"


def test_an_order_for_somebody_else_is_sent():
    (out,) = events_of(created(recipient="x"), PROTOCOLS, BOTH)
    assert out.note.split()[1] == f"to:{BASE}:{address('x')}"
    assert [one.kind for one in link([out], BOTH).events] == ["send"]
