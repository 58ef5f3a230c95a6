"""${message}."""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change on the database in use."""
    ${upgrades if upgrades else "op.execute('')"}


def downgrade() -> None:
    """Take it back; whatever the tables before had stays."""
    ${downgrades if downgrades else "op.execute('')"}
