"""1inch: a view in; trades over its routers and orders that others filled out.

Sources: 1inch AggregationRouter v1 to v6 and limit-order-protocol (OrderMixin.sol, OrderLib.sol),
which is part of the router since v5; one address on every network but zkSync Era.
"""

from typing import Final

from ledger.protocols._routed import exchanged, names_owned, routed
from ledger.shapes import ActivityView, Recognised, logs_with

NAME: Final = "oneinch"
RANK: Final = 0

#: Swapped(address fromToken, address toToken, address referrer, uint256 fromAmount, uint256
#: toAmount, uint256 minReturn, uint256 fee); the addresses indexed: the router v1.
SWAPPED_V1: Final = "0xe2cee3f6836059820b673943853afebd9b3026125dab0d774284e6f28a4855be"
#: OrderFilled(address maker, bytes32 orderHash, uint256 remaining), maker indexed: v5.
ORDER_FILLED_V5: Final = "0xb9ed0243fdf00f0545c63a0af8850c090d86bb46682baec4bf3c496814fe4f02"
#: OrderFilled(bytes32 orderHash, uint256 remainingAmount), nothing indexed: v6; and
#: OrderFilledRFQ(bytes32 orderHash, uint256 makingAmount): v5.
ORDER_FILLED_V6: Final = "0xfec331350fce78ba658e082a71da20ac9f8d798a99b3c79681c8440cbfe77e07"
ORDER_FILLED_RFQ: Final = "0xc3b639f02b125bfa160e50739b8c44eb2d1b6908e2b6d5925c6d770f2ca78127"

ROUTERS: Final = frozenset(
    {
        "0x11111254369792b2ca5d084ab5eea397ca8fa48b",  # v1
        "0x111111125434b319222cdbf8c261674adb56f3ae",  # v2
        "0x11111112542d85b3ef69ae05771c2dccff4faa26",  # v3
        "0x1111111254fb6c44bac0bed2854e76f90643097d",  # v4
        "0x1111111254eeb25477b68fb85ed929f73a960582",  # v5
        "0x111111125421ca6dc452d289314280a0f8842a65",  # v6
        "0x6e2b76966cbd9cf4cc2fa0d76d24d5241e0abc2f",  # v5 on zkSync Era
        "0x6fd4383cb451173d5f9304f041c7bcbf27d561ff",  # v6 on zkSync Era
    }
)

SIGNS: Final = frozenset({SWAPPED_V1, ORDER_FILLED_V5, *ROUTERS})


def recognise(view: ActivityView) -> Recognised | None:
    """A trade over a router, or an order of the fund's that somebody filled."""
    found = routed(view, NAME, (*ROUTERS, *_first_routers(view)))
    if found is None and _filled(view):
        found = exchanged(view, NAME)
    return Recognised((found,)) if found is not None else None


def _first_routers(view: ActivityView) -> list[str]:
    """The router v1 was deployed more than once: its log tells."""
    return [log.address for log in logs_with(view.activity, SWAPPED_V1, 4, 4)]


def _filled(view: ActivityView) -> bool:
    """Whether an order may have been the fund's: v5 names the maker, the others leave no choice.

    Where the fund did not act, one asset went and another came, and the router says that it filled
    an order: the maker is who traded without acting.
    """
    if any(names_owned(view, log) for log in logs_with(view.activity, ORDER_FILLED_V5, 2, 2)):
        return True
    return not view.acts and any(
        log.address in ROUTERS
        for topic in (ORDER_FILLED_V6, ORDER_FILLED_RFQ)
        for log in logs_with(view.activity, topic, 1, 2)
    )
