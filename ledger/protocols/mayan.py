"""Mayan: a view in; what its forwarder or orders took, what drivers paid and what came back, out.

Sources: mayan-finance, MayanForwarder.sol, SwiftSource.sol, SwiftDest.sol and MayanSwift.sol;
docs.mayan.finance, architecture (contracts, one address on all networks). Both ends of an order log
its key. What the forwarder gives to another bridge, that bridge tells of where it can.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import expected, handed, leg_with, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    number_in,
)

NAME: Final = "mayan"
#: After the bridges that it uses.
RANK: Final = 13

#: OrderCreated(bytes32 key) and OrderRefunded(bytes32 key, uint256 netAmount) of the source,
#: OrderFulfilled(bytes32 key, uint64 sequence, uint256 netAmount) of the destination; nothing
#: indexed.
CREATED: Final = "0x918554b6bd6e2895ce6553de5de0e1a69db5289aa0e4fe193a0dcd1f14347477"
REFUNDED: Final = "0xbff5487f6422ba4acbcde6bd5e0ccb83124c240b9deb6a72e7b5eb8c7b71d6fc"
FULFILLED: Final = "0x6ec9b1b5a9f54d929394f18dac4ba1b1cc79823f2266c2d09cab8a3b4700b40b"
#: ForwardedEth(address mayanProtocol, bytes protocolData), ForwardedERC20(address token,
#: uint256 amount, address mayanProtocol, bytes protocolData), SwapAndForwardedEth(uint256 amountIn,
#: address swapProtocol, address middleToken, uint256 middleAmount, address mayanProtocol,
#: bytes mayanData), SwapAndForwardedERC20 with address tokenIn before; nothing indexed.
FORWARDED: Final = (
    "0xb8543d214cab9591941648db8d40126a163bfd0db4a865678320b921e1398043",
    "0xbf150db6b4a14b084f7346b4bc300f552ce867afe55be27bce2d6b37e3307cda",
    "0x7cbff921ae1f3ea71284120d2aabde13587df067f2bb5c831ea6e35d7a9242ac",
    "0x23278f58875126c795a4072b98b5851fe9b21cea19895b02a6224fefbb1e3298",
)

FORWARDER: Final = "0x337685fdab40d39bd02028545a4ffa7d287cc3e2"
#: Swift of the first version, which is both ends, and source and destination of the second.
SWIFT: Final = frozenset(
    {
        "0xc38e4e6a15593f908255214653d3d947ca1c2338",
        "0x40ffe85a28dc9993541449464d7529a922142960",
        "0xd78d199f8c402e7b5cc2abe278df0412400a3bae",
    }
)

SIGNS: Final = frozenset({FORWARDER, *SWIFT})


def recognise(view: ActivityView) -> Recognised | None:
    """What the fund gave, then what orders paid to it."""
    events = _given(view)
    for topic, size, place in ((FULFILLED, 3, 2), (REFUNDED, 2, 1)):
        for log in logs_with(view.activity, topic, 1, size):
            events += _paid_out(view.without(events), log, place)
    return Recognised(events) if events else None


def _given(view: ActivityView) -> tuple[Event, ...]:
    """All that went to the forwarder or into an order: one asset, with the coin beside it."""
    orders = [log for log in logs_with(view.activity, CREATED, 1, 1) if log.address in SWIFT]
    forwards = [
        log
        for topic in FORWARDED
        for log in logs_with(view.activity, topic, 1, 2)
        if log.address == FORWARDER
    ]
    if not orders and not forwards:
        return ()
    if view.called == FORWARDER or view.called in SWIFT:
        legs = handed(view)
    else:
        legs = tuple(
            leg
            for leg in view.legs
            if leg.quantity < 0
            and leg.counterparty in SWIFT | {FORWARDER}
            and not is_non_fungible(leg.asset)
        )
    if sum(leg.quantity for leg in legs) >= 0:
        return ()
    message = f"mayan:0x{orders[0].data[2:66]}" if len(orders) == 1 else ""
    note = words(message, "", expected("*", "*", "*"), NAME)
    return (event(view, "bridge_out", legs, NAME, note),)


def _paid_out(view: ActivityView, log: Log, place: int) -> tuple[Event, ...]:
    """What a driver paid for an order, or what the order gave back less its fees."""
    if log.address not in SWIFT:
        return ()
    leg = leg_with(view, number_in(log, place), {log.address})
    others: list[Leg] = [
        one
        for one in view.legs
        if one.quantity > 0 and one.counterparty == log.address and not is_non_fungible(one.asset)
    ]
    if leg is None and len(others) == 1:
        leg = others[0]
    note = words(f"mayan:0x{log.data[2:66]}", by=NAME)
    return (event(view, "bridge_in", (leg,), NAME, note),) if leg is not None else ()
