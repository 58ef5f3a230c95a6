"""Tables that keep rows enter; they leave guarded against what a session gives their names to.

On PostgreSQL a session that makes a temporary table `period` means it wherever it says `period`: so
would the triggers, which read the tables of their own schema from here on, whatever else is made or
is the session's `search_path`. On SQLite a row has a number beside its key, the rowid, by which
`OR REPLACE` finds a row to take the place of, without a trigger on its deletion where the
connection does not ask for `recursive_triggers`: no row takes the number of another, none changes
its own, and none has one below 1, which is what a row has (-1) before it gets one.

A migration that makes a function of triggers, or a table whose rows are never deleted, ends with
`raise_guards`; so does its way down.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, text

from ledger.store.columns import POSTGRESQL

#: Every function that reads tables for us: those of triggers, and the one that enters a fund.
_FUNCTIONS: Final = """
SELECT format({words}, pg_proc.oid::regprocedure, nspname)
FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
WHERE nspname = current_schema() AND (proname = 'enter_fund' OR pg_proc.oid IN (
    SELECT tgfoid FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = pronamespace AND NOT tgisinternal))
ORDER BY pg_proc.oid
"""
_PATH_STAYS: Final = "'ALTER FUNCTION %1$s SET search_path = %2$I, pg_temp'"
_PATH_IS_FREE: Final = "'ALTER FUNCTION %1$s RESET search_path'"

#: The tables with rowids whose rows are never deleted; 1 where they may change.
_KEPT: Final = """
SELECT name, NOT EXISTS (SELECT 1 FROM sqlite_master AS guard WHERE guard.type = 'trigger'
                         AND guard.name = kept.name || '_is_not_changed') AS changes
FROM sqlite_master AS kept
WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%' AND EXISTS (
    SELECT 1 FROM sqlite_master AS guard WHERE guard.type = 'trigger'
        AND guard.name = kept.name || '_is_not_deleted')
ORDER BY name
"""
_PLACED: Final = (
    (
        "takes_no_others_rowid",
        (
            "BEFORE INSERT ON {table} WHEN NEW.rowid <> -1"
            " AND EXISTS (SELECT 1 FROM {table} AS placed WHERE placed.rowid = NEW.rowid)"
        ),
    ),
    ("has_a_rowid_above_zero", "AFTER INSERT ON {table} WHEN NEW.rowid < 1"),
)
_MOVED: Final = ("keeps_its_rowid", "BEFORE UPDATE ON {table} WHEN NEW.rowid IS NOT OLD.rowid")


def raise_guards(connection: Connection) -> None:
    """Guard every function and table; those that have their guards get the same again."""
    if connection.dialect.name == POSTGRESQL:
        _alter_functions(connection, _PATH_STAYS)
        return
    for name, table, rule in _of_rowids(connection):
        said = f"BEGIN SELECT RAISE(ABORT, '{table}: rows are never replaced'); END"
        words = rule.format(table=table)
        _run(
            connection,
            (f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {words} {said}"),
        )


def take_guards_down(connection: Connection) -> None:
    """Take the guards away again; the rows stay."""
    if connection.dialect.name == POSTGRESQL:
        _alter_functions(connection, _PATH_IS_FREE)
        return
    _run(connection, [f"DROP TRIGGER {name}" for name, _, _ in _of_rowids(connection)])


def _alter_functions(connection: Connection, words: str) -> None:
    found = connection.exec_driver_sql(
        _FUNCTIONS.format(words=words), execution_options={"no_parameters": True}
    )
    _run(connection, found.scalars().all())


def _of_rowids(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """The name of each guard of rowids, its table, and when it refuses."""
    for table, changes in connection.execute(text(_KEPT)).all():
        for name, rule in (*_PLACED, _MOVED) if changes else _PLACED:
            yield f"{table}_{name}", table, rule


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
