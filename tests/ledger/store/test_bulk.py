"""Rows that enter a table in one statement come out as they were, whatever is in them."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from ledger.store.bulk import insert_rows
from ledger.store.engine import Database, engine_for
from ledger.store.tables import METADATA
from tests.ledger.store.cases import run

ANSWERS = METADATA.tables["answer"]
ASSETS = METADATA.tables["asset"]

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NUMBERS = st.integers(-(2**63), 2**63 - 1)
TRICKY = st.sampled_from(
    ["NULL", "None", "null", "", '"', "\\", "{}", "{a,b}", ",", "\\N", " a ", "\r\n"]
)
ROWS = st.lists(
    st.tuples(TEXTS | TRICKY, TEXTS | TRICKY, st.none() | NUMBERS, st.binary(), NUMBERS),
    max_size=8,
)


@pytest.fixture(params=["sqlite", "postgresql", "postgresql behind walls"])
def database(request):
    """An open database with one fund, and no answers."""
    kind, _, walled = request.param.partition(" ")
    url = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[kind])
    run(url, "INSERT INTO fund VALUES (1, 'main', 'USD', 'us', 'fifo', 'wallet', '00:00Z')")
    engine = engine_for(url)
    with ordinary_role(url, engine) if walled else nullcontext():
        yield Database(engine)
        engine.dispose()


@contextmanager
def ordinary_role(url: str, engine: Engine) -> Iterator[None]:
    """Every connection of an engine is a role that walls are for, which COPY is refused to."""
    role = f'"{make_url(url).database}_ordinary"'
    run(url, f"CREATE ROLE {role}", f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    become = f"SET SESSION AUTHORIZATION {role}"
    event.listen(engine, "connect", lambda connection, _: connection.execute(become).close())
    event.listen(engine, "connect", lambda connection, _: connection.commit())
    try:
        yield
    finally:
        run(url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_texts_bytes_and_numbers_of_every_kind_come_out_as_they_went_in(database):
    @settings(max_examples=60)
    @given(rows=ROWS)
    def holds(rows: list[tuple[Any, ...]]) -> None:
        written = [
            (1, n, f"{n:064}", kind, subject, block, "", body, at)
            for n, (kind, subject, block, body, at) in enumerate(rows)
        ]
        with database.write_all() as connection, connection.begin_nested() as part:
            insert_rows(connection, ANSWERS, written)
            found = connection.execute(select(ANSWERS).order_by(ANSWERS.c.n)).all()
            part.rollback()  # answers are never deleted
        assert [tuple(row) for row in found] == written

    holds()


def test_more_rows_with_bytes_than_one_statement_takes_all_come_in(database):
    rows = [(1, n, f"{n:064}", "", "", None, "", bytes([n % 256]), 0) for n in range(1_201)]
    with database.write_all() as connection:
        insert_rows(connection, ANSWERS, rows)
        found = connection.execute(select(ANSWERS.c.n).order_by(ANSWERS.c.n)).scalars().all()
    assert found == list(range(1_201))


def test_of_rows_that_enter_together_one_that_is_refused_keeps_out_all(database):
    rows = [(1, n, f"{n:064}", "", "", None, "", b"", 0) for n in (1, 2)]
    short = (1, 3, "too short a hash", "", "", None, "", b"", 0)
    with (
        pytest.raises(DatabaseError, match=r"(?i)check constraint"),
        database.write_all() as connection,
    ):
        insert_rows(connection, ANSWERS, [*rows, short])
    with database.read_all() as connection:
        assert connection.execute(select(ANSWERS)).all() == []


def test_a_role_that_walls_are_for_writes_without_copy_and_a_superuser_with_it(database):
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    rows = [(1, 1, f"{1:064}", "", "", None, "", b"", 0)]
    with database.write_all() as connection:
        insert_rows(connection, ANSWERS, rows)
        user = "" if database.engine.dialect.name == "sqlite" else "current_user"
        ordinary = (
            bool(user) and "ordinary" in connection.exec_driver_sql(f"SELECT {user}").scalar_one()
        )
    assert any("unnest" in statement for statement in said) is ordinary


def test_many_rows_of_a_role_that_walls_are_for_are_copied_beside_where_it_may(database):
    if not role_of(database).endswith("_ordinary"):
        return
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    rows = [(1, f"{n}", "s", 9, "token", None, None, 5, None) for n in range(1_201)]
    url = database.engine.url.render_as_string(hide_password=False)
    name = database.engine.url.database
    for may in (True, False):
        if not may:
            run(url, f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC')
        said.clear()
        with database.write_all() as connection:
            connection.info.clear()  # what a role may is asked once a connection
            for times in (1, 2):
                given = [(*row[:-2], times, times + 1) for row in rows]
                insert_rows(connection, ASSETS, given)
            assert len(connection.execute(select(ASSETS)).all()) == 2 * len(rows)
            connection.rollback()
        assert any("arriving" in statement for statement in said) is may
        assert any("unnest" in statement for statement in said) is not may


def role_of(database: Database) -> str:
    if database.engine.dialect.name == "sqlite":
        return ""
    with database.write_all() as connection:
        return str(connection.exec_driver_sql("SELECT current_user").scalar_one())


def test_a_text_and_the_word_for_nothing_come_out_as_themselves_of_many_rows(database):
    """In a table without bytes, whose rows are printed at once where nothing in them is special."""
    plain = [(1, f"{n}", "s", n % 9, "token", None, "x" * (n % 2), 5, None) for n in range(1_201)]
    for strange in ("None", "a None", "\\N", "tab\there", "line\nend", "\r", "\\None", "", "N\\"):
        odd = [(1, f"!{strange}", strange, 0, strange, strange, None, 5, None)]
        with database.write_all() as connection:
            insert_rows(connection, ASSETS, [*plain[:600], *odd, *plain[600:]])
            found = connection.execute(select(ASSETS)).all()
            connection.rollback()
        assert set(map(tuple, found)) == {*plain, *odd}


def test_rows_that_differ_in_nothing_but_a_column_or_in_none_come_out_as_they_were(database):
    rows = [(1, f"{n}", "s", 9, "token", None, None, 5, None) for n in range(3)]
    for some in (rows, rows[:1], rows[1:], [(*rows[0][:-2], at, at + 1) for at in range(4)]):
        with database.write_all() as connection:
            insert_rows(connection, ASSETS, some[:1])
            insert_rows(connection, ASSETS, some[1:])
            found = connection.execute(select(ASSETS)).all()
            connection.rollback()
        assert sorted(map(tuple, found)) == some
    with pytest.raises(DatabaseError), database.write_all() as connection:
        insert_rows(connection, ASSETS, [rows[0], rows[0]])
