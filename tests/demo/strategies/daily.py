"""What the world does every day: pools follow the market, oracles, rewards; quotes are taken."""

import math

from tests.demo.pools import Pool
from tests.demo.schedule import DAY
from tests.demo.site import ETHER, Site, oracle_price
from tests.demo.world import World

STAKING_YEAR, VAULT_YEAR = 0.029, 0.052


def daily_round(world: World, day: int) -> None:
    """Pools, oracles and rewards of a day, on every network, then the day's own quotes."""
    for place in world.sites.values():
        moves = place.realign(day, tolerance=0.001)
        if place.aave is not None:
            moves.append(place.aave.set_price(place.wrapped, oracle_price(place, day)))
        if place.lido is not None and day // DAY % 7 == 0:
            pooled = int(place.lido.share.call("totalSupply"))
            moves.append(place.lido.rebase(int(pooled * STAKING_YEAR * 7 / 365)))
        if place.vault is not None:
            managed = place.held(place.dollar, place.vault.vault.address)
            moves.append(place.vault.earn(place.chain.owner, int(managed * VAULT_YEAR / 365)))
        if moves:
            place.mine(*moves, at=day + 5)
    take_quotes(world, day)


def take_quotes(world: World, time: int) -> None:
    """Prices of shares, from what stands behind each of them now."""
    place = world.sites["ethereum"]
    pool = place.pools["v2"]
    world.quotes.append((time, world.asset(place, pool.contract), share_price(place, pool, time)))
    assert place.vault is not None
    assert place.lido is not None
    per_share = int(place.vault.vault.call("convertToAssets", 10**6)) / 10**6
    dollar = world.market.quoted("USDC", time)
    world.quotes.append((time, world.asset(place, place.vault.vault), f"{per_share * dollar:.8f}"))
    staked = world.market.quoted("stETH", time)
    world.quotes.append((time, world.asset(place, place.lido.share), f"{staked:.2f}"))
    rate = int(place.lido.share.call("getPooledEthByShares", ETHER)) / ETHER
    price = f"{staked * rate:.4f}"
    world.quotes.append((time, world.asset(place, place.lido.wrapper), price))


def share_price(place: Site, pool: Pool, time: int) -> str:
    """A whole pool share in dollars: both reserves at the market's price, not the pool's."""
    base, quote = pool.reserves()
    supply = int(pool.contract.call("totalSupply"))
    fair = place.market.quoted(pool.symbol, time)
    whole = math.sqrt(base / 10**pool.base_decimals * quote / 10**pool.quote_decimals)
    return f"{2 * whole * math.sqrt(fair) / (supply / ETHER):.2f}"
