"""A journal on PostgreSQL enters; it leaves refusing the same for less work (P1, P3, P7).

That an entry has its batch, and a reversal what it takes back, were keys that each entry was looked
up for. Now a statement that adds entries looks up what its reversals take back, and touches the
head of the journal: whoever touched a head may not commit while an entry stands behind the last
batch. The postings of a statement are read twice in place of four times: by asset for the balance,
by account for the rest. Only reversals stand in the index that lets an entry be taken back once:
all others had nothing there, and plans went by it to find any entry. SQLite stays as it is.
"""

from typing import Any, Final

from alembic import context, op

from ledger.model.amount import QUANTITY_MAX
from ledger.store import columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_POSTING_CHECKS: Final = {
    # NaN and infinity are beyond the largest quantity, and have no scale
    "quantity": (
        "min_scale(quantity) = 0 AND quantity <> 0"
        f" AND quantity BETWEEN -{QUANTITY_MAX} AND {QUANTITY_MAX}"
    ),
    "value": "value IS NULL OR (min_scale(value) = 0) IS TRUE",
    "role": "role = 'none' OR role = 'acquire' OR role = 'dispose' OR role = 'move'",
}

_ENTRY_OPEN: Final = """
CREATE OR REPLACE FUNCTION entry_joins_the_open_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT fund_id, min(n) AS first_n, min(batch) AS lowest,
                              max(batch) AS highest
                       FROM inserted GROUP BY fund_id) AS added
        LEFT JOIN LATERAL (SELECT number, last_n FROM batch WHERE batch.fund_id = added.fund_id
                           ORDER BY number DESC LIMIT 1) AS sealed ON true
        WHERE added.first_n <= coalesce(sealed.last_n, 0)
            OR added.lowest <> coalesce(sealed.number, 0) + 1
            OR added.highest <> coalesce(sealed.number, 0) + 1
    ) THEN
        RAISE EXCEPTION 'entry: the batch is sealed' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM inserted AS back
        WHERE reverses_n IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM entry WHERE entry.fund_id = back.fund_id AND entry.n = back.reverses_n)
    ) THEN
        RAISE EXCEPTION 'entry: no such entry to take back' USING ERRCODE = 'foreign_key_violation';
    END IF;
    UPDATE journal_head SET link = link WHERE fund_id IN (SELECT fund_id FROM inserted);
    INSERT INTO journal_head (fund_id, batch, link)
    SELECT DISTINCT fund_id, 0, repeat('0', 64) FROM inserted
    WHERE fund_id NOT IN (SELECT fund_id FROM journal_head);
    RETURN NULL;
END $$
"""

# An entry that is missing among those of a batch is found when the batch is sealed: here it is
# enough that no posting stands behind the last entry.
_POSTING_BALANCES: Final = """
CREATE OR REPLACE FUNCTION posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    SELECT fund_id, n, asset INTO wrong
    FROM (SELECT fund_id, n, asset, quantity AS units FROM inserted) AS added
    GROUP BY fund_id, n, asset HAVING sum(units) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting: entry % of fund % does not balance in %',
            wrong.n, wrong.fund_id, wrong.asset USING ERRCODE = 'check_violation';
    END IF;
    FOR wrong IN
        SELECT added.fund_id, min(lowest) AS first_n, max(highest) AS last_n,
            bool_or(account.id IS NULL) AS strange
        FROM (SELECT fund_id, account_id, min(n) AS lowest, max(n) AS highest
              FROM inserted GROUP BY fund_id, account_id) AS added
        LEFT JOIN account ON account.fund_id = added.fund_id AND account.id = added.account_id
        GROUP BY added.fund_id
    LOOP
        IF wrong.strange OR wrong.last_n > coalesce(
            (SELECT max(n) FROM entry WHERE fund_id = wrong.fund_id), 0)
        THEN
            RAISE EXCEPTION 'posting: no such entry or account'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        IF wrong.first_n <= coalesce(
            (SELECT max(last_n) FROM batch WHERE fund_id = wrong.fund_id), 0)
        THEN
            RAISE EXCEPTION 'posting: the entry is sealed' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

# A head is touched by the trigger on entries alone: said by anybody else it is a change.
_HEAD_FOLLOWS: Final = """
CREATE OR REPLACE FUNCTION journal_head_follows_the_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 AND (
        (TG_OP = 'INSERT' AND NEW.batch = 0) OR (TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD))
    THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM batch WHERE fund_id = NEW.fund_id AND number = NEW.batch
                   AND link = NEW.link)
        OR (TG_OP = 'UPDATE' AND (NEW.fund_id <> OLD.fund_id OR NEW.batch <> OLD.batch + 1))
    THEN
        RAISE EXCEPTION 'journal_head: rows are never changed or replaced'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_HEAD_MOVES: Final = """
CREATE OR REPLACE FUNCTION batch_moves_the_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE journal_head SET batch = NEW.number, link = NEW.link WHERE fund_id = NEW.fund_id;
    RETURN NULL;
END $$
"""

