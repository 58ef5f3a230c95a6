"""Tables of books enter; those of limits, of their breaches and of the outbox are added.

None of them is ever changed or deleted. Of a breach each thing is said once, what is waived was
acknowledged before, and the database itself refuses a waiver by who acknowledged it.
"""

from typing import Final

from alembic import op

from ledger.store import columns
from ledger.store.guards import raise_guards
from ledger.store.walls import raise_walls

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TABLES: Final = (
    """
CREATE TABLE limit_set (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL CHECK (n >= 1),
    name TEXT NOT NULL CHECK (length(trim(name)) > 0),
    measure TEXT NOT NULL CHECK (length(trim(measure)) > 0),
    bound TEXT NOT NULL CHECK (bound IN ('most', 'least')),
    level TEXT NOT NULL,
    hysteresis TEXT NOT NULL,
    strategy TEXT NOT NULL,
    parameters TEXT NOT NULL,
    active {integer} NOT NULL CHECK (active IN (0, 1)),
    by_name TEXT NOT NULL CHECK (length(trim(by_name)) > 0),
    reason TEXT NOT NULL CHECK (length(trim(reason)) > 0),
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, n)
){strict}
""",
    """
CREATE TABLE limit_event (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL CHECK (n >= 1),
    name TEXT NOT NULL CHECK (length(trim(name)) > 0),
    breach {integer} NOT NULL CHECK ((kind = 'opened') = (breach = n)),
    kind TEXT NOT NULL CHECK (kind IN ('opened', 'acknowledged', 'waived', 'ended')),
    figure TEXT NOT NULL,
    books_at {integer} NOT NULL,
    by_name TEXT NOT NULL,
    by_key TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at {integer} NOT NULL,
    CHECK (kind IN ('opened', 'ended')
        OR (length(trim(by_name)) > 0 AND length(trim(by_key)) > 0 AND length(trim(reason)) > 0)),
    PRIMARY KEY (fund_id, n),
    UNIQUE (fund_id, breach, kind),
    FOREIGN KEY (fund_id, breach) REFERENCES limit_event (fund_id, n)
){strict}
""",
    """
CREATE TABLE outbox (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL CHECK (n >= 1),
    kind TEXT NOT NULL CHECK (length(trim(kind)) > 0),
    body TEXT NOT NULL,
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, n)
){strict}
""",
)
_MADE: Final = ("limit_event", "limit_set", "outbox")

# Names are compared as the program compares them (the keys), and once more as both databases can.
_BY_ANOTHER: Final = """
    SELECT 1 FROM limit_event AS before
    WHERE before.fund_id = NEW.fund_id AND before.breach = NEW.breach
        AND before.kind = 'acknowledged' AND before.by_key <> NEW.by_key
        AND lower(trim(before.by_name){ascii}) <> lower(trim(NEW.by_name){ascii})
"""
_ENDED: Final = """
    SELECT 1 FROM limit_event AS before
    WHERE before.fund_id = NEW.fund_id AND before.breach = NEW.breach AND before.kind = 'ended'
"""
_REFUSED: Final = (
    ("NEW.kind = 'waived' AND NOT EXISTS", _BY_ANOTHER, "another person waives"),
    ("EXISTS", _ENDED, "nothing is said of a breach that ended"),
)
_SQLITE_ROLES: Final = (
    "CREATE TRIGGER limit_event_is_of_another_person BEFORE INSERT ON limit_event BEGIN "
    + " ".join(
        f"SELECT RAISE(ABORT, 'limit_event: {said}') WHERE {when} ({rows.replace('{ascii}', '')});"
        for when, rows, said in _REFUSED
    )
    + " END"
)
_POSTGRESQL_CHECKS: Final = " ".join(
    "IF {} ({}) THEN RAISE EXCEPTION 'limit_event: {}' USING ERRCODE = 'check_violation';"
    " END IF;".format(when, rows.replace("{ascii}", ' COLLATE "C"'), said)
    for when, rows, said in _REFUSED
)
_POSTGRESQL_ROLES: Final = (
    f"""
CREATE FUNCTION limit_event_is_of_another_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {_POSTGRESQL_CHECKS} RETURN NEW; END $$
""",
    """
CREATE TRIGGER limit_event_is_of_another_person BEFORE INSERT ON limit_event
    FOR EACH ROW EXECUTE FUNCTION limit_event_is_of_another_person()
""",
)

_SQLITE_APPEND_ONLY: Final = (
    """
CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed'); END
""",
    """
CREATE TRIGGER {table}_is_not_deleted BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never deleted'); END
""",
    """
CREATE TRIGGER {table}_is_not_replaced BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} AS old WHERE old.fund_id = NEW.fund_id AND {same})
BEGIN SELECT RAISE(ABORT, '{table}: rows are never replaced'); END
""",
)
_POSTGRESQL_APPEND_ONLY: Final = (
    """
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
)
_SAME: Final = {
    "limit_event": "(old.n = NEW.n OR (old.breach = NEW.breach AND old.kind = NEW.kind))"
}


def upgrade() -> None:
    """Make the tables with their triggers, walls and guards on the database in use."""
    dialect = op.get_bind().dialect.name
    on_sqlite = dialect == columns.SQLITE
    for table in _TABLES:
        _run(table.format_map(columns.words(dialect)))
    for name in _MADE:
        for rule in _SQLITE_APPEND_ONLY if on_sqlite else _POSTGRESQL_APPEND_ONLY:
            _run(rule.format(table=name, same=_SAME.get(name, "old.n = NEW.n")))
    for statement in (_SQLITE_ROLES,) if on_sqlite else _POSTGRESQL_ROLES:
        _run(statement)
    raise_walls(op.get_bind())
    raise_guards(op.get_bind())


def downgrade() -> None:
    """Take the tables away; a fund that declared a limit keeps them."""
    from sqlalchemy import text

    from ledger.model.errors import VerificationFailed

    query = "SELECT name FROM fund WHERE id IN (SELECT fund_id FROM limit_set)"
    found = sorted(op.get_bind().execute(text(query)).scalars())
    if found:
        raise VerificationFailed(
            f"the older tables have no room for the limits of {', '.join(found)}"
        )
    for name in _MADE:
        _run(f"DROP TABLE {name}")
    if op.get_bind().dialect.name == columns.POSTGRESQL:
        _run("DROP FUNCTION limit_event_is_of_another_person()")
    raise_guards(op.get_bind())


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
