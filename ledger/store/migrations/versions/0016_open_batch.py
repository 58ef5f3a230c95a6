"""A journal enters; it leaves knowing which batch is open, and refusing the same for less (P1, P3).

On SQLite each entry had its batch by a key that was asked at the end of a transaction, and an index
to be found by it; each posting had its entry by a key. Now the first entry of a batch opens it: the
head of the journal goes to that batch, whose row must be there when the transaction ends, and says
after which n it goes on. Entries follow each other without a gap and join the open batch, so do
postings; what seals a batch closes the head, and refuses postings that stand behind the last entry.
Entries lie in the order of their numbers, without a rowid that another row could be given by.

On PostgreSQL the trigger on entries, which touched the head, says there after which n it goes on.
"""

from collections.abc import Iterable
from typing import Any, Final

from alembic import context, op

from ledger.store import columns

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# An entry has neither a key of its batch nor a rowid any more; else it is as 0014 says.
_BATCH_KEY: Final = """,
    FOREIGN KEY (fund_id, batch) REFERENCES batch (fund_id, number)
        DEFERRABLE INITIALLY DEFERRED"""
_ENTRY_KEY: Final = ",\n    FOREIGN KEY (fund_id, n) REFERENCES entry (fund_id, n)"
#: What was asked of a number first: the second question of 0014 is enough for short ones as well.
_SHORT_SEEN: Final = "CAST(CAST({0} AS INTEGER) AS TEXT) = {0} OR "
_INDEXES: Final = (
    (
        "CREATE UNIQUE INDEX entry_taken_back_once ON entry (fund_id, reverses_n)"
        " WHERE reverses_n IS NOT NULL"
    ),
    "CREATE INDEX entry_in_order ON entry (fund_id, order_time)",
)

#: While a batch is open the head stands on it, and says the last n before it.
_HEAD: Final = """
CREATE TABLE journal_head (
    fund_id INTEGER NOT NULL PRIMARY KEY REFERENCES fund (id),
    batch INTEGER NOT NULL CHECK (batch >= 1),
    link TEXT NOT NULL CHECK (length(link) = 64),
    open_after INTEGER,
    FOREIGN KEY (fund_id, batch) REFERENCES batch (fund_id, number) DEFERRABLE INITIALLY DEFERRED
) STRICT
"""
_FORMER_HEAD: Final = """
CREATE TABLE journal_head (
    fund_id INTEGER NOT NULL PRIMARY KEY REFERENCES fund (id),
    batch INTEGER NOT NULL CHECK (batch >= 1),
    link TEXT NOT NULL CHECK (length(link) = 64)
) STRICT
"""

_NO_LINK: Final = "0" * 64
_NEVER_REPLACED: Final = "the batch is sealed, or the row is there: never replaced"

# The body is reached by the first entry of a batch and by what is wrong. `OR IGNORE` passes over
# conditions that a statement of a trigger does not meet: so that a batch is open is asked after it.
_ENTRY_GUARD: Final = f"""
CREATE TRIGGER entry_joins_the_open_batch BEFORE INSERT ON entry
WHEN NOT EXISTS (SELECT 1 FROM journal_head
                 WHERE fund_id = NEW.fund_id AND batch = NEW.batch AND open_after < NEW.n)
    OR NEW.n IS NOT 1 + coalesce((SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id), 0)
    OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
               AND old.id = NEW.id AND old.version = NEW.version)
    OR NEW.reverses_n IS NOT NULL
    OR EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id AND status = 'closed'
               AND coalesce(NEW.time, until_time - 1) < until_time)
BEGIN
    UPDATE journal_head SET batch = batch + 1, open_after = (
        SELECT last_n FROM batch
        WHERE batch.fund_id = journal_head.fund_id AND batch.number = journal_head.batch)
    WHERE fund_id = NEW.fund_id AND batch + 1 = NEW.batch AND open_after IS NULL;
    INSERT INTO journal_head (fund_id, batch, link, open_after)
    SELECT NEW.fund_id, 1, '{_NO_LINK}', 0
    WHERE NEW.batch = 1 AND NOT EXISTS (SELECT 1 FROM journal_head WHERE fund_id = NEW.fund_id);
    SELECT RAISE(ABORT, 'entry: the period is closed')
    WHERE EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id AND status = 'closed'
                  AND coalesce(NEW.time, until_time - 1) < until_time);
    SELECT RAISE(ABORT, 'entry: {_NEVER_REPLACED}')
    WHERE NOT EXISTS (SELECT 1 FROM journal_head
                      WHERE fund_id = NEW.fund_id AND batch = NEW.batch AND open_after < NEW.n)
        OR coalesce(NEW.n <= (SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id), 0)
        OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
                   AND old.id = NEW.id AND old.version = NEW.version)
        OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
                   AND old.reverses_n = NEW.reverses_n);
    SELECT RAISE(ABORT, 'entry: a number is left out')
    WHERE NEW.n IS NOT 1 + coalesce((SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id), 0);
    SELECT RAISE(ABORT, 'entry: no such entry to take back')
    WHERE NEW.reverses_n IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM entry WHERE fund_id = NEW.fund_id AND n = NEW.reverses_n);
END
"""  # noqa: S608 -- words of this file

