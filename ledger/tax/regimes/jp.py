"""Nothing enters; the rules of Japan leave: the average of the year, or the moving one."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "jp"
_MISCELLANEOUS: Final = "Income Tax Act art. 35; NTA, Q&A on crypto-assets"
#: Enforcement Order of the Income Tax Act art. 119-2: total average, moving average on election
#: (method `average`), in force from 2019. Gains are miscellaneous income at the
#: rates of all income.
RULES: Final = Rules(
    name=NAME,
    method="year-average",
    settings={"day_zone": "Asia/Tokyo", "forks": "free"},
    dated=(Dated("taxable", "all", date(2019, 4, 1), None, _MISCELLANEOUS),),
    currency="JPY",
)
