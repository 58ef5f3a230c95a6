"""Times of recording enter; each fund leaves with a clock of its own, which never falls.

What is recorded of a fund is recorded later than all that was recorded before it, whatever the
clock of the machine is set to. So the newest time of recording names what was known, and what an
answer said of it is said of that time at any later one (P9).
"""

from collections.abc import Iterator
from typing import Final

from alembic import op
from sqlalchemy import inspect

from ledger.store import columns
from ledger.store.guards import raise_guards
from ledger.store.walls import raise_walls, tables_of_funds

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TABLE: Final = """
CREATE TABLE fund_clock (
    fund_id {integer} NOT NULL PRIMARY KEY REFERENCES fund (id),
    recorded_at {integer} NOT NULL CHECK (recorded_at >= 0)
){strict}
"""
_SQLITE: Final = (
    """
CREATE TRIGGER fund_clock_never_falls BEFORE UPDATE ON fund_clock
WHEN NEW.recorded_at IS NULL OR NEW.recorded_at < OLD.recorded_at
BEGIN SELECT RAISE(ABORT, 'fund_clock: a clock never falls'); END
""",
    """
CREATE TRIGGER fund_clock_is_not_deleted BEFORE DELETE ON fund_clock
BEGIN SELECT RAISE(ABORT, 'fund_clock: rows are never deleted'); END
""",
    """
CREATE TRIGGER fund_clock_is_not_replaced BEFORE INSERT ON fund_clock
WHEN EXISTS (SELECT 1 FROM fund_clock AS old WHERE old.fund_id = NEW.fund_id)
BEGIN SELECT RAISE(ABORT, 'fund_clock: rows are never replaced'); END
""",
)
_POSTGRESQL: Final = (
    """
CREATE FUNCTION fund_clock_never_falls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.recorded_at < OLD.recorded_at THEN
        RAISE EXCEPTION 'fund_clock: a clock never falls' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER fund_clock_never_falls BEFORE UPDATE ON fund_clock
    FOR EACH ROW EXECUTE FUNCTION fund_clock_never_falls()
""",
    """
CREATE TRIGGER fund_clock_is_not_deleted BEFORE DELETE OR TRUNCATE ON fund_clock
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
)


def upgrade() -> None:
    """Make the table, and set each clock to the newest time that any row of the fund has."""
    dialect = op.get_bind().dialect.name
    # they are asked for before there is one more table, which has no times yet
    newest = " UNION ALL ".join(_times())
    greater = "max" if dialect == columns.SQLITE else "greatest"
    _run(_TABLE.format_map(columns.words(dialect)))
    _run(
        "INSERT INTO fund_clock (fund_id, recorded_at)"  # noqa: S608 -- names of our tables
        f" SELECT id, {greater}(0, coalesce((SELECT max(time) FROM ({newest}) AS times"
        " WHERE times.fund_id = fund.id), 0)) FROM fund"
    )
    for statement in _SQLITE if dialect == columns.SQLITE else _POSTGRESQL:
        _run(statement)
    raise_walls(op.get_bind())
    raise_guards(op.get_bind())


def downgrade() -> None:
    """Take the clocks away: the times stay in the rows."""
    _run("DROP TABLE fund_clock")
    if op.get_bind().dialect.name == columns.POSTGRESQL:
        _run("DROP FUNCTION fund_clock_never_falls()")


def _times() -> Iterator[str]:
    """A question for the newest time of each column of times, by fund."""
    found = inspect(op.get_bind())
    for table, key in tables_of_funds(op.get_bind()).items():
        for column in found.get_columns(table):
            if column["name"].endswith("_at"):
                yield (
                    f"SELECT {key} AS fund_id, max({column['name']}) AS time FROM {table}"  # noqa: S608 -- names of our tables
                    f" GROUP BY {key}"
                )


def _run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
