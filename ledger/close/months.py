"""A month as `YYYY-MM` enters, its bounds leave: UTC, the end belonging to the next month."""

from datetime import UTC, datetime

from ledger.model.errors import BadInput

#: Months of which every instant is a whole number of microseconds since 1970, and a date.
_FIRST_YEAR, _LAST_YEAR = 1970, 9998


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The first instant of a month `YYYY-MM` and that of the next one, UTC. Raises BadInput."""
    digits = month.replace("-", "", 1)
    if len(month) != 7 or month[4] != "-" or not (digits.isascii() and digits.isdigit()):
        raise BadInput(f"{month[:20]!r} is no month such as 2026-01")
    year, number = int(month[:4]), int(month[5:])
    if not (1 <= number <= 12 and _FIRST_YEAR <= year <= _LAST_YEAR):
        raise BadInput(f"{month!r} is no month such as 2026-01")
    until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return datetime(year, number, 1, tzinfo=UTC), until


def months_between(first: datetime, until: datetime) -> tuple[str, ...]:
    """The months from that of `first` to the one that ends with `until`, in order."""
    months = []
    start = first.astimezone(UTC)
    while start < until:
        months.append(f"{start:%Y-%m}")
        start = month_bounds(months[-1])[1]
    return tuple(months)
