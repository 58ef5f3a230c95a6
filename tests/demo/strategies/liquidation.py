"""Debtors whose collateral fell too far: liquidated on Arbitrum with a flash loan."""

from functools import partial
from random import Random

from tests.chain.protocols import Plan
from tests.demo.site import DEBTORS, ETHER, oracle_price
from tests.demo.world import World

COUNT, TOO_LATE = 66, 0.09
STRATEGY = "liquidation"


def plan(world: World) -> None:
    """Each case begins with a debtor who borrows up to the limit at a high price."""
    rng = world.rng("liquidation")
    for number, time in enumerate(world.times(rng, COUNT)):
        world.at(time, partial(_borrow, world, rng.random(), DEBTORS[number % 10], time))


def _borrow(world: World, seed: float, place_of_debtor: int, time: int) -> None:
    """The oracle stands 5 % high when the debtor borrows, and falls back to the market later."""
    place, rng = world.sites["arbitrum"], Random(f"liquidation/{seed}")
    lending, debtor = place.aave, place.account(place_of_debtor)
    assert lending is not None
    price = oracle_price(place, time)
    high = price * 105 // 100
    collateral = int(rng.uniform(5, 26) * 100) * ETHER // 100
    debt = collateral * high // 10**8 * 79 // 100 // 10**12
    place.mine(
        lending.set_price(place.wrapped, high),
        lending.supply(debtor, place.wrapped, collateral),
        lending.borrow(debtor, place.dollar, debt),
        at=time,
    )
    world.at(time + 900, partial(_liquidate, world, rng, debtor, debt, time + 900))


def _liquidate(world: World, rng: Random, debtor: str, debt: int, time: int) -> None:
    """Half of the debt for collateral with the bonus; sometimes another bot was first."""
    place = world.sites["arbitrum"]
    lending, executor = place.aave, world.executors["arbitrum", "liquidator"]
    assert lending is not None
    pool = place.pools["v3"]
    place.mine(lending.set_price(place.wrapped, oracle_price(place, time)), at=time)
    covered = int(lending.debt_token(place.dollar).call("balanceOf", debtor)) // 2
    trade = Plan(place.dollar, covered, (pool.hop(place.wrapped),))
    verbs = [executor.flash_liquidate(lending, trade, place.wrapped, debtor)]
    late = rng.random() < TOO_LATE
    if late:
        verbs.insert(0, lending.repay(debtor, place.dollar, debt * 3 // 5))
    receipts = place.mine(*place.realign(time), *verbs, at=time + 4, may_fail=True)
    world.did(STRATEGY, receipts[-1])
    if not receipts[-1].succeeded:
        world.counts["liquidation, failed"] += 1
    place.mine(
        lending.repay(debtor, place.dollar),
        lending.withdraw(debtor, place.wrapped),
        at=time + 1_200,
    )
