"""Columns enter, the tables of the store leave: every key but the fund's begins with it.

Each is declared once, in the words of SQLAlchemy Core; rows become values of `ledger.model` before
they leave the store. The database itself is made by the migrations; a test compares the two.

Times are whole microseconds since 1970, UTC. `recorded_at` is when a row became known; one with a
`superseded_at` has counted until then (known.py).
"""

from ledger.store.tables.evidence import (
    ANSWER,
    BLOCK_SEEN,
    EVIDENCE,
    IMPORT_BATCH,
    QUOTE,
    SYNC_CURSOR,
)
from ledger.store.tables.fields import METADATA
from ledger.store.tables.filings import FILED_YEAR, LOT_PLAN
from ledger.store.tables.funds import (
    ANSWERED_REQUEST,
    API_KEY,
    ASSET,
    FUND,
    FUND_BEFORE,
    FUND_CLOCK,
    FUND_METHOD,
    FUND_SETTING,
    IDENTIFICATION,
    STRATEGY_RULE,
    WALLET,
)
from ledger.store.tables.journal import (
    ACCOUNT,
    BATCH,
    ENTRY,
    JOURNAL_HEAD,
    MANUAL_DECISION,
    MANUAL_JOURNAL,
    PERIOD,
    PERIOD_EVENT,
    POSTING,
)
from ledger.store.tables.keeping import (
    CHECKPOINT,
    EVIDENCE_TIME,
    IMPLIED_QUOTE,
    KEEPING,
    LINK_SIDE,
    NAV_POINT,
    SEEN,
)
from ledger.store.tables.limits import LIMIT_EVENT, LIMIT_SET, OUTBOX
from ledger.store.tables.runs import SERVICE_RUN

__all__ = (
    "ACCOUNT",
    "ANSWER",
    "ANSWERED_REQUEST",
    "API_KEY",
    "ASSET",
    "BATCH",
    "BLOCK_SEEN",
    "CHECKPOINT",
    "ENTRY",
    "EVIDENCE",
    "EVIDENCE_TIME",
    "FILED_YEAR",
    "FUND",
    "FUND_BEFORE",
    "FUND_CLOCK",
    "FUND_METHOD",
    "FUND_SETTING",
    "IDENTIFICATION",
    "IMPLIED_QUOTE",
    "IMPORT_BATCH",
    "JOURNAL_HEAD",
    "KEEPING",
    "LIMIT_EVENT",
    "LIMIT_SET",
    "LINK_SIDE",
    "LOT_PLAN",
    "MANUAL_DECISION",
    "MANUAL_JOURNAL",
    "METADATA",
    "NAV_POINT",
    "OUTBOX",
    "PERIOD",
    "PERIOD_EVENT",
    "POSTING",
    "QUOTE",
    "SEEN",
    "SERVICE_RUN",
    "STRATEGY_RULE",
    "SYNC_CURSOR",
    "WALLET",
)
