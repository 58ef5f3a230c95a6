"""Echo: a view in; money put into deals, and given back, out.

Source: the contracts FundingConduit (0x29bea561cb302fd2b85f5c0c6086be8b1560f2df) and the deals on
Base, as they log.
"""

from typing import Final

from ledger.model.activity import Log
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

NAME: Final = "echo"
RANK: Final = 0

#: DealFunded(bytes16 id, address funder, uint256 amount, uint256 total), the first two indexed;
#: PoolRefunded(bytes16 pool, address funder, bytes16 id, uint256 amount), the first three indexed.
DEAL_FUNDED: Final = "0x1579f184657611087a9717d197ff43f58bad762c12a6cb07aad8d80d50e243e1"
POOL_REFUNDED: Final = "0x31df08dd1db725a8487533668eeeb1d83ca4b45750e8edf56fa1032114589ea5"
#: FeesPaid(address funder, uint256 amount), funder indexed.
FEES_PAID: Final = "0x6a41f86b2a18fe00e10a9bd078e790ae82c2627a6f940166bddc2db475194a5f"
#: Over it every deal of the network is funded.
CONDUIT: Final = ("eip155:8453", "0x29bea561cb302fd2b85f5c0c6086be8b1560f2df")

SIGNS: Final = frozenset({DEAL_FUNDED, POOL_REFUNDED, CONDUIT[1]})


def recognise(view: ActivityView) -> Recognised | None:
    """What waits in a deal, less the fee of who handed it on, and what a deal gave back."""
    if view.activity.network != CONDUIT[0]:
        return None
    units = Units(view)
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, DEAL_FUNDED, 3, 2):
        rest = view.without(events)
        gave = exact(rest, -number_in(log, 0), other={CONDUIT[1], log.address})
        if _is_ours(view, log) and view.called == CONDUIT[1]:
            events += tuple(kept_by(view, units, leg, NAME, log.address) for leg in gave)
    for log in logs_with(view.activity, FEES_PAID, 2, 1):
        size = number_in(log, 0) if log.address == CONDUIT[1] else 0
        fee = exact(view.without(events), -size) if size else ()
        events += (event(view, "service_fee", fee, NAME),) if fee else ()
    for log in logs_with(view.activity, POOL_REFUNDED, 4, 1):
        came = exact(view.without(events), number_in(log, 0), other={log.address})
        if _is_ours(view, log):
            events += tuple(kept_by(view, units, leg, NAME, log.address) for leg in came)
    return Recognised(events, facts(view, events)) if events else None


def _is_ours(view: ActivityView, log: Log) -> bool:
    return address_in(log.topics, 2) in view.owned
