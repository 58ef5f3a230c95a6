"""Australia: the example of the ATO, the discount, years from 1 July."""

from fractions import Fraction

from tests.ledger.tax.asked import ask, buy, row, sell


def australia(*rows, **settings):
    return ask(*rows, regime="au", currency="USD", **settings)


def test_a_swap_realises_what_was_received_at_market_value_ato():
    swap = row("s", "2021-11-15", "swap", sent="20 X", got="100 B", value=6000)
    said = australia(buy("b", "2021-07-05", 100, 15_000), swap)
    assert (said.parts[0].proceeds, said.gains["s"]) == (6000, 3000)
    assert said.left["B"] == (100, 6000)


def test_half_of_what_was_gained_on_old_parcels_is_taxable_after_losses():
    said = australia(
        buy("a", "2020-07-05", 3, 300),
        buy("b", "2022-07-05", 2, 200),
        sell("c", "2022-08-01", 3, 900),
        sell("d", "2022-08-02", 2, 100),
    )
    assert said.totals[2023] == {"short": -100, "long": 600, "income": 0, "taxable": 250}


def test_the_year_begins_on_1_july_and_has_the_number_of_its_end():
    said = australia(
        buy("a", "2020-07-05", 2, 2), sell("b", "2021-06-30", 1, 2), sell("c", "2021-07-01", 1, 2)
    )
    assert set(said.totals) == {2021, 2022}
    assert said.totals[2022]["taxable"] == Fraction(1)
