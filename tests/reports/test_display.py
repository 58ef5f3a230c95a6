"""How numbers are written for people."""

import pytest

from ledger.model.amount import MONEY_ONE, parse_decimal
from reports.display import (
    basis_points,
    grouped,
    hundredths,
    kelly_full,
    measured,
    money,
    percent,
    price,
    quantity,
    share,
)


def test_thousands_are_set_apart_and_a_minus_is_a_minus():
    assert grouped("-1234567.50") == "−1,234,567.50"
    assert grouped("999") == "999"


def test_a_full_kelly_fraction_beyond_ten_is_not_meaningful():
    assert [kelly_full(each) for each in (0.5, 10, -10)] == ["50.00%", "1,000.00%", "−1,000.00%"]
    assert [kelly_full(each) for each in (10.001, -10.001, None)] == ["n/m", "n/m", "n/a"]


def test_what_rounds_to_zero_has_no_sign():
    assert money(-1) == "0.00"
    assert percent(-1) == "0.00%"
    assert measured(-0.00001, "fraction") == "0.00%"


def test_half_goes_to_the_even_neighbour():
    assert [money(each * MONEY_ONE // 1000) for each in (125, 135)] == ["0.12", "0.14"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3841.27", "3,841.27"),
        ("104250.5", "104,250.50"),
        ("12", "12.0000"),
        ("1", "1.00000"),
        ("0.99980012", "0.999800"),
        ("0.00001234567", "0.0000123457"),
        ("0.0000000000012549", "1.25×10^−12"),
        ("0", "0.00"),
    ],
)
def test_prices_have_six_significant_digits(text, shown):
    assert price(parse_decimal(text)) == shown


def test_quantities_are_trimmed_and_small_ones_are_not_lost():
    assert quantity(412_300_000_000_000_000_000, 18) == "412.3000"
    assert quantity(1_234, 8) == "0.00001234"
    assert quantity(-7, 0) == "−7"


def test_an_absurd_quantity_is_said_in_short():
    assert quantity(-(2**255), 18) == "−5.7896×10^58"
    assert quantity(999_999_999_999_999, 0) == "999,999,999,999,999"


def test_a_part_of_nothing_is_not_a_number():
    assert share(1, 0) == basis_points(1, 0) == "n/a"
    assert share(1, 3) == "33.3%"
    assert basis_points(19, 10_000) == "19.0 bp"


def test_an_unknown_measure_is_not_zero():
    assert measured(None, "ratio") == "n/a"
    assert measured(-2.5, "ratio") == "−2.50"
    assert measured(1204, "count") == "1,204"


def test_strengths_are_whole_hundredths():
    assert [hundredths(each) for each in (1.0, -0.45, 0.0, -0.001)] == [100, -45, 0, 0]
