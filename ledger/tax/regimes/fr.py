"""Nothing enters; the rules of France leave: the portfolio formula, small sales free."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "fr"
_FLAT: Final = "CGI art. 200 C"
_SOCIAL: Final = "CSS art. L. 136-8; CGI art. 235 ter"
#: CGI art. 150 VH bis: the portfolio formula (III), token for token neutral (II A), nothing due in
#: a year whose sales add up to 305 € at most (II B). The flat rate is 12.8 percent of income tax
#: and 17.2 percent of social levies, 18.6 from 2026 on.
RULES: Final = Rules(
    name=NAME,
    method="portfolio",
    settings={"day_zone": "Europe/Paris", "gifts_sent": "no_gain"},
    dated=(
        Dated("taxable", "small_sales", date(2019, 1, 1), None, "CGI art. 150 VH bis II B"),
        Dated("amount", 305, date(2019, 1, 1), None, "CGI art. 150 VH bis II B"),
        Dated("rate_income", 1_280, date(2019, 1, 1), None, _FLAT),
        Dated("rate_social", 1_720, date(2019, 1, 1), date(2025, 12, 31), _SOCIAL),
        Dated("rate_social", 1_860, date(2026, 1, 1), None, "LFSS 2026"),
    ),
    currency="EUR",
    currencies_count=False,
)
