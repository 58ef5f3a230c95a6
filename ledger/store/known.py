"""A table and a time enter; the condition leaves that a row of it was known then.

What is recorded is never lost: a row that no longer counts is *superseded* and stays, so that the
store can say at any later day what it knew. Without a time the condition is that a row counts now.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Table, true

from ledger.model.activity import microseconds


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


def after_all(now: int, recorded: Iterable[int]) -> int:
    """The time of recording of what supersedes rows: now, and later than each of them.

    A clock may be set back, and what came last must be what counts.
    """
    return max(now, *(time + 1 for time in recorded), 0)


def not_before(now: int, last: int) -> int:
    """The time of recording of what comes after the last: now, or just after it.

    What is written in one transaction has one time; only a clock that was set back is mended.
    """
    return now if now >= last else last + 1
