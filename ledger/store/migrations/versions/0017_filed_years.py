"""Tables of books enter; those of years of tax that were filed and of plans of lots are added.

Neither is ever changed or deleted: an amendment stands beside what it amends, with the next number,
and so does a plan that supersedes another.
"""

from typing import Final

from alembic import op

from ledger.store import columns
from ledger.store.walls import raise_walls

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES: Final = (
    """
CREATE TABLE filed_year (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL CHECK (n >= 1),
    regime TEXT NOT NULL,
    year {integer} NOT NULL,
    by_name TEXT NOT NULL CHECK (length(trim(by_name)) > 0),
    reason TEXT NOT NULL,
    asked TEXT NOT NULL,
    body {bytes} NOT NULL,
    books TEXT NOT NULL,
    program TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64 AND digest <> previous),
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, n)
){strict}
""",
    """
CREATE TABLE lot_plan (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL CHECK (n >= 1),
    asset TEXT NOT NULL,
    wallet TEXT NOT NULL,
    quantity {exact} NOT NULL CHECK ({quantity_check}),
    lots TEXT NOT NULL,
    by_name TEXT NOT NULL CHECK (length(trim(by_name)) > 0),
    previous TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64 AND digest <> previous),
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, n)
){strict}
""",
)
_MADE: Final = ("filed_year", "lot_plan")

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
WHEN EXISTS (SELECT 1 FROM {table} AS old WHERE old.fund_id = NEW.fund_id AND old.n = NEW.n)
BEGIN SELECT RAISE(ABORT, '{table}: rows are never replaced'); END
""",
)
_POSTGRESQL_APPEND_ONLY: Final = (
    """
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
)


def upgrade() -> None:
    """Make the tables with their triggers and walls on the database in use."""
    dialect = op.get_bind().dialect.name
    check = columns.quantity_check(dialect, "quantity")
    rules = _SQLITE_APPEND_ONLY if dialect == columns.SQLITE else _POSTGRESQL_APPEND_ONLY
    for table in _TABLES:
        _run(table.format_map({**columns.words(dialect), "quantity_check": check}))
    for name in _MADE:
        for rule in rules:
            _run(rule.format(table=name))
    raise_walls(op.get_bind())


def downgrade() -> None:
    """Take the tables away; a fund that filed or planned anything keeps them."""
    from sqlalchemy import text

    from ledger.model.errors import VerificationFailed

    asked = " UNION ".join(f"SELECT fund_id FROM {name}" for name in _MADE)  # noqa: S608 -- names of our tables
    query = f"SELECT name FROM fund WHERE id IN ({asked})"  # noqa: S608 -- names of our tables
    found = sorted(op.get_bind().execute(text(query)).scalars())
    if found:
        raise VerificationFailed(
            f"the older tables have no room for what {', '.join(found)} filed or planned"
        )
    for name in _MADE:
        _run(f"DROP TABLE {name}")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
