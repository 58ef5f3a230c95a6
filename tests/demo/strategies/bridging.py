"""The same coin at two prices on two networks: bought here, bridged, sold there."""

from functools import partial
from random import Random

from tests.chain.deploy import Receipt
from tests.demo.market import END, START
from tests.demo.schedule import DAY, instant
from tests.demo.site import RELAYER, RETAIL, Site
from tests.demo.world import World

PAIRS = 60
STRATEGY = "bridge arbitrage"
HOUR = 3_600
#: Left on the last day and not arrived; left before a month's end and arrived after it.
LAST, OVER_THE_MONTH = instant("2026-10-31T23:41:00"), instant("2026-03-31T23:52:00")


def plan(world: World) -> None:
    """Approvals on the second day; coins go one way, dollars the other, in turn."""
    first = START + DAY + 4 * HOUR
    world.at(first, partial(_approve, world, first))
    rng = world.rng("bridge")
    for number, time in enumerate(world.times(rng, PAIRS)):
        act = _coins if number % 2 == 0 else _dollars
        world.at(time, partial(act, world, rng.random(), time))
    for time, arrives in ((OVER_THE_MONTH, OVER_THE_MONTH + 1_020), (LAST, 0)):
        world.at(time, partial(_under_way, world, time, arrives))
    assert LAST < END


def _under_way(world: World, time: int, arrives: int) -> None:
    """A transfer that is on its way at the end of a month."""
    _send_coins(world, 21 * 10**17, time, arrives)


def _arrive(world: World, sent: Receipt, time: int) -> None:
    _fill(world, world.sites["ethereum"], world.sites["arbitrum"], sent, time)


def _approve(world: World, time: int) -> None:
    for name in ("ethereum", "arbitrum"):
        place = world.sites[name]
        assert place.bridge is not None
        router, bridge = place.v2.router.address, place.bridge.pool.address
        verbs = world.allow(place, "bridger", router, place.dollar)
        verbs += world.allow(place, "bridger", bridge, place.dollar)
        for n, verb in enumerate(verbs):
            world.act(place, "bridger", verb, at=time + 60 * n)


def _coins(world: World, seed: float, time: int) -> None:
    """Coins are dear on Arbitrum: bought on Ethereum, bridged, sold there."""
    rng = Random(f"bridge/{seed}")
    here, there = world.sites["ethereum"], world.sites["arbitrum"]
    owner = world.wallet(here, "bridger")
    pool = there.pools["v2"]
    gap = int(pool.reserves()[1] * rng.uniform(0.017, 0.027))
    trader = there.account(rng.choice(RETAIL))
    there.mine(*there.realign(time), pool.swap(trader, there.dollar, gap), at=time)
    moves = here.realign(time)
    if moves:
        here.mine(*moves, at=time)
    budget = min(here.dollars(rng.uniform(8_000, 19_000)), here.held(here.dollar, owner) * 9 // 10)
    if budget < here.dollars(4_000):
        return
    buy = here.v2.swap_to_native(owner, (here.dollar, here.wrapped), budget)
    before = here.chain.balance(owner)
    (bought,) = world.act(here, "bridger", buy, at=time + 24)
    coins = (here.chain.balance(owner) + bought.fee - before) // 10**13 * 10**13
    arrival = time + 24 + rng.randrange(120, 900)
    filled = _send_coins(world, coins, time + 60, arrival)
    assert filled is not None
    quantity = coins - coins * 4 // 10_000
    sell = there.v2.swap_from_native(owner, (there.wrapped, there.dollar), quantity)
    world.act(there, "bridger", sell, at=arrival + 20)


def _send_coins(world: World, coins: int, time: int, arrival: int) -> Receipt | None:
    """A deposit on Ethereum and, unless `arrival` is 0, its fill on Arbitrum by a stranger."""
    here, there = world.sites["ethereum"], world.sites["arbitrum"]
    assert here.bridge is not None
    owner = world.wallet(here, "bridger")
    given, taken = (here.wrapped, coins), (there.wrapped, coins - coins * 4 // 10_000)
    verb = here.bridge.deposit(owner, given, taken, native=True)
    (sent,) = world.act(here, "bridger", verb, at=time)
    world.counts["bridge transfers"] += 1
    if time in {LAST, OVER_THE_MONTH}:
        name = "bridge in flight at the end" if time == LAST else "bridge over a month end"
        world.planted[name].append(sent.hash)
    if not arrival:
        return None
    if time == OVER_THE_MONTH:
        world.at(arrival, partial(_arrive, world, sent, arrival))
        return None
    return _fill(world, here, there, sent, arrival)


def _dollars(world: World, seed: float, time: int) -> None:
    """Dollars go back from Arbitrum; on Ethereum a dip is bought with them and sold at once."""
    rng = Random(f"bridge/{seed}")
    here, there = world.sites["arbitrum"], world.sites["ethereum"]
    owner = world.wallet(here, "bridger")
    amount = min(here.dollars(rng.uniform(9_000, 20_000)), here.held(here.dollar, owner) * 3 // 4)
    if amount < here.dollars(3_000):
        return
    assert here.bridge is not None
    given, taken = (here.dollar, amount), (there.dollar, amount - amount * 3 // 10_000)
    (sent,) = world.act(here, "bridger", here.bridge.deposit(owner, given, taken), at=time)
    world.counts["bridge transfers"] += 1
    _fill(world, here, there, sent, time + rng.randrange(90, 600))


def _fill(world: World, here: Site, there: Site, sent: Receipt, at: int) -> Receipt:
    """The relayer pays out; the transaction is a stranger's and moves the fund's money."""
    assert here.bridge is not None
    assert there.bridge is not None
    verb = there.bridge.fill(there.account(RELAYER), here.bridge.deposited(sent))
    (filled,) = there.mine(verb, at=at)
    world.did(STRATEGY, filled)
    return filled
