"""Japan: both averages of the example of the National Tax Agency, which rounds up to 1 yen."""

from fractions import Fraction

from tests.ledger.tax.asked import ask, buy, row, sell

ROWS = (
    buy("b1", "2017-03-09", 4, 2_000_000),
    sell("s1", "2017-05-20", "0.2", 110_000),
    sell("s2", "2017-09-28", "0.3", 155_000),
    sell("s3", "2017-11-02", 1, 600_000),
    buy("b2", "2017-11-30", 2, 1_600_000),
)


def test_the_moving_average_of_the_national_tax_agency():
    said = ask(*ROWS, regime="jp", method="average")
    assert said.gains == {"s1": 10_000, "s2": 5000, "s3": 100_000}
    quantity, cost = said.left["X"]
    assert 0 <= 633_334 - cost / quantity <= 1


def test_a_unit_cost_that_the_agency_would_round_up_stays_exact():
    said = ask(*ROWS, sell("s4", "2017-12-01", "4.5", 3_000_000), regime="jp", method="average")
    assert said.gains["s4"] == 150_000, "2,850,000 of cost, and not 4.5 times 633,334"
    assert said.left["X"] == (0, 0), "no cost comes out that never went in"
    cheap = buy("b", "2017-01-01", 10, 1), sell("s", "2017-02-01", 5, 1)
    assert ask(*cheap, regime="jp").gains == {"s": Fraction(1, 2)}, "not five yen for half a one"


def test_the_total_average_of_the_national_tax_agency():
    said = ask(*ROWS, regime="jp")
    assert said.gains == {"s1": -10_000, "s2": -25_000, "s3": 0}
    quantity, cost = said.left["X"]
    assert cost / quantity == 600_000


def test_the_next_year_begins_with_what_is_left():
    later = sell("s4", "2018-02-01", 1, 700_000), buy("b3", "2018-03-01", "4.5", 3_600_000)
    said = ask(*ROWS, *later, regime="jp")
    assert said.gains["s4"] == 0, "4.5 at 600,000 and 4.5 at 800,000 are 700,000 each"


def test_units_must_be_held_when_they_are_sold_although_the_cost_is_that_of_the_year():
    said = ask(sell("s", "2017-02-01", 1, 5), *ROWS, regime="jp")
    assert ("missing_basis", "s") in said.problems
    assert "s" not in said.gains


def test_units_of_a_fork_are_no_income_and_have_cost_nothing_nta_faq():
    fork = row("f", "2017-08-01", "fork", got="1 X", value="30000")
    said = ask(fork, sell("s", "2017-11-03", "0.5", 33_354), regime="jp", regime_own=True)
    assert (said.income, said.gains) == ({}, {"s": 33_354})
    mined = row("m", "2017-08-01", "mining", got="1 X", value="30000")
    assert ask(mined, regime="jp", regime_own=True).income == {"m": 30_000}
