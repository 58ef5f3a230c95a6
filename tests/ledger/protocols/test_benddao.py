"""BendDAO: a piece that is kept for a loan is not sold, and the loan is no income."""

import pytest

from ledger.chains.evm.logs import TRANSFER
from ledger.classify import after, classify
from ledger.protocols import benddao as bend
from tests.ledger.moves import activity, asset, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

LOANS = bend.LOANS
AMOUNTS = "address,uint256,address,uint256,uint256"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        f"LoanCreated(address,address,uint256,{AMOUNTS})": bend.CREATED,
        f"LoanUpdated(address,uint256,{AMOUNTS},uint256)": bend.UPDATED,
        f"LoanRepaid(address,uint256,{AMOUNTS})": bend.REPAID,
        f"LoanRedeemed(address,uint256,{AMOUNTS})": bend.REDEEMED,
        f"LoanLiquidated(address,uint256,{AMOUNTS})": bend.LIQUIDATED,
    }.items():
        assert hashes_to(signature, topic)


def told(topic, text, amounts, *indexed, **more):
    spoken = log(5, LOANS, topic, *indexed, data=["Cat", 7, "W", *amounts])
    one = activity(text, logs=[spoken], **{"called": "gate", **more})
    classified, facts = classify(one, wallets(), PROTOCOLS)
    assert not classified.unexplained
    shown = [(each.kind, [leg[::2] for leg in said(each)]) for each in classified.events]
    return shown, {fact.id: fact.kind for fact in facts}


TAKEN = f"w > {LOANS} 1 Cat#7; zero > w 1 Bound#7; zero > w 40 D; gate > w 40 ETH"


def test_a_loan_is_owed_by_its_token_and_the_piece_is_kept():
    shown, facts = told(bend.CREATED, TAKEN, (40, 1), "gate", "w", 9)
    assert sorted(shown) == [
        ("borrow", [(40, "debt"), (40, "plain")]),
        ("lend_deposit", [(-1, "plain"), (1, "plain")]),
    ]
    assert facts[asset("D")] == "debt"


def test_more_may_be_drawn_and_part_may_be_repaid():
    shown, _ = told(bend.UPDATED, "zero > w 5 D; b > w 5 W", (5, 0, 1), "w", 9)
    assert shown == [("borrow", [(5, "debt"), (5, "plain")])]
    text = "w > gate 9 ETH; gate > w 2 ETH; w > zero 7 D"
    shown, _ = told(bend.UPDATED, text, (0, 7, 1), "w", 9)
    assert shown == [("repay", [(-9, "plain"), (2, "refund"), (-7, "debt")])]


def test_a_repaid_loan_gives_the_piece_back():
    text = f"w > b 41 W; w > zero 41 D; w > zero 1 Bound#7; {LOANS} > w 1 Cat#7"
    shown, _ = told(bend.REPAID, text, (41, 1), "w", 9)
    assert sorted(shown) == [
        ("lend_withdraw", [(-1, "plain"), (1, "plain")]),
        ("repay", [(-41, "plain"), (-41, "debt")]),
    ]


def test_a_liquidation_takes_the_bound_piece_and_the_debt():
    one = activity(
        TAKEN, logs=[log(5, LOANS, bend.CREATED, "gate", "w", 9, data=["Cat", 7, "W", 40, 1])]
    )
    classified, facts = classify(one, wallets(), PROTOCOLS)
    spoken = log(5, LOANS, bend.LIQUIDATED, "x", 9, data=["Cat", 7, "W", 40, 1])
    lost = activity("w > zero 41 D; w > zero 1 Bound#7", logs=[spoken], caller="x", fee=0)
    known = {fact.id: fact for fact in facts}
    event = only(lost, PROTOCOLS, held=after(classified.events, {}), assets=known)
    assert (event.kind, event.protocol) == ("liquidation", "benddao")
    assert [leg[::2] for leg in said(event)] == [(-41, "debt"), (-1, "plain")]


@pytest.mark.parametrize(
    ("text", "moved", "kind"),
    [
        (f"w > gate 50 ETH; zero > w 50 {bend.BEND_WETH}", ("zero", "w"), "lend_deposit"),
        (f"w > zero 50 {bend.BEND_WETH}; gate > w 51 ETH", ("w", "zero"), "lend_withdraw"),
    ],
)
def test_coin_is_lent_for_a_token_and_comes_back(text, moved, kind):
    token = log(3, bend.BEND_WETH, TRANSFER, *moved, data=[50])
    event = only(activity(text, logs=[token], called="gate"), PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, "benddao")


def test_another_contract_says_nothing_of_a_loan():
    forged = log(5, "evil", bend.CREATED, "w", "w", 9, data=["Cat", 7, "W", 40, 1])
    one = activity("w > evil 1 Cat#7; evil > w 40 W", logs=[forged], called="evil")
    assert {event.protocol for event in events_of(one, PROTOCOLS)} == {None}
