"""Marks at the year's end where they are asked for: the election of §475(f), contracts of §1256."""

from fractions import Fraction

import pytest

from ledger.tax.history.words import BadSetting
from tests.ledger.tax.asked import ask, buy, row, sell


def prices(**days):
    return [
        {"time": f"{day[1:5]}-{day[5:7]}-{day[7:]}T12:00", "asset": "X", "price": str(price)}
        for day, price in days.items()
    ]


def elected(*rows, marked="from:2025", **settings):
    return ask(*rows, regime="us", mark_to_market=marked, **settings)


def test_open_positions_are_held_as_sold_at_fair_value_and_the_gain_is_ordinary():
    said = elected(
        buy("a", "2025-03-01", 10, 1000),
        sell("s", "2026-06-01", 10, 1700),
        prices=prices(d20251231=150, d20261231=1),
    )
    assert [(part.row, part.rule, part.lot, part.gain, part.character) for part in said.parts] == [
        ("mark 2025", "mark", "a", 500, "ordinary"),
        ("s", "lot", "a", 200, "ordinary"),
    ]
    assert said.totals[2025] == {
        "short": 500, "long": 0, "income": 0, "taxable": 500, "ordinary": 500,
    }  # fmt: skip
    assert said.totals[2026]["ordinary"] == 200


def test_a_loss_is_ordinary_too_and_no_wash_sale():
    said = elected(
        buy("a", "2025-03-01", 10, 1000),
        sell("s", "2025-06-01", 10, 400),
        buy("b", "2025-06-10", 10, 500),
        prices=prices(d20251231=50),
        loss_rule="us_wash",
    )
    assert (said.gains["s"], said.parts[0].denied) == (-600, 0)


def test_what_was_gained_before_the_election_is_an_adjustment_of_its_first_year():
    said = elected(
        buy("a", "2023-03-01", 10, 1000),
        sell("s", "2025-06-01", 10, 1700),
        prices=prices(d20231231=110, d20241231=120, d20251231=1),
    )
    assert [(part.row, part.gain, part.character) for part in said.parts] == [
        ("mark 2024", 200, "section_481"),
        ("s", 500, "ordinary"),
    ]
    assert 2024 not in said.totals
    assert (said.totals[2025]["section_481"], said.totals[2025]["ordinary"]) == (200, 500)
    assert said.totals[2025]["long"] == 0


def test_gains_before_the_election_are_of_capital():
    said = elected(
        buy("a", "2022-01-01", 10, 1000),
        sell("s", "2024-06-01", 10, 1700),
        prices=prices(d20241231=120),
    )
    assert (said.totals[2024]["long"], said.parts[0].character) == (700, "capital")


def test_a_position_without_a_price_is_not_marked_and_that_is_said():
    said = elected(
        buy("a", "2025-03-01", 10, 1000),
        sell("s", "2026-06-01", 10, 1700),
        prices=prices(d20251201=150),
    )
    assert said.problems == [("missing_price", "mark 2025")]
    assert [(part.row, part.gain) for part in said.parts] == [("s", 700)]


def test_every_lot_is_marked_and_what_is_left_costs_its_value():
    said = elected(
        buy("a", "2025-03-01", 10, 1000),
        buy("b", "2025-04-01", 30, 6000),
        prices=prices(d20251231=150),
    )
    assert [(part.lot, part.gain) for part in said.parts] == [("a", 500), ("b", -1500)]
    assert said.costs == {"a": 1500, "b": 4500}


def test_wallets_are_marked_apart():
    said = elected(
        buy("a", "2025-03-01", 1, 100, wallet="one"),
        buy("b", "2025-04-01", 1, 300, wallet="two"),
        prices=prices(d20251231=150),
        basis_scope="wallet",
    )
    assert sorted((part.lot, part.gain) for part in said.parts) == [("a", 50), ("b", -150)]


def test_contracts_are_sixty_percent_long_and_forty_short_and_marked():
    said = ask(
        buy("a", "2024-12-01", 1, 1000),
        sell("s", "2025-01-10", 1, 1700),
        regime="us",
        section_1256=["X"],
        prices=prices(d20241231=1500),
    )
    assert [(part.row, part.gain, part.character) for part in said.parts] == [
        ("mark 2024", 500, "section_1256"),
        ("s", 200, "section_1256"),
    ]
    assert said.totals[2024] == {
        "short": 200, "long": 300, "income": 0, "taxable": 500, "section_1256": 500,
    }  # fmt: skip
    assert (said.totals[2025]["short"], said.totals[2025]["long"]) == (80, 120)


def test_other_assets_than_the_contracts_are_neither_split_nor_marked():
    said = ask(
        row("a", "2024-12-01", "buy", got="1 Y", sent="1000 USD"),
        row("s", "2025-01-10", "sell", sent="1 Y", got="1700 USD"),
        regime="us",
        section_1256=["X"],
        prices=prices(d20241231=1500),
    )
    assert [(part.row, part.character) for part in said.parts] == [("s", "capital")]
    assert (said.totals[2025]["short"], said.totals[2025]["long"]) == (700, 0)


def test_a_loss_on_contracts_is_split_the_same_way():
    said = ask(
        buy("a", "2025-02-01", 1, 1000),
        sell("s", "2025-03-10", 1, 900),
        regime="us",
        section_1256=["X"],
    )
    assert (said.totals[2025]["short"], said.totals[2025]["long"]) == (-40, -60)


def test_splits_change_no_mark():
    said = elected(
        buy("a", "2025-03-01", 10, 1000),
        row("m", "2026-02-01", "split", sent="1 X", got="3 X"),
        prices=prices(d20251231=150, d20261231=60),
    )
    assert [(part.quantity, part.gain) for part in said.parts] == [
        (10, Fraction(500)),
        (30, Fraction(300)),
    ]


@pytest.mark.parametrize("marked", ["from:", "2025", "from:25", "yes"])
def test_what_is_no_election_is_refused(marked):
    with pytest.raises(BadSetting, match="mark_to_market"):
        elected(marked=marked)
