"""Tables of books enter; one of the blocks that evidence came from is added, and filled from it.

Rows of it are never changed or deleted, like the evidence whose standing they say.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from alembic import op
from sqlalchemy import text

from ledger.store import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BLOCKS: Final = """
CREATE TABLE block_seen (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL CHECK (n >= 1),
    network TEXT NOT NULL,
    number {integer} NOT NULL CHECK (number >= 0),
    hash TEXT NOT NULL,
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, n)
){strict};
CREATE UNIQUE INDEX block_seen_place ON block_seen (fund_id, network, number, n)
"""

_SQLITE_RULES: Final = """
CREATE TRIGGER block_seen_is_not_changed BEFORE UPDATE ON block_seen
BEGIN SELECT RAISE(ABORT, 'block_seen: rows are never changed'); END
---
CREATE TRIGGER block_seen_is_not_deleted BEFORE DELETE ON block_seen
BEGIN SELECT RAISE(ABORT, 'block_seen: rows are never deleted'); END
---
CREATE TRIGGER block_seen_is_not_replaced BEFORE INSERT ON block_seen
WHEN EXISTS (SELECT 1 FROM block_seen AS old WHERE old.fund_id = NEW.fund_id AND old.n = NEW.n)
BEGIN SELECT RAISE(ABORT, 'block_seen: rows are never replaced'); END
"""

_POSTGRESQL_RULES: Final = """
CREATE TRIGGER block_seen_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON block_seen
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""

_EVIDENCE: Final = text(
    "SELECT fund_id, source, body, recorded_at FROM evidence WHERE kind = 'transaction'"
    " ORDER BY fund_id, recorded_at, id"
)
_ADD: Final = text(
    "INSERT INTO block_seen (fund_id, n, network, number, hash, recorded_at)"
    " VALUES (:fund_id, :n, :network, :number, :hash, :recorded_at)"
)


def upgrade() -> None:
    """Make the table on the database in use, with the block of each transaction that is kept."""
    dialect = op.get_bind().dialect.name
    for statement in _BLOCKS.format_map(columns.words(dialect)).split(";\n"):
        _run(statement)
    rows = list(_blocks_of_evidence())
    if rows:
        op.get_bind().execute(_ADD, rows)
    for rule in (_SQLITE_RULES if dialect == columns.SQLITE else _POSTGRESQL_RULES).split("---"):
        _run(rule)


def _blocks_of_evidence() -> Iterator[dict[str, Any]]:
    newest: dict[tuple[int, str, int], str] = {}
    counts: dict[int, int] = {}
    for fund_id, network, body, recorded_at in op.get_bind().execute(_EVIDENCE):
        receipt = json.loads(columns.inflate(bytes(body))).get("receipt") or {}
        place, found = receipt.get("blockNumber"), receipt.get("blockHash")
        if not isinstance(place, str) or not isinstance(found, str):
            continue
        number, found = int(place, 16), found.lower()
        if newest.get((fund_id, network, number)) == found:
            continue
        newest[fund_id, network, number] = found
        counts[fund_id] = counts.get(fund_id, 0) + 1
        yield {
            "fund_id": fund_id,
            "n": counts[fund_id],
            "network": network,
            "number": number,
            "hash": found,
            "recorded_at": recorded_at,
        }


def downgrade() -> None:
    """Take the table away; the evidence that it was filled from stays."""
    _run("DROP TABLE block_seen")


def _run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
