"""Plain SQL of someone who owns the database enters; no trigger or foreign key stops it."""

import sqlite3
from contextlib import closing

from tests.ledger.store.cases import run


def run_around(url: str, *statements: str) -> None:
    """Run statements in one transaction with the triggers off, and leave the triggers as before.

    SQLite's CHECK constraints are off as well, PostgreSQL loses that of an entry's time; keys stay.
    """
    if url.startswith("postgresql"):
        unchecked = "ALTER TABLE entry DROP CONSTRAINT IF EXISTS entry_stands_at_its_time"
        run(url, "SET LOCAL session_replication_role = replica", unchecked, *statements)
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute("BEGIN IMMEDIATE")
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = file.execute(asked).fetchall()
        for name, _ in triggers:
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(statement)
        for _, sql in triggers:
            file.execute(sql)
        file.execute("COMMIT")
