"""Superfluid: a view in; tokens wrapped into those that stream, and back, out.

Source: superfluid-finance/protocol-monorepo, ISuperToken.sol. A token of 6 decimals has 18 when it
streams, so that the two amounts differ.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.shapes import (
    ActivityView,
    Recognised,
    event,
    logs_with,
    number_in,
)

NAME: Final = "superfluid"
RANK: Final = 10

#: TokenUpgraded(address account, uint256 amount), TokenDowngraded of the same shape; account
#: indexed.
UPGRADED: Final = "0x25ca84076773b0455db53621c459ddc84fe40840e4932a62706a032566f399df"
DOWNGRADED: Final = "0x3bc27981aebbb57f9247dc00fde9d6cd91e4b230083fec3238fedbcba1f9ab3d"

SIGNS: Final = frozenset({UPGRADED, DOWNGRADED})


def recognise(view: ActivityView) -> Recognised | None:
    """Each token with what its contract took for it or gave for it."""
    events: tuple[Event, ...] = ()
    for topic in (UPGRADED, DOWNGRADED):
        for log in logs_with(view.activity, topic, 2, 1):
            events += _turned(view.without(events), log)
    return Recognised(events) if events else None


def _turned(view: ActivityView, log: Log) -> tuple[Event, ...]:
    sign = 1 if log.topics[0] == UPGRADED else -1
    streams = erc20(view.activity.network, log.address)
    made = [
        leg
        for leg in view.legs
        if leg.asset == streams and leg.quantity == sign * number_in(log, 0)
    ][:1]
    other = [
        leg
        for leg in view.legs
        if leg.counterparty == log.address
        and leg.asset != streams
        and (leg.quantity > 0) != (sign > 0)
    ][:1]
    if not made or not other:
        return ()
    return (event(view, "wrap" if sign > 0 else "unwrap", (*other, *made), NAME),)
