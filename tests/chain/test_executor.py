"""An executor contract trades for the fund, pays for inclusion and refuses to lose."""

import pytest

from tests.chain.deploy import Reverted, approve_all, topic
from tests.chain.protocols import AaveV3, Executor, Hop, Plan, UniswapV2, UniswapV3

PRODUCER = "0x000000000000000000000000000000000000C0DE"
ETHER = 10**18
USD = 10**6


class Market:
    """Two venues for one pair, 2 % apart, and a lending pool with coins to lend."""

    def __init__(self, chain):
        self.chain = chain
        self.fund = chain.accounts[0]
        owner = chain.owner
        self.weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
        self.usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
        self.one = UniswapV2.deploy(chain, self.weth)
        self.two = UniswapV2.deploy(chain, self.weth)
        self.lending = AaveV3.deploy(chain)
        self.executor = Executor.deploy(chain, self.fund, self.weth)
        tokens = (self.weth, self.usdc)
        chain.block(
            self.weth.transaction("deposit", sender=owner, value=5_000 * ETHER),
            self.usdc.transaction("mint", owner, 10_000_000 * USD, sender=owner),
            *approve_all(self.one.router.address, tokens, owner),
            *approve_all(self.two.router.address, tokens, owner),
            *approve_all(self.lending.pool.address, tokens, owner),
        )
        self.lending.list_asset(self.weth, 2_000 * 10**8)
        self.lending.list_asset(self.usdc, 10**8)
        chain.block(
            self.one.add(owner, self.weth, self.usdc, 1_000 * ETHER, 2_000_000 * USD),
            self.two.add(owner, self.weth, self.usdc, 1_000 * ETHER, 2_040_000 * USD),
            self.lending.supply(owner, self.weth, 1_000 * ETHER),
            self.lending.supply(owner, self.usdc, 1_000_000 * USD),
            coinbase=PRODUCER,
        )

    def plan(self, amount, minimum_profit=1, tip=0):
        """Sells the coin where it is dear and buys it back where it is cheap."""
        hops = (
            Hop(self.two.pair(self.weth, self.usdc), self.weth),
            Hop(self.one.pair(self.weth, self.usdc), self.usdc),
        )
        return Plan(self.weth, amount, hops, minimum_profit, tip)


@pytest.fixture
def market(chain):
    return Market(chain)


