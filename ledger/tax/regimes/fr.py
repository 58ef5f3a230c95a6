"""Nothing enters; the rules of France leave: the portfolio formula, small sales free."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "fr"
#: CGI art. 150 VH bis: the portfolio formula (III), token for token neutral (II A), nothing due in
#: a year whose sales add up to 305 € at most (II B).
RULES: Final = Rules(
    name=NAME,
    method="portfolio",
    settings={"day_zone": "Europe/Paris", "gifts_sent": "no_gain"},
    taxable="small_sales",
    limits=((2019, 305),),
    currency="EUR",
)
