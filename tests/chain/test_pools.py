"""Pools, wrapped coin and tokens move what their logs say, except where a log lies."""

import pytest

from tests.chain.deploy import Reverted, approve_all, topic
from tests.chain.protocols import UniswapV2

ETHER = 10**18
USD = 10**6
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
DEPOSIT = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"
WITHDRAWAL = "0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65"
SWAP = topic("Swap(address,uint256,uint256,uint256,uint256,address)")
SYNC = topic("Sync(uint112,uint112)")
MINT = topic("Mint(address,uint256,uint256)")
BURN = topic("Burn(address,uint256,uint256,address)")


class Market:
    """One pool of coin and dollars at 2,000, and a trader with both."""

    def __init__(self, chain):
        self.chain = chain
        self.maker, self.trader = chain.accounts[1:3]
        self.weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
        self.usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
        self.exchange = UniswapV2.deploy(chain, self.weth)
        router = self.exchange.router.address
        for account in (self.maker, self.trader):
            chain.block(
                self.weth.transaction("deposit", sender=account, value=2_000 * ETHER),
                self.usdc.transaction("mint", account, 4_000_000 * USD, sender=chain.owner),
                *approve_all(router, (self.weth, self.usdc), account),
            )
        self.first = chain.transact(
            self.exchange.add(self.maker, self.weth, self.usdc, 1_000 * ETHER, 2_000_000 * USD)
        )
        self.pair = self.exchange.pair(self.weth, self.usdc)
        chain.block(*approve_all(router, (self.pair,), self.maker))

    def held(self, account):
        return (self.weth.call("balanceOf", account), self.usdc.call("balanceOf", account))


@pytest.fixture
def market(chain):
    return Market(chain)


def test_a_swap_gives_what_the_constant_product_gives(market):
    net = 2 * ETHER * 997
    expected = net * 2_000_000 * USD // (1_000 * ETHER * 1000 + net)
    before = market.held(market.trader)
    receipt = market.chain.transact(
        market.exchange.swap(market.trader, (market.weth, market.usdc), 2 * ETHER)
    )
    after = market.held(market.trader)
    assert (after[0] - before[0], after[1] - before[1]) == (-2 * ETHER, expected)
    assert receipt.topics == [TRANSFER, TRANSFER, SYNC, SWAP]


def test_coin_is_wrapped_on_the_way_in_and_unwrapped_on_the_way_out(market):
    chain, exchange, trader = market.chain, market.exchange, market.trader
    before = market.held(trader)
    bought = chain.transact(exchange.swap_from_native(trader, (market.weth, market.usdc), ETHER))
    assert bought.topics == [DEPOSIT, TRANSFER, TRANSFER, SYNC, SWAP]
    assert market.held(trader)[0] == before[0]
    coins = chain.balance(trader)
    sold = chain.transact(exchange.swap_to_native(trader, (market.usdc, market.weth), 2_000 * USD))
    assert sold.topics == [TRANSFER, TRANSFER, SYNC, SWAP, WITHDRAWAL]
    (unwrapped,) = market.weth.logs(sold, "Withdrawal")
    assert chain.balance(trader) - coins == unwrapped["wad"] - sold.fee


def test_liquidity_is_a_token_that_brings_both_sides_back(market):
    chain, exchange, maker = market.chain, market.exchange, market.maker
    assert MINT in market.first.topics
    shares = market.pair.call("balanceOf", maker)
    assert shares == market.pair.call("totalSupply") - 1000
    receipt = chain.transact(exchange.remove(maker, market.weth, market.usdc, shares))
    assert receipt.topics.count(BURN) == 1
    weth, usdc = market.held(maker)
    assert 0 < 2_000 * ETHER - weth < 10**9
    assert 0 < 4_000_000 * USD - usdc < 10
    assert market.pair.call("balanceOf", maker) == 0


def test_liquidity_of_a_token_and_coin_goes_in_and_out(market):
    chain, exchange, maker = market.chain, market.exchange, market.maker
    shares = market.pair.call("balanceOf", maker)
    weth = market.held(maker)[0]
    added = chain.transact(exchange.add_native(maker, market.usdc, 2_000 * USD, 3 * ETHER))
    assert market.weth.logs(added, "Deposit")[0]["wad"] == ETHER
    gained = market.pair.call("balanceOf", maker) - shares
    before = chain.balance(maker)
    removed = chain.transact(exchange.remove_native(maker, market.usdc, gained))
    assert 0 <= ETHER - (chain.balance(maker) - before + removed.fee) < 10**9
    assert market.held(maker)[0] == weth


def test_a_swap_below_its_minimum_fails_and_pays_only_the_fee(market):
    chain, trader = market.chain, market.trader
    swap = market.exchange.swap(trader, (market.weth, market.usdc), ETHER, minimum=2_000 * USD)
    before, coins = market.held(trader), chain.balance(trader)
    receipt = chain.transact(swap, may_fail=True)
    assert not receipt.succeeded
    assert market.held(trader) == before
    assert coins - chain.balance(trader) == receipt.fee
    with pytest.raises(Reverted, match="INSUFFICIENT_OUTPUT_AMOUNT"):
        chain.transact(swap)


def test_too_little_gas_fails_and_burns_all_of_it(market):
    swap = market.exchange.swap(market.trader, (market.weth, market.usdc), ETHER)
    receipt = market.chain.transact(swap.with_gas(60_000), may_fail=True)
    assert (receipt.succeeded, receipt.gas_used) == (False, 60_000)


def test_wrapping_logs_no_transfer(market):
    chain, trader = market.chain, market.trader
    wrap = market.weth.transaction("deposit", sender=trader, value=ETHER)
    unwrap = market.weth.transaction("withdraw", ETHER, sender=trader)
    wrapped, unwrapped = chain.block(wrap, unwrap)
    assert wrapped.topics == [DEPOSIT]
    assert unwrapped.topics == [WITHDRAWAL]


def test_a_token_with_a_transfer_fee_delivers_less_than_was_sent(market):
    chain, trader, exchange = market.chain, market.trader, market.exchange
    token = chain.deploy("FeeOnTransferToken", "Toll", "TOLL", 18, 200)
    chain.block(
        token.transaction("mint", trader, 3_000 * ETHER, sender=chain.owner),
        *approve_all(exchange.router.address, (token,), trader),
        exchange.add(trader, token, market.usdc, 1_000 * ETHER, 1_000 * USD),
    )
    assert exchange.reserves(token, market.usdc)[0] == 980 * ETHER
    receipt = chain.transact(
        exchange.swap_with_transfer_fee(trader, (token, market.usdc), 100 * ETHER)
    )
    (swap,) = exchange.pair(token, market.usdc).logs(receipt, "Swap")
    assert swap["amount0In"] + swap["amount1In"] == 98 * ETHER


def test_spam_credits_strangers_and_lies_about_transfers(market):
    chain, trader = market.chain, market.trader
    token = chain.deploy("SpamToken", "Visit spam.example", "FREE", 18)
    strangers = list(chain.accounts[2:6])
    given = chain.transact(token.transaction("airdrop", strangers, 7 * ETHER, sender=chain.owner))
    assert given.topics == [TRANSFER] * 4
    assert token.call("balanceOf", trader) == 7 * ETHER
    lied = chain.transact(
        token.transaction("pretend", trader, [chain.accounts[9]], 5 * ETHER, sender=chain.owner)
    )
    assert lied.topics == [TRANSFER]
    assert token.call("balanceOf", trader) == 7 * ETHER
    assert token.call("balanceOf", chain.accounts[9]) == 0
