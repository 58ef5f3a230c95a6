"""StarkGate, the bridges of Starknet: a view in; what went to them and what they paid out.

Source: starknet-io/starkgate-contracts (each token has a contract of its own, which keeps it) and
its documents, bridged tokens (Ethereum). They are told by their addresses: whoever finishes a
withdrawal, the contract of the token pays it.
"""

from typing import Final

from ledger.model.asset import native
from ledger.model.event import Event
from ledger.shapes import ActivityView, Recognised, event, is_non_fungible, with_role

NAME: Final = "starkgate"
RANK: Final = 12

_NETWORK: Final = "eip155:1"
#: Bridges of ETH, USDC, USDT, DAI, WBTC, wstETH, rETH, sfrxETH, STRK, UNI, FRAX, FXS, LUSD, R and
#: of all other tokens.
BRIDGES: Final = frozenset(
    {
        "0xae0ee0a63a2ce6baeeffe56e7714fb4efe48d419",
        "0xf6080d9fbeebcd44d89affbfd42f098cbff92816",
        "0xbb3400f107804dfb482565ff1ec8d8ae66747605",
        "0x9f96fe0633ee838d0298e8b8980e6716be81388d",
        "0x283751a21eafbfcd52297820d27c1f1963d9b5b4",
        "0xbf67f59d2988a46fbff7ed79a621778a3cd3985b",
        "0xcf58536d6fab5e59b654228a5a4ed89b13a876c2",
        "0xd8e8531fdd446df5298819d3bc9189a5d8948ee8",
        "0xce5485cfb26914c5dce00b9baf0580364dafc7a4",
        "0xf76e6bf9e2df09d0f854f045a3b724074da1236b",
        "0xdc687e1e0b85cb589b2da3c47c933de9db3d1ebb",
        "0x66ba83ba3d3ad296424a2258145d9910e9e40b7c",
        "0xf3f62f23df9c1d2c7c63d9ea6b90e8d24c7e3df5",
        "0xb27d0dcafd63db302c155c8864886f33bd2a41e5",
        "0xf5b6ee2caeb6769659f6c091d209dfdcaf3f69eb",
    }
)

SIGNS: Final = BRIDGES


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave to a bridge, coin for the message beside it, and what came."""
    if view.activity.network != _NETWORK:
        return None
    near = [
        leg for leg in view.legs if leg.counterparty in BRIDGES and not is_non_fungible(leg.asset)
    ]
    went = [leg for leg in near if leg.quantity < 0]
    coin = native(_NETWORK)
    if any(leg.asset != coin for leg in went):
        went = [with_role(leg, "fee") if leg.asset == coin else leg for leg in went]
    sides = (("bridge_out", went), ("bridge_in", [leg for leg in near if leg.quantity > 0]))
    events: tuple[Event, ...] = tuple(event(view, kind, legs, NAME) for kind, legs in sides if legs)
    return Recognised(events) if events else None
