"""Exact amounts (P2): text to units and back, portions that lose nothing, and no other numbers."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.amount import (
    CONTEXT,
    MONEY_ONE,
    QUANTITY_MAX,
    Money,
    divide_half_even,
    money_from_decimal,
    parse_decimal,
    plain_text,
    portion,
    price_from_value,
    ratio_text,
    rounded_text,
    spread,
    taken_in_turn,
    text_from_units,
    units_from_text,
    value_of,
)
from ledger.model.errors import BadAmount

EDGES = sorted(
    {
        *(10**power + step for power in range(0, 78, 6) for step in (-1, 0, 1)),
        *(2**63 + step for step in (-1, 0, 1)),
        *(2**64 + step for step in (-1, 0, 1)),
        2**128,
        2**255 - 1,
        QUANTITY_MAX,
    }
)
sizes = st.sampled_from(EDGES) | st.integers(0, QUANTITY_MAX)
PLAIN = re.compile(r"-?[0-9]{1,78}(?:\.[0-9]{1,36})?", re.ASCII)
signed = st.builds(lambda size, sign: size * sign, sizes, st.sampled_from([1, -1]))
decimals = st.integers(0, 36)

NOT_NUMBERS = [
    "", " 1", "1 ", "+1", "1e3", "1E+9999999", "NaN", "Infinity", "-", ".", "1.", ".5", "1,000",
    "1_000", "٣", "1٣", "0x10", "--1", "1.2.3", "9" * 79, "0." + "1" * 37, "1\n",
]  # fmt: skip


@given(units=signed, places=decimals)
def test_units_survive_text(units, places):
    assert units_from_text(text_from_units(units, places), places) == units


@given(text=st.text("0123456789.-+e_ \n٣²", max_size=90) | st.from_regex(PLAIN, fullmatch=True))
def test_a_plain_number_is_what_its_grammar_says(text):
    if PLAIN.fullmatch(text):
        assert parse_decimal(text) == Decimal(text)
        assert units_from_text(text, 36) == int(Decimal(text).scaleb(36, CONTEXT))
    else:
        for read in (parse_decimal, lambda text: units_from_text(text, 36)):
            with pytest.raises(BadAmount):
                read(text)


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_no_plain_number_is_refused_before_it_is_converted(text):
    for read in (
        parse_decimal,
        lambda text: units_from_text(text, 18),
        lambda t: Money.parse(t, "USD"),
    ):
        with pytest.raises(BadAmount):
            read(text)


def test_digits_are_never_lost_silently():
    assert units_from_text("1.500", 1) == 15
    with pytest.raises(BadAmount, match="more than 1 decimals"):
        units_from_text("1.51", 1)


def test_zero_decimals_have_no_point():
    assert text_from_units(-120, 0) == "-120"
    assert units_from_text("-120", 0) == -120


def test_a_number_is_read_exactly_and_printed_in_fixed_notation():
    assert (
        plain_text(parse_decimal("0.000000000000000000000000000000000001")) == "0." + "0" * 35 + "1"
    )
    assert plain_text(parse_decimal("1200.50")) == "1200.5"
    assert plain_text(Decimal("1E+3")) == "1000"


@given(units=signed)
def test_a_minus_in_front_of_the_largest_number_loses_no_digit(units):
    text = text_from_units(units, 0)
    assert plain_text(parse_decimal(text)) == text


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (5, -2, -2), (2, 3, 1), (1, 3, 0), (0, 9, 0)],
)
def test_ties_go_to_the_even_neighbour(numerator, denominator, quotient):
    assert divide_half_even(numerator, denominator) == quotient


@given(numerator=signed, denominator=sizes.filter(bool))
def test_a_rounded_quotient_is_never_further_than_half(numerator, denominator):
    assert (
        2 * abs(divide_half_even(numerator, denominator) * denominator - numerator) <= denominator
    )


@given(total=signed, whole=sizes.filter(bool), data=st.data())
def test_a_portion_is_never_more_than_the_whole_and_points_the_same_way(total, whole, data):
    part = data.draw(st.integers(0, whole))
    taken = portion(total, part, whole)
    assert abs(taken) <= abs(total)
    assert taken * total >= 0
    assert portion(total, whole, whole) == total


@given(total=sizes, weights=st.lists(sizes, min_size=1, max_size=6).filter(any))
def test_a_spread_loses_nothing(total, weights):
    pieces = spread(total, tuple(weights))
    assert sum(pieces) == total
    assert min(pieces) >= 0
    assert not any(piece for piece, weight in zip(pieces, weights, strict=True) if not weight)


@given(st.lists(st.integers(0, 10**20), min_size=1, max_size=6).filter(any), st.data())
def test_what_is_taken_in_turn_is_never_more_than_is_there(weights, data):
    total = data.draw(st.integers(0, sum(weights)))
    pieces = taken_in_turn(total, weights)
    assert sum(pieces) == total
    assert all(0 <= piece <= weight for piece, weight in zip(pieces, weights, strict=True))


@pytest.mark.parametrize("weights", [(), (0,), (0, 0), (2, -1)])
def test_a_spread_over_nothing_is_a_programmers_fault(weights):
    with pytest.raises((AssertionError, ValueError)):
        spread(10, weights)


@pytest.mark.parametrize(
    ("quantity", "places", "price", "value"),
    [
        (10**18, 18, "3000.5", 3000 * MONEY_ONE + MONEY_ONE // 2),
        (-(10**6), 6, "1", -MONEY_ONE),
        (1, 0, "0.000000000000000000000000000000000001", 0),
        (QUANTITY_MAX, 18, "1", QUANTITY_MAX),
        (5, 36, "500000000000000000", 2),
        (15, 36, "100000000000000000", 2),
    ],
)
def test_a_value_is_quantity_times_price_rounded_half_even(quantity, places, price, value):
    assert value_of(quantity, places, Decimal(price)) == value


@given(quantity=sizes.filter(bool), price=st.integers(1, 10**40))
def test_a_price_worked_back_from_a_value_gives_the_value_again(quantity, price):
    value = price * quantity
    assert value_of(quantity, 18, price_from_value(value, quantity, 18)) == value


def test_money_of_a_decimal_is_rounded_half_even():
    assert money_from_decimal(Decimal("1.0000000000000000005")) == MONEY_ONE
    assert money_from_decimal(Decimal("1.0000000000000000015")) == MONEY_ONE + 2


@pytest.mark.parametrize(
    ("units", "places", "shown"),
    [(12345, 2, "1.23"), (-12355, 3, "-1.236"), (5, 0, "0"), (15000, 0, "2"), (-4, 2, "0.00")],
)
def test_print_shows_exactly_so_many_places(units, places, shown):
    assert rounded_text(units, 4, places) == shown


def test_a_ratio_shows_exactly_so_many_places():
    assert ratio_text(1, 3, 4) == "0.3333"
    assert ratio_text(-2, 3, 2) == "-0.67"


def test_money_adds_in_one_currency_alone():
    dollar = Money.parse("1.25", "USD")
    assert (dollar + dollar - -dollar).text() == "3.75"
    for wrong in (lambda: dollar + Money(1, "EUR"), lambda: dollar - Money(1, "EUR")):
        with pytest.raises(AssertionError):
            wrong()


@pytest.mark.parametrize("units", [1.5, Decimal(1), True])
def test_money_is_whole_units(units):
    with pytest.raises(AssertionError):
        Money(units, "USD")
