"""Nothing enters; the rules of the United States leave: lots by wallet, long after a year."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "us"
#: Basis by wallet from 2025 on (Reg. §1.1012-1(j)), long after more than a year (IRC §1222), gifts
#: without a gain (IRC §1015); foreign currency is ordinary and no digital asset (IRC §988).
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={
        "basis_scope": "wallet_from:2025-01-01",
        "long_term": "anniversary",
        "gifts_sent": "no_gain",
    },
    currency="USD",
    currencies_count=False,
    own_choices=True,
)
