"""A journal enters; what keeping it by the day needs is put beside it: times, checkpoints, values.

All of these tables follow from the evidence and can be thrown away: they are empty after this, and
every fund is marked to be kept from its begin.
"""

from typing import Final

from alembic import op

from ledger.store import columns
from ledger.store.walls import raise_walls

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES: Final = """
CREATE TABLE keeping (
    fund_id {integer} NOT NULL PRIMARY KEY REFERENCES fund (id),
    dirty_from {integer},
    unplaced {integer} NOT NULL CHECK (unplaced IN (0, 1)),
    turn {integer} NOT NULL
){strict};
CREATE TABLE evidence_time (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    evidence TEXT NOT NULL,
    time {integer} NOT NULL,
    PRIMARY KEY (fund_id, evidence)
){clustered};
CREATE INDEX evidence_in_order ON evidence_time (fund_id, time);
CREATE TABLE seen (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    subject TEXT NOT NULL,
    time {integer} NOT NULL,
    PRIMARY KEY (fund_id, subject)
){clustered};
CREATE TABLE link_side (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    key TEXT NOT NULL,
    event TEXT NOT NULL,
    time {integer} NOT NULL,
    PRIMARY KEY (fund_id, key, event)
){clustered};
CREATE INDEX link_side_in_order ON link_side (fund_id, time);
CREATE TABLE checkpoint (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    until {integer} NOT NULL,
    part TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    body {bytes} NOT NULL,
    PRIMARY KEY (fund_id, until, part)
){strict};
CREATE TABLE nav_point (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    time {integer} NOT NULL,
    currency TEXT NOT NULL,
    value {exact} NOT NULL CHECK ({value_check}),
    flows {exact} NOT NULL CHECK ({flows_check}),
    growth {exact} CHECK ({growth_check}),
    unpriced {integer} NOT NULL,
    invested {exact} NOT NULL CHECK ({invested_check}),
    PRIMARY KEY (fund_id, time)
){strict};
CREATE TABLE implied_quote (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    time {integer} NOT NULL,
    asset TEXT NOT NULL,
    source TEXT NOT NULL,
    currency TEXT NOT NULL,
    price {exact} NOT NULL CHECK ({price_check}),
    PRIMARY KEY (fund_id, time, asset, source)
){strict};
CREATE INDEX entry_in_order ON entry (fund_id, order_time);
CREATE INDEX quote_in_order ON quote (fund_id, time);
INSERT INTO keeping (fund_id, dirty_from, unplaced, turn) SELECT id, 0, 1, 1 FROM fund
"""

_MADE: Final = "implied_quote nav_point checkpoint link_side seen evidence_time keeping".split()


def upgrade() -> None:
    """Make the tables on the database in use."""
    dialect = op.get_bind().dialect.name
    checks = {
        f"{column}_check": columns.money_check(dialect, column)
        for column in ("value", "flows", "invested")
    }
    checks |= {
        f"{column}_check": columns.decimal_check(dialect, column) for column in ("growth", "price")
    }
    for statement in _TABLES.format_map({**columns.words(dialect), **checks}).split(";\n"):
        _run(statement)
    raise_walls(op.get_bind())


def downgrade() -> None:
    """Take the tables away: the next keeping makes what they held again."""
    for index in ("quote_in_order", "entry_in_order"):
        _run(f"DROP INDEX {index}")
    for table in _MADE:
        _run(f"DROP TABLE {table}")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
