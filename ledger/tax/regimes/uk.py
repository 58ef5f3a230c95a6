"""Nothing enters; the rules of the United Kingdom leave: day matching, years from 6 April."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "uk"
_EXEMPT: Final = "TCGA 1992 s. 1K"
_RATES: Final = "TCGA 1992 s. 1H"
_FROM_BUDGET: Final = "TCGA 1992 s. 1H (Finance Act 2025)"
#: TCGA 1992 s. 104 to 106A, for individuals. Gifts are disposals at market value (s. 17), between
#: spouses at cost (s. 58, `gifts_sent` no_gain). Units lent or put into a pool change their owner,
#: which is a disposal (CRYPTO61600 ff.). Companies: `uk_company`.
RULES: Final = Rules(
    name=NAME,
    method="share-matching",
    settings={
        "day_zone": "Europe/London",
        "pools": "disposal",
        "donations": "no_gain",
        "forks": "shared",
    },
    year_starts=(4, 6),
    dated=(
        Dated("taxable", "exempt", date(2011, 4, 6), None, _EXEMPT),
        Dated("amount", 10_600, date(2011, 4, 6), date(2013, 4, 5), _EXEMPT),
        Dated("amount", 10_900, date(2013, 4, 6), date(2014, 4, 5), _EXEMPT),
        Dated("amount", 11_000, date(2014, 4, 6), date(2015, 4, 5), _EXEMPT),
        Dated("amount", 11_100, date(2015, 4, 6), date(2017, 4, 5), _EXEMPT),
        Dated("amount", 11_300, date(2017, 4, 6), date(2018, 4, 5), _EXEMPT),
        Dated("amount", 11_700, date(2018, 4, 6), date(2019, 4, 5), _EXEMPT),
        Dated("amount", 12_000, date(2019, 4, 6), date(2020, 4, 5), _EXEMPT),
        Dated("amount", 12_300, date(2020, 4, 6), date(2023, 4, 5), _EXEMPT),
        Dated("amount", 6_000, date(2023, 4, 6), date(2024, 4, 5), _EXEMPT),
        Dated("amount", 3_000, date(2024, 4, 6), None, _EXEMPT),
        Dated("rate_basic", 1_800, date(2010, 6, 23), date(2016, 4, 5), _RATES),
        Dated("rate_higher", 2_800, date(2010, 6, 23), date(2016, 4, 5), _RATES),
        Dated("rate_basic", 1_000, date(2016, 4, 6), date(2024, 10, 29), _RATES),
        Dated("rate_higher", 2_000, date(2016, 4, 6), date(2024, 10, 29), _RATES),
        Dated("rate_basic", 1_800, date(2024, 10, 30), None, _FROM_BUDGET),
        Dated("rate_higher", 2_400, date(2024, 10, 30), None, _FROM_BUDGET),
    ),
    losses="stated",
    currency="GBP",
)
