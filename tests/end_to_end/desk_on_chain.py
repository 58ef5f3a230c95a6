"""A desk on two real chains: what it did stands in blocks, ready to be read by the command."""

from dataclasses import dataclass, field
from typing import Any

from tests.chain.anvil import Anvil
from tests.chain.deploy import Chain, Receipt, approve_all, pay
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

PRODUCER = "0x000000000000000000000000000000000000C0DE"
FIRST, SECOND = 1, 42161
ETHER = 10**18
USD = 10**6
YEAR = 365 * 86_400
FEE = 500


@dataclass(slots=True)
class Desk:
    """Two chains with their markets, a fund with two wallets and a contract, and strangers."""

    chain: Chain
    other: Chain
    done: dict[str, Receipt] = field(default_factory=dict)
    market: dict[str, Any] = field(default_factory=dict)

    @property
    def fund(self) -> str:
        return self.chain.accounts[0]

    @property
    def vault_wallet(self) -> str:
        """The fund's second wallet."""
        return self.chain.accounts[1]

    @property
    def stranger(self) -> str:
        return self.chain.accounts[2]

    def owned(self) -> dict[str, tuple[int, str]]:
        """Label → chain and address."""
        return {
            "hot": (FIRST, self.fund),
            "cold": (FIRST, self.vault_wallet),
            "executor": (FIRST, self.market["executor"].address),
            "far": (SECOND, self.fund),
        }

    def balances(self) -> dict[tuple[str, str], int]:
        """(label, token's address or `coin`) → units that the chains say."""
        found = {}
        for label, (number, address) in self.owned().items():
            chain = self.chain if number == FIRST else self.other
            found[label, "coin"] = chain.balance(address)
            for token in self.market["tokens"]:
                if token.chain is chain:
                    found[label, token.address.lower()] = token.call("balanceOf", address)
        return found


def played(first: Anvil, second: Anvil) -> Desk:
    """Everything that the desk does, in order."""
    desk = Desk(Chain(first), Chain(second))
    _build(desk)
    _trade(desk)
    _provide(desk)
    _lend(desk)
    _hold(desk)
    _cross(desk)
    _tokens(desk)
    return desk


