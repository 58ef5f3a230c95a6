"""Books and closed months enter; entries that leave closed time alone, and checkpoints, leave.

A closed month keeps the entries that it was closed with (docs/closing.md). Everything here is pure;
which months are closed is kept by `ledger.store.periods`.
"""

from ledger.close.checkpoint import (
    Checkpoint,
    checkpoint,
    checkpoint_digest,
    checkpoints,
    first_difference,
    trial_balance_of,
)
from ledger.close.months import month_bounds, months_between
from ledger.close.settle import (
    ADJUST,
    Closed,
    adjusted_id,
    adjusts,
    settled,
    settled_books,
)

__all__ = (
    "ADJUST",
    "Checkpoint",
    "Closed",
    "adjusted_id",
    "adjusts",
    "checkpoint",
    "checkpoint_digest",
    "checkpoints",
    "first_difference",
    "month_bounds",
    "months_between",
    "settled",
    "settled_books",
    "trial_balance_of",
)
