"""Locked GNO: a view in; GNO that was locked for votes and came back out.

Source: the token of the lock on Ethereum (0x4f8ad938eba0cd19155a835f617317a6e788c868), whose logs
of a transfer tell of a mint and a burn the wrong way round: balances show what its units did.
"""

from typing import Final

from ledger.model.asset import erc20
from ledger.shapes import ActivityView, Recognised, event

NAME: Final = "lockedgno"
RANK: Final = 0

NETWORK: Final = "eip155:1"
LOCK: Final = "0x4f8ad938eba0cd19155a835f617317a6e788c868"
GNO: Final = erc20(NETWORK, "0x6810e776880c02933d47db1b9fc05908e5386b96")
LOCKED: Final = erc20(NETWORK, LOCK)

SIGNS: Final = frozenset({LOCK})


def recognise(view: ActivityView) -> Recognised | None:
    """GNO that the lock took or gave, with all that its token did beside it."""
    moved = [leg for leg in view.legs if leg.asset == GNO and leg.counterparty == LOCK]
    signs = {leg.quantity > 0 for leg in moved}
    if view.activity.network != NETWORK or len(signs) != 1:
        return None
    legs = (*moved, *(leg for leg in view.legs if leg.asset == LOCKED))
    return Recognised((event(view, "unstake" if signs.pop() else "stake", legs, NAME),))
