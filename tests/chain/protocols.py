"""The protocols on a test chain, one small class each: UniswapV2, AaveV3 and Executor here,
UniswapV3 in concentrated, Across in bridge, Lido and TokenVault in staking, Collectibles in
collectibles; all can be imported from here.

Each verb gives a Transaction to mine, each reading asks the chain.

Quantities are base units (wei), prices and rates say their unit. A verb never mines by itself:
`chain.transact(uniswap.swap(alice, [usdc, weth], 10**6))`, or several verbs in one `chain.block`.
Classmethods `deploy` do mine. Allowances are not given on the way: mine `approve_all` once before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from tests.chain.bridge import Across
from tests.chain.collectibles import Collectibles
from tests.chain.concentrated import UniswapV3
from tests.chain.deploy import MAXIMUM, Chain, Contract, Transaction
from tests.chain.staking import Lido, TokenVault

__all__ = [
    "AaveV3",
    "Across",
    "Collectibles",
    "Executor",
    "Hop",
    "Lido",
    "Plan",
    "TokenVault",
    "UniswapV2",
    "UniswapV3",
]

NEVER = 2**40  # a deadline far away
RAY = 10**27


@dataclass(frozen=True, slots=True)
class UniswapV2:
    """Constant-product pools with a fee of 0.3 %: factory, router and the pairs."""

    factory: Contract
    router: Contract
    wrapped: Contract

    @classmethod
    def deploy(cls, chain: Chain, wrapped: Contract) -> Self:
        """A factory and a router over the chain's wrapped coin."""
        factory = chain.deploy("UniswapV2Factory")
        return cls(factory, chain.deploy("UniswapV2Router", factory, wrapped), wrapped)

    def pair(self, one: Contract, other: Contract) -> Contract:
        """The pool of two tokens; it exists once liquidity was added."""
        address = self.factory.call("getPair", one, other)
        assert int(address, 16), "no such pair"
        return self.router.chain.at("UniswapV2Pair", address)

    def reserves(self, one: Contract, other: Contract) -> tuple[int, int]:
        """The pool's reserves in the order asked."""
        first, second, _ = self.pair(one, other).call("getReserves")
        return (first, second) if int(one.address, 16) < int(other.address, 16) else (second, first)

    def quote(self, amount: int, path: Sequence[Contract]) -> int:
        """What a swap along the path would give now."""
        return int(self.router.call("getAmountsOut", amount, list(path))[-1])

    def add(
        self, sender: str, one: Contract, other: Contract, amount_one: int, amount_other: int
    ) -> Transaction:
        """Adds liquidity (at most these amounts) and makes the pair when it is the first."""
        return self.router.transaction(
            *("addLiquidity", one, other, amount_one, amount_other, 0, 0, sender, NEVER),
            sender=sender,
            gas=5_000_000,
        )

    def add_native(self, sender: str, token: Contract, amount: int, native: int) -> Transaction:
        """Adds liquidity of a token and the chain's coin; what is too much comes back."""
        return self.router.transaction(
            *("addLiquidityETH", token, amount, 0, 0, sender, NEVER),
            sender=sender,
            value=native,
            gas=5_000_000,
        )

    def remove(self, sender: str, one: Contract, other: Contract, liquidity: int) -> Transaction:
        """Burns pool shares for both tokens; the router needs an allowance for the pair."""
        return self.router.transaction(
            *("removeLiquidity", one, other, liquidity, 0, 0, sender, NEVER), sender=sender
        )

    def remove_native(self, sender: str, token: Contract, liquidity: int) -> Transaction:
        """Burns pool shares for the token and the chain's coin."""
        return self.router.transaction(
            *("removeLiquidityETH", token, liquidity, 0, 0, sender, NEVER), sender=sender
        )

    def swap(
        self, sender: str, path: Sequence[Contract], amount: int, minimum: int = 0
    ) -> Transaction:
        """Token to token; fails when less than `minimum` would come out."""
        return self.router.transaction(
            *("swapExactTokensForTokens", amount, minimum, list(path), sender, NEVER),
            sender=sender,
        )

    def swap_from_native(
        self, sender: str, path: Sequence[Contract], native: int, minimum: int = 0
    ) -> Transaction:
        """Coin to token; the path begins with the wrapped coin."""
        return self.router.transaction(
            *("swapExactETHForTokens", minimum, list(path), sender, NEVER),
            sender=sender,
            value=native,
        )

    def swap_to_native(
        self, sender: str, path: Sequence[Contract], amount: int, minimum: int = 0
    ) -> Transaction:
        """Token to coin; the path ends with the wrapped coin."""
        return self.router.transaction(
            *("swapExactTokensForETH", amount, minimum, list(path), sender, NEVER), sender=sender
        )

    def swap_with_transfer_fee(
        self, sender: str, path: Sequence[Contract], amount: int, minimum: int = 0
    ) -> Transaction:
        """Token to token where a token keeps a part of what is sent."""
        name = "swapExactTokensForTokensSupportingFeeOnTransferTokens"
        return self.router.transaction(
            *(name, amount, minimum, list(path), sender, NEVER), sender=sender
        )