_POSTING_GUARD: Final = f"""
CREATE TRIGGER posting_joins_the_open_batch BEFORE INSERT ON posting
WHEN NOT EXISTS (SELECT 1 FROM journal_head
                 WHERE fund_id = NEW.fund_id AND open_after < NEW.n)
    OR EXISTS (SELECT 1 FROM posting AS old
               WHERE old.fund_id = NEW.fund_id AND old.n = NEW.n AND old.seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'posting: {_NEVER_REPLACED}'); END
"""  # noqa: S608 -- words of this file

# Entries follow each other without a gap: the first and the last say that none is left out.
_IN_FULL: Final = """
    SELECT RAISE(ABORT, 'batch: a number or an entry is left out')
    WHERE NOT EXISTS (SELECT 1 FROM journal_head
                      WHERE fund_id = NEW.fund_id AND batch = NEW.number
                          AND open_after = NEW.first_n - 1)
        OR NEW.last_n IS NOT (SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id);
    SELECT RAISE(ABORT, 'batch: an entry has fewer than two postings')
    WHERE NEW.last_n - NEW.first_n + 1 <> (
        SELECT count(DISTINCT n) FROM posting
        WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n);
"""
# A posting whose neighbour takes it back balances with it; where one has none such, all of its
# asset in its entry are added up. Neighbours are the first and second, the third and fourth, and so
# on; numbers below 1 lead from neighbour to neighbour without a circle, to one that has none.
_TO_ADD_UP: Final = """                SELECT DISTINCT n, asset FROM posting AS one
                WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n
                    AND NOT EXISTS (
                        SELECT 1 FROM posting AS next
                        WHERE next.fund_id = NEW.fund_id AND next.n = one.n
                            AND next.seq = one.seq - 1 + 2 * (one.seq % 2)
                            AND next.asset = one.asset
                            AND (next.quantity = '-' || one.quantity
                                 OR one.quantity = '-' || next.quantity))
"""

_HEAD_MOVES: Final = """
CREATE TRIGGER batch_moves_the_head AFTER INSERT ON batch
BEGIN
    UPDATE journal_head SET link = NEW.link, open_after = NULL
    WHERE fund_id = NEW.fund_id AND batch = NEW.number;
END
"""

_HEAD_BEGINS: Final = f"""
CREATE TRIGGER journal_head_begins_once BEFORE INSERT ON journal_head
WHEN EXISTS (SELECT 1 FROM journal_head WHERE fund_id = NEW.fund_id)
    OR EXISTS (SELECT 1 FROM batch WHERE fund_id = NEW.fund_id)
    OR NEW.batch IS NOT 1 OR NEW.link IS NOT '{_NO_LINK}' OR NEW.open_after IS NOT 0
BEGIN SELECT RAISE(ABORT, 'journal_head: rows are never replaced'); END
"""  # noqa: S608 -- words of this file

