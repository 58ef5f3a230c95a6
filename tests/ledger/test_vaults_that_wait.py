"""Cost goes through what waits: into a request, on to shares, and out with what they were worth."""

from ledger.model.amount import MONEY_ONE
from ledger.protocols import dopex, ribbon
from tests.ledger.test_positions_without_token import codes, cost_of, funded, held, transaction
from tests.ledger.written import books_of

PRICES = {"A": 10, "B": 100}


def put_in(number):
    return transaction(number, "w > vault 100 A", [(1, "vault", ribbon.DEPOSIT, ("w",), (100, 3))])


def shares(number):
    return transaction(number, "vault > w 95 vault", [(1, "vault", ribbon.REDEEM, ("w",), (95, 3))])


def given_back(number):
    return transaction(
        number, "w > vault 95 vault", [(1, "vault", ribbon.INITIATE, ("w",), (95, 4))]
    )


def paid_out(number, units):
    return transaction(
        number, f"vault > w {units} A", [(1, "vault", ribbon.WITHDRAW, ("w",), (units, 95))]
    )


def test_cost_follows_a_deposit_to_its_shares_and_back():
    before = cost_of(books_of(*funded(), prices=PRICES))
    steps = [put_in(3), shares(4), given_back(5), paid_out(6, 104)]
    for number in range(1, len(steps)):
        books = books_of(*funded(), *steps[:number], prices=PRICES)
        assert cost_of(books) == before, number
        assert "missing_basis" not in codes(books)
    books = books_of(*funded(), *steps, prices=PRICES)
    assert not held(books)
    assert codes(books) <= {"missing_price"}


def written(number):
    text = "w > ssov 100 A; zero > w 1 ssov#7"
    return transaction(number, text, [(1, "ssov", dopex.DEPOSIT, ("w", "w"), (7,))])


def taken_out(number, units):
    text = f"w > zero 1 ssov#7; ssov > w {units} A"
    return transaction(number, text, [(1, "ssov", dopex.WITHDRAW, ("w", "w"), (7, units, 96, 0))])


def test_collateral_comes_back_with_its_cost_less_what_the_options_paid():
    before = cost_of(books_of(*funded(), prices=PRICES))
    assert cost_of(books_of(*funded(), written(3), prices=PRICES)) == before
    for units, premium in ((80, 0), (100, 0), (112, 12)):
        books = books_of(*funded(), written(3), taken_out(4, units), prices=PRICES)
        assert not held(books)
        assert not codes(books)
        assert cost_of(books) == before + premium * PRICES["A"] * MONEY_ONE
