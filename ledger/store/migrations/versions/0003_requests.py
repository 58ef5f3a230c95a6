"""Tables of books enter; one for requests that were answered is added to them."""

from typing import Final

from alembic import op

from ledger.store import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REQUESTS: Final = """
CREATE TABLE answered_request (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    key TEXT NOT NULL,
    content TEXT NOT NULL CHECK (length(content) = 64),
    status {integer} NOT NULL,
    body {bytes} NOT NULL,
    recorded_at {integer} NOT NULL,
    PRIMARY KEY (fund_id, key)
){strict}
"""


def upgrade() -> None:
    """Make the table on the database in use."""
    statement = _REQUESTS.format_map(columns.words(op.get_bind().dialect.name))
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Take the table away, and the answers that it keeps for 30 days with it."""
    op.get_bind().exec_driver_sql("DROP TABLE answered_request")
