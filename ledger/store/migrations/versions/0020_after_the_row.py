"""A journal enters; it leaves refusing the same once a row stands, which costs less (P1, P3, P8).

On SQLite a trigger that runs before a row has every cell copied for it: by the million that was a
tenth of what a journal costs. Those on entries and postings run after the row, and what they refuse
takes the row away again. Nothing may have been replaced by then: so the only key of either table is
the number of its rows, of which none is open to be written but those after the sealed ones. What
was a key beside it, an id with its version and what is taken back, is asked for by the trigger.
That no number is left out is asked when a batch is sealed, as is that the postings of an entry are
numbered from 1 on; then each with an odd number is held against the one behind it, not both.

Three things that went through are refused as well, on both databases: an entry whose place in the
order of the books is at another time than its own, another base currency or name of a fund, and
that a fund is deleted or replaced.
"""

from typing import Any, Final

from alembic import context, op
from sqlalchemy import text

from ledger.store import columns
from ledger.store.guards import raise_guards

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ENTRY_GUARD: Final = "entry_joins_the_open_batch"
_POSTING_GUARD: Final = "posting_joins_the_open_batch"
_BATCH_GUARD: Final = "batch_seals_balanced_entries"

_ID_KEY: Final = "\n    UNIQUE (fund_id, id, version),"
_TAKEN_BACK: Final = (
    "INDEX entry_taken_back_once ON entry (fund_id, reverses_n) WHERE reverses_n IS NOT NULL"
)
_IN_ORDER: Final = "CREATE INDEX entry_in_order ON entry (fund_id, order_time)"
_THAT_TAKES_BACK: Final = (
    "CREATE INDEX entry_that_takes_back ON entry (fund_id, n, reverses_n)"
    " WHERE reverses_n IS NOT NULL"
)
_INDEXES: Final = (
    "CREATE INDEX entry_by_id ON entry (fund_id, id, version)",
    f"CREATE {_TAKEN_BACK}",
    _IN_ORDER,
    _THAT_TAKES_BACK,
)
_FORMER_INDEXES: Final = (f"CREATE UNIQUE {_TAKEN_BACK}", _IN_ORDER, _THAT_TAKES_BACK)

# The body is reached by the first entry of a batch, by reversals and by what is wrong.
_ENTRY_STANDS: Final = """
CREATE TRIGGER entry_joins_the_open_batch AFTER INSERT ON entry
WHEN NOT EXISTS (SELECT 1 FROM journal_head
                 WHERE fund_id = NEW.fund_id AND batch = NEW.batch AND open_after < NEW.n)
    OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
               AND old.id = NEW.id AND old.version = NEW.version AND old.n <> NEW.n)
    OR NEW.reverses_n IS NOT NULL
    OR NEW.order_time <> NEW.time
    OR EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id AND status = 'closed'
               AND NEW.time < until_time)
BEGIN
    UPDATE journal_head SET batch = batch + 1, open_after = (
        SELECT last_n FROM batch
        WHERE batch.fund_id = journal_head.fund_id AND batch.number = journal_head.batch)
    WHERE fund_id = NEW.fund_id AND batch + 1 = NEW.batch AND open_after IS NULL;
    INSERT INTO journal_head (fund_id, batch, link, open_after)
    SELECT NEW.fund_id, 1, '{none}', 0
    WHERE NEW.batch = 1 AND NOT EXISTS (SELECT 1 FROM journal_head WHERE fund_id = NEW.fund_id);
    SELECT RAISE(ABORT, 'entry: the period is closed')
    WHERE EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id AND status = 'closed'
                  AND NEW.time < until_time);
    SELECT RAISE(ABORT, 'entry: its place is at another time')
    WHERE NEW.order_time <> NEW.time;
    SELECT RAISE(ABORT, 'entry: the batch is sealed, or the row is there: never replaced')
    WHERE NOT EXISTS (SELECT 1 FROM journal_head
                      WHERE fund_id = NEW.fund_id AND batch = NEW.batch AND open_after < NEW.n)
        OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
                   AND old.id = NEW.id AND old.version = NEW.version AND old.n <> NEW.n)
        OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
                   AND old.reverses_n = NEW.reverses_n AND old.n <> NEW.n);
    SELECT RAISE(ABORT, 'entry: no such entry to take back')
    WHERE NEW.reverses_n IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM entry WHERE fund_id = NEW.fund_id AND n = NEW.reverses_n AND reverses_n IS NULL
            AND id = NEW.reverses AND time = NEW.time AND order_time = NEW.order_time);
END
""".replace("{none}", "0" * 64)

