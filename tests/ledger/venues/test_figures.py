"""Texts of cells become exact figures, or are refused by name; no float on the way."""

from datetime import UTC, datetime

import pytest

from ledger.model.errors import BadAmount, BadInput
from ledger.venues._figures import (
    BadTime,
    TooPrecise,
    asset_of,
    iso_time,
    optional_units,
    plain_number,
    units,
    unix_time,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1.50", "1.5"),
        ("+0.75", "0.75"),
        ("0E-18", "0"),
        ("1E-8", "0.00000001"),
        ("-2.5e3", "-2500"),
        ("1.234E+2", "123.4"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1,234.56", "1234.56"),
        ("3,067.671", "3067.671"),
        ("1,100", "1100"),
        ("$1,234.56", "1234.56"),
        ("-€597.49846", "-597.49846"),
        ("1234.5 €", "1234.5"),
        ("-0.000", "0"),
        ("007", "7"),
        ("0.100000000000000000000000000000000001", "0.100000000000000000000000000000000001"),
    ],
)
def test_numbers_are_rewritten_without_losing_a_digit(text, plain):
    assert plain_number(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"), [("57,7348", "57.7348"), ("1.234,56", "1234.56"), ("5503,1", "5503.1")]
)
def test_a_decimal_comma_is_read_where_the_file_has_one(text, plain):
    assert plain_number(text, decimal_comma=True) == plain


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "-", "1,5", "12,34.5", "1_000", "٣", "0x10", "NaN", "Infinity", "1e400"),
        *("1E+9999999", "1 2", "1.2.3", "9" * 5000, "--5", "1e", "e5", "½"),
    ],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadAmount):
        plain_number(text)


def test_units_are_exact_and_lost_digits_are_named():
    assert units("0.000000000000000001", 18) == 1
    assert units("1.50", 1) == 15
    with pytest.raises(TooPrecise):
        units("0.0000001", 6)
    with pytest.raises(BadAmount):
        units("9" * 78, 18)


@pytest.mark.parametrize("text", ["", "-", "--", "N/A", " "])
def test_what_exports_write_for_no_number_is_none_and_not_zero(text):
    assert optional_units(text, 18) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-03-01", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2009-01-03", datetime(2009, 1, 3, tzinfo=UTC)),
        ("2100-12-31T23:59", datetime(2100, 12, 31, 23, 59, tzinfo=UTC)),
        ("2024-03-01 10:11", datetime(2024, 3, 1, 10, 11, tzinfo=UTC)),
        ("2024-03-01T10:11:12Z", datetime(2024, 3, 1, 10, 11, 12, tzinfo=UTC)),
        ("2024-03-01T10:11:12.5+02:00", datetime(2024, 3, 1, 8, 11, 12, 500_000, tzinfo=UTC)),
        ("2024-03-01 10:11:12 UTC", datetime(2024, 3, 1, 10, 11, 12, tzinfo=UTC)),
        ("2019-07-29 17:04:41.51", datetime(2019, 7, 29, 17, 4, 41, 510_000, tzinfo=UTC)),
        ("2024-03-01 10:11:12.123456789", datetime(2024, 3, 1, 10, 11, 12, 123_456, tzinfo=UTC)),
        ("2023-12-31T20:00:00-0500", datetime(2024, 1, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_utc(text, time):
    assert iso_time(text) == time


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2024-13-01", "2024-02-30", "01/02/2024", "2024-01-01 25:00"),
        *("0001-01-01", "2024-01-01T00:00:00+99:99", "9999-12-31T23:59:59-01:00"),
        *("٢٠٢٤-01-01", "1704067200"),
        *("2009-01-02T23:59:59Z", "2101-01-01", "1970-01-01", "2100-12-31T23:00:00-01:00"),
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(BadTime):
        iso_time(text)


def test_seconds_since_1970_are_whole():
    assert unix_time("1517319693") == datetime(2018, 1, 30, 13, 41, 33, tzinfo=UTC)
    with pytest.raises(BadTime):
        unix_time("1,55444E+13")
    with pytest.raises(BadTime):
        unix_time("99999999999")


def test_assets_are_named_by_symbol_or_id():
    assert asset_of("btc") == "symbol:BTC"
    assert asset_of("usd") == "iso4217:USD"
    contract = "0x" + "AB" * 20
    assert asset_of(f"eip155:1/erc20:{contract}") == f"eip155:1/erc20:{contract.lower()}"
    assert asset_of("iso4217:EUR") == "iso4217:EUR"


@pytest.mark.parametrize("text", ["", "A B", "A/B", "USD\u202eCTH", "X" * 65, "eip155:1/erc20:0x1"])
def test_names_that_are_no_asset_are_refused(text):
    with pytest.raises(BadInput):
        asset_of(text)
