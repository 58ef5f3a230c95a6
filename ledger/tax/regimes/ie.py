"""Nothing enters; the rules of Ireland leave: first in first out, and the four weeks."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "ie"
_EXEMPT: Final = "TCA 1997 s. 601, 31"
_RATE: Final = "TCA 1997 s. 28"
#: TCA 1997 s. 580(1) and (4): what was acquired earlier is disposed of earlier; s. 581: but what
#: was acquired within 4 weeks before goes first, and a loss on what is acquired again within 4
#: weeks is kept for a gain on that. Losses go before the amount that is free (s. 31, 601).
RULES: Final = Rules(
    name=NAME,
    method="four-week-matching",
    settings={"day_zone": "Europe/Dublin", "donations": "no_gain"},
    losses="stated",
    currency="EUR",
    dated=(
        Dated("taxable", "exempt_after_losses", date(2002, 1, 1), None, _EXEMPT),
        Dated("amount", 1_270, date(2002, 1, 1), None, _EXEMPT),
        Dated("rate", 2_500, date(2009, 4, 8), date(2011, 12, 6), _RATE),
        Dated("rate", 3_000, date(2011, 12, 7), date(2012, 12, 5), _RATE),
        Dated("rate", 3_300, date(2012, 12, 6), None, _RATE),
    ),
)
