"""Coins that are staked, dollars that are lent, and a neutral hedge."""

from functools import partial
from random import Random

from tests.demo.market import START
from tests.demo.schedule import DAY, instant
from tests.demo.site import ETHER
from tests.demo.world import World

HOUR = 3_600
FIRST = START + DAY + 8 * HOUR
#: Coins of a round of the hedge, in wei, and how long they are kept.
HEDGED, HEDGE_TIME = 10 * ETHER, 49 * DAY
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
    for number in range(7):
        time = FIRST + 3 * HOUR + 61 * DAY * number + rng.randrange(16) * HOUR // 2
        world.at(time, partial(_open_hedge, world, time))
        if number < 6:
            world.at(time + HEDGE_TIME, partial(_close_hedge, world, time + HEDGE_TIME))
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
    """Approvals, then dollars as collateral."""
    place = world.sites["arbitrum"]
    assert place.aave is not None
    owner, tokens = world.wallet(place, "hedge"), (place.dollar, place.wrapped)
    world.price(place, place.aave.receipt_token(place.dollar), "USDC")
    world.price(place, place.aave.receipt_token(place.wrapped), place.symbol)
    world.price(place, place.aave.debt_token(place.wrapped), place.symbol)
    verbs = world.allow(place, "hedge", place.aave.pool.address, *tokens)
    verbs += world.allow(place, "hedge", place.v3.router.address, *tokens)
    verbs.append(place.aave.supply(owner, place.dollar, place.dollars(70_000)))
    for n, verb in enumerate(verbs):
        world.act(place, "hedge", verb, at=time + 90 * n)


def _open_hedge(world: World, time: int) -> None:
    """Coins are bought and lent; as many are borrowed and sold: the coin's price moves nothing."""
    place = world.sites["arbitrum"]
    assert place.aave is not None
    owner, pool, token = world.wallet(place, "hedge"), place.pools["v3"], place.wrapped
    verbs = (
        pool.swap(owner, place.dollar, pool.cost(HEDGED)),
        place.aave.supply(owner, token, HEDGED),
        place.aave.borrow(owner, token, HEDGED),
        pool.swap(owner, token, HEDGED),
    )
    for n, verb in enumerate(verbs):
        world.act(place, "hedge", verb, at=time + 60 * n)


def _close_hedge(world: World, time: int) -> None:
    """Coins are bought back and repaid; those that were lent are sold, their interest stays."""
    place = world.sites["arbitrum"]
    assert place.aave is not None
    owner, pool, token = world.wallet(place, "hedge"), place.pools["v3"], place.wrapped
    owed = place.held(place.aave.debt_token(token), owner) * 10_001 // 10_000
    verbs = (
        pool.swap(owner, place.dollar, pool.cost(owed - place.held(token, owner))),
        place.aave.repay(owner, token),
        place.aave.withdraw(owner, token, HEDGED),
    )
    for n, verb in enumerate(verbs):
        world.act(place, "hedge", verb, at=time + 60 * n)
    rest = pool.swap(owner, token, place.held(token, owner))
    world.act(place, "hedge", rest, at=time + 240)
