"""One network of the sample: a chain goes in; tokens, pools, strangers and blocks come out."""

from dataclasses import dataclass, field
from random import Random

from tests.chain.deploy import Chain, Contract, Receipt, Transaction, approve_all, pay
from tests.chain.protocols import AaveV3, Across, Lido, TokenVault, UniswapV2, UniswapV3
from tests.demo.market import SEED, Market
from tests.demo.pools import Pool

ETHER = 10**18
PRODUCERS = (
    "0x000000000000000000000000000000000000C0DE",
    "0x00000000000000000000000000000000000b01d0",
    "0x0000000000000000000000000000000000b10c4e",
)
#: Places of accounts on every network: the fund's come first, strangers after them.
FUND_ACCOUNTS = 12
MAKER, RELAYER, HOT_WALLET, STRANGER, SPAMMER, PAYEE = 20, 21, 22, 23, 24, 25
RETAIL, DEBTORS, CREATORS = range(26, 36), range(36, 46), range(46, 56)
ACCOUNTS = 60


@dataclass(frozen=True, slots=True)
class Fees:
    """The base fee's middle and spread (a factor), and the priority fee, in wei."""

    base: int
    spread: float
    priority: int


@dataclass(slots=True)
class Site:
    """A network with its protocols; what a network does not have is None or empty."""

    name: str
    chain: Chain
    market: Market
    fees: Fees
    symbol: str
    wrapped: Contract
    dollar: Contract
    dollar_symbol: str
    v2: UniswapV2
    v3: UniswapV3
    pools: dict[str, Pool] = field(default_factory=dict)
    tokens: dict[str, Contract] = field(default_factory=dict)
    aave: AaveV3 | None = None
    bridge: Across | None = None
    lido: Lido | None = None
    vault: TokenVault | None = None

    @property
    def network(self) -> str:
        """CAIP-2."""
        return f"eip155:{self.chain.chain_id}"

    @property
    def dollar_decimals(self) -> int:
        """Of the network's main stablecoin."""
        return 18 if self.dollar_symbol == "USDT" else 6

    def dollars(self, whole: float) -> int:
        """Dollars in base units of the network's stablecoin."""
        cents: int = round(whole * 100)
        return cents * int(10 ** (self.dollar_decimals - 2))

    def coins(self, dollars: float, time: int) -> int:
        """So many dollars in wei of the native coin at the time's price."""
        return int(dollars / self.market.price(self.symbol, time) * 1e6) * 10**12

    def account(self, place: int) -> str:
        """An account by its place."""
        return self.chain.accounts[place]

    def mine(
        self, *transactions: Transaction, at: int, may_fail: bool = False
    ) -> tuple[Receipt, ...]:
        """A block at a time, or right after the newest one, with a base fee of its own."""
        stamp = max(at, self.chain.time + self.chain.block_interval)
        rng = Random(f"{SEED}/{self.name}/{stamp}")
        drawn = int(self.fees.base * rng.lognormvariate(0, self.fees.spread))
        base = min(drawn, 25 * self.fees.base)
        # The node compares what is sent with the fee that it expects of the next block.
        self.chain.node.rpc("anvil_setNextBlockBaseFeePerGas", hex(base))
        return self.chain.block(
            *transactions,
            timestamp=stamp,
            coinbase=rng.choice(PRODUCERS),
            base_fee=base,
            may_fail=may_fail,
        )

    def realign(self, time: int, tolerance: float = 0.003) -> list[Transaction]:
        """What the market maker trades so that the pools stand at the market's price again."""
        maker, trades = self.account(MAKER), []
        for pool in self.pools.values():
            price = self.market.price(pool.symbol, time)
            if abs(pool.price() / price - 1) > tolerance:
                token, amount = pool.toward(price)
                trades.append(pool.swap(maker, token, amount))
        return trades

    def held(self, token: Contract, owner: str) -> int:
        """A balance in base units."""
        return int(token.call("balanceOf", owner))


@dataclass(frozen=True, slots=True)
class Depth:
    """Dollars on each side of the first v2 pool, of the v3 pool of 0.05 %, of that of 0.3 %."""

    v2: int
    v3: int
    v3_wide: int = 0


