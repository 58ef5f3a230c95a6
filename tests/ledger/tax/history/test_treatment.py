"""Every kind of row: what it realises, what it costs, what it is worth as income."""

from fractions import Fraction

import pytest

from tests.ledger.tax.asked import ask, buy, row, sell

BOUGHT = buy("b", "2024-01-01", 10, 100)
QUOTES = [{"time": "2024-02-01", "asset": name, "price": "20"} for name in ("X", "T")]
DAY = "2024-02-01"


@pytest.mark.parametrize("kind", ["income", "interest", "staking", "mining", "airdrop", "fork"])
def test_income_is_its_value_and_so_is_its_cost(kind):
    said = ask(row("i", DAY, kind, got="2 X", value=50))
    assert (said.income, said.left["X"]) == ({"i": 50}, (2, 50))
    assert said.totals[2024]["income"] == 50


def test_income_in_money_is_its_amount():
    said = ask(row("i", DAY, "interest", got="2 USD"))
    assert (said.income, said.left) == ({"i": 2}, {})


def test_an_airdrop_is_income_at_dominion_and_control_rev_rul_2019_24():
    said = ask(row("i", DAY, "airdrop", got="25 X", value=50), regime="us")
    quantity, cost = said.left["X"]
    assert (said.income["i"], cost / quantity) == (50, 2)


@pytest.mark.parametrize("kind", ["gift_received", "contribution", "deposit", "borrow"])
def test_what_comes_with_a_basis_is_no_income(kind):
    said = ask(row("i", DAY, kind, got="2 X", value=50))
    assert (said.income, said.left["X"], said.problems) == ({}, (2, 50), [])


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("deposit", "missing_basis"),
        ("gift_received", "missing_basis"),
        ("contribution", "missing_basis"),
        ("borrow", "missing_price"),
        ("staking", "missing_price"),
        ("buy", "missing_price"),
    ],
)
def test_what_comes_without_a_value_is_not_held_and_said(kind, code):
    said = ask(row("i", DAY, kind, got="2 X"))
    assert (said.left, said.income, said.problems) == ({}, {}, [(code, "i")])


@pytest.mark.parametrize("kind", ["gift_sent", "donation"])
@pytest.mark.parametrize(("choice", "gain"), [("disposal", 80), ("no_gain", 0)])
def test_gifts_are_disposals_or_leave_at_their_cost(kind, choice, gain):
    said = ask(BOUGHT, row("g", DAY, kind, sent="2 X", value=100), gifts_sent=choice)
    assert said.gains == {"g": gain}


@pytest.mark.parametrize("kind", ["spend", "fee", "lost", "stolen"])
def test_what_leaves_at_a_stated_value_realises_it(kind):
    assert ask(BOUGHT, row("g", DAY, kind, sent="2 X", value=5)).gains == {"g": -15}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("lost", "not_assessed"),
        ("stolen", "not_assessed"),
        ("redemption", "not_assessed"),
        ("withdrawal", "unmatched_transfer"),
    ],
)
def test_what_leaves_and_nobody_says_what_it_realised_has_no_gain_and_a_problem(kind, code):
    said = ask(BOUGHT, row("g", DAY, kind, sent="2 X"))
    assert (said.gains, said.problems) == ({"g": 0}, [(code, "g")])


def test_a_price_stands_in_for_a_value():
    assert ask(BOUGHT, row("g", DAY, "spend", sent="2 X"), prices=QUOTES).gains == {"g": 20}


def test_a_sale_without_a_price_has_no_figure_and_its_units_are_gone():
    said = ask(BOUGHT, row("s", DAY, "sell", sent="2 X"))
    assert (said.gains, said.problems) == ({}, [("missing_price", "s")])
    assert said.left["X"] == (8, 80)


def test_a_swap_realises_its_value_and_its_fee_belongs_to_what_was_given():
    said = ask(BOUGHT, row("s", DAY, "swap", sent="2 X", got="1 Y", value=50, fee="3 USD"))
    assert (said.gains, said.left["Y"]) == ({"s": 27}, (1, 50))


@pytest.mark.parametrize(("choice", "gains"), [("basis", (101, 24)), ("expense", (100, 30))])
def test_a_fee_in_money_adds_to_cost_and_reduces_proceeds_or_is_nowhere(choice, gains):
    rows = buy("b", "2024-01-01", 1, 100, fee="1 USD"), sell("s", DAY, 1, 130, fee="5 USD")
    said = ask(*rows, fiat_fee=choice)
    assert (said.parts[0].cost, said.gains["s"]) == gains


