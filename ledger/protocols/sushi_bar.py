"""SushiSwap's bar: a view in; SUSHI put in for shares of it, and taken out, out.

Source: sushiswap/sushiswap, SushiBar.sol, which logs nothing but its token's transfers. Pools,
farms and routers of SushiSwap are forks that other plug-ins tell apart.
"""

from typing import Final

from ledger.protocols._vaults import silent
from ledger.shapes import ActivityView, Recognised

NAME: Final = "sushi_bar"
RANK: Final = 10

_NETWORK: Final = "eip155:1"
#: The bar, whose token is xSUSHI.
BAR: Final = "0x8798249c2e607446efb7ad49ec89dd1865ff4272"

SIGNS: Final = frozenset({BAR})


def recognise(view: ActivityView) -> Recognised | None:
    """The shape of every vault, where the bar has it."""
    if view.activity.network != _NETWORK:
        return None
    events = silent(view, SIGNS, "sushiswap")
    return Recognised(events) if events else None
