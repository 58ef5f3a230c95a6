"""Nothing enters; the rules of the United States leave: lots by wallet, long after a year."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "us"
#: First in first out, basis by wallet from 2025, long after more than a year (IRC §1222), gifts
#: without a gain (IRC §1015); foreign currency is ordinary and no digital asset (IRC §988). Wash
#: sales (IRC §1091 speaks of stock and securities) and marks (§475(f), §1256) are off unless asked
#: for.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={"long_term": "anniversary", "gifts_sent": "no_gain"},
    dated=(
        Dated("basis_scope", "wallet", date(2025, 1, 1), None, "Reg. §1.1012-1(j), TD 10000"),
        Dated("identification", "in_time", date(2025, 1, 1), None, "Reg. §1.1012-1(j)(3)"),
        # the return of a partnership for 2025, which ends on a Sunday (IRC §6072(b), §7503)
        Dated("allocation_due", "2026-03-16", date(2025, 1, 1), None, "Rev. Proc. 2024-28 §5.02"),
    ),
    currency="USD",
    currencies_count=False,
    own_choices=True,
)
