"""Socket's gateway, known as Bungee too: a view in; what left over whichever bridge it chose out.

Source: SocketDotTech/socket-ll-contracts, BridgeImplBase and SwapImplBase. What the bridge itself
can tell by its own logs is left to it; here is what was swapped before, and what it logs nothing
of. Its id is the bridge's: the gateway has none.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, paid, words
from ledger.protocols._carriers import carried
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "socket"
RANK: Final = 14

#: SocketBridge(uint256 amount, address token, uint256 toChainId, bytes32 bridgeName,
#: address sender, address receiver[, bytes32 metadata]).
BRIDGE: Final = "0x74594da9e31ee4068e17809037db37db496702bf7d8d63afe6f97949277d1609"
BRIDGE_1: Final = "0xc7d48c57606262ae9feb5840acf1b519d53efaee1df4e93f99dc89ac0ce4b902"
#: SocketSwapTokens(address fromToken, address toToken, uint256 buyAmount, uint256 sellAmount,
#: bytes32 routeName, address receiver[, bytes32 metadata]).
SWAP: Final = "0xb346a959ba6c0f1c7ba5426b10fd84fe4064e392a0dfcf6609e9640a0dd260d3"
SWAP_1: Final = "0xa1732ce6e18e2d72321ce0cf726e1605046e9336de2c4d28e23e2b8d0666ad12"

SIGNS: Final = frozenset({BRIDGE, BRIDGE_1})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave for a transfer to another network."""
    events: tuple[Event, ...] = ()
    for topic, size in ((BRIDGE, 7), (BRIDGE_1, 6)):
        for log in logs_with(view.activity, topic, 1, size):
            events += _bridged(view.without(events), log)
    return Recognised(events) if events else None


def _bridged(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the log says, or what was swapped for it before."""
    offers = [(word_address(log, 1), number_in(log, 0))]
    for topic, size in ((SWAP, 7), (SWAP_1, 6)):
        offers += [
            (word_address(swap, 0), number_in(swap, 3))
            for swap in logs_with(view.activity, topic, 1, size)
            if swap.index < log.index and word_address(swap, 1) == word_address(log, 1)
        ]
    for token, amount in offers:
        legs = paid(view, asset_at(view, token), amount, log.address)
        if legs:
            receiver = word_address(log, 5)
            # nobody stands for a recipient on a network that is not EVM
            to = "" if receiver == ZERO_ADDRESS else f"eip155:{number_in(log, 2)}:{receiver}"
            note = words(*carried(view)._replace(to=to))
            return (event(view, "bridge_out", legs, NAME, note),)
    return ()
