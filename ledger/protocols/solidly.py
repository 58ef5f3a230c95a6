"""Pairs of Solidly's kind (Velodrome, Aerodrome): a view in; liquidity, fees and trades out.

Source: velodrome-finance/contracts, IPool.sol, and velodrome-finance/v1, Pair.sol. A pair is its
own share token; its fees wait beside it and are claimed by who holds shares.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._forks import SOLIDLY_NAMES, fork
from ledger.protocols._markets import CONSTANT_PRODUCT, SOLIDLY, begun, traded
from ledger.protocols._pairs import BURN, MINT, SOLIDLY_BURN, is_solidly, liquidity
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "solidly"
RANK: Final = 20

#: Claim(address sender, address recipient, uint256 amount0, uint256 amount1) of a pair; sender and
#: recipient indexed.
CLAIM: Final = "0x865ca08d59f5cb456e85cd2f7ef63664ea4f73327414e9d8152c4158b0e94645"

SIGNS: Final = frozenset({MINT, BURN, SOLIDLY_BURN, CONSTANT_PRODUCT, SOLIDLY, CLAIM})


def recognise(view: ActivityView) -> Recognised | None:
    """Shares for liquidity and back, claimed fees, then a trade of the rest."""
    events: tuple[Event, ...] = ()
    name = fork(view, (), SOLIDLY_NAMES.get(view.activity.network, NAME))
    for topic, topics in ((MINT, 2), (BURN, 3), (SOLIDLY_BURN, 3)):
        for log in logs_with(view.activity, topic, topics, 2):
            if is_solidly(view.activity, log.address):
                events += liquidity(view.without(events), log, name)
    for log in logs_with(view.activity, CLAIM, 3, 2):
        events += _claimed(view.without(events), log, name)
    if _began(view):
        events += traded(view.without(events), name)
    return Recognised(events) if events else None


def _began(view: ActivityView) -> bool:
    """Whether the trade began in such a pair: those of the first version log like Uniswap's."""
    first = begun(view.activity, NAME, "uniswap_v2")
    if first is None:
        return False
    return first.topics[0] == SOLIDLY or is_solidly(view.activity, first.address)


def _claimed(view: ActivityView, log: Log, name: str) -> tuple[Event, ...]:
    """Fees of shares: just the two amounts of the claim, from the contract that keeps them.

    That is never the pair: what pays itself says something else by the same log.
    """
    if address_in(log.topics, 2) not in view.owned or not view.acts:
        return ()
    came = []
    for amount in (number_in(log, place) for place in (0, 1)):
        came += [
            leg
            for leg in view.legs
            if leg.quantity == amount and leg.counterparty != log.address and leg not in came
        ][:1]
    return (event(view, "pool_fees", came, name),) if came else ()
