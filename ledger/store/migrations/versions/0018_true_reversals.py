"""A journal enters; it leaves taking entries back only as they were, and in time (P3, P8).

That a reversal takes back an entry which is there, once, left the rest to whoever wrote it: one of
another time, of other amounts or of a reversal went through. Now it has the id and the times of
what it takes back, so that a closed month refuses it as it refuses any entry of its time, and each
of its postings is the opposite of the one with its number. A batch is recorded no earlier than the
one before it. On PostgreSQL an entry waits for the head before it looks which batch is the newest:
whoever wrote meanwhile has sealed it by then.

Rows that are there already are not looked at again: `seals.verify` and `periods.verify` do that.
"""

from collections.abc import Iterable
from typing import Any, Final

from alembic import context, op

from ledger.store import columns

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ENTRY_GUARD: Final = "entry_joins_the_open_batch"
_BATCH_GUARD: Final = "batch_seals_balanced_entries"

#: What the guards of entries ask of what is taken back, and what they ask instead.
_SQLITE_TAKEN: Final = (
    "n = NEW.reverses_n);\nEND",
    (
        "n = NEW.reverses_n AND reverses_n IS NULL\n"
        "            AND id = NEW.reverses AND time = NEW.time AND order_time = NEW.order_time"
        ");\nEND"
    ),
)
_POSTGRESQL_TAKEN: Final = (
    "entry.n = back.reverses_n))\n",
    (
        "entry.n = back.reverses_n\n"
        "                    AND entry.reverses_n IS NULL AND entry.id = back.reverses\n"
        "                    AND entry.time = back.time AND entry.order_time = back.order_time))\n"
    ),
)
# At READ COMMITTED each statement sees what was committed before it began.
_POSTGRESQL_WAITS: Final = (
    "        SELECT number, last_n INTO",
    (
        "        PERFORM 1 FROM journal_head WHERE fund_id = added.fund_id FOR UPDATE;\n"
        "        SELECT number, last_n INTO"
    ),
)

#: Reversals by their own numbers, for SQLite, whose plans would read every entry of a batch sooner:
#: so it is named where it is asked.
_INDEX: Final = (
    "CREATE INDEX entry_that_takes_back ON entry (fund_id, n, reverses_n)"
    " WHERE reverses_n IS NOT NULL"
)

# It stands before what is asked of balances. Numbers are texts, and 0 is the only one without a
# sign and its own opposite.
_SQLITE_SEALS: Final = """\
    SELECT RAISE(ABORT, 'batch: it is recorded before the one before it')
    WHERE NEW.recorded_at < (
        SELECT recorded_at FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1);
    SELECT RAISE(ABORT, 'batch: a reversal is not the opposite of what it takes back')
    FROM entry AS back INDEXED BY entry_that_takes_back
    WHERE back.fund_id = NEW.fund_id AND back.n BETWEEN NEW.first_n AND NEW.last_n
        AND back.reverses_n IS NOT NULL
        AND ((SELECT count(*) FROM posting WHERE fund_id = NEW.fund_id AND n = back.n)
            <> (SELECT count(*) FROM posting WHERE fund_id = NEW.fund_id AND n = back.reverses_n)
        OR EXISTS (
            SELECT 1 FROM posting AS taken
            WHERE taken.fund_id = NEW.fund_id AND taken.n = back.reverses_n AND NOT EXISTS (
                SELECT 1 FROM posting AS given
                WHERE given.fund_id = NEW.fund_id AND given.n = back.n AND given.seq = taken.seq
                    AND given.account_id = taken.account_id AND given.asset = taken.asset
                    AND given.role = taken.role
                    AND (given.quantity = '-' || taken.quantity
                         OR taken.quantity = '-' || given.quantity)
                    AND CASE WHEN coalesce(taken.value, '0') = '0'
                        THEN given.value IS taken.value
                        ELSE given.value = '-' || taken.value OR taken.value = '-' || given.value
                        END)));
"""
_BALANCE: Final = "    SELECT RAISE(ABORT, 'batch: an entry does not balance')"

