"""Verbs of the concentrated-liquidity exchange: pools, positions as ERC-721 tokens, swaps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from tests.chain.deploy import Chain, Contract, Receipt, Transaction

NEVER = 2**40  # a deadline far away
MAXIMUM_128 = 2**128 - 1
ZERO = "0x" + "00" * 20
PRECISION = 96


@dataclass(frozen=True, slots=True)
class UniswapV3:
    """Factory, router and position manager; fees are in millionths (100, 500, 3000)."""

    factory: Contract
    router: Contract
    manager: Contract
    wrapped: Contract

    @classmethod
    def deploy(cls, chain: Chain, wrapped: Contract) -> Self:
        """All three over the chain's wrapped coin."""
        factory = chain.deploy("UniswapV3Factory")
        router = chain.deploy("SwapRouter", factory, wrapped)
        manager = chain.deploy("NonfungiblePositionManager", factory, wrapped)
        return cls(factory, router, manager, wrapped)

    def pool(self, one: Contract, other: Contract, fee: int) -> Contract:
        """The pool of two tokens and a fee; it exists once `create` was mined."""
        address = self.factory.call("getPool", one, other, fee)
        assert int(address, 16), "no such pool"
        return self.manager.chain.at("UniswapV3Pool", address)

    def create(
        self, sender: str, amounts: tuple[Contract, int, Contract, int], fee: int
    ) -> Transaction:
        """Makes a pool, priced so that n and m of `(one, n, other, m)` are worth the same."""
        token0, amount0, token1, amount1 = _sorted(amounts)
        price = math.isqrt((amount1 << (2 * PRECISION)) // amount0)
        return self.manager.transaction(
            *("createAndInitializePoolIfNecessary", token0, token1, fee, price),
            sender=sender,
            gas=10_000_000,
        )

    def tick(self, one: Contract, other: Contract, fee: int) -> int:
        """The pool's tick now: 1.0001^tick is token1 per token0 in base units."""
        return int(self.pool(one, other, fee).call("slot0")[1])

    def around(self, one: Contract, other: Contract, fee: int, width: int) -> tuple[int, int]:
        """A range of ticks `width` spacings to each side of the price, fit for `mint`."""
        pool = self.pool(one, other, fee)
        spacing = int(pool.call("tickSpacing"))
        middle = int(pool.call("slot0")[1]) // spacing * spacing
        return middle - width * spacing, middle + (width + 1) * spacing

    def mint(
        self,
        sender: str,
        amounts: tuple[Contract, int, Contract, int],
        fee: int,
        ticks: tuple[int, int],
        native: int = 0,
    ) -> Transaction:
        """Opens a position of at most these amounts in a range of ticks.

        With `native` wei the wrapped coin's part is paid in coin, and the rest of it comes back.
        The position's number is the manager's next: see `minted_position`.
        """
        token0, amount0, token1, amount1 = _sorted(amounts)
        parameters = (token0, token1, fee, *ticks, amount0, amount1, 0, 0, sender, NEVER)
        return self._managed(sender, [("mint", (parameters,))], native)

    def minted_position(self, receipt: Receipt) -> int:
        """The number of the position that a `mint` opened."""
        return int(self.manager.logs(receipt, "IncreaseLiquidity")[0]["tokenId"])

    def next_position(self) -> int:
        """The number that the next `mint` will get, for verbs of the same block."""
        return int(self.manager.call("minted")) + 1

    def liquidity(self, position: int) -> int:
        """The liquidity of a position now."""
        return int(self.manager.call("positions", position)[7])

    def increase(self, sender: str, position: int, amount0: int, amount1: int) -> Transaction:
        """Adds at most these amounts of token0 and token1 to a position."""
        parameters = (position, amount0, amount1, 0, 0, NEVER)
        return self._managed(sender, [("increaseLiquidity", (parameters,))])

    def decrease(self, sender: str, position: int, liquidity: int) -> Transaction:
        """Takes liquidity out; the tokens wait in the position until `collect`."""
        parameters = (position, liquidity, 0, 0, NEVER)
        return self._managed(sender, [("decreaseLiquidity", (parameters,))])

    def collect(self, sender: str, position: int) -> Transaction:
        """Pays out everything that a position has waiting: fees and taken-out liquidity."""
        parameters = (position, sender, MAXIMUM_128, MAXIMUM_128)
        return self._managed(sender, [("collect", (parameters,))])

    def close(self, sender: str, position: int, liquidity: int) -> Transaction:
        """Takes all liquidity out, collects and burns the position, in one transaction."""
        calls = [
            ("decreaseLiquidity", ((position, liquidity, 0, 0, NEVER),)),
            ("collect", ((position, sender, MAXIMUM_128, MAXIMUM_128),)),
            ("burn", (position,)),
        ]
        return self._managed(sender, calls)

    def swap(
        self, sender: str, path: tuple[Contract, Contract], fee: int, amount: int, minimum: int = 0
    ) -> Transaction:
        """Token to token with `exactInputSingle`; fails when less than `minimum` comes out."""
        single = self._single(path, fee, sender, amount, minimum)
        return self.router.transaction("exactInputSingle", single, sender=sender)

    def swap_from_native(
        self, sender: str, token: Contract, fee: int, native: int, minimum: int = 0
    ) -> Transaction:
        """Coin to token."""
        single = self._single((self.wrapped, token), fee, sender, native, minimum)
        return self.router.transaction("exactInputSingle", single, sender=sender, value=native)

    def swap_to_native(
        self, sender: str, token: Contract, fee: int, amount: int, minimum: int = 0
    ) -> Transaction:
        """Token to coin: a multicall of `exactInputSingle` and `unwrapWETH9`."""
        single = self._single((token, self.wrapped), fee, ZERO, amount, minimum)
        calls = [
            self.router.encode("exactInputSingle", single),
            self.router.encode("unwrapWETH9", minimum, sender),
        ]
        return self.router.transaction("multicall", calls, sender=sender)

    @staticmethod
    def _single(
        path: tuple[Contract, Contract], fee: int, recipient: str, amount: int, minimum: int
    ) -> tuple[Any, ...]:
        return (path[0], path[1], fee, recipient, NEVER, amount, minimum, 0)

    def _managed(
        self, sender: str, calls: Sequence[tuple[str, tuple[Any, ...]]], native: int = 0
    ) -> Transaction:
        if native:
            calls = [*calls, ("refundETH", ())]
        if len(calls) == 1:
            name, arguments = calls[0]
            return self.manager.transaction(name, *arguments, sender=sender)
        encoded = [self.manager.encode(name, *arguments) for name, arguments in calls]
        return self.manager.transaction("multicall", encoded, sender=sender, value=native)


def _sorted(amounts: tuple[Contract, int, Contract, int]) -> tuple[Contract, int, Contract, int]:
    one, amount_one, other, amount_other = amounts
    if int(one.address, 16) < int(other.address, 16):
        return amounts
    return other, amount_other, one, amount_one
