"""CrossCurve, once EYWA: a view in; operations that span networks out.

Source: eywa-protocol/eywa-clp (Router, RouterV2) and its bridge (BridgeV2): every step logs the
request that called it and the one that it sends.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import expected, paid, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    net,
    number_in,
    with_role,
    word_address,
)

NAME: Final = "crosscurve"
RANK: Final = 9

#: ComplexOpProcessed(uint64 currentChainId, bytes32 currentRequestId, uint64 nextChainId,
#: bytes32 nextRequestId, uint8 result, uint8 lastOp).
PROCESSED: Final = "0x830adbcf80ee865e0f0883ad52e813fdbf061b0216b724694a2b4e06708d243c"
#: FeePaid(address payer, address accountant, uint256 executionPrice), payer indexed.
FEE_PAID: Final = "0xbf6afbaffb3b955bebbf43430bbf8eecb8d34ff86f293f592203ab5ed79c5268"
#: RequestSent(bytes32 requestId, bytes data, address to, uint64 chainIdTo) of the bridge beneath.
REQUEST_SENT: Final = "0x5566d73d091d945ab32ea023cd1930c0d43aa43bef9aee4cb029775cfc94bdae"

SIGNS: Final = frozenset({PROCESSED})


def recognise(view: ActivityView) -> Recognised | None:
    """The first step, which the owner pays, or the last, which pays the owner."""
    steps = logs_with(view.activity, PROCESSED, 1, 4)
    if len(steps) != 1:
        return None
    came_from, goes_to = number_in(steps[0], 1), number_in(steps[0], 3)
    if goes_to and not came_from:
        found = _first(view, steps[0])
    elif came_from and not goes_to:
        found = _last(view, steps[0])
    else:
        found = ()
    return Recognised(found) if found else None


def _first(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The one asset that left, and the fee in coin that the router names."""
    payers = [
        fee
        for fee in logs_with(view.activity, FEE_PAID, 2, 2)
        if fee.address == log.address and address_in(fee.topics, 1) in view.owned
    ]
    if not payers:
        return ()
    coin, price = native(view.activity.network), number_in(payers[0], 1)
    given = {asset: total for asset, total in net(view.legs).items() if asset != coin}
    fees: tuple[Leg, ...] = ()
    if given:
        fees = tuple(
            with_role(leg, "fee")
            for leg in view.legs
            if leg.asset == coin and leg.quantity == -price
        )[:1]
        legs = tuple(leg for leg in view.legs if leg.asset in given)
    else:
        total = -net(view.legs).get(coin, 0)
        legs = paid(view, coin, total - price, log.address)
    only_one = len(given) <= 1 and all(total < 0 for total in given.values())
    if not legs or not only_one or any(is_non_fungible(leg.asset) for leg in legs):
        return ()
    there, request = number_in(log, 2), log.data[194:258]
    # what comes out of the other side is swapped again; who pays it out is the router called there
    routers = [
        word_address(sent, 2)
        for sent in logs_with(view.activity, REQUEST_SENT, 1, 4)
        if sent.data[2:66] == request and number_in(sent, 3) == there
    ]
    arrives = expected(f"eip155:{there}", "*", "*")
    note = words(f"crosscurve:0x{request}", expects=arrives, by="".join(routers[:1]))
    return (event(view, "bridge_out", (*legs, *fees), NAME, note),)


def _last(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a relayer's transaction brought; the last pool or token pays it out itself."""
    if view.acts or not view.legs or any(leg.quantity < 0 for leg in view.legs):
        return ()
    note = words(f"crosscurve:0x{log.data[66:130]}", by=log.address)
    return (event(view, "bridge_in", view.legs, NAME, note),)
