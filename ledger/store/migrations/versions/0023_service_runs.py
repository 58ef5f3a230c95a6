"""Tables of books enter; one more is there, of the times in which the service ran for a fund.

A run begins, is seen again and again, and is never taken away; its beginning stays, and the time at
which it was last seen only goes on.
"""

from typing import Final

from alembic import op

from ledger.store import columns
from ledger.store.guards import raise_guards
from ledger.store.walls import raise_walls

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLE: Final = """
CREATE TABLE service_run (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL CHECK (n >= 1),
    started_at {integer} NOT NULL,
    seen_at {integer} NOT NULL CHECK (seen_at >= started_at),
    PRIMARY KEY (fund_id, n)
){strict}
"""
_MOVED: Final = "NEW.n <> OLD.n OR NEW.started_at <> OLD.started_at OR NEW.seen_at < OLD.seen_at"
_SQLITE: Final = (
    f"""
CREATE TRIGGER service_run_only_goes_on BEFORE UPDATE ON service_run
WHEN {_MOVED}
BEGIN SELECT RAISE(ABORT, 'service_run: a run only goes on'); END
""",
    """
CREATE TRIGGER service_run_is_not_deleted BEFORE DELETE ON service_run
BEGIN SELECT RAISE(ABORT, 'service_run: rows are never deleted'); END
""",
    """
CREATE TRIGGER service_run_is_not_replaced BEFORE INSERT ON service_run
WHEN EXISTS (SELECT 1 FROM service_run AS old WHERE old.fund_id = NEW.fund_id AND old.n = NEW.n)
BEGIN SELECT RAISE(ABORT, 'service_run: rows are never replaced'); END
""",
)
_POSTGRESQL: Final = (
    f"""
CREATE FUNCTION service_run_only_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_MOVED} THEN
        RAISE EXCEPTION 'service_run: a run only goes on' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER service_run_only_goes_on BEFORE UPDATE ON service_run
    FOR EACH ROW EXECUTE FUNCTION service_run_only_goes_on()
""",
    """
CREATE TRIGGER service_run_is_not_deleted BEFORE DELETE OR TRUNCATE ON service_run
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
)


def upgrade() -> None:
    """Make the table with its triggers, walls and guards on the database in use."""
    dialect = op.get_bind().dialect.name
    _run(_TABLE.format_map(columns.words(dialect)))
    for statement in _SQLITE if dialect == columns.SQLITE else _POSTGRESQL:
        _run(statement)
    raise_walls(op.get_bind())
    raise_guards(op.get_bind())


def downgrade() -> None:
    """Take the table away: what it says is of the service alone, and of no books."""
    _run("DROP TABLE service_run")
    if op.get_bind().dialect.name == columns.POSTGRESQL:
        _run("DROP FUNCTION service_run_only_goes_on()")
    raise_guards(op.get_bind())


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