#: What the trigger of 0015 on batches said, and what it says instead.
_POSTGRESQL_SEALS: Final = (
    (
        "    newest bigint;\n",
        "    newest bigint;\n    reversals bigint;\n    sealed_at bigint;\n",
    ),
    (
        "SELECT number, last_n INTO sealed_batch, sealed_n FROM",
        "SELECT number, last_n, recorded_at INTO sealed_batch, sealed_n, sealed_at FROM",
    ),
    (
        "SELECT count(*), max(n) INTO entries, newest FROM",
        "SELECT count(*), max(n), count(reverses_n) INTO entries, newest, reversals FROM",
    ),
    (
        "    RETURN NEW;\n",
        """\
    IF NEW.recorded_at < sealed_at THEN
        RAISE EXCEPTION 'batch: it is recorded before the one before it'
            USING ERRCODE = 'check_violation';
    END IF;
    IF reversals > 0 AND EXISTS (
        SELECT 1 FROM entry AS back
        WHERE back.fund_id = NEW.fund_id AND back.n BETWEEN NEW.first_n AND NEW.last_n
            AND back.reverses_n IS NOT NULL
            AND ((SELECT count(*) FROM posting WHERE fund_id = NEW.fund_id AND n = back.n) <> (
                    SELECT count(*) FROM posting
                    WHERE fund_id = NEW.fund_id AND n = back.reverses_n)
                OR EXISTS (
                    SELECT 1 FROM posting AS taken
                    WHERE taken.fund_id = NEW.fund_id AND taken.n = back.reverses_n
                        AND NOT EXISTS (
                            SELECT 1 FROM posting AS given
                            WHERE given.fund_id = NEW.fund_id AND given.n = back.n
                                AND given.seq = taken.seq
                                AND given.account_id = taken.account_id
                                AND given.asset = taken.asset AND given.role = taken.role
                                AND given.quantity = -taken.quantity
                                AND given.value IS NOT DISTINCT FROM -taken.value))))
    THEN
        RAISE EXCEPTION 'batch: a reversal is not the opposite of what it takes back'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
""",
    ),
)


def upgrade() -> None:
    """Let both databases ask what a reversal is, and when a batch was recorded."""
    if op.get_bind().dialect.name == columns.SQLITE:
        triggers = _taken_away()
        triggers[_ENTRY_GUARD] = _said_anew(triggers[_ENTRY_GUARD], _SQLITE_TAKEN)
        sealing = triggers[_BATCH_GUARD]
        triggers[_BATCH_GUARD] = _said_anew(sealing, (_BALANCE, _SQLITE_SEALS + _BALANCE))
        _run_all((_INDEX, *triggers.values()))
        return
    entry, batch = _former_postgresql()
    changes = (_POSTGRESQL_TAKEN, _POSTGRESQL_WAITS)
    _run_all((_said_anew(entry, *changes), _said_anew(batch, *_POSTGRESQL_SEALS)))


def downgrade() -> None:
    """Give both databases the former guards again; the rows stay."""
    if op.get_bind().dialect.name == columns.SQLITE:
        triggers = _taken_away()
        triggers[_ENTRY_GUARD] = _said_anew(triggers[_ENTRY_GUARD], _SQLITE_TAKEN[::-1])
        triggers[_BATCH_GUARD] = _said_anew(triggers[_BATCH_GUARD], (_SQLITE_SEALS, ""))
        _run_all(("DROP INDEX entry_that_takes_back", *triggers.values()))
        return
    _run_all(_former_postgresql())


def _former_postgresql() -> tuple[str, str]:
    """The functions of entries and of batches as 0016 left them."""
    before = _said_in("0015")
    opens = _said_in("0016")["_POSTGRESQL_OPENS"]
    return _said_anew(before["_ENTRY_OPEN"], *opens), before["_BATCH_SEALS"]


def _taken_away() -> dict[str, str]:
    """The triggers by name, dropped: made anew in their order they refuse a row in it."""
    taken_away: dict[str, str] = _said_in("0014")["_taken_away"]()
    return taken_away


def _said_anew(words: str, *changes: tuple[str, ...]) -> str:
    for former, instead in changes:
        assert words.count(former) == 1, "the guard is the one of 0016"
        words = words.replace(former, instead)
    return words


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words


def _run_all(statements: Iterable[str]) -> None:
    for statement in statements:
        # without parameters, or the driver would read the percent signs of messages as marks
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
