"""Fraxlend: a view in; collateral put in and taken out, loans and repayments, out.

Source: FraxFinance/fraxlend, FraxlendPairCore.sol. What is lent to a pair is a vault share of
ERC-4626; collateral and debt have no token.
"""

from typing import Final

from ledger.protocols._loans import Action, by_table, topic
from ledger.shapes import ActivityView, Recognised

NAME: Final = "fraxlend"
RANK: Final = 10

#: BorrowAsset(address borrower, address receiver, uint256 borrowAmount, uint256 sharesAdded),
#: RepayAsset(address payer, address borrower, uint256 amountToRepay, uint256 shares); the addresses
#: indexed.
BORROW: Final = "0x01348584ec81ac7acd52b7d66d9ade986dd909f3d513881c190fc31c90527efe"
REPAY: Final = "0x9dc1449a0ff0c152e18e8289d865b47acc6e1b76b1ecb239c13d6ee22a9206a7"
#: AddCollateral(address sender, address borrower, uint256 collateralAmount), RemoveCollateral(
#: address sender, uint256 collateralAmount, address receiver, address borrower); the addresses
#: indexed.
ADD: Final = "0xa32435755c235de2976ed44a75a2f85cb01faf0c894f639fe0c32bb9455fea8f"
REMOVE: Final = "0xbc290bb45104f73cf92115c9603987c3f8fd30c182a13603d8cffa49b5f59952"

_ACTIONS: Final = {
    BORROW: Action("borrow", 3, 2, topic(1), 0, through=topic(2)),
    REPAY: Action("repay", 3, 2, topic(2), 0, through=topic(1)),
    ADD: Action("deposit", 3, 1, topic(2), 0, through=topic(1)),
    REMOVE: Action("withdraw", 4, 1, topic(3), 0, through=topic(2)),
}

SIGNS: Final = frozenset(_ACTIONS)


def recognise(view: ActivityView) -> Recognised | None:
    """Each log of a pair about an owned borrower, with what moved at the pair."""
    if not view.acts:
        return None
    events, book = by_table(view, NAME, _ACTIONS)
    return book.recognised(events)
