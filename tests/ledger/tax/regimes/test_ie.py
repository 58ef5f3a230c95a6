"""Ireland: first in first out, the four weeks before and after, what is free in a year.

Sections are those of the Taxes Consolidation Act 1997.
"""

import pytest

from tests.ledger.tax.asked import ask, buy, row, sell


def ireland(*rows, **settings):
    return ask(*rows, regime="ie", **settings)


def test_part_of_one_purchase_the_example_of_revenue():
    said = ireland(buy("b", "1997-06-01", 100, "253.94"), sell("s", "1999-06-01", 50, "190.46"))
    assert float(said.gains["s"]) == 63.49


def test_what_was_acquired_earlier_goes_earlier_section_580():
    said = ireland(
        buy("a", "2024-01-01", 10, 100),
        buy("b", "2024-02-01", 10, 200),
        sell("s", "2024-06-01", 15, 600),
    )
    assert [(part.lot, part.rule, part.quantity) for part in said.parts] == [
        ("a", "lot", 10),
        ("b", "lot", 5),
    ]


def test_what_was_acquired_within_four_weeks_before_goes_first_section_581_1_and_2():
    old, new = buy("a", "2023-01-01", 10, 100), buy("b", "2024-05-10", 4, 80)
    said = ireland(old, new, sell("s", "2024-06-01", 6, 300))
    assert [(part.lot, part.rule, part.quantity, part.cost) for part in said.parts] == [
        ("b", "four_weeks", 4, 80),
        ("a", "lot", 2, 20),
    ]


@pytest.mark.parametrize(("bought", "lot"), [("2024-05-04", "b"), ("2024-05-03", "a")])
def test_four_weeks_before_are_28_days(bought, lot):
    said = ireland(
        buy("a", "2023-01-01", 10, 100), buy("b", bought, 10, 80), sell("s", "2024-06-01", 1, 30)
    )
    assert [part.lot for part in said.parts] == [lot]


def test_within_the_four_weeks_the_earlier_goes_first():
    said = ireland(
        buy("a", "2024-05-10", 1, 10), buy("b", "2024-06-01", 1, 80), sell("s", "2024-06-01", 1, 90)
    )
    assert [part.lot for part in said.parts] == ["a"]


def test_a_loss_on_what_is_acquired_again_waits_for_a_gain_on_that_section_581_3():
    rows = [
        buy("a", "2023-01-01", 10, 1000),
        sell("s", "2024-03-01", 10, 400),
        buy("b", "2024-03-20", 10, 500),
    ]
    said = ireland(*rows)
    assert (said.parts[0].denied, said.gains["s"], said.costs["b"]) == (600, 0, 1100)
    gained = ireland(*rows, sell("t", "2024-12-01", 10, 1300))
    assert (gained.gains["t"], gained.parts[1].denied) == (200, 0)
    assert gained.left == {}


def test_what_a_gain_on_it_does_not_use_is_lost():
    said = ireland(
        buy("a", "2023-01-01", 10, 1000),
        sell("s", "2024-03-01", 10, 400),
        buy("b", "2024-03-20", 10, 500),
        sell("t", "2024-12-01", 10, 700),
    )
    assert (said.gains["t"], said.parts[1].denied) == (0, 400)
    less = ireland(
        buy("a", "2023-01-01", 10, 1000),
        sell("s", "2024-03-01", 10, 400),
        buy("b", "2024-03-20", 10, 500),
        sell("t", "2024-12-01", 10, 450),
    )
    assert (less.gains["t"], less.parts[1].denied) == (-50, 600)


def test_a_loss_is_denied_in_proportion_of_what_is_acquired_again():
    said = ireland(
        buy("a", "2023-01-01", 10, 1000),
        sell("s", "2024-03-01", 10, 400),
        buy("b", "2024-03-20", 4, 200),
        buy("c", "2024-03-21", 1, 50),
    )
    assert (said.parts[0].denied, said.gains["s"]) == (300, -300)
    assert said.costs == {"b": 440, "c": 110}


@pytest.mark.parametrize(("bought", "denied"), [("2024-03-29", 600), ("2024-03-30", 0)])
def test_four_weeks_after_are_28_days(bought, denied):
    said = ireland(
        buy("a", "2023-01-01", 10, 1000), sell("s", "2024-03-01", 10, 400), buy("b", bought, 20, 9)
    )
    assert said.parts[0].denied == denied


