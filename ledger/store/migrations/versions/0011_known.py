"""Tables that forget enter; they leave with the time at which each row became known.

A corrected price, other facts about an asset, a changed wallet, other strategy rules and another
policy no longer replace what was there: a row that does not count any more is superseded and stays,
and the database itself refuses to forget it. What is there already is known since ever.
"""

from typing import Final

from alembic import op

from ledger.store import columns
from ledger.store.walls import raise_walls

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BEFORE: Final = """
CREATE TABLE fund_before (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    superseded_at {integer} NOT NULL,
    regime TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('fifo', 'lifo', 'hifo')),
    scope TEXT NOT NULL CHECK (scope IN ('wallet', 'fund')),
    valuation_time TEXT NOT NULL,
    PRIMARY KEY (fund_id, superseded_at)
){strict}
"""

#: Each table without the times and with them: SQLite gives no table another key, so each is made
#: anew; `{when}` and `{and_when}` are empty on the way down.
_TABLES: Final = {
    "strategy_rule": """
CREATE TABLE strategy_rule (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    position {integer} NOT NULL,
    strategy TEXT NOT NULL,
    wallet TEXT,
    contract TEXT,
    kind TEXT,
    protocol TEXT,{when}
    PRIMARY KEY (fund_id, position{and_when})
){strict}
""",
    "wallet": """
CREATE TABLE wallet (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id TEXT NOT NULL,
    network TEXT NOT NULL,
    address TEXT NOT NULL,
    label TEXT NOT NULL,
    strategy TEXT,
    owned_from {integer},
    owned_until {integer},{when}
    PRIMARY KEY (fund_id, id{and_when})
){strict}
""",
    "asset": """
CREATE TABLE asset (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    decimals {integer} NOT NULL CHECK (decimals BETWEEN 0 AND 255),
    kind TEXT NOT NULL,
    underlying TEXT,
    accrues TEXT,{when}
    PRIMARY KEY (fund_id, id{and_when})
){strict}
""",
    "quote": """
CREATE TABLE quote (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    asset TEXT NOT NULL,
    currency TEXT NOT NULL,
    time {integer} NOT NULL,
    source TEXT NOT NULL,
    price {exact} NOT NULL CHECK ({price_check}),{when}
    PRIMARY KEY (fund_id, asset, currency, time, source{and_when})
){strict}
""",
}

#: What names a thing in each table, of which one row at a time is in force; and what is told of it.
_KEYS: Final = {
    "strategy_rule": "fund_id, position",
    "wallet": "fund_id, id",
    "asset": "fund_id, id",
    "quote": "fund_id, asset, currency, time, source",
}
_FACTS: Final = {
    "strategy_rule": "strategy, wallet, contract, kind, protocol",
    "wallet": "network, address, label, strategy, owned_from, owned_until",
    "asset": "symbol, decimals, kind, underlying, accrues",
    "quote": "price",
}

_WHEN: Final = """
    recorded_at {integer} NOT NULL,
    superseded_at {integer} CHECK (superseded_at > recorded_at),"""

_ONE_IN_FORCE: Final = (
    "CREATE UNIQUE INDEX {table}_in_force ON {table} ({key}) WHERE superseded_at IS NULL"
)

_SQLITE_NEVER_LOST: Final = (
    """
CREATE TRIGGER {table}_is_not_deleted BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never deleted'); END
""",
    """
CREATE TRIGGER {table}_is_not_replaced BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_key}
             AND (recorded_at = NEW.recorded_at OR superseded_at IS NULL))
BEGIN SELECT RAISE(ABORT, '{table}: rows are never replaced'); END
""",
    """
CREATE TRIGGER {table}_is_only_superseded BEFORE UPDATE ON {table}
WHEN OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL OR {changed}
BEGIN SELECT RAISE(ABORT, '{table}: rows are only superseded'); END
""",
)

