"""Liquidity for one block around a large trade, and liquidity that stays for weeks."""

from functools import partial
from random import Random

from tests.demo.market import START
from tests.demo.schedule import DAY
from tests.demo.site import RETAIL, Site
from tests.demo.world import World

JUST_IN_TIME = 60
HOUR = 3_600


def plan(world: World) -> None:
    """Approvals on the second day, then positions of a block, and longer ones each month."""
    first = START + DAY + 2 * HOUR
    world.at(first, partial(_approve, world, first))
    rng = world.rng("jit")
    for time in world.times(rng, JUST_IN_TIME):
        world.at(time, partial(_just_in_time, world, rng.random(), time))
    rng = world.rng("lp")
    for month in range(14):
        time = START + 30 * DAY * month + DAY + rng.randrange(5, 20) * HOUR
        world.at(time, partial(_provide, world, month, rng.random(), time))


def _approve(world: World, time: int) -> None:
    place = world.sites["ethereum"]
    tokens = (place.wrapped, place.dollar)
    verbs = world.allow(place, "jit", place.v3.manager.address, *tokens)
    verbs += world.allow(place, "jit", place.v2.router.address, *tokens)
    for n, verb in enumerate(verbs):
        world.act(place, "jit", verb, at=time + 60 * n)
    pair = place.pools["v2"].contract
    lasting = world.allow(place, "lp", place.v2.router.address, place.dollar, pair)
    for n, verb in enumerate(lasting):
        world.act(place, "lp", verb, at=time + 300 + 60 * n)
    owner = world.wallet(place, "jit")
    half = place.chain.balance(owner) * 9 // 10
    wrap = place.wrapped.transaction("deposit", sender=owner, value=half)
    world.act(place, "jit", wrap, at=time + 600)


def _just_in_time(world: World, seed: float, time: int) -> None:
    """Mint a narrow range, let the stranger's trade pass through it, close: all in one block."""
    place, rng = world.sites["ethereum"], Random(f"jit/{seed}")
    owner, pool = world.wallet(place, "jit"), place.pools["v3_wide"]
    moves = place.realign(time)
    if moves:
        place.mine(*moves, at=time)
    coins = place.held(place.wrapped, owner) * 95 // 100
    dollars = place.held(place.dollar, owner) * 95 // 100
    if min(coins / 1e18, dollars / 1e6 / 5_000) < 3:
        _balance(world, place, time)
        coins = place.held(place.wrapped, owner) * 95 // 100
        dollars = place.held(place.dollar, owner) * 95 // 100
    ticks = place.v3.around(place.wrapped, place.dollar, pool.fee, 3)
    amounts = (place.wrapped, coins, place.dollar, dollars)
    mint = place.v3.mint(owner, amounts, pool.fee, ticks)
    number = place.v3.next_position()
    with place.chain.rolled_back():
        place.mine(mint, at=time + 12)
        liquidity = place.v3.liquidity(number)
    base, quote = pool.reserves()
    token, reserve = rng.choice(((pool.base, base), (pool.quote, quote)))
    trade = pool.swap(
        place.account(rng.choice(RETAIL)), token, int(reserve * rng.uniform(0.012, 0.03))
    )
    close = place.v3.close(owner, number, liquidity)
    receipts = place.mine(mint, trade, close, at=time + 12)
    world.did("jit liquidity", receipts[0], receipts[2])


def _balance(world: World, place: Site, time: int) -> None:
    """Too little of one side is left: half of the difference in value is swapped."""
    owner, pool = world.wallet(place, "jit"), place.pools["v2"]
    price = pool.price() * 10 ** (place.dollar_decimals - 18)
    coins = place.held(place.wrapped, owner)
    dollars = place.held(place.dollar, owner)
    excess = (coins * price - dollars) / 2
    if excess > 0:
        verb = pool.swap(owner, place.wrapped, int(excess / price))
    else:
        verb = pool.swap(owner, place.dollar, int(-excess))
    world.act(place, "jit", verb, at=time)


def _provide(world: World, month: int, seed: float, time: int) -> None:
    """Coins and dollars into the pool of 0.3 %; every third month a part comes back."""
    place, rng = world.sites["ethereum"], Random(f"lp/{seed}")
    owner, pair = world.wallet(place, "lp"), place.pools["v2"].contract
    shares = place.held(pair, owner)
    if month % 3 == 2 and shares:
        part = shares * rng.randrange(30, 70) // 100
        verb = place.v2.remove_native(owner, place.dollar, part)
        world.act(place, "lp", verb, at=time)
        return
    dollars = place.held(place.dollar, owner) * rng.randrange(35, 60) // 100
    moves = place.realign(time)
    if moves:
        place.mine(*moves, at=time)
    coins = place.coins(dollars / 10**place.dollar_decimals, time) * 102 // 100
    if coins < place.chain.balance(owner) * 9 // 10 and dollars > place.dollars(500):
        verb = place.v2.add_native(owner, place.dollar, dollars, coins)
        world.act(place, "lp", verb, at=time + 12)
