"""Tables of a journal enter; what they refuse by themselves is added to them (P1, P3).

A journal is written in batches: entries, then their postings, then the batch row that seals them.
SQLite checks the whole batch at that row; PostgreSQL checks the postings of each statement, and at
that row that every entry is whole. Nothing sealed takes another posting, and no row of the journal
or of the evidence is changed or deleted.
"""

from typing import Final

from alembic import op

from ledger.store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEPT_FOR_EVER: Final = ("account", "batch", "entry", "posting", "evidence")

_SQLITE_APPEND_ONLY: Final = """
CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed'); END;
CREATE TRIGGER {table}_is_not_deleted BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never deleted'); END;
CREATE TRIGGER {table}_is_not_replaced BEFORE INSERT ON {table}
WHEN {same_key}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never replaced'); END
"""

#: Each unique key of a table: a row that meets a kept one in any of them would replace it.
_UNIQUE_KEYS: Final = {
    "account": (("id",), ("type", "name", "wallet")),
    "batch": (("number",),),
    "entry": (("n",), ("id", "version"), ("reverses_n",)),
    "posting": (("n", "seq"),),
    "evidence": (("id",),),
}

_SQLITE_ENTRY_OPEN: Final = """
CREATE TRIGGER entry_joins_the_open_batch BEFORE INSERT ON entry
WHEN NEW.n <= (SELECT last_n FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1)
    OR NEW.batch <> 1 + coalesce(
        (SELECT number FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'entry: the batch is sealed'); END
"""

_SQLITE_POSTING_OPEN: Final = """
CREATE TRIGGER posting_joins_the_open_batch BEFORE INSERT ON posting
WHEN NEW.n <= (SELECT last_n FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'posting: the entry is sealed'); END
"""

# A quantity of up to 78 digits is cut into six limbs of 13, each with the sign. Sums of limbs fit
# 64 bits up to 900,000 postings; the total is zero when no limb leaves a rest and no carry stays.
_SQLITE_BATCH_SEALS: Final = """
CREATE TRIGGER batch_seals_balanced_entries BEFORE INSERT ON batch
BEGIN
    SELECT RAISE(ABORT, 'batch: a number or an entry is left out')
    WHERE NEW.number <> 1 + coalesce(
            (SELECT number FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1), 0)
        OR NEW.first_n <> 1 + coalesce(
            (SELECT last_n FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1), 0)
        OR NEW.last_n <> (SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id)
        OR NEW.last_n - NEW.first_n + 1 <> (
            SELECT count(*) FROM entry WHERE fund_id = NEW.fund_id AND n >= NEW.first_n);
    SELECT RAISE(ABORT, 'batch: an entry has fewer than two postings')
    FROM entry
    WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n
        AND 2 > (SELECT count(*) FROM posting
                 WHERE posting.fund_id = entry.fund_id AND posting.n = entry.n);
    SELECT RAISE(ABORT, 'batch: an entry does not balance')
    FROM (
        SELECT sum(sign * CAST(substr(digits, 66, 13) AS INTEGER)) AS limb_0,
            sum(sign * CAST(substr(digits, 53, 13) AS INTEGER)) AS limb_1,
            sum(sign * CAST(substr(digits, 40, 13) AS INTEGER)) AS limb_2,
            sum(sign * CAST(substr(digits, 27, 13) AS INTEGER)) AS limb_3,
            sum(sign * CAST(substr(digits, 14, 13) AS INTEGER)) AS limb_4,
            sum(sign * CAST(substr(digits, 1, 13) AS INTEGER)) AS limb_5
        FROM (
            SELECT n, asset,
                CASE WHEN quantity LIKE '-%' THEN -1 ELSE 1 END AS sign,
                substr('{zeros}' || ltrim(quantity, '-'), -78) AS digits
            FROM posting
            WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n
        )
        GROUP BY n, asset
    )
    WHERE NOT (
        limb_0 % {base} = 0
        AND (limb_1 + limb_0 / {base}) % {base} = 0
        AND (limb_2 + (limb_1 + limb_0 / {base}) / {base}) % {base} = 0
        AND (limb_3 + (limb_2 + (limb_1 + limb_0 / {base}) / {base}) / {base}) % {base} = 0
        AND (limb_4 + (limb_3 + (limb_2 + (limb_1 + limb_0 / {base}) / {base}) / {base}) / {base})
            % {base} = 0
        AND limb_5 + (limb_4 + (limb_3 + (limb_2 + (limb_1 + limb_0 / {base}) / {base}) / {base})
            / {base}) / {base} = 0
    );
END
"""

_POSTGRESQL_APPEND_ONLY: Final = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: rows are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

_POSTGRESQL_ENTRY_OPEN: Final = """
CREATE FUNCTION entry_joins_the_open_batch() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RETURN NULL;
END $$
"""

