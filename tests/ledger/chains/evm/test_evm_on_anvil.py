"""On a real node: what is read of real activity equals the differences of balances it asks for."""

from collections import Counter

import pytest

from ledger.chains.evm import (
    fetch_balance,
    fetch_history,
    fetch_token,
    fetch_transaction,
    read,
    token_questions,
)
from ledger.model.asset import erc20, native
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import Question
from ledger.transport import Transport, json_rpc
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, Transaction, approve_all, pay
from tests.chain.protocols import AaveV3, Collectibles, Executor, Hop, Lido, Plan, UniswapV2

ETHER = 10**18
USD = 10**6
PRODUCER = "0x000000000000000000000000000000000000c0de"


@pytest.fixture(params=[1, 10], ids=["ethereum", "optimism"])
def chain(request):
    require_anvil()
    with Anvil(chain_id=request.param) as node:
        yield Chain(node)


@pytest.fixture
def node(chain):
    transport = Transport(allow_private=True)
    yield json_rpc(transport, chain.node.url)
    transport.close()


class Watched:
    """Addresses and tokens of a chain, and what the node says that they hold."""

    def __init__(self, chain, node, owned, tokens):
        self.chain, self.node, self.tokens = chain, node, tokens
        self.owned = [account.lower() for account in owned]
        self.network = f"eip155:{chain.chain_id}"

    def held(self, block):
        """(address, asset) → base units at a block."""
        held = {}
        for account in self.owned:
            held[account, native(self.network)] = self.chain.balance(account, block)
            for token in self.tokens:
                asset = erc20(self.network, token.address)
                held[account, asset] = token.call("balanceOf", account, block=block)
        return held

    def differences(self, first, last):
        """What the balances rose by from the end of one block to the end of another, never zero."""
        before, after = self.held(first), self.held(last)
        found = {key: after[key] - before[key] for key in after}
        return {key: units for key, units in found.items() if units}

    def read(self, receipt):
        raw = fetch_transaction(self.node, self.network, receipt.hash, self.owned)
        activity, problems = read(raw)
        assert problems == ()
        return activity

    def flows(self, *activities):
        """Net flows of the watched addresses in fungible assets, the fee counted in."""
        found: Counter[tuple[str, str]] = Counter()
        for activity in activities:
            for transfer in activity.transfers:
                found[transfer.sender, transfer.asset] -= transfer.quantity
                found[transfer.recipient, transfer.asset] += transfer.quantity
            if activity.fee is not None:
                found[activity.fee.payer, activity.fee.asset] -= activity.fee.quantity
        return {
            (account, asset): units
            for (account, asset), units in found.items()
            if units and account in self.owned and "/erc721:" not in asset
        }


@pytest.fixture
def market(chain):
    return Market(chain)


