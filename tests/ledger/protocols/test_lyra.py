"""Lyra's first version: options bought, sold, exercised and expired, and written ones."""

from typing import Any

import pytest

from ledger.classify import after, classify
from ledger.journal.rules import entries_for
from ledger.model.asset import Asset, position
from ledger.protocols import _lyra_logs, lyra
from tests.ledger.moves import (
    NETWORK,
    activity,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
TOKEN = min(_lyra_logs.TOKENS)
TITLE = f"{TOKEN}#7"
KEPT = position(NETWORK, "lyra", f"{TOKEN}.7")
LONG_CALL, COVERED_CALL, SHORT_PUT = 0, 2, 4
COIN = {asset("U"): Asset(asset("U"), "USDC", 6), asset("E"): Asset(asset("E"), "WETH", 18)}


def updated(
    does, kind=LONG_CALL, amount=3, collateral=0, *, owner="w", number=7, emitter=TOKEN, index=9
):
    """What the token says: which position, what became of it and what it holds now."""
    data = [number, 1, kind, amount, collateral, 1, 1_700_000_000]
    return log(index, emitter, _lyra_logs.UPDATED, number, owner, does, data=data)


def paid_out(index, amount, number=7, owner="w"):
    """What the collateral's keeper says of a position that it settled."""
    return log(index, "escrow", lyra.PAID_OUT, number, "x", owner, data=[1, 1, 0, 3, amount, 0])


def trade(text, *logs, **more):
    return activity(text, logs=logs, called="market", **more)


BOUGHT = trade(
    f"w > pool 50 U@1; w > market 2 U@2; zero > w 1 {TITLE}@3", updated(_lyra_logs.OPENED)
)
#: The premium of 9 goes into the collateral; for a covered call it is paid out.
WRITTEN = trade(
    f"zero > w 1 {TITLE}@1; w > escrow 391 U@3",
    updated(_lyra_logs.OPENED, SHORT_PUT, collateral=400 * 10**12),
)
COVERED = trade(
    f"zero > w 1 {TITLE}@1; pool > w 9 U@2; w > escrow 400 E@3",
    updated(_lyra_logs.OPENED, COVERED_CALL, collateral=400),
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


def earned(event):
    """Income from trading by the journal where a unit of anything is worth 1 and an option 10."""

    def value(asset, quantity, time):
        return quantity * (10 if "option" in asset else 1)

    entry = entries_for(event, value)
    assert entry is not None
    return -sum(one.value or 0 for one in entry.postings if one.account.type == "income")


def test_topics_are_the_hashes_of_their_signatures():
    held = "(uint256,uint256,uint8,uint256,uint256,uint8)"
    assert hashes_to(f"PositionUpdated(uint256,address,uint8,{held},uint256)", _lyra_logs.UPDATED)
    settled = "uint256,address,address,uint256,uint256,uint8,uint256,uint256,uint256"
    assert hashes_to(f"PositionSettled({settled})", lyra.PAID_OUT)


def test_options_are_bought_for_their_premium_and_counted():
    event = only(BOUGHT, PROTOCOLS)
    assert (event.kind, event.protocol) == ("option_buy", "lyra")
    assert said(event) == [
        (-50, asset("U"), "plain"),
        (-2, asset("U"), "plain"),
        (1, asset(TITLE), "title"),
        (3, KEPT, "position"),
    ]


def test_what_a_wrapper_opens_and_hands_on_was_opened_for_the_fund():
    logs = [
        updated(_lyra_logs.OPENED, owner="wrapper", index=4),
        updated(_lyra_logs.TRANSFERRED, index=6),
    ]
    text = f"w > wrapper 52 D@1; wrapper > w 1 {TITLE}@5"
    (event,), held = books(activity(text, logs=logs, called="wrapper"))
    assert (event.kind, event.protocol, held) == ("option_buy", "lyra", {3})


def test_what_another_token_says_was_opened_makes_no_premium_of_what_was_bought():
    logs = [
        updated(_lyra_logs.OPENED, SHORT_PUT, owner="x", emitter="Meme", index=4),
        updated(_lyra_logs.TRANSFERRED, SHORT_PUT, collateral=400 * 10**12, index=6),
    ]
    one = activity(f"w > dealer 10 U@1; dealer > w 1 {TITLE}@5", logs=logs, called="dealer")
    (event,), held = books(one)
    assert (event.protocol, held, earned(event)) == (None, set(), 0)


def test_some_are_sold_more_are_bought_and_the_rest_is_closed():
    sold = trade("pool > w 20 U@1", updated(_lyra_logs.ADJUSTED, amount=2))
    (event,), held = books(BOUGHT, sold)
    assert (event.kind, held) == ("swap", {2})
    more = trade("w > pool 40 U@1", updated(_lyra_logs.ADJUSTED, amount=5))
    (event,), held = books(BOUGHT, sold, more)
    assert (event.kind, held) == ("option_buy", {5})
    closed = trade(f"w > zero 1 {TITLE}@1; pool > w 70 U@2", updated(_lyra_logs.CLOSED, amount=0))
    (event,), held = books(BOUGHT, sold, more, closed)
    assert (event.kind, held) == ("swap", {0})


def test_anybody_settles_what_is_over():
    logs = [paid_out(2, 90), updated(_lyra_logs.SETTLED)]
    paid = trade(f"pool > w 90 U@1; w > zero 1 {TITLE}@10", *logs, caller="x", fee=0)
    (event,), held = books(BOUGHT, paid)
    assert (event.kind, event.protocol, held) == ("option_exercise", "lyra", {0})
    assert said(event)[0] == (90, asset("U"), "plain")
    logs = [paid_out(2, 0), updated(_lyra_logs.SETTLED)]
    nothing = trade(f"w > zero 1 {TITLE}@10", *logs, caller="x", fee=0)
    (event,), held = books(BOUGHT, nothing)
    assert (event.kind, held) == ("option_expiry", {0})


@pytest.mark.parametrize("logs", [[], [paid_out(2, 90)], [paid_out(4, 0)]])
def test_what_who_settles_sends_along_is_no_proceeds(logs):
    text = f"pool > w 90 U@1; x > w 5 Spam@3; w > zero 1 {TITLE}@10"
    one = trade(text, *logs, updated(_lyra_logs.SETTLED), caller="x", fee=0)
    events, held = books(BOUGHT, one)
    (event,) = [one for one in events if one.protocol == "lyra"]
    assert held == {0}
    assert asset("Spam") not in {leg.asset for leg in event.legs}
    assert event.kind == ("option_exercise" if logs == [paid_out(2, 90)] else "option_expiry")


def test_a_premium_is_earned_when_options_are_written_and_collateral_kept():
    event = only(WRITTEN, PROTOCOLS, assets=COIN)
    assert (event.kind, event.protocol, earned(event)) == ("option_write", "lyra", 9)
    assert said(event)[1:] == [
        (-391, asset("U"), "plain"),
        (391, KEPT, "position"),
        (9, KEPT, "reward"),
    ]
    more = trade("w > escrow 50 U@1", updated(_lyra_logs.ADJUSTED, SHORT_PUT, 3, 450 * 10**12))
    (event,), held = books(WRITTEN, more)
    assert (event.kind, said(event)[1:], held) == (
        "option_write",
        [(50, KEPT, "position")],
        {450},
    )
    less = trade("escrow > w 60 U@1", updated(_lyra_logs.ADJUSTED, SHORT_PUT, 2, 330 * 10**12))
    (event,), held = books(WRITTEN, less)
    assert (event.kind, held, earned(event)) == ("option_expiry", {330}, -10)


def test_collateral_is_counted_by_what_moved_where_nobody_knows_its_decimals():
    (event,) = classify(WRITTEN, wallets(), PROTOCOLS)[0].events
    assert said(event)[1:] == [(-391, asset("U"), "plain"), (391, KEPT, "position")]


def test_the_premium_of_a_covered_call_is_no_return_of_its_collateral():
    event = only(COVERED, PROTOCOLS, assets=COIN)
    assert (event.kind, earned(event)) == ("option_write", 9)
    assert (400, KEPT, "position") in said(event)
    text = f"w > zero 1 {TITLE}@1; w > pool 30 U@2; w > market 1 U@3; escrow > w 400 E@4"
    (event,), held = books(COVERED, trade(text, updated(_lyra_logs.CLOSED, COVERED_CALL, 0)))
    assert (event.kind, held, earned(event)) == ("option_expiry", {0}, -31)


@pytest.mark.parametrize(("back", "result"), [(400, None), (310, -90), (405, 5)])
def test_what_comes_back_of_collateral_and_what_does_not(back, result):
    text = f"escrow > w {back} U@1; w > zero 1 {TITLE}@10"
    logs = [paid_out(2, back), updated(_lyra_logs.SETTLED, SHORT_PUT, 3, 400 * 10**12)]
    (event,), held = books(WRITTEN, trade(text, *logs, caller="x", fee=0))
    assert (event.kind, held) == ("option_expiry", {0})
    rewards = [leg.quantity for leg in event.legs if leg.role == "reward"]
    assert rewards == ([] if result is None else [result])


def test_what_was_bought_and_what_was_written_are_settled_each_for_its_own():
    other = position(NETWORK, "lyra", f"{TOKEN}.8")
    written = trade(
        f"zero > w 1 {TOKEN}#8@1; w > escrow 400 E@3",
        updated(_lyra_logs.OPENED, COVERED_CALL, collateral=400, number=8),
    )
    logs = [
        paid_out(2, 90),
        paid_out(4, 390, number=8),
        updated(_lyra_logs.SETTLED, index=5),
        updated(_lyra_logs.SETTLED, COVERED_CALL, collateral=400, number=8, index=7),
    ]
    text = f"pool > w 90 U@1; escrow > w 390 E@3; w > zero 1 {TITLE}@6; w > zero 1 {TOKEN}#8@8"
    events, _ = books(BOUGHT, written, trade(text, *logs, caller="x", fee=0))
    told = {event.kind: {leg.asset for leg in event.legs} for event in events}
    assert told == {
        "option_exercise": {asset("U"), asset(TITLE), KEPT},
        "option_expiry": {asset("E"), asset(f"{TOKEN}#8"), other},
    }


def test_of_several_positions_in_one_transaction_each_has_what_was_paid_for_it():
    logs = [
        updated(_lyra_logs.CLOSED, amount=0, index=3),
        updated(_lyra_logs.OPENED, amount=2, number=8, index=6),
        updated(_lyra_logs.OPENED, amount=1, number=9, index=9),
    ]
    text = f"w > zero 1 {TITLE}@2; pool > w 20 U@4; zero > w 1 {TOKEN}#8@5; w > pool 30 U@7"
    text += f"; zero > w 1 {TOKEN}#9@8; w > pool 10 U@10; w > market 1 U@11"
    events, held = books(BOUGHT, trade(text, *logs))
    moved = {
        event.kind + str(max(leg.quantity for leg in event.legs if leg.role == "position")): [
            leg.quantity for leg in event.legs if leg.asset == asset("U")
        ]
        for event in events
    }
    assert held == {0}
    assert moved == {"swap-3": [20], "option_buy2": [-30], "option_buy1": [-10, -1]}


def test_a_position_that_is_split_or_merged_keeps_its_cost():
    other = position(NETWORK, "lyra", f"{TOKEN}.8")
    parts = [
        updated(_lyra_logs.SPLIT_INTO, amount=1, number=8, index=5),
        updated(_lyra_logs.SPLIT_FROM, amount=2, index=6),
    ]
    apart = trade(f"zero > w 1 {TOKEN}#8@1", *parts)
    (event,), held = books(BOUGHT, apart)
    assert (event.kind, held, earned(event)) == ("migrate", {2}, 0)
    assert (1, other, "position") in said(event)
    closed = trade(
        f"w > zero 1 {TOKEN}#8@1; pool > w 30 U@2", updated(_lyra_logs.CLOSED, amount=0, number=8)
    )
    (event,), held = books(BOUGHT, apart, closed)
    assert ((-1, other, "position") in said(event), held) == (True, {2})
    one = [
        updated(_lyra_logs.MERGED, amount=0, number=8, index=5),
        updated(_lyra_logs.MERGED_INTO, amount=3, index=6),
    ]
    (event,), held = books(BOUGHT, apart, trade(f"w > zero 1 {TOKEN}#8@1", *one))
    assert (event.kind, held) == ("migrate", {3})
    given = [
        updated(_lyra_logs.SPLIT_INTO, amount=1, number=8, owner="x", index=5),
        updated(_lyra_logs.SPLIT_FROM, amount=2, index=6),
    ]
    (event,), held = books(BOUGHT, trade("", *given))
    assert (event.kind, said(event), held) == ("send", [(-1, KEPT, "position")], {2, 1})


def test_what_others_log_and_what_nobody_knows_says_nothing():
    others = trade(f"w > pool 50 U@1; zero > x 1 {TITLE}@3", updated(_lyra_logs.OPENED, owner="x"))
    assert only(others, PROTOCOLS).protocol is None
    forged = trade("w > shop 50 U@1", updated(_lyra_logs.OPENED))
    assert only(forged, PROTOCOLS).kind == "send"
    unknown = trade("pool > w 20 U@1", updated(_lyra_logs.ADJUSTED, amount=2))
    assert only(unknown, PROTOCOLS).kind == "receive"
    stranger = trade("x > w 1 Spam@1", updated(_lyra_logs.SETTLED), caller="x", fee=0)
    assert [one.protocol for one in events_of(stranger, PROTOCOLS)] == [None]


def test_options_that_the_books_do_not_know_are_what_their_token_is():
    text = f"pool > w 90 U@1; w > zero 1 {TITLE}@2"
    for does, kind in ((_lyra_logs.SETTLED, "option_exercise"), (_lyra_logs.CLOSED, "swap")):
        event = only(trade(text, updated(does)), PROTOCOLS)
        assert (event.kind, event.note, earned(event)) == (kind, "", 0)
        assert (-1, asset(TITLE), "plain") in said(event)
    written = trade(text, updated(_lyra_logs.SETTLED, SHORT_PUT, 3, 400 * 10**12))
    event = only(written, PROTOCOLS)
    assert (event.kind, event.note, earned(event)) == ("option_expiry", "position:unknown", 0)


@pytest.mark.parametrize("kind", [LONG_CALL, COVERED_CALL])
def test_a_token_that_was_bought_makes_no_option_of_its_purchase(kind):
    logs = [updated(_lyra_logs.OPENED, kind, emitter="Meme")]
    one = trade("w > pool 50 U@1; zero > w 1 Meme#7@2; pool > w 40 Meme@3", *logs)
    events = events_of(one, PROTOCOLS, assets=COIN)
    assert [(event.kind, event.protocol) for event in events] == [("swap", None)]
    paid = trade("w > shop 50 U@1; zero > w 1 Meme#7@2", *logs)
    kinds = {event.kind for event in events_of(paid, PROTOCOLS, assets=COIN)}
    assert "option_write" not in kinds