def test_a_flash_loan_arbitrage_keeps_the_profit_and_tips_the_producer(market):
    chain, tip = market.chain, ETHER // 100
    producer = chain.balance(PRODUCER)
    transaction = market.executor.flash_arbitrage(market.lending, market.plan(2 * ETHER, tip=tip))
    receipt = chain.transact(transaction)
    kept = market.weth.call("balanceOf", market.executor.address)
    assert 0 < kept < ETHER // 20
    assert market.usdc.call("balanceOf", market.executor.address) == 0
    priority = receipt.gas_used * chain.priority_fee
    assert chain.balance(PRODUCER) - producer == tip + priority
    flash = topic("FlashLoan(address,address,address,uint256,uint8,uint256,uint16)")
    assert receipt.topics.count(flash) == 1
    swap = topic("Swap(address,uint256,uint256,uint256,uint256,address)")
    assert receipt.topics.count(swap) == 2
    (loan,) = market.lending.pool.logs(receipt, "FlashLoan")
    assert (loan["amount"], loan["premium"]) == (2 * ETHER, 2 * ETHER * 5 // 10_000)


def test_an_arbitrage_without_profit_fails_and_still_pays_its_fee(market):
    chain = market.chain
    before = chain.balance(market.fund)
    plan = market.plan(2 * ETHER, minimum_profit=ETHER)
    receipt = chain.transact(market.executor.flash_arbitrage(market.lending, plan), may_fail=True)
    assert not receipt.succeeded
    assert receipt.logs == ()
    assert before - chain.balance(market.fund) == receipt.fee > 0
    assert market.weth.call("balanceOf", market.executor.address) == 0


def test_an_arbitrage_with_own_tokens_needs_no_loan(market):
    chain, executor = market.chain, market.executor
    chain.block(
        market.weth.transaction("deposit", sender=market.fund, value=2 * ETHER),
        market.weth.transaction("transfer", executor.address, 2 * ETHER, sender=market.fund),
    )
    receipt = chain.transact(executor.arbitrage(market.plan(2 * ETHER)))
    profit = market.weth.call("balanceOf", executor.address) - 2 * ETHER
    assert profit > 0
    assert market.lending.pool.logs(receipt, "FlashLoan") == []
    chain.transact(executor.withdraw(market.weth, profit))
    assert market.weth.call("balanceOf", market.fund) == profit


def test_a_sandwich_gains_what_its_victim_loses_in_one_block(market):
    chain, executor, victim = market.chain, market.executor, market.chain.accounts[5]
    chain.block(
        market.weth.transaction("deposit", sender=market.fund, value=20 * ETHER),
        market.weth.transaction("transfer", executor.address, 20 * ETHER, sender=market.fund),
    )
    path = (market.weth, market.usdc)
    alone = market.one.quote(50 * ETHER, path)
    pair = market.one.pair(*path)
    front = Plan(market.weth, 20 * ETHER, (Hop(pair, market.weth),))
    with chain.rolled_back():
        chain.transact(executor.trade(front, market.usdc))
        bought = market.usdc.call("balanceOf", executor.address)
    back = Plan(market.usdc, bought, (Hop(pair, market.usdc),))
    receipts = chain.block(
        executor.trade(front, market.usdc),
        market.one.swap_from_native(victim, path, 50 * ETHER),
        executor.trade(back, market.weth),
    )
    assert len({receipt.block for receipt in receipts}) == 1
    assert market.usdc.call("balanceOf", victim) < alone
    assert market.weth.call("balanceOf", executor.address) > 20 * ETHER
    assert market.usdc.call("balanceOf", executor.address) == 0


def test_a_flash_liquidation_sells_the_collateral_and_keeps_the_bonus(market):
    chain, lending, debtor = market.chain, market.lending, market.chain.accounts[6]
    chain.block(
        market.weth.transaction("deposit", sender=debtor, value=10 * ETHER),
        *approve_all(lending.pool.address, (market.weth,), debtor),
        lending.supply(debtor, market.weth, 10 * ETHER),
        lending.borrow(debtor, market.usdc, 15_000 * USD),
        lending.set_price(market.weth, 1_800 * 10**8),
    )
    assert lending.health_factor(debtor) < 10**18
    hops = (Hop(market.one.pair(market.weth, market.usdc), market.weth),)
    plan = Plan(market.usdc, 7_500 * USD, hops)
    receipt = chain.transact(market.executor.flash_liquidate(lending, plan, market.weth, debtor))
    (call,) = lending.pool.logs(receipt, "LiquidationCall")
    assert call["debtToCover"] == 7_500 * USD
    assert call["liquidatedCollateralAmount"] == 7_500 * ETHER * 105 // (1_800 * 100)
    assert market.usdc.call("balanceOf", market.executor.address) > 0
    assert market.weth.call("balanceOf", market.executor.address) == 0


def test_a_way_leads_through_both_kinds_of_pool_with_a_pools_own_loan(market):
    chain, owner = market.chain, market.chain.owner
    exchange = UniswapV3.deploy(chain, market.weth)
    amounts = (market.weth, 500 * ETHER, market.usdc, 980_000 * USD)
    chain.block(*approve_all(exchange.manager.address, (market.weth, market.usdc), owner))
    for fee in (500, 3000):
        chain.transact(exchange.create(owner, amounts, fee))
        ticks = exchange.around(market.weth, market.usdc, fee, 30)
        chain.transact(exchange.mint(owner, amounts, fee, ticks))
    cheap = exchange.pool(market.weth, market.usdc, 500)
    lender = exchange.pool(market.weth, market.usdc, 3000)
    dear = market.two.pair(market.weth, market.usdc)
    hops = (Hop(dear, market.weth), Hop(cheap, market.usdc, version=3))
    plan = Plan(market.weth, 5 * ETHER, hops)
    receipt = chain.transact(market.executor.pool_flash_arbitrage(lender, plan))
    (loan,) = lender.logs(receipt, "Flash")
    assert max(loan["amount0"], loan["amount1"]) == 5 * ETHER
    assert max(loan["paid0"], loan["paid1"]) == 15 * ETHER // 1000
    assert len(cheap.logs(receipt, "Swap")) == len(dear.logs(receipt, "Swap")) == 1
    assert market.weth.call("balanceOf", market.executor.address) > 0
    assert market.usdc.call("balanceOf", market.executor.address) == 0


def test_only_the_owner_moves_an_executor(market):
    stranger = Executor(market.executor.contract, market.chain.accounts[7])
    with pytest.raises(Reverted, match="Executor: owner"):
        market.chain.transact(stranger.arbitrage(market.plan(ETHER)))
