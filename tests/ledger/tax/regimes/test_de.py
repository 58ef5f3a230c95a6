"""Germany: a year, a threshold, lots of the wallet."""

import pytest

from tests.ledger.tax.asked import ask, buy, row, sell


def germany(*rows, **settings):
    return ask(*rows, regime="de", regime_own=True, currency="USD", **settings)


@pytest.mark.parametrize(
    ("year", "gain", "taxable"),
    [(2024, 999, 0), (2024, 1000, 1000), (2024, 2000, 2000), (2023, 599, 0), (2023, 600, 600)],
)
def test_gains_under_the_threshold_are_free_and_at_it_all_is_due(year, gain, taxable):
    said = germany(buy("a", f"{year}-01-10", 1, 1200), sell("b", f"{year}-06-10", 1, 1200 + gain))
    assert said.totals[year]["taxable"] == taxable
    assert said.gains["b"] == gain


def test_what_was_held_for_more_than_a_year_is_free():
    bought = buy("a", "2022-06-10", 2, 2)
    said = germany(bought, sell("b", "2023-06-10", 1, 5001), sell("c", "2023-06-12", 1, 9001))
    assert [part.term for part in said.parts] == ["short", "long"]
    assert said.totals[2023]["taxable"] == 5000


def test_a_loss_stays_a_loss():
    said = germany(buy("a", "2024-01-10", 1, 1200), sell("b", "2024-06-10", 1, 200))
    assert said.totals[2024]["taxable"] == -1000


def test_units_of_a_fork_are_no_income_and_share_a_cost_that_is_not_known_bmf_68():
    fork = row("f", "2024-05-01", "fork", got="10 X", value="5000")
    said = germany(fork, sell("s", "2024-06-01", 2, 2000))
    assert (said.income, said.gains) == ({}, {})
    assert said.problems == [("missing_basis", "f"), ("missing_basis", "s")]
    assert germany(fork, forks="income").income == {"f": 5000}
    assert germany(fork, forks="free").left["X"] == (10, 0)


def test_lots_are_those_of_the_wallet():
    said = germany(
        buy("a", "2024-01-10", 1, 10, wallet="one"),
        buy("b", "2024-01-11", 1, 20, wallet="two"),
        sell("c", "2024-02-01", 1, 30, wallet="two"),
    )
    assert said.parts[0].lot == "b"


def test_a_gift_has_no_gain():
    said = germany(
        buy("a", "2024-01-10", 1, 10), row("g", "2024-02-01", "gift_sent", sent="1 X", value=99)
    )
    assert said.gains["g"] == 0


@pytest.mark.parametrize(
    ("acquired", "last_short_day", "first_free_day"),
    [
        ("2023-02-28", "2024-02-28", "2024-02-29"),
        ("2024-02-28", "2025-02-28", "2025-03-01"),
        ("2024-02-29", "2025-02-28", "2025-03-01"),
        ("2023-03-01", "2024-03-01", "2024-03-02"),
        ("2023-12-31", "2024-12-31", "2025-01-01"),
    ],
)
def test_a_year_ends_with_the_day_of_its_number(acquired, last_short_day, first_free_day):
    rows = buy("a", f"{acquired}T12:00", 2, 2), sell("b", f"{last_short_day}T12:00", 1, 9)
    said = germany(*rows, sell("c", f"{first_free_day}T12:00", 1, 9))
    assert [part.term for part in said.parts] == ["short", "long"]
