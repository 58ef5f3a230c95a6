"""Times come in; calendar years leave: a regime without terms, for countries that have no file."""

from datetime import UTC, datetime
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.tax import Term
from ledger.tax.rules import Rules

NAME: Final = "generic"
#: A cost is a line of its own and no part of a disposal.
FEES_REDUCE_PROCEEDS: Final = False
#: Gifts, losses and what investors bring and take in kind: countries differ, and none says market.
NO_SALES: Final = frozenset("donation lost contribution redemption opening".split())
#: What holds for rows where the question says nothing else.
RULES: Final = Rules(name=NAME, method="fifo", settings={"gifts_sent": "no_gain"}, losses="stated")


def year_of(time: datetime) -> int:
    """The calendar year, by UTC."""
    return time.astimezone(UTC).year


def term(acquired: datetime, disposed: datetime) -> Term:
    """Always short: without terms the whole gain stands in one total."""
    return "short"


def assesses(asset: AssetId, purpose: str) -> bool:
    """Every asset, foreign currency too, that was sold, exchanged or spent."""
    return purpose not in NO_SALES
