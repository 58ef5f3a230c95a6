"""Rules enter; the same calls go to a store on each database and to plain Python beside them.

After every rule both stores hold what plain Python holds: live entries, sums by account and asset,
numbers without a gap, closed months, blocks, manual journals, and one digest. What is refused
changes no row of any table. Each file has the rules of its subject with their oracle.
"""

from tests.ledger.store.machine.blocks import BlockRules
from tests.ledger.store.machine.journal import JournalRules
from tests.ledger.store.machine.known import KnownRules
from tests.ledger.store.machine.manual import ManualRules
from tests.ledger.store.machine.months import MonthRules


class StoreMachine(JournalRules, MonthRules, BlockRules, ManualRules, KnownRules):
    """Every rule in one machine, so that each is tried after any other."""


__all__ = ("StoreMachine",)