# It is asked when the transaction ends, which may have gone on to another fund by then.
_SEALED_AT_LAST: Final = """
CREATE FUNCTION entries_are_sealed_at_last() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said text := current_setting('partita.fund', true);
BEGIN
    PERFORM set_config('partita.fund', 'all', true);
    IF (SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id) IS DISTINCT FROM
        (SELECT max(last_n) FROM batch WHERE fund_id = NEW.fund_id)
    THEN
        RAISE EXCEPTION 'entry: no batch seals it' USING ERRCODE = 'foreign_key_violation';
    END IF;
    PERFORM set_config('partita.fund', coalesce(said, ''), true);
    RETURN NULL;
END $$
"""
_AT_LAST: Final = """
CREATE CONSTRAINT TRIGGER entries_are_sealed_at_last AFTER INSERT OR UPDATE ON journal_head
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entries_are_sealed_at_last()
"""

_ONCE: Final = (
    "CREATE UNIQUE INDEX entry_taken_back_once ON entry (fund_id, reverses_n)"
    " WHERE reverses_n IS NOT NULL"
)

#: What this version says in other words: the migration that said it first, and its name there.
_REWRITTEN: Final = (
    ("0002", "_POSTGRESQL_ENTRY_OPEN"),
    ("0002", "_POSTGRESQL_POSTING_BALANCES"),
)
_HEADS_BEFORE: Final = ("batch_moves_the_head", "journal_head_follows_the_batch")


def upgrade() -> None:
    """Give PostgreSQL the quicker guards."""
    if op.get_bind().dialect.name == columns.SQLITE:
        return
    _run("ALTER TABLE entry DROP CONSTRAINT entry_fund_id_batch_fkey")
    _run("ALTER TABLE entry DROP CONSTRAINT entry_fund_id_reverses_n_fkey")
    _run("ALTER TABLE entry DROP CONSTRAINT entry_fund_id_reverses_n_key")
    _run(_ONCE)
    _check_postings(_POSTING_CHECKS)
    _check("journal_head", "batch", "batch >= 0")
    for function in (_ENTRY_OPEN, _POSTING_BALANCES, _HEAD_FOLLOWS, _HEAD_MOVES, _SEALED_AT_LAST):
        _run(function)
    _run(_AT_LAST)


def downgrade() -> None:
    """Give it the former ones again; the rows stay."""
    if op.get_bind().dialect.name == columns.SQLITE:
        return
    _run("DROP TRIGGER entries_are_sealed_at_last ON journal_head")
    _run("DROP FUNCTION entries_are_sealed_at_last()")
    for version, name in _REWRITTEN:
        _run(_again(_said_in(version)[name]))
    for function in _said_in("0004")["_POSTGRESQL_FUNCTIONS"]:
        if any(name in function for name in _HEADS_BEFORE):
            _run(_again(function))
    _check("journal_head", "batch", "batch >= 1")
    _check_postings(
        {
            "quantity": columns.quantity_check(columns.POSTGRESQL, "quantity"),
            "value": columns.money_check(columns.POSTGRESQL, "value"),
            "role": "role IN ('acquire', 'dispose', 'move', 'none')",
        }
    )
    _run("DROP INDEX entry_taken_back_once")
    _run("ALTER TABLE entry ADD UNIQUE (fund_id, reverses_n)")
    _run("ALTER TABLE entry ADD FOREIGN KEY (fund_id, reverses_n) REFERENCES entry (fund_id, n)")
    _run(
        "ALTER TABLE entry ADD FOREIGN KEY (fund_id, batch) REFERENCES batch (fund_id, number)"
        " DEFERRABLE INITIALLY DEFERRED"
    )


def _check_postings(conditions: dict[str, str]) -> None:
    for column, condition in conditions.items():
        _check("posting", column, condition)


def _check(table: str, column: str, condition: str) -> None:
    name = f"{table}_{column}_check"
    _run(f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({condition})")


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words


def _again(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
