"""A journal on PostgreSQL enters; it leaves refusing the same for less work again (P1, P3, P8).

The guards of a statement read what it added once each, in place of three times, and lock the row
of a fund without a copy of every entry beside it. Postings are summed by entry and asset, and all
else that is asked of them is asked of these sums. Accounts are counted: where those of a fund have
no gap in their numbers, each of a statement's is there; where there is a gap, each is looked up. A
batch counts the entries that have postings at all: those of a statement balance and none is zero,
so that none stands alone. No guard asks for the last entry of a fund, which a plan behind walls
found by reading all of them: what is asked begins with the last batch. SQLite stays as it is.
"""

from typing import Any, Final

from alembic import context, op

from ledger.store import columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The row of the fund is where poster and closer meet, in the order of funds.
_ENTRY_OF_OPEN_TIME: Final = """
CREATE OR REPLACE FUNCTION entry_is_of_open_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE added record;
BEGIN
    FOR added IN SELECT fund_id, min(time) AS first FROM inserted GROUP BY fund_id ORDER BY fund_id
    LOOP
        PERFORM 1 FROM fund WHERE id = added.fund_id FOR SHARE;
        IF EXISTS (
            SELECT 1 FROM period WHERE fund_id = added.fund_id AND status = 'closed'
                AND coalesce(added.first, until_time - 1) < until_time)
        THEN
            RAISE EXCEPTION 'entry: the period is closed' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

_ENTRY_OPEN: Final = """
CREATE OR REPLACE FUNCTION entry_joins_the_open_batch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    added record;
    sealed_batch bigint;
    sealed_n bigint;
BEGIN
    FOR added IN
        SELECT fund_id, min(n) AS first_n, min(batch) AS lowest, max(batch) AS highest,
            count(reverses_n) AS reversals
        FROM inserted GROUP BY fund_id ORDER BY fund_id
    LOOP
        SELECT number, last_n INTO sealed_batch, sealed_n FROM batch
        WHERE fund_id = added.fund_id ORDER BY number DESC LIMIT 1;
        IF added.first_n <= coalesce(sealed_n, 0)
            OR added.lowest <> coalesce(sealed_batch, 0) + 1
            OR added.highest <> coalesce(sealed_batch, 0) + 1
        THEN
            RAISE EXCEPTION 'entry: the batch is sealed' USING ERRCODE = 'check_violation';
        END IF;
        IF added.reversals > 0 AND EXISTS (
            SELECT 1 FROM inserted AS back
            WHERE fund_id = added.fund_id AND reverses_n IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM entry
                WHERE entry.fund_id = back.fund_id AND entry.n = back.reverses_n))
        THEN
            RAISE EXCEPTION 'entry: no such entry to take back'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        UPDATE journal_head SET link = link WHERE fund_id = added.fund_id;
        IF NOT FOUND THEN
            INSERT INTO journal_head (fund_id, batch, link)
            VALUES (added.fund_id, 0, repeat('0', 64));
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

