"""Tables of funds enter; what one fund's rows may not do to another's is refused from here on (P7).

The database's own keys refuse most of it already: all of them begin with the fund. Added are the
walls (`ledger/store/walls.py`). On SQLite, besides: a key to the web API, whose beginning is unique
over all funds, replaces none of another fund; and a batch seals postings to accounts of its own
fund alone, on connections too that do not turn foreign keys on.
"""

from typing import Final

from alembic import op

from ledger.store import columns
from ledger.store.walls import raise_walls, take_walls_down

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_POSTGRESQL_FUNCTIONS: Final = (
    # one round trip: the number of a fund is looked up where all are seen, and then only it is
    """
CREATE FUNCTION enter_fund(called text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
    PERFORM set_config('partita.fund', 'all', true);
    SELECT id INTO found FROM fund WHERE name = called;
    PERFORM set_config('partita.fund', coalesce(found::text, ''), true);
    RETURN found;
END $$
""",
    """
CREATE FUNCTION fund_is_not_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: rows never go to another fund', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
""",
    """
CREATE FUNCTION funds_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: the rows of all funds are never emptied at once', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
""",
)

_SQLITE_GUARDS: Final = (
    """
CREATE TRIGGER batch_seals_what_is_its_own BEFORE INSERT ON batch
WHEN NOT EXISTS (SELECT 1 FROM fund WHERE id = NEW.fund_id)
    OR EXISTS (SELECT 1 FROM posting
               LEFT JOIN entry ON entry.fund_id = posting.fund_id AND entry.n = posting.n
               WHERE posting.fund_id = NEW.fund_id AND posting.n > NEW.last_n
                   AND entry.n IS NULL)
    OR EXISTS (SELECT 1 FROM posting
               LEFT JOIN account ON account.fund_id = posting.fund_id
                   AND account.id = posting.account_id
               WHERE posting.fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n
                   AND account.id IS NULL)
BEGIN SELECT RAISE(ABORT, 'batch: no such fund, entry or account'); END
""",
    """
CREATE TRIGGER api_key_replaces_no_other_funds BEFORE INSERT ON api_key
WHEN EXISTS (SELECT 1 FROM api_key AS old
             WHERE old.prefix = NEW.prefix AND old.fund_id <> NEW.fund_id)
BEGIN SELECT RAISE(ABORT, 'api_key: the key of another fund is never replaced'); END
""",
    """
CREATE TRIGGER api_key_becomes_no_other_funds BEFORE UPDATE OF prefix ON api_key
WHEN EXISTS (SELECT 1 FROM api_key AS old
             WHERE old.prefix = NEW.prefix AND old.fund_id <> NEW.fund_id)
BEGIN SELECT RAISE(ABORT, 'api_key: the key of another fund is never replaced'); END
""",
)


def upgrade() -> None:
    """Raise the walls on the database in use."""
    on_sqlite = op.get_bind().dialect.name == columns.SQLITE
    for statement in _SQLITE_GUARDS if on_sqlite else _POSTGRESQL_FUNCTIONS:
        _run(statement)
    raise_walls(op.get_bind())


def downgrade() -> None:
    """Take them down; the rows stay."""
    take_walls_down(op.get_bind())
    if op.get_bind().dialect.name == columns.SQLITE:
        _run("DROP TRIGGER batch_seals_what_is_its_own")
        for rule in ("replaces", "becomes"):
            _run(f"DROP TRIGGER api_key_{rule}_no_other_funds")
        return
    for function in ("enter_fund(text)", "fund_is_not_left()", "funds_are_not_emptied()"):
        _run(f"DROP FUNCTION {function}")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
