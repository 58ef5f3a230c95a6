"""Wash sales where they are asked for: the examples of the regulations, to the day and the unit."""

from fractions import Fraction

import pytest
from hypothesis import given

from ledger.tax.history.words import BadSetting
from tests.ledger.tax import slow
from tests.ledger.tax.asked import ask, buy, row, sell
from tests.ledger.tax.test_engine import histories


def washed(*rows, **settings):
    return ask(*rows, regime="us", loss_rule="us_wash", **settings)


@pytest.mark.parametrize(("again", "basis"), [(90, 110), (70, 90)])
def test_the_denied_loss_is_in_the_basis_of_what_was_bought_reg_1_1091_2(again, basis):
    said = washed(
        buy("a", "1935-01-01", 1, 100),
        sell("s", "1955-01-15", 1, 80),
        buy("b", "1955-02-01", 1, again),
    )
    assert (said.parts[0].denied, said.gains["s"]) == (20, 0)
    assert said.costs == {"b": basis}


def test_the_example_of_the_irs_for_volunteers():
    said = washed(
        buy("a", "2023-01-01", 100, 1000),
        sell("s", "2023-06-01", 100, 750),
        buy("b", "2023-06-20", 100, 800),
    )
    assert (said.gains["s"], said.costs) == ({"s": 0}["s"], {"b": 1050})


def test_what_was_bought_before_takes_the_loss_reg_1_1091_1_h_example_1():
    said = washed(
        buy("a", "1954-12-01", 100, 10_000),
        buy("b", "1954-12-15", 100, 9000),
        sell("s", "1955-01-03", 100, 9000),
    )
    assert (said.parts[0].lot, said.gains["s"], said.costs) == ("a", 0, {"b": 10_000})


def test_part_of_the_units_deny_part_of_the_loss_reg_1_1091_1_h_example_2():
    said = washed(
        buy("a", "1954-09-21", 100, 5000),
        buy("b", "1954-12-21", 50, 2750),
        buy("c", "1954-12-27", 25, 1125),
        sell("s", "1955-01-03", 100, 4000),
    )
    assert (said.parts[0].denied, said.gains["s"]) == (750, -250)
    assert said.costs == {"b": 3250, "c": 1375}


def test_the_first_bought_serve_first_reg_1_1091_1_h_example_3():
    bought = [buy(f"b{day}", f"1956-02-{day}", 50, 2000) for day in (15, 16, 17, 18)]
    said = washed(buy("a", "1954-09-15", 100, 5000), sell("s", "1956-02-01", 100, 4000), *bought)
    assert said.gains["s"] == 0
    assert said.costs == {"b15": 2500, "b16": 2500, "b17": 2000, "b18": 2000}


@pytest.mark.parametrize(
    ("again", "denied"),
    [("2023-05-02", 50), ("2023-05-01", 0), ("2023-07-01", 50), ("2023-07-02", 0)],
)
def test_the_window_is_thirty_days_before_and_after(again, denied):
    said = washed(
        buy("a", "2022-01-01", 1, 100), sell("s", "2023-06-01", 1, 50), buy("b", again, 1, 60)
    )
    assert said.parts[0].denied == denied


def test_the_time_of_what_was_sold_is_tacked_on():
    rows = [
        buy("a", "2022-01-01", 1, 100),
        sell("s", "2022-12-02", 1, 50),
        buy("b", "2022-12-20", 1, 60),
    ]
    short, long = (washed(*rows, sell("t", day, 1, 500)) for day in ("2023-01-19", "2023-01-20"))
    assert (short.parts[1].term, long.parts[1].term) == ("short", "long")
    assert long.gains["t"] == 500 - 110


def test_off_is_the_default_and_the_loss_stands():
    rows = [
        buy("a", "2022-01-01", 1, 100),
        sell("s", "2023-06-01", 1, 50),
        buy("b", "2023-06-02", 1, 60),
    ]
    said = ask(*rows, regime="us", regime_own=True)
    assert (said.gains["s"], said.costs) == (-50, {"b": 60})


