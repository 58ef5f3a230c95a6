"""Times come in; tax years and holding periods of the United States leave."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.model.asset import AssetId, currency_of
from ledger.model.tax import Term
from ledger.tax.rules import Dated, Rules

NAME: Final = "us"
#: Costs of a disposal reduce the amount realised (Reg. §1.1001-7), those of a purchase are in its
#: basis (Reg. §1.1012-1).
FEES_REDUCE_PROCEEDS: Final = True
#: Purposes that are no sale or exchange at market: gifts (IRC §102, §170, §1015), losses and thefts
#: (§165), and what investors bring and take in kind (§721, §731).
NO_SALES: Final = frozenset("donation lost contribution redemption opening".split())
#: What holds for rows where the question says nothing else: first in first out, basis by wallet
#: from 2025, long after more than a year (IRC §1222), gifts without a gain (IRC §1015). Wash sales
#: (IRC §1091 speaks of stock and securities) and marks (§475(f), §1256) are off unless asked for.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={"long_term": "anniversary", "gifts_sent": "no_gain"},
    dated=(
        Dated("basis_scope", "wallet", date(2025, 1, 1), None, "Reg. §1.1012-1(j), TD 10000"),
        # the return of a partnership for 2025, which ends on a Sunday (IRC §6072(b), §7503)
        Dated("allocation_due", "2026-03-16", date(2025, 1, 1), None, "Rev. Proc. 2024-28 §5.02"),
    ),
)


def year_of(time: datetime) -> int:
    """The calendar year, by UTC."""
    return time.astimezone(UTC).year


def term(acquired: datetime, disposed: datetime) -> Term:
    """Long when held for more than one year, counted from the day after acquisition, by UTC dates.

    A sale on the anniversary is short, the day after is long (IRC §1222, Rev. Rul. 66-7). What was
    acquired on the last day of a month is long from the first day of the thirteenth month after it
    (Rev. Rul. 66-6), which is the same count: 28 February 2023 gives 1 March 2024.
    """
    begins = acquired.astimezone(UTC).date() + timedelta(days=1)
    return "long" if disposed.astimezone(UTC).date() >= _one_year_after(begins) else "short"


def assesses(asset: AssetId, purpose: str) -> bool:
    """Digital assets that were sold, exchanged or spent; foreign currency is ordinary (§988)."""
    return purpose not in NO_SALES and currency_of(asset) is None


def _one_year_after(day: date) -> date:
    """The same date of the next year; 1 March where there is none."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)
