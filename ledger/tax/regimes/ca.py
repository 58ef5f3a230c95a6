"""Nothing enters; the rules of Canada leave: average cost, superficial losses, half included."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "ca"
#: ITA s. 47 (average cost of identical property), s. 54 and 53(1)(f) (superficial loss), s. 38
#: (half of a gain is taxable), s. 69 (gifts at market value).
RULES: Final = Rules(
    name=NAME,
    method="average",
    settings={"loss_rule": "ca_superficial"},
    taxable="half",
    currency="CAD",
)
