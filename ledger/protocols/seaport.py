"""Seaport (OpenSea): a view in; non-fungible tokens bought and sold out.

Source: ProjectOpenSea/seaport, ConsiderationEventsAndErrors.sol.
"""

from typing import Final

from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    net,
    word_address,
)

NAME: Final = "seaport"
RANK: Final = 10

#: OrderFulfilled(bytes32 orderHash, address offerer, address zone, address recipient,
#: (uint8 itemType, address token, uint256 identifier, uint256 amount)[] offer,
#: (uint8 itemType, address token, uint256 identifier, uint256 amount, address recipient)[]
#: consideration); offerer and zone indexed.
ORDER_FULFILLED: Final = "0x9d9af8e38d66c62e2c12f0225249fd9d721c54b83f48d9352c97c6cacdcb6f31"

SIGNS: Final = frozenset({ORDER_FULFILLED})


def recognise(view: ActivityView) -> Recognised | None:
    """One trade of all pieces that moved one way against the payments the other way.

    What the market keeps for itself and for the creator leaves the buyer's payment or never reaches
    the seller: the fund's own legs are what it paid or got.
    """
    parties = {
        party
        for log in logs_with(view.activity, ORDER_FULFILLED, 3, 2)
        for party in (address_in(log.topics, 1), word_address(log, 1))
    }
    wallets = {leg.wallet for leg in view.legs if leg.wallet.rpartition(":")[2] in parties}
    legs = [leg for leg in view.legs if leg.wallet in wallets]
    pieces = [leg for leg in legs if is_non_fungible(leg.asset)]
    paid = [leg for leg in legs if not is_non_fungible(leg.asset)]
    signs = {leg.quantity > 0 for leg in pieces}
    if not parties or len(signs) != 1 or not paid:
        return None
    came = signs.pop()
    if any((total < 0) != came for total in net(paid).values() if total):
        return None
    return Recognised((event(view, "nft_trade", legs, NAME),))