# Accounts are counted only where they are no more than the sums: an entry alone looks up its own.
_POSTING_BALANCES: Final = """
CREATE OR REPLACE FUNCTION posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    added record;
    wrong record;
BEGIN
    FOR added IN
        SELECT fund_id, bool_or(units <> 0) AS unbalanced, count(*) AS sums,
            min(n) AS first_n, max(n) AS last_n, min(least) AS lowest, max(most) AS highest
        FROM (SELECT fund_id, n, asset, sum(moved) AS units,
                     min(account_id) AS least, max(account_id) AS most
              FROM (SELECT fund_id, n, asset, account_id, quantity AS moved FROM inserted) AS each
              GROUP BY fund_id, n, asset) AS summed
        GROUP BY fund_id
    LOOP
        IF added.unbalanced THEN
            SELECT n, asset INTO wrong
            FROM (SELECT fund_id, n, asset, quantity AS moved FROM inserted) AS each
            WHERE fund_id = added.fund_id GROUP BY n, asset HAVING sum(moved) <> 0 LIMIT 1;
            RAISE EXCEPTION 'posting: entry % of fund % does not balance in %',
                wrong.n, added.fund_id, wrong.asset USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM entry WHERE fund_id = added.fund_id AND n >= added.last_n)
            OR (added.highest >= added.lowest + added.sums
                OR added.highest - added.lowest + 1 <> (
                    SELECT count(*) FROM account WHERE fund_id = added.fund_id
                        AND id BETWEEN added.lowest AND added.highest))
            AND EXISTS (
                SELECT 1 FROM (SELECT DISTINCT account_id FROM inserted
                               WHERE fund_id = added.fund_id) AS used
                WHERE NOT EXISTS (SELECT 1 FROM account
                                  WHERE fund_id = added.fund_id AND id = used.account_id))
        THEN
            RAISE EXCEPTION 'posting: no such entry or account'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        IF added.first_n <= coalesce(
            (SELECT last_n FROM batch WHERE fund_id = added.fund_id ORDER BY number DESC LIMIT 1),
            0)
        THEN
            RAISE EXCEPTION 'posting: the entry is sealed' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""

_BATCH_SEALS: Final = """
CREATE OR REPLACE FUNCTION batch_seals_whole_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed_batch bigint;
    sealed_n bigint;
    entries bigint;
    newest bigint;
BEGIN
    SELECT number, last_n INTO sealed_batch, sealed_n FROM batch
    WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1;
    SELECT count(*), max(n) INTO entries, newest FROM entry
    WHERE fund_id = NEW.fund_id AND n >= NEW.first_n;
    IF NEW.number <> 1 + coalesce(sealed_batch, 0)
        OR NEW.first_n <> 1 + coalesce(sealed_n, 0)
        OR NEW.last_n IS DISTINCT FROM newest
        OR NEW.last_n - NEW.first_n + 1 <> entries
    THEN
        RAISE EXCEPTION 'batch: a number or an entry is left out' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.last_n - NEW.first_n + 1 <> (
        SELECT count(DISTINCT n) FROM posting
        WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n)
    THEN
        RAISE EXCEPTION 'batch: an entry has fewer than two postings'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

# It is asked when the transaction ends, which may have gone on to another fund by then.
_SEALED_AT_LAST: Final = """
CREATE OR REPLACE FUNCTION entries_are_sealed_at_last() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said text := current_setting('partita.fund', true);
    sealed_n bigint;
BEGIN
    PERFORM set_config('partita.fund', 'all', true);
    SELECT last_n INTO sealed_n FROM batch
    WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1;
    IF EXISTS (SELECT 1 FROM entry WHERE fund_id = NEW.fund_id AND n > coalesce(sealed_n, 0)) THEN
        RAISE EXCEPTION 'entry: no batch seals it' USING ERRCODE = 'foreign_key_violation';
    END IF;
    PERFORM set_config('partita.fund', coalesce(said, ''), true);
    RETURN NULL;
END $$
"""

#: What each version said before in other words: its migration, and the name there.
_SAID_BEFORE: Final = (
    ("0007", "_POSTGRESQL_ENTRY"),
    ("0013", "_ENTRY_OPEN"),
    ("0013", "_POSTING_BALANCES"),
    ("0002", "_POSTGRESQL_BATCH_SEALS"),
    ("0013", "_SEALED_AT_LAST"),
)


def upgrade() -> None:
    """Give PostgreSQL the quicker guards; nothing of the rows changes."""
    if op.get_bind().dialect.name == columns.SQLITE:
        return
    for function in (
        _ENTRY_OF_OPEN_TIME,
        _ENTRY_OPEN,
        _POSTING_BALANCES,
        _BATCH_SEALS,
        _SEALED_AT_LAST,
    ):
        _run(function)


def downgrade() -> None:
    """Give it the former ones again."""
    if op.get_bind().dialect.name == columns.SQLITE:
        return
    for version, name in _SAID_BEFORE:
        script: Any = context.script.get_revision(version)
        said: str = vars(script.module)[name]
        _run(said.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