def test_a_gain_is_no_wash_sale_and_each_lot_stands_alone():
    said = washed(
        buy("a", "2022-01-01", 1, 10),
        buy("b", "2022-01-02", 1, 100),
        sell("s", "2023-06-01", 2, 100),
        buy("c", "2023-06-10", 2, 100),
    )
    assert [(part.gain, part.denied) for part in said.parts] == [(40, 0), (0, 50)]
    assert said.costs == {"c": 150}


def test_the_rest_of_the_purchase_that_was_sold_takes_no_loss_rev_rul_56_602():
    said = washed(buy("a", "2023-05-20", 10, 1000), sell("s", "2023-06-01", 5, 300))
    assert (said.gains["s"], said.costs) == (-200, {"a": 500})


def test_units_bought_serve_once():
    said = washed(
        buy("a", "2022-01-01", 2, 200),
        sell("s", "2023-06-01", 1, 50),
        sell("t", "2023-06-02", 1, 40),
        buy("b", "2023-06-10", 1, 60),
    )
    assert [part.denied for part in said.parts] == [50, 0]
    assert said.costs == {"b": 110}


def test_units_bought_before_serve_once_too():
    said = washed(
        buy("a", "2023-05-25", 2, 200),
        buy("b", "2023-05-28", 1, 60),
        sell("s", "2023-06-01", 1, 50),
        sell("t", "2023-06-02", 1, 40),
    )
    assert [part.denied for part in said.parts] == [50, 0]
    assert said.costs == {"b": 110}


def test_what_was_bought_in_another_wallet_counts():
    said = washed(
        buy("a", "2022-01-01", 1, 100, wallet="one"),
        sell("s", "2025-06-01", 1, 50, wallet="one"),
        buy("b", "2025-06-10", 1, 60, wallet="two"),
        basis_scope="wallet",
    )
    assert (said.gains["s"], said.costs) == (0, {"b": 110})


@pytest.mark.parametrize("kind", ["staking", "gift_received", "airdrop"])
def test_units_that_were_not_bought_take_no_loss(kind):
    said = washed(
        buy("a", "2022-01-01", 1, 100),
        sell("s", "2023-06-01", 1, 50),
        row("b", "2023-06-10", kind, got="1 X", value="60"),
    )
    assert said.gains["s"] == -50


def test_a_swap_buys():
    said = washed(
        buy("a", "2022-01-01", 1, 100),
        row("y", "2022-01-01", "buy", got="1 Y", sent="10 USD"),
        sell("s", "2023-06-01", 1, 50),
        row("b", "2023-06-10", "swap", sent="1 Y", got="1 X", value="60"),
    )
    assert said.gains["s"] == 0


def test_a_change_of_form_ends_no_window():
    said = washed(
        buy("a", "2022-01-01", 1, 100),
        buy("k", "2022-01-02", 1, 100),
        sell("s", "2023-06-01", 1, 50),
        row("m", "2023-06-05", "split", sent="1 X", got="1 Y"),
        row("b", "2023-06-10", "buy", got="1 Y", sent="60 USD"),
    )
    assert (said.gains["s"], said.costs["b"]) == (0, 110)


def test_it_needs_lots():
    with pytest.raises(BadSetting, match="chooses lots"):
        washed(buy("a", "2022-01-01", 1, 100), method="average")


@pytest.mark.parametrize("method", ["fifo", "hifo"])
@given(rows=histories())
def test_a_denied_loss_is_never_lost_and_no_unit_is(method, rows):
    said = ask(*rows, regime="us", method=method, loss_rule="us_wash", missing_basis="zero")
    plain = ask(*rows, regime="us", method=method, missing_basis="zero")
    units = [sum(part.quantity for part in one.parts) for one in (said, plain)]
    assert units[0] == units[1]
    denied = sum(part.denied for part in said.parts)
    given_up = sum(part.cost for part in said.parts) - sum(part.cost for part in plain.parts)
    left = said.left.get("X", (0, Fraction(0)))[1] - plain.left.get("X", (0, Fraction(0)))[1]
    assert abs(denied - given_up - left) <= slow.number({"n": "0.000001"}, "n")
    assert all(part.denied >= 0 for part in said.parts)
