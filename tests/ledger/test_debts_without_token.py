"""A debt that no token shows is a liability: it is booked, grows, and ends at nothing."""

from collections import Counter

import pytest

from ledger.model.asset import debt
from ledger.nav.positions import positions
from ledger.protocols import (
    _euler_connectors,
    _euler_liquidations,
    _morpho_contracts,
    alchemix,
    euler,
    morpho_blue,
)
from ledger.protocols import compound_v2 as compound
from ledger.protocols import frankencoin as savings
from ledger.reconcile import breaks
from tests.ledger import written
from tests.ledger.moves import NETWORK, address
from tests.ledger.written import books_of, seen

PRICES = {"A": 10}


def transaction(number, text="", logs=(), **said):
    """A transaction that costs no fee."""
    return written.transaction(number, text, logs, fee=0, **said)


BORROWED = transaction(1, "cA > w 100 A@1", [(2, "cA", compound.BORROW, (), ("w", 100, 100, 100))])
REPAID = transaction(2, "w > cA 60 A@1", [(2, "cA", compound.REPAY, (), ("w", "w", 60, 47, 47))])
CLOSED = transaction(3, "w > cA 48 A@1", [(2, "cA", compound.REPAY, (), ("w", "w", 48, 0, 0))])


def owed(books):
    return sum(one.quantity for one in positions(books.entries) if "/debt:" in one.asset)


def expenses(books):
    return [
        posting.quantity
        for entry in books.entries
        for posting in entry.postings
        if posting.account.path == "expense:interest"
    ]


def test_a_loan_without_a_token_is_booked_to_a_balanced_entry_and_is_no_income():
    books = books_of(BORROWED, prices=PRICES)
    (entry,) = books.entries
    sums: Counter[str] = Counter()
    for posting in entry.postings:
        sums[posting.asset] += posting.quantity
    assert set(sums.values()) == {0}
    paths = {posting.account.path.partition(":")[0] for posting in entry.postings}
    assert paths == {"asset", "liability", "trading"}
    assert abs(owed(books)) == 100


def test_what_the_log_says_beyond_the_books_is_interest():
    books = books_of(BORROWED, REPAID, prices=PRICES)
    assert expenses(books) == [-7]
    assert abs(owed(books)) == 47


def test_a_debt_that_is_paid_in_full_leaves_nothing():
    books = books_of(BORROWED, REPAID, CLOSED, prices=PRICES)
    assert owed(books) == 0
    assert expenses(books) == [-7, -1]


def test_interest_that_is_credited_to_a_position_is_income_once():
    _, keeper = min(savings.KEEPERS)
    zchf = savings.ZCHF
    paid = transaction(
        1, f"w > {keeper} 100 {zchf}@1", [(2, keeper, savings.SAVED, ("w",), (100,))]
    )
    earned = transaction(
        2,
        f"{keeper} > w 107 {zchf}@2",
        [
            (1, keeper, savings.COLLECTED, ("w",), (7, 0)),
            (3, keeper, savings.WITHDRAWN, ("w",), (107,)),
        ],
    )
    books = books_of(paid, earned)
    income = [
        posting.quantity
        for entry in books.entries
        for posting in entry.postings
        if posting.account.path == "income:interest"
    ]
    assert income == [-7]
    assert not [one for one in positions(books.entries) if "/position:" in one.asset]


def on_record(books, path):
    """Units of debts that an account was posted, by the kind of the entry."""
    return [
        (entry.kind, posting.quantity)
        for entry in books.entries
        for posting in entry.postings
        if posting.account.path == path and "/debt:" in posting.asset
    ]


ALCHEMIST = min(alchemix.ALCHEMISTS)
OWED = debt(NETWORK, "alchemix", ALCHEMIST)
DRAWN = transaction(
    1, "zero > w 100 A@1", [(2, ALCHEMIST, alchemix.MINT, ("w",), (100, "w"))], called=ALCHEMIST
)
BURNT = transaction(
    5, "w > zero 30 A@1", [(2, ALCHEMIST, alchemix.BURN, ("w",), (30, "w"))], called=ALCHEMIST
)


