"""GMX's first version: a view in; orders, positions changed and closed, cancellations out.

Sources: gmx-io/gmx-contracts, PositionRouter.sol, OrderBook.sol (the logs of requests), Vault.sol
and VaultUtils.sol (the logs of positions).

Keepers execute requests for a fee. What a position pays out beyond its margin, or less, is its
result; the margin is what was put in less fees of opening, as the vault counts it.
"""

from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._legs import exact
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    split,
    with_role,
    word_address,
)

NAME: Final = "gmx"
RANK: Final = 0

#: CreateIncreasePosition(address account, address[] path, address indexToken, uint256 amountIn,
#: uint256 minOut, uint256 sizeDelta, bool isLong, uint256 acceptablePrice, uint256 executionFee,
#: uint256 index, uint256 queueIndex, uint256 blockNumber, uint256 blockTime, uint256 gasPrice) and
#: CreateDecreasePosition(address account, address[] path, address indexToken,
#: uint256 collateralDelta, uint256 sizeDelta, bool isLong, address receiver,
#: uint256 acceptablePrice, uint256 minOut, uint256 executionFee, uint256 index, uint256 queueIndex,
#: uint256 blockNumber, uint256 blockTime); account indexed.
CREATE_INCREASE: Final = "0x5265bc4952da402633b3fc35f67ab4245493a0ab94dd8ab123667c8d45a4485c"
CREATE_DECREASE: Final = "0x81ed0476a7e785a9e4728fffd679ea97176ca1ac85e1003462558bb5677da57b"
#: CancelIncreasePosition: the same up to executionFee, then uint256 blockGap, uint256 timeGap.
CANCEL_INCREASE: Final = "0x35b638e650e2328786fb405bd69d2083dbedc018d086662e74b775b4f1dae4bf"
#: CreateIncreaseOrder(address account, uint256 orderIndex, address purchaseToken,
#: uint256 purchaseTokenAmount, address collateralToken, address indexToken, uint256 sizeDelta,
#: bool isLong, uint256 triggerPrice, bool triggerAboveThreshold, uint256 executionFee),
#: CreateDecreaseOrder(address account, uint256 orderIndex, address collateralToken,
#: uint256 collateralDelta, address indexToken, uint256 sizeDelta, bool isLong,
#: uint256 triggerPrice, bool triggerAboveThreshold, uint256 executionFee) and
#: CreateSwapOrder(address account, uint256 orderIndex, address[] path, uint256 amountIn,
#: uint256 minOut, uint256 triggerRatio, bool triggerAboveThreshold, bool shouldUnwrap,
#: uint256 executionFee), and the same where cancelled; account indexed.
CREATE_INCREASE_ORDER: Final = "0xb27b9afe3043b93788c40cfc3cc73f5d928a2e40f3ba01820b246426de8fa1b9"
CREATE_DECREASE_ORDER: Final = "0x48ee333d2a65cc45fdb83bc012920d89181c3377390cd239d2b63f2bef67a02d"
CREATE_SWAP_ORDER: Final = "0xdf06bb56ffc4029dc0b62b68bb5bbadea93a38b530cefc9b81afb742a6555d88"
CANCEL_INCREASE_ORDER: Final = "0xd500f34e0ec655b7614ae42e1d9c666d5e4dde909a1297829f8c5ecf00805d32"
CANCEL_DECREASE_ORDER: Final = "0x1154174c82984656b028c8021671988f60a346497e56fe02554761184f82a075"
CANCEL_SWAP_ORDER: Final = "0xefd66d4f9c2f880c70aedeb5b26a44fb474cea07e5d6c533f2d27c303d5d9453"
#: ExecuteSwapOrder(address account, uint256 orderIndex, address[] path, uint256 amountIn,
#: uint256 minOut, uint256 amountOut, uint256 triggerRatio, bool triggerAboveThreshold,
#: bool shouldUnwrap, uint256 executionFee), account indexed.
EXECUTE_SWAP_ORDER: Final = "0x7e1fe496989eea92b738a562dbf9c0ae6aa6fcf3f1ef09e95ee4f7603721706b"
#: DecreasePosition(bytes32 key, address account, address collateralToken, address indexToken,
#: uint256 collateralDelta, uint256 sizeDelta, bool isLong, uint256 price, uint256 fee) of the
#: vault, nothing indexed, as of all that follow; sizes and prices are in 10⁻³⁰ US dollars.
DECREASE_POSITION: Final = "0x93d75d64d1f84fc6f430a64fc578bdd4c1e090e90ea2d51773e626d19de56d30"
#: IncreasePosition of the same shape.
INCREASE_POSITION: Final = "0x2fe68525253654c21998f35787a8d0f361905ef647c854092430ab65f2f15022"
#: ClosePosition(bytes32 key, uint256 size, uint256 collateral, uint256 averagePrice,
#: uint256 entryFundingRate, uint256 reserveAmount, int256 realisedPnl).
CLOSE_POSITION: Final = "0x73af1d417d82c240fdb6d319b34ad884487c6bf2845d98980cc52ad9171cb455"
#: UpdatePnl(bytes32 key, bool hasProfit, uint256 delta).
UPDATE_PNL: Final = "0x3ff41bdde87755b687ae83d0221a232b6be51a803330ed9661c1b5d0105e0d8a"
#: CollectMarginFees(address token, uint256 feeUsd, uint256 feeTokens).
COLLECT_MARGIN_FEES: Final = "0x5d0c0019d3d45fadeb74eff9d2c9924d146d000ac6bcf3c28bf0ac3c9baa011a"

