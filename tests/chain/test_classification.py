"""What the fund does on a real node is read, classified and linked by its right name."""

import pytest

from ledger.chains.evm import fetch_transaction, read, with_ahead
from ledger.classify import classify
from ledger.link import is_back_run, link
from ledger.model.asset import Asset, AssetId
from ledger.model.event import Event
from ledger.model.fund import Wallet
from ledger.transport import Transport, json_rpc
from tests.chain.deploy import approve_all, pay
from tests.chain.protocols import (
    AaveV3,
    Across,
    Collectibles,
    Executor,
    Hop,
    Lido,
    Plan,
    TokenVault,
    UniswapV2,
    UniswapV3,
)
from tests.ledger.protocols.registry import PROTOCOLS

PRODUCER = "0x000000000000000000000000000000000000C0DE"
ETHER = 10**18
USD = 10**6
YEAR = 365 * 86_400


class Desk:
    """A fund with an executor contract among pools, a lending pool and what else there is."""

    def __init__(self, chain, node):
        self.chain, self.node = chain, node
        self.fund, self.stranger = chain.accounts[:2]
        owner = chain.owner
        self.weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
        self.usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
        self.one = UniswapV2.deploy(chain, self.weth)
        self.two = UniswapV2.deploy(chain, self.weth)
        self.lending = AaveV3.deploy(chain)
        self.executor = Executor.deploy(chain, self.fund, self.weth)
        places = (self.one.router, self.two.router, self.lending.pool)
        for account in (owner, self.fund, self.stranger):
            chain.block(
                self.weth.transaction("deposit", sender=account, value=5_000 * ETHER),
                self.usdc.transaction("mint", account, 10_000_000 * USD, sender=owner),
                *(
                    approval
                    for place in places
                    for approval in approve_all(place.address, (self.weth, self.usdc), account)
                ),
            )
        self.lending.list_asset(self.weth, 2_000 * 10**8, rates=(200, 300))
        self.lending.list_asset(self.usdc, 10**8, rates=(400, 600))
        chain.block(
            self.one.add(owner, self.weth, self.usdc, 1_000 * ETHER, 2_000_000 * USD),
            self.two.add(owner, self.weth, self.usdc, 1_000 * ETHER, 2_040_000 * USD),
            self.lending.supply(owner, self.weth, 1_000 * ETHER),
            self.lending.supply(owner, self.usdc, 1_000_000 * USD),
            coinbase=PRODUCER,
        )

    def wallets(self):
        network = f"eip155:{self.chain.chain_id}"
        owned = {self.fund: "fund", self.executor.address: "executor"}
        made = (Wallet(network, account.lower(), label) for account, label in owned.items())
        return {wallet.id: wallet for wallet in made}

    def activity(self, receipt):
        network = f"eip155:{self.chain.chain_id}"
        owned = [self.fund.lower(), self.executor.address.lower()]
        raw = fetch_transaction(self.node, network, receipt.hash, owned)
        return with_ahead(raw, read(raw)[0])

    def events(self, *receipts):
        """The linked events of some transactions; nothing of them may stay unexplained.

        What one of them tells of assets is known to those after it.
        """
        found: list[Event] = []
        known: dict[AssetId, Asset] = {}
        behind: set[str] = set()
        for receipt in receipts:
            one = self.activity(receipt)
            behind |= {one.id} if is_back_run(one) else set()
            result, facts = classify(one, self.wallets(), PROTOCOLS, known)
            assert result.unexplained == ()
            found += result.events
            known |= {fact.id: fact for fact in facts}
        return link(found, self.wallets(), behind).events

    def named(self, *transactions, **options):
        """Kind and protocol of each event of transactions mined in one block."""
        receipts = self.chain.block(*transactions, **options)
        return [(event.kind, event.protocol) for event in self.events(*receipts)]

    def plan(self, amount, tip=0, profit=1):
        hops = (
            Hop(self.two.pair(self.weth, self.usdc), self.weth),
            Hop(self.one.pair(self.weth, self.usdc), self.usdc),
        )
        return Plan(self.weth, amount, hops, profit, tip)


