"""Aztec: a view in; tokens staked with a provider out.

Source: AztecProtocol, StakingRegistry.sol, and its address on Ethereum. A stake is known by the
address that attests for it; what it earns comes from a contract that splits rewards.
"""

from typing import Final

from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._kept import facts, kept_by
from ledger.shapes import ActivityView, Recognised, Units, address_in, logs_with

NAME: Final = "aztec"
RANK: Final = 0

#: StakedWithProvider(uint256 provider, address rollup, address attester, address split,
#: address implementation), the first three indexed.
STAKED: Final = "0xc91c8b4e934fb8f46c6d08a34d60ceb8dbe4ab6844a7040ca4c580e5a837d5c7"
REGISTRY: Final = ("eip155:1", "0x042df8f42790d6943f41c25c2132400fd727f452")
TOKEN: Final = erc20("eip155:1", "0xa27ec0006e59f245217ff08cd52a7e8b169e62d2")

SIGNS: Final = frozenset({STAKED})


def recognise(view: ActivityView) -> Recognised | None:
    """What the registry took for each stake, in the order of its logs."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, STAKED, 4, 2):
        if (view.activity.network, log.address) == REGISTRY:
            gave = [
                leg
                for leg in view.without(events).legs
                if leg.asset == TOKEN and leg.counterparty == log.address and leg.quantity < 0
            ]
            attester = address_in(log.topics, 3)
            events += tuple(kept_by(view, units, leg, NAME, attester) for leg in gave[:1])
    return Recognised(events, facts(view, events)) if events else None
