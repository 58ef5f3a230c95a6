"""Statistical arbitrage on the exchange: the coin that lags is bought, and sold when it is back."""

from decimal import Decimal
from functools import partial
from random import Random

from tests.demo.exchange import rounded
from tests.demo.market import START
from tests.demo.schedule import DAY, instant
from tests.demo.world import World

ROUNDS = 330
FEE = 0.0004
#: Dollars of a trade, and how long it is held, in seconds.
STAKES, HOLDING = (20_000, 40_000), (2 * 3_600, 40 * 3_600)
#: How far within the day's noise a patient order buys below the course, and sells above it.
EDGE = 0.0022
#: What the main account hands over, and the working capital above which profit goes back to it.
FUNDING = (("2025-09-01T12:10:00", 150_000), ("2026-02-02T16:10:00", 50_000))
RETURNS = (
    "2026-01-05T09:30:00",
    "2026-04-06T09:30:00",
    "2026-07-06T09:30:00",
    "2026-10-05T09:30:00",
)


def plan(world: World) -> None:
    """The account is funded; then rounds at moments of chance; profit goes back each quarter."""
    for when, dollars in FUNDING:
        time = instant(when)
        world.at(
            time, partial(world.exchange.hand_over, time, "USD", Decimal(dollars), world.pairs)
        )
    for when in RETURNS:
        time = instant(when)
        capital = Decimal(sum(dollars for day, dollars in FUNDING if day < when))
        world.at(time, partial(_return, world, capital, time))
    rng = world.rng("statistical")
    for time in world.times(rng, ROUNDS):
        world.at(time, partial(_open, world, rng.random(), time))


def _open(world: World, seed: float, time: int) -> None:
    """Buys the coin that did worse of the two since yesterday, when the dollars are there."""
    rng = Random(f"statistical/{seed}")
    market = world.market
    since = max(START, time - DAY)
    symbol = min(
        ("ETH", "BTC"), key=lambda name: market.price(name, time) / market.price(name, since)
    )
    price = round(market.price(symbol, time) * (1 - abs(rng.gauss(0, EDGE))), 2)
    stake = rng.uniform(*STAKES)
    if world.pairs.balances["USD"] < Decimal(stake * (1 + FEE)) + 1:
        return
    units = rounded(stake / price, 6)
    world.pairs.trade(time, symbol, units, price, FEE)
    world.counts["statistical arbitrage"] += 1
    later = world.daytime(time + rng.randrange(*HOLDING))
    world.at(later, partial(_close, world, symbol, units, abs(rng.gauss(0, EDGE)), later))


def _close(world: World, symbol: str, units: Decimal, edge: float, time: int) -> None:
    """Sells what the round bought, with profit or loss."""
    price = round(world.market.price(symbol, time) * (1 + edge), 2)
    world.pairs.trade(time, symbol, -units, price, FEE)
    world.counts["statistical arbitrage"] += 1


def _return(world: World, capital: Decimal, time: int) -> None:
    """Free dollars above the working capital, in whole thousands, back to the main account."""
    surplus = (world.pairs.balances["USD"] - capital) // 1_000 * 1_000
    if surplus > 0:
        world.pairs.hand_over(time, "USD", surplus, world.exchange)
