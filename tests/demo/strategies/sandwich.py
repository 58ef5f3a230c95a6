"""Front, victim and back in one block; back-runs; sandwiches that go wrong."""

from functools import partial
from random import Random

from tests.chain.protocols import Executor, Plan
from tests.demo.pools import Pool, best_round
from tests.demo.site import RETAIL, Site
from tests.demo.strategies.arbitrage import open_gap
from tests.demo.world import World

SANDWICHES, BACK_RUNS = 250, 40
MISSED = 0.06
STRATEGY = "sandwich"
#: Places in the list of sandwiches whose victim does not come.
WITHOUT_VICTIM = (61, 178)


def plan(world: World) -> None:
    """Sandwiches and back-runs at moments of chance."""
    rng = world.rng("sandwich")
    for number, time in enumerate(world.times(rng, SANDWICHES)):
        world.at(time, partial(_sandwich, world, rng.random(), number, time))
    for time in world.times(rng, BACK_RUNS):
        world.at(time, partial(_back_run, world, rng.random(), time))


def _sandwich(world: World, seed: float, number: int, time: int) -> None:
    place, rng = world.sites["ethereum"], Random(f"sandwich/{seed}")
    bot, pool = world.executors["ethereum", "sandwich"], place.pools["v2"]
    moves = place.realign(time)
    if moves:
        place.mine(*moves, at=time)
    token = rng.choice((pool.base, pool.quote))
    base, quote = pool.reserves()
    reserve = base if token == pool.base else quote
    amount = min(int(reserve * rng.uniform(0.006, 0.011)), place.held(token, bot.address) * 9 // 10)
    victim = int(reserve * rng.uniform(0.007, 0.02))
    if number in WITHOUT_VICTIM:
        _without_victim(world, place, pool, (token, amount), time + 12)
        return
    other = pool.quote if token == pool.base else pool.base
    bought, back = _course(pool, token, amount, victim)
    gain = back - amount
    if gain <= 0:
        return
    coins = gain if token == place.wrapped else place.coins(gain / 10**place.dollar_decimals, time)
    tip = int(coins * rng.uniform(0.3, 0.6))
    hop_in, hop_out = (pool.hop(token),), (pool.hop(other),)
    missed = rng.random() < MISSED
    front = bot.trade(Plan(token, amount, hop_in), other, bought * (2 if missed else 1))
    least = amount * (2 if missed else 1)
    sell = bot.trade(Plan(other, bought, hop_out, tip=tip), token, least)
    trader = place.account(rng.choice(RETAIL))
    verbs = (front, pool.swap(trader, token, victim), sell)
    receipts = place.mine(*verbs, at=time + 12, may_fail=True)
    world.did(STRATEGY, receipts[0], receipts[2])
    if not receipts[0].succeeded:
        world.counts["sandwich, failed"] += 2
    else:
        world.counts["sandwiches"] += 1


def _course(pool: Pool, token: object, amount: int, victim: int) -> tuple[int, int]:
    """What the front buys and what the back gives for it, by the pool's own arithmetic."""
    base, quote = pool.reserves()
    forward = token == pool.base
    into, other = (base, quote) if forward else (quote, base)
    bought = _out(into, other, amount)
    into, other = into + amount, other - bought
    taken = _out(into, other, victim)
    into, other = into + victim, other - taken
    return bought, _out(other, into, bought)


def _out(into: int, other: int, amount: int) -> int:
    net = amount * 997
    return net * other // (into * 1000 + net)


def _without_victim(world: World, place: Site, pool: Pool, what: tuple, time: int) -> None:
    """The victim withdrew: the back fails on its minimum, and is sold at a loss a block later."""
    bot: Executor = world.executors["ethereum", "sandwich"]
    token, amount = what
    other = pool.quote if token == pool.base else pool.base
    bought, _ = _course(pool, token, amount, 0)
    front = bot.trade(Plan(token, amount, (pool.hop(token),)), other, bought)
    back = bot.trade(Plan(other, bought, (pool.hop(other),)), token, amount)
    receipts = place.mine(front, back, at=time, may_fail=True)
    exit_ = bot.trade(Plan(other, bought, (pool.hop(other),)), token, 0)
    receipts += place.mine(exit_, at=time + 24)
    world.did(STRATEGY, *receipts)
    world.counts["sandwich, failed"] += 1
    world.planted["sandwich without a victim"].append(receipts[1].hash)


def _back_run(world: World, seed: float, time: int) -> None:
    """A stranger's large trade, and right behind it in the same block the round trip."""
    place, rng = world.sites["ethereum"], Random(f"back-run/{seed}")
    bot = world.executors["ethereum", "sandwich"]
    pools = (place.pools["v2"], place.pools["v3"])
    with place.chain.rolled_back():
        open_gap(world, place, pools, Random(f"gap/{seed}"), time, 0.035)
        asset = rng.choice((place.wrapped, place.dollar))
        best = best_round(pools, asset, limit=place.held(asset, bot.address))
    if best.profit <= 0:
        return
    verb = bot.arbitrage(Plan(asset, best.amount, best.hops, max(1, best.profit // 2)))
    again = Random(f"gap/{seed}")
    pool = again.choice(pools)
    moves = place.realign(time)
    base, quote = pool.reserves()
    token, reserve = again.choice(((pool.base, base), (pool.quote, quote)))
    trader = place.account(again.choice(RETAIL))
    receipts = place.mine(
        *moves, pool.swap(trader, token, int(reserve * 0.0175)), verb, at=time, may_fail=True
    )
    world.did(STRATEGY, receipts[-1])
    world.counts["back-runs"] += 1
