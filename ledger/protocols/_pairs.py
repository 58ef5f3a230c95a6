"""Pairs that are their own share token: a log of one in; what went in or came out for shares, out.

Sources: Uniswap v2-core, IUniswapV2Pair.sol; velodrome-finance/contracts, IPool.sol, whose pairs
are told by the width of what they log of their reserves.
"""

from typing import Final

from ledger.model.activity import Activity, Log
from ledger.model.asset import AssetId, contract_of, erc20
from ledger.model.event import Event, Leg
from ledger.shapes import ActivityView, event, number_in, payments

#: Mint(address sender, uint256 amount0, uint256 amount1); sender indexed.
MINT: Final = "0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f"
#: Burn(address sender, uint256 amount0, uint256 amount1, address to); sender and to indexed.
BURN: Final = "0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496"
#: Burn(address sender, address to, uint256 amount0, uint256 amount1); sender and to indexed: pairs
#: of Velodrome v2.
SOLIDLY_BURN: Final = "0x5d624aa9c148153ab3446c1b154f660ee7701e549fe9b62dab7171b1c80e6fa2"
#: Sync(uint256 reserve0, uint256 reserve1): Uniswap's has uint112.
SOLIDLY_SYNC: Final = "0xcf2aa50876cdfbb541206f89af0ee78d44a2abf8d328e37fa4917f982149848a"


def is_solidly(activity: Activity, pair: str) -> bool:
    """Whether a pair is of Solidly's kind."""
    if SOLIDLY_SYNC not in activity.spoken:
        return False
    said = [log.topics for log in activity.logs if log.address == pair]
    return any(topics[:1] == (SOLIDLY_SYNC,) for topics in said)


def liquidity(view: ActivityView, log: Log, protocol: str) -> tuple[Event, ...]:
    """What went into the pair or came out of it against its share token."""
    put_in = log.topics[0] == MINT
    share = erc20(view.activity.network, log.address)
    shares = [leg for leg in view.legs if leg.asset == share and (leg.quantity > 0) == put_in]
    if not shares:
        return ()
    sign = -1 if put_in else 1
    amounts = [sign * number_in(log, place) for place in (0, 1)]
    others = _pair_legs(view, log.address, amounts, share)
    kind = "pool_deposit" if put_in else "pool_withdraw"
    return (event(view, kind, (*shares, *others), protocol),) if others else ()


def _pair_legs(
    view: ActivityView, pair: str, amounts: list[int], share: AssetId
) -> tuple[Leg, ...]:
    """The legs of the pair's two assets, straight to or from it, else over a router.

    Legs of what the pair dealt in count in whatever size, straight or over the router that was
    called: a token may take a fee on its way.
    """
    put_in = min(amounts) < 0
    straight = tuple(
        leg
        for leg in view.legs
        if leg.counterparty == pair and leg.asset != share and (leg.quantity < 0) == put_in
    )
    wanted: dict[AssetId, int] = {}
    dealt = set[AssetId]()
    for one in view.activity.transfers:
        amount = -one.quantity if put_in else one.quantity
        other_side = one.recipient if put_in else one.sender
        if other_side == pair and one.asset != share:
            dealt.add(one.asset)
            if amount in amounts:
                wanted.setdefault(one.asset, amount)
    for leg in straight:
        wanted.pop(leg.asset, None)
    found = straight + payments(view, wanted)
    return found + tuple(
        leg
        for leg in view.legs
        if leg.asset in dealt - {each.asset for each in found}
        and leg.counterparty == view.called
        and (leg.quantity < 0) == put_in
        and contract_of(leg.asset) is not None
    )
