"""A journal on SQLite enters; it leaves refusing the same for less work (P1, P3). PostgreSQL stays.

Only reversals stand in the index that lets an entry be taken back once: all others had nothing
there, and plans went by it to find any entry. Entries are found by their batch, for the key that
asks for it looked through all of them whenever a batch was sealed. That a reversal has what it
takes back is asked of reversals alone; that a posting has its account is asked of a batch, as it
was already, but once an account. An entry without a posting is looked for among entries: one with a
single posting does not balance. A number of up to 36 signs is compared with what is read of it as
integers; only longer ones are looked at sign by sign.

Two things that went through are refused as well: a row that is given by the rowid of another, which
it would replace on a connection without recursive triggers, and an entry with a number below 1.
"""

from collections.abc import Iterable
from typing import Any, Final

from alembic import context, op
from sqlalchemy import text

from ledger.store import columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ENTRY: Final = """
CREATE TABLE entry_made_anew (
    fund_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    kind TEXT NOT NULL,
    time INTEGER NOT NULL,
    order_time INTEGER NOT NULL,
    order_network TEXT NOT NULL,
    order_block INTEGER NOT NULL,
    order_index INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    evidence TEXT NOT NULL,
    protocol TEXT,
    strategy TEXT,
    group_id TEXT,
    txid TEXT NOT NULL,
    network TEXT NOT NULL,
    called TEXT NOT NULL,
    note TEXT NOT NULL,
    reverses TEXT,
    reverses_n INTEGER CHECK (reverses_n < n),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (fund_id, n),
    UNIQUE (fund_id, id, version),{once}
    CHECK ((reverses IS NULL) = (reverses_n IS NULL)),
    FOREIGN KEY (fund_id, batch) REFERENCES batch (fund_id, number)
        DEFERRABLE INITIALLY DEFERRED{taken_back}
) STRICT
"""
_FORMER_KEYS: Final = {
    "once": "\n    UNIQUE (fund_id, reverses_n),",
    "taken_back": (
        ",\n    FOREIGN KEY (fund_id, reverses_n) REFERENCES entry_made_anew (fund_id, n)"
    ),
}
_KEYS: Final = dict.fromkeys(_FORMER_KEYS, "")

_IN_ORDER: Final = "CREATE INDEX entry_in_order ON entry (fund_id, order_time)"
_INDEXES: Final = (
    (
        "CREATE UNIQUE INDEX entry_taken_back_once ON entry (fund_id, reverses_n)"
        " WHERE reverses_n IS NOT NULL"
    ),
    "CREATE INDEX entry_by_batch ON entry (fund_id, batch)",
    _IN_ORDER,
)

_ENTRY_GUARD: Final = """
CREATE TRIGGER entry_joins_the_open_batch BEFORE INSERT ON entry
WHEN NEW.n <= coalesce((SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id), 0)
    OR EXISTS (SELECT 1 FROM entry AS old WHERE old.rowid = NEW.rowid)
    OR NEW.batch IS NOT 1 + coalesce(
        (SELECT batch FROM journal_head WHERE fund_id = NEW.fund_id), 0)
    OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
               AND old.id = NEW.id AND old.version = NEW.version)
    OR (NEW.reverses_n IS NOT NULL AND (
        EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
                AND old.reverses_n = NEW.reverses_n)
        OR NOT EXISTS (SELECT 1 FROM entry AS taken WHERE taken.fund_id = NEW.fund_id
                       AND taken.n = NEW.reverses_n)))
BEGIN
    SELECT RAISE(ABORT, 'entry: no such entry to take back')
    WHERE NEW.reverses_n IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM entry WHERE fund_id = NEW.fund_id AND n = NEW.reverses_n);
    SELECT RAISE(ABORT, 'entry: the batch is sealed, or the row is there: never replaced');
END
"""

_WHOLE: Final = """
    SELECT RAISE(ABORT, 'batch: an entry has fewer than two postings')
    FROM entry
    WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n AND NOT EXISTS (
        SELECT 1 FROM posting WHERE posting.fund_id = entry.fund_id AND posting.n = entry.n);
"""

_OWN_GUARD: Final = """
CREATE TRIGGER batch_seals_what_is_its_own BEFORE INSERT ON batch
WHEN NOT EXISTS (SELECT 1 FROM fund WHERE id = NEW.fund_id)
    OR EXISTS (SELECT 1 FROM posting
               LEFT JOIN entry ON entry.fund_id = posting.fund_id AND entry.n = posting.n
               WHERE posting.fund_id = NEW.fund_id AND posting.n > NEW.last_n
                   AND entry.n IS NULL)
    OR EXISTS (SELECT 1 FROM (SELECT DISTINCT account_id FROM posting WHERE fund_id = NEW.fund_id
                              AND n BETWEEN NEW.first_n AND NEW.last_n) AS used
               WHERE NOT EXISTS (SELECT 1 FROM account WHERE account.fund_id = NEW.fund_id
                                 AND account.id = used.account_id))
BEGIN SELECT RAISE(ABORT, 'batch: no such fund, entry or account'); END
"""

