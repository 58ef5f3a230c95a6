"""Stargate's pools, both versions: a view in; liquidity put in for shares, or taken out, out.

Sources: stargate-protocol/stargate (Pool.sol) and stargate-protocol/stargate-v2 (StargatePool.sol,
LPToken.sol, IStargateStaking.sol). What goes over the bridge is told by `layerzero` and
`layerzero_v1`.

A pool of the first version is its own share token and takes the asset itself. The second version's
shares are a token beside the pool, as many as the units that it took.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._legs import exact
from ledger.protocols._shares import pool_shares
from ledger.protocols._stakes import Says, Table, staked
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "stargate"
RANK: Final = 10

#: Deposited(address payer, address receiver, uint256 amountLD), Redeemed of the same shape, of the
#: second version; the addresses indexed.
DEPOSITED: Final = "0x8752a472e571a816aea92eec8dae9baf628e840f4929fbcc2d155e6233ff68a7"
REDEEMED: Final = "0x27d4634c833b7622a0acddbf7f746183625f105945e95c723ad1d5a9f2a0b6fc"
#: Mint(address to, uint256 amountLP, uint256 amountSD, uint256 mintFeeAmountSD) and
#: InstantRedeemLocal(address from, uint256 amountLP, uint256 amountSD, address to) of the first,
#: nothing indexed.
MINTED: Final = "0xb4c03061fb5b7fed76389d5af8f2e0ddb09f8c70d1333abbb62582835e10accb"
REDEEMED_HERE: Final = "0x2125a70154569bd1686edd3cf981bb23dea7c1fa1637909dbb3c9a967cb0c2f2"

#: Deposit(address token, address from, address to, uint256 amount), Withdraw with bool withUpdate
#: behind: shares staked for rewards; the addresses indexed. Silo has the second, with shares burnt.
STAKED: Final = "0x7cfff908a4b583f36430b25d75964c458d8ede8a99bd61be750e97ee1b2f3a96"
UNSTAKED: Final = "0x3b5f15635b488fe265654176726b3222080f3d6500a562f4664233b3ea2f0283"
#: RewardsClaimed(address user, address[] tokens, uint256[] amounts), user indexed, of who pays the
#: rewards (IMultiRewarder.sol); `staking_rewards` reads it.
REWARDS_LISTED: Final = "0xc53cb8bc1a7200a84d0b66a538905a245c4915aace7f1ce5dc4a0ba107ebc15c"
_STAKES: Final[Table] = {
    STAKED: (Says("stake", 4, 1, user=-3, token=-1, pool=-1),),
    UNSTAKED: (Says("unstake", 4, 2, user=-2, token=-1, pool=-1),),
}

SIGNS: Final = frozenset({DEPOSITED, REDEEMED, MINTED, REDEEMED_HERE, *_STAKES})


def recognise(view: ActivityView) -> Recognised | None:
    """What pools took for shares that were made for the fund, or gave for those burnt."""
    events: tuple[Event, ...] = ()
    for topic, sign in ((DEPOSITED, 1), (REDEEMED, -1)):
        for log in logs_with(view.activity, topic, 3, 1):
            events += _beside(view.without(events), log, sign)
    for topic in (MINTED, REDEEMED_HERE):
        for log in logs_with(view.activity, topic, 1, 4):
            share = erc20(view.activity.network, log.address)
            rest = view.without(events)
            events += pool_shares(rest, {log.address}, NAME, put_in=topic == MINTED, share=share)
    found = _stakes(view.without(events))
    if found is not None:
        return Recognised(events + found.events, found.assets)
    return Recognised(events) if events else None


def _stakes(view: ActivityView) -> Recognised | None:
    """Shares that were staked, or came back; nothing else went, nor came but rewards.

    The farm itself pays none: who does so lists them. With more it would be a trade, or a silo.
    """
    farms = {log.address for topic in _STAKES for log in logs_with(view.activity, topic, 4, 1)}
    payers = {log.address for log in logs_with(view.activity, REWARDS_LISTED, 2, 4)} - farms
    moved = {leg.quantity < 0 for leg in view.legs if leg.counterparty not in payers}
    return staked(view, _STAKES, NAME) if len(moved) == 1 else None


def _beside(view: ActivityView, log: Log, sign: int) -> tuple[Event, ...]:
    """As many shares, made (1) or burnt (-1), as the units that the pool took or gave."""
    amount = sign * number_in(log, 0)
    if {address_in(log.topics, 1), address_in(log.topics, 2)}.isdisjoint(view.owned):
        return ()
    shares = exact(view, amount, other={ZERO_ADDRESS})
    moved = exact(view, -amount, other={log.address}) if amount else ()
    if not shares or not moved:
        return ()
    kind = "pool_deposit" if sign > 0 else "pool_withdraw"
    return (event(view, kind, (*shares, *moved), NAME),)
