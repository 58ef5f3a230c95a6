"""Lyra's first version: options bought, sold, exercised and expired, and written ones."""

from typing import Any

import pytest

from ledger.classify import after, classify
from ledger.model.asset import Asset, position
from ledger.protocols import lyra
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
KEPT = position(NETWORK, "lyra", f"{address('token')}.7")
LONG_CALL, SHORT_CALL = 0, 2
COIN = {asset("U"): Asset(asset("U"), "USDC", 6)}


def updated(does, kind=LONG_CALL, amount=3, collateral=0, owner="w", number=7):
    """What the token says: which position, what became of it and what it holds now."""
    data = [number, 1, kind, amount, collateral, 1, 1_700_000_000]
    return log(9, "token", lyra.UPDATED, number, owner, does, data=data)


def trade(text, *logs, **more):
    return activity(text, logs=logs, called="market", **more)


BOUGHT = trade("w > pool 50 U@1; w > market 2 U@2; zero > w 1 token#7@3", updated(lyra.OPENED))
WRITTEN = trade(
    "zero > w 1 token#7@1; pool > w 9 U@2; w > escrow 400 U@3",
    updated(lyra.OPENED, SHORT_CALL, collateral=400 * 10**12),
)


def books(*activities):
    """The last events, and what the books hold after all of them."""
    held: dict[Any, int] = {}
    assets, events = dict(COIN), tuple[Any, ...]()
    for one in activities:
        classified, facts = classify(one, wallets(), PROTOCOLS, assets, held=held)
        assert not classified.unexplained
        events = classified.events
        assets |= {fact.id: fact for fact in facts}
        held |= after(events, held)
    return events, {units for (_, what), units in held.items() if what == KEPT}


def test_topics_are_the_hashes_of_their_signatures():
    held = "(uint256,uint256,uint8,uint256,uint256,uint8)"
    assert hashes_to(f"PositionUpdated(uint256,address,uint8,{held},uint256)", lyra.UPDATED)


def test_options_are_bought_for_their_premium_and_counted():
    event = only(BOUGHT, PROTOCOLS)
    assert (event.kind, event.protocol) == ("option_buy", "lyra")
    assert said(event) == [
        (-50, asset("U"), "plain"),
        (-2, asset("U"), "plain"),
        (1, asset("token#7"), "title"),
        (3, KEPT, "position"),
    ]


def test_some_are_sold_more_are_bought_and_the_rest_is_closed():
    sold = trade("pool > w 20 U@1", updated(lyra.ADJUSTED, amount=2))
    (event,), held = books(BOUGHT, sold)
    assert (event.kind, held) == ("swap", {2})
    more = trade("w > pool 40 U@1", updated(lyra.ADJUSTED, amount=5))
    (event,), held = books(BOUGHT, sold, more)
    assert (event.kind, held) == ("option_buy", {5})
    closed = trade("w > zero 1 token#7@1; pool > w 70 U@2", updated(lyra.CLOSED, amount=0))
    (event,), held = books(BOUGHT, sold, more, closed)
    assert (event.kind, held) == ("swap", {0})


def test_anybody_settles_what_is_over():
    text = "pool > w 90 U@1; w > zero 1 token#7@2"
    paid = trade(text, updated(lyra.SETTLED), caller="x", fee=0)
    (event,), held = books(BOUGHT, paid)
    assert (event.kind, event.protocol, held) == ("option_exercise", "lyra", {0})
    assert said(event)[0] == (90, asset("U"), "plain")
    nothing = trade("w > zero 1 token#7@2", updated(lyra.SETTLED), caller="x", fee=0)
    (event,), held = books(BOUGHT, nothing)
    assert (event.kind, held) == ("option_expiry", {0})


def test_who_writes_options_has_the_premium_and_keeps_its_collateral_in_escrow():
    event = only(WRITTEN, PROTOCOLS)
    assert (event.kind, event.protocol) == ("option_write", "lyra")
    assert min(said(event)) == (-400, asset("U"), "plain")
    assert said(event)[-1] == (400, KEPT, "position")
    more = trade("w > escrow 50 U@1", updated(lyra.ADJUSTED, SHORT_CALL, 3, 450 * 10**12))
    (event,), held = books(WRITTEN, more)
    assert (event.kind, said(event)[-1], held) == ("option_write", (50, KEPT, "position"), {450})
    less = trade("escrow > w 60 U@1", updated(lyra.ADJUSTED, SHORT_CALL, 3, 340 * 10**12))
    (event,), held = books(WRITTEN, less)
    assert (event.kind, held) == ("option_expiry", {340})


@pytest.mark.parametrize(("back", "result"), [(400, None), (310, -90), (405, 5)])
def test_what_comes_back_of_collateral_and_what_does_not(back, result):
    text = f"escrow > w {back} U@1; w > zero 1 token#7@2"
    ended = trade(text, updated(lyra.SETTLED, SHORT_CALL, 3, 400 * 10**12), caller="x", fee=0)
    (event,), held = books(WRITTEN, ended)
    assert (event.kind, held) == ("option_expiry", {0})
    rewards = [leg.quantity for leg in event.legs if leg.role == "reward"]
    assert rewards == ([] if result is None else [result])


def test_written_options_are_bought_back_for_a_price():
    text = "w > pool 30 U@1; w > zero 1 token#7@2; escrow > w 400 U@3"
    (event,), held = books(WRITTEN, trade(text, updated(lyra.CLOSED, SHORT_CALL, 0)))
    assert (event.kind, held) == ("option_expiry", {0})
    assert (-30, asset("U"), "plain") in said(event)
    assert not any(leg.role == "reward" for leg in event.legs)


def test_what_others_log_and_what_nobody_knows_says_nothing():
    others = trade("w > pool 50 U@1; zero > x 1 token#7@3", updated(lyra.OPENED, owner="x"))
    assert only(others, PROTOCOLS).protocol is None
    forged = trade("w > shop 50 U@1", updated(lyra.OPENED))
    assert only(forged, PROTOCOLS).kind == "send"
    unknown = trade("pool > w 20 U@1", updated(lyra.ADJUSTED, amount=2))
    assert only(unknown, PROTOCOLS).kind == "receive"
    unknown = trade("pool > w 90 U@1; w > zero 1 token#7@2", updated(lyra.SETTLED))
    event = only(unknown, PROTOCOLS)
    assert (event.kind, event.note) == ("option_exercise", "position:unknown")
    stranger = trade("x > w 1 Spam@1", updated(lyra.SETTLED), caller="x", fee=0)
    assert [one.protocol for one in events_of(stranger, PROTOCOLS)] == [None]
