"""Nothing enters; the rules of the United Kingdom leave: day matching, years from 6 April."""

from typing import Final

from ledger.tax.rules import Rules

NAME: Final = "uk"
#: TCGA 1992 s. 104 to 106A; a company states the method `company-matching` (s. 107). Gifts are
#: disposals at market value (s. 17), between spouses at cost (s. 58, `gifts_sent` no_gain).
RULES: Final = Rules(
    name=NAME,
    method="share-matching",
    settings={"day_zone": "Europe/London"},
    year_starts=(4, 6),
    losses="stated",
)
