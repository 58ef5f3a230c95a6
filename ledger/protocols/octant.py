"""Octant: a view in; GLM locked and unlocked, and rewards withdrawn, out.

Source: golemfoundation/octant, Deposits.sol and Vault.sol, on Ethereum.
"""

from typing import Final

from ledger.model.asset import native
from ledger.model.event import Event
from ledger.protocols._kept import facts, kept_by
from ledger.protocols._legs import exact
from ledger.shapes import ActivityView, Recognised, Units, event, logs_with, number_in, word_address

NAME: Final = "octant"
RANK: Final = 10

#: Locked(uint256 depositBefore, uint256 amount, uint256 when, address user) and Unlocked of the
#: same shape; Withdrawn(address user, uint256 amount, uint256 epoch), once for each epoch; nothing
#: indexed.
LOCKED: Final = "0x4c00281b0bce21cd7064204e92146d972c359c3743b9a503f438b4325efaaf14"
UNLOCKED: Final = "0xc866d6212c58a2480a6da14f1bdbaae0c127cdc8296409157a23b968149066ce"
WITHDRAWN: Final = "0x92ccf450a286a957af52509bc1c9939d1a6a481783e142e41e2499f0bb66ebc6"

#: Where GLM is locked, and who pays rewards (Octant's deployments on Ethereum).
DEPOSITS: Final = "0x879133fd79b7f48ce1c368b0fca9ea168eaf117c"
VAULT: Final = "0xc64783f0be60a81a716535287539a694403183ba"
VOUCHED: Final = frozenset({DEPOSITS, VAULT})

SIGNS: Final = frozenset({LOCKED, UNLOCKED, WITHDRAWN})


def recognise(view: ActivityView) -> Recognised | None:
    """Locks as positions; rewards are coin, of several epochs in one payment or each its own."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    for topic, sign in ((LOCKED, -1), (UNLOCKED, 1)):
        for log in logs_with(view.activity, topic, 1, 4):
            if word_address(log, 3) in view.owned:
                rest = view.without(events)
                legs = exact(rest, sign * number_in(log, 1), other={log.address})
                events += tuple(kept_by(rest, units, leg, NAME, log.address) for leg in legs)
    vaults = {
        log.address
        for log in logs_with(view.activity, WITHDRAWN, 1, 3)
        if len(log.topics) == 1 and word_address(log, 0) in view.owned
    }
    earned = [
        leg
        for leg in view.without(events).legs
        if leg.counterparty in vaults
        and leg.quantity > 0
        and leg.asset == native(view.activity.network)
    ]
    events += (event(view, "reward", earned, NAME),) if earned else ()
    return Recognised(events, facts(view, events)) if events else None
