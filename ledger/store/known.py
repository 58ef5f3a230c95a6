"""A table and a time enter; the condition leaves that a row of it was known then.

What is recorded is never lost: a row that no longer counts is *superseded* and stays, so that the
store can say at any later day what it knew. Without a time the condition is that a row counts now.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, insert, select, true, update

from ledger.model.activity import microseconds
from ledger.store.engine import FundTransaction


def recorded_by(table: Table, known_at: datetime | None) -> ColumnElement[bool]:
    """Whether a row of a table whose rows always count was recorded at a time or before it."""
    if known_at is None:
        return true()
    return table.c.recorded_at <= microseconds(known_at)


def in_force_at(table: Table, known_at: datetime | None) -> ColumnElement[bool]:
    """Whether a row was recorded by a time, and what supersedes it only after that."""
    end = table.c.superseded_at
    if known_at is None:
        return end.is_(None)
    return recorded_by(table, known_at) & (end.is_(None) | (end > microseconds(known_at)))


def put_in_place(
    inside: FundTransaction, table: Table, key: Mapping[str, str], facts: Mapping[str, str]
) -> None:
    """Let a row count in place of the one of its key that counted, which is superseded and stays.

    Where that says the same it goes on counting.
    """
    named = [table.c[name] == text for name, text in key.items()]
    current = and_(table.c.fund_id == inside.fund_id, *named, in_force_at(table, None))
    known = inside.connection.execute(select(table).where(current)).one_or_none()
    if known is not None and all(getattr(known, name) == text for name, text in facts.items()):
        return
    now = inside.recorded_after([] if known is None else [known.recorded_at])
    if known is not None:
        inside.connection.execute(update(table).where(current).values(superseded_at=now))
    row = {"fund_id": inside.fund_id, **key, **facts, "recorded_at": now}
    inside.connection.execute(insert(table).values(row))
