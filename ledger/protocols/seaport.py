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

#: The versions since the first, at the same addresses on every network (ProjectOpenSea/seaport,
#: README): pieces and payments move between the parties.
VOUCHED: Final = frozenset(
    {
        "0x00000000006c3852cbef3e08e8df289169ede581",
        "0x00000000000006c7676171937c444f6bde3d6282",
        "0x0000000000000ad24e80fd803c6ac37206a45f15",
        "0x00000000000001ad428e4906ae43d8f9852d0dd6",
        "0x00000000000000adc04c56bf30ac9d3c0aaf14dc",
        "0x0000000000000068f116a894984e2db1123eb395",
    }
)

SIGNS: Final = frozenset({ORDER_FULFILLED})


def recognise(view: ActivityView) -> Recognised | None:
    """One trade of the wallets that offered or received what an order was filled with."""
    logs = logs_with(view.activity, ORDER_FULFILLED, 3, 2)
    parties = {address_in(log.topics, 1) for log in logs} | {word_address(log, 1) for log in logs}
    events = traded(view, parties, NAME) if logs else ()
    return Recognised(events) if events else None
