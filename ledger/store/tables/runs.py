"""The times in which the service ran for a fund, as a table."""

from typing import Final

from sqlalchemy import BigInteger

from ledger.store.tables.fields import kept, keyed, table

#: A run of the service: from when to when the books could be read and written through it.
SERVICE_RUN: Final = table(
    "service_run",
    keyed("fund_id", BigInteger),
    keyed("n", BigInteger),
    kept("started_at", BigInteger),
    kept("seen_at", BigInteger),
)
