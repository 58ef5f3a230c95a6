"""Nothing enters; the rules of Australia leave: parcels, the discount, years from 1 July."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "au"
#: ITAA 1997 s. 102-5 and 115-25, 115-100: after losses half of what is gained on parcels held for
#: more than a year, by individuals and trusts; s. 116-20: what is received, at market value.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={"day_zone": "Australia/Sydney", "long_term": "anniversary"},
    year_starts=(7, 1),
    taxable="discount",
    currency="AUD",
)