def build(chain: Chain, market: Market, name: str, symbol: str, dollar: str, fees: Fees) -> Site:
    """Tokens, exchanges and accounts with enough to trade; the fund's accounts hold nothing."""
    chain.priority_fee = fees.priority
    owner = chain.owner
    for account in chain.accounts[:FUND_ACCOUNTS]:
        chain.set_balance(account, 0)
    for account in (owner, *chain.accounts[MAKER:]):
        chain.set_balance(account, 50_000_000 * ETHER)
    full = {"ETH": "Ether", "POL": "Polygon Ecosystem Token", "BNB": "BNB"}[symbol]
    wrapped = chain.deploy("WrappedNative", f"Wrapped {full}", f"W{symbol}")
    names = {"USDC": ("USD Coin", "USDC", 6), "USDT": ("Tether USD", "USDT", 18)}
    token = chain.deploy("Token", *names[dollar])
    v2, v3 = UniswapV2.deploy(chain, wrapped), UniswapV3.deploy(chain, wrapped)
    site = Site(name, chain, market, fees, symbol, wrapped, token, dollar, v2, v3)
    rich = [owner, *(chain.accounts[n] for n in (MAKER, RELAYER, HOT_WALLET, *RETAIL, *DEBTORS))]
    for account in rich:
        chain.block(
            wrapped.transaction("deposit", sender=account, value=20_000_000 * ETHER),
            token.transaction("mint", account, site.dollars(500_000_000), sender=owner),
            *approve_all(v2.router.address, (wrapped, token), account),
            *approve_all(v3.router.address, (wrapped, token), account),
        )
    chain.block(*approve_all(v3.manager.address, (wrapped, token), owner))
    return site


def add_pools(site: Site, start: int, depth: Depth) -> None:
    """The pools of coin and dollar of a network, at the price of `start`."""
    owner, chain = site.chain.owner, site.chain
    wrapped, dollar = site.wrapped, site.dollar
    shape = (wrapped, dollar, site.symbol, 18, site.dollar_decimals)
    amounts = (wrapped, site.coins(depth.v2, start), dollar, site.dollars(depth.v2))
    chain.transact(site.v2.add(owner, wrapped, dollar, amounts[1], amounts[3]))
    site.pools["v2"] = Pool(site.v2, site.v2.pair(wrapped, dollar), *shape)
    for key, fee, dollars in (("v3", 500, depth.v3), ("v3_wide", 3000, depth.v3_wide)):
        if not dollars:
            continue
        amounts = (wrapped, site.coins(dollars, start), dollar, site.dollars(dollars))
        chain.transact(site.v3.create(owner, amounts, fee))
        width = 20_000 // int(site.v3.pool(wrapped, dollar, fee).call("tickSpacing"))
        ticks = site.v3.around(wrapped, dollar, fee, width)
        chain.transact(site.v3.mint(owner, amounts, fee, ticks))
        contract = site.v3.pool(wrapped, dollar, fee)
        site.pools[key] = Pool(site.v3, contract, *shape, fee)


def add_lending(site: Site, start: int) -> None:
    """A lending pool with coins and dollars to lend, and debtors that may use it."""
    chain, owner = site.chain, site.chain.owner
    tokens = (site.wrapped, site.dollar)
    site.aave = AaveV3.deploy(chain)
    site.aave.list_asset(site.wrapped, oracle_price(site, start), rates=(180, 260))
    site.aave.list_asset(site.dollar, 10**8, rates=(430, 560))
    for account in (owner, *(site.account(n) for n in DEBTORS)):
        chain.block(*approve_all(site.aave.pool.address, tokens, account))
    chain.block(
        site.aave.supply(owner, site.wrapped, 20_000 * ETHER),
        site.aave.supply(owner, site.dollar, site.dollars(60_000_000)),
    )


def add_savings(site: Site) -> None:
    """Liquid staking, a vault of dollars, and a second stablecoin with its pool."""
    chain, owner = site.chain, site.chain.owner
    site.lido = Lido.deploy(chain, 1_000 * ETHER)
    site.vault = TokenVault.deploy(chain, site.dollar, "Savings USD Coin", "sUSDC")
    other = site.tokens["DUSD"] = chain.deploy("Token", "Decentral Dollar", "DUSD", 18)
    maker = site.account(MAKER)
    chain.block(
        site.dollar.transaction("approve", site.vault.vault, 2**255, sender=owner),
        site.vault.deposit(owner, site.dollars(2_000_000)),
        *(other.transaction("mint", who, 10**8 * ETHER, sender=owner) for who in (owner, maker)),
        *approve_all(site.v2.router.address, (other,), owner),
        *approve_all(site.v2.router.address, (other,), maker),
        site.v2.add(owner, other, site.dollar, 700_000 * ETHER, site.dollars(700_000)),
    )
    pair = site.v2.pair(other, site.dollar)
    site.pools["DUSD"] = Pool(site.v2, pair, other, site.dollar, "DUSD", 18, 6)


def add_bridges(one: Site, other: Site) -> None:
    """Both ends of a bridge, and what its relayer may pay out."""
    for site in (one, other):
        site.bridge = Across.deploy(site.chain, site.wrapped)
        relayer = site.account(RELAYER)
        tokens = (site.wrapped, site.dollar)
        site.chain.block(*approve_all(site.bridge.pool.address, tokens, relayer))


def oracle_price(site: Site, time: int) -> int:
    """The coin's price as the lending pool's oracle has it, with 8 decimals."""
    return int(site.market.price(site.symbol, time) * 100) * 10**6


def payment(sender: str, to: str, wei: int) -> Transaction:
    """A plain payment of coin."""
    return pay(sender, to, wei)