class Market:
    """A wrapped coin, a token, two pools of them 2 % apart, and an executor of the fund."""

    def __init__(self, chain):
        self.chain, self.fund, owner = chain, chain.accounts[0], chain.owner
        self.weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
        self.usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
        self.one = UniswapV2.deploy(chain, self.weth)
        self.two = UniswapV2.deploy(chain, self.weth)
        self.lending = AaveV3.deploy(chain)
        self.executor = Executor.deploy(chain, self.fund, self.weth)
        self.plates = Collectibles.deploy(chain, mint_price=ETHER // 10)
        tokens = (self.weth, self.usdc)
        routers = (self.one.router.address, self.two.router.address, self.lending.pool.address)
        chain.block(
            self.weth.transaction("deposit", sender=owner, value=5_000 * ETHER),
            self.usdc.transaction("mint", owner, 10_000_000 * USD, sender=owner),
            self.usdc.transaction("mint", self.fund, 500_000 * USD, sender=owner),
            *(each for router in routers for each in approve_all(router, tokens, owner)),
            *(each for router in routers for each in approve_all(router, tokens, self.fund)),
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

    def arbitrage(self, tip=0):
        hops = (
            Hop(self.two.pair(self.weth, self.usdc), self.weth),
            Hop(self.one.pair(self.weth, self.usdc), self.usdc),
        )
        plan = Plan(self.weth, 2 * ETHER, hops, 1, tip)
        return self.executor.flash_arbitrage(self.lending, plan)

    def watched(self, node):
        owned = [self.fund, self.executor.address, PRODUCER]
        shares = [self.one.pair(self.weth, self.usdc), self.lending.receipt_token(self.usdc)]
        return Watched(self.chain, node, owned, [self.weth, self.usdc, *shares])


def check(market, node, transaction, **options):
    """Mine one transaction and compare what is read of it with the node's balances."""
    watched = market.watched(node)
    receipt = market.chain.transact(transaction, **options)
    activity = watched.read(receipt)
    expected = watched.differences(receipt.block - 1, receipt.block)
    producer = (PRODUCER, native(watched.network))
    reward = receipt.gas_used * (receipt.gas_price - market.chain.base_fee)
    expected[producer] -= reward
    assert watched.flows(activity) == {key: units for key, units in expected.items() if units}
    return activity


def test_a_swap_from_the_native_coin_equals_the_balances(market, node):
    swap = market.one.swap_from_native(market.fund, [market.weth, market.usdc], ETHER)
    activity = check(market, node, swap)
    assert activity.status == "succeeded"
    assert all(transfer.proven for transfer in activity.transfers)
    assert activity.caller == market.fund.lower()
    assert activity.called == market.one.router.address.lower()
    assert activity.producer == PRODUCER


def test_a_swap_to_the_native_coin_finds_the_transfer_inside_the_call(market, node):
    swap = market.one.swap_to_native(market.fund, [market.usdc, market.weth], 2_000 * USD)
    activity = check(market, node, swap)
    arrived = [t for t in activity.transfers if t.recipient == market.fund.lower()]
    assert [t.asset for t in arrived] == [native(activity.network)]


def test_wrapping_and_unwrapping_move_two_assets(market, node):
    weth = erc20(f"eip155:{market.chain.chain_id}", market.weth.address)
    coin = native(f"eip155:{market.chain.chain_id}")
    wrap = market.weth.transaction("deposit", sender=market.fund, value=3 * ETHER)
    wrapped = check(market, node, wrap)
    assert [(t.asset, t.quantity) for t in wrapped.transfers] == [
        (coin, 3 * ETHER),
        (weth, 3 * ETHER),
    ]
    unwrap = market.weth.transaction("withdraw", ETHER, sender=market.fund)
    unwrapped = check(market, node, unwrap)
    assert [(t.asset, t.quantity) for t in unwrapped.transfers] == [(coin, ETHER), (weth, ETHER)]


def test_a_flash_loan_arbitrage_shows_gross_legs_and_the_tip_in_order(market, node):
    activity = check(market, node, market.arbitrage(tip=ETHER // 1000))
    executor = market.executor.address.lower()
    first = next(t for t in activity.transfers if executor in {t.sender, t.recipient})
    assert (first.recipient, first.quantity) == (executor, 2 * ETHER)
    tips = [t for t in activity.transfers if t.recipient == PRODUCER]
    assert [(t.sender, t.quantity) for t in tips] == [(executor, ETHER // 1000)]
    assert not [t for t in activity.transfers if t.origin == "residual"]


def test_a_failed_transaction_moves_nothing_but_its_fee(market, node):
    swap = market.one.swap_from_native(
        market.fund, [market.weth, market.usdc], ETHER, minimum=10**30
    )
    activity = check(market, node, swap, may_fail=True)
    assert activity.status == "failed"
    assert activity.transfers == ()
    assert activity.fee is not None and activity.fee.quantity > 0


def test_liquidity_and_lending_equal_the_balances(market, node):
    pool, lending = market.one, market.lending
    for transaction in (
        pool.add_native(market.fund, market.usdc, 2_000 * USD, 2 * ETHER),
        lending.supply(market.fund, market.usdc, 50_000 * USD),
        lending.withdraw(market.fund, market.usdc, 10_000 * USD),
    ):
        activity = check(market, node, transaction)
        assert len(activity.transfers) >= 2
        assert all(transfer.proven for transfer in activity.transfers)


def test_a_collectible_is_minted_and_sold(market, node):
    mint = market.plates.mint(market.fund)
    activity = check(market, node, mint)
    pieces = [t for t in activity.transfers if "/erc721:" in t.asset]
    assert [(t.quantity, t.recipient) for t in pieces] == [(1, market.fund.lower())]
    question = Question("balance", f"{activity.network}:{market.fund.lower()}|{pieces[0].asset}")
    assert fetch_balance(node, question).value() == "1"
    token = int(pieces[0].asset.rpartition("/")[2])
    buyer = market.chain.accounts[3]
    market.chain.block(
        market.plates.allow(market.fund), market.plates.offer(market.fund, token, ETHER)
    )
    sold = check(market, node, market.plates.buy(buyer, token, ETHER))
    received = [t for t in sold.transfers if t.recipient == market.fund.lower()]
    assert [t.quantity for t in received] == [ETHER * 975 // 1000]


def contract(chain, code):
    """The address of a new contract with exactly this code."""
    size = len(code)
    start = bytes([0x60, size, 0x60, 0x0C, 0x60, 0, 0x39, 0x60, size, 0x60, 0, 0xF3])
    receipt = chain.transact(Transaction(chain.owner, None, start + code))
    return receipt.contract_address


def calls(target, opcode, *, with_value):
    """Code that calls a contract with the value it was given, and does not mind its failure."""
    value = bytes([0x34]) if with_value else b""
    to = bytes([0x73]) + bytes.fromhex(target[2:])
    return bytes.fromhex("6000600060006000") + value + to + bytes([0x5A, opcode, 0x00])


def test_value_of_a_reverted_inner_call_did_not_move(market, node):
    refusing = contract(market.chain, bytes.fromhex("60006000fd"))
    middle = contract(market.chain, calls(refusing, 0xF1, with_value=True))
    activity = check(market, node, pay(market.fund, middle, ETHER))
    assert [(t.recipient, t.quantity) for t in activity.transfers] == [(middle.lower(), ETHER)]


def test_a_delegate_call_does_not_repeat_its_value(market, node):
    library = contract(market.chain, bytes.fromhex("00"))
    proxy = contract(market.chain, calls(library, 0xF4, with_value=False))
    activity = check(market, node, pay(market.fund, proxy, ETHER))
    assert [t.recipient for t in activity.transfers] == [proxy.lower()]


def test_a_contract_that_destroys_itself_pays_its_balance_out(market, node):
    code = bytes([0x73]) + bytes.fromhex(market.fund[2:]) + bytes([0xFF])
    closing = contract(market.chain, code)
    activity = check(market, node, pay(market.chain.accounts[4], closing, ETHER))
    out = [(t.sender, t.recipient, t.quantity) for t in activity.transfers][-1]
    assert out == (closing.lower(), market.fund.lower(), ETHER)


def test_a_transfer_that_never_happened_nets_to_nothing(chain, node):
    spam = chain.deploy("SpamToken", "Free Money", "FREE", 18)
    victim, other = chain.accounts[0], chain.accounts[1]
    pretend = spam.transaction("pretend", victim, [other], 10**20, sender=chain.owner)
    receipt = chain.transact(pretend)
    network = f"eip155:{chain.chain_id}"
    activity, problems = read(fetch_transaction(node, network, receipt.hash, [victim]))
    assert [problem.code for problem in problems] == ["lying_log"]
    watched = Watched(chain, node, [victim], [spam])
    assert watched.flows(activity) == {}


def test_a_token_that_keeps_a_fee_is_read_as_it_arrives(chain, node):
    token = chain.deploy("FeeOnTransferToken", "Taxed", "TAX", 18, 300)
    giver, taker = chain.accounts[0], chain.accounts[1]
    chain.transact(token.transaction("mint", giver, 10**20, sender=chain.owner))
    receipt = chain.transact(token.transaction("transfer", taker, 10**19, sender=giver))
    watched = Watched(chain, node, [giver, taker], [token])
    expected = watched.differences(receipt.block - 1, receipt.block)
    assert watched.flows(watched.read(receipt)) == expected


def residuals(node, chain, owned, start):
    """Residual transfers of everything that the owned addresses did after a block."""
    network = f"eip155:{chain.chain_id}"
    found = list(fetch_history(node, network, owned, start + 1, chain.height))
    assert found
    transfers = [transfer for raw in found for transfer in read(raw)[0].transfers]
    return [transfer for transfer in transfers if transfer.origin == "residual"]


def test_interest_is_no_movement_of_a_transaction(market, node):
    chain, lending, start = market.chain, market.lending, market.chain.height
    usdc, day = market.usdc, 24 * 3600
    chain.block(lending.set_rates(usdc, 500, 700), lending.supply(market.fund, usdc, 10**11))
    for _ in range(3):
        chain.transact(lending.supply(chain.owner, usdc, USD), timestamp=chain.time + day)
        chain.transact(lending.withdraw(market.fund, usdc, 3 * USD))
        chain.transact(lending.borrow(market.fund, usdc, 5 * USD), timestamp=chain.time + day)
    assert residuals(node, chain, [market.fund.lower()], start) == []


def test_a_rebase_in_the_block_is_no_movement_of_a_transaction(chain, node):
    lido, fund, start = Lido.deploy(chain), chain.accounts[0], chain.height
    chain.transact(lido.submit(fund, 10 * ETHER))
    chain.block()
    chain.block(lido.submit(fund, ETHER), lido.rebase(ETHER))
    assert residuals(node, chain, [fund.lower()], start) == []


def test_history_finds_each_transaction_once_and_ties_to_the_balances(market, node):
    chain, watched = market.chain, market.watched(node)
    watched.owned.remove(PRODUCER)
    start = chain.height
    stranger = chain.accounts[5]
    closing = contract(chain, bytes([0x73]) + bytes.fromhex(market.fund[2:]) + bytes([0xFF]))
    swap = [market.weth, market.usdc]
    receipts = [
        *chain.block(
            pay(stranger, market.fund, ETHER),
            market.one.swap_from_native(market.fund, swap, ETHER),
            market.one.swap_from_native(stranger, swap, ETHER),
            market.one.swap_from_native(market.fund, swap, ETHER, minimum=10**30),
            may_fail=True,
        ),
        chain.transact(pay(stranger, closing, ETHER)),
        chain.transact(market.weth.transaction("deposit", sender=market.fund, value=ETHER)),
        chain.transact(market.arbitrage(tip=1000)),
        chain.transact(pay(stranger, chain.accounts[6], ETHER)),
    ]
    found = list(fetch_history(node, watched.network, watched.owned, start + 1, chain.height))
    expected = [receipts[0], receipts[1], receipts[3], *receipts[4:7]]
    assert [raw.txid for raw in found] == [receipt.hash for receipt in expected]
    activities = [read(raw)[0] for raw in found]
    assert [activity.order for activity in activities] == sorted(a.order for a in activities)
    assert watched.flows(*activities) == watched.differences(start, chain.height)


def test_tokens_and_balances_are_answered_as_evidence(market, node):
    watched = market.watched(node)
    swap = market.one.swap_from_native(market.fund, [market.weth, market.usdc], ETHER)
    activity = watched.read(market.chain.transact(swap))
    asset = erc20(watched.network, market.usdc.address)
    assert token_questions(activity, watched.owned) == (Question("token", asset),)
    answer = fetch_token(node, Question("token", asset))
    assert answer.value() == {"symbol": "USDC", "decimals": 6}
    no_token = Question("token", erc20(watched.network, market.one.router.address))
    assert fetch_token(node, no_token).value() is None
    block, owner = market.chain.height - 1, market.fund.lower()
    held = watched.held(block)
    for subject in (asset, native(watched.network)):
        question = Question("balance", f"{watched.network}:{owner}|{subject}", block)
        assert fetch_balance(node, question).value() == str(held[owner, subject])


def test_an_unknown_transaction_is_a_problem_and_no_activity(chain, node):
    raw = fetch_transaction(node, f"eip155:{chain.chain_id}", "0x" + "ab" * 32)
    activity, problems = read(raw)
    assert [problem.code for problem in problems] == ["transaction_not_found"]
    assert activity.transfers == () and activity.fee is None


def test_a_stopped_node_is_unavailable(chain, node):
    receipt = chain.transact(pay(chain.accounts[0], chain.accounts[1], 1))
    chain.node.stop()
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1"):
        fetch_transaction(node, "eip155:1", receipt.hash)
