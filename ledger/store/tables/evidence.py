"""What the world said as tables: files, transactions, blocks, answers, quotes."""

from typing import Final

from sqlalchemy import BigInteger, LargeBinary

from ledger.store.columns import Compressed, ExactDecimal, PlainText
from ledger.store.tables.fields import kept, keyed, table

#: A file that was read, by the hash of its content.
IMPORT_BATCH: Final = table(
    "import_batch",
    keyed("fund_id", BigInteger),
    keyed("id", PlainText),
    kept("name", PlainText),
    kept("venue", PlainText),
    kept("rows_read", BigInteger),
    kept("rows_new", BigInteger),
    kept("recorded_at", BigInteger),
)

#: A transaction or a statement's row, verbatim; `id` is the hash of what it says.
#:
#: For a transaction `source` is the network and `reference` its hash; for a row the venue and the
#: layout.
EVIDENCE: Final = table(
    "evidence",
    keyed("fund_id", BigInteger),
    keyed("id", PlainText),
    kept("kind", PlainText),
    kept("source", PlainText),
    kept("reference", PlainText),
    kept("owner", PlainText),
    kept("occurrence", BigInteger),
    kept("file", PlainText),
    kept("line", BigInteger),
    kept("body", Compressed),
    kept("recorded_at", BigInteger),
)

#: How far a source has been read; saved in the transaction that saves what was read.
SYNC_CURSOR: Final = table(
    "sync_cursor",
    keyed("fund_id", BigInteger),
    keyed("source", PlainText),
    kept("position", PlainText),
    keyed("recorded_at", BigInteger),
    kept("superseded_at", BigInteger, nullable=True),
)

#: What a network had at a height when it was looked at; `n` counts arrivals, the newest holds.
#:
#: An empty hash says that there was no such block any more.
BLOCK_SEEN: Final = table(
    "block_seen",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("network", PlainText),
    kept("number", BigInteger),
    kept("hash", PlainText),
    kept("recorded_at", BigInteger),
)

#: The world's answer to a question, observed balances among them; `n` counts arrivals.
ANSWER: Final = table(
    "answer",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("id", PlainText),
    kept("kind", PlainText),
    kept("subject", PlainText),
    kept("block", BigInteger, nullable=True),
    kept("source", PlainText),
    kept("body", LargeBinary),
    kept("recorded_at", BigInteger),
)

#: The price of one whole unit as a source stated it.
QUOTE: Final = table(
    "quote",
    keyed("fund_id", BigInteger),
    keyed("asset", PlainText),
    keyed("currency", PlainText),
    keyed("time", BigInteger),
    keyed("source", PlainText),
    kept("price", ExactDecimal),
    keyed("recorded_at", BigInteger),
    kept("superseded_at", BigInteger, nullable=True),
)
