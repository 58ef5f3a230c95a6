"""Uniswap v3 and its forks: a view in; liquidity put in and taken out, fees, and trades, out.

Sources: v3-core, IUniswapV3PoolEvents.sol; v3-periphery, INonfungiblePositionManager.sol.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, non_fungible
from ledger.model.event import Event, Leg
from ledger.shapes import (
    CONCENTRATED_SWAP,
    ActivityView,
    Recognised,
    address_in,
    event,
    first_swap,
    flash_loan,
    logs_with,
    number_in,
    payments,
    split,
    trade,
)

NAME: Final = "uniswap_v3"
RANK: Final = 20

#: Of the position manager: IncreaseLiquidity(uint256 tokenId, uint128 liquidity, uint256 amount0,
#: uint256 amount1), DecreaseLiquidity of the same shape, Collect(uint256 tokenId, address
#: recipient, uint256 amount0, uint256 amount1); tokenId indexed.
INCREASE: Final = "0x3067048beee31b25b2f1681f88dac838c8bba36af25bfb2b7cf7473a5847e35f"
DECREASE: Final = "0x26f6a048ee9138f2c0ce266f322cb99228e8d619ae2bff30c67f8dcf9d2377b4"
COLLECT: Final = "0x40d0efd1a53d60ecbf40971b9daf7dc90178c3aadc7aab1765632738fa8b8f01"
#: Of a pool: Mint(address sender, address owner, int24 tickLower, int24 tickUpper, uint128 amount,
#: uint256 amount0, uint256 amount1), Burn(address owner, int24 tickLower, int24 tickUpper, uint128
#: amount, uint256 amount0, uint256 amount1), Collect(address owner, address recipient, int24
#: tickLower, int24 tickUpper, uint128 amount0, uint128 amount1); owner and ticks indexed.
POOL_MINT: Final = "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde"
POOL_BURN: Final = "0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c"
POOL_COLLECT: Final = "0x70935338e69775456a85ddef226c395fb668b63fa0115f5f20610b388e6ca9c0"
#: Swap(address sender, address recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96,
#: uint128 liquidity, int24 tick); sender and recipient indexed.
SWAP: Final = CONCENTRATED_SWAP

#: Flash(address sender, address recipient, uint256 amount0, uint256 amount1, uint256 paid0, uint256
#: paid1) of a pool; sender and recipient indexed; paid is what came in beyond the amount.
FLASH: Final = "0xbdbdb71d7860376ba52b25a5028beea23581364a40522f6bcfb86bb1f2dca633"

#: Two amounts: of the pool's first and second asset.
Amounts = tuple[int, int]


def recognise(view: ActivityView) -> Recognised | None:
    """A loan from a pool takes all; else positions by token or owner, then a trade of the rest."""
    loans = _loans(view)
    if loans:
        return Recognised((flash_loan(view, loans, NAME),))
    events: tuple[Event, ...] = ()
    for named in (_put_in, _taken_out):
        events += named(view.without(events))
    rest = view.without(events)
    begun = first_swap(view.activity)
    if rest.legs and begun is not None and begun.topics[0] == SWAP:
        swapped = trade(rest, rest.legs, NAME)
        if swapped is not None:
            events += (swapped,)
    return Recognised(events) if events else None


def _loans(view: ActivityView) -> tuple[tuple[AssetId, int, int], ...]:
    """(asset, amount, premium) of what pools lent to an owned address within the transaction."""
    return tuple(
        (leg.asset, number_in(log, place), number_in(log, place + 2))
        for log in logs_with(view.activity, FLASH, 3, 4)
        if {address_in(log.topics, 1), address_in(log.topics, 2)} & view.owned
        for place in (0, 1)
        for leg in view.legs
        if leg.counterparty == log.address and leg.quantity == number_in(log, place)
    )


def _put_in(view: ActivityView) -> tuple[Event, ...]:
    """Deposits: what went to the pool, with the position's token where it was made."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, INCREASE, 2, 3):
        rest = view.without(events)
        events += _deposit(rest, log, (number_in(log, 1), number_in(log, 2)), by_token=True)
    for log in logs_with(view.activity, POOL_MINT, 4, 4):
        rest = view.without(events)
        if address_in(log.topics, 1) in view.owned:
            events += _deposit(rest, log, (number_in(log, 2), number_in(log, 3)), by_token=False)
    return events


