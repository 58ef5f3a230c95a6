"""Tables of books enter; they leave refusing more that plain SQL could do to them (P3, P5, P9).

Answers are evidence: none is changed, deleted or replaced. What a fund's policy was is put down
before it is another one, by whoever changes it, and may name each method that a fund may have. On
PostgreSQL no transaction ends with the head of a journal open, whoever opened it, and the postings
of an entry are numbered 1, 2 and so on, as on SQLite since 0020.
"""

from collections.abc import Iterable
from typing import Any, Final

from alembic import context, op
from sqlalchemy import text

from ledger.model.errors import VerificationFailed
from ledger.store import columns
from ledger.store.guards import raise_guards

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_FORMER_METHODS: Final = ("fifo", "lifo", "hifo")
_METHODS: Final = (*_FORMER_METHODS, "lofo", "average", "strict", "specific")

_POLICY: Final = ("regime", "method", "scope", "valuation_time")
_OTHER_POLICY: Final = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in _POLICY)
_SAME_AS_LAST: Final = " AND ".join(f"{name} = OLD.{name}" for name in _POLICY)
#: The newest of what a fund had is what it has now, or nobody put that down.
_PUT_DOWN: Final = f"""
    SELECT 1 FROM fund_before WHERE fund_id = OLD.id AND {_SAME_AS_LAST} AND superseded_at = (
        SELECT max(superseded_at) FROM fund_before WHERE fund_id = OLD.id)
"""  # noqa: S608 -- names of our columns

_SQLITE: Final = {
    "answer_is_not_changed": """
CREATE TRIGGER answer_is_not_changed BEFORE UPDATE ON answer
BEGIN SELECT RAISE(ABORT, 'answer: rows are never changed'); END
""",
    "answer_is_not_deleted": """
CREATE TRIGGER answer_is_not_deleted BEFORE DELETE ON answer
BEGIN SELECT RAISE(ABORT, 'answer: rows are never deleted'); END
""",
    "answer_is_not_replaced": """
CREATE TRIGGER answer_is_not_replaced BEFORE INSERT ON answer
WHEN EXISTS (SELECT 1 FROM answer AS old WHERE old.fund_id = NEW.fund_id
             AND (old.n = NEW.n OR old.id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'answer: rows are never replaced'); END
""",
    "fund_keeps_what_it_had": f"""
CREATE TRIGGER fund_keeps_what_it_had BEFORE UPDATE ON fund
WHEN ({_OTHER_POLICY}) AND NOT EXISTS ({_PUT_DOWN})
BEGIN SELECT RAISE(ABORT, 'fund: what it had before is put down first'); END
""",
}
#: The guards by rowid, which `raise_guards` gives to a table whose rows are never deleted.
_BY_ROWID: Final = ("takes_no_others_rowid", "has_a_rowid_above_zero")

_POSTGRESQL: Final = (
    """
CREATE TRIGGER answer_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON answer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
    f"""
CREATE FUNCTION fund_keeps_what_it_had() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ({_OTHER_POLICY}) AND NOT EXISTS ({_PUT_DOWN}) THEN
        RAISE EXCEPTION 'fund: what it had before is put down first'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER fund_keeps_what_it_had BEFORE UPDATE ON fund
    FOR EACH ROW EXECUTE FUNCTION fund_keeps_what_it_had()
""",
)
_FORMER_POSTGRESQL: Final = (
    "DROP TRIGGER answer_is_append_only ON answer",
    "DROP TRIGGER fund_keeps_what_it_had ON fund",
    "DROP FUNCTION fund_keeps_what_it_had()",
)
#: What two functions of PostgreSQL said, and what they say instead.
_SAID_ANEW: Final = (
    (
        "entries_are_sealed_at_last",
        """\
    PERFORM set_config('partita.fund', coalesce(said, ''), true);
""",
        """\
    IF EXISTS (SELECT 1 FROM journal_head
               WHERE fund_id = NEW.fund_id AND open_after IS NOT NULL) THEN
        RAISE EXCEPTION 'journal_head: no batch seals it' USING ERRCODE = 'foreign_key_violation';
    END IF;
    PERFORM set_config('partita.fund', coalesce(said, ''), true);
""",
    ),
    (
        "batch_seals_whole_entries",
        """\
        SELECT count(DISTINCT n) FROM posting
        WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n)
    THEN
        RAISE EXCEPTION 'batch: an entry has fewer than two postings'
