"""Nothing enters; the rules of Canada leave: average cost, superficial losses, half included."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "ca"
#: ITA s. 47 (average cost of identical property), s. 54 and 53(1)(f) (superficial loss), s. 69
#: (gifts at market value). The inclusion of two thirds that was announced for 25 June 2024 was
#: cancelled on 21 March 2025 and never became law.
RULES: Final = Rules(
    name=NAME,
    method="average",
    settings={"day_zone": "America/Toronto", "loss_rule": "ca_superficial"},
    dated=(
        Dated("taxable", "inclusion", date(2000, 10, 18), None, "ITA s. 38(a)"),
        Dated("portion", 5_000, date(2000, 10, 18), None, "ITA s. 38(a)"),
    ),
    losses="disposal",
    currency="CAD",
)
