"""Nothing enters; the rules for companies of the United Kingdom leave: ten days, indexed pool."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "uk_company"
_FROZEN: Final = "TCGA 1992 s. 53, 110 (Finance Act 2018 s. 26)"
_RATES: Final = "CTA 2009 s. 4, CTA 2010 s. 3 and the yearly Finance Acts"
#: TCGA 1992 s. 105 (same day), s. 107(3) to (6) (the 10 days before, earliest first), s. 104 and
#: 110 (the pool, indexed to December 2017 at the latest). No amount of a year is free. Units lent
#: or put into a pool change their owner, which is a disposal (CRYPTO61600 ff.). A company has its
#: own accounting periods (`year_starts`); where none is said, the financial year.
RULES: Final = Rules(
    name=NAME,
    method="company-matching",
    settings={
        "day_zone": "Europe/London",
        "indexation": "uk_frozen",
        "pools": "disposal",
        "donations": "no_gain",
        "forks": "shared",
    },
    year_starts=(4, 1),
    losses="stated",
    currency="GBP",
    dated=(
        Dated("indexed_to", "2017-12", date(2018, 1, 1), None, _FROZEN),
        Dated("rate_main", 2_000, date(2015, 4, 1), date(2017, 3, 31), _RATES),
        Dated("rate_main", 1_900, date(2017, 4, 1), date(2023, 3, 31), _RATES),
        Dated("rate_main", 2_500, date(2023, 4, 1), None, _RATES),
        Dated("rate_small", 1_900, date(2023, 4, 1), None, "CTA 2010 s. 18A"),
    ),
)
