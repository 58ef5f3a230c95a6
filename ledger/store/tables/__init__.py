"""Field declarations enter, the tables of the store leave: every key but the fund's begins with it.

These classes declare; nothing constructs them, for a `table=True` class checks nothing. Rows are
written and read through SQLAlchemy Core, and become values of `ledger.model` before they leave the
store. The database itself is made by the migrations; a test compares the two.

Times are whole microseconds since 1970, UTC. `recorded_at` is when a row became known; one with a
`superseded_at` has counted until then (known.py).
"""

from typing import cast

from sqlalchemy import Table
from sqlmodel import SQLModel

from ledger.store.tables.evidence import (
    AnswerRow,
    BlockSeenRow,
    EvidenceRow,
    ImportBatchRow,
    QuoteRow,
    SyncCursorRow,
)
from ledger.store.tables.funds import (
    AnsweredRequestRow,
    ApiKeyRow,
    AssetRow,
    FundBeforeRow,
    FundMethodRow,
    FundRow,
    FundSettingRow,
    IdentificationRow,
    StrategyRuleRow,
    WalletRow,
)
from ledger.store.tables.journal import (
    AccountRow,
    BatchRow,
    EntryRow,
    JournalHeadRow,
    ManualDecisionRow,
    ManualJournalRow,
    PeriodEventRow,
    PeriodRow,
    PostingRow,
)
from ledger.store.tables.keeping import (
    CheckpointRow,
    EvidenceTimeRow,
    ImpliedQuoteRow,
    KeepingRow,
    LinkSideRow,
    NavPointRow,
    SeenRow,
)

__all__ = (
    "AccountRow",
    "AnswerRow",
    "AnsweredRequestRow",
    "ApiKeyRow",
    "AssetRow",
    "BatchRow",
    "BlockSeenRow",
    "CheckpointRow",
    "EntryRow",
    "EvidenceRow",
    "EvidenceTimeRow",
    "FundBeforeRow",
    "FundMethodRow",
    "FundRow",
    "FundSettingRow",
    "IdentificationRow",
    "ImpliedQuoteRow",
    "ImportBatchRow",
    "JournalHeadRow",
    "KeepingRow",
    "LinkSideRow",
    "ManualDecisionRow",
    "ManualJournalRow",
    "NavPointRow",
    "PeriodEventRow",
    "PeriodRow",
    "PostingRow",
    "QuoteRow",
    "SeenRow",
    "StrategyRuleRow",
    "SyncCursorRow",
    "WalletRow",
    "table_of",
)


def table_of(row: type[SQLModel]) -> Table:
    """The table that a row class declares."""
    return cast("Table", row.__table__)  # type: ignore[attr-defined]
