"""WalletConnect's stake: a view in; WCT locked, withdrawn, and rewards out.

Source: WalletConnect/contracts, evm/src/StakeWeight.sol and StakingRewardDistributor.sol, and their
deployments on Optimism.
"""

from typing import Final

from ledger.model.event import Event
from ledger.protocols._kept import facts, kept_by
from ledger.protocols._legs import exact
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "walletconnect"
RANK: Final = 10

#: Deposit(address provider, uint256 amount, uint256 locktime, uint256 type, uint256
#: transferredAmount, uint256 timestamp), Withdraw(address provider, uint256 totalAmount,
#: uint256 transferredAmount, uint256 timestamp) and ForcedWithdraw with an endTimestamp behind;
#: provider indexed. What was transferred is what moved: locked grants move nothing.
DEPOSIT: Final = "0xf943cf10ef4d1e3239f4716ddecdf546e8ba8ab0e41deafd9a71a99936827e45"
WITHDRAW: Final = "0x02f25270a4d87bea75db541cdfe559334a275b4a233520ed6c0a2429667cca94"
FORCED_WITHDRAW: Final = "0x3cd6c1b82d17ee63f320450b0648e02c92ec45d8983b1a787ced256b10e12b1f"
#: The stake on Optimism (the project's deployments): escrows of exchanges log withdrawals alike.
STAKE: Final = ("eip155:10", "0x521b4c065bbdbe3e20b3727340730936912dfa46")
#: Who pays rewards for stakes, on Optimism.
REWARDS: Final = ("eip155:10", "0xf368f535e329c6d08dff0d4b2da961c4e7f3fcaf")

#: topic → (whether it goes in, least words, word of what moved)
MOVES: Final = {DEPOSIT: (True, 5, 3), WITHDRAW: (False, 3, 1), FORCED_WITHDRAW: (False, 4, 1)}

SIGNS: Final = frozenset({*MOVES, REWARDS[1]})


def recognise(view: ActivityView) -> Recognised | None:
    """Stakes as positions, of the size that moved; what the distributor paid."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    for topic, (goes_in, words, place) in MOVES.items():
        for log in logs_with(view.activity, topic, 2, words):
            if address_in(log.topics, 1) not in view.owned:
                continue
            if topic == WITHDRAW and (view.activity.network, log.address) != STAKE:
                continue
            amount = number_in(log, place)
            rest = view.without(events)
            legs = exact(rest, -amount if goes_in else amount, other={log.address})
            events += tuple(kept_by(rest, units, leg, NAME, log.address) for leg in legs)
    network, distributor = REWARDS
    earned = [
        leg
        for leg in view.without(events).legs
        if view.activity.network == network and leg.counterparty == distributor and leg.quantity > 0
    ]
    events += (event(view, "reward", earned, NAME),) if earned else ()
    return Recognised(events, facts(view, events)) if events else None
