"""Tables that forget enter; they leave with the time at which each row became known.

A corrected price, other facts about an asset, a changed wallet, other strategy rules and another
policy no longer replace what was there: a row that does not count any more is superseded and stays.
What is there already is known since ever.
"""

from typing import Final

from alembic import op

from ledger.store import columns

revision = "0011"
down_revision = "0004"
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

_CELLS: Final = {
    "strategy_rule": "fund_id, position, strategy, wallet, contract, kind, protocol",
    "wallet": "fund_id, id, network, address, label, strategy, owned_from, owned_until",
    "asset": "fund_id, id, symbol, decimals, kind, underlying, accrues",
    "quote": "fund_id, asset, currency, time, source, price",
}

_WHEN: Final = """
    recorded_at {integer} NOT NULL,
    superseded_at {integer} CHECK (superseded_at > recorded_at),"""


def upgrade() -> None:
    """Give every row the time since ever."""
    dialect = op.get_bind().dialect.name
    _run(_BEFORE.format_map(columns.words(dialect)))
    when = {"when": _WHEN.format_map(columns.words(dialect)), "and_when": ", recorded_at"}
    for table, cells in _CELLS.items():
        _make_anew(table, when, f"{cells}, recorded_at", f"{cells}, 0", "")


def downgrade() -> None:
    """Keep what counts now, which is all that the older tables have room for."""
    without = {"when": "", "and_when": ""}
    for table, cells in _CELLS.items():
        _make_anew(table, without, cells, cells, "WHERE superseded_at IS NULL")
    _run("DROP TABLE fund_before")


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
