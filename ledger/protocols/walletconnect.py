"""WalletConnect: a view in; WCT locked for stake weight and taken back out.

Source: WalletConnect/contracts, evm/src/StakeWeight.sol. What a lock earns has the log of Curve's
fee distributor.
"""

from typing import Final

from ledger.protocols._stakes import Says, Table, staked
from ledger.shapes import ActivityView, Recognised

NAME: Final = "walletconnect"
RANK: Final = 10

#: Deposit(address provider, uint256 amount, uint256 locktime, uint256 type_, uint256
#: transferredAmount, uint256 timestamp); provider indexed.
DEPOSIT: Final = "0xf943cf10ef4d1e3239f4716ddecdf546e8ba8ab0e41deafd9a71a99936827e45"
#: Withdraw(address provider, uint256 totalAmount, uint256 transferredAmount, uint256 timestamp),
#: ForcedWithdraw(the same, uint256 endTimestamp); provider indexed. The rest of the total was
#: locked by an allocation and never left it.
WITHDRAW: Final = "0x02f25270a4d87bea75db541cdfe559334a275b4a233520ed6c0a2429667cca94"
FORCED: Final = "0x3cd6c1b82d17ee63f320450b0648e02c92ec45d8983b1a787ced256b10e12b1f"

READ: Final[Table] = {
    DEPOSIT: (Says("stake", 2, 5, common=True),),
    WITHDRAW: (Says("unstake", 2, 3, amount=1, common=True),),
    FORCED: (Says("unstake", 2, 4, amount=1, common=True),),
}

SIGNS: Final = frozenset(READ)


def recognise(view: ActivityView) -> Recognised | None:
    """What the lock said of the fund."""
    return staked(view, READ, NAME)
