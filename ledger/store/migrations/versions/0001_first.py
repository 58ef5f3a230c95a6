"""An empty database enters, the first tables leave."""

from typing import Final

from alembic import op

from ledger.store import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BOOKKEEPING: Final = """
CREATE TABLE fund (
    id {integer} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    base_currency TEXT NOT NULL,
    regime TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('fifo', 'lifo', 'hifo')),
    scope TEXT NOT NULL CHECK (scope IN ('wallet', 'fund')),
    valuation_time TEXT NOT NULL
){strict};
CREATE TABLE strategy_rule (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    position {integer} NOT NULL,
    strategy TEXT NOT NULL,
    wallet TEXT,
    contract TEXT,
    kind TEXT,
    protocol TEXT,
    PRIMARY KEY (fund_id, position)
){strict};
CREATE TABLE fund_setting (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (fund_id, name)
){strict};
CREATE TABLE wallet (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id TEXT NOT NULL,
    network TEXT NOT NULL,
    address TEXT NOT NULL,
    label TEXT NOT NULL,
    strategy TEXT,
    owned_from {integer},
    owned_until {integer},
    PRIMARY KEY (fund_id, id)
){strict};
CREATE TABLE asset (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    decimals {integer} NOT NULL CHECK (decimals BETWEEN 0 AND 255),
    kind TEXT NOT NULL,
    underlying TEXT,
    accrues TEXT,
    PRIMARY KEY (fund_id, id)
){strict};
CREATE TABLE api_key (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    prefix TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    label TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at {integer} NOT NULL,
    revoked_at {integer},
    PRIMARY KEY (fund_id, prefix)
){strict};
"""

_EVIDENCE: Final = """
CREATE TABLE import_batch (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    venue TEXT NOT NULL,
    rows_read {integer} NOT NULL,
    rows_new {integer} NOT NULL,
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, id)
){strict};
CREATE TABLE evidence (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id TEXT NOT NULL CHECK (length(id) = 64),
    kind TEXT NOT NULL CHECK (kind IN ('transaction', 'statement')),
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    owner TEXT NOT NULL,
    occurrence {integer} NOT NULL CHECK (occurrence >= 1),
    file TEXT NOT NULL,
    line {integer} NOT NULL,
    body {bytes} NOT NULL,
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, id)
){strict};
CREATE INDEX evidence_reference ON evidence (fund_id, kind, source, reference);
CREATE TABLE sync_cursor (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    source TEXT NOT NULL,
    position TEXT NOT NULL,
    PRIMARY KEY (fund_id, source)
){strict};
CREATE TABLE answer (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL,
    id TEXT NOT NULL CHECK (length(id) = 64),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    block {integer},
    source TEXT NOT NULL,
    body {bytes} NOT NULL,
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, n),
    UNIQUE (fund_id, id)
){strict};
CREATE TABLE quote (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    asset TEXT NOT NULL,
    currency TEXT NOT NULL,
    time {integer} NOT NULL,
    source TEXT NOT NULL,
    price {exact} NOT NULL CHECK ({price_check}),
    PRIMARY KEY (fund_id, asset, currency, time, source)
){strict};
"""

_JOURNAL: Final = """
CREATE TABLE account (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id {integer} NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    wallet TEXT NOT NULL,
    PRIMARY KEY (fund_id, id),
    UNIQUE (fund_id, type, name, wallet)
){strict};
CREATE TABLE batch (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    number {integer} NOT NULL CHECK (number >= 1),
    first_n {integer} NOT NULL,
    last_n {integer} NOT NULL CHECK (last_n >= first_n),
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, number)
){strict};
CREATE TABLE entry (
    fund_id {integer} NOT NULL,
    n {integer} NOT NULL,
    batch {integer} NOT NULL,
    id TEXT NOT NULL,
    version {integer} NOT NULL CHECK (version >= 1),
    kind TEXT NOT NULL,
    time {integer} NOT NULL,
    order_time {integer} NOT NULL,
    order_network TEXT NOT NULL,
    order_block {integer} NOT NULL,
    order_index {integer} NOT NULL,
    order_id TEXT NOT NULL,
    evidence TEXT NOT NULL,
    protocol TEXT,
    strategy TEXT,
    group_id TEXT,
    txid TEXT NOT NULL,
    network TEXT NOT NULL,
    called TEXT NOT NULL,
    note TEXT NOT NULL,
    reverses TEXT,
    reverses_n {integer} CHECK (reverses_n < n),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (fund_id, n),
    UNIQUE (fund_id, id, version),
    UNIQUE (fund_id, reverses_n),
    CHECK ((reverses IS NULL) = (reverses_n IS NULL)),
    FOREIGN KEY (fund_id, batch) REFERENCES batch (fund_id, number) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (fund_id, reverses_n) REFERENCES entry (fund_id, n)
){strict};
CREATE TABLE posting (
    fund_id {integer} NOT NULL,
    n {integer} NOT NULL,
    seq {integer} NOT NULL,
    account_id {integer} NOT NULL,
    asset TEXT NOT NULL,
    quantity {exact} NOT NULL CHECK ({quantity_check}),
    role TEXT NOT NULL CHECK (role IN ('acquire', 'dispose', 'move', 'none')),
    value {exact} CHECK ({value_check}),
    PRIMARY KEY (fund_id, n, seq){posting_keys}
){clustered};
"""

#: On PostgreSQL the statement trigger looks these up at once for all rows, which is cheaper.
_SQLITE_POSTING_KEYS: Final = """,
    FOREIGN KEY (fund_id, n) REFERENCES entry (fund_id, n),
    FOREIGN KEY (fund_id, account_id) REFERENCES account (fund_id, id)"""


def upgrade() -> None:
    """Make the tables on the database in use."""
    dialect = op.get_bind().dialect.name
    on_sqlite = dialect == columns.SQLITE
    written = {
        **columns.words(dialect),
        "price_check": columns.decimal_check(dialect, "price"),
        "quantity_check": columns.quantity_check(dialect, "quantity"),
        "value_check": columns.money_check(dialect, "value"),
        "posting_keys": _SQLITE_POSTING_KEYS if on_sqlite else "",
    }
    for definitions in (_BOOKKEEPING, _EVIDENCE, _JOURNAL):
        for statement in definitions.split(";\n"):
            _run(statement.format_map(written))


def _run(statement: str) -> None:
    if statement.strip():
        # without parameters, or the driver would read the percent signs of messages as marks
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
