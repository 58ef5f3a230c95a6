"""Values of settings as words come in; what they say leaves, or what is wrong with them."""

from datetime import UTC, date, datetime, tzinfo
from typing import Final, Literal

from ledger.model.errors import BadInput
from ledger.tax.rules import Words

#: Years that a history may speak of: far from where dates end, so that no window leaves them.
YEARS: Final = range(1900, 2201)


class BadSetting(BadInput):
    """A setting outside the closed set; the text names it and what is in the set."""

    code = "bad_setting"


def read_zone(value: object) -> tzinfo:
    """A zone of IANA by its name; none is looked up for `UTC`."""
    if value == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # for those who live elsewhere

    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSetting(f"day_zone is an IANA zone, not {shown(value)}") from error


def read_scope(value: object) -> date | None:
    """The day from which basis is by wallet: None never, `date.min` always."""
    if value == "universal":
        return None
    if value == "wallet":
        return date.min
    words, _, day = str(value).partition(":")
    try:
        since = date.fromisoformat(day)
        if words == "wallet_from" and since.year in YEARS:
            return since
    except ValueError:
        day = ""
    raise BadSetting(
        f"basis_scope is universal, wallet or wallet_from:YYYY-MM-DD, not {shown(value)}"
    )


def read_long_term(value: object) -> tuple[Literal["anniversary", "days", "never"], int]:
    """The rule of `long_term` and the days of `days:N`."""
    if value == "anniversary":
        return "anniversary", 0
    if value == "never":
        return "never", 0
    words, _, days = str(value).partition(":")
    if words == "days" and days.isascii() and days.isdigit() and len(days) <= 6:
        return "days", int(days)
    raise BadSetting(f"long_term is anniversary, days:N or never, not {shown(value)}")


def read_time(value: object, name: str) -> datetime:
    """A time of ISO 8601 as UTC; no zone is UTC."""
    try:
        time = datetime.fromisoformat(str(value))
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadSetting(f"{name} is a time of ISO 8601, not {shown(value)}") from error


def read_day(value: object, name: str) -> date:
    """A day YYYY-MM-DD of a year that a history may speak of."""
    text = f"{name} is a day YYYY-MM-DD, not {shown(value)}"
    try:
        day = date.fromisoformat(str(value))
    except ValueError as error:
        raise BadSetting(text) from error
    if day.year not in YEARS:
        raise BadSetting(text)
    return day


def read_day_after(words: Words, name: str, plain: str, word: str) -> date | None:
    """The day of `word:YYYY-MM-DD`; None for the plain word."""
    value = words[name]
    if value == plain:
        return None
    said, _, text = str(value).partition(":")
    if said != word:
        raise BadSetting(f"{name} is {plain} or {word}:YYYY-MM-DD, not {shown(value)}")
    return read_day(text, name)


def read_year_starts(value: object) -> tuple[int, int] | None:
    """The month and day on which a tax year begins; None for the regime's."""
    if value == "regime":
        return None
    try:
        day = date.fromisoformat(f"2001-{value}")
    except ValueError as error:
        raise BadSetting(f"year_starts is regime or MM-DD, not {shown(value)}") from error
    return day.month, day.day


def read_mark_from(value: object) -> int | None:
    """The year of `from:YYYY`; None for `none`."""
    if value == "none":
        return None
    word, _, year = str(value).partition(":")
    if word == "from" and year.isascii() and year.isdigit() and int(year[:5]) in YEARS:
        return int(year)
    raise BadSetting(f"mark_to_market is none or from:YYYY, not {shown(value)}")


def shown(value: object) -> str:
    """A value as a message names it."""
    return repr(value)[:60]


def listed(values: frozenset[str] | set[str]) -> str:
    """The words of a set as a message names them."""
    return ", ".join(sorted(values))
