"""Words that people give → names and times that the program may use; one rule for every way in."""

import unicodedata
from datetime import UTC, datetime
from typing import Final

from api.desk import now
from ledger.model.errors import BadInput

NAME_MAX: Final = 120


def plain(text: str) -> str:
    """A text in one form (NFC), without controls, marks of direction or unassigned characters.

    Raises ValueError.
    """
    composed = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"} for letter in composed):
        raise ValueError("a control or unassigned character")
    return composed


def title(text: str) -> str:
    """What people call a fund or a wallet: plain, and no path of a file. Raises ValueError."""
    composed = plain(text)
    if {"/", "\\"} & set(composed) or composed in {".", ".."}:
        raise ValueError("a name that reads as a path")
    return composed


def name(what: str, text: str) -> str:
    """The same for a word of a command, from 1 to 120 characters. Raises BadInput."""
    if not text.strip() or len(text) > NAME_MAX:
        raise BadInput(f"{what} has from 1 to {NAME_MAX} characters")
    try:
        return title(text)
    except ValueError as fault:
        raise BadInput(f"{what} {text!r}: {fault}") from fault


def instant(what: str, text: str) -> datetime:
    """A time of ISO 8601 in UTC; without a zone it is UTC, a date is its first instant.

    Raises BadInput.
    """
    try:
        parsed = datetime.fromisoformat(text)
        zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise BadInput(f"{what} is no time of ISO 8601: {text[:40]!r}") from fault


def earlier(*times: datetime | None) -> datetime | None:
    """The earliest of the times that are given; None where none is."""
    return min((time for time in times if time is not None), default=None)


def past_instant(what: str, text: str | None) -> datetime | None:
    """The same for a time at which something stood: one of the future is refused."""
    if text is None:
        return None
    found = instant(what, text)
    refuse_later(what, found, None)
    return found


def refuse_later(what: str, time: datetime | None, recorded: datetime | None) -> None:
    """Refuse a time that is later than now and than all that was recorded. Raises BadInput.

    A clock that was set back may not have come to what was recorded, or named, before.
    """
    if time is not None and time > (now() if recorded is None else max(now(), recorded)):
        raise BadInput(f"{what} lies in the future")
