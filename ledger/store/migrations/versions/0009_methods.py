"""Funds by three methods enter; every method of lots has its place, by year and by entry too.

An identification is never changed: one that is said later stands beside it with the next version,
so that what was said in time can still be shown.
"""

from typing import Final

from alembic import op
from sqlalchemy import text

from ledger.model.errors import VerificationFailed
from ledger.store import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_FORMER: Final = "'fifo', 'lifo', 'hifo'"
_METHODS: Final = f"{_FORMER}, 'lofo', 'average', 'strict', 'specific'"

_TABLES: Final = (
    """
CREATE TABLE fund_method (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    year {integer} NOT NULL CHECK (year BETWEEN 1970 AND 9999),
    recorded_at {integer} NOT NULL,
    method TEXT CHECK (method IN ({methods})),
    PRIMARY KEY (fund_id, year, recorded_at)
){strict}
""",
    """
CREATE TABLE identification (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    entry TEXT NOT NULL,
    version {integer} NOT NULL CHECK (version >= 1),
    position {integer} NOT NULL CHECK (position >= 1),
    lot TEXT NOT NULL,
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, entry, version, position)
){strict}
""",
)

_SQLITE_APPEND_ONLY: Final = (
    """
CREATE TRIGGER fund_method_is_not_changed BEFORE UPDATE ON fund_method
BEGIN SELECT RAISE(ABORT, 'fund_method: rows are never changed'); END
""",
    """
CREATE TRIGGER fund_method_is_not_deleted BEFORE DELETE ON fund_method
BEGIN SELECT RAISE(ABORT, 'fund_method: rows are never deleted'); END
""",
    """
CREATE TRIGGER fund_method_is_not_replaced BEFORE INSERT ON fund_method
WHEN EXISTS (SELECT 1 FROM fund_method AS old
             WHERE old.fund_id = NEW.fund_id AND old.year = NEW.year
                 AND old.recorded_at = NEW.recorded_at)
BEGIN SELECT RAISE(ABORT, 'fund_method: rows are never replaced'); END
""",
    """
CREATE TRIGGER identification_is_not_changed BEFORE UPDATE ON identification
BEGIN SELECT RAISE(ABORT, 'identification: rows are never changed'); END
""",
    """
CREATE TRIGGER identification_is_not_deleted BEFORE DELETE ON identification
BEGIN SELECT RAISE(ABORT, 'identification: rows are never deleted'); END
""",
    """
CREATE TRIGGER identification_is_not_replaced BEFORE INSERT ON identification
WHEN EXISTS (SELECT 1 FROM identification AS old
             WHERE old.fund_id = NEW.fund_id AND old.entry = NEW.entry
                 AND old.version = NEW.version AND old.position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'identification: rows are never replaced'); END
""",
)

_POSTGRESQL_APPEND_ONLY: Final = tuple(
    f"""
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
    for table in ("fund_method", "identification")
)


def upgrade() -> None:
    """Let a fund be of any method, and make the tables."""
    _allow(_FORMER, _METHODS)
    dialect = op.get_bind().dialect.name
    words = {**columns.words(dialect), "methods": _METHODS}
    for statement in _TABLES:
        _run(statement.format_map(words))
    on_sqlite = dialect == columns.SQLITE
    for trigger in _SQLITE_APPEND_ONLY if on_sqlite else _POSTGRESQL_APPEND_ONLY:
        _run(trigger)


def downgrade() -> None:
    """Take the tables away. Refused where the books of a fund would become other ones."""
    asked = (
        f"SELECT name FROM fund WHERE method NOT IN ({_FORMER})"  # noqa: S608 -- names of methods
        " OR id IN (SELECT fund_id FROM fund_method UNION SELECT fund_id FROM identification)"
    )
    found = sorted(op.get_bind().execute(text(asked)).scalars())
    if found:
        raise VerificationFailed(
            f"the older tables have no room for the methods of {', '.join(found)}"
        )
    _run("DROP TABLE identification")
    _run("DROP TABLE fund_method")
    _allow(_METHODS, _FORMER)


def _allow(former: str, methods: str) -> None:
    """Let the table of funds take other methods than it did."""
    if op.get_bind().dialect.name == columns.SQLITE:
        _make_fund_anew(f"({former})", f"({methods})")
        return
    _run(
        "ALTER TABLE fund DROP CONSTRAINT fund_method_check,"
        f" ADD CONSTRAINT fund_method_check CHECK (method IN ({methods}))"
    )


def _make_fund_anew(former: str, methods: str) -> None:
    """The table with another CHECK, which SQLite cannot alter; all else of it stays.

    Foreign keys stay on. Deferred, they count the rows that have no fund while the table is away,
    and the commit fails unless each has found it again.
    """
    kept = text("SELECT sql FROM sqlite_master WHERE tbl_name = 'fund' AND sql IS NOT NULL")
    table, *rules = sorted(op.get_bind().execute(kept).scalars(), key=_tables_first)
    assert table.count(former) == 1, "the table of funds says its methods once"
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TEMPORARY TABLE fund_meanwhile AS SELECT * FROM fund",
        "DROP TABLE fund",
        table.replace(former, methods),
        "INSERT INTO fund SELECT * FROM fund_meanwhile",
        "DROP TABLE fund_meanwhile",
        *rules,
    ):
        _run(statement)


def _tables_first(sql: str) -> bool:
    return not sql.upper().startswith("CREATE TABLE")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
