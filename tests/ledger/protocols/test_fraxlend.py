"""Fraxlend: collateral is a position and a loan a debt until both are gone."""

import pytest

from ledger.classify import after
from ledger.model.asset import debt, position
from ledger.protocols import fraxlend
from tests.ledger.moves import NETWORK, activity, address, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
KEPT, OWED = (
    position(NETWORK, "fraxlend", address("pair")),
    debt(NETWORK, "fraxlend", address("pair")),
)
PUT = log(3, "pair", fraxlend.ADD, "w", "w", data=[10])
LENT = log(4, "pair", fraxlend.BORROW, "w", "w", data=[500, 490])
PAID = log(3, "pair", fraxlend.REPAY, "w", "w", data=[510, 490])
TAKEN = log(4, "pair", fraxlend.REMOVE, "w", "w", "w", data=[10])


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "BorrowAsset(address,address,uint256,uint256)": fraxlend.BORROW,
        "RepayAsset(address,address,uint256,uint256)": fraxlend.REPAY,
        "AddCollateral(address,address,uint256)": fraxlend.ADD,
        "RemoveCollateral(address,uint256,address,address)": fraxlend.REMOVE,
    }.items():
        assert hashes_to(signature, topic)


def test_a_loan_and_its_end():
    one = activity("w > pair 10 C@3; pair > w 500 U@4", logs=[PUT, LENT], called="pair")
    begun = events_of(one, PROTOCOLS)
    assert [(event.kind, event.protocol) for event in begun] == [
        ("lend_deposit", "fraxlend"),
        ("borrow", "fraxlend"),
    ]
    held = after(begun, {})
    assert held == {(WALLET, KEPT): 10, (WALLET, OWED): 500}
    one = activity("w > pair 510 U@3; pair > w 10 C@4", logs=[PAID, TAKEN], called="pair")
    ended = events_of(one, PROTOCOLS, held=held)
    assert [event.kind for event in ended] == ["repay", "lend_withdraw"]
    assert set(after(ended, held).values()) == {0}


@pytest.mark.parametrize(
    ("told", "caller"),
    [
        (log(4, "pair", fraxlend.BORROW, "x", "x", data=[500, 490]), "w"),
        (log(4, "evil", fraxlend.BORROW, "w", "w", data=[500, 490]), "w"),
        (LENT, "x"),
    ],
)
def test_what_others_borrow_and_strangers_say_is_no_debt(told, caller):
    one = activity("pair > w 500 U@4", logs=[told], called="pair", caller=caller)
    assert only(one, PROTOCOLS).kind == "receive"