def test_a_loan_that_repays_itself_is_owed_as_its_protocol_says_at_the_block():
    reading = seen(OWED, 80, 3)
    books = books_of(DRAWN, prices=PRICES, observations=(reading,))
    assert abs(owed(books)) == 80
    assert on_record(books, "expense:interest") == [("accrual", 20)]
    (accrued,) = [entry for entry in books.entries if entry.kind == "accrual"]
    assert (accrued.order[2], accrued.evidence) == (3, (reading.evidence,))
    assert not breaks(books.entries, (reading,))


def test_what_it_repaid_before_is_not_counted_again():
    readings = (seen(OWED, 80, 3), seen(OWED, 45, 7))
    books = books_of(DRAWN, BURNT, prices=PRICES, observations=readings)
    assert abs(owed(books)) == 45
    assert on_record(books, "expense:interest") == [("accrual", 20), ("accrual", 5)]


def test_a_debt_that_grew_is_owed_with_what_it_grew_by():
    books = books_of(DRAWN, prices=PRICES, observations=(seen(OWED, 104, 3),))
    assert abs(owed(books)) == 104
    assert on_record(books, "expense:interest") == [("accrual", -4)]


def test_a_debt_that_the_books_do_not_know_has_not_grown():
    books = books_of(prices=PRICES, observations=(seen(OWED, 80, 3),))
    assert owed(books) == 0


def test_a_debt_that_was_cleared_for_nothing_that_the_books_know_is_no_income():
    account = address("w")[:-2] + ("00" if address("w")[-2:] != "00" else "01")
    connector = _euler_connectors.CONNECTORS[NETWORK]
    prefix = int(address("w")[:-2], 16) << 104
    status = (9, "V", _euler_liquidations.STATUS, (), [1] * 7)
    asked = (0, connector, euler.CALLED, ("w", prefix, "V"), (account, 1 << 224))
    borrowed = (2, "V", euler.BORROW, (account,), (100,))
    drawn = transaction(1, "V > w 100 A@1", [asked, borrowed, status], called=connector)
    taken = [
        (2, "V", euler.REPAY, (account,), (40,)),
        (4, "V", euler.BORROW, ("x",), (40,)),
        (7, "V", euler.LIQUIDATE, ("x", account), ("cB", 40, 50)),
        status,
    ]
    lost = transaction(2, f"{account} > x 50 cB@6", taken, caller="x", called=connector)
    books = books_of(drawn, lost, prices=PRICES)
    assert abs(owed(books)) == 60
    paths = {one.account.path.partition(":")[0] for one in books.entries[-1].postings}
    assert (books.entries[-1].kind, paths) == ("liquidation", {"liability", "suspense"})
    (problem,) = [one for one in books.problems if one.code == "unmatched_transfer"]
    assert problem.message == "moved a debt for something that the books do not know (liquidation)"


@pytest.mark.parametrize("gave", ["", "; w > helper 10 A@8"])
def test_a_debt_that_collateral_of_no_known_position_cleared_is_no_income(gave):
    market = _morpho_contracts.CONTRACTS[NETWORK]
    borrowed = (2, market, morpho_blue.BORROW, (7, "w", "w"), ("w", 100, 100))
    drawn = transaction(1, f"{market} > w 100 A@1", [borrowed], called=market)
    logs = [
        (2, market, morpho_blue.WITHDRAW_COLLATERAL, (7, "w", "helper"), ("helper", 300)),
        (6, market, morpho_blue.REPAY, (7, "helper", "w"), (100, 100)),
    ]
    text = f"{market} > helper 300 B@1; helper > {market} 100 A@5; helper > w 30 S@7{gave}"
    books = books_of(drawn, transaction(2, text, logs, called="helper"), prices=PRICES)
    assert owed(books) == 0
    paths = {one.account.path.partition(":")[0] for one in books.entries[-1].postings}
    assert paths == {"asset", "liability", "suspense"}
    (problem,) = [one for one in books.problems if one.code == "unmatched_transfer"]
    assert problem.message.startswith("is of a position that the books do not know")
