"""Arcade: loans against pieces, whose logs give a number alone."""

from ledger.classify import after, classify
from ledger.protocols import arcade
from tests.ledger.moves import activity, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

CORE = min(arcade.CORES)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "LoanStarted(uint256,address,address)": arcade.STARTED,
        "LoanRepaid(uint256)": arcade.REPAID,
        "LoanClaimed(uint256)": arcade.CLAIMED,
    }.items():
        assert hashes_to(signature, topic)


def started(lender, borrower):
    return log(4, CORE, arcade.STARTED, data=[9, lender, borrower])


def books(one, held=None):
    classified, _ = classify(one, wallets(), PROTOCOLS, held=held or {})
    assert not classified.unexplained
    assert {event.protocol for event in classified.events} == {"arcade"}
    held = held or {}
    return classified.events, {**held, **after(classified.events, held)}


def shown(events):
    return [(one.kind, [leg[::2] for leg in said(one)]) for one in events]


def test_a_borrower_gives_a_piece_for_a_note_and_owes_the_money():
    text = f"w > {CORE} 1 Cat#7; zero > w 1 Note#9; {CORE} > w 490 U"
    events, held = books(activity(text, logs=[started("x", "w")], called="desk"))
    assert shown(events) == [
        ("lend_deposit", [(-1, "plain"), (1, "title"), (1, "position")]),
        ("borrow", [(490, "plain"), (490, "debt")]),
    ]
    text = f"w > {CORE} 520 U; w > zero 1 Note#9; {CORE} > w 1 Cat#7"
    done = log(4, CORE, arcade.REPAID, data=[9])
    events, held = books(activity(text, logs=[done], called="desk"), held)
    assert shown(events) == [
        ("repay", [(-520, "plain"), (-520, "debt"), (30, "interest")]),
        ("lend_withdraw", [(-1, "title"), (1, "plain"), (-1, "position")]),
    ]
    assert set(held.values()) == {0}


def test_a_lender_is_paid_by_whoever_repays():
    text = f"w > {CORE} 500 U; zero > w 1 Note#9"
    given = activity(text, logs=[started("w", "x")], called="desk", caller="x", fee=0)
    events, held = books(given)
    assert shown(events) == [("lend_deposit", [(-500, "plain"), (1, "title"), (500, "position")])]
    done = log(4, CORE, arcade.REPAID, data=[9])
    text = f"{CORE} > w 520 U; w > zero 1 Note#9"
    events, held = books(activity(text, logs=[done], called="desk", caller="x", fee=0), held)
    assert shown(events) == [
        ("lend_withdraw", [(500, "plain"), (20, "interest"), (-1, "title"), (-500, "position")])
    ]
    assert set(held.values()) == {0}


def test_a_piece_is_claimed_for_a_loan_or_lost_for_a_debt():
    claimed = log(4, CORE, arcade.CLAIMED, data=[9])
    text = f"w > {CORE} 500 U; zero > w 1 Note#9"
    _, held = books(activity(text, logs=[started("w", "x")], called="desk"))
    text = f"w > zero 1 Note#9; {CORE} > w 1 Cat#7"
    events, _ = books(activity(text, logs=[claimed], called="desk"), held)
    assert [one.kind for one in events] == ["liquidation"]
    text = f"w > {CORE} 1 Cat#7; zero > w 1 Note#9; {CORE} > w 490 U"
    _, held = books(activity(text, logs=[started("x", "w")], called="desk"))
    text = "w > zero 1 Note#9"
    events, held = books(activity(text, logs=[claimed], called="desk", caller="x", fee=0), held)
    assert shown(events) == [("liquidation", [(-1, "title"), (-1, "position"), (-490, "debt")])]
    assert set(held.values()) == {0}


def test_another_contract_and_loans_of_others_say_nothing():
    forged = log(4, "evil", arcade.STARTED, data=[9, "x", "w"])
    one = activity("w > evil 1 Cat#7; evil > w 490 U", logs=[forged], called="evil")
    assert {event.protocol for event in events_of(one, PROTOCOLS)} == {None}
    done = log(4, CORE, arcade.REPAID, data=[9])
    one = activity("w > x 520 U", logs=[done], called="desk")
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["send"]
