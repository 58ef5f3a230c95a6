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


def test_losses_of_years_before_go_first_and_the_discount_comes_last_ato_kathleen():
    said = australia(
        buy("a", "2001-08-01", 1, 1000, wallet="w"),
        sell("b", "2001-09-01", 1, 600),
        buy("c", "2000-01-01", 1, 1000),
        buy("d", "2002-07-10", 1, 1000),
        buy("e", "2002-07-11", 1, 1000),
        sell("f", "2002-08-01", 1, 1520),
        sell("g", "2002-08-02", 1, 400),
        sell("h", "2003-01-01", 1, 4000),
        identification={"b": ["a"], "f": ["d"], "g": ["e"], "h": ["c"]},
    )
    assert said.totals[2002]["taxable"] == -400
    assert said.totals[2003] == {"short": -80, "long": 3000, "income": 0, "taxable": 1260}


def test_a_chain_split_is_no_income_and_its_units_have_cost_nothing_ato_alex():
    split = row("f", "2017-08-01", "fork", got="10 X", value="5000")
    said = australia(split, sell("s", "2024-03-02", 2, 2000), regime_own=True)
    assert said.income == {}
    assert [(part.gain, part.term) for part in said.parts] == [(2000, "long")]
    assert said.totals[2024]["taxable"] == 1000
    drop = row("d", "2017-08-01", "airdrop", got="10 X", value="5000")
    assert australia(drop, regime_own=True).income == {"d": 5000}


def test_the_year_begins_on_1_july_and_has_the_number_of_its_end():
    said = australia(
        buy("a", "2020-07-05", 2, 2), sell("b", "2021-06-30", 1, 2), sell("c", "2021-07-01", 1, 2)
    )
    assert set(said.totals) == {2021, 2022}
    assert said.totals[2022]["taxable"] == Fraction(1)


def test_the_discount_ends_with_june_2027():
    bought = buy("a", "2025-01-01", 2, 200)
    said = australia(bought, sell("b", "2027-06-30", 1, 300), sell("c", "2027-07-01", 1, 300))
    assert [said.totals[year]["taxable"] for year in (2027, 2028)] == [100, 200]
