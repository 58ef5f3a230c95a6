"""WOOFi's swaps across networks: a view in; what left for another network and what arrived, out.

Sources: woonetwork/WooPoolV2, IWooCrossChainRouterV3 and WooCrossChainRouterV4 (logs of swaps from
and to another network), learn.woo.org, contract addresses (CrossswapRouterV5, at one address
everywhere, which logs in a newer form: request, sender and recipient indexed). Its messages go over
Stargate, whose id the receiving side logs as its request.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, paid, words
from ledger.protocols._carriers import carried
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "woofi"
RANK: Final = 9

#: WooCrossSwapOnSrcChain(uint256 refId, address sender, address to, address fromToken,
#: uint256 fromAmount, …): the first three indexed; what follows differs.
SRC_2: Final = "0x84f8431fa975655da1378bee00f1e50b540c722eadd17490117d753a896a1611"
SRC_4: Final = "0x546dc08c5438b68796e5047ad2ac863ab74300bdf49457917d47021f090c45c4"
#: WooCrossSwapOnDstChain(uint256 refId, address sender, address to, address bridgedToken,
#: uint256 bridgedAmount, address toToken, address realToToken, uint256 minToAmount,
#: uint256 realToAmount[, uint8 swapType, uint256 fee]); the first three indexed.
DST_2: Final = "0x12ec1cd5a97a783f66bac513e496864dd4a0f398d181f887a6bb6df6bb9330fc"
DST_4: Final = "0xe025e234368c681f94aa603de304cf6708c5638fe7454d6ed22a55430776a71c"

#: CrossswapRouterV5.
_ROUTER: Final = "0xb84aefef2ddde628d5c7f1fba320de63e3f4757c"

SIGNS: Final = frozenset({SRC_2, SRC_4, DST_2, DST_4, _ROUTER})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave for another network, and what came to one."""
    events: tuple[Event, ...] = ()
    for topic in (SRC_2, SRC_4):
        for log in logs_with(view.activity, topic, 4, 2):
            events += _sent(view.without(events), log)
    for topic in (DST_2, DST_4):
        for log in logs_with(view.activity, topic, 4, 6):
            events += _arrived(view.without(events), log)
    for log in view.activity.logs:
        if log.address == _ROUTER and len(log.topics) == 4:
            events += _routed(view.without(events), log)
    return Recognised(events) if events else None


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    legs = paid(view, asset_at(view, word_address(log, 0)), number_in(log, 1), log.address)
    note = words(*carried(view)._replace(to=address_in(log.topics, 3)))
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _arrived(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 3) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, 3)), number_in(log, 5))
    return (event(view, "bridge_in", legs, NAME),) if legs else ()


def _routed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the newer router logs: its recipient is the fund's, and it names what moved."""
    if address_in(log.topics, 3) not in view.owned:
        return ()
    named = {number_in(log, place) for place in range((len(log.data) - 2) // 64)}
    legs = [leg for leg in view.legs if abs(leg.quantity) in named]
    if len(legs) != 1:
        return ()
    if legs[0].quantity > 0:
        return (event(view, "bridge_in", legs, NAME, words(f"lz:{log.topics[1]}", by=log.address)),)
    given = paid(view, legs[0].asset, -legs[0].quantity, log.address)
    note = words(*carried(view)._replace(to=address_in(log.topics, 3)))
    return (event(view, "bridge_out", given, NAME, note),)