_POSTGRESQL_POSTING_BALANCES: Final = """
CREATE FUNCTION posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    SELECT fund_id, n, asset INTO wrong
    FROM (SELECT fund_id, n, asset, quantity AS units FROM inserted) AS added
    GROUP BY fund_id, n, asset HAVING sum(units) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting: entry % of fund % does not balance in %',
            wrong.n, wrong.fund_id, wrong.asset USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT fund_id, n FROM inserted) AS added
        LEFT JOIN entry ON entry.fund_id = added.fund_id AND entry.n = added.n
        WHERE entry.n IS NULL
    ) OR EXISTS (
        SELECT 1 FROM (SELECT DISTINCT fund_id, account_id FROM inserted) AS added
        LEFT JOIN account ON account.fund_id = added.fund_id AND account.id = added.account_id
        WHERE account.id IS NULL
    ) THEN
        RAISE EXCEPTION 'posting: no such entry or account' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM (SELECT fund_id, min(n) AS first_n FROM inserted GROUP BY fund_id) AS added
        JOIN batch ON batch.fund_id = added.fund_id AND batch.last_n >= added.first_n
    ) THEN
        RAISE EXCEPTION 'posting: the entry is sealed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

_POSTGRESQL_BATCH_SEALS: Final = """
CREATE FUNCTION batch_seals_whole_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> 1 + coalesce((SELECT max(number) FROM batch WHERE fund_id = NEW.fund_id), 0)
        OR NEW.first_n <> 1 + coalesce(
            (SELECT max(last_n) FROM batch WHERE fund_id = NEW.fund_id), 0)
        OR NEW.last_n IS DISTINCT FROM (SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id)
        OR NEW.last_n - NEW.first_n + 1 <> (
            SELECT count(*) FROM entry WHERE fund_id = NEW.fund_id AND n >= NEW.first_n)
    THEN
        RAISE EXCEPTION 'batch: a number or an entry is left out' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.last_n - NEW.first_n + 1 <> (
        SELECT count(*) FROM (
            SELECT n FROM posting WHERE fund_id = NEW.fund_id AND n >= NEW.first_n
            GROUP BY n HAVING count(*) >= 2) AS whole)
    THEN
        RAISE EXCEPTION 'batch: an entry has fewer than two postings'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

_POSTGRESQL_TRIGGERS: Final = """
CREATE TRIGGER entry_joins_the_open_batch AFTER INSERT ON entry
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT
    EXECUTE FUNCTION entry_joins_the_open_batch();
CREATE TRIGGER posting_balances AFTER INSERT ON posting
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION posting_balances();
CREATE TRIGGER batch_seals_whole_entries BEFORE INSERT ON batch
    FOR EACH ROW EXECUTE FUNCTION batch_seals_whole_entries()
"""

#: What the two databases call the guards of a batch, for taking them away.
_SQLITE_GUARDS: Final = (
    "entry_joins_the_open_batch",
    "posting_joins_the_open_batch",
    "batch_seals_balanced_entries",
)
_POSTGRESQL_GUARDS: Final = (
    ("entry", "entry_joins_the_open_batch"),
    ("posting", "posting_balances"),
    ("batch", "batch_seals_whole_entries"),
)


def upgrade() -> None:
    """Make the triggers on the database in use."""
    if op.get_bind().dialect.name == columns.SQLITE:
        _protect_sqlite()
    else:
        _protect_postgresql()


def _protect_sqlite() -> None:
    for table in _KEPT_FOR_EVER:
        rules = _SQLITE_APPEND_ONLY.format(table=table, same_key=_kept_already(table))
        for trigger in rules.split("END;\n"):
            _run(trigger if trigger.rstrip().endswith("END") else trigger + "END")
    _run(_SQLITE_ENTRY_OPEN)
    _run(_SQLITE_POSTING_OPEN)
    _run(_SQLITE_BATCH_SEALS.format(zeros="0" * 78, base=10**13))


def _kept_already(table: str) -> str:
    # one condition a key: joined by OR inside one of them they would scan the table
    conditions = (
        " AND ".join(f"old.{column} = NEW.{column}" for column in ("fund_id", *key))
        for key in _UNIQUE_KEYS[table]
    )
    kept = "EXISTS (SELECT 1 FROM {} AS old WHERE {})"
    return " OR ".join(kept.format(table, condition) for condition in conditions)


def _protect_postgresql() -> None:
    _run(_POSTGRESQL_APPEND_ONLY)
    for table in _KEPT_FOR_EVER:
        _run(
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for function in (
        _POSTGRESQL_ENTRY_OPEN,
        _POSTGRESQL_POSTING_BALANCES,
        _POSTGRESQL_BATCH_SEALS,
    ):
        _run(function)
    for trigger in _POSTGRESQL_TRIGGERS.split(";\n"):
        _run(trigger)


def downgrade() -> None:
    """Take the triggers away; the rows stay."""
    if op.get_bind().dialect.name == columns.SQLITE:
        for table in _KEPT_FOR_EVER:
            for rule in ("changed", "deleted", "replaced"):
                _run(f"DROP TRIGGER {table}_is_not_{rule}")
        for trigger in _SQLITE_GUARDS:
            _run(f"DROP TRIGGER {trigger}")
        return
    for table in _KEPT_FOR_EVER:
        _run(f"DROP TRIGGER {table}_is_append_only ON {table}")
    _run("DROP FUNCTION refuse_change()")
    for table, trigger in _POSTGRESQL_GUARDS:
        _run(f"DROP TRIGGER {trigger} ON {table}")
        _run(f"DROP FUNCTION {trigger}()")


def _run(statement: str) -> None:
    if statement.strip():
        # without parameters, or the driver would read the percent signs of messages as marks
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
