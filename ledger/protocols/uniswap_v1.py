"""Uniswap v1: a view in; coin and tokens put into an exchange for its own token, or back, out.

Source: Uniswap/v1-contracts, uniswap_exchange.vy. Its trades are told by `markets`.
"""

from typing import Final

from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._shares import pool_shares
from ledger.shapes import ActivityView, Recognised, address_in, logs_with

NAME: Final = "uniswap_v1"
RANK: Final = 20

#: AddLiquidity(address provider, uint256 eth_amount, uint256 token_amount), RemoveLiquidity of the
#: same shape, all indexed.
ADDED: Final = "0x06239653922ac7bea6aa2b19dc486b9361821d37712eb796adfd38d81de278ca"
REMOVED: Final = "0x0fbf06c058b90cb038a618f8c2acbf6145f8b3570fd1fa56abb8f0f3f05b36e8"

SIGNS: Final = frozenset({ADDED, REMOVED})


def recognise(view: ActivityView) -> Recognised | None:
    """What an exchange that logged liquidity took for shares or gave for them."""
    events: tuple[Event, ...] = ()
    for topic in (ADDED, REMOVED):
        for log in logs_with(view.activity, topic, 4, 0):
            parties = {log.address, address_in(log.topics, 1)} - view.owned
            share = erc20(view.activity.network, log.address)
            events += pool_shares(
                view.without(events), parties, NAME, put_in=topic == ADDED, share=share
            )
    return Recognised(events) if events else None
