"""Day matching where an asset becomes another: one property from the day of the change on."""

from fractions import Fraction

import pytest

from tests.ledger.notation import entry
from tests.ledger.tax.asked import ask, buy, row, sell
from tests.ledger.tax.kept import at, on, year

BOUGHT = buy("b", "2024-01-01", 10, 100)
CHANGE = row("x", "2024-02-01T12:00", "split", sent="1 X", got="2 Y")
SOLD = sell("s", "2024-02-01T09:00", 4, 80)


def again(time="2024-02-01T15:00", quantity="8 Y", **cells):
    return row("a", time, "buy", got=quantity, sent="60 USD", **cells)


def rules_of(said):
    return [(part.row, part.rule, part.quantity, part.cost) for part in said.parts]


def test_what_was_sold_before_a_change_meets_what_was_bought_after_it_that_day():
    said = ask(BOUGHT, SOLD, CHANGE, again(), regime="uk")
    assert rules_of(said) == [("s", "same_day", 4, 60)]
    assert said.left["Y"] == (20, 100)


def test_both_forms_are_one_disposal_of_the_day_and_the_rest_comes_from_the_pool():
    later = row("t", "2024-02-01T16:00", "sell", sent="4 Y", got="60 USD")
    said = ask(BOUGHT, SOLD, CHANGE, again(), later, regime="uk")
    assert rules_of(said) == [("s", "same_day", 4, 60), ("t", "s104", 4, 20)]
    assert said.left["Y"] == (16, 80)


def test_what_the_day_does_not_match_comes_from_the_pool_of_its_own_form():
    other = row("y", "2024-01-05", "buy", got="20 Y", sent="2000 USD")
    said = ask(BOUGHT, other, SOLD, CHANGE, regime="uk")
    assert rules_of(said) == [("s", "s104", 4, 40)]
    assert said.left["Y"] == (32, 2060)


def test_the_thirty_days_go_on_in_the_new_form():
    sold = sell("s", "2024-01-20", 4, 80)
    said = ask(BOUGHT, sold, CHANGE, again("2024-02-05"), regime="uk")
    assert rules_of(said) == [("s", "thirty_day", 4, 60)]


def test_the_thirty_days_do_not_see_the_other_asset_before_the_change():
    sold = sell("s", "2024-01-20", 4, 80)
    said = ask(BOUGHT, sold, again("2024-01-25"), CHANGE, regime="uk")
    assert rules_of(said) == [("s", "s104", 4, 40)]


def test_what_is_bought_under_the_old_name_after_the_change_is_another_asset():
    sold = sell("s", "2024-01-20", 4, 80)
    said = ask(BOUGHT, sold, CHANGE, again("2024-02-05", "4 X"), regime="uk")
    assert rules_of(said) == [("s", "s104", 4, 40)]
    assert said.left == {"X": (4, 60), "Y": (12, 60)}
    same_day = ask(BOUGHT, SOLD, CHANGE, again("2024-02-01T15:00", "4 X"), regime="uk")
    assert rules_of(same_day) == [("s", "s104", 4, 40)]


def test_two_changes_of_one_day_are_followed():
    second = row("z", "2024-02-01T13:00", "split", sent="2 Y", got="1 Z")
    said = ask(BOUGHT, SOLD, CHANGE, second, again(quantity="4 Z"), regime="uk")
    assert rules_of(said) == [("s", "same_day", 4, 60)]
    assert said.left == {"Z": (10, 100)}


def test_the_ten_days_of_a_company_see_what_was_bought_in_the_old_form():
    early = row("e", "2024-01-28", "buy", got="4 X", sent="60 USD")
    later = row("t", "2024-02-01T16:00", "sell", sent="4 Y", got="60 USD")
    said = ask(BOUGHT, early, CHANGE, later, regime="uk", method="company-matching")
    assert rules_of(said) == [("t", "ten_day", 4, 30)]
    assert said.left["Y"] == (24, 130)


