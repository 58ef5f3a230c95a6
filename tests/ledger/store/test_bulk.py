"""Rows that enter a table in one statement come out as they were, whatever is in them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlmodel import SQLModel

from ledger.store.bulk import insert_rows
from ledger.store.engine import Database, engine_for
from tests.ledger.store.cases import run

ANSWERS = SQLModel.metadata.tables["answer"]

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBERS = st.integers(-(2**63), 2**63 - 1)
TRICKY = st.sampled_from(["NULL", "null", "", '"', "\\", "{}", "{a,b}", ",", "\\N", " a ", "\r\n"])
ROWS = st.lists(
    st.tuples(TEXTS | TRICKY, TEXTS | TRICKY, st.none() | NUMBERS, st.binary(), NUMBERS),
    max_size=8,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """An open database with one fund, and no answers."""
    url = request.getfixturevalue(
        {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    )
    run(url, "INSERT INTO fund VALUES (1, 'main', 'USD', 'us', 'fifo', 'wallet', '00:00Z')")
    engine = engine_for(url)
    yield Database(engine)
    engine.dispose()


def test_texts_bytes_and_numbers_of_every_kind_come_out_as_they_went_in(database):
    @settings(max_examples=60)
    @given(rows=ROWS)
    def holds(rows: list[tuple[Any, ...]]) -> None:
        written = [
            (1, n, f"{n:064}", kind, subject, block, "", body, at)
            for n, (kind, subject, block, body, at) in enumerate(rows)
        ]
        with database.write_all() as connection:
            insert_rows(connection, ANSWERS, written)
            found = connection.execute(select(ANSWERS).order_by(ANSWERS.c.n)).all()
            connection.execute(delete(ANSWERS))
        assert [tuple(row) for row in found] == written

    holds()


def test_more_rows_with_bytes_than_one_statement_takes_all_come_in(database):
    rows = [(1, n, f"{n:064}", "", "", None, "", bytes([n % 256]), 0) for n in range(1_201)]
    with database.write_all() as connection:
        insert_rows(connection, ANSWERS, rows)
        found = connection.execute(select(ANSWERS.c.n).order_by(ANSWERS.c.n)).scalars().all()
    assert found == list(range(1_201))
