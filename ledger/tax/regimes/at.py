"""Nothing enters; the rules of Austria leave: old and new stock, moving average, neutral swaps."""

from datetime import date
from typing import Final

from ledger.tax.rules import Dated, Rules

NAME: Final = "at"
_NEW_LAW: Final = "§ 27b, § 124b Z 384 EStG 1988 (ÖkoStRefG 2022 Teil I)"
_SPECULATION: Final = "§ 31 Abs. 3 EStG 1988"
#: What was acquired before 1 March 2021 is old stock: free once it was held for more than a year
#: (§ 31 EStG), and in doubt the first to leave (§ 3 KryptowährungsVO). New stock is taxed whenever
#: it is sold, at the moving average of its wallet from 2023 on (§ 2 KryptowährungsVO), first in
#: first out before. From 1 March 2022 a swap of crypto-assets, which a currency is not, is no
#: disposal and carries the cost (§ 27b Abs. 3 Z 2), and staking rewards, airdrops and hard forks
#: are no income and have cost nothing (§ 27b Abs. 2, § 27a Abs. 4 Z 5).
RULES: Final = Rules(
    name=NAME,
    method="fifo",
    settings={
        "day_zone": "Europe/Vienna",
        "basis_scope": "wallet",
        "long_term": "anniversary",
        "gifts_sent": "no_gain",
        "forks": "free",
        "old_stock": "before:2021-03-01",
    },
    dated=(
        Dated("taxable", "ceiling", date(2009, 1, 1), date(2021, 12, 31), _SPECULATION),
        Dated("amount", 440, date(2009, 1, 1), date(2021, 12, 31), _SPECULATION),
        Dated("taxable", "all", date(2022, 1, 1), None, _NEW_LAW),
        Dated("swaps", "carry", date(2022, 3, 1), None, _NEW_LAW),
        Dated("rewards", "free", date(2022, 3, 1), None, _NEW_LAW),
        Dated("rate", 2_750, date(2022, 3, 1), None, "§ 27a Abs. 1 Z 2 EStG 1988"),
        Dated("method", "average", date(2023, 1, 1), None, "§ 2 KryptowährungsVO"),
    ),
    long_exempt=True,
    month_ends=False,
    currency="EUR",
    currencies_count=False,
)
