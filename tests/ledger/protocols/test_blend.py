"""Blend: a piece given for a loan is not sold."""

from ledger.classify import after, classify
from ledger.protocols import blend
from tests.ledger.moves import activity, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

CONTRACT, POOL = blend.CONTRACT, blend.POOL


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "LoanOfferTaken(bytes32,uint256,address,address,address,uint256,uint256,uint256,uint256)": (
            blend.TAKEN
        ),
        "Repay(uint256,address)": blend.REPAID,
        "Seize(uint256,address)": blend.SEIZED,
        "Refinance(uint256,address,address,uint256,uint256,uint256)": blend.REFINANCED,
    }.items():
        assert hashes_to(signature, topic)


def taken(borrower="w", lender="x", text=f"w > {CONTRACT} 1 Cat#7; x > w 500 {POOL}", **more):
    data = [1, 9, "Cat", lender, borrower, 500, 10, 7, 3]
    return activity(text, logs=[log(4, CONTRACT, blend.TAKEN, data=data)], called=CONTRACT, **more)


def books(one, held=None):
    classified, _ = classify(one, wallets(), PROTOCOLS, held=held or {})
    assert not classified.unexplained
    return classified.events, after(classified.events, held or {})


def shown(events):
    return [(one.kind, [leg[::2] for leg in said(one)]) for one in events]


def test_a_borrower_gives_a_piece_as_a_position_and_owes_what_came():
    events, held = books(taken())
    assert shown(events) == [
        ("lend_deposit", [(-1, "plain"), (1, "position")]),
        ("borrow", [(500, "plain"), (500, "debt")]),
    ]
    assert {one.protocol for one in events} == {"blur"}
    done = log(4, CONTRACT, blend.REPAID, data=[9, "Cat"])
    text = f"w > x 520 {POOL}; {CONTRACT} > w 1 Cat#7"
    events, held = books(activity(text, logs=[done], called=CONTRACT), held)
    assert shown(events) == [
        ("repay", [(-520, "plain"), (-520, "debt"), (20, "interest")]),
        ("lend_withdraw", [(1, "plain"), (-1, "position")]),
    ]
    assert set(held.values()) == {0}


def test_a_lender_gives_money_and_gets_it_back_with_interest():
    lends = {"text": f"w > x 500 {POOL}", "caller": "x"}
    events, held = books(taken("x", "w", **lends))
    assert shown(events) == [("lend_deposit", [(-500, "plain"), (500, "position")])]
    done = log(4, CONTRACT, blend.REPAID, data=[9, "Cat"])
    one = activity(f"x > w 520 {POOL}", logs=[done], caller="x", called=CONTRACT)
    events, held = books(one, held)
    assert shown(events) == [
        ("lend_withdraw", [(500, "plain"), (20, "interest"), (-500, "position")])
    ]
    assert set(held.values()) == {0}


def test_a_loan_that_another_lender_takes_over():
    new = log(4, CONTRACT, blend.REFINANCED, data=[9, "Cat", "w", 510, 9, 3])
    events, held = books(activity(f"w > x 510 {POOL}", logs=[new], called=CONTRACT))
    assert shown(events) == [("lend_deposit", [(-510, "plain"), (510, "position")])]
    new = log(4, CONTRACT, blend.REFINANCED, data=[9, "Cat", "x", 530, 9, 3])
    one = activity(f"x > w 530 {POOL}", logs=[new], caller="x", called=CONTRACT)
    assert [one.kind for one in books(one, held)[0]] == ["lend_withdraw"]


def test_a_piece_that_is_seized_is_lost_for_the_debt_or_won_for_the_loan():
    _, held = books(taken())
    seized = log(4, CONTRACT, blend.SEIZED, data=[9, "Cat"])
    one = activity("", logs=[seized], caller="x", called=CONTRACT, fee=0)
    events, after_it = books(one, held)
    assert shown(events) == [("liquidation", [(-1, "position"), (-500, "debt")])]
    assert set(after_it.values()) == {0}
    _, held = books(taken("x", "w", text=f"w > x 500 {POOL}", caller="x"))
    one = activity(f"{CONTRACT} > w 1 Cat#7", logs=[seized], called=CONTRACT)
    events, _ = books(one, held)
    assert shown(events) == [("liquidation", [(1, "plain"), (-500, "position")])]


def test_a_piece_bought_with_a_loan_is_a_position_for_what_was_paid_and_is_owed():
    text = f"w > zero 300 {POOL}; seller > {CONTRACT} 1 Cat#7"
    events, held = books(taken(text=text))
    assert shown(events) == [("nft_trade", [(-300, "plain"), (1, "position"), (500, "debt")])]
    done = log(4, CONTRACT, blend.REPAID, data=[9, "Cat"])
    text = f"w > x 520 {POOL}; {CONTRACT} > w 1 Cat#7"
    events, held = books(activity(text, logs=[done], called=CONTRACT), held)
    assert [kind for kind, _ in shown(events)] == ["repay", "lend_withdraw"]
    assert set(held.values()) == {0}


def test_a_piece_that_never_came_to_the_contract_is_no_position():
    events, _ = books(taken(text=f"w > zero 300 {POOL}"))
    assert [one.kind for one in events] == ["burn"]


def test_other_contracts_and_loans_of_others_say_nothing():
    assert [one.kind for one in events_of(taken("x", "x"), PROTOCOLS)] == ["nft_trade"]
    forged = log(4, "shop", blend.TAKEN, data=[1, 9, "Cat", "x", "w", 500, 10, 7, 3])
    one = activity(f"w > shop 1 Cat#7; shop > w 500 {POOL}", logs=[forged], called="shop")
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["nft_trade"]
