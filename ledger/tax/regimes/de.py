"""Nothing enters; the rules of Germany leave: by wallet, free after a year, a threshold."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "de"
#: § 23 EStG with the letter of the BMF of 6 March 2025: first in first out by wallet, nothing due
#: on what was held for more than one year, nor on gains of a year under the threshold: 600 €, and
#: 1,000 € from 2024 (Wachstumschancengesetz); at the threshold all is due.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={
        "day_zone": "Europe/Berlin",
        "basis_scope": "wallet",
        "long_term": "anniversary",
        "gifts_sent": "no_gain",
    },
    taxable="threshold",
    limits=((2009, 600), (2024, 1000)),
    long_exempt=True,
    currency="EUR",
)