#: A row may be given by its rowid as well, and replace the one that has it; -1 where none is given.
_BY_ROWID: Final = "EXISTS (SELECT 1 FROM {0} AS placed WHERE placed.rowid = NEW.rowid) OR "
_NEVER_REPLACED: Final = "_is_not_replaced"

#: What is so of canonical integers of up to 36 signs and of nothing else, a NUL included. Of more
#: than 18 both parts are integers; the 1 keeps the zeros that the second begins with.
_SOON_SEEN: Final = (
    "CAST(CAST({0} AS INTEGER) AS TEXT) = {0}"
    " OR CAST(substr({0}, 1, 18) AS INTEGER)"
    " || substr(CAST('1' || substr({0}, 19) AS INTEGER), 2) = {0}"
)

_ACCOUNT_KEY: Final = ",\n    FOREIGN KEY (fund_id, account_id) REFERENCES account (fund_id, id)"


def upgrade() -> None:
    """Make entries and postings anew, on SQLite."""
    if op.get_bind().dialect.name != columns.SQLITE:
        return
    triggers = _taken_away()
    triggers["entry_joins_the_open_batch"] = _ENTRY_GUARD
    triggers["batch_seals_what_is_its_own"] = _OWN_GUARD
    sealing = "batch_seals_balanced_entries"
    triggers[sealing] = _with_entries_whole(triggers[sealing])
    triggers |= _by_rowid_too(triggers)
    _make_anew(_KEYS, _INDEXES, _posting(soon=True).replace(_ACCOUNT_KEY, ""))
    _run_all(triggers.values())


def downgrade() -> None:
    """Give both tables their former keys again; the rows stay."""
    if op.get_bind().dialect.name != columns.SQLITE:
        return
    triggers = {
        name: words.replace(_BY_ROWID.format(_table_of(name)), "")
        for name, words in _taken_away().items()
    }
    triggers["entry_joins_the_open_batch"] = _said_in("0005")["_ENTRY_GUARD"]
    triggers["batch_seals_what_is_its_own"] = _said_in("0010")["_SQLITE_GUARDS"][0]
    triggers["batch_seals_balanced_entries"] = _said_in("0005")["_BATCH_GUARD"].format(
        zeros="0" * 78, base=10**13
    )
    _make_anew(_FORMER_KEYS, (_IN_ORDER,), _posting(soon=False))
    _run_all(triggers.values())


def _make_anew(keys: dict[str, str], indexes: Iterable[str], posting: str) -> None:
    """Put all rows into tables with other keys: postings last, whose keys are looked up."""
    _run_all(
        (
            "CREATE TABLE posting_kept AS SELECT * FROM posting",
            "DROP TABLE posting",
            _ENTRY.format_map(keys),
            "INSERT INTO entry_made_anew SELECT * FROM entry ORDER BY fund_id, n",
            "DROP TABLE entry",
            "ALTER TABLE entry_made_anew RENAME TO entry",
            *indexes,
            posting.replace("posting_made_anew", "posting"),
            "INSERT INTO posting SELECT * FROM posting_kept ORDER BY fund_id, n, seq",
            "DROP TABLE posting_kept",
        )
    )


def _taken_away() -> dict[str, str]:
    """The triggers by name: a table is not renamed under those that speak of it.

    All of them, for those of one table refuse a row in the order in which they were made.
    """
    asked = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")
    found = {str(row.name): str(row.sql) for row in op.get_bind().execute(asked)}
    _run_all(f"DROP TRIGGER {name}" for name in found)
    return found


def _by_rowid_too(triggers: dict[str, str]) -> dict[str, str]:
    """The guards of tables whose rows are never replaced, by their rowid neither."""
    found = {}
    for name, words in triggers.items():
        if name.endswith(_NEVER_REPLACED):
            head, when, condition = words.partition("WHEN ")
            found[name] = head + when + _BY_ROWID.format(_table_of(name)) + condition
    return found


def _table_of(guard: str) -> str:
    return guard.removesuffix(_NEVER_REPLACED)


def _with_entries_whole(sealing: str) -> str:
    """The guard of a batch, that each entry has postings said in other words."""
    before, former, after = sealing.partition("    SELECT RAISE(ABORT, 'batch: an entry has fewer")
    _, balance, rest = after.partition(
        "    SELECT RAISE(ABORT, 'batch: an entry does not balance')"
    )
    assert former and balance, "the guard is the one of 0005"
    return before + _WHOLE.lstrip("\n") + balance + rest


def _posting(*, soon: bool) -> str:
    """The table of postings; with `soon` most numbers are seen to be whole without a look at each
    sign.
    """
    quantity = columns.quantity_check(columns.SQLITE, "quantity")
    value = columns.money_check(columns.SQLITE, "value")
    if soon:
        quantity = f"(quantity <> '0' AND ({_SOON_SEEN.format('quantity')})) OR ({quantity})"
        value = f"{_SOON_SEEN.format('value')} OR {value}"
    words: str = _said_in("0005")["_POSTING"]
    return words.format(
        quantity_check=quantity,
        role_check=" OR ".join(f"role = '{role}'" for role in _said_in("0005")["_ROLES"]),
        value_check=value,
    )


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words


def _run_all(statements: Iterable[str]) -> None:
    for statement in statements:
        # without parameters, or the driver would read the percent signs of messages as marks
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
