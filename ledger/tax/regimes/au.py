"""Nothing enters; the rules of Australia leave: parcels, the discount, years from 1 July."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "au"
_DISCOUNT: Final = "ITAA 1997 s. 102-5, 115-25, 115-100"
#: From 1 July 2027 on a rise of prices takes the place of the discount (Act No. 49 of 2026), which
#: is not computed: the gain of such years is told as it is.
_LAST: Final = date(2027, 6, 30)
#: After losses half of what is gained on parcels held for more than a year is left out, for
#: individuals and trusts; ITAA 1997 s. 116-20: what is received counts, at market value.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={
        "day_zone": "Australia/Sydney",
        "long_term": "anniversary",
        "forks": "free",
        "wraps": "disposal",
        "pools": "disposal",
    },
    year_starts=(7, 1),
    dated=(
        Dated("taxable", "discount", date(1999, 9, 21), _LAST, _DISCOUNT),
        Dated("portion", 5_000, date(1999, 9, 21), _LAST, _DISCOUNT),
    ),
    losses="disposal",
    currency="AUD",
)
