"""What can be made again as tables: it follows from evidence and journal."""

from typing import Final

from sqlalchemy import BigInteger

from ledger.store.columns import Compressed, ExactDecimal, ExactInteger, PlainText
from ledger.store.tables.fields import kept, keyed, table

#: How far a fund's books are kept: `dirty_from` is empty where they are up to date.
#:
#: `turn` counts every change of what they follow from; `unplaced` says that there is evidence
#: without a row in `evidence_time`.
KEEPING: Final = table(
    "keeping",
    keyed("fund_id", BigInteger),
    kept("dirty_from", BigInteger, nullable=True),
    kept("unplaced", BigInteger),
    kept("turn", BigInteger),
)

#: When that of which a piece of evidence speaks took place.
EVIDENCE_TIME: Final = table(
    "evidence_time",
    keyed("fund_id", BigInteger),
    keyed("evidence", PlainText),
    kept("time", BigInteger),
)

#: When an address or an asset first took part in anything of the fund's.
SEEN: Final = table(
    "seen",
    keyed("fund_id", BigInteger),
    keyed("subject", PlainText),
    kept("time", BigInteger),
)

#: An event that has its other side elsewhere, by what both sides would name.
#:
#: Or an entry where closed time has it, and where the evidence has it, by its id.
LINK_SIDE: Final = table(
    "link_side",
    keyed("fund_id", BigInteger),
    keyed("key", PlainText),
    keyed("event", PlainText),
    kept("time", BigInteger),
)

#: Parts of what stood at a moment: all that later books depend on, or what is read now.
CHECKPOINT: Final = table(
    "checkpoint",
    keyed("fund_id", BigInteger),
    keyed("until", BigInteger),
    keyed("part", PlainText),
    kept("digest", PlainText),
    kept("body", Compressed),
)

#: Net asset value at a valuation time.
NAV_POINT: Final = table(
    "nav_point",
    keyed("fund_id", BigInteger),
    keyed("time", BigInteger),
    kept("currency", PlainText),
    kept("value", ExactInteger),
    kept("flows", ExactInteger),
    kept("growth", ExactDecimal, nullable=True),
    kept("unpriced", BigInteger),
    kept("invested", ExactInteger),
)

#: A price that follows from a trade of the fund's own.
IMPLIED_QUOTE: Final = table(
    "implied_quote",
    keyed("fund_id", BigInteger),
    keyed("time", BigInteger),
    keyed("asset", PlainText),
    keyed("source", PlainText),
    kept("currency", PlainText),
    kept("price", ExactDecimal),
)
