"""Further choices of funds and cursors enter; they leave with the time at which each became known.

A target that is changed and a cursor that moves on no longer replace what was there: the row that
does not count any more is superseded and stays, as wallets and quotes do since 0011, and what a
scorecard or a coverage said at a time is said of it at any later one (P9). What is there already is
known since ever.
"""

from collections.abc import Iterable
from typing import Any, Final

from alembic import context, op

from ledger.store import columns
from ledger.store.guards import raise_guards
from ledger.store.walls import raise_walls

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

#: Each table with what names a thing in it, and what is told of it.
_TABLES: Final = {"fund_setting": ("name", "value"), "sync_cursor": ("source", "position")}

#: SQLite gives no table another key, so that each is made anew.
_MADE: Final = """
CREATE TABLE {table} (
    fund_id INTEGER NOT NULL REFERENCES fund (id),
    {name} TEXT NOT NULL,
    {fact} TEXT NOT NULL,{when}
    PRIMARY KEY (fund_id, {name}{and_when})
) STRICT
"""
_WHEN: Final = """
    recorded_at INTEGER NOT NULL,
    superseded_at INTEGER CHECK (superseded_at > recorded_at),"""

_POSTGRESQL: Final = (
    "ALTER TABLE {table} ADD COLUMN recorded_at bigint NOT NULL DEFAULT 0",
    "ALTER TABLE {table} ALTER COLUMN recorded_at DROP DEFAULT",
    "ALTER TABLE {table} ADD COLUMN superseded_at bigint",
    "ALTER TABLE {table} ADD CHECK (superseded_at > recorded_at)",
    "ALTER TABLE {table} DROP CONSTRAINT {table}_pkey",
    "ALTER TABLE {table} ADD PRIMARY KEY (fund_id, {name}, recorded_at)",
)
_FORMER_POSTGRESQL: Final = (
    "DROP TRIGGER {table}_is_kept ON {table}",
    "DROP TRIGGER {table}_is_only_superseded ON {table}",
    "DELETE FROM {table} WHERE superseded_at IS NOT NULL",
    "DROP INDEX {table}_in_force",
    "ALTER TABLE {table} DROP CONSTRAINT {table}_pkey",
    "ALTER TABLE {table} DROP COLUMN superseded_at",
    "ALTER TABLE {table} DROP COLUMN recorded_at",
    "ALTER TABLE {table} ADD PRIMARY KEY (fund_id, {name})",
)


def upgrade() -> None:
    """Give every row the time since ever, and let none be forgotten from here on."""
    before, dialect = _said_in("0011"), op.get_bind().dialect.name
    on_sqlite = dialect == columns.SQLITE
    guards = before["_SQLITE_NEVER_LOST" if on_sqlite else "_POSTGRESQL_NEVER_LOST"]
    for table, (name, fact) in _TABLES.items():
        facts = f"fund_id, {name}, {fact}"
        if on_sqlite:
            _make_anew(table, _WHEN, ", recorded_at", f"{facts}, 0, NULL", "")
        else:
            _run(_POSTGRESQL, table)
        changed = (*facts.split(", "), "recorded_at")
        written = {
            "key": f"fund_id, {name}",
            "same_key": f"{table}.fund_id = NEW.fund_id AND {table}.{name} = NEW.{name}",
            "changed": " OR ".join(f"NEW.{one} IS NOT OLD.{one}" for one in changed),
        }
        _run((before["_ONE_IN_FORCE"], *guards), table, written)
    raise_walls(op.get_bind())
    raise_guards(op.get_bind())


def downgrade() -> None:
    """Keep what counts now, which is all that the older tables have room for."""
    for table, (name, fact) in _TABLES.items():
        if op.get_bind().dialect.name == columns.SQLITE:
            facts = f"fund_id, {name}, {fact}"
            _make_anew(table, "", "", facts, "WHERE superseded_at IS NULL")
        else:
            _run(_FORMER_POSTGRESQL, table)
    raise_walls(op.get_bind())
    raise_guards(op.get_bind())


def _make_anew(table: str, when: str, and_when: str, cells: str, which: str) -> None:
    statements = (
        "CREATE TABLE {table}_former AS SELECT * FROM {table}",
        "DROP TABLE {table}",
        _MADE,
        "INSERT INTO {table} SELECT {cells} FROM {table}_former {which}",
        "DROP TABLE {table}_former",
    )
    _run(statements, table, {"when": when, "and_when": and_when, "cells": cells, "which": which})


def _run(statements: Iterable[str], table: str, words: dict[str, str] | None = None) -> None:
    name, fact = _TABLES[table]
    written = {"table": table, "name": name, "fact": fact, **(words or {})}
    for statement in statements:
        # without parameters, or the driver would read percent signs as marks
        op.get_bind().exec_driver_sql(
            statement.format_map(written), execution_options={"no_parameters": True}
        )


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words
