"""StakeDAO: a view in; deposits, withdrawals, locks and claims out.

Sources: stake-dao/contracts, VaultV2 and LiquidityGaugeV4 of its strategies, Depositor of its
lockers and Platform of its bounties; docs.stakedao.org, deployed contracts.

A vault hands what it gets to the locker of its market and gives the token of its own gauge for it,
which logs like Curve's.
"""

from typing import Final

from ledger.model.activity import Activity, Log
from ledger.model.event import Event
from ledger.protocols._stakes import Says, Table, staked
from ledger.shapes import (
    ActivityView,
    Recognised,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "stakedao"
RANK: Final = 10

#: Deposit(address provider, uint256 value), Withdraw(address provider, uint256 value) of a gauge;
#: provider indexed.
GAUGE_DEPOSIT: Final = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"
GAUGE_WITHDRAW: Final = "0x884edad9ce6fa2440d8a54cc123490eb96d2768479d49ff9c7366125a9424364"
#: Deposited(address caller, address user, uint256 amount, bool lock, bool stake) of a locker's
#: depositor; the addresses indexed.
LOCKED: Final = "0x1652dc46c7c8f691f8e51f9897515fc24cbd8cafd7eb97f620fe1635399d8c76"
#: Claimed(address user, address rewardToken, uint256 bountyId, uint256 amount, uint256
#: protocolFees, uint256 timestamp) of a platform; user and bountyId indexed.
BOUNTY_CLAIMED: Final = "0x6f9c9826be5976f3f82a3490c52a83328ce2ec7be9e62dcb39c26da5148d7c76"
#: RewardsClaimed(address[] gauges) of the contract that claims from many gauges at once.
REWARDS_CLAIMED: Final = "0x6aa3772a6c360399a94a3da6248e7e99e029bce1a1f57c7b90b2bfa3c1aa7f35"

_GAUGES: Final[Table] = {
    GAUGE_DEPOSIT: (Says("stake", 2, 1, common=True),),
    GAUGE_WITHDRAW: (Says("unstake", 2, 1, common=True),),
}
_OWN: Final[Table] = {
    LOCKED: (Says("stake", 3, 3, user=-2, common=True),),
    BOUNTY_CLAIMED: (Says("reward", 3, 4, amount=1, token=0),),
}
#: Who holds what was locked: of CRV (at one address on all networks), FXS, ANGLE, BAL and PENDLE.
LOCKERS: Final = frozenset(
    {
        "0x52f541764e6e90eebc5c21ff570de0e2d63766b6",
        "0xcd3a267de09196c48bbb1d9e842d7d7645ce448f",
        "0xd13f8c25cced32cdfa79eb5ed654ce3e484dcaf5",
        "0xea79d1a83da6db43a85942767c389fe0acf336a5",
        "0xd8fa8dc5adec503acc5e026a98f32ca5c1fa289a",
    }
)
#: Who pays the rewards of the second version's vaults (Ethereum), which are vaults of ERC-4626; it
#: logs no claim, and nothing else leaves it (contracts-monorepo, Accountant.sol).
ACCOUNTANTS: Final = frozenset({"0x93b4b9bd266ffa8af68e39edfa8cfe2a62011ce0"})

#: Who claims from many gauges at once (stake-dao/contracts, CLAIM_REWARDS).
CLAIMER: Final = "0x633120100e108f03ace79d6c78aac9a56db1be0f"
VOUCHED: Final = frozenset({CLAIMER})

SIGNS: Final = frozenset({LOCKED, BOUNTY_CLAIMED, REWARDS_CLAIMED, *LOCKERS, *ACCOUNTANTS})


def recognise(view: ActivityView) -> Recognised | None:
    """Stakes over a locker, what was locked, bounties, and what many gauges paid at once.

    What an accountant pays is a reward whoever asked for it.
    """
    if not view.acts:
        return Recognised(paid) if (paid := _accounted(view)) else None
    table = {**_GAUGES, **_OWN} if _over_locker(view.activity) else _OWN
    found = staked(view, table, NAME)
    events = found.events if found is not None else ()
    for log in logs_with(view.activity, REWARDS_CLAIMED, 1, 2):
        events += _claimed(view.without(events), log)
    events += _accounted(view.without(events))
    return Recognised(events, found.assets if found is not None else ()) if events else None


def _accounted(view: ActivityView) -> tuple[Event, ...]:
    """What came from an accountant, to which nothing went."""
    paid = [leg for leg in view.legs if leg.counterparty in ACCOUNTANTS]
    earned = paid and all(leg.quantity > 0 for leg in paid)
    return (event(view, "reward", paid, NAME),) if earned else ()


def _over_locker(activity: Activity) -> bool:
    return any({one.sender, one.recipient} & LOCKERS for one in activity.transfers)


def _claimed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What came from the gauges that the log lists."""
    listed = min(number_in(log, 1), (len(log.data) - 2) // 64 - 2)
    gauges = {word_address(log, 2 + place) for place in range(listed)}
    came = [leg for leg in view.legs if leg.quantity > 0 and leg.counterparty in gauges]
    return (event(view, "reward", came, NAME),) if came else ()