@dataclass(frozen=True, slots=True)
class AaveV3:
    """A lending pool: deposits, variable debt, liquidation, flash loans of 0.05 %."""

    pool: Contract

    @classmethod
    def deploy(cls, chain: Chain) -> Self:
        """An empty pool owned by `chain.owner`."""
        return cls(chain.deploy("AaveV3Pool"))

    def list_asset(
        self,
        token: Contract,
        price: int,
        ratios: tuple[int, int, int] = (8000, 8250, 10500),
        rates: tuple[int, int] = (0, 0),
    ) -> None:
        """Lists a token and mines it. `price` of a whole unit with 8 decimals; `ratios` (loan to
        value, liquidation threshold, liquidation bonus) in basis points; `rates` (depositors',
        borrowers') a year in basis points.
        """
        owner = self.pool.chain.owner
        self.pool.chain.block(
            self.pool.transaction(
                *("initReserve", token, token.call("symbol"), *ratios),
                sender=owner,
                gas=10_000_000,
            ),
            self.set_price(token, price),
            self.set_rates(token, *rates),
        )

    def set_price(self, token: Contract, price: int) -> Transaction:
        """The oracle's price of one whole unit, with 8 decimals."""
        return self.pool.transaction("setAssetPrice", token, price, sender=self.pool.chain.owner)

    def set_rates(self, token: Contract, deposit: int, borrow: int) -> Transaction:
        """Yearly rates in basis points from now on; interest is linear between two touches."""
        ray = RAY // 10_000
        return self.pool.transaction(
            "setRates", token, deposit * ray, borrow * ray, sender=self.pool.chain.owner
        )

    def receipt_token(self, token: Contract) -> Contract:
        """The aToken of a listed token; its balance grows with time."""
        return self.pool.chain.at("AToken", self.pool.call("getReserveAToken", token))

    def debt_token(self, token: Contract) -> Contract:
        """The variable debt token of a listed token; its balance grows with time."""
        address = self.pool.call("getReserveVariableDebtToken", token)
        return self.pool.chain.at("VariableDebtToken", address)

    def health_factor(self, user: str) -> int:
        """In 10^-18; below 10^18 the user can be liquidated, the largest integer without debt."""
        return int(self.pool.call("getUserAccountData", user)[5])

    def supply(self, sender: str, token: Contract, amount: int) -> Transaction:
        """Deposits; the pool needs an allowance."""
        return self.pool.transaction("supply", token, amount, sender, 0, sender=sender)

    def withdraw(self, sender: str, token: Contract, amount: int = MAXIMUM) -> Transaction:
        """Takes a deposit back; without an amount all of it with interest."""
        return self.pool.transaction("withdraw", token, amount, sender, sender=sender)

    def borrow(self, sender: str, token: Contract, amount: int) -> Transaction:
        """Borrows at the variable rate against the sender's deposits."""
        return self.pool.transaction("borrow", token, amount, 2, 0, sender, sender=sender)

    def repay(self, sender: str, token: Contract, amount: int = MAXIMUM) -> Transaction:
        """Pays debt back; without an amount all of it with interest."""
        return self.pool.transaction("repay", token, amount, 2, sender, sender=sender)

    def liquidate(
        self, sender: str, collateral: Contract, debt: Contract, user: str, amount: int = MAXIMUM
    ) -> Transaction:
        """Pays a user's debt (half of it, all when health is below 0.95) for collateral."""
        return self.pool.transaction(
            *("liquidationCall", collateral, debt, user, amount, False), sender=sender
        )


