"""Nothing enters; the rules of India leave: no set-off of losses, years from 1 April."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "in"
_VIRTUAL: Final = "Income-tax Act s. 115BBH (Finance Act 2022)"
#: Nothing but the cost of acquisition is deducted, and no loss is set off against any gain; from
#: the year that begins on 1 April 2022.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={"day_zone": "Asia/Kolkata", "fiat_fee": "expense", "gifts_sent": "no_gain"},
    year_starts=(4, 1),
    dated=(
        Dated("taxable", "no_set_off", date(2022, 4, 1), None, _VIRTUAL),
        Dated("rate", 3_000, date(2022, 4, 1), None, _VIRTUAL),
    ),
    unit_fees_count=False,
    currency="INR",
)
