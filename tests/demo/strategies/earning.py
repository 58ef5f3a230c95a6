"""Coins that are staked, dollars that are lent, and a hedge that is kept neutral."""

from functools import partial
from random import Random

from tests.demo.market import START
from tests.demo.schedule import DAY, instant
from tests.demo.site import ETHER, Site
from tests.demo.world import World

HOUR = 3_600
FIRST = START + DAY + 8 * HOUR
DEPEG_BUY, DEPEG_SELL = instant("2026-03-13T11:20:00"), instant("2026-03-19T14:05:00")


def plan(world: World) -> None:
    """Positions on the second day, then something to do in every week or two."""
    world.at(FIRST, partial(_begin, world, FIRST))
    world.at(FIRST + 2 * HOUR, partial(_begin_hedge, world, FIRST + 2 * HOUR))
    rng = world.rng("yield")
    for week in range(1, 60):
        time = FIRST + 7 * DAY * week + rng.randrange(20) * HOUR // 2
        world.at(time, partial(_week, world, week, rng.random(), time))
    rng = world.rng("hedge")
    for step in range(1, 28):
        time = FIRST + 15 * DAY * step + rng.randrange(16) * HOUR // 2
        world.at(time, partial(_rebalance, world, time))
    world.at(DEPEG_BUY, partial(_depeg, world, DEPEG_BUY, 45_000))
    world.at(DEPEG_SELL, partial(_depeg, world, DEPEG_SELL, -50_000))


def _begin(world: World, time: int) -> None:
    """Approvals, then stake, vault, lending pool and the second stablecoin."""
    place = world.sites["ethereum"]
    assert place.lido is not None
    assert place.vault is not None
    assert place.aave is not None
    dusd = place.tokens["DUSD"]
    world.price(place, dusd, "DUSD")
    world.price(place, place.aave.receipt_token(place.dollar), "USDC")
    owner, router = world.wallet(place, "yield"), place.v2.router.address
    verbs = world.allow(place, "yield", place.vault.vault.address, place.dollar)
    verbs += world.allow(place, "yield", place.aave.pool.address, place.dollar)
    verbs += world.allow(place, "yield", router, place.dollar, dusd)
    verbs += world.allow(place, "yield", place.lido.wrapper.address, place.lido.share)
    verbs += [
        place.lido.submit(owner, 40 * ETHER),
        place.vault.deposit(owner, place.dollars(90_000)),
        place.aave.supply(owner, place.dollar, place.dollars(60_000)),
        place.pools["DUSD"].swap(owner, place.dollar, place.dollars(40_000)),
        place.lido.wrap(owner, 10 * ETHER),
    ]
    for n, verb in enumerate(verbs):
        world.act(place, "yield", verb, at=time + 120 * n)


