"""New tokens: bought minutes after their launch, sold within a day, or never."""

from dataclasses import dataclass
from functools import partial
from random import Random

from tests.chain.deploy import Contract, approve_all
from tests.demo.market import START
from tests.demo.schedule import DAY
from tests.demo.site import CREATORS, ETHER, Site
from tests.demo.world import World

LAUNCHES = {"bsc": 165, "ethereum": 85}
STRATEGY = "sniping"
#: Places in the list of launches on bsc whose token keeps 3 % of each transfer.
WITH_TRANSFER_FEE = (20, 71, 133)
SUPPLY = 1_000_000_000 * ETHER
SYLLABLES = "za mo ki ru pe to fa ni lu do vex bo ga shi wo ty ra qu el om".split()


@dataclass(slots=True)
class Launch:
    """A token with its pool against the coin, its creator, and what the fund holds of it."""

    place: Site
    token: Contract
    creator: str
    taxed: bool
    rng: Random
    stake: int = 0
    held: int = 0


def plan(world: World) -> None:
    """Launches at moments of chance on both networks."""
    first = START + DAY + 6 * 3_600
    world.at(first, partial(_wrap, world, first))
    for name, count in LAUNCHES.items():
        rng = world.rng(f"snipe/{name}")
        for number, time in enumerate(world.times(rng, count, first_day=3)):
            world.at(time, partial(_launch, world, name, number, rng.random(), time))


def _wrap(world: World, time: int) -> None:
    """Wrapped coins and an approval, for tokens that the router sells against tokens alone."""
    place = world.sites["bsc"]
    owner = world.wallet(place, "sniper")
    verb = place.wrapped.transaction("deposit", sender=owner, value=4 * ETHER)
    allow = world.allow(place, "sniper", place.v2.router.address, place.wrapped)
    world.act(place, "sniper", verb, at=time)
    world.act(place, "sniper", *allow, at=time + 30)


