"""Concentrated liquidity: ranges share a swap's fee, positions pay out, the pool stays solvent."""

import pytest

from tests.chain.concentrated import UniswapV3
from tests.chain.deploy import approve_all, topic

ETHER = 10**18
USD = 10**6
FEE = 500
SWAP = "Swap(address,address,int256,int256,uint160,uint128,int24)"


class Market:
    """A pool of coin and dollars at 2,000 with a wide position of the market maker."""

    def __init__(self, chain):
        self.chain = chain
        self.maker, self.trader, self.fund = chain.accounts[1:4]
        self.weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
        self.usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
        self.exchange = UniswapV3.deploy(chain, self.weth)
        for account in (self.maker, self.trader, self.fund):
            tokens = (self.weth, self.usdc)
            chain.block(
                self.weth.transaction("deposit", sender=account, value=5_000 * ETHER),
                self.usdc.transaction("mint", account, 10_000_000 * USD, sender=chain.owner),
                *approve_all(self.exchange.router.address, tokens, account),
                *approve_all(self.exchange.manager.address, tokens, account),
            )
        chain.transact(self.exchange.create(self.maker, self.amounts(1), FEE))
        wide = self.exchange.around(self.weth, self.usdc, FEE, 200)
        receipt = chain.transact(self.exchange.mint(self.maker, self.amounts(500), FEE, wide))
        self.wide = self.exchange.minted_position(receipt)
        self.pool = self.exchange.pool(self.weth, self.usdc, FEE)

    def amounts(self, coins):
        return (self.weth, coins * ETHER, self.usdc, coins * 2_000 * USD)

    def held(self, account):
        return (self.weth.call("balanceOf", account), self.usdc.call("balanceOf", account))


@pytest.fixture
def market(chain):
    return Market(chain)


@pytest.mark.parametrize("coins_first", [True, False])
def test_a_swap_gives_about_the_price_less_the_fee(market, coins_first):
    path = (market.weth, market.usdc) if coins_first else (market.usdc, market.weth)
    amount = ETHER if coins_first else 2_000 * USD
    before = market.held(market.trader)
    receipt = market.chain.transact(market.exchange.swap(market.trader, path, FEE, amount))
    after = market.held(market.trader)
    coins, dollars = after[0] - before[0], after[1] - before[1]
    assert (coins < 0) is coins_first
    assert abs(dollars * ETHER * 10_000 // -(coins * USD) - 2_000 * 10_000) < 30_000
    assert receipt.topics.count(topic(SWAP)) == 1
    (log,) = market.pool.logs(receipt, "Swap")
    assert {log["amount0"], log["amount1"]} == {-coins, -dollars}
    assert log["liquidity"] == market.pool.call("liquidity")


def test_coin_goes_in_and_comes_out_unwrapped(market):
    chain, exchange = market.chain, market.exchange
    bought = chain.transact(exchange.swap_from_native(market.trader, market.usdc, FEE, ETHER))
    assert len(market.weth.logs(bought, "Deposit")) == 1
    before = chain.balance(market.trader)
    sold = chain.transact(exchange.swap_to_native(market.trader, market.usdc, FEE, 2_000 * USD))
    (unwrapped,) = market.weth.logs(sold, "Withdrawal")
    assert chain.balance(market.trader) == before + unwrapped["wad"] - sold.fee
    assert unwrapped["wad"] > 99 * ETHER // 100


def test_just_in_time_liquidity_earns_one_swaps_fee_and_leaves_in_the_same_block(market):
    chain, exchange = market.chain, market.exchange
    narrow = exchange.around(market.weth, market.usdc, FEE, 3)
    position = exchange.next_position()
    open_it = exchange.mint(market.fund, market.amounts(2_000), FEE, narrow)
    with chain.rolled_back():
        chain.transact(open_it)
        liquidity = exchange.liquidity(position)
    path = (market.usdc, market.weth)
    before = market.held(market.fund)
    receipts = chain.block(
        open_it,
        exchange.swap(market.trader, path, FEE, 100_000 * USD),
        exchange.close(market.fund, position, liquidity),
    )
    after = market.held(market.fund)
    gained = (after[0] - before[0]) * 2_000 // ETHER + (after[1] - before[1]) // USD
    assert 45 <= gained <= 60
    assert market.exchange.manager.call("balanceOf", market.fund) == 0
    assert len({receipt.block for receipt in receipts}) == 1


def test_a_collected_fee_is_the_positions_share_and_no_more(market):
    chain, exchange = market.chain, market.exchange
    path = (market.usdc, market.weth)
    chain.transact(exchange.swap(market.trader, path, FEE, 100_000 * USD))
    before = market.held(market.maker)
    receipt = chain.transact(exchange.collect(market.maker, market.wide))
    after = market.held(market.maker)
    assert after[0] == before[0]
    assert 50 * USD - 2 <= after[1] - before[1] <= 50 * USD
    (log,) = exchange.manager.logs(receipt, "Collect")
    assert log["tokenId"] == market.wide


def test_the_pool_pays_out_all_positions_after_many_crossings(market):
    chain, exchange = market.chain, market.exchange
    opened = [(market.maker, market.wide)]
    for width in (1, 5, 20):
        ticks = exchange.around(market.weth, market.usdc, FEE, width)
        receipt = chain.transact(exchange.mint(market.fund, market.amounts(50), FEE, ticks))
        opened.append((market.fund, exchange.minted_position(receipt)))
    for _ in range(3):
        chain.block(
            exchange.swap(market.trader, (market.usdc, market.weth), FEE, 400_000 * USD),
            exchange.swap(market.trader, (market.weth, market.usdc), FEE, 390 * ETHER),
        )
    for account, position in opened:
        chain.transact(exchange.close(account, position, exchange.liquidity(position)))
    left = market.held(market.pool.address)
    assert 0 <= left[0] < 10**6
    assert 0 <= left[1] < 100
    assert market.pool.call("liquidity") == 0


def test_a_position_paid_in_coin_gets_the_rest_back(market):
    chain, exchange = market.chain, market.exchange
    ticks = exchange.around(market.weth, market.usdc, FEE, 10)
    weth, before = market.weth.call("balanceOf", market.fund), chain.balance(market.fund)
    receipt = chain.transact(
        exchange.mint(market.fund, market.amounts(10), FEE, ticks, native=11 * ETHER)
    )
    spent = before - chain.balance(market.fund) - receipt.fee
    assert 0 < spent <= 10 * ETHER
    assert market.weth.call("balanceOf", market.fund) == weth
