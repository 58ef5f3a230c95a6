"""Ethena: a view in; staked USDe that cools down, and what comes after it, out.

Source: ethena-labs/bbp-public-assets, StakedUSDeV2.sol and USDeSilo.sol. Staking itself is a vault
of ERC-4626. Shares that cool down are burnt, and their assets wait in a silo that logs nothing.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20, position
from ledger.model.event import Event
from ledger.model.fund import wallet_id
from ledger.protocols._kept import kept
from ledger.protocols._stakes import KEPT
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "ethena"
RANK: Final = 10

#: Withdraw(address sender, address receiver, address owner, uint256 assets, uint256 shares) of the
#: vault; the addresses indexed.
WITHDRAW: Final = "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db"

#: Staked USDe (Ethereum) and its silo.
STAKED: Final = "0x9d39a5de30e57443bff2a8307a4256c8797a3497"
SILO: Final = "0x7fc7c91d556b400afa565013e3f32055a0713425"

SIGNS: Final = frozenset({STAKED, SILO})


def recognise(view: ActivityView) -> Recognised | None:
    """Shares into the silo as a position in what they stood for, and what comes out of it."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, WITHDRAW, 4, 2):
        if log.address == STAKED and address_in(log.topics, 2) == SILO:
            events += _cooling(view.without(events), log, units)
    for leg in view.without(events).legs:
        if leg.counterparty == SILO and leg.quantity > 0:
            where = (position(view.activity.network, KEPT, SILO), leg.wallet)
            events += (kept(view, leg, where, NAME, units),)
    return Recognised(events) if events else None


def _cooling(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    network, owner = view.activity.network, address_in(log.topics, 3)
    share = erc20(network, STAKED)
    went = [leg for leg in view.legs if leg.asset == share and leg.quantity == -number_in(log, 1)][
        :1
    ]
    if not went or owner not in view.owned or not number_in(log, 0):
        return ()
    wallet = wallet_id(network, owner)
    made = units.move(wallet, position(network, KEPT, SILO), number_in(log, 0))
    return (event(view, "unstake", (*went, *made), NAME),)
