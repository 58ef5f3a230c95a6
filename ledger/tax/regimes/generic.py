"""Times come in; calendar years leave: a regime without terms, for countries that have no file."""

from datetime import UTC, datetime
from typing import Final

from ledger.model.tax import Term

NAME: Final = "generic"
#: A cost is a line of its own and no part of a disposal.
FEES_REDUCE_PROCEEDS: Final = False


def year_of(time: datetime) -> int:
    """The calendar year, by UTC."""
    return time.astimezone(UTC).year


def term(acquired: datetime, disposed: datetime) -> Term:
    """Always short: without terms the whole gain stands in one total."""
    return "short"
