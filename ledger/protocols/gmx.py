"""GMX's first version: a view in; orders, positions changed and closed, cancellations out.

Sources: gmx-io/gmx-contracts, PositionRouter.sol, OrderBook.sol (the logs of requests), Vault.sol
and VaultUtils.sol (the logs of positions).

Keepers execute requests for a fee. What was given waits until then; the vault says what became of
it (`_gmx_vault.py`).
"""

from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._gmx_vault import (
    DECREASE_POSITION,
    INCREASE_POSITION,
    LIQUIDATE_POSITION,
    NAME,
    UNKNOWN,
    Vault,
    vault_position,
)
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
#: ExecuteIncreasePosition: the same as CreateIncreasePosition up to executionFee, then uint256
#: blockGap, uint256 timeGap; ExecuteIncreaseOrder: as CreateIncreaseOrder, then uint256
#: executionPrice.
EXECUTE_INCREASE: Final = "0x1be316b94d38c07bd41cdb4913772d0a0a82802786a2f8b657b6e85dbcdfc641"
EXECUTE_INCREASE_ORDER: Final = "0x7fb1c74d1ea6aa1c9c585e17ce8274c8ff98745e85e7459b73f87d784494f58e"

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
_PATHS: Final = frozenset(
    {
        *(CREATE_INCREASE, CANCEL_INCREASE, CREATE_SWAP_ORDER, CANCEL_SWAP_ORDER),
        *(EXECUTE_INCREASE, EXECUTE_SWAP_ORDER),
    }
)
#: topic of what was done for a request to open → words, word of the token or of its path's place,
#: of its amount, of the index token, of the size
_OPENED: Final = {EXECUTE_INCREASE: (10, 0, 2, 1, 4), EXECUTE_INCREASE_ORDER: (11, 1, 2, 4, 5)}

#: The vaults (gmx-io/gmx-interface, contracts.ts); where a keeper acts, others may log the same.
VAULTS: Final = frozenset(
    {
        ("eip155:42161", "0x489ee077994b6658eafa855c308275ead8097c4a"),
        ("eip155:43114", "0x9ab2de34a33fb459b538c43f251eb825645e8595"),
    }
)

#: Who says which request was done: the position routers and order books of both networks.
_ROUTERS: Final = frozenset(
    {
        "0xb87a436b93ffe9d75c5cfa7bacfff96430b09868",
        "0xfff6d276bc37c61a23f06410dce4a400f66420f8",
        "0x09f77e8a13de9a35a7231028187e9fd5db8a2acb",
        "0x4296e307f108b2f583ff2f7b7270ee7831574ae5",
    }
)
VOUCHED: Final = frozenset(vault for _, vault in VAULTS) | _ROUTERS

SIGNS: Final = frozenset(
    {*REQUESTS, EXECUTE_SWAP_ORDER, DECREASE_POSITION, INCREASE_POSITION, LIQUIDATE_POSITION}
)
#: A position grows, or is lost, in a keeper's transaction, in which nothing of the fund's moves.
WITHOUT_LEGS: Final = frozenset({INCREASE_POSITION, DECREASE_POSITION, LIQUIDATE_POSITION})

#: What a position would give back, by the vault's own views.
fetch_position: Final = vault_position


def recognise(view: ActivityView) -> Recognised | None:
    """Requests and cancellations of owned accounts, what orders and positions paid out."""
    events: tuple[Event, ...] = ()
    vault = Vault(view)
    for topic, (_, words, *_) in REQUESTS.items():
        for log in logs_with(view.activity, topic, 2, words):
            if address_in(log.topics, 1) in view.owned:
                events += _request(view.without(events), vault, log)
    for log in logs_with(view.activity, EXECUTE_SWAP_ORDER, 2, 9):
        if address_in(log.topics, 1) in view.owned:
            events += _swapped(view.without(events), vault, log)
    for log in _of_vault(view):
        events += _STEPS[log.topics[0]](view.without(events), vault, log)
    return Recognised(events, tuple(vault.facts.values())) if events else None