# It opens the batch after the newest, or it closes the one that is open and has its row.
_HEAD_FOLLOWS: Final = """
CREATE TRIGGER journal_head_follows_the_batch BEFORE UPDATE ON journal_head
WHEN NOT coalesce(
    NEW.fund_id = OLD.fund_id AND CASE WHEN OLD.open_after IS NULL
        THEN NEW.batch = OLD.batch + 1 AND NEW.link = OLD.link AND NEW.open_after = (
            SELECT last_n FROM batch WHERE fund_id = OLD.fund_id AND number = OLD.batch)
        ELSE NEW.batch = OLD.batch AND NEW.open_after IS NULL AND EXISTS (
            SELECT 1 FROM batch
            WHERE fund_id = OLD.fund_id AND number = OLD.batch AND link = NEW.link)
        END, 0)
BEGIN SELECT RAISE(ABORT, 'journal_head: rows are never changed'); END
"""

#: What the trigger of 0015 on entries said, and what it says instead.
_POSTGRESQL_OPENS: Final = (
    (
        "UPDATE journal_head SET link = link WHERE",
        "UPDATE journal_head SET open_after = coalesce(sealed_n, 0) WHERE",
    ),
    ("(fund_id, batch, link)", "(fund_id, batch, link, open_after)"),
    ("(added.fund_id, 0, repeat('0', 64))", "(added.fund_id, 0, repeat('0', 64), 0)"),
)

# A head is opened by the trigger on entries alone: said by anybody else it is a change.
_POSTGRESQL_HEAD_FOLLOWS: Final = """
CREATE OR REPLACE FUNCTION journal_head_follows_the_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 AND NEW.open_after IS NOT NULL AND (
        (TG_OP = 'INSERT' AND NEW.batch = 0) OR (TG_OP = 'UPDATE'
            AND (NEW.fund_id, NEW.batch, NEW.link) = (OLD.fund_id, OLD.batch, OLD.link)))
    THEN
        RETURN NEW;
    END IF;
    IF NEW.open_after IS NOT NULL
        OR NOT EXISTS (SELECT 1 FROM batch WHERE fund_id = NEW.fund_id AND number = NEW.batch
                       AND link = NEW.link)
        OR (TG_OP = 'UPDATE' AND (NEW.fund_id <> OLD.fund_id OR NEW.batch <> OLD.batch + 1))
    THEN
        RAISE EXCEPTION 'journal_head: rows are never changed or replaced'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

_POSTGRESQL_HEAD_MOVES: Final = """
CREATE OR REPLACE FUNCTION batch_moves_the_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE journal_head SET batch = NEW.number, link = NEW.link, open_after = NULL
    WHERE fund_id = NEW.fund_id;
    RETURN NULL;
