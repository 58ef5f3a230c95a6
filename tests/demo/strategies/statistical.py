"""Statistical arbitrage on the exchange: a coin is bought below its mean and sold near it."""

from decimal import Decimal
from functools import partial
from random import Random

from tests.demo.exchange import rounded
from tests.demo.world import World

ROUNDS = 85
FEE = 0.0004
STAKE = 20_000


def plan(world: World) -> None:
    """Rounds at moments of chance; each leg is a trade of two ledger rows."""
    rng = world.rng("statistical")
    for time in world.times(rng, ROUNDS):
        world.at(time, partial(_open, world, rng.random(), time))


def _open(world: World, seed: float, time: int) -> None:
    """Buys, or sells first from what is held, when the dollars or coins are there."""
    rng = Random(f"statistical/{seed}")
    symbol = rng.choice(("ETH", "ETH", "BTC"))
    price = world.market.price(symbol, time) * (1 + rng.gauss(0, 0.001))
    units = rounded(STAKE * rng.uniform(0.6, 1.1) / price, 6)
    first = units if rng.random() < 0.6 else -units
    free = world.exchange.balances
    if first > 0 and free["USD"] < 26_000:
        first = -units
    if first < 0 and free[symbol] < units:
        return
    world.exchange.trade(time, symbol, first, _rounded(price), FEE)
    world.counts["statistical arbitrage"] += 1
    gain = rng.gauss(0.0017, 0.0028)
    later = world.daytime(time + rng.randrange(300, 20_000))
    goal = price * (1 + gain if first > 0 else 1 - gain)
    world.at(later, partial(_close, world, symbol, -first, goal, later))


def _close(world: World, symbol: str, units: Decimal, price: float, time: int) -> None:
    world.exchange.trade(time, symbol, units, _rounded(price), FEE)
    world.counts["statistical arbitrage"] += 1


def _rounded(price: float) -> float:
    return round(price, 2)