_POSTING_STANDS: Final = """
CREATE TRIGGER posting_joins_the_open_batch AFTER INSERT ON posting
WHEN NOT EXISTS (SELECT 1 FROM journal_head
                 WHERE fund_id = NEW.fund_id AND open_after < NEW.n)
BEGIN SELECT RAISE(ABORT, 'posting: the batch is sealed, or the row is there: never replaced'); END
"""

#: What seals a batch on SQLite said, and what it says instead.
_SEALS: Final = (
    (
        "        OR NEW.last_n IS NOT (SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id);\n",
        """\
        OR NEW.last_n IS NOT (SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id)
        OR NEW.last_n - NEW.first_n + 1 <> (
            SELECT count(*) FROM entry
            WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n);
""",
    ),
    (
        """\
    SELECT RAISE(ABORT, 'batch: an entry has fewer than two postings')
    WHERE NEW.last_n - NEW.first_n + 1 <> (
        SELECT count(DISTINCT n) FROM posting
        WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n);
""",
        """\
    SELECT RAISE(ABORT, 'batch: an entry has fewer than two postings, or they are not 1, 2 and so on')
    WHERE NEW.last_n - NEW.first_n + 1 <> (
        SELECT count(*) FROM (
            SELECT n FROM posting
            WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n
            GROUP BY n HAVING count(*) > 1 AND min(seq) = 1 AND max(seq) = count(*)));
""",
    ),
    (
        """\
                SELECT DISTINCT n, asset FROM posting AS one
                WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n
                    AND NOT EXISTS (
                        SELECT 1 FROM posting AS next
                        WHERE next.fund_id = NEW.fund_id AND next.n = one.n
                            AND next.seq = one.seq - 1 + 2 * (one.seq % 2)
                            AND next.asset = one.asset
                            AND (next.quantity = '-' || one.quantity
                                 OR one.quantity = '-' || next.quantity))
""",
        """\
                SELECT DISTINCT one.n FROM posting AS one
                LEFT JOIN posting AS next ON next.fund_id = NEW.fund_id AND next.n = one.n
                    AND next.seq = one.seq + 1 AND next.asset = one.asset
                    AND (next.quantity = '-' || one.quantity
                         OR one.quantity = '-' || next.quantity)
                WHERE one.fund_id = NEW.fund_id AND one.n BETWEEN NEW.first_n AND NEW.last_n
                    AND one.seq % 2 = 1 AND next.n IS NULL
""",
    ),
    (
        "                AND posting.n = more.n AND posting.asset = more.asset\n",
        "                AND posting.n = more.n\n",
    ),
)

_OF_FUNDS: Final = {
    "fund_keeps_its_currency": """
CREATE TRIGGER fund_keeps_its_currency BEFORE UPDATE ON fund
WHEN NEW.name IS NOT OLD.name OR NEW.base_currency IS NOT OLD.base_currency
BEGIN SELECT RAISE(ABORT, 'fund: its name and its base currency stay'); END
""",
    "fund_is_not_deleted": """
CREATE TRIGGER fund_is_not_deleted BEFORE DELETE ON fund
BEGIN SELECT RAISE(ABORT, 'fund: rows are never deleted'); END
""",
    "fund_is_not_replaced": """
CREATE TRIGGER fund_is_not_replaced BEFORE INSERT ON fund
WHEN EXISTS (SELECT 1 FROM fund AS old WHERE old.id = NEW.id OR old.name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'fund: rows are never replaced'); END
""",
}
#: The guards by rowid, which `raise_guards` gives to a table whose rows are never deleted.
_BY_ROWID: Final = ("takes_no_others_rowid", "has_a_rowid_above_zero", "keeps_its_rowid")

