"""A journal enters; it leaves refusing the same once a posting stands, for less (P1, P3, P8).

On SQLite a trigger that runs before a row has every cell copied for it: by the million that was a
twentieth of what a journal costs. The one on postings runs after the row, and what it refuses takes
the row away again. A posting can take the place of none but one of the open batch by then, which is
its writer's own until it is sealed as it stands. The postings of an entry are numbered from 1 on;
then each with an odd number is held against the one behind it, not both. A value that is the
posting's quantity, as that of the base currency is, is no other number to check.

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

#: What the guard of entries on SQLite says besides.
_AT_ITS_TIME: Final = (
    (
        "    OR NEW.reverses_n IS NOT NULL\n",
        "    OR NEW.reverses_n IS NOT NULL\n    OR NEW.order_time IS NOT NEW.time\n",
    ),
    (
        "    SELECT RAISE(ABORT, 'entry: a number is left out')\n",
        """\
    SELECT RAISE(ABORT, 'entry: its place is at another time')
    WHERE NEW.order_time IS NOT NEW.time;
    SELECT RAISE(ABORT, 'entry: a number is left out')
""",
    ),
)

_POSTING_STANDS: Final = """
CREATE TRIGGER posting_joins_the_open_batch AFTER INSERT ON posting
WHEN NOT EXISTS (SELECT 1 FROM journal_head
                 WHERE fund_id = NEW.fund_id AND open_after < NEW.n)
BEGIN SELECT RAISE(ABORT, 'posting: the batch is sealed, or the row is there: never replaced'); END
"""

_VALUE: Final = "value TEXT CHECK ("
_VALUE_OR_QUANTITY: Final = "value TEXT CHECK (value = quantity OR "

#: What seals a batch on SQLite said, and what it says instead.
_SEALS: Final = (
    (
        """\
    SELECT RAISE(ABORT, 'batch: an entry has fewer than two postings')
    WHERE NEW.last_n - NEW.first_n + 1 <> (
        SELECT count(DISTINCT n) FROM posting
        WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n);
""",
        """\
    SELECT RAISE(ABORT, 'batch: an entry has fewer than two postings, or not 1, 2 and so on')
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

_STANDS: Final = "entry_stands_at_its_time"
_POSTGRESQL: Final = (
    f"ALTER TABLE entry ADD CONSTRAINT {_STANDS} CHECK (order_time = time)",
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
    f"ALTER TABLE entry DROP CONSTRAINT {_STANDS}",
)


def upgrade() -> None:
    """Let the guards of SQLite run after the row, and both databases refuse three things more."""
    run_all = _said_in("0014")["_run_all"]
    if op.get_bind().dialect.name == columns.SQLITE:
        triggers = _taken_away()
        triggers[_ENTRY_GUARD] = _said_anew(triggers[_ENTRY_GUARD], *_AT_ITS_TIME)
        triggers[_POSTING_GUARD] = _POSTING_STANDS
        triggers[_BATCH_GUARD] = _said_anew(triggers[_BATCH_GUARD], *_SEALS)
        _make_postings_anew((_VALUE, _VALUE_OR_QUANTITY))
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
        for name, changes in ((_ENTRY_GUARD, _AT_ITS_TIME), (_BATCH_GUARD, _SEALS)):
            back = ((instead, former) for former, instead in changes)
            triggers[name] = _said_anew(triggers[name], *back)
        triggers[_POSTING_GUARD] = _said_in("0016")["_POSTING_GUARD"]
        _make_postings_anew((_VALUE_OR_QUANTITY, _VALUE))
        run_all(triggers.values())
    else:
        run_all(_FORMER_POSTGRESQL)
    raise_guards(op.get_bind())


def _taken_away() -> dict[str, str]:
    """The triggers by name, dropped: made anew in their order they refuse a row in it."""
    taken_away: dict[str, str] = _said_in("0014")["_taken_away"]()
    return taken_away


def _make_postings_anew(*changes: tuple[str, str]) -> None:
    """Put all postings into a table with other conditions, in the order of their key."""
    asked = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'posting'")
    words = str(op.get_bind().execute(asked).scalar_one())
    made = ('CREATE TABLE "posting"', "CREATE TABLE posting_made_anew")
    _said_in("0014")["_run_all"](
        (
            _said_anew(words, made, *changes),
            "INSERT INTO posting_made_anew SELECT * FROM posting ORDER BY fund_id, n, seq",
            "DROP TABLE posting",
            "ALTER TABLE posting_made_anew RENAME TO posting",
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
