"""NFTfi: a piece given for a loan is not sold, and the loan is no income."""

import pytest

from ledger.classify import after, classify
from ledger.protocols import nftfi
from tests.ledger.moves import activity, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

CONTRACT = min(nftfi.CONTRACTS)
TERMS = "uint256,uint256,uint256,address,uint32,uint16,uint16"


def test_topics_are_the_hashes_of_their_signatures():
    extras, late = "address,uint16,uint16", "address,address,address,address,bool"
    early = f"({TERMS},address,uint64,address,address),({extras})"
    amounts = "uint256,uint256,uint256,uint256"
    for signature, topic in {
        f"LoanStarted(uint32,address,address,{early})": nftfi.STARTED,
        f"LoanStarted(uint32,address,address,({TERMS},uint256,address,uint64,{late}))": (
            nftfi.STARTED_V3
        ),
        f"LoanRepaid(uint32,address,address,{amounts},uint256,address,address,address)": (
            nftfi.REPAID
        ),
        f"LoanRepaid(uint32,address,address,{amounts},address,address)": nftfi.REPAID_V3,
        f"LoanLiquidated(uint32,address,address,{amounts},address)": nftfi.LIQUIDATED,
    }.items():
        assert hashes_to(signature, topic)


def started(borrower, lender, *, third=False, by=CONTRACT):
    fee = (3,) if third else ()
    rest = [lender, "escrow", 1] if third else ["zero", 0, 0]
    data = [500, 550, 7, "U", 9, 10, 5, *fee, "wrapper", 1, "Cat", borrower, *rest]
    topic = nftfi.STARTED_V3 if third else nftfi.STARTED
    return log(4, by, topic, 9, borrower, lender, data=data)


def repaid(borrower, lender, *, third=False):
    shared = () if third else (0, "zero")
    topic = nftfi.REPAID_V3 if third else nftfi.REPAID
    data = [500, 7, 540, 10, *shared, "Cat", "U"]
    return log(4, CONTRACT, topic, 9, borrower, lender, data=data)


def books(one, held=None):
    classified, _ = classify(one, wallets(), PROTOCOLS, held=held or {})
    assert not classified.unexplained
    assert {event.protocol for event in classified.events} == {"nftfi"}
    held = held or {}
    return classified.events, {**held, **after(classified.events, held)}


def shown(events):
    return [(one.kind, [leg[::2] for leg in said(one)]) for one in events]


@pytest.mark.parametrize("third", [False, True])
def test_a_borrower_owes_what_came_and_what_was_kept_of_it(third):
    text = f"w > {CONTRACT} 1 Cat#7; x > w 497 U"
    taken = activity(text, logs=[started("w", "x", third=third)], called=CONTRACT)
    events, held = books(taken)
    assert shown(events) == [
        ("lend_deposit", [(-1, "plain"), (1, "position")]),
        ("borrow", [(497, "plain"), (497, "debt"), (3, "interest")]),
    ]
    text = f"w > x 540 U; w > fees 10 U; {CONTRACT} > w 1 Cat#7"
    paid = activity(text, logs=[repaid("w", "x", third=third)], called=CONTRACT)
    events, held = books(paid, held)
    assert shown(events) == [
        ("repay", [(-540, "plain"), (-10, "plain"), (-550, "debt"), (50, "interest")]),
        ("lend_withdraw", [(1, "plain"), (-1, "position")]),
    ]
    assert set(held.values()) == {0}


def test_a_lender_has_a_note_and_gets_his_money_with_interest_though_others_act():
    text = "w > x 500 U; zero > w 1 Note#3"
    given = activity(text, logs=[started("x", "w")], called=CONTRACT, caller="x", fee=0)
    events, held = books(given)
    assert shown(events) == [("lend_deposit", [(-500, "plain"), (1, "title"), (500, "position")])]
    text = "x > w 540 U; w > zero 1 Note#3"
    paid = activity(text, logs=[repaid("x", "w")], called=CONTRACT, caller="x", fee=0)
    events, held = books(paid, held)
    assert shown(events) == [
        ("lend_withdraw", [(500, "plain"), (40, "interest"), (-1, "title"), (-500, "position")])
    ]
    assert set(held.values()) == {0}


LOST = log(4, CONTRACT, nftfi.LIQUIDATED, 9, "w", "x", data=[500, 7, 1, 1, "Cat"])


def test_a_piece_that_is_lost_pays_the_debt():
    text = f"w > {CONTRACT} 1 Cat#7; x > w 500 U"
    _, held = books(activity(text, logs=[started("w", "x")], called=CONTRACT))
    events, held = books(activity("", logs=[LOST], called=CONTRACT, caller="x", fee=0), held)
    assert shown(events) == [("liquidation", [(-1, "position"), (-500, "debt")])]
    assert set(held.values()) == {0}


def test_a_lender_may_take_the_piece():
    given = activity("w > x 500 U", logs=[started("x", "w")], called=CONTRACT)
    _, held = books(given)
    taken = log(4, CONTRACT, nftfi.LIQUIDATED, 9, "x", "w", data=[500, 7, 1, 1, "Cat"])
    events, held = books(activity(f"{CONTRACT} > w 1 Cat#7", logs=[taken], called=CONTRACT), held)
    assert shown(events) == [("liquidation", [(1, "plain"), (-500, "position")])]


def test_another_contract_and_loans_of_others_say_nothing():
    forged = activity("w > x 1 Cat#7; x > w 500 U", logs=[started("w", "x", by="evil")])
    assert {one.protocol for one in events_of(forged, PROTOCOLS)} == {None}
    other = activity("w > x 500 U", logs=[started("x", "y")], called=CONTRACT)
    assert [one.kind for one in events_of(other, PROTOCOLS)] == ["send"]