def test_a_fee_in_units_is_a_disposal_and_a_cost():
    said = ask(BOUGHT, sell("s", DAY, 4, 80, fee="1 X"))
    assert [(part.quantity, part.gain) for part in said.parts] == [(4, 20), (1, 10)]


def test_a_fee_in_units_shares_the_proceeds():
    said = ask(BOUGHT, sell("s", DAY, 4, 80, fee="1 X"), token_fee="spread")
    assert [(part.quantity, part.gain) for part in said.parts] == [(4, 24), (1, 6)]


def test_a_fee_in_another_asset_needs_its_price():
    other = row("t", "2024-01-01", "buy", got="5 T", sent="50 USD")
    sale = sell("s", DAY, 4, 80, fee="1 T")
    assert ask(BOUGHT, other, sale, prices=QUOTES).gains == {"s": 20 + 10}
    said = ask(BOUGHT, other, sale)
    assert (said.gains, said.problems) == ({}, [("missing_price", "s")] * 2)


def test_a_fee_in_units_of_a_purchase_is_in_its_cost():
    said = ask(buy("b", DAY, 10, 100, fee="1 X"))
    assert said.parts[0].gain == -1, "a unit of 110 / 10 for its value of 10"
    assert said.left["X"] == (9, 99)


def test_units_that_do_not_arrive_are_a_disposal_at_their_share():
    moved = row("t", DAY, "transfer", wallet="main", to="other", sent="6 X", got="5 X", value=90)
    said = ask(BOUGHT, moved, basis_scope="wallet")
    assert (said.gains, said.left["X"]) == ({"t": 5}, (9, 90))
    assert said.lots == {("main", "b"): 4, ("other", "b"): 5}


def test_units_given_back_realise_what_their_debt_was_taken_up_at():
    loan = row("l", "2024-01-01", "borrow", got="2 X", value=4000)
    sold, again = sell("s", "2024-01-02", 2, 4000), buy("b", "2024-06-01", 3, 4500)
    said = ask(loan, sold, again, row("r", "2024-06-02", "repay", sent="2 X", value=3100))
    assert said.gains == {"s": 0, "r": 1000}
    same = ask(loan, row("r", "2024-06-02", "repay", sent="2 X", value=3100))
    assert same.gains == {"r": 0}


def test_a_split_changes_units_and_no_cost():
    split = row("x", "2024-01-20", "split", sent="3 X", got="7 X")
    said = ask(BOUGHT, split, sell("s", DAY, 7, 70))
    assert said.parts[0].quantity == 7
    assert said.gains == {"s": 40}
    assert said.left["X"] == (Fraction(70, 3) - 7, 70)


def test_a_split_stands_first_on_its_day():
    split = row("x", "2024-02-01T12:00", "split", sent="1 X", got="2 X")
    said = ask(BOUGHT, split, sell("s", "2024-02-01T09:00", 2, 20))
    assert said.gains == {"s": 10}


@pytest.mark.parametrize("method", ["fifo", "average", "year-average", "share-matching"])
def test_a_migration_carries_cost_and_date_into_another_asset(method):
    change = row("x", "2024-01-20", "split", sent="1 X", got="1000 Y")
    sale = row("s", DAY, "sell", sent="5000 Y", got="90 USD")
    said = ask(BOUGHT, change, sale, method=method)
    assert (said.gains, said.left["Y"]) == ({"s": 40}, (5000, 50))
    assert said.left.get("X", (0, 0)) == (0, 0)


def test_a_migration_is_the_same_asset_to_the_thirty_days():
    sale = sell("s", "2024-01-10", 4, 80)
    change = row("x", "2024-01-20", "split", sent="1 X", got="2 Y")
    again = row("a", DAY, "buy", got="8 Y", sent="60 USD")
    said = ask(BOUGHT, sale, change, again, regime="uk")
    assert [(part.rule, part.cost) for part in said.parts] == [("thirty_day", 60)]
    assert said.left["Y"] == (20, 100)


LOST = row("g", DAY, "lost", sent="2 X")
WORTH = dict(LOST, value="5")