_AT_ITS_TIME: Final = "entry_stands_at_its_time"
_POSTGRESQL: Final = (
    # what is there already is not looked at again
    f"ALTER TABLE entry ADD CONSTRAINT {_AT_ITS_TIME} CHECK (order_time = time) NOT VALID",
    """
CREATE FUNCTION fund_keeps_its_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'fund: rows are never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.name <> OLD.name OR NEW.base_currency <> OLD.base_currency THEN
        RAISE EXCEPTION 'fund: its name and its base currency stay'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER fund_keeps_its_currency BEFORE UPDATE OR DELETE ON fund
FOR EACH ROW EXECUTE FUNCTION fund_keeps_its_currency()
""",
)
_FORMER_POSTGRESQL: Final = (
    "DROP TRIGGER fund_keeps_its_currency ON fund",
    "DROP FUNCTION fund_keeps_its_currency()",
    f"ALTER TABLE entry DROP CONSTRAINT {_AT_ITS_TIME}",
)


def upgrade() -> None:
    """Let the guards of SQLite run after the row, and both databases refuse three things more."""
    run_all = _said_in("0014")["_run_all"]
    if op.get_bind().dialect.name == columns.SQLITE:
        triggers = _taken_away()
        triggers[_ENTRY_GUARD] = _ENTRY_STANDS
        triggers[_POSTING_GUARD] = _POSTING_STANDS
        triggers[_BATCH_GUARD] = _said_anew(triggers[_BATCH_GUARD], *_SEALS)
        _make_entries_anew(_entry_table().replace(_ID_KEY, ""), _INDEXES)
        run_all({**triggers, **_OF_FUNDS}.values())
    else:
        run_all(_POSTGRESQL)
    raise_guards(op.get_bind())


def downgrade() -> None:
    """Give both databases the former guards and keys again; the rows stay."""
    run_all = _said_in("0014")["_run_all"]
    if op.get_bind().dialect.name == columns.SQLITE:
        triggers = _taken_away()
        for name in (*_OF_FUNDS, *(f"fund_{rule}" for rule in _BY_ROWID)):
            triggers.pop(name, None)
        taken = _said_in("0018")["_SQLITE_TAKEN"]
        before = _said_in("0016")
        triggers[_ENTRY_GUARD] = _said_anew(before["_ENTRY_GUARD"], taken)
        triggers[_POSTING_GUARD] = before["_POSTING_GUARD"]
        back = ((instead, former) for former, instead in _SEALS)
        triggers[_BATCH_GUARD] = _said_anew(triggers[_BATCH_GUARD], *back)
        key = "\n    PRIMARY KEY (fund_id, n),"
        _make_entries_anew(_said_anew(_entry_table(), (key, key + _ID_KEY)), _FORMER_INDEXES)
        run_all(triggers.values())
    else:
        run_all(_FORMER_POSTGRESQL)
    raise_guards(op.get_bind())


def _taken_away() -> dict[str, str]:
    """The triggers by name, dropped: made anew in their order they refuse a row in it."""
    taken_away: dict[str, str] = _said_in("0014")["_taken_away"]()
    return taken_away


def _entry_table() -> str:
    asked = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'entry'")
    return str(op.get_bind().execute(asked).scalar_one())


def _make_entries_anew(table: str, indexes: tuple[str, ...]) -> None:
    """Put all rows into a table with other keys, in the order of the one that stays."""
    _said_in("0014")["_run_all"](
        (
            _said_anew(table, ('CREATE TABLE "entry"', "CREATE TABLE entry_made_anew")),
            "INSERT INTO entry_made_anew SELECT * FROM entry ORDER BY fund_id, n",
            "DROP TABLE entry",
            "ALTER TABLE entry_made_anew RENAME TO entry",
            *indexes,
        )
    )


def _said_anew(words: str, *changes: tuple[str, ...]) -> str:
    for former, instead in changes:
        assert words.count(former) == 1, "the guards and tables are those of 0019"
        words = words.replace(former, instead)
    return words


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words