#: topic → (kind, words, word of the token or of its path's place, word of its amount, word of the
#: fee or None where the fee does not come back)
REQUESTS: Final = {
    CREATE_INCREASE: ("order_open", 13, 0, 2, 7),
    CREATE_DECREASE: ("order_open", 13, None, None, 8),
    CANCEL_INCREASE: ("order_cancel", 10, 0, 2, None),
    CREATE_INCREASE_ORDER: ("order_open", 10, 1, 2, 9),
    CREATE_DECREASE_ORDER: ("order_open", 9, None, None, 8),
    CREATE_SWAP_ORDER: ("order_open", 8, 1, 2, 7),
    CANCEL_INCREASE_ORDER: ("order_cancel", 10, 1, 2, 9),
    CANCEL_DECREASE_ORDER: ("order_cancel", 9, None, None, 8),
    CANCEL_SWAP_ORDER: ("order_cancel", 8, 1, 2, 7),
}
_PATHS: Final = frozenset({CREATE_INCREASE, CANCEL_INCREASE, CREATE_SWAP_ORDER, CANCEL_SWAP_ORDER})

#: The vaults (gmx-io/gmx-interface, contracts.ts); where a keeper acts, others may log the same.
VAULTS: Final = frozenset(
    {
        ("eip155:42161", "0x489ee077994b6658eafa855c308275ead8097c4a"),
        ("eip155:43114", "0x9ab2de34a33fb459b538c43f251eb825645e8595"),
    }
)

VOUCHED: Final = frozenset(vault for _, vault in VAULTS)

SIGNS: Final = frozenset({*REQUESTS, EXECUTE_SWAP_ORDER, DECREASE_POSITION, INCREASE_POSITION})


def recognise(view: ActivityView) -> Recognised | None:
    """Requests and cancellations of owned accounts, what orders and positions paid out."""
    events: tuple[Event, ...] = ()
    for topic, (_, words, *_) in REQUESTS.items():
        for log in logs_with(view.activity, topic, 2, words):
            if address_in(log.topics, 1) in view.owned:
                events += _request(view.without(events), log)
    for log in logs_with(view.activity, EXECUTE_SWAP_ORDER, 2, 9):
        if address_in(log.topics, 1) in view.owned:
            came = exact(view.without(events), number_in(log, 4), other={log.address})
            events += (event(view, "order_fill", came, NAME),) if came else ()
    for log in logs_with(view.activity, DECREASE_POSITION, 1, 9):
        known = (view.activity.network, log.address) in VAULTS or view.acts
        if word_address(log, 1) in view.owned and known:
            events += _paid_out(view.without(events), log)
    for log in logs_with(view.activity, INCREASE_POSITION, 1, 9):
        if word_address(log, 1) in view.owned and view.acts:
            events += _put_in(view.without(events), log)
    return Recognised(events) if events else None


