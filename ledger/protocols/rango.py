"""Rango's router: a view in; what left over whichever bridge it chose, and what it paid out, out.

Source: rango-exchange/rango-contracts-v2, IRango2.sol, and the facets before it, IRango.sol. What
the bridge itself can tell by its own logs is left to it.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, expected, handed, paid, words
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

NAME: Final = "rango"
RANK: Final = 14

#: RangoBridgeInitiated(address requestId, address bridgeToken, uint256 bridgeAmount,
#: address receiver, uint256 destinationChainId, bool hasInterchainMessage, bool hasDestinationSwap,
#: uint8 bridgeId, uint16 dAppTag[, string dAppName]); requestId, bridgeId and dAppTag indexed.
BRIDGED: Final = "0xa551f5e7134cc110651fa6eb8a0423535b3ea90eedb01463af70e6798a75d426"
BRIDGED_2: Final = "0x012c155f3836c4edb9222305b909a109f9efa46288efffe40a0e66da3a9a9800"
#: RangoBridgeCompleted(address requestId, address token, address originalSender, address receiver,
#: uint256 amount, uint8 status, uint16 dAppTag), the first three indexed.
COMPLETED: Final = "0x71e2229d8c5917bef9d5c3b4b1df412ba65253373b25d1c117223dbaaaa7c8d8"

SIGNS: Final = frozenset({BRIDGED, BRIDGED_2, COMPLETED})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave for a transfer, and what came to one."""
    events: tuple[Event, ...] = ()
    for topic in (BRIDGED, BRIDGED_2):
        for log in logs_with(view.activity, topic, 4, 6):
            events += _bridged(view.without(events), log)
    for log in logs_with(view.activity, COMPLETED, 4, 4):
        events += _completed(view.without(events), log)
    return Recognised(events) if events else None


def _bridged(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the log says, or all that the router swapped for it before."""
    legs = paid(view, asset_at(view, word_address(log, 0)), number_in(log, 1), log.address)
    if not legs and view.called == log.address:
        legs = handed(view)
    said, receiver, number = carried(view), word_address(log, 2), number_in(log, 3)
    # nobody stands for a recipient on a network that is not EVM, as no number does for such a one
    there = f"eip155:{number}" if number and receiver != ZERO_ADDRESS else ""
    note = words(
        said.message or f"rango:{log.topics[1]}",
        f"{there}:{receiver}" if there else "",
        said.expects or expected(there, "*", "*"),
        said.by,
    )
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _completed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the router paid out to an owned wallet."""
    if word_address(log, 0) not in view.owned:
        return ()
    amount = number_in(log, 1)
    legs = [leg for leg in view.legs if leg.counterparty == log.address and leg.quantity == amount]
    note = words(f"rango:{log.topics[1]}")
    return (event(view, "bridge_in", legs[:1], NAME, note),) if legs and amount else ()
