"""Seaport (OpenSea): a view in; non-fungible tokens bought and sold out.

Source: ProjectOpenSea/seaport, ConsiderationEventsAndErrors.sol.
"""

from typing import Final

from ledger.protocols._collectibles import traded
from ledger.shapes import ActivityView, Recognised, address_in, logs_with, word_address

NAME: Final = "seaport"
RANK: Final = 10

#: OrderFulfilled(bytes32 orderHash, address offerer, address zone, address recipient,
#: (uint8 itemType, address token, uint256 identifier, uint256 amount)[] offer,
#: (uint8 itemType, address token, uint256 identifier, uint256 amount, address recipient)[]
#: consideration); offerer and zone indexed.
ORDER_FULFILLED: Final = "0x9d9af8e38d66c62e2c12f0225249fd9d721c54b83f48d9352c97c6cacdcb6f31"

SIGNS: Final = frozenset({ORDER_FULFILLED})


def recognise(view: ActivityView) -> Recognised | None:
    """One trade of the wallets that offered or received what an order was filled with."""
    logs = logs_with(view.activity, ORDER_FULFILLED, 3, 2)
    parties = {address_in(log.topics, 1) for log in logs} | {word_address(log, 1) for log in logs}
    events = traded(view, parties, NAME) if logs else ()
    return Recognised(events) if events else None
