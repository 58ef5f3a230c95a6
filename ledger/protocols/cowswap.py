"""CoW Protocol: a view in; trades of its settlements, orders of native coin, claims of vCOW out.

Sources: cowprotocol/contracts, GPv2Settlement.sol; cowprotocol/ethflowcontract, CoWSwapEthFlow.sol
and CoWSwapOnchainOrders.sol, which keep the coin of an order until it is filled or taken back;
cowprotocol/token, MerkleDistributor.sol and CowProtocolVirtualToken.sol.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Event
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
    split,
    word_address,
)

NAME: Final = "cowswap"
RANK: Final = 0

#: Trade(address owner, address sellToken, address buyToken, uint256 sellAmount, uint256 buyAmount,
#: uint256 feeAmount, bytes orderUid), owner indexed; sellAmount includes feeAmount.
TRADE: Final = "0xa07a543ab8a018198e99ca0184c93fe9050a79400a0a723441f84de1d972cc17"
#: OrderPlacement(address sender, (address sellToken, address buyToken, address receiver, uint256
#: sellAmount, uint256 buyAmount, uint32 validTo, bytes32 appData, uint256 feeAmount, bytes32 kind,
#: bool partiallyFillable, bytes32 sellTokenBalance, bytes32 buyTokenBalance) order, (uint8 scheme,
#: bytes data) signature, bytes data), sender indexed.
ORDER_PLACEMENT: Final = "0xcf5f9de2984132265203b5c335b25727702ca77262ff622e136baa7362bf1da9"
#: OrderInvalidation(bytes orderUid) and OrderRefund(bytes orderUid, address refunder), refunder
#: indexed.
ORDER_INVALIDATION: Final = "0xb8bad102ac8bbacfef31ff1c906ec6d951c230b4dce750bb0376b812ad35852a"
ORDER_REFUND: Final = "0x195271068a288191e4b265c641a56b9832919f69e9e7d6c2f31ba40278aeb85a"
#: Claimed(uint256 index, uint8 claimType, address claimant, uint256 claimableAmount, uint256
#: claimedAmount) of vCOW, nothing indexed.
CLAIMED: Final = "0xd436e9973d1e44d40db4d4119e3c773cadb1323b263981968c14d3d191c0e148"

#: What a settlement names the native coin.
COIN: Final = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
#: Contracts that own the orders of native coin (ethflowcontract, networks.prod.json).
ETH_FLOWS: Final = frozenset(
    {
        "0x40a50cf069e992aa4536211b23f286ef88752187",
        "0xba3cb449bd2b4adddbc894d8697f5170800eadec",
    }
)
#: vCOW of Ethereum and Gnosis.
VIRTUAL: Final = frozenset(
    {
        "0xd057b63f5e69cf1b929b356b579cba08d7688048",
        "0xc20c9c13e853fc64d054b73ff21d3636b2d97eab",
    }
)

#: The settlement contract of all networks (cowprotocol/contracts, networks.json).
SETTLEMENT: Final = "0x9008d19f58aabd9ed0d60971565aa8510560ab41"

SIGNS: Final = frozenset(
    {TRADE, ORDER_PLACEMENT, ORDER_INVALIDATION, ORDER_REFUND, CLAIMED, *VIRTUAL}
)


def recognise(view: ActivityView) -> Recognised | None:
    """Each trade and order by its own log, claims of vCOW, and COW for vCOW."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, TRADE, 2, 9):
        if log.address != SETTLEMENT:
            continue
        events += _traded(view.without(events), log)
    for log in logs_with(view.activity, ORDER_PLACEMENT, 2, 12):
        events += _placed(view.without(events), log)
    for topic in (ORDER_INVALIDATION, ORDER_REFUND):
        for log in logs_with(view.activity, topic, 1, 4):
            events += _taken_back(view.without(events), log)
    for log in logs_with(view.activity, CLAIMED, 1, 5):
        events += _claimed(view.without(events), log)
    events += _converted(view.without(events))
    return Recognised(events) if events else None


def _asset(view: ActivityView, token: str) -> AssetId:
    network = view.activity.network
    return native(network) if token == COIN else erc20(network, token)


def _traded(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """An order of the fund's, or one of coin that it had placed: then the coin is gone already."""
    owner, fee = address_in(log.topics, 1), number_in(log, 4)
    bought = {_asset(view, word_address(log, 1)): number_in(log, 3)}
    sold = {_asset(view, word_address(log, 0)): -number_in(log, 2)}
    if owner in ETH_FLOWS:
        came = payments(view, bought, via=log.address)
        return (event(view, "order_fill", came, NAME),) if came else ()
    if owner not in view.owned:
        return ()
    paid = payments(view, sold, via=log.address)
    came = payments(view, bought, via=log.address)
    if not paid or not came:
        return ()
    first, *others = paid
    legs = split(first, -fee, "fee") if 0 < fee < -first.quantity else (first,)
    return (event(view, "swap", (*legs, *others, *came), NAME),)


def _placed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin that went to the contract for an order of the fund's."""
    if address_in(log.topics, 1) not in view.owned:
        return ()
    coin = native(view.activity.network)
    legs = [leg for leg in view.legs if leg.asset == coin and leg.counterparty == log.address]
    return (event(view, "order_open", legs, NAME),) if sum(leg.quantity for leg in legs) < 0 else ()


def _taken_back(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Coin of an order that the contract gave back, in the sizes that it did."""
    coin = native(view.activity.network)
    legs = [
        leg
        for leg in view.legs
        if leg.asset == coin and leg.quantity > 0 and leg.counterparty == log.address
    ][:1]
    return (event(view, "order_cancel", legs, NAME),) if legs else ()


def _claimed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Made for a claim: vCOW; some kinds of claim are paid for like options."""
    token, amount = erc20(view.activity.network, log.address), number_in(log, 4)
    came = [leg for leg in view.legs if leg.asset == token and leg.quantity == amount][:1]
    if word_address(log, 2) not in view.owned or not came:
        return ()
    paid = [leg for leg in view.legs if view.acts and leg.quantity < 0]
    kind = "option_exercise" if paid and number_in(log, 1) in {1, 2, 3} else "airdrop"
    return (event(view, kind, (*came, *(paid if kind != "airdrop" else ())), NAME),)


def _converted(view: ActivityView) -> tuple[Event, ...]:
    """COW that the contract kept, for vCOW that was burnt."""
    tokens = {erc20(view.activity.network, contract): contract for contract in VIRTUAL}
    burnt = [leg for leg in view.legs if leg.asset in tokens and leg.counterparty == ZERO_ADDRESS][
        :1
    ]
    came = [
        leg
        for leg in view.legs
        if burnt and leg.counterparty == tokens[burnt[0].asset] and leg.quantity > 0
    ]
    if not came or burnt[0].quantity > 0:
        return ()
    return (event(view, "unwrap", (*burnt, *came), NAME),)