""",
        """\
        SELECT count(*) FROM (
            SELECT n FROM posting
            WHERE fund_id = NEW.fund_id AND n BETWEEN NEW.first_n AND NEW.last_n
            GROUP BY n HAVING min(seq) = 1 AND max(seq) = count(*)) AS whole)
    THEN
        RAISE EXCEPTION 'batch: an entry has fewer than two postings, or not 1, 2 and so on'
""",
    ),
)


def upgrade() -> None:
    """Raise the guards on the database in use; the rows stay."""
    if op.get_bind().dialect.name == columns.SQLITE:
        _fund_before_on_sqlite(_FORMER_METHODS, _METHODS)
        _run(_SQLITE.values())
    else:
        _fund_before_on_postgresql(_METHODS)
        _run(_POSTGRESQL)
        for name, former, instead in _SAID_ANEW:
            _say_anew(name, former, instead)
    raise_guards(op.get_bind())


def downgrade() -> None:
    """Take the guards away; a fund with a method before that only these tables know keeps them."""
    had = f"SELECT fund_id FROM fund_before WHERE NOT {_one_of(_FORMER_METHODS)}"  # noqa: S608
    query = f"SELECT name FROM fund WHERE id IN ({had})"  # noqa: S608 -- names of ours
    found = sorted(op.get_bind().execute(text(query)).scalars())
    if found:
        raise VerificationFailed(
            f"the older tables have no room for a method that {', '.join(found)} had"
        )
    if op.get_bind().dialect.name == columns.SQLITE:
        rowids = [f"answer_{rule}" for rule in _BY_ROWID]
        _run(f"DROP TRIGGER {name}" for name in (*_SQLITE, *rowids))
        _fund_before_on_sqlite(_METHODS, _FORMER_METHODS)
    else:
        for name, former, instead in _SAID_ANEW:
            _say_anew(name, instead, former)
        _run(_FORMER_POSTGRESQL)
        _fund_before_on_postgresql(_FORMER_METHODS)
    raise_guards(op.get_bind())


def _one_of(methods: tuple[str, ...]) -> str:
    names = ", ".join(f"'{method}'" for method in methods)
    return f"method IN ({names})"


def _fund_before_on_sqlite(former: tuple[str, ...], methods: tuple[str, ...]) -> None:
    """Put the rows into a table with another condition."""
    triggers: dict[str, str] = _said_in("0014")["_taken_away"]()
    asked = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'fund_before'")
    words = str(op.get_bind().execute(asked).scalar_one())
    # a table that was made anew once has its name in quotes
    begin, quoted, rest = words.partition("fund_before")
    assert quoted and rest.count(_one_of(former)) == 1, "the table is that of 0011"
    made = f"{begin.rstrip(chr(34))}fund_before_made_anew{rest.lstrip(chr(34))}"
    _run(
        (
            made.replace(_one_of(former), _one_of(methods)),
            "INSERT INTO fund_before_made_anew SELECT * FROM fund_before ORDER BY rowid",
            "DROP TABLE fund_before",
            "ALTER TABLE fund_before_made_anew RENAME TO fund_before",
            *triggers.values(),
        )
    )


def _fund_before_on_postgresql(methods: tuple[str, ...]) -> None:
    name = "fund_before_method_check"
    _run(
        (
            f"ALTER TABLE fund_before DROP CONSTRAINT {name}",
            f"ALTER TABLE fund_before ADD CONSTRAINT {name} CHECK ({_one_of(methods)})",
        )
    )


def _say_anew(name: str, former: str, instead: str) -> None:
    """Give a function other words in one place."""
    asked = text("SELECT pg_get_functiondef(CAST(:name AS regproc))")
    words = str(op.get_bind().execute(asked, {"name": name}).scalar_one())
    assert words.count(former) == 1, "the functions are those of 0020"
    _run((words.replace(former, instead),))


def _run(statements: Iterable[str]) -> None:
    for statement in statements:
        # without parameters, or the driver would read percent signs as marks
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words