def _launch(world: World, name: str, number: int, seed: float, time: int) -> None:
    place, rng = world.sites[name], Random(f"snipe/{seed}")
    creator = place.account(rng.choice(CREATORS))
    taxed = name == "bsc" and number in WITH_TRANSFER_FEE
    word = "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3))))
    kind = ("FeeOnTransferToken",) if taxed else ("Token",)
    token = place.chain.deploy(
        kind[0], word.title(), word.upper()[:8], 18, *((300,) if taxed else ()), sender=creator
    )
    router, liquidity = place.v2.router.address, place.coins(rng.uniform(9_000, 40_000), time)
    approvals = approve_all(router, (token, place.wrapped), creator)
    mint = token.transaction("mint", creator, SUPPLY, sender=creator)
    wrap = place.wrapped.transaction("deposit", sender=creator, value=1_000 * liquidity)
    add = place.v2.add(creator, token, place.wrapped, SUPPLY // 2, liquidity)
    place.mine(*approvals, mint, wrap, add, at=time)
    launch = Launch(place, token, creator, taxed, rng)
    _buy(world, launch, time + rng.choice((12, 12, 24, 60, 180, 420)))


def _buy(world: World, launch: Launch, time: int) -> None:
    """Coins for the token; then the approval that the sale needs."""
    place, rng, token = launch.place, launch.rng, launch.token
    owner = world.wallet(place, "sniper")
    free = place.held(place.wrapped, owner) if launch.taxed else place.chain.balance(owner) * 3 // 4
    launch.stake = min(place.coins(rng.uniform(300, 1_500), time), free)
    if launch.stake < place.coins(100, time):
        return
    path = (place.wrapped, token)
    if launch.taxed:
        verb = place.v2.swap_with_transfer_fee(owner, path, launch.stake)
    else:
        verb = place.v2.swap_from_native(owner, path, launch.stake)
    (bought,) = world.act(place, "sniper", verb, at=time)
    launch.held = place.held(token, owner)
    allow = world.allow(place, "sniper", place.v2.router.address, token)
    world.act(place, "sniper", *allow, at=time + 20)
    world.counts["snipes"] += 1
    if launch.taxed:
        world.planted["token with a transfer fee"].append(bought.hash)
    wait = rng.choice((240, 900, 2_400, 5_400, 12_000, 40_000, 76_000))
    outcome = rng.random()
    if outcome < 0.035:
        when = world.daytime(time + wait)
        world.at(when, partial(_rug, world, launch, when))
        return
    factor = _factor(rng, outcome)
    when = world.daytime(time + wait)
    world.at(when, partial(_sell, world, launch, factor, when))


def _factor(rng: Random, outcome: float) -> float:
    """What a stake becomes: take profit at 100 %, stop at -50 %, and all between."""
    if outcome < 0.16:
        return rng.uniform(1.9, 2.0)
    if outcome < 0.53:
        return rng.uniform(1.04, 1.8)
    if outcome < 0.65:
        return rng.uniform(0.5, 0.53)
    return rng.uniform(0.55, 1.03)


def _sell(world: World, launch: Launch, factor: float, time: int) -> None:
    """Strangers trade until the sale gives `factor` of the stake; then it is made."""
    place, token = launch.place, launch.token
    owner, path = world.wallet(place, "sniper"), (token, place.wrapped)
    tokens, coins = place.v2.reserves(token, place.wrapped)
    wanted = int(launch.stake * factor)
    target = _coins_for(float(tokens) * coins, launch.held * (0.94 if launch.taxed else 1), wanted)
    creator = launch.creator
    if target > coins:
        trade = (creator, path[::-1], int((target - coins) / 0.997))
    else:
        back = float(tokens) * coins / target - tokens
        trade = (creator, path, min(int(back / 0.997), place.held(token, creator)))
    swap = place.v2.swap_with_transfer_fee if launch.taxed else place.v2.swap
    if trade[2] > 0:
        place.mine(swap(*trade), at=time)
    if launch.taxed:
        verb = place.v2.swap_with_transfer_fee(owner, path, launch.held)
    else:
        verb = place.v2.swap_to_native(owner, path, launch.held, wanted * 8 // 10)
    world.act(place, "sniper", verb, at=time + 15)


def _coins_for(product: float, tokens: float, wanted: int) -> int:
    """The pool's coins at which so many tokens sell for `wanted` coins."""
    low, high = wanted * 1.0001, wanted * 1e9
    for _ in range(200):
        middle = (low + high) / 2
        net = tokens * 0.997
        if net * middle / (product / middle + net) < wanted:
            low = middle
        else:
            high = middle
    return int(high)


def _rug(world: World, launch: Launch, time: int) -> None:
    """The creator takes the liquidity away: the sale fails, and what is left is worth nothing."""
    place, token = launch.place, launch.token
    pair = place.v2.pair(token, place.wrapped)
    router = place.v2.router.address
    shares = place.held(pair, launch.creator)
    place.mine(
        *approve_all(router, (pair,), launch.creator),
        place.v2.remove(launch.creator, token, place.wrapped, shares * 999 // 1000),
        at=time,
    )
    owner, path = world.wallet(place, "sniper"), (token, place.wrapped)
    verb = place.v2.swap_to_native(owner, path, launch.held, launch.stake // 4)
    (failed,) = world.act(place, "sniper", verb, at=time + 20, may_fail=True)
    assert not failed.succeeded
    world.counts["sniping, failed"] += 1
    world.planted["rug: the sale fails"].append(failed.hash)
    if launch.rng.random() < 0.6:
        world.act(place, "sniper", place.v2.swap_to_native(owner, path, launch.held), at=time + 90)
        return
    world.planted["rug: token kept without value"].append(world.asset(place, token))
    for day in range(1, 430):
        when = time - time % DAY + day * DAY
        if when <= world.end:
            world.quotes.append((when, world.asset(place, token), "0.000000000001"))
