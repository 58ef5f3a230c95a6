"""Nothing enters; the rules of India leave: no set-off of losses, years from 1 April."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "in"
#: Income-tax Act s. 115BBH: nothing but the cost of acquisition is deducted, and no loss is set off
#: against any gain.
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={"day_zone": "Asia/Kolkata", "fiat_fee": "expense"},
    year_starts=(4, 1),
    taxable="no_set_off",
    currency="INR",
)
