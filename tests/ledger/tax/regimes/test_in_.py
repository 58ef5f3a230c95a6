"""India: nothing but cost is deducted, no loss is set off, years from 1 April."""

from tests.ledger.tax.asked import ask, buy, row, sell

ROWS = (
    buy("a", "2023-05-01", 10, 1000, fee="50 USD"),
    sell("b", "2024-03-31", 4, 600, fee="20 USD"),
    sell("c", "2024-04-01", 3, 450),
    sell("d", "2024-05-01", 3, 100),
)


def test_only_the_cost_of_acquisition_is_deducted():
    said = ask(*ROWS, regime="in", fiat_fee="expense")
    assert said.gains == {"b": 200, "c": 150, "d": -200}


def test_no_loss_is_set_off():
    said = ask(*ROWS, regime="in", fiat_fee="expense")
    assert said.totals[2025] == {"short": -50, "long": 0, "income": 0, "taxable": 150}


def test_the_year_begins_on_1_april():
    assert set(ask(*ROWS, regime="in").totals) == {2024, 2025}


def test_what_units_that_pay_a_fee_are_worth_is_not_deducted_either():
    bought, sale = buy("a", "2023-05-01", 10, 1000), sell("b", "2024-03-01", 4, 600, fee="1 X")
    said = ask(bought, sale, regime="in", fiat_fee="expense")
    assert [(part.quantity, part.gain) for part in said.parts] == [(4, 200), (1, 50)]
    other = ask(bought, sale, regime="generic")
    assert [(part.quantity, part.gain) for part in other.parts] == [(4, 50), (1, 50)]


def test_units_that_pay_for_a_purchase_are_not_in_its_cost():
    said = ask(buy("a", "2023-05-01", 10, 1000, fee="1 X"), regime="in", fiat_fee="expense")
    assert said.left["X"] == (9, 900)


def test_a_loss_on_one_lot_of_a_sale_is_nil_in_its_row_of_schedule_vda():
    bought = buy("a", "2024-05-01", 10, 100), buy("b", "2024-05-02", 10, 1000)
    said = ask(*bought, sell("s", "2024-06-01", 15, 750), regime="in")
    assert [part.gain for part in said.parts] == [400, -250]
    assert (said.gains["s"], said.totals[2025]["taxable"]) == (150, 400)


def test_a_gift_has_no_consideration_and_no_gain():
    gift = row("g", "2024-06-01", "gift_sent", sent="5 X", value="500")
    bought = buy("a", "2024-05-01", 10, 100)
    assert ask(bought, gift, regime="in", regime_own=True).gains == {"g": 0}
    assert ask(bought, gift, regime="in", gifts_sent="disposal").gains == {"g": 450}