@dataclass(frozen=True, slots=True)
class Hop:
    """One pool on an executor's way; `token` goes in; `version` 2 or 3 of Uniswap."""

    pool: Contract
    token: Contract
    version: int = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Where an executor's trade leads: `amount` of `asset` goes in at the first hop.

    `tip` in wei goes to the block producer, from the executor's coin or by unwrapping. A round trip
    fails when what is left of `asset` after loan, premium and tip is below `minimum_profit`.
    """

    asset: Contract
    amount: int
    hops: tuple[Hop, ...]
    minimum_profit: int = 1
    tip: int = 0

    def encoded(self) -> tuple[Any, ...]:
        """As the contract's functions take it."""
        hops = [(hop.version, hop.pool, hop.token) for hop in self.hops]
        return (self.asset, self.amount, hops, self.minimum_profit, self.tip)


@dataclass(frozen=True, slots=True)
class Executor:
    """A searcher's contract owned by an account of the fund; it keeps tokens and profit itself."""

    contract: Contract
    owner: str

    @classmethod
    def deploy(cls, chain: Chain, owner: str, wrapped: Contract) -> Self:
        """Deployed and paid for by its owner."""
        arguments = (owner, wrapped)
        return cls(chain.deploy("ArbitrageExecutor", *arguments, sender=owner), owner)

    @property
    def address(self) -> str:
        """The contract's address, which holds what the executor owns."""
        return self.contract.address

    def arbitrage(self, plan: Plan) -> Transaction:
        """Round trip with the executor's own tokens."""
        return self._transaction("arbitrage", plan.encoded())

    def flash_arbitrage(self, lending: AaveV3, plan: Plan) -> Transaction:
        """Round trip with a flash loan of `plan.amount`."""
        return self._transaction("flashArbitrage", lending.pool, plan.encoded())

    def pool_flash_arbitrage(self, pool: Contract, plan: Plan) -> Transaction:
        """Round trip with a flash loan of `plan.amount` from a v3 pool that is none of the hops."""
        return self._transaction("poolFlashArbitrage", pool, plan.encoded())

    def flash_liquidate(
        self, lending: AaveV3, plan: Plan, collateral: Contract, user: str
    ) -> Transaction:
        """Liquidates with a flash loan of `plan.asset` (the debt), the hops sell the collateral."""
        target = (collateral, user)
        return self._transaction("flashLiquidate", lending.pool, plan.encoded(), target)

    def trade(self, plan: Plan, token_out: Contract, minimum: int = 0) -> Transaction:
        """One way, with the executor's own tokens: a leg of a sandwich or a back-run."""
        return self._transaction("trade", plan.encoded(), token_out, minimum)

    def withdraw(self, token: Contract, amount: int) -> Transaction:
        """Sends tokens to the owner."""
        return self._transaction("withdraw", token, amount)

    def withdraw_native(self, amount: int) -> Transaction:
        """Sends coin to the owner."""
        return self._transaction("withdrawNative", amount)

    def _transaction(self, function: str, *arguments: Any) -> Transaction:
        return self.contract.transaction(function, *arguments, sender=self.owner)
