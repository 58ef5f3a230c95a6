"""Monerium: a view in; currencies issued on a chain and redeemed to a bank account out.

Source: monerium.dev, tokens by network (both versions, which share their balances where both are).

What was paid in or out over the bank is on no chain: the other side is unknown, nothing was earned
and nothing was lost.
"""

from typing import Final

from ledger.model.asset import contract_of
from ledger.model.event import Event
from ledger.shapes import ZERO_ADDRESS, ActivityView, Recognised, event

NAME: Final = "monerium"
RANK: Final = 10

#: network → contracts of EURe, GBPe, USDe and ISKe
TOKENS: Final = {
    "eip155:1": (
        *(
            "0x3231cb76718cdef2155fc47b5286d82e6eda273f",
            "0x39b8b6385416f4ca36a20319f70d28621895279d",
        ),
        *(
            "0x7ba92741bf2a568abc6f1d3413c58c6e0244f8fd",
            "0x78a20b7af85156b4389a349aa4c96efc2e509768",
        ),
        *(
            "0xbc5142e0cc5eb16b47c63b0f033d4c2480853a52",
            "0x05968f40939fdc016ad58f82cd08da884825ad55",
        ),
        *(
            "0xc642549743a93674cf38d6431f75d6443f88e3e2",
            "0x38d22bd604c4549e2cc15e94b8e22e6fe4ae82b4",
        ),
    ),
    "eip155:100": (
        *(
            "0xcb444e90d8198415266c6a2724b7900fb12fc56e",
            "0x420ca0f9b9b604ce0fd9c18ef134c705e5fa3430",
        ),
        *(
            "0x5cb9073902f2035222b9749f8fb0c9bfe5527108",
            "0x8e34bfec4f6eb781f9743d9b4af99cd23f9b7053",
        ),
        *(
            "0x20e694659536c6b46e4b8be8f6303ffcd8d1df69",
            "0x50d1a74f4b6dcacddd97fd442c0e22a4c97f2b7f",
        ),
        *(
            "0xd8f84bf2e036a3c8e4c0e25ed2aae0370f3ccca8",
            "0x614bd419d3735c9eb51542c06e5acc09a9953f61",
        ),
    ),
    "eip155:137": (
        *(
            "0x18ec0a6e18e5bc3784fdd3a3634b31245ab704f6",
            "0xe0aea583266584dafbb3f9c3211d5588c73fea8d",
        ),
        *(
            "0x75792cbdb361d80ba89271a079efee62c29fa324",
            "0x646beea7a02fdada34c8e118949fe32350ab2206",
        ),
        *(
            "0x64e97c1a6535afd4a313ef46f88a64a34250b719",
            "0x91e2b584908c2807efc9f846e0c2a1fe875c5141",
        ),
        *(
            "0xf1bbf27a9d659d326efbfa5d284ebaefb803983d",
            "0xd053fc09e8f05a43da4ecc40a750559c938c8131",
        ),
    ),
    "eip155:42161": (
        *(
            "0x0c06ccf38114ddfc35e07427b9424adcca9f44f8",
            "0x2d80dbf04d0802abd7a342dafa5d7cb42bfbb52f",
        ),
        *(
            "0x0fc041a4b6a3f634445804daafd03f202337c125",
            "0x845a96969e8d84ff32b8939934d9771005178920",
        ),
    ),
    "eip155:534352": (
        *(
            "0xd7bb130a48595fcdf9480e36c1ae97ff2938ac21",
            "0x484d0d40773fa021b3d30232b4caac6c7db283fb",
        ),
        *(
            "0x673541d0d71dc324a6c94acdcd540bca8c5ea289",
            "0x9b4e8238d3efd628e64d8a75bb29b309dad6080e",
        ),
    ),
    "eip155:8453": (
        *(
            "0xbf6e2966a9c3d99c9e4d069e04f7bdb9c8aa762c",
            "0xc4759ed641da77cbdc9fa2f37e9260a29bf7cc52",
        ),
        *("0x1a3237ae46886e416ae25499ec9cd7bf437f25da",),
    ),
    "eip155:59144": ("0x3ff47c5bf409c86533fe1f4907524d304062428d",),
}

SIGNS: Final = frozenset(contract for contracts in TOKENS.values() for contract in contracts)


def recognise(view: ActivityView) -> Recognised | None:
    """What came from nowhere is received, what went there is sent."""
    tokens = TOKENS.get(view.activity.network, ())
    legs = [
        leg
        for leg in view.legs
        if leg.counterparty == ZERO_ADDRESS and contract_of(leg.asset) in tokens
    ]
    came = [leg for leg in legs if leg.quantity > 0]
    left = [leg for leg in legs if leg.quantity < 0]
    named = (("receive", came), ("send", left))
    events: tuple[Event, ...] = tuple(event(view, kind, side, NAME) for kind, side in named if side)
    return Recognised(events) if events else None
