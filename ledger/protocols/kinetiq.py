"""Kinetiq: a view in; HYPE staked for kHYPE, and back at once or over a queue, out.

Source: docs.kinetiq.xyz, contract StakingManager on HyperEVM; its IStakingManager.sol. What is
queued waits as coin, by the number of the withdrawal.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, contract_of, native, position
from ledger.model.event import Event
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._kept import kept
from ledger.protocols._stakes import KEPT
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "kinetiq"
RANK: Final = 10

#: StakeReceived(address stakingManager, address staker, uint256 amount); the addresses indexed.
STAKED: Final = "0xf40353ee0e00d004d05af85c621cb17f88485d244663a0b100a14c765a3e86f7"
#: InstantUnstakeExecuted(address user, uint256 kHYPEAmount, uint256 hypeAmount, uint256, uint256,
#: uint256, uint256), the rest being fees; user indexed.
UNSTAKED: Final = "0x17019b3be63dd0e3a8a8f082d312a7d0c3fedf98992250f39dccb0f802096c57"
#: WithdrawalQueued(address staking, address user, uint256 withdrawalId, uint256 kHYPEAmount,
#: uint256 hypeAmount, uint256 feeAmount), the first three indexed; WithdrawalConfirmed(address
#: user, uint256 withdrawalId, uint256 amount), the first two indexed.
QUEUED: Final = "0xbf9e917c1f92e31fa45b297f9a8c22993a560478bbb765b3fc430d7fa62e083c"
CONFIRMED: Final = "0x7a099160986916546b56e28a205ffd6c46adbedd273beac728fc0e6faf2dfb4c"

SIGNS: Final = frozenset({STAKED, UNSTAKED, QUEUED, CONFIRMED})


def recognise(view: ActivityView) -> Recognised | None:
    """Coin for the token that was made for it; the token for coin of the size that was logged."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, STAKED, 3, 1):
        if address_in(log.topics, 2) in view.owned:
            events += _staked(view.without(events), log)
    for log in logs_with(view.activity, UNSTAKED, 2, 6):
        if address_in(log.topics, 1) in view.owned:
            events += _unstaked(view.without(events), log)
    units = Units(view)
    for log in logs_with(view.activity, QUEUED, 4, 3):
        if address_in(log.topics, 2) in view.owned:
            events += _queued(view.without(events), log, units)
    for log in logs_with(view.activity, CONFIRMED, 3, 1):
        if address_in(log.topics, 1) in view.owned:
            events += _confirmed(view.without(events), log, units)
    return Recognised(events) if events else None


def _staked(view: ActivityView, log: Log) -> tuple[Event, ...]:
    paid = [
        leg
        for leg in view.legs
        if leg.asset == native(view.activity.network)
        and leg.quantity == -number_in(log, 0)
        and leg.counterparty == log.address
    ][:1]
    made = [
        leg
        for leg in view.legs
        if leg.quantity > 0 and leg.counterparty == ZERO_ADDRESS and contract_of(leg.asset)
    ][:1]
    return (event(view, "stake", (*paid, *made), NAME),) if paid and made else ()


def _unstaked(view: ActivityView, log: Log) -> tuple[Event, ...]:
    went = [
        leg
        for leg in view.legs
        if leg.quantity == -number_in(log, 0) and leg.counterparty == log.address
    ][:1]
    came = [
        leg
        for leg in view.legs
        if leg.asset == native(view.activity.network) and leg.quantity == number_in(log, 1)
    ][:1]
    return (event(view, "unstake", (*went, *came), NAME),) if went and came else ()


def _waiting(view: ActivityView, log: Log, user: int, number: int) -> tuple[AssetId, WalletId]:
    """The coin that waits under a number, and whose it is."""
    network = view.activity.network
    asset = position(network, KEPT, f"{log.address}.{int(log.topics[number], 16)}")
    return asset, wallet_id(network, address_in(log.topics, user))


def _queued(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """The token, its fee included or apart, for coin that waits."""
    amount, fee = number_in(log, 0), number_in(log, 2)
    went = [
        leg
        for leg in view.legs
        if -leg.quantity in {amount, amount + fee} and leg.counterparty == log.address
    ][:1]
    if not went or not number_in(log, 1):
        return ()
    asset, wallet = _waiting(view, log, 2, 3)
    made = units.move(wallet, asset, number_in(log, 1))
    return (event(view, "unstake", (*went, *made), NAME),)


def _confirmed(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """Coin that waited."""
    came = [
        leg
        for leg in view.legs
        if leg.asset == native(view.activity.network) and leg.quantity == number_in(log, 0)
    ][:1]
    return tuple(kept(view, leg, _waiting(view, log, 1, 2), NAME, units) for leg in came)