END $$
"""

#: What SQLite says in other words, and what it no longer says for itself.
_GUARDS: Final = {
    "entry_joins_the_open_batch": _ENTRY_GUARD,
    "posting_joins_the_open_batch": _POSTING_GUARD,
    "batch_moves_the_head": _HEAD_MOVES,
    "journal_head_begins_once": _HEAD_BEGINS,
    "journal_head_follows_the_batch": _HEAD_FOLLOWS,
}
_MERGED: Final = "entry_is_of_open_time"
_SEALING: Final = "batch_seals_balanced_entries"


def upgrade() -> None:
    """Let the head say which batch is open."""
    if op.get_bind().dialect.name == columns.SQLITE:
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def downgrade() -> None:
    """Give both databases the former keys and guards again; the rows stay."""
    if op.get_bind().dialect.name == columns.SQLITE:
        _downgrade_sqlite()
    else:
        _downgrade_postgresql()


# ---- SQLite


def _upgrade_sqlite() -> None:
    before = _said_in("0014")
    triggers: dict[str, str] = before["_taken_away"]()
    triggers |= _GUARDS
    del triggers[_MERGED]
    triggers[_SEALING] = _sealed_sooner(triggers[_SEALING])
    _make_entries_anew(before)
    _make_head_anew(_HEAD, "fund_id, batch, link, NULL")
    _run_all(triggers.values())


def _downgrade_sqlite() -> None:
    before = _said_in("0014")
    triggers: dict[str, str] = before["_taken_away"]()
    heads = _said_in("0004")["_SQLITE_TRIGGERS"]
    triggers |= {
        name: next(words for words in heads if f"CREATE TRIGGER {name} " in words)
        for name in _GUARDS
        if "head" in name
    }
    triggers["entry_joins_the_open_batch"] = before["_ENTRY_GUARD"]
    triggers["posting_joins_the_open_batch"] = _said_in("0005")["_POSTING_GUARD"]
    triggers[_MERGED] = _said_in("0007")["_SQLITE_ENTRY"]
    former = _said_in("0005")["_BATCH_GUARD"].format(zeros="0" * 78, base=10**13)
    triggers[_SEALING] = before["_with_entries_whole"](former)
    _make_head_anew(_FORMER_HEAD, "fund_id, batch, link")
    posting = before["_posting"](soon=True).replace(before["_ACCOUNT_KEY"], "")
    before["_make_anew"](before["_KEYS"], before["_INDEXES"], posting)
    _run_all(triggers.values())


def _make_entries_anew(before: dict[str, Any]) -> None:
    """Put all rows into tables with fewer keys, in the order of the keys that stay."""
    entry = before["_ENTRY"].format_map(before["_KEYS"])
    assert _BATCH_KEY in entry, "the table is the one of 0014"
    entry = entry.replace(_BATCH_KEY, "").replace("STRICT", "STRICT, WITHOUT ROWID")
    posting = before["_posting"](soon=True).replace(before["_ACCOUNT_KEY"], "")
    for gone in (_ENTRY_KEY, *map(_SHORT_SEEN.format, ("quantity", "value"))):
        assert gone in posting, "the table is the one of 0014"
        posting = posting.replace(gone, "")
    _run_all(
        (
            posting,
            "INSERT INTO posting_made_anew SELECT * FROM posting ORDER BY fund_id, n, seq",
            "DROP TABLE posting",
            "ALTER TABLE posting_made_anew RENAME TO posting",
            entry,
            "INSERT INTO entry_made_anew SELECT * FROM entry ORDER BY fund_id, n",
            "DROP TABLE entry",
            "ALTER TABLE entry_made_anew RENAME TO entry",
            *_INDEXES,
        )
    )


def _make_head_anew(table: str, cells: str) -> None:
    _run_all(
        (
            "CREATE TABLE journal_head_kept AS SELECT * FROM journal_head",
            "DROP TABLE journal_head",
            table,
            f"INSERT INTO journal_head SELECT {cells} FROM journal_head_kept",  # noqa: S608
            "DROP TABLE journal_head_kept",
        )
    )


def _sealed_sooner(sealing: str) -> str:
    """The guard of a batch: that it is in full, and what is added up, said in other words."""
    head, former, _ = sealing.partition("    SELECT RAISE(ABORT, 'batch: a number or an entry")
    _, balance, sums = sealing.partition("    SELECT RAISE(ABORT, 'batch: an entry does not")
    before, each, _ = sums.partition("                SELECT n, asset FROM (")
    _, more, after = sums.partition("            ) AS more")
    assert former and balance and each and more, "the guard is the one of 0014"
    return head + _IN_FULL.lstrip("\n") + balance + before + _TO_ADD_UP + more + after


# ---- PostgreSQL


def _upgrade_postgresql() -> None:
    entry = _said_in("0015")["_ENTRY_OPEN"]
    for former, words in _POSTGRESQL_OPENS:
        assert former in entry, "the guard is the one of 0015"
        entry = entry.replace(former, words)
    column = "ALTER TABLE journal_head ADD COLUMN open_after BIGINT"
    _run_all((column, entry, _POSTGRESQL_HEAD_FOLLOWS, _POSTGRESQL_HEAD_MOVES))


def _downgrade_postgresql() -> None:
    heads = _said_in("0013")
    _run_all(
        (
            _said_in("0015")["_ENTRY_OPEN"],
            heads["_HEAD_FOLLOWS"],
            heads["_HEAD_MOVES"],
            "ALTER TABLE journal_head DROP COLUMN open_after",
        )
    )


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words


def _run_all(statements: Iterable[str]) -> None:
    for statement in statements:
        # without parameters, or the driver would read the percent signs of messages as marks
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
