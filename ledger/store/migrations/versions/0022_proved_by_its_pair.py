"""A journal enters; on SQLite it leaves asking each number once, not twice (P1, P8).

Postings stand in pairs, most of them: what leaves one account arrives in another. When a batch is
sealed the second of two is held against the first, as it always was to prove the balance; a text
that is a number's opposite is a number, so the table itself asks the first alone for its form, and
the seal all postings of an entry that is not of pairs.
"""

from typing import Any, Final

from alembic import context, op

from ledger.store import columns
from ledger.store.guards import raise_guards

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_Changes = tuple[tuple[str, str], ...]

_BATCH_GUARD: Final = "batch_seals_balanced_entries"

#: The form of a number that is not 0, and of a value; as the table has them since 0020.
_DIGITS: Final = (
    "CAST(substr({0}, 1, 18) AS INTEGER) || substr(CAST('1' || substr({0}, 19) AS INTEGER), 2)"
    " = {0}"
)
_ANY_DIGITS: Final = (
    "({0} GLOB '[1-9]*' OR {0} GLOB '-[1-9]*') AND {0} NOT GLOB '?*[^0-9]*'"
    " AND length({0}) = length(CAST({0} AS BLOB))"
)
_MOST: Final = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
_QUANTITY: Final = (
    f"(quantity <> '0' AND ({_DIGITS})) OR ({_ANY_DIGITS} AND (length({{0}}) < 78"
    " OR length(ltrim({0}, '-')) < 78"
    f" OR (length(ltrim({{0}}, '-')) = 78 AND ltrim({{0}}, '-') <= '{_MOST}')))"
).format("quantity")
_VALUE: Final = f"value = quantity OR {_DIGITS} OR value = '0' OR ({_ANY_DIGITS})".format("value")

#: What the table asks of both numbers, and what of the first of a pair alone.
_CONDITIONS: Final = tuple(
    (f"{column} CHECK ({form})", f"{column} CHECK (seq % 2 = 0 OR {form})")
    for column, form in (("quantity TEXT NOT NULL", _QUANTITY), ("value TEXT", _VALUE))
)

#: What seals a batch said, and what it says instead.
_SEALS: Final = (
    (
        "        SELECT sum(sign * CAST(substr(digits, 66, 13) AS INTEGER)) AS limb_0,\n",
        """\
        SELECT sum(formed) AS formed, count(*) AS count,
            sum(sign * CAST(substr(digits, 66, 13) AS INTEGER)) AS limb_0,
""",
    ),
    (
        """\
                    AND (next.quantity = '-' || one.quantity
                         OR one.quantity = '-' || next.quantity)
                WHERE one.fund_id""",
        """\
                    AND CASE WHEN one.quantity < '0' THEN one.quantity = '-' || next.quantity
                        ELSE next.quantity = '-' || one.quantity END
                    AND CASE WHEN one.value < '0' THEN one.value = '-' || next.value
                        WHEN one.value > '0' THEN next.value = '-' || one.value
                        ELSE next.value IS one.value END
                WHERE one.fund_id""",
    ),
    (
        "            SELECT posting.n, posting.asset,\n",
        f"""\
            SELECT posting.n, posting.asset,
                ({_QUANTITY}) AND coalesce({_VALUE}, 1) AS formed,
""",
    ),
    (
        "    WHERE NOT (\n        limb_0 %",
        "    WHERE formed <> count OR NOT (\n        limb_0 %",
    ),
)


def upgrade() -> None:
    """Let the table ask the first of a pair for its form, and the seal the second by the first."""
    _ask_anew(_CONDITIONS, _SEALS)


def downgrade() -> None:
    """Let the table ask every posting again; the rows stay."""
    conditions, seals = (
        tuple((instead, former) for former, instead in changes) for changes in (_CONDITIONS, _SEALS)
    )
    _ask_anew(conditions, seals)


def _ask_anew(conditions: _Changes, seals: _Changes) -> None:
    """Say the conditions of postings and the guard of batches in other words; the rows stay."""
    if op.get_bind().dialect.name == columns.SQLITE:
        triggers: dict[str, str] = _said_in("0014")["_taken_away"]()
        said_anew = _said_in("0020")["_said_anew"]
        triggers[_BATCH_GUARD] = said_anew(triggers[_BATCH_GUARD], *seals)
        _said_in("0020")["_make_postings_anew"](*conditions)
        _said_in("0014")["_run_all"](triggers.values())
    raise_guards(op.get_bind())


def _said_in(version: str) -> dict[str, Any]:
    script: Any = context.script.get_revision(version)
    words: dict[str, Any] = vars(script.module)
    return words
