"""A journal on SQLite enters; it leaves refusing the same for less work (P1, P3). PostgreSQL stays.

A row of a posting or an entry is looked at by one trigger in place of two. A role is compared with
each word: a list of them would be made into a table for every row. A batch adds up only what is
more than two postings that cancel out.
"""

from collections.abc import Iterable
from typing import Any, Final

from alembic import context, op
from sqlalchemy import text

from ledger.store import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROLES: Final = ("acquire", "dispose", "move", "none")

_POSTING: Final = """
CREATE TABLE posting_made_anew (
    fund_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    asset TEXT NOT NULL,
    quantity TEXT NOT NULL CHECK ({quantity_check}),
    role TEXT NOT NULL CHECK ({role_check}),
    value TEXT CHECK ({value_check}),
    PRIMARY KEY (fund_id, n, seq),
    FOREIGN KEY (fund_id, n) REFERENCES entry (fund_id, n),
    FOREIGN KEY (fund_id, account_id) REFERENCES account (fund_id, id)
) STRICT, WITHOUT ROWID
"""

_ENTRY_GUARD: Final = """
CREATE TRIGGER entry_joins_the_open_batch BEFORE INSERT ON entry
WHEN coalesce(
        (SELECT NEW.batch = number + 1 AND NEW.n > last_n FROM batch
         WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1),
        NEW.batch = 1) IS NOT 1
    OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id AND old.n = NEW.n)
    OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
               AND old.id = NEW.id AND old.version = NEW.version)
    OR (NEW.reverses_n IS NOT NULL AND EXISTS (
        SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
        AND old.reverses_n = NEW.reverses_n))
BEGIN SELECT RAISE(ABORT, 'entry: the batch is sealed, or the row is there: never replaced'); END
"""

_POSTING_GUARD: Final = """
CREATE TRIGGER posting_joins_the_open_batch BEFORE INSERT ON posting
WHEN NEW.n <= (SELECT last_n FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1)
    OR EXISTS (SELECT 1 FROM posting AS old
               WHERE old.fund_id = NEW.fund_id AND old.n = NEW.n AND old.seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'posting: the entry is sealed, or the row is there: never replaced'); END
"""

# As in 0002, but for assets of an entry with two postings of which one is the other with a minus:
# as texts, for `-` stands before all digits. The rest is cut into limbs and added up.
_BATCH_GUARD: Final = """
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
    WHERE NEW.last_n - NEW.first_n + 1 <> (
        SELECT count(*) FROM (
            SELECT n FROM posting
            WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n
            GROUP BY n HAVING count(*) >= 2));
    SELECT RAISE(ABORT, 'batch: an entry does not balance')
    FROM (
        SELECT sum(sign * CAST(substr(digits, 66, 13) AS INTEGER)) AS limb_0,
            sum(sign * CAST(substr(digits, 53, 13) AS INTEGER)) AS limb_1,
            sum(sign * CAST(substr(digits, 40, 13) AS INTEGER)) AS limb_2,
            sum(sign * CAST(substr(digits, 27, 13) AS INTEGER)) AS limb_3,
            sum(sign * CAST(substr(digits, 14, 13) AS INTEGER)) AS limb_4,
            sum(sign * CAST(substr(digits, 1, 13) AS INTEGER)) AS limb_5
        FROM (
            SELECT posting.n, posting.asset,
                CASE WHEN quantity LIKE '-%' THEN -1 ELSE 1 END AS sign,
                substr('{zeros}' || ltrim(quantity, '-'), -78) AS digits
            FROM (
                SELECT n, asset FROM (
                    SELECT n, asset, quantity AS written FROM posting
                    WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n)
                GROUP BY n, asset
                HAVING NOT (count(*) = 2 AND min(written) = '-' || max(written))
            ) AS more
            CROSS JOIN posting ON posting.fund_id = NEW.fund_id
                AND posting.n = more.n AND posting.asset = more.asset
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

#: The triggers that this version has in other words, by table, and those that it does without.
_REWRITTEN: Final = (
    "entry_joins_the_open_batch",
    "posting_joins_the_open_batch",
    "batch_seals_balanced_entries",
)
_SPARED: Final = ("entry_is_not_replaced", "posting_is_not_replaced")
_KEPT: Final = ("posting_is_not_changed", "posting_is_not_deleted")


def upgrade() -> None:
    """Make postings and the guards of the journal anew, on SQLite."""
    if op.get_bind().dialect.name != columns.SQLITE:
        return
    kept = [_words_of(name) for name in _KEPT]
    _drop((*_REWRITTEN, *_SPARED))
    _make_postings_anew(" OR ".join(f"role = '{role}'" for role in _ROLES))
    guards = (_ENTRY_GUARD, _POSTING_GUARD, _BATCH_GUARD.format(zeros="0" * 78, base=10**13))
    for statement in (*kept, *guards):
        _run(statement)


def downgrade() -> None:
    """Give the journal the guards of 0002 again."""
    if op.get_bind().dialect.name != columns.SQLITE:
        return
    kept = [_words_of(name) for name in _KEPT]
    _drop(_REWRITTEN)
    _make_postings_anew("role IN ({})".format(", ".join(f"'{role}'" for role in _ROLES)))
    for statement in (*kept, *_former_guards()):
        _run(statement)


def _make_postings_anew(role_check: str) -> None:
    """Put all postings into a table with other conditions; it has no triggers."""
    made = _POSTING.format(
        quantity_check=columns.quantity_check(columns.SQLITE, "quantity"),
        role_check=role_check,
        value_check=columns.money_check(columns.SQLITE, "value"),
    )
    _run(made)
    _run("INSERT INTO posting_made_anew SELECT * FROM posting")
    # no table refers to postings, and triggers do not see a table that is dropped
    _run("DROP TABLE posting")
    _run("ALTER TABLE posting_made_anew RENAME TO posting")


def _former_guards() -> list[str]:
    """The guards in the words of the migration that made them first."""
    first: Any = context.script.get_revision("0002")
    words = vars(first.module)
    replaced = (
        f"CREATE TRIGGER {table}_is_not_replaced BEFORE INSERT ON {table}"
        f" WHEN {words['_kept_already'](table)}"
        f" BEGIN SELECT RAISE(ABORT, '{table}: rows are never replaced'); END"
        for table in ("entry", "posting")
    )
    seals = words["_SQLITE_BATCH_SEALS"].format(zeros="0" * 78, base=10**13)
    return [*replaced, words["_SQLITE_ENTRY_OPEN"], words["_SQLITE_POSTING_OPEN"], seals]


def _words_of(trigger: str) -> str:
    asked = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    return str(op.get_bind().execute(asked, {"name": trigger}).scalar_one())


def _drop(triggers: Iterable[str]) -> None:
    for trigger in triggers:
        _run(f"DROP TRIGGER {trigger}")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
