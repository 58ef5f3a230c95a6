"""Uniswap v2 and its forks: a view in; liquidity put into pairs and taken out, and trades, out.

Source: v2-core, IUniswapV2Pair.sol, v2-periphery's router, which gives back what is left of the
native coin.
"""

from typing import Final

from ledger.model.event import Event
from ledger.protocols._forks import pair_fork
from ledger.protocols._markets import CONSTANT_PRODUCT, begun, traded
from ledger.protocols._pairs import BURN, MINT, is_solidly, liquidity
from ledger.shapes import ActivityView, Recognised, logs_with

NAME: Final = "uniswap_v2"
RANK: Final = 20

SIGNS: Final = frozenset({MINT, BURN, CONSTANT_PRODUCT})


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits and withdrawals whose share token moved for the fund, then a trade of the rest."""
    events: tuple[Event, ...] = ()
    for topic, topics in ((MINT, 2), (BURN, 3)):
        for log in logs_with(view.activity, topic, topics, 2):
            if not is_solidly(view.activity, log.address):
                name = pair_fork(view, log.address, NAME)
                events += liquidity(view.without(events), log, name)
    first = begun(view.activity, NAME)
    if first is not None and not is_solidly(view.activity, first.address):
        events += traded(view.without(events), pair_fork(view, first.address, NAME))
    return Recognised(events) if events else None
