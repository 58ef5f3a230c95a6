"""What was said for a tax office as tables: years filed, allocations, orders, plans of lots."""

from typing import Final

from sqlalchemy import BigInteger

from ledger.store.columns import Compressed, ExactInteger, PlainText
from ledger.store.tables.fields import kept, keyed, table

#: An assessment as it was filed, which a higher `n` of the same year amends; or, with a regime that
#: ends so (`ledger/model/filing.py`), an allocation of lots to wallets, which nothing amends; or,
#: with one that is called so, a standing order for lots.
FILED_YEAR: Final = table(
    "filed_year",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("regime", PlainText),
    kept("year", BigInteger),
    kept("by_name", PlainText),
    kept("reason", PlainText),
    kept("asked", PlainText),
    kept("body", Compressed),
    kept("books", PlainText),
    kept("program", PlainText),
    kept("previous", PlainText),
    kept("digest", PlainText),
    kept("recorded_at", BigInteger),
)

#: Lots that the next sale of an asset out of a wallet is to take; `lots` is a list in JSON.
LOT_PLAN: Final = table(
    "lot_plan",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("asset", PlainText),
    kept("wallet", PlainText),
    kept("quantity", ExactInteger),
    kept("lots", PlainText),
    kept("by_name", PlainText),
    kept("previous", PlainText),
    kept("digest", PlainText),
    kept("recorded_at", BigInteger),
)
