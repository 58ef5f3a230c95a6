"""Pools as a trader sees them: reserves go in; prices, best amounts and transactions come out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.chain.deploy import Contract, Transaction
from tests.chain.protocols import Hop, UniswapV2, UniswapV3

PRECISION = 96


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of a coin (`base`, of `symbol`) against dollars (`quote`); `fee` in millionths."""

    exchange: UniswapV2 | UniswapV3
    contract: Contract
    base: Contract
    quote: Contract
    symbol: str
    base_decimals: int
    quote_decimals: int
    fee: int = 3000

    @property
    def version(self) -> int:
        """2 or 3 of Uniswap."""
        return 2 if isinstance(self.exchange, UniswapV2) else 3

    def reserves(self) -> tuple[int, int]:
        """Base and quote; those of a concentrated pool are virtual, good within its range."""
        if self.version == 2:
            zero, one, _ = self.contract.call("getReserves")
        else:
            root, liquidity = self.contract.call("slot0")[0], self.contract.call("liquidity")
            zero, one = (liquidity << PRECISION) // root, (liquidity * root) >> PRECISION
        straight = int(self.base.address, 16) < int(self.quote.address, 16)
        return (zero, one) if straight else (one, zero)

    def price(self) -> float:
        """Whole dollars for a whole coin."""
        base, quote = self.reserves()
        return quote / base * 10.0 ** (self.base_decimals - self.quote_decimals)

    def swap(self, sender: str, token: Contract, amount: int, minimum: int = 0) -> Transaction:
        """Puts `amount` of `token` in, takes the other token out."""
        other = self.quote if token == self.base else self.base
        if isinstance(self.exchange, UniswapV2):
            return self.exchange.swap(sender, (token, other), amount, minimum)
        return self.exchange.swap(sender, (token, other), self.fee, amount, minimum)

    def cost(self, wanted: int) -> int:
        """What must be put in of the quote to get so much of the base, with a little to spare."""
        base, quote = self.reserves()
        net = wanted * quote // (base - wanted) + 1
        return net * 1_000_000 // (1_000_000 - self.fee) * 10_001 // 10_000

    def toward(self, price: float) -> tuple[Contract, int]:
        """What must be put in so that the pool has a price in dollars; less than a base unit: 0."""
        base, quote = self.reserves()
        wanted = price * 10.0 ** (self.quote_decimals - self.base_decimals)
        product = float(base) * float(quote)
        keep = 1 - self.fee / 1_000_000
        if quote / base < wanted:
            return self.quote, int((math.sqrt(product * wanted) - quote) / keep)
        return self.base, int((math.sqrt(product / wanted) - base) / keep)

    def hop(self, token: Contract) -> Hop:
        """This pool on an executor's way, `token` going in."""
        return Hop(self.contract, token, self.version)

    def out(self, token: Contract, amount: int, reserves: tuple[int, int] | None = None) -> int:
        """What a swap gives, as the constant product has it."""
        base, quote = reserves or self.reserves()
        into, other = (base, quote) if token == self.base else (quote, base)
        net = amount * (1_000_000 - self.fee)
        return net * other // (into * 1_000_000 + net)


@dataclass(frozen=True, slots=True)
class Round:
    """A round trip: `amount` of `asset` through `hops`, and the `profit` that it promises."""

    asset: Contract
    amount: int
    profit: int
    hops: tuple[Hop, ...]


def best_round(
    pools: Sequence[Pool], asset: Contract, cost: float = 0.0, limit: int | None = None
) -> Round:
    """The best round trip of two pools beginning with `asset`; `cost` is a share of the amount.

    The output of two constant products in a row is a·d/(b + c·d); its best d has a closed form.
    """
    found = []
    for first, second in ((pools[0], pools[1]), (pools[1], pools[0])):
        middle = first.quote if asset == first.base else first.base
        x1, y1 = _ordered(first, asset)
        x2, y2 = _ordered(second, middle)
        r1, r2 = 1 - first.fee / 1e6, 1 - second.fee / 1e6
        a, b, c = r1 * r2 * y1 * y2, float(x1) * x2, r1 * x2 + r1 * r2 * y1
        amount = max(0, int((math.sqrt(a * b / (1 + cost)) - b) / c))
        if limit is not None:
            amount = min(amount, limit)
        profit = int(a * amount / (b + c * amount) - amount * (1 + cost))
        found.append(Round(asset, amount, profit, (first.hop(asset), second.hop(middle))))
    return max(found, key=lambda each: each.profit)


def scaled(pools: Sequence[Pool], best: Round, share: float, cost: float = 0.0) -> Round:
    """The same way with a part of the amount, as a desk that does not see the whole gap."""
    first = next(pool for pool in pools if pool.contract == best.hops[0].pool)
    second = next(pool for pool in pools if pool.contract == best.hops[1].pool)
    amount = int(best.amount * share)
    middle = best.hops[1].token
    profit = second.out(middle, first.out(best.asset, amount)) - int(amount * (1 + cost))
    return Round(best.asset, amount, profit, best.hops)


def _ordered(pool: Pool, token: Contract) -> tuple[int, int]:
    base, quote = pool.reserves()
    return (base, quote) if token == pool.base else (quote, base)
