"""Rows that are written in bulk come back as they were, whatever letters are in their cells."""

import pytest
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text, select

from ledger.store.bulk import insert_rows
from tests.ledger.store.cases import plain, run

TEXTS = Table(
    "written",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("first", Text),
    Column("second", Text),
)
BODIES = Table(
    "body", MetaData(), Column("id", BigInteger, primary_key=True), Column("body", LargeBinary)
)
HARD = ["", "a", "\\", "\\N", "\\.", "\t", "\n", "\r", "\r\n", "a\\tb", "é", "𝄞", "''", '"', "NULL"]


def make_tables(url):
    integer, body = ("BIGINT", "BYTEA") if url.startswith("postgresql") else ("INTEGER", "BLOB")
    run(
        url,
        f"CREATE TABLE written (id {integer} PRIMARY KEY, first TEXT, second TEXT)",
        f"CREATE TABLE body (id {integer} PRIMARY KEY, body {body})",
    )


def written(url, table, rows):
    with plain(url) as connection:
        insert_rows(connection, table, rows)
        return [tuple(row) for row in connection.execute(select(table).order_by(table.c.id))]


@pytest.mark.parametrize("other", ["plain", None])
def test_every_letter_comes_back(url, other):
    make_tables(url)
    rows = [(n, text, other) for n, text in enumerate(HARD)]
    assert written(url, TEXTS, rows) == rows


@pytest.mark.parametrize("text", HARD)
def test_one_hard_cell_among_plain_ones_comes_back(url, text):
    make_tables(url)
    # a cell that looks like nothing beside one that is nothing
    rows = [(1, None, "a"), (2, text, None), (3, "b", "c")]
    assert written(url, TEXTS, rows) == rows


def test_bytes_come_back_after_a_row_without_any(url):
    make_tables(url)
    for at, body in enumerate((b"", b"plain", b"\\N\t\n\0\xff")):
        rows = [(3 * at, None), (3 * at + 1, body)]
        assert written(url, BODIES, rows)[2 * at :] == rows
