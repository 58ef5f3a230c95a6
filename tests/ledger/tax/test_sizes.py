"""Every problem of rows says its row, units and money; nothing of a size is guessed."""

import pytest

from ledger.tax.engine import assess_history, history_of_rows
from ledger.tax.history.settings import settings_of
from ledger.tax.regimes.generic import RULES
from ledger.tax.sizes import sized
from ledger.tax.terms import Calendar
from tests.ledger.tax.asked import row


def problems(*rows, method="fifo", **settings):
    """Code and message of each problem of rows, in order."""
    chosen = settings_of(method, settings, RULES)
    calendar = Calendar(chosen, RULES.year_starts)
    read = history_of_rows(rows, (), "USD", chosen, calendar)
    answer = assess_history(*read, chosen, RULES, calendar)
    return [(one.code, one.message) for one in sized(answer, read[0].events, "USD")]


BOUGHT = row("b", "2024-01-01", "buy", got="1.5 X", sent="90 USD")


def test_a_missing_basis_says_units_proceeds_and_the_gain_that_it_would_be_at_no_cost():
    sale = row("s", "2024-02-01", "sell", sent="4 X", got="900 USD", fee="10 USD")
    size = "2.5 X, proceeds 562.50 USD, gain 556.25 USD had they cost nothing"
    text = "s: X went out, and fewer units were held"
    whole = ", and no figure for all of 4 X, proceeds 900.00 USD"
    assert problems(BOUGHT, sale) == [("missing_basis", f"{text} ({size}{whole})")]
    told = problems(BOUGHT, sale, missing_basis="zero")
    assert told == [("missing_basis", f"{text} ({size})")]


def test_units_are_told_as_they_were_on_the_day_of_their_row():
    gone = row("g", "2024-02-01", "transfer", sent="0.2 X", to="v")
    split = row("r", "2024-03-01", "split", sent="1 X", got="3 X")
    sale = row("s", "2024-04-01", "sell", sent="6 X", got="60 USD")
    told = problems(gone, split, sale, basis_scope="wallet")
    assert told == [
        ("missing_basis", "g: X was moved, and fewer units were held (0.2 X)"),
        (
            "missing_basis",
            (
                "s: X went out, and fewer units were held"
                " (6 X, proceeds 60.00 USD, gain 60.00 USD had they cost nothing)"
            ),
        ),
    ]


def test_what_paid_a_fee_and_has_no_price_is_told_apart_from_what_was_sold():
    coin = row("c", "2024-01-01", "buy", got="1 BNB", sent="300 USD")
    sale = row("s", "2024-02-01", "swap", sent="1 X", got="9 Y", value="50", fee="0.1 BNB")
    assert problems(BOUGHT, coin, sale) == [
        (
            "missing_price",
            (
                "s: X went out, and it or what paid for its sale has no known price"
                " (1 X, cost 60.00 USD)"
            ),
        ),
        ("missing_price", "s: BNB paid a fee and has no price (0.1 BNB, cost 30.00 USD)"),
    ]


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (row("r", "2024-02-01", "gift_received", got="2 Y"),
         ("missing_basis", "r: units came in and their value is not known (2 Y)")),
        (row("r", "2024-02-01", "staking", got="2 Y"),
         ("missing_price", "r: units came in and their value is not known (2 Y)")),
        (row("r", "2024-02-01", "swap", sent="0.5 USD", got="2 Y", fee="1 Z"),
         ("missing_basis", ("r: its fee has no price and is in no basis: what it brought costs more"
          " (1 Z)"))),
        (row("r", "2024-02-01", "lost", sent="0.5 X"),
         ("not_assessed", "r: lost: units left, and no gain is computed (0.5 X, cost 30.00 USD)")),
        (row("r", "2024-02-01", "withdrawal", sent="1.5 X"),
         ("unmatched_transfer", ("r: withdrawal: units left, and no gain is computed (1.5 X, cost"
          " 90.00 USD)"))),
        (row("r", "2024-02-01", "swap", sent="1 X", got="2 Y"),
         ("missing_price", "r: no price is stated and none is known (2 Y)")),
    ],
)  # fmt: skip
def test_every_problem_names_its_row_and_units(told, problem):
    assert problems(BOUGHT, told)[0] == problem


def test_lots_that_nobody_named_or_allocated_are_told_with_their_units():
    more = row("m", "2024-01-02", "buy", got="1 X", sent="90 USD", wallet="w")
    sale = row("s", "2024-02-01", "sell", sent="0.25 X", got="900 USD", wallet="w")
    told = problems(BOUGHT, more, sale, method="specific")
    ambiguous = "s: several lots of X are held and none is named, and go by fifo (0.25 X)"
    assert told[0] == ("ambiguous_lot", ambiguous)
    told = problems(BOUGHT, more, sale, basis_scope="wallet_from:2024-01-03")
    needed = "X is in main, w: say how its lots are allocated (1.5 X; 1 X)"
    assert told[0] == ("allocation_needed", needed)


def test_lots_and_wallets_with_as_many_units_are_counted_each():
    more = row("m", "2024-01-02", "buy", got="1.5 X", sent="90 USD", wallet="w")
    sale = row("s", "2024-02-01", "sell", sent="1 X", got="9 USD")
    told = problems(BOUGHT, more, sale, basis_scope="wallet_from:2024-01-03")
    assert told[0][1].endswith("say how its lots are allocated (1.5 X; 1.5 X)")
    paid = row("p", "2024-02-01", "sell", sent="1 Y", got="10 USD", fee="1 Y")
    assert [message for _, message in problems(paid)] == [
        (
            "p: Y went out, and fewer units were held"
            " (2 Y, proceeds 20.00 USD, gain 10.00 USD had they cost nothing)"
        )
    ]
