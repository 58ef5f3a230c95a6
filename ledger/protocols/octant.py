"""Octant: a view in; GLM locked and unlocked, and rewards of its epochs out.

Source: golemfoundation/octant, contracts-v1, Deposits.sol and Vault.sol; docs.octant.app, deployed
contracts. The vault pays in coin.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.protocols._stakes import Says, Table, staked
from ledger.shapes import ActivityView, Recognised

NAME: Final = "octant"
RANK: Final = 10

#: Locked(uint256 depositBefore, uint256 amount, uint256 when, address user), Unlocked of the same
#: shape; nothing indexed.
LOCKED: Final = "0x4c00281b0bce21cd7064204e92146d972c359c3743b9a503f438b4325efaaf14"
UNLOCKED: Final = "0xc866d6212c58a2480a6da14f1bdbaae0c127cdc8296409157a23b968149066ce"
#: Withdrawn(address user, uint256 amount, uint256 epoch) of the vault; nothing indexed.
WITHDRAWN: Final = "0x92ccf450a286a957af52509bc1c9939d1a6a481783e142e41e2499f0bb66ebc6"

#: The vault (Ethereum), whose log's name others use too.
VAULT: Final = "0xc64783f0be60a81a716535287539a694403183ba"

READ: Final[Table] = {
    LOCKED: (Says("stake", 1, 4, user=3, amount=1),),
    UNLOCKED: (Says("unstake", 1, 4, user=3, amount=1),),
    WITHDRAWN: (Says("reward", 1, 3, user=0, amount=1),),
}

SIGNS: Final = frozenset({LOCKED, UNLOCKED, VAULT})


def recognise(view: ActivityView) -> Recognised | None:
    """What the deposits and the vault said of the fund."""
    return staked(view, READ, _named)


def _named(log: Log) -> str | None:
    return NAME if log.topics[0] != WITHDRAWN or log.address == VAULT else None
