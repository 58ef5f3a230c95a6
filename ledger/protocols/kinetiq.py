"""Kinetiq: a view in; HYPE staked for kHYPE, and back at once, out.

Source: docs.kinetiq.xyz, contracts StakingManager and its logs on HyperEVM.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import contract_of, native
from ledger.model.event import Event
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
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

SIGNS: Final = frozenset({STAKED, UNSTAKED})


def recognise(view: ActivityView) -> Recognised | None:
    """Coin for the token that was made for it; the token for coin of the size that was logged."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, STAKED, 3, 1):
        if address_in(log.topics, 2) in view.owned:
            events += _staked(view.without(events), log)
    for log in logs_with(view.activity, UNSTAKED, 2, 6):
        if address_in(log.topics, 1) in view.owned:
            events += _unstaked(view.without(events), log)
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
