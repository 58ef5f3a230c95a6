"""Companies of the United Kingdom: ten days, and a pool that rises with prices to December 2017."""

from datetime import date
from fractions import Fraction

from ledger.tax.matching.indexation import indexed
from tests.ledger.tax.asked import ask, buy, row, sell


def company(*rows, **settings):
    return ask(*rows, regime="uk_company", **settings)


def test_indexation_makes_no_loss_and_the_pool_gives_it_up_whole_cg51624():
    said = company(
        buy("b", "2005-01-15", 10_000, 100_000),
        sell("s", "2013-01-15", 5000, 60_000, fee="4000 USD"),
    )
    (part,) = said.parts
    assert (part.rule, part.indexation, part.gain) == ("s104", 6000, 0)
    assert said.left["X"] == (5000, 50_000)


def test_the_factor_is_that_of_the_manual_cg51624():
    assert round(indexed(1_000_000, date(2005, 1, 1), date(2013, 1, 31)) / 1000) == 1301


def test_units_of_the_ten_days_before_are_not_indexed_cg51616():
    said = company(
        buy("b", "2010-03-15", 1600, 3200),
        buy("n", "2013-09-26", 1000, 10_000),
        sell("s", "2013-10-02", 500, 5250, fee="50 USD"),
    )
    (part,) = said.parts
    assert (part.rule, part.indexation, part.gain) == ("ten_day", 0, 200)
    assert said.left["X"] == (2100, 8200)


def test_a_gain_of_the_pool_is_less_by_the_rise_of_prices():
    said = company(buy("b", "2015-01-15", 10, 1000), sell("s", "2016-01-15", 5, 900))
    rise = Fraction(500) * Fraction(2588, 2554) - 500
    (part,) = said.parts
    assert abs(part.indexation - rise) < Fraction(1, 10**15)
    assert part.gain == 900 - 500 - part.indexation


def test_the_pool_is_indexed_at_each_event_of_it():
    said = company(
        buy("a", "2010-01-15", 10, 1000),
        buy("b", "2014-01-15", 10, 3000),
        sell("s", "2017-12-15", 20, 9000),
    )
    pool = Fraction(1000) * Fraction(2526, 2179) + 3000
    rise = pool * Fraction(2781, 2526) - 4000
    assert abs(sum(part.indexation for part in said.parts) - rise) < Fraction(1, 10**12)


def test_prices_rise_no_more_after_december_2017():
    rows = [buy("b", "2015-01-15", 10, 1000)]
    then, later = (
        company(*rows, sell("s", day, 10, 9000)).parts[0].indexation
        for day in ("2017-12-20", "2025-06-01")
    )
    assert then == later > 0
    bought_later = company(buy("b", "2018-01-15", 10, 1000), sell("s", "2025-01-15", 10, 9000))
    assert bought_later.parts[0].indexation == 0


def test_a_fall_of_prices_takes_nothing():
    assert indexed(1000, date(2014, 10, 1), date(2015, 1, 31)) == 1000


def test_the_disposals_of_a_day_have_one_allowance():
    said = company(
        buy("b", "2010-01-15", 10, 1000),
        sell("s", "2017-06-01T10:00", 5, 300),
        sell("t", "2017-06-01T11:00", 5, 1300),
    )
    rise = Fraction(1000) * Fraction(2723, 2179) - 1000
    assert abs(sum(part.indexation for part in said.parts) - rise) < Fraction(1, 10**12)
    assert said.parts[0].gain == -200  # a row that loses bears none of it


def test_a_disposal_without_a_figure_takes_its_part_of_the_allowance_along():
    rows = [buy("b", "2010-01-15", 10, 1000), sell("s", "2017-06-01T10:00", 5, 1300)]
    given = row("t", "2017-06-01T11:00", "spend", sent="5 X")
    said = company(*rows, given)
    assert said.problems == [("missing_price", "t")]
    assert [part.indexation for part in said.parts] == [company(*rows).parts[0].indexation]


def test_the_day_of_a_change_of_form_has_one_allowance():
    said = company(
        buy("b", "2010-01-15", 10, 1000),
        sell("s", "2017-06-01T10:00", 5, 300),
        row("m", "2017-06-01T10:30", "split", sent="1 X", got="2 Y"),
        row("t", "2017-06-01T11:00", "sell", sent="10 Y", got="1300 USD"),
    )
    rise = Fraction(1000) * Fraction(2723, 2179) - 1000
    assert abs(sum(part.indexation for part in said.parts) - rise) < Fraction(1, 10**12)
    assert [part.gain for part in said.parts] == [-200, 800 - said.parts[1].indexation]


def test_what_a_company_sells_before_a_change_of_form_comes_from_the_pool_of_its_form():
    said = company(
        buy("b", "2020-01-15", 10, 1000),
        sell("s", "2024-06-01T10:00", 5, 900),
        row("m", "2024-06-01T10:30", "split", sent="1 X", got="2 Y"),
    )
    assert (said.gains, said.problems, said.left) == ({"s": 400}, [], {"Y": (10, 500)})


def test_a_loss_is_not_increased():
    said = company(buy("b", "2010-01-15", 10, 1000), sell("s", "2017-06-01", 10, 900))
    assert (said.parts[0].indexation, said.parts[0].gain) == (0, -100)


def test_a_change_of_form_keeps_the_indexed_pool():
    rows = [buy("b", "2010-01-15", 10, 1000)]
    same = company(*rows, sell("s", "2017-06-01", 10, 3000))
    other = company(
        *rows,
        row("m", "2014-01-15", "split", sent="1 X", got="2 Y"),
        row("s", "2017-06-01", "sell", sent="20 Y", got="3000 USD"),
    )
    assert abs(same.parts[0].indexation - other.parts[0].indexation) < Fraction(1, 10**12)


def test_individuals_have_no_indexation():
    said = ask(buy("b", "2010-01-15", 10, 1000), sell("s", "2017-06-01", 10, 3000), regime="uk")
    assert said.parts[0].indexation == 0


def test_a_company_has_no_exempt_amount_and_the_year_that_it_says():
    rows = [buy("b", "2020-01-01", 10, 100), sell("s", "2021-03-31", 10, 1100)]
    assert company(*rows).totals[2021]["taxable"] == 1000
    assert company(*rows, year_starts="01-01").totals.keys() == {2021}
    assert company(*rows, year_starts="03-31").totals.keys() == {2022}
    last, first = (company(*rows[:1], sell("s", f"2021-{day}", 1, 9)) for day in ("03-31", "04-01"))
    assert (set(last.totals), set(first.totals)) == ({2021}, {2022})


def test_the_main_rate_is_that_of_the_day():
    said = company(
        buy("b", "2020-01-01", 10, 100),
        sell("s", "2023-03-31", 5, 1100),
        sell("t", "2023-04-01", 5, 1100),
    )
    assert [share[2] for share in said.shares[2023]] == [{"rate_main": 1900}]
    assert [share[2] for share in said.shares[2024]] == [{"rate_main": 2500, "rate_small": 1900}]


def test_a_donation_of_a_company_has_no_gain_and_a_fork_no_basis():
    said = ask(
        buy("b", "2024-05-01", 10, 100),
        row("d", "2024-06-01", "donation", sent="5 X", value="500"),
        row("f", "2024-06-02", "fork", got="1 Y", value="500"),
        regime="uk_company",
        regime_own=True,
    )
    assert (said.gains, said.income) == ({"d": 0}, {})
    assert said.problems == [("missing_basis", "f")]
