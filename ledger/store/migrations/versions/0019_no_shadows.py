"""Guards enter; they leave reading their own tables, and refusing rows by the rowid too (P1, P8).

Plain SQL went round them, the program never. On PostgreSQL a role with `TEMPORARY` hid a table
behind one of its own, and the triggers read that: an entry of a closed month was taken. On SQLite a
connection without `recursive_triggers` put a row in the place of another by its rowid, in tables
that came after 0014, and by `UPDATE OR REPLACE` in those whose rows change at all; and one row with
the rowid -1 kept all others out (`ledger/store/guards.py`).
"""

from collections.abc import Callable
from typing import Any, Final

from alembic import context, op

from ledger.store import columns
from ledger.store.guards import raise_guards, take_guards_down

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NEVER_REPLACED: Final = "_is_not_replaced"


def upgrade() -> None:
    """Raise the guards on the database in use; those of 0014 by rowid go into them."""
    if op.get_bind().dialect.name == columns.SQLITE:
        _say_again(_without_rowids)
    raise_guards(op.get_bind())


def downgrade() -> None:
    """Take them down, and give the guards of 0014 their words again; the rows stay."""
    take_guards_down(op.get_bind())
    if op.get_bind().dialect.name == columns.SQLITE:
        _say_again(_by_rowid_too)


def _say_again(spoken: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """Make all triggers anew in the order in which they were made, for they refuse by it."""
    before = _said_in("0014")
    triggers = before["_taken_away"]()
    before["_run_all"]({**triggers, **spoken(triggers)}.values())


def _without_rowids(triggers: dict[str, str]) -> dict[str, str]:
    by_rowid = _said_in("0014")["_BY_ROWID"]
    return {
        name: words.replace(by_rowid.format(name.removesuffix(_NEVER_REPLACED)), "")
        for name, words in triggers.items()
    }


def _by_rowid_too(triggers: dict[str, str]) -> dict[str, str]:
    """The guards that spoke of rowids before: those of the tables that 0014 found."""
    younger = [table + _NEVER_REPLACED for table in _said_in("0017")["_MADE"]]
    found = {name: words for name, words in triggers.items() if name not in younger}
    spoken: dict[str, str] = _said_in("0014")["_by_rowid_too"](found)
    return spoken


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words
