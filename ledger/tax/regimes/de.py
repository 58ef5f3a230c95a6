"""Nothing enters; the rules of Germany leave: by wallet, free after a year, a threshold."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "de"
_THRESHOLD: Final = "§ 23 Abs. 3 Satz 5 EStG"
#: § 23 EStG with the letter of the BMF of 6 March 2025: first in first out by wallet, nothing due
#: on what was held for more than one year, nor on gains of a year under the threshold; at the
#: threshold all is due. The Wachstumschancengesetz raised it from 2024 on.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={
        "day_zone": "Europe/Berlin",
        "basis_scope": "wallet",
        "long_term": "anniversary",
        "gifts_sent": "no_gain",
        "forks": "shared",
    },
    dated=(
        Dated("taxable", "threshold", date(2009, 1, 1), None, _THRESHOLD),
        Dated("amount", 600, date(2009, 1, 1), date(2023, 12, 31), _THRESHOLD),
        Dated("amount", 1_000, date(2024, 1, 1), None, _THRESHOLD),
    ),
    long_exempt=True,
    month_ends=False,
    currency="EUR",
)
