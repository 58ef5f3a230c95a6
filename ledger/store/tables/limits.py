"""Limits, what came of their breaches, and what is to be told to the outside, as tables."""

from typing import Final

from sqlalchemy import BigInteger

from ledger.store.columns import PlainText
from ledger.store.tables.fields import kept, keyed, table

#: A limit as it was declared; a higher `n` of the same name replaces it. `parameters` is JSON.
LIMIT_SET: Final = table(
    "limit_set",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("name", PlainText),
    kept("measure", PlainText),
    kept("bound", PlainText),
    kept("level", PlainText),
    kept("hysteresis", PlainText),
    kept("strategy", PlainText),
    kept("parameters", PlainText),
    kept("active", BigInteger),
    kept("by_name", PlainText),
    kept("reason", PlainText),
    kept("recorded_at", BigInteger),
)

#: What was seen or said of a breach, which has the number of what opened it.
LIMIT_EVENT: Final = table(
    "limit_event",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("name", PlainText),
    kept("breach", BigInteger),
    kept("kind", PlainText),
    kept("figure", PlainText),
    kept("books_at", BigInteger),
    kept("by_name", PlainText),
    kept("by_key", PlainText),
    kept("reason", PlainText),
    kept("recorded_at", BigInteger),
)

#: What happened that somebody outside may be waiting for; `body` is JSON.
OUTBOX: Final = table(
    "outbox",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("kind", PlainText),
    kept("body", PlainText),
    kept("recorded_at", BigInteger),
)
