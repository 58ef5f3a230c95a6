"""Smallest units: exact through any number of splits, and found without walking them."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ledger.tax.history.units import Change, Units
from tests.ledger.tax.asked import ask, buy, row, sell

NAMES = "XYZ"
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def place_at(seconds, phase, row):
    return BEGIN + timedelta(seconds=seconds), phase, row


def change(number, asset, into, ratio):
    return Change(place_at(10 * number, 1, f"s{number}"), asset, into, ratio)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.fractions(min_value=Fraction(1, 9), max_value=9, max_denominator=9),
    ),
    max_size=6,
)


@given(said=CHANGES, asset=st.sampled_from(NAMES), after=st.integers(-1, 6))
def test_a_unit_is_the_product_of_all_changes_that_stand_after_it(said, asset, after):
    changes = [change(number, *one) for number, one in enumerate(said)]
    units, place = Units(3, changes), place_at(10 * after + 5, 3, "r")
    rate = Fraction(1)
    form = asset
    for one in changes:
        if one.place > place and one.asset == form:
            form, rate = one.into, rate * one.ratio
    assert Fraction(units.whole(asset, place), units.whole(form)) == rate
    assert units.count(asset, 7 * 10**3, place) == 7 * units.whole(asset, place)


def test_no_finer_than_the_ratios_ask_for():
    doubled = [change(number, "X", "X", Fraction(2)) for number in range(500)]
    assert Units(18, doubled).whole("X") == 10**18
    assert Units(0, [change(0, "X", "X", Fraction(7, 3))]).whole("X") == 3


def test_a_history_of_many_splits_costs_no_more_a_row():
    places = [place_at(10 * number, 1, f"s{number}") for number in range(2_000)]
    ratios = [Fraction(2), Fraction(1, 2)] * 1_000
    changes = [Change(place, "X", "X", ratio) for place, ratio in zip(places, ratios, strict=True)]
    units = Units(18, changes)
    wholes = [units.whole("X", place_at(10 * number + 5, 3, "")) for number in range(2_000)]
    assert set(wholes) == {10**18, 2 * 10**18}
    assert all(first != second for first, second in pairwise(wholes))


def test_a_price_is_of_a_unit_as_it_was_when_it_was_quoted():
    quotes = [
        {"time": "2024-01-31", "asset": "X", "price": "20"},
        {"time": "2024-02-03", "asset": "X", "price": "11"},
    ]
    said = ask(
        buy("b", "2024-01-01", 10, 100),
        row("x", "2024-02-01", "split", sent="1 X", got="2 X"),
        row("g", "2024-02-01T10:00", "spend", sent="2 X"),
        row("h", "2024-02-03T10:00", "spend", sent="2 X"),
        prices=quotes,
    )
    assert said.gains == {"g": 20 - 10, "h": 22 - 10}


def test_a_price_of_the_day_of_a_split_is_of_the_new_unit():
    quotes = [{"time": "2024-02-01", "asset": "X", "price": "10"}]
    split = row("x", "2024-02-01T12:00", "split", sent="1 X", got="2 X")
    sale = row("g", "2024-02-01T10:00", "spend", sent="2 X")
    assert ask(buy("b", "2024-01-01", 10, 100), split, sale, prices=quotes).gains == {"g": 10}


def test_a_sale_after_many_splits_is_of_what_was_bought_before_them():
    splits = [
        row(f"x{day:02d}", f"2024-02-{day:02d}", "split", sent="1 X", got="2 X")
        for day in range(1, 11)
    ]
    said = ask(buy("b", "2024-01-01", 1, 1024), *splits, sell("s", "2024-03-01", 1, 5))
    assert said.gains == {"s": 4}
    assert said.left["X"] == (1023, 1023)
