"""Times with a zone enter columns as whole microseconds, and leave them again."""

from datetime import datetime
from typing import Final

from ledger.model.activity import microseconds, time_at


def stored_time(time: datetime | None) -> int | None:
    """Microseconds since 1970 of a time, None of none."""
    return None if time is None else microseconds(time)


def time_of(stored: int) -> datetime:
    """The time in UTC that a column holds."""
    return time_at(stored)


def optional_time(stored: int | None) -> datetime | None:
    """The time that a column holds, None where it is empty."""
    return None if stored is None else time_of(stored)


#: Microseconds from and until which entries have their place in the books.
Span = tuple[int, int]
ALL_TIMES: Final[Span] = (-(2**62), 2**62)


def before(until: datetime) -> Span:
    """All times before one."""
    return ALL_TIMES[0], microseconds(until)
