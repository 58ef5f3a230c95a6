"""Nothing enters; the rules of the United Kingdom leave: day matching, years from 6 April."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "uk"
#: TCGA 1992 s. 104 to 106A; a company states the method `company-matching` (s. 107). Gifts are
#: disposals at market value (s. 17), between spouses at cost (s. 58, `gifts_sent` no_gain).
#: Units lent or put into a pool change their owner, which is a disposal (CRYPTO61600 ff.).
RULES: Final = Rules(
    name=NAME,
    method="share-matching",
    settings={"day_zone": "Europe/London", "pools": "disposal"},
    year_starts=(4, 6),
    currency="GBP",
)
