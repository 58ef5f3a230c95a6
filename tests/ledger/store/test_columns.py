"""Exact columns give back what they were given, and refuse what is no number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, MetaData, Table, insert, select
from sqlalchemy.exc import DatabaseError

from ledger.model.amount import plain_text
from ledger.model.errors import BadAmount, BadInput
from ledger.store import columns
from tests.ledger.store.cases import HARD, plain, run

NUMBERS = [0, *HARD, *(-number for number in HARD)]
PRICES = ["0", "-1.5", "0." + "0" * 35 + "1", "9" * 78 + "." + "9" * 36, "1" + "0" * 30, "2000.25"]
TABLE = Table(
    "number",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("whole", columns.ExactInteger),
    Column("price", columns.ExactDecimal),
    Column("body", columns.Compressed),
    Column("words", columns.PlainText),
)


def make_tables(url: str) -> None:
    dialect = "postgresql" if url.startswith("postgresql") else "sqlite"
    word = columns.words(dialect)
    exact, strict = word["exact"], word["strict"]
    run(
        url,
        f"CREATE TABLE number (id {word['integer']} PRIMARY KEY, whole {exact}, price {exact},"
        f" body {word['bytes']}, words TEXT){strict}",
        f"CREATE TABLE quantity (x {exact} NOT NULL"
        f" CHECK ({columns.quantity_check(dialect, 'x')})){strict}",
        f"CREATE TABLE money (x {exact} CHECK ({columns.money_check(dialect, 'x')})){strict}",
        f"CREATE TABLE price (x {exact} CHECK ({columns.decimal_check(dialect, 'x')})){strict}",
    )


def test_whole_numbers_come_back_exactly(url):
    make_tables(url)
    with plain(url) as connection:
        rows = [{"id": place, "whole": number} for place, number in enumerate(NUMBERS)]
        connection.execute(insert(TABLE), rows)
        found = connection.execute(select(TABLE.c.whole).order_by(TABLE.c.id)).scalars().all()
    assert found == NUMBERS
    assert all(type(number) is int for number in found)


def test_decimals_come_back_exactly_and_without_trailing_zeros(url):
    make_tables(url)
    given_prices = [*map(Decimal, PRICES), Decimal("1.500"), Decimal("1E+3"), Decimal("-0.0")]
    with plain(url) as connection:
        rows = [{"id": place, "price": price} for place, price in enumerate(given_prices)]
        connection.execute(insert(TABLE), rows)
        found = connection.execute(select(TABLE.c.price).order_by(TABLE.c.id)).scalars().all()
    assert list(map(plain_text, found)) == [*PRICES, "1.5", "1000", "0"]


def test_bodies_come_back_byte_for_byte(url):
    make_tables(url)
    bodies = [b"", b"\0\xff" * 100, b'{"a":1}' * 10_000, bytes(range(256))]
    with plain(url) as connection:
        connection.execute(insert(TABLE), [{"id": n, "body": b} for n, b in enumerate(bodies)])
        found = connection.execute(select(TABLE.c.body).order_by(TABLE.c.id)).scalars().all()
    assert found == bodies


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_text_that_one_database_refuses_is_refused_for_both(url, text):
    make_tables(url)
    with pytest.raises(BadInput), plain(url) as connection:
        connection.execute(insert(TABLE).values(id=1, words=text))


MALFORMED = ["0", "-0", "01", "+1", "1.5", "1e3", " 1", "", "-", "1-", "٣", "NaN", "Infinity", "x"]
TOO_LARGE = [str(2**256), str(-(2**256)), "9" * 78, "1" + "0" * 78]


def assert_refused(url: str, table: str, texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(DatabaseError):
            run(url, f"INSERT INTO {table} VALUES ({text})")
    assert run(url, f"SELECT * FROM {table} WHERE x IN ({', '.join(texts)})") == []


def test_sqlite_refuses_a_malformed_quantity_in_plain_sql(sqlite_url):
    make_tables(sqlite_url)
    assert_refused(sqlite_url, "quantity", [f"'{text}'" for text in (*MALFORMED, *TOO_LARGE)])


def test_sqlite_refuses_a_quantity_with_hidden_bytes(sqlite_url):
    make_tables(sqlite_url)
    hidden = ["CAST(x'3100' AS TEXT)", "CAST(x'310032' AS TEXT)", "NULL"]
    assert_refused(sqlite_url, "quantity", hidden)


def test_postgresql_refuses_a_malformed_quantity_in_plain_sql(postgres_url):
    make_tables(postgres_url)
    texts = ("0", "1.5", "NaN", "Infinity", "-Infinity", *TOO_LARGE)
    assert_refused(postgres_url, "quantity", [f"'{text}'" for text in texts])


def test_every_hard_quantity_passes_its_check(url):
    make_tables(url)
    quantities = (*HARD, *(-number for number in HARD))
    run(url, *(f"INSERT INTO quantity VALUES ('{number}')" for number in quantities))
    assert run(url, "SELECT count(*) FROM quantity") == [(2 * len(HARD),)]


def test_money_is_whole(url):
    make_tables(url)
    run(url, "INSERT INTO money VALUES ('0')", "INSERT INTO money VALUES (NULL)")
    run(url, f"INSERT INTO money VALUES ('-{10**200}')")
    assert_refused(url, "money", ["'1.5'", "'NaN'", "'Infinity'"])


def test_a_price_is_a_plain_number(url):
    make_tables(url)
    run(url, *(f"INSERT INTO price VALUES ('{price}')" for price in PRICES))
    assert_refused(url, "price", ["'NaN'", "'Infinity'", "'-Infinity'"])


def test_sqlite_refuses_a_price_that_is_no_number(sqlite_url):
    make_tables(sqlite_url)
    texts = ["'1.2.3'", "'--1'", "'1-2'", "'x'", "''", "'1e3'", "'1.'", "CAST(x'310035' AS TEXT)"]
    assert_refused(sqlite_url, "price", texts)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12))
def test_the_text_of_a_decimal_reads_back_as_the_same_number(number):
    text = columns.decimal_text(number)
    assert Decimal(text) == number
    assert columns.decimal_text(Decimal(text)) == text


def test_a_price_that_no_column_holds_is_refused():
    with pytest.raises(BadAmount):
        columns.decimal_text(Decimal("1E+80"))


@given(st.binary())
def test_deflated_bytes_inflate_to_themselves(body):
    assert columns.inflate(columns.deflate(body)) == body