# ---- requests ----------------------------------------------------------------------------------


def _request(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Collateral that went into a request or came back, and the fee of the keeper beside it."""
    kind, _, token, amount, fee = REQUESTS[log.topics[0]]
    sign = -1 if kind == "order_open" else 1
    coin = native(view.activity.network)
    units = number_in(log, amount) if amount is not None else 0
    keeper = number_in(log, fee) if fee is not None else 0
    asset = _token(view, log, token) if token is not None else None
    moved = exact(view, sign * units, asset=asset) if asset is not None else ()
    rest = replace(view, legs=tuple(leg for leg in view.legs if leg not in moved))
    places = {log.address, view.called}
    if not moved and units:  # as coin, in one payment with the fee
        paid = exact(rest, sign * (units + keeper), asset=coin, other=places)
        legs = tuple(part for leg in paid for part in split(leg, sign * keeper, "fee"))
        if not legs:  # or in two
            apart = exact(rest, sign * units, asset=coin, other=places)
            rest = replace(rest, legs=tuple(leg for leg in rest.legs if leg not in apart))
            legs = apart + _fee(rest, sign * keeper, coin, places)
    else:
        legs = moved + _fee(rest, sign * keeper, coin, places)
    return (event(view, kind, legs, NAME),) if legs else ()


def _fee(view: ActivityView, keeper: int, coin: AssetId, places: set[str]) -> tuple[Leg, ...]:
    found = exact(view, keeper, asset=coin, other=places) if keeper else ()
    return tuple(with_role(leg, "fee") for leg in found)


def _token(view: ActivityView, log: Log, place: int) -> AssetId | None:
    """The token in a word, or the first of the path that the word points at."""
    if log.topics[0] in _PATHS:
        at, beyond = divmod(number_in(log, place), 32)
        words = (len(log.data) - 2) // 64
        if beyond or not 0 < at < words - 1 or not number_in(log, at):
            return None
        place = at + 1
    return erc20(view.activity.network, word_address(log, place))


# ---- positions -----------------------------------------------------------------------------------


def _put_in(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Margin that the account itself put into the vault, without a request."""
    token = erc20(view.activity.network, word_address(log, 2))
    coin = native(view.activity.network)
    paid = [
        leg
        for leg in view.legs
        if leg.quantity < 0
        and leg.asset in {token, coin}
        and leg.counterparty in {log.address, view.called}
    ]
    return (event(view, "perp_open", paid, NAME),) if paid else ()


def _paid_out(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a position that shrank or was closed paid, the result apart from the margin."""
    key = log.data[2:66]
    closed = any(
        other.data[2:66] == key for other in logs_with(view.activity, CLOSE_POSITION, 1, 7)
    )
    kind = "perp_close" if closed else "perp_change"
    wallet = word_address(log, 1)
    places = {one.address for one in view.activity.logs} | {view.called}
    came = [
        leg
        for leg in view.legs
        if leg.quantity > 0 and leg.wallet.endswith(wallet) and leg.counterparty in places
    ][:1]
    if not came:
        return ()
    token = word_address(log, 2)
    coin = native(view.activity.network)
    kept = came[0].asset in {erc20(view.activity.network, token), coin}
    result = _result(view, log, token) if kept else 0
    legs = split(came[0], result, "reward") if result else (came[0],)
    return (event(view, kind, legs, NAME),)


def _result(view: ActivityView, log: Log, token: str) -> int:
    """Profit or loss after fees in units of the collateral, at the price the vault took fees at."""
    known = [
        other
        for other in logs_with(view.activity, UPDATE_PNL, 1, 3)
        if other.data[2:66] == log.data[2:66] and other.index < log.index
    ]
    fees = [
        other
        for other in logs_with(view.activity, COLLECT_MARGIN_FEES, 1, 3)
        if word_address(other, 0) == token and other.index < log.index and number_in(other, 1)
    ]
    if not known or not fees:
        return 0
    gained = number_in(known[-1], 2) * (1 if number_in(known[-1], 1) else -1)
    dollars, units = number_in(fees[-1], 1), number_in(fees[-1], 2)
    return (gained - dollars) * units // dollars