def test_a_gain_is_never_denied():
    said = ireland(
        buy("a", "2023-01-01", 10, 1000),
        sell("s", "2024-03-01", 10, 1400),
        buy("b", "2024-03-02", 9, 9),
    )
    assert (said.gains["s"], said.parts[0].denied) == (400, 0)


def test_each_unit_acquired_again_keeps_one_loss():
    said = ireland(
        buy("a", "2023-01-01", 20, 2000),
        sell("s", "2024-03-01", 10, 400),
        sell("t", "2024-03-02", 10, 300),
        buy("b", "2024-03-20", 10, 500),
    )
    assert [part.denied for part in said.parts] == [600, 0]


def test_a_change_of_form_keeps_the_days_and_the_losses():
    said = ireland(
        buy("a", "2023-01-01", 10, 1000),
        sell("s", "2024-03-01", 5, 200),
        row("m", "2024-03-05", "split", sent="1 X", got="1 Y"),
        row("b", "2024-03-20", "buy", got="5 Y", sent="250 USD"),
    )
    assert (said.parts[0].denied, said.left["Y"]) == (300, (10, 1050))


def test_after_a_change_of_form_what_either_form_acquired_earlier_goes_earlier():
    said = ireland(
        row("y", "2023-02-01", "buy", got="1 Y", sent="10 USD"),
        buy("x", "2023-03-01", 1, 20),
        row("m", "2024-03-05", "split", sent="1 X", got="1 Y"),
        row("s", "2024-06-01", "sell", sent="1 Y", got="50 USD"),
    )
    assert [part.lot for part in said.parts] == ["y"]


def test_units_that_nobody_acquired_have_no_basis():
    said = ireland(buy("a", "2024-01-01", 1, 10), sell("s", "2024-02-01", 2, 50))
    assert said.problems == [("missing_basis", "s")]
    assert not said.parts


@pytest.mark.parametrize(("money", "taxable"), [(1270, 0), (1271, 1), (900, 0)])
def test_1270_euro_of_a_year_are_free_section_601(money, taxable):
    said = ireland(buy("a", "2020-01-01", 1, 0), sell("s", "2024-05-01", 1, money))
    assert said.totals[2024]["taxable"] == taxable


def test_losses_go_before_the_amount_that_is_free_note_for_guidance_601():
    said = ireland(
        buy("a", "2020-01-01", 1, 0),
        buy("l", "2020-01-01", 1, 270),
        sell("s", "2024-05-01", 1, 1270),
        row("t", "2024-05-02", "sell", sent="1 X", got="0 USD"),
        sell("u", "2025-05-02", 1, 1280, wallet="other"),
        row("z", "2025-05-01", "buy", got="1 X", sent="0 USD"),
    )
    assert said.totals[2024]["short"] == 1000
    assert (said.totals[2024]["taxable"], said.totals[2025]["taxable"]) == (0, 10)


def test_losses_of_years_before_go_first():
    said = ireland(
        buy("a", "2020-01-01", 1, 500),
        sell("s", "2023-05-01", 1, 100),
        buy("b", "2024-01-01", 1, 0),
        sell("t", "2024-05-01", 1, 1700),
    )
    assert [said.totals[year]["taxable"] for year in (2023, 2024)] == [-400, 30]


@pytest.mark.parametrize(
    ("day", "rate"), [("2011-12-06", 2500), ("2011-12-07", 3000), ("2012-12-06", 3300)]
)
def test_the_rate_is_that_of_the_day(day, rate):
    said = ireland(buy("a", "2010-01-01", 1, 0), sell("s", day, 1, 9))
    assert [share[2] for share in said.shares[int(day[:4])]] == [{"rate": rate}]


def test_a_donation_to_charity_has_no_gain_and_a_gift_has_section_611():
    rows = (
        buy("b", "2024-05-01", 10, 100),
        row("d", "2024-06-05", "donation", sent="5 X", value="500"),
        row("g", "2024-07-08", "gift_sent", sent="5 X", value="500"),
    )
    assert ireland(*rows, regime_own=True).gains == {"d": 0, "g": 450}