@pytest.fixture
def desk(chain):
    transport = Transport(allow_private=True)
    yield Desk(chain, json_rpc(transport, chain.node.url))
    transport.close()


def roles(event):
    return [leg.role for leg in event.legs]


def test_trades_and_liquidity_of_pairs(desk):
    fund, weth, usdc = desk.fund, desk.weth, desk.usdc
    pair = desk.one.pair(weth, usdc)
    desk.chain.block(*approve_all(desk.one.router.address, (pair,), fund))
    path, back = (weth, usdc), (usdc, weth)
    assert (
        desk.named(
            desk.one.swap(fund, path, ETHER),
            desk.one.swap_from_native(fund, path, ETHER),
            desk.one.swap_to_native(fund, back, 1_000 * USD),
        )
        == [("swap", "uniswap_v2")] * 3
    )
    assert desk.named(
        desk.one.add(fund, weth, usdc, ETHER, 3_000 * USD),
        desk.one.add_native(fund, usdc, 2_000 * USD, 3 * ETHER),
        desk.one.remove(fund, weth, usdc, 10**12),
        desk.one.remove_native(fund, usdc, 10**12),
    ) == [
        ("pool_deposit", "uniswap_v2"),
        ("pool_deposit", "uniswap_v2"),
        ("pool_withdraw", "uniswap_v2"),
        ("pool_withdraw", "uniswap_v2"),
    ]