def _build(desk: Desk) -> None:
    chain, other, owner = desk.chain, desk.other, desk.chain.owner
    for one, wallets in ((chain, (desk.fund, desk.vault_wallet)), (other, (desk.fund,))):
        for wallet in wallets:
            one.set_balance(wallet, 0)
    weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
    usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
    far_weth = other.deploy("WrappedNative", "Wrapped Ether", "WETH")
    far_usdc = other.deploy("Token", "USD Coin", "USDC", 6)
    market = desk.market
    market |= {"weth": weth, "usdc": usdc, "far_usdc": far_usdc}
    market |= {"one": UniswapV2.deploy(chain, weth), "two": UniswapV2.deploy(chain, weth)}
    market |= {"lending": AaveV3.deploy(chain), "pool": UniswapV3.deploy(chain, weth)}
    market |= {"lido": Lido.deploy(chain), "vault": TokenVault.deploy(chain, usdc, "Save", "sUSDC")}
    market |= {"plates": Collectibles.deploy(chain, ETHER // 10)}
    market |= {"near": Across.deploy(chain, weth), "far": Across.deploy(other, far_weth)}
    chain.block(
        weth.transaction("deposit", sender=owner, value=10_000 * ETHER),
        usdc.transaction("mint", owner, 20_000_000 * USD, sender=owner),
        usdc.transaction("mint", desk.stranger, 1_000_000 * USD, sender=owner),
        weth.transaction("deposit", sender=desk.stranger, value=1_000 * ETHER),
        *(
            approval
            for account in (owner, desk.stranger)
            for place in _places(desk)
            for approval in approve_all(place, (weth, usdc), account)
        ),
    )
    market["lending"].list_asset(weth, 2_000 * 10**8, rates=(200, 300))
    market["lending"].list_asset(usdc, 10**8, rates=(400, 600))
    deep = (weth, 500 * ETHER, usdc, 1_000_000 * USD)
    chain.transact(market["pool"].create(owner, deep, FEE))
    ticks = market["pool"].around(weth, usdc, FEE, 200)
    market["ticks"] = ticks
    chain.block(
        market["one"].add(owner, weth, usdc, 1_000 * ETHER, 2_000_000 * USD),
        market["two"].add(owner, weth, usdc, 1_000 * ETHER, 2_040_000 * USD),
        market["lending"].supply(owner, weth, 1_000 * ETHER),
        market["lending"].supply(owner, usdc, 1_000_000 * USD),
        market["pool"].mint(owner, deep, FEE, ticks),
        coinbase=PRODUCER,
    )
    other.block(
        far_usdc.transaction("mint", desk.stranger, 1_000_000 * USD, sender=other.owner),
        *approve_all(market["far"].pool.address, (far_usdc,), desk.stranger),
    )
    desk.done["funding"] = chain.transact(pay(owner, desk.fund, 3_000 * ETHER))
    desk.done["far funding"] = other.transact(pay(owner, desk.fund, ETHER))
    market["executor"] = Executor.deploy(chain, desk.fund, weth)


def _places(desk: Desk) -> tuple[str, ...]:
    market = desk.market
    return tuple(
        contract.address
        for contract in (
            market["one"].router,
            market["two"].router,
            market["lending"].pool,
            market["pool"].router,
            market["pool"].manager,
            market["vault"].vault,
            market["near"].pool,
        )
    )


def _trade(desk: Desk) -> None:
    """Wrapping, trades in both kinds of pool, an arbitrage on a loan with a tip, and a failure."""
    chain, market, fund = desk.chain, desk.market, desk.fund
    weth, usdc = market["weth"], market["usdc"]
    approvals = [one for place in _places(desk) for one in approve_all(place, (weth, usdc), fund)]
    chain.block(weth.transaction("deposit", sender=fund, value=1_000 * ETHER), *approvals)
    chain.block(
        market["one"].swap(fund, (weth, usdc), 40 * ETHER),
        market["one"].swap_from_native(fund, (weth, usdc), 5 * ETHER),
        market["one"].swap_to_native(fund, (usdc, weth), 2_000 * USD),
        market["pool"].swap(fund, (weth, usdc), FEE, 40 * ETHER),
        market["pool"].swap_to_native(fund, usdc, FEE, 1_000 * USD),
    )
    hops = (
        Hop(market["two"].pair(weth, usdc), weth),
        Hop(market["one"].pair(weth, usdc), usdc),
    )
    good = Plan(weth, 2 * ETHER, hops, 1, ETHER // 100)
    bad = Plan(weth, 2 * ETHER, hops, 1_000 * ETHER)
    executor, lending = market["executor"], market["lending"]
    desk.done["arbitrage"] = chain.transact(executor.flash_arbitrage(lending, good))
    failed = chain.transact(executor.flash_arbitrage(lending, bad), may_fail=True)
    assert not failed.succeeded
    desk.done["failed"] = failed


def _provide(desk: Desk) -> None:
    """Liquidity of pairs; a position opened, increased, decreased, closed; just in time."""
    chain, market, fund = desk.chain, desk.market, desk.fund
    weth, usdc, pool, ticks = market["weth"], market["usdc"], market["pool"], market["ticks"]
    pair = market["one"].pair(weth, usdc)
    market["pair"] = pair
    chain.block(*approve_all(market["one"].router.address, (pair,), fund))
    chain.transact(market["one"].add(fund, weth, usdc, 5 * ETHER, 12_000 * USD))
    share = pair.call("balanceOf", fund)
    chain.transact(market["one"].remove(fund, weth, usdc, share // 3))
    amounts = (weth, 10 * ETHER, usdc, 20_000 * USD)
    number = pool.minted_position(chain.transact(pool.mint(fund, amounts, FEE, ticks)))
    two = sorted(((weth, 2 * ETHER), (usdc, 4_000 * USD)), key=lambda one: int(one[0].address, 16))
    chain.transact(pool.increase(fund, number, two[0][1], two[1][1]))
    chain.transact(pool.swap(desk.stranger, (weth, usdc), FEE, 30 * ETHER))
    chain.transact(pool.decrease(fund, number, pool.liquidity(number) // 4))
    chain.transact(pool.collect(fund, number))
    chain.transact(pool.swap(desk.stranger, (usdc, weth), FEE, 10_000 * USD))
    chain.transact(pool.collect(fund, number))
    chain.transact(pool.close(fund, number, pool.liquidity(number)))
    kept = (weth, 3 * ETHER, usdc, 6_000 * USD)
    market["open"] = pool.minted_position(chain.transact(pool.mint(fund, kept, FEE, ticks)))
    position = pool.next_position()
    with chain.rolled_back():
        chain.transact(pool.mint(fund, amounts, FEE, ticks))
        liquidity = pool.liquidity(position)
    receipts = chain.block(
        pool.mint(fund, amounts, FEE, ticks),
        pool.swap(desk.stranger, (weth, usdc), FEE, 20 * ETHER),
        pool.close(fund, position, liquidity),
    )
    desk.done["jit in"], _, desk.done["jit out"] = receipts


def _lend(desk: Desk) -> None:
    """Deposit and loan, a year of interest, a part paid back and taken out."""
    chain, market, fund = desk.chain, desk.market, desk.fund
    lending, weth, usdc = market["lending"], market["weth"], market["usdc"]
    chain.block(lending.supply(fund, weth, 100 * ETHER), lending.borrow(fund, usdc, 50_000 * USD))
    chain.block(
        lending.supply(fund, weth, ETHER),
        lending.borrow(fund, usdc, 10 * USD),
        lending.repay(fund, usdc, 20_000 * USD),
        lending.withdraw(fund, weth, 30 * ETHER),
        timestamp=chain.time + YEAR,
    )
    chain.block(timestamp=chain.time + YEAR // 12)


def _hold(desk: Desk) -> None:
    """A staking share that grows, a vault, plates, and transfers between own wallets."""
    chain, market, fund = desk.chain, desk.market, desk.fund
    lido, vault, plates, usdc = market["lido"], market["vault"], market["plates"], market["usdc"]
    chain.block(*approve_all(lido.wrapper.address, (lido.share,), fund))
    chain.block(lido.submit(fund, 50 * ETHER), vault.deposit(fund, 10_000 * USD))
    chain.transact(lido.rebase(ETHER))
    chain.block(lido.wrap(fund, 20 * ETHER), vault.earn(chain.owner, 500 * USD))
    chain.block(lido.unwrap(fund, 5 * ETHER), vault.redeem(fund, 2_000 * USD))
    chain.transact(lido.rebase(ETHER))
    chain.transact(plates.mint(fund))
    number = plates.minted(chain.transact(plates.mint(desk.stranger)))
    chain.block(plates.allow(desk.stranger), plates.offer(desk.stranger, number, ETHER))
    chain.transact(plates.buy(fund, number, ETHER))
    _, desk.done["own transfer"], _ = chain.block(
        pay(fund, desk.vault_wallet, 100 * ETHER),
        usdc.transaction("transfer", desk.vault_wallet, 5_000 * USD, sender=fund),
        plates.transfer(fund, desk.vault_wallet, number),
    )
    gift = chain.deploy("SpamToken", "Claim at example", "GIFT", 18)
    thrown = [fund, *chain.accounts[5:10]]
    desk.done["spam"] = chain.transact(gift.transaction("airdrop", thrown, 7, sender=chain.owner))


def _cross(desk: Desk) -> None:
    """Over a bridge to the other chain, and once more without arriving."""
    chain, market, fund = desk.chain, desk.market, desk.fund
    near, far = market["near"], market["far"]
    for name in ("arrived", "in flight"):
        sent = (market["usdc"], 1_000 * USD)
        expected = (market["far_usdc"], 999 * USD)
        receipt = chain.transact(near.deposit(fund, sent, expected))
        desk.done[name] = receipt
        if name == "arrived":
            filled = far.fill(desk.stranger, near.deposited(receipt))
            desk.done["filled"] = desk.other.transact(filled, timestamp=chain.time + 60)


def _tokens(desk: Desk) -> None:
    market = desk.market
    lending = market["lending"]
    desk.market["tokens"] = (
        market["weth"],
        market["usdc"],
        market["far_usdc"],
        market["pair"],
        market["lido"].share,
        market["lido"].wrapper,
        market["vault"].vault,
        *(lending.receipt_token(market[name]) for name in ("weth", "usdc")),
        lending.debt_token(market["usdc"]),
    )