@pytest.mark.parametrize("kind", ["lost", "stolen"])
@pytest.mark.parametrize("regime", ["us", "at", "de", "fr", "jp", "in"])
@pytest.mark.parametrize("quotes", [(), QUOTES])
def test_a_loss_is_no_sale_whatever_is_stated(regime, kind, quotes):
    for lost in (LOST, WORTH):
        said = ask(BOUGHT, dict(lost, kind=kind), regime=regime, prices=quotes)
        assert (said.gains, said.problems) == ({"g": 0}, [("not_assessed", "g")])


@pytest.mark.parametrize("regime", ["uk", "uk_company", "ie", "generic"])
def test_a_loss_realises_what_is_stated_for_it_and_never_a_market_price(regime):
    assert ask(BOUGHT, WORTH, regime=regime, prices=QUOTES).gains == {"g": -15}
    said = ask(BOUGHT, LOST, regime=regime, prices=QUOTES)
    assert (said.gains, said.problems) == ({"g": 0}, [("not_assessed", "g")])


@pytest.mark.parametrize("regime", ["ca", "au"])
def test_a_loss_is_a_disposal_for_what_compensates_it_or_for_nothing(regime):
    assert ask(BOUGHT, WORTH, regime=regime, prices=QUOTES).gains == {"g": -15}
    said = ask(BOUGHT, LOST, regime=regime, prices=QUOTES)
    assert (said.gains, said.problems) == ({"g": -20}, [])


@pytest.mark.parametrize(
    "got", [buy("i", DAY, 1, 100), row("i", DAY, "staking", got="1 X", value=100)]
)
def test_a_fee_without_a_price_leaves_a_basis_too_low_and_is_said(got):
    other = row("t", "2024-01-01", "buy", got="5 T", sent="50 USD")
    said = ask(other, dict(got, fee_asset="T", fee_quantity="1"))
    assert said.left["X"] == (1, 100)
    assert said.problems == [("missing_basis", "i"), ("missing_price", "i")]


def test_a_debt_follows_its_asset_into_another():
    loan = row("l", "2024-01-01", "borrow", got="2 X", value=4000)
    change = row("x", "2024-02-01", "split", sent="1 X", got="2 Y")
    again = row("b", "2024-03-01", "buy", got="5 Y", sent="3750 USD")
    back = row("r", "2024-03-02", "repay", sent="5 Y", value=3750)
    said = ask(loan, sell("s", "2024-01-02", 2, 4000), change, again, back)
    assert [(part.row, part.quantity, part.gain) for part in said.parts] == [
        ("s", 2, 0),
        ("r", 4, 1000),
        ("r", 1, 0),
    ]


def test_what_a_repayment_cost_is_borne_by_all_that_was_given_back():
    loan = row("l", "2024-01-01", "borrow", got="4 X", value=40)
    back = row("r", DAY, "repay", sent="5 X", value=50, fee="10 USD")
    said = ask(loan, buy("b", "2024-01-02", 5, 50), back)
    assert [(part.quantity, part.proceeds) for part in said.parts] == [(4, 32), (1, 8)]


def test_a_repayment_with_a_fee_that_has_no_price_has_no_figure():
    loan = row("l", "2024-01-01", "borrow", got="4 X", value=40)
    back = row("r", DAY, "repay", sent="4 X", value=50, fee="1 T")
    said = ask(loan, row("t", "2024-01-01", "buy", got="5 T", sent="50 USD"), back)
    assert (said.gains, {code for code, _ in said.problems}) == ({}, {"missing_price"})


@pytest.mark.parametrize(("kind", "value"), [("gift_sent", 990), ("spend", 990), ("donation", 990)])
def test_units_that_pay_for_what_is_given_share_what_it_is_worth(kind, value):
    given = row("g", "2024-02-01", kind, sent="9.9 X", value=value, fee="0.1 X")
    bought = buy("a", "2024-01-01", 10, 100)
    apart = ask(bought, given, gifts_sent="disposal")
    assert [(part.quantity, part.gain) for part in apart.parts] == [
        (Fraction("9.9"), 881),
        (Fraction("0.1"), 9),
    ]
    shared = ask(bought, given, gifts_sent="disposal", token_fee="spread")
    assert [(part.quantity, part.proceeds) for part in shared.parts] == [
        (Fraction("9.9"), Fraction("980.1")),
        (Fraction("0.1"), Fraction("9.9")),
    ]
    assert shared.gains == {"g": 890}
