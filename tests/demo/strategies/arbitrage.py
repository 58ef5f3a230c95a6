"""Gaps between pools that strangers open: closed with a flash loan, or with own tokens."""

from functools import partial
from random import Random

from tests.chain.deploy import Receipt, Transaction
from tests.chain.protocols import Plan
from tests.demo.pools import Pool, best_round, scaled
from tests.demo.site import RETAIL, Site
from tests.demo.world import World

FLASH, CROSS = 500, {"polygon": 250, "bsc": 220, "arbitrum": 250}
FLASH_FAILS, CROSS_FAILS = 0.12, 0.07
PREMIUM = 0.0005


def plan(world: World) -> None:
    """Both kinds of arbitrage, at moments of chance."""
    rng = world.rng("flash")
    for time in world.times(rng, FLASH):
        world.at(time, partial(_flash, world, rng.random(), time))
    for name, count in CROSS.items():
        rng = world.rng(f"cross/{name}")
        for time in world.times(rng, count):
            world.at(time, partial(_cross, world, name, rng.random(), time))


def open_gap(
    world: World, place: Site, pools: tuple[Pool, Pool], rng: Random, at: int, gap: float
) -> Receipt:
    """A stranger trades so much in one of the pools that their prices differ by about `gap`."""
    pool = rng.choice(pools)
    base, quote = pool.reserves()
    token, reserve = rng.choice(((pool.base, base), (pool.quote, quote)))
    trader = place.account(rng.choice(RETAIL))
    trade = pool.swap(trader, token, int(reserve * gap / 2))
    return place.mine(*place.realign(at), trade, at=at)[-1]


def close_gap(place: Site, at: int) -> list[Transaction]:
    """Somebody else was faster: the market maker takes the gap away."""
    return place.realign(at, tolerance=0.0005)


def _flash(world: World, seed: float, time: int) -> None:
    """A loan of Aave, or now and then of a third pool; a tip from the profit; some come late."""
    place, rng = world.sites["ethereum"], Random(f"flash/{seed}")
    executor, lending = world.executors["ethereum", "searcher"], place.aave
    assert lending is not None
    pools = (place.pools["v2"], place.pools["v3"])
    open_gap(world, place, pools, rng, time, rng.uniform(0.016, 0.042))
    asset = place.wrapped if rng.random() < 0.65 else place.dollar
    by_pool = rng.random() < 0.1
    cost = 0.003 if by_pool else PREMIUM
    best = scaled(pools, best_round(pools, asset, cost), rng.uniform(0.55, 1.0), cost)
    if best.profit <= 0:
        return
    coins = best.profit if asset == place.wrapped else _in_coins(place, best.profit, time)
    tip = int(coins * rng.uniform(0.1, 0.45))
    least = best.profit * 9 // 10 - (tip if asset == place.wrapped else 0)
    trade = Plan(asset, best.amount, best.hops, max(1, least), tip)
    if by_pool:
        verb = executor.pool_flash_arbitrage(place.pools["v3_wide"].contract, trade)
    else:
        verb = executor.flash_arbitrage(lending, trade)
    late = rng.random() < FLASH_FAILS
    before = close_gap(place, time) if late else []
    receipts = place.mine(*before, verb, at=time + 12, may_fail=True)
    _count(world, "flash-loan arbitrage", receipts[-1])


def _cross(world: World, name: str, seed: float, time: int) -> None:
    """Own tokens round trip between the two pools of a network."""
    place, rng = world.sites[name], Random(f"cross/{seed}")
    executor = world.executors[name, "crossdex"]
    pools = (place.pools["v2"], place.pools["v3"])
    open_gap(world, place, pools, rng, time, rng.uniform(0.018, 0.052))
    asset = rng.choice((place.wrapped, place.dollar))
    limit = place.held(asset, executor.address)
    best = scaled(pools, best_round(pools, asset, limit=limit), rng.uniform(0.6, 1.0))
    if best.profit <= 0:
        return
    tip = 0
    if name == "bsc" and rng.random() < 0.5 and asset == place.wrapped:
        tip = int(best.profit * rng.uniform(0.05, 0.2))
    trade = Plan(asset, best.amount, best.hops, max(1, best.profit * 7 // 10), tip)
    late = rng.random() < CROSS_FAILS
    before = close_gap(place, time) if late else []
    receipts = place.mine(*before, executor.arbitrage(trade), at=time + 2, may_fail=True)
    _count(world, "cross-dex arbitrage", receipts[-1])


def _count(world: World, strategy: str, receipt: Receipt) -> None:
    world.did(strategy, receipt)
    if not receipt.succeeded:
        world.counts[f"{strategy}, failed"] += 1


def _in_coins(place: Site, dollars: int, time: int) -> int:
    return place.coins(dollars / 10**place.dollar_decimals, time)