def canada(*rows, **settings):
    said = ask(*rows, regime="ca", loss_rule="ca_superficial", **settings)
    return [(part.gain, part.denied) for part in said.parts], said.left


def test_a_loss_is_superficial_when_the_new_form_is_bought():
    sold = sell("s", "2024-02-01T09:00", 4, 20)
    for time in ("2024-02-01T15:00", "2024-02-10", "2024-03-02"):
        assert canada(BOUGHT, sold, CHANGE, again(time)) == ([(0, 20)], {"Y": (20, 140)}), time
    assert canada(BOUGHT, sold, CHANGE, again("2024-03-03"))[0] == [(-20, 0)]


def test_a_loss_is_superficial_when_the_old_form_was_bought():
    sold = row("s", "2024-02-01T16:00", "sell", sent="8 Y", got="20 USD")
    early = row("e", "2024-01-20", "buy", got="4 X", sent="40 USD")
    assert canada(BOUGHT, early, CHANGE, sold) == ([(0, 20)], {"Y": (20, 120)})


def test_a_loss_is_not_superficial_for_what_was_another_asset():
    sold = sell("s", "2024-01-20", 4, 20)
    old = dict(BOUGHT, time="2023-06-01")
    assert canada(old, sold, again("2024-01-25"), CHANGE)[0] == [(-20, 0)]


def test_a_denied_loss_of_an_empty_wallet_goes_to_the_wallet_that_bought():
    bought, sold = dict(BOUGHT, wallet="one"), sell("s", "2024-02-01", 10, 50, wallet="one")
    for day in ("2024-01-20", "2024-02-03"):
        other = buy("c", day, 4, 40, wallet="two")
        parts, left = canada(bought, other, sold, basis_scope="wallet")
        assert parts == [(-30, 20)]
        assert left["X"] == (4, 60), day
    later = sell("d", "2024-06-03", 4, 80, wallet="two")
    parts, left = canada(bought, other, sold, later, basis_scope="wallet")
    assert parts == [(-30, 20), (Fraction(20), 0)]
    assert left["X"] == (0, 0)


def _at(hour, number, text, name, kind):
    time = at("2024-05-01").replace(hour=hour)
    return entry(number, text, time=time, name=name, kind=kind)


@pytest.mark.parametrize("method", ["share-matching", "company-matching"])
def test_what_was_bought_may_change_its_form_and_come_back_on_its_day(method):
    bought = _at(10, 0, "asset:w ETH 4 acquire = 80", "buy", "swap")
    wrap = _at(11, 1, "asset:w ETH -4 move = -80\nasset:w WETH 4 move = 80", "wrap", "wrap")
    back = _at(15, 2, "asset:w WETH -4 move = -80\nasset:w ETH 4 move = 80", "back", "unwrap")
    sale = on("2024-06-15", "asset:w ETH -4 dispose = -100", "sale")
    found = year(bought, wrap, back, sale, regime="generic", method=method)
    assert [(line.quantity, line.cost, line.gain) for line in found.lines] == [(4, 80, 20)]
    assert not found.problems


@pytest.mark.parametrize("names", [("a", "z"), ("z", "a")])
def test_changes_of_form_of_one_block_are_in_the_order_of_the_books(names):
    """Both have one time: liquidity put in and taken out around a trade."""
    old = on("2024-01-01", "asset:w ETH 4 acquire = 80", "buy")
    first, second = names
    there = _at(11, 1, "asset:w ETH -4 move = -80\nasset:w LP 4 move = 80", first, "pool_deposit")
    back = _at(11, 2, "asset:w LP -4 move = -80\nasset:w ETH 4 move = 80", second, "pool_withdraw")
    sale = on("2024-06-15", "asset:w ETH -4 dispose = -100", "sale")
    found = year(old, there, back, sale, regime="generic", method="share-matching")
    assert [(line.quantity, line.cost, line.gain) for line in found.lines] == [(4, 80, 20)]
    assert not found.problems