def _of_vault(view: ActivityView) -> list[Log]:
    """The logs about positions of owned accounts; of known vaults where others act."""
    found = [
        log
        for topic, words in (
            (INCREASE_POSITION, 9),
            (DECREASE_POSITION, 9),
            (LIQUIDATE_POSITION, 10),
        )
        for log in logs_with(view.activity, topic, 1, words)
        if word_address(log, 1) in view.owned
        and (view.acts or (view.activity.network, log.address) in VAULTS)
    ]
    return sorted(found, key=lambda log: log.index)


# ---- requests ----------------------------------------------------------------------------------


def _request(view: ActivityView, vault: Vault, log: Log) -> tuple[Event, ...]:
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
    account = address_in(log.topics, 1)
    given = next((leg.asset for leg in legs if leg.role == "plain"), None)
    if given is None:
        return (event(view, kind, legs, NAME),) if legs else ()
    if kind == "order_open":
        return (event(view, kind, (*legs, *vault.wait(account, given, units)), NAME),)
    back = vault.ended(account, (given, *_tokens(asset, coin)), units)
    return (event(view, kind, (*legs, *back), NAME, "" if back else UNKNOWN),)


def _swapped(view: ActivityView, vault: Vault, log: Log) -> tuple[Event, ...]:
    """What a swap that waited brought for what was given for it."""
    came = exact(view, number_in(log, 4), other={log.address})
    if not came:
        return ()
    tokens = _tokens(_token(view, log, 1), native(view.activity.network))
    given = vault.ended(address_in(log.topics, 1), tokens, number_in(log, 2))
    return (event(view, "order_fill", (*came, *given), NAME, "" if given else UNKNOWN),)


def _tokens(token: AssetId | None, coin: AssetId) -> tuple[AssetId, ...]:
    """What a request may have been given: its token, or the coin that the token wraps."""
    return (coin,) if token is None else (token, coin)


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


def _put_in(view: ActivityView, vault: Vault, log: Log) -> tuple[Event, ...]:
    """Margin that waited for a request, or that the account itself put into the vault."""
    given = _requested(view, vault, log)
    if not given and view.acts:
        token = erc20(view.activity.network, word_address(log, 2))
        places = {log.address, view.called}
        given = tuple(
            leg
            for leg in view.legs
            if leg.quantity < 0
            and leg.asset in {token, native(view.activity.network)}
            and leg.counterparty in places
        )
        if not given:
            return ()
    return vault.increased(log, given)


def _requested(view: ActivityView, vault: Vault, log: Log) -> tuple[Leg, ...]:
    """What waited for the request that a keeper says was done with this position."""
    account, wanted = word_address(log, 1), (word_address(log, 3), number_in(log, 5))
    for topic, (words, token, amount, index, size) in _OPENED.items():
        for told in logs_with(view.activity, topic, 2, words):
            done = (word_address(told, index), number_in(told, size))
            if address_in(told.topics, 1) == account and done == wanted and told.index > log.index:
                tokens = _tokens(_token(view, told, token), native(view.activity.network))
                return vault.ended(account, tokens, number_in(told, amount))
    return ()


def _paid_out(view: ActivityView, vault: Vault, log: Log) -> tuple[Event, ...]:
    """What a position that shrank or was closed paid, the result apart from the margin."""
    places = {one.address for one in view.activity.logs} | {view.called}
    account = word_address(log, 1)
    came = tuple(
        leg
        for leg in view.legs
        if leg.quantity > 0 and leg.wallet.endswith(account) and leg.counterparty in places
    )[:1]
    return vault.decreased(log, came)


def _lost(_view: ActivityView, vault: Vault, log: Log) -> tuple[Event, ...]:
    return vault.liquidated(log)


_STEPS: Final = {
    INCREASE_POSITION: _put_in,
    DECREASE_POSITION: _paid_out,
    LIQUIDATE_POSITION: _lost,
}