def _week(world: World, week: int, seed: float, time: int) -> None:
    """In turn: stake more, move between vault and lending pool, wrap and unwrap."""
    place, rng = world.sites["ethereum"], Random(f"yield/{seed}")
    lido, vault, aave = place.lido, place.vault, place.aave
    assert lido is not None
    assert vault is not None
    assert aave is not None
    owner = world.wallet(place, "yield")
    dollars, coins = place.held(place.dollar, owner), place.chain.balance(owner)
    verbs = []
    if coins > 3 * ETHER:
        verbs.append(lido.submit(owner, (coins - ETHER) // 10**17 * 10**17))
    turn = week % 4
    if turn == 0:
        shares = place.held(vault.vault, owner) * rng.randrange(10, 30) // 100
        verbs.append(vault.redeem(owner, shares // 10**6 * 10**6))
    if dollars > place.dollars(8_000):
        part = dollars * rng.randrange(40, 80) // 100 // 10**6 * 10**6
        lend = aave.supply(owner, place.dollar, part)
        verbs.append(vault.deposit(owner, part) if turn % 2 else lend)
    elif turn == 2:
        lent = place.held(aave.receipt_token(place.dollar), owner)
        part = lent * rng.randrange(20, 45) // 100 // 10**6 * 10**6
        if part:
            verbs.append(aave.withdraw(owner, place.dollar, part))
    if turn == 3 and place.held(lido.share, owner) > 5 * ETHER:
        verbs.append(lido.wrap(owner, rng.randrange(1, 4) * ETHER))
    if turn == 1 and place.held(lido.wrapper, owner) > 3 * ETHER:
        verbs.append(lido.unwrap(owner, rng.randrange(1, 3) * ETHER))
    for n, verb in enumerate(verbs):
        world.act(place, "yield", verb, at=time + 300 * n)


def _depeg(world: World, time: int, dollars: int) -> None:
    """The stablecoin is bought while it is cheap, and sold when it is back."""
    place = world.sites["ethereum"]
    owner, pool = world.wallet(place, "yield"), place.pools["DUSD"]
    aave, dusd = place.aave, place.tokens["DUSD"]
    assert aave is not None
    if dollars > 0:
        missing = place.dollars(dollars) - place.held(place.dollar, owner)
        lent = place.held(aave.receipt_token(place.dollar), owner)
        if missing > 0:
            back = aave.withdraw(owner, place.dollar, min(missing, lent * 9 // 10))
            world.act(place, "yield", back, at=time)
        sum_ = min(place.dollars(dollars), place.held(place.dollar, owner))
        verb = pool.swap(owner, place.dollar, sum_)
    else:
        verb = pool.swap(owner, dusd, min(-dollars * ETHER, place.held(dusd, owner)))
    moves = place.realign(time + 300)
    if moves:
        place.mine(*moves, at=time + 300)
    (receipt,) = world.act(place, "yield", verb, at=time + 360)
    world.planted["depeg trades"].append(receipt.hash)


def _begin_hedge(world: World, time: int) -> None:
    """Dollars as collateral; coins are borrowed and sold, so that a fall of the coin pays."""
    place = world.sites["arbitrum"]
    assert place.aave is not None
    owner, pool, router = world.wallet(place, "hedge"), place.aave.pool, place.v2.router.address
    world.price(place, place.aave.receipt_token(place.dollar), "USDC")
    world.price(place, place.aave.debt_token(place.wrapped), place.symbol)
    verbs = world.allow(place, "hedge", pool.address, place.dollar, place.wrapped)
    verbs += world.allow(place, "hedge", router, place.dollar, place.wrapped)
    verbs += [
        place.aave.supply(owner, place.dollar, place.dollars(110_000)),
        place.aave.borrow(owner, place.wrapped, 12 * ETHER),
        place.pools["v3"].swap(owner, place.wrapped, 0),
    ]
    verbs[-1] = place.pools["v2"].swap(owner, place.wrapped, 12 * ETHER)
    for n, verb in enumerate(verbs):
        world.act(place, "hedge", verb, at=time + 90 * n)


def _rebalance(world: World, time: int) -> None:
    """The debt is brought back to about 45 % of the collateral's value, up or down."""
    place = world.sites["arbitrum"]
    assert place.aave is not None
    owner, pool = world.wallet(place, "hedge"), place.pools["v2"]
    collateral = place.held(place.aave.receipt_token(place.dollar), owner)
    debt = place.held(place.aave.debt_token(place.wrapped), owner)
    price = pool.price() * 10 ** (place.dollar_decimals - 18)
    wanted = int(collateral * 0.46 / price)
    change = (wanted - debt) // 10**16 * 10**16
    if abs(change) < ETHER // 5:
        _collect(world, place, owner, time)
        return
    if change > 0:
        verbs = [
            place.aave.borrow(owner, place.wrapped, change),
            pool.swap(owner, place.wrapped, change),
        ]
    else:
        cost = int(-change * price * 1.012)
        if cost > place.held(place.dollar, owner):
            return
        verbs = [pool.swap(owner, place.dollar, cost)]
        verbs.append(place.aave.repay(owner, place.wrapped, -change))
    for n, verb in enumerate(verbs):
        world.act(place, "hedge", verb, at=time + 60 * n)


def _collect(world: World, place: Site, owner: str, time: int) -> None:
    """A quiet fortnight: a part of the free dollars is lent too."""
    assert place.aave is not None
    free = place.held(place.dollar, owner) // 8 // 10**6 * 10**6
    if free > place.dollars(1_000):
        world.act(place, "hedge", place.aave.supply(owner, place.dollar, free), at=time)
