"""Nothing enters; the rules of Japan leave: the average of the year, or the moving one."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "jp"
#: Enforcement Order of the Income Tax Act art. 119-2: total average, moving average on election
#: (method `average`).
RULES: Final = Rules(
    name=NAME,
    method="year-average",
    settings={"day_zone": "Asia/Tokyo"},
    currency="JPY",
)
