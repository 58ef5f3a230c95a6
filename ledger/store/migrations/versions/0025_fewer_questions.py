"""A journal enters; on SQLite it leaves asking the same of its rows with fewer questions (P1, P3).

That digits alone stand behind a sign is one trim. That numbers follow one another is asked of a
batch, not of each of its entries: what is not 1, 2 and so on is refused when it is sealed. As with
postings since 0020, inside the open batch of its own transaction a writer without
`recursive_triggers` can replace an entry by its number; it is sealed as it stands then, and what
takes it back is held against it once more.
"""

from typing import Any, Final

from alembic import context, op

from ledger.store import columns
from ledger.store.guards import raise_guards

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_Changes = tuple[tuple[str, str], ...]

_ENTRY_GUARD: Final = "entry_joins_the_open_batch"
_BATCH_GUARD: Final = "batch_seals_balanced_entries"

#: A whole number that is not 0, without zeros before it.
_NUMBER: Final = (
    "CASE WHEN {0} >= '1' THEN rtrim({0}, '0123456789') = ''"
    " ELSE {0} >= '-1' AND {0} < '.' AND rtrim({0}, '0123456789') = '-' END"
)
_QUANTITY: Final = (
    f"({_NUMBER}) AND (length({{0}}) < 78 OR length(ltrim({{0}}, '-')) < 78"
    " OR (length(ltrim({0}, '-')) = 78 AND ltrim({0}, '-') <= '{1}'))"
).format("quantity", 2**256 - 1)
_VALUE: Final = f"value = quantity OR value = '0' OR ({_NUMBER})".format("value")

#: What an entry was asked, and the number of its batch's entries that the seal counts instead.
_ONCE: Final = """\
    OR EXISTS (SELECT 1 FROM entry AS old WHERE old.fund_id = NEW.fund_id
               AND old.id"""
_NEXT: Final = """\
    OR NEW.n IS NOT 1 + coalesce((SELECT max(n) FROM entry WHERE fund_id = NEW.fund_id), 0)
"""
_IN_TURN: Final = (_NEXT + _ONCE, _ONCE)
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
        "        AND ((SELECT count(*) FROM posting WHERE fund_id = NEW.fund_id AND n = back.n)\n",
        """\
        AND (NOT EXISTS (
            SELECT 1 FROM entry AS taken
            WHERE taken.fund_id = NEW.fund_id AND taken.n = back.reverses_n
                AND taken.reverses_n IS NULL AND taken.id = back.reverses
                AND taken.time = back.time)
        OR (SELECT count(*) FROM posting WHERE fund_id = NEW.fund_id AND n = back.n)
""",
    ),
)


def upgrade() -> None:
    """Say the conditions of postings and the guards of entries and batches in other words."""
    _ask_anew(_conditions(), (_IN_TURN,), (*_SEALS, _formed()))


def downgrade() -> None:
    """Say them in the former words; the rows stay."""
    conditions, turn, seals = (
        tuple((instead, former) for former, instead in changes)
        for changes in (_conditions(), (_IN_TURN,), (*_SEALS, _formed()))
    )
    _ask_anew(conditions, turn, seals)


def _conditions() -> _Changes:
    before = _said_in("0022")
    return (
        ("seq INTEGER NOT NULL", "seq INTEGER NOT NULL CHECK (seq >= 1)"),
        (f"seq % 2 = 0 OR {before['_QUANTITY']}", f"seq % 2 = 0 OR ({_QUANTITY})"),
        (f"seq % 2 = 0 OR {before['_VALUE']}", f"seq % 2 = 0 OR {_VALUE}"),
    )


def _formed() -> tuple[str, str]:
    before = _said_in("0022")
    return (
        f"({before['_QUANTITY']}) AND coalesce({before['_VALUE']}, 1) AS formed",
        f"({_QUANTITY}) AND coalesce({_VALUE}, 1) AS formed",
    )


def _ask_anew(conditions: _Changes, turn: _Changes, seals: _Changes) -> None:
    if op.get_bind().dialect.name == columns.SQLITE:
        triggers: dict[str, str] = _said_in("0014")["_taken_away"]()
        said_anew = _said_in("0020")["_said_anew"]
        triggers[_ENTRY_GUARD] = said_anew(triggers[_ENTRY_GUARD], *turn)
        triggers[_BATCH_GUARD] = said_anew(triggers[_BATCH_GUARD], *seals)
        _said_in("0020")["_make_postings_anew"](*conditions)
        _said_in("0014")["_run_all"](triggers.values())
    raise_guards(op.get_bind())


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words