def _deposit(
    view: ActivityView, log: Log, amounts: Amounts, *, by_token: bool
) -> tuple[Event, ...]:
    paid = payments(view, _assets_moved(view, log, (-amounts[0], -amounts[1]), by_token=by_token))
    if not paid:
        return ()
    pieces = _position(view, log) if by_token else ()
    return (event(view, "pool_deposit", (*paid, *pieces), NAME),)


def _taken_out(view: ActivityView) -> tuple[Event, ...]:
    """Withdrawals and fees: what was collected beyond what liquidity gave back is fees."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, COLLECT, 2, 3):
        decreased = [
            other
            for other in logs_with(view.activity, DECREASE, 2, 3)
            if other.address == log.address and other.topics[1] == log.topics[1]
        ]
        principal = _sum(decreased, 1)
        collected = number_in(log, 1), number_in(log, 2)
        events += _withdrawal(view.without(events), log, collected, principal, by_token=True)
    for log in logs_with(view.activity, POOL_COLLECT, 4, 3):
        if address_in(log.topics, 1) not in view.owned:
            continue
        burnt = [
            other
            for other in logs_with(view.activity, POOL_BURN, 4, 3)
            if other.address == log.address and other.topics[1:4] == log.topics[1:4]
        ]
        collected = number_in(log, 1), number_in(log, 2)
        principal = _sum(burnt, 1)
        events += _withdrawal(view.without(events), log, collected, principal, by_token=False)
    return events


def _withdrawal(
    view: ActivityView, log: Log, collected: Amounts, principal: Amounts, *, by_token: bool
) -> tuple[Event, ...]:
    wanted = _assets_moved(view, log, collected, by_token=by_token)
    came = payments(view, wanted)
    if not came:
        return ()
    if not any(principal):
        kind = "pool_fees" if _is_open(view) else "pool_withdraw"
        return (event(view, kind, came, NAME),)
    legs: list[Leg] = []
    for leg in came:
        place = _place(leg, collected)
        earned = collected[place] - principal[place] if place is not None else 0
        legs += split(leg, earned, "reward") if 0 < earned <= leg.quantity else (leg,)
    pieces = _position(view, log) if by_token else ()
    return (event(view, "pool_withdraw", (*legs, *pieces), NAME),)


def _is_open(view: ActivityView) -> bool:
    """Whether the position still works: the manager settles its fees by burning nothing first.

    From one that was emptied in an earlier transaction comes what that transaction left there.
    """
    burns = logs_with(view.activity, POOL_BURN, 4, 3)
    return any(number_in(log, 0) == 0 for log in burns)


def _place(leg: Leg, collected: Amounts) -> int | None:
    return collected.index(leg.quantity) if leg.quantity in collected else None


def _sum(logs: list[Log], place: int) -> Amounts:
    """The sums of two amounts that stand at a place and after it."""
    return (
        sum(number_in(log, place) for log in logs),
        sum(number_in(log, place + 1) for log in logs),
    )


def _position(view: ActivityView, log: Log) -> tuple[Leg, ...]:
    """The legs of the position's own token, if it was made or burnt here."""
    piece = non_fungible(view.activity.network, "erc721", log.address, int(log.topics[1], 16))
    return tuple(leg for leg in view.legs if leg.asset == piece)


def _assets_moved(
    view: ActivityView, log: Log, amounts: Amounts, *, by_token: bool
) -> dict[AssetId, int]:
    """Asset → signed amount: the assets are the ones that moved to or from the pool in that size.

    The position manager does not log its pool: there the pool is who made the logs of the same
    amounts.
    """
    pools = {log.address}
    if by_token:
        pools = {
            other.address
            for topic in (POOL_MINT, POOL_COLLECT, POOL_BURN)
            for other in logs_with(view.activity, topic, 4, 3)
        }
    wanted: dict[AssetId, int] = {}
    for amount in amounts:
        moved = next(
            (
                one.asset
                for one in view.activity.transfers
                if one.quantity == abs(amount)
                and (one.recipient if amount < 0 else one.sender) in pools
                and one.asset not in wanted
            ),
            None,
        )
        if moved is not None:
            wanted[moved] = amount
    return wanted