_SQLITE_BEFORE: Final = (
    """
CREATE TRIGGER fund_before_is_not_deleted BEFORE DELETE ON fund_before
BEGIN SELECT RAISE(ABORT, 'fund_before: rows are never deleted'); END
""",
    """
CREATE TRIGGER fund_before_is_not_changed BEFORE UPDATE ON fund_before
BEGIN SELECT RAISE(ABORT, 'fund_before: rows are never changed'); END
""",
    """
CREATE TRIGGER fund_before_is_not_replaced BEFORE INSERT ON fund_before
WHEN EXISTS (SELECT 1 FROM fund_before
             WHERE fund_id = NEW.fund_id AND superseded_at = NEW.superseded_at)
BEGIN SELECT RAISE(ABORT, 'fund_before: rows are never replaced'); END
""",
)

_POSTGRESQL_ONLY_SUPERSEDED: Final = """
CREATE FUNCTION refuse_all_but_superseding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL
        OR to_jsonb(NEW) - 'superseded_at' <> to_jsonb(OLD) - 'superseded_at'
    THEN
        RAISE EXCEPTION '%: rows are only superseded', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_POSTGRESQL_NEVER_LOST: Final = (
    """
CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER {table}_is_only_superseded BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_all_but_superseding()
""",
)

_POSTGRESQL_BEFORE: Final = """
CREATE TRIGGER fund_before_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fund_before
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Give every row the time since ever, and let none be forgotten from here on."""
    dialect = op.get_bind().dialect.name
    _run(_BEFORE.format_map(columns.words(dialect)))
    if dialect == columns.POSTGRESQL:
        _run(_POSTGRESQL_BEFORE)
        _run(_POSTGRESQL_ONLY_SUPERSEDED)
    else:
        for statement in _SQLITE_BEFORE:
            _run(statement)
    when = {"when": _WHEN.format_map(columns.words(dialect)), "and_when": ", recorded_at"}
    for table, key in _KEYS.items():
        cells = f"{key}, {_FACTS[table]}"
        _make_anew(table, when, f"{cells}, recorded_at", f"{cells}, 0", "")
        _let_none_be_lost(table, dialect)
    raise_walls(op.get_bind())


def downgrade() -> None:
    """Keep what counts now, which is all that the older tables have room for."""
    without = {"when": "", "and_when": ""}
    for table, key in _KEYS.items():
        cells = f"{key}, {_FACTS[table]}"
        _make_anew(table, without, cells, cells, "WHERE superseded_at IS NULL")
    _run("DROP TABLE fund_before")
    if op.get_bind().dialect.name == columns.POSTGRESQL:
        _run("DROP FUNCTION refuse_all_but_superseding")
    raise_walls(op.get_bind())


def _let_none_be_lost(table: str, dialect: str) -> None:
    names = f"{_KEYS[table]}, {_FACTS[table]}, recorded_at".split(", ")
    written = {
        "table": table,
        "key": _KEYS[table],
        # not as a row of values: SQLite would read the whole table for each row
        "same_key": " AND ".join(
            f"{table}.{name} = NEW.{name}" for name in _KEYS[table].split(", ")
        ),
        "changed": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in names),
    }
    on_sqlite = dialect == columns.SQLITE
    for statement in (
        _ONE_IN_FORCE,
        *(_SQLITE_NEVER_LOST if on_sqlite else _POSTGRESQL_NEVER_LOST),
    ):
        _run(statement.format_map(written))


def _make_anew(table: str, when: dict[str, str], into: str, cells: str, which: str) -> None:
    dialect = op.get_bind().dialect.name
    former = f"{table}_former"
    _run(f"ALTER TABLE {table} RENAME TO {former}")
    if dialect == columns.POSTGRESQL:
        # the name of the key's index is to be the new table's
        _run(f"ALTER TABLE {former} DROP CONSTRAINT {table}_pkey")
    written = {
        **columns.words(dialect),
        "price_check": columns.decimal_check(dialect, "price"),
        **when,
    }
    _run(_TABLES[table].format_map(written))
    _run(f"INSERT INTO {table} ({into}) SELECT {cells} FROM {former} {which}")  # noqa: S608 -- names of our tables
    _run(f"DROP TABLE {former}")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of checks as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