def test_wrapping_sending_failing_and_approving(desk):
    fund, weth = desk.fund, desk.weth
    assert desk.named(
        weth.transaction("deposit", sender=fund, value=ETHER),
        weth.transaction("withdraw", ETHER, sender=fund),
        weth.transaction("transfer", desk.stranger, ETHER, sender=fund),
        weth.transaction("transfer", desk.executor.address, ETHER, sender=fund),
        weth.transaction("approve", desk.stranger, 5, sender=fund),
        desk.executor.arbitrage(desk.plan(ETHER // 2, profit=ETHER)),
        pay(desk.stranger, fund, ETHER),
        may_fail=True,
    ) == [
        ("wrap", "weth"),
        ("unwrap", "weth"),
        ("send", None),
        ("own_transfer", None),
        ("approval", None),
        ("failed", None),
        ("receive", None),
    ]


def test_a_flash_loan_arbitrage_is_one_event_with_premium_and_tip(desk):
    plan = desk.plan(2 * ETHER, tip=ETHER // 100)
    (event,) = desk.events(desk.chain.transact(desk.executor.flash_arbitrage(desk.lending, plan)))
    assert (event.kind, event.protocol) == ("flash_loan", "aave_v3")
    assert roles(event).count("premium") == roles(event).count("tip") == 1
    premium = next(leg.quantity for leg in event.legs if leg.role == "premium")
    assert premium == -(2 * ETHER * 5 // 10_000)


def test_an_arbitrage_with_own_tokens_is_a_swap_with_all_gross_legs(desk):
    transfer = desk.weth.transaction("transfer", desk.executor.address, 9 * ETHER, sender=desk.fund)
    desk.chain.transact(transfer)
    (event,) = desk.events(desk.chain.transact(desk.executor.arbitrage(desk.plan(2 * ETHER))))
    assert (event.kind, event.protocol) == ("swap", "uniswap_v2")
    assert [leg.quantity > 0 for leg in event.legs] == [False, True, False, True]


def test_a_sandwich_is_one_group(desk):
    pair = desk.one.pair(desk.weth, desk.usdc)
    give = desk.weth.transaction("transfer", desk.executor.address, 20 * ETHER, sender=desk.fund)
    desk.chain.transact(give)
    front = Plan(desk.weth, 10 * ETHER, (Hop(pair, desk.weth),))
    back = Plan(desk.usdc, 15_000 * USD, (Hop(pair, desk.usdc),), tip=ETHER // 50)
    receipts = desk.chain.block(
        desk.executor.trade(front, desk.usdc),
        desk.one.swap(desk.stranger, (desk.weth, desk.usdc), 50 * ETHER),
        desk.executor.trade(back, desk.weth),
    )
    first, last = desk.events(receipts[0], receipts[2])
    assert first.group == last.group == f"sandwich:eip155:1:{receipts[0].block}:0"
    assert "tip" in roles(last)


def test_a_back_run_is_told_from_the_same_arbitrage_without_anybody_before_it(desk):
    give = desk.weth.transaction("transfer", desk.executor.address, 9 * ETHER, sender=desk.fund)
    desk.chain.transact(give)
    (alone,) = desk.events(desk.chain.transact(desk.executor.arbitrage(desk.plan(ETHER))))
    assert alone.group is None
    # the stranger sells the coin that the second hop of the arbitrage buys
    sold = desk.one.swap(desk.stranger, (desk.weth, desk.usdc), 20 * ETHER)
    *_, behind = desk.chain.block(sold, desk.executor.arbitrage(desk.plan(ETHER)))
    (event,) = desk.events(behind)
    assert event.group == f"backrun:eip155:1:{behind.block}:1"
    bought = desk.one.swap(desk.stranger, (desk.usdc, desk.weth), 1_000 * USD)
    *_, along = desk.chain.block(bought, desk.executor.arbitrage(desk.plan(ETHER)))
    (event,) = desk.events(along)
    assert event.group is None


def test_lending_and_debt(desk):
    fund, lending = desk.fund, desk.lending
    later = desk.chain.time + YEAR
    assert desk.named(
        lending.supply(fund, desk.weth, 10 * ETHER), lending.borrow(fund, desk.usdc, 9_000 * USD)
    ) == [("lend_deposit", "aave_v3"), ("borrow", "aave_v3")]
    receipts = desk.chain.block(
        lending.supply(fund, desk.weth, ETHER),
        lending.borrow(fund, desk.usdc, 10 * USD),
        lending.repay(fund, desk.usdc),
        lending.withdraw(fund, desk.weth),
        timestamp=later,
    )
    supplied, borrowed, repaid, withdrawn = desk.events(*receipts)
    assert roles(supplied) == ["plain", "plain", "interest"]
    assert sorted(roles(borrowed)) == ["debt", "interest", "plain"]
    assert repaid.kind == "repay"
    assert withdrawn.kind == "lend_withdraw"
    debts = [leg.quantity for leg in (*borrowed.legs, *repaid.legs) if leg.role == "debt"]
    interest = sum(leg.quantity for leg in borrowed.legs if leg.role == "interest")
    assert 9_000 * USD + sum(debts) + interest == 0


def test_a_liquidation_with_and_without_a_loan(desk):
    lending, victim = desk.lending, desk.stranger
    desk.chain.block(
        lending.supply(victim, desk.weth, 10 * ETHER),
        lending.borrow(victim, desk.usdc, 15_000 * USD),
        lending.set_price(desk.weth, 1_800 * 10**8),
    )
    assert desk.named(lending.liquidate(desk.fund, desk.weth, desk.usdc, victim, 1_000 * USD)) == [
        ("liquidation", "aave_v3")
    ]
    hops = (Hop(desk.two.pair(desk.weth, desk.usdc), desk.weth),)
    plan = Plan(desk.usdc, 1_000 * USD, hops)
    assert desk.named(desk.executor.flash_liquidate(lending, plan, desk.weth, victim)) == [
        ("flash_loan", "aave_v3")
    ]


def test_the_fund_itself_is_liquidated(desk):
    lending = desk.lending
    before = desk.chain.block(
        lending.supply(desk.fund, desk.weth, 10 * ETHER),
        lending.borrow(desk.fund, desk.usdc, 15_000 * USD),
        lending.set_price(desk.weth, 1_800 * 10**8),
    )
    call = lending.liquidate(desk.stranger, desk.weth, desk.usdc, desk.fund, 1_000 * USD)
    *_, event = desk.events(*before[:2], desk.chain.transact(call))
    assert (event.kind, min(roles(event))) == ("liquidation", "debt")
    assert event.fee is None


def test_concentrated_liquidity_and_just_in_time(desk):
    fund, maker, fee = desk.fund, desk.chain.owner, 500
    exchange = UniswapV3.deploy(desk.chain, desk.weth)
    for account in (fund, maker, desk.stranger):
        for place in (exchange.router, exchange.manager):
            tokens = (desk.weth, desk.usdc)
            desk.chain.block(*approve_all(place.address, tokens, account))
    amounts = (desk.weth, 50 * ETHER, desk.usdc, 100_000 * USD)
    desk.chain.transact(exchange.create(maker, amounts, fee))
    wide = exchange.around(desk.weth, desk.usdc, fee, 200)
    desk.chain.transact(exchange.mint(maker, amounts, fee, wide))
    number = exchange.next_position()
    assert desk.named(
        exchange.mint(fund, amounts, fee, wide, native=60 * ETHER),
        exchange.swap(fund, (desk.weth, desk.usdc), fee, ETHER),
        exchange.collect(fund, number),
    ) == [("pool_deposit", "uniswap_v3"), ("swap", "uniswap_v3"), ("pool_fees", "uniswap_v3")]
    with desk.chain.rolled_back():
        position = exchange.next_position()
        desk.chain.transact(exchange.mint(fund, amounts, fee, wide))
        liquidity = exchange.liquidity(position)
    receipts = desk.chain.block(
        exchange.mint(fund, amounts, fee, wide),
        exchange.swap(desk.stranger, (desk.weth, desk.usdc), fee, ETHER),
        exchange.close(fund, position, liquidity),
    )
    put_in, taken_out = desk.events(receipts[0], receipts[2])
    assert put_in.group == taken_out.group == f"jit:eip155:1:{receipts[0].block}:0"
    assert "reward" in roles(taken_out)
    assert taken_out.kind == "pool_withdraw"


def test_staking_vaults_and_plates(desk):
    fund = desk.fund
    lido = Lido.deploy(desk.chain)
    vault = TokenVault.deploy(desk.chain, desk.usdc, "Savings", "sUSDC")
    plates = Collectibles.deploy(desk.chain, ETHER // 10)
    desk.chain.block(
        *approve_all(vault.vault.address, (desk.usdc,), fund),
        *approve_all(lido.wrapper.address, (lido.share,), fund),
    )
    assert desk.named(
        lido.submit(fund, 10 * ETHER),
        lido.wrap(fund, 5 * ETHER),
        lido.unwrap(fund, ETHER),
        vault.deposit(fund, 1_000 * USD),
        vault.redeem(fund, 500 * USD),
        plates.mint(fund),
    ) == [
        ("stake", "lido"),
        ("wrap", "lido"),
        ("unwrap", "lido"),
        ("vault_deposit", "erc4626"),
        ("vault_withdraw", "erc4626"),
        ("mint", None),
    ]
    number = plates.minted(desk.chain.transact(plates.mint(desk.stranger)))
    desk.chain.block(plates.allow(desk.stranger), plates.offer(desk.stranger, number, ETHER))
    assert desk.named(plates.buy(fund, number, ETHER)) == [("nft_trade", "seaport")]


def test_both_ends_of_the_bridge(desk):
    bridge = Across.deploy(desk.chain, desk.weth)
    for account in (desk.fund, desk.stranger):
        desk.chain.block(*approve_all(bridge.pool.address, (desk.usdc,), account))
    sent = (desk.usdc, 100 * USD)
    deposit = bridge.deposit(desk.fund, sent, (desk.usdc, 99 * USD))
    receipt = desk.chain.transact(deposit)
    filled = desk.chain.transact(bridge.fill(desk.stranger, bridge.deposited(receipt)))
    out, came = desk.events(receipt, filled)
    assert (out.kind, came.kind) == ("bridge_out", "bridge_in")
    assert out.group == came.group
    assert out.group is not None


def test_a_token_thrown_at_many_is_spam(desk):
    token = desk.chain.deploy("SpamToken", "Claim at example", "GIFT", 18)
    recipients = [desk.fund, *desk.chain.accounts[5:10]]
    owner = desk.chain.owner
    assert desk.named(token.transaction("airdrop", recipients, 7, sender=owner)) == [("spam", None)]
