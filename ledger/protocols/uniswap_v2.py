"""Uniswap v2 and its forks: a view in; liquidity put into pairs and taken out, and trades, out.

Source: v2-core, IUniswapV2Pair.sol (the pair is its own share token), v2-periphery's router, which
gives back what is left of the native coin.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20
from ledger.model.event import Event, Leg
from ledger.shapes import (
    CONSTANT_PRODUCT_SWAP,
    ActivityView,
    Recognised,
    event,
    first_swap,
    logs_with,
    number_in,
    payments,
    trade,
)

NAME: Final = "uniswap_v2"
RANK: Final = 20

#: Mint(address sender, uint256 amount0, uint256 amount1); sender indexed.
MINT: Final = "0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f"
#: Burn(address sender, uint256 amount0, uint256 amount1, address to); sender and to indexed.
BURN: Final = "0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496"
#: Swap(address sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out,
#: uint256 amount1Out, address to); sender and to indexed.
SWAP: Final = CONSTANT_PRODUCT_SWAP

SIGNS: Final = frozenset({MINT, BURN, SWAP})


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits and withdrawals whose share token moved for the fund, then a trade of the rest."""
    events: tuple[Event, ...] = ()
    for topic, topics in ((MINT, 2), (BURN, 3)):
        for log in logs_with(view.activity, topic, topics, 2):
            found = _liquidity(view.without(events), log)
            if found is not None:
                events += (found,)
    rest = view.without(events)
    begun = first_swap(view.activity)
    if rest.legs and begun is not None and begun.topics[0] == SWAP:
        swapped = trade(rest, rest.legs, NAME)
        if swapped is not None:
            events += (swapped,)
    return Recognised(events) if events else None


def _liquidity(view: ActivityView, log: Log) -> Event | None:
    """What went into the pair or came out of it against its share token."""
    put_in = log.topics[0] == MINT
    share = erc20(view.activity.network, log.address)
    shares = [leg for leg in view.legs if leg.asset == share and (leg.quantity > 0) == put_in]
    if not shares:
        return None
    sign = -1 if put_in else 1
    amounts = [sign * number_in(log, place) for place in (0, 1)]
    others = _pair_legs(view, log.address, amounts, share)
    if not others:
        return None
    kind = "pool_deposit" if put_in else "pool_withdraw"
    return event(view, kind, (*shares, *others), NAME)


def _pair_legs(
    view: ActivityView, pair: str, amounts: list[int], share: AssetId
) -> tuple[Leg, ...]:
    """The legs of the pair's two assets, straight to or from it, else over a router.

    Straight legs count in whatever size: a token may take a fee on its way.
    """
    put_in = min(amounts) < 0
    straight = tuple(
        leg
        for leg in view.legs
        if leg.counterparty == pair and leg.asset != share and (leg.quantity < 0) == put_in
    )
    wanted: dict[AssetId, int] = {}
    for one in view.activity.transfers:
        amount = -one.quantity if put_in else one.quantity
        other_side = one.recipient if put_in else one.sender
        if other_side == pair and amount in amounts and one.asset != share:
            wanted.setdefault(one.asset, amount)
    for leg in straight:
        wanted.pop(leg.asset, None)
    return straight + payments(view, wanted)
