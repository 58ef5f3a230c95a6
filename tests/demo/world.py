"""The desk and its surroundings: four networks, exchange accounts, wallets and a schedule."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.chain.anvil import Anvil
from tests.chain.deploy import MAXIMUM, Chain, Contract, Receipt, Transaction
from tests.chain.protocols import Executor
from tests.demo import site as sites
from tests.demo.exchange import Exchange
from tests.demo.market import END, SEED, START, Market
from tests.demo.schedule import DAY, Schedule
from tests.demo.site import Depth, Fees, Site

#: role → place of its account, the same address on every network
ROLES = {
    "treasury": 0,
    "searcher": 1,
    "crossdex": 2,
    "sandwich": 3,
    "liquidator": 4,
    "jit": 5,
    "lp": 6,
    "bridger": 7,
    "sniper": 8,
    "yield": 9,
    "hedge": 10,
}
STRATEGIES = {
    "treasury": "treasury",
    "searcher": "flash-loan arbitrage",
    "crossdex": "cross-dex arbitrage",
    "sandwich": "sandwich",
    "liquidator": "liquidation",
    "jit": "jit liquidity",
    "lp": "lp",
    "bridger": "bridge arbitrage",
    "sniper": "sniping",
    "yield": "yield",
    "hedge": "delta-neutral",
}
#: network → the roles that have a wallet there, and those whose contract trades there
DESKS = {
    "ethereum": ("treasury searcher sandwich jit lp bridger sniper yield", "searcher sandwich"),
    "polygon": ("treasury crossdex", "crossdex"),
    "bsc": ("treasury crossdex sniper", "crossdex"),
    "arbitrum": ("treasury crossdex liquidator bridger hedge", "crossdex liquidator"),
}
GWEI = 10**9


@dataclass(frozen=True, slots=True)
class Custody:
    """A wallet of the fund as fund.json lists it."""

    network: str
    address: str
    label: str
    strategy: str


class World:
    """Everything that the strategies act upon; `end` may be earlier than the sample's end."""

    def __init__(self, networks: dict[str, Site], market: Market, end: int) -> None:
        self.sites = networks
        self.market = market
        self.end = end
        self.schedule = Schedule()
        #: The main account at the exchange, and the one of statistical arbitrage.
        self.exchange = Exchange(Random(f"{SEED}/exchange"))
        self.pairs = Exchange(Random(f"{SEED}/exchange/pairs"), "stat-arb", "kraken stat-arb")
        self.wallets: list[Custody] = []
        self.executors: dict[tuple[str, str], Executor] = {}
        self.counts: Counter[str] = Counter()
        self.planted: defaultdict[str, list[str]] = defaultdict(list)
        #: asset id → the symbol whose price it has
        self.priced: dict[str, str] = {}
        #: (time, asset id, price) of assets with a price of their own
        self.quotes: list[tuple[int, str, str]] = []
        for name, (roles, _) in DESKS.items():
            place = networks[name]
            for role in roles.split():
                address = place.account(ROLES[role]).lower()
                label = f"{name} {role}"
                self.wallets.append(Custody(place.network, address, label, STRATEGIES[role]))
            self.price(place, None, place.symbol)
            self.price(place, place.wrapped, place.symbol)
            self.price(place, place.dollar, place.dollar_symbol)
        for account, strategy in (
            (self.exchange, "treasury"),
            (self.pairs, "statistical arbitrage"),
        ):
            row = Custody("venue:kraken", account.address, account.label, strategy)
            self.wallets.append(row)
        for symbol in ("ETH", "BTC", "POL", "BNB", "USDC", "USDT"):
            self.priced[f"symbol:{symbol}"] = symbol

    @property
    def accounts(self) -> tuple[Exchange, Exchange]:
        """The accounts at the exchange."""
        return self.exchange, self.pairs

    def rng(self, name: str) -> Random:
        """Chance of its own for each part of the story, so that one does not disturb another."""
        return Random(f"{SEED}/{name}")

    def at(self, time: int, action: Callable[[], None]) -> None:
        """Puts an action on the schedule."""
        self.schedule.at(time, action)

    def trade(self, time: int, symbol: str, quantity: Decimal, price: float, fee: float) -> None:
        """Puts a trade of the main account on the schedule."""
        trade = self.exchange.trade
        self.at(time, lambda: trade(time, symbol, quantity, price, fee))

    def times(self, rng: Random, count: int, first_day: int = 2) -> list[int]:
        """So many moments between a day of the sample and its end, before 23:20 of each day."""
        days = (END - START) // DAY
        found = [
            START + rng.randrange(first_day, days) * DAY + rng.randrange(600, 83_700)
            for _ in range(count)
        ]
        return sorted(found)

    def daytime(self, time: int) -> int:
        """The moment itself, or after midnight when it is close before it."""
        late = time % DAY > 84_000
        return time + 3_600 if late else time

    def price(self, place: Site, token: Contract | None, symbol: str) -> None:
        """Says that a token (None: the native coin) has the price of a symbol."""
        self.priced[self.asset(place, token)] = symbol

    def asset(self, place: Site, token: Contract | None) -> str:
        """The CAIP-19 id of a token, or of the native coin."""
        if token is None:
            return f"{place.network}/slip44:60"
        return f"{place.network}/erc20:{token.address.lower()}"

    def wallet(self, place: Site, role: str) -> str:
        """The address of a role on a network."""
        return place.account(ROLES[role])

    def did(self, strategy: str, *receipts: Receipt) -> None:
        """Counts transactions of a strategy."""
        self.counts[strategy] += len(receipts)

    def act(
        self,
        place: Site,
        role: str,
        *transactions: Transaction,
        at: int,
        may_fail: bool = False,
    ) -> tuple[Receipt, ...]:
        """Mines a block of transactions of one role and counts them."""
        receipts = place.mine(*transactions, at=at, may_fail=may_fail)
        self.did(STRATEGIES[role], *receipts)
        return receipts

    def allow(self, place: Site, role: str, spender: str, *tokens: Contract) -> list[Transaction]:
        """Approvals without limit by a role."""
        owner = self.wallet(place, role)
        return [
            token.transaction("approve", spender, MAXIMUM, sender=owner, gas=100_000)
            for token in tokens
        ]

    def give(
        self, place: Site, to: str, token: Contract | None, amount: int, role: str = "treasury"
    ) -> Transaction:
        """A transfer by a role to anybody; token None is the native coin."""
        sender = self.wallet(place, role)
        if token is None:
            return sites.payment(sender, to, amount)
        return token.transaction("transfer", to, amount, sender=sender, gas=200_000)

    def deploy_executor(self, name: str, role: str) -> Executor:
        """A contract of the fund, paid by its owner; from then on a wallet of the fund."""
        place = self.sites[name]
        executor = Executor.deploy(place.chain, self.wallet(place, role), place.wrapped)
        self.executors[name, role] = executor
        label = f"{name} {role} contract"
        row = Custody(place.network, executor.address.lower(), label, STRATEGIES[role])
        self.wallets.append(row)
        self.counts[STRATEGIES[role]] += 1
        return executor


def amount_of(quantity: int, decimals: int) -> Decimal:
    """Base units as a Decimal of whole units."""
    return Decimal(quantity).scaleb(-decimals)


@contextmanager
def opened(end: int = END) -> Iterator[World]:
    """Four nodes with their surroundings, stopped on leaving."""
    market = Market()
    shapes = {
        "ethereum": (1, "ETH", "USDC", Fees(12 * GWEI // 10, 0.7, GWEI // 4), 12),
        "polygon": (137, "POL", "USDC", Fees(45 * GWEI, 0.4, 30 * GWEI), 2),
        "bsc": (56, "BNB", "USDT", Fees(GWEI // 10, 0.1, GWEI // 10), 1),
        "arbitrum": (42161, "ETH", "USDC", Fees(GWEI // 50, 0.3, GWEI // 1000), 1),
    }
    depths = {
        "ethereum": Depth(1_300_000, 1_300_000, 900_000),
        "polygon": Depth(450_000, 450_000),
        "bsc": Depth(450_000, 450_000),
        "arbitrum": Depth(900_000, 900_000),
    }
    nodes: list[Anvil] = []
    try:
        networks = {}
        for name, (number, symbol, dollar, fees, interval) in shapes.items():
            node = Anvil(number, timestamp=START - 7_200, accounts=sites.ACCOUNTS)
            nodes.append(node)
            node.start()
            chain = Chain(node, block_interval=1)
            place = sites.build(chain, market, name, symbol, dollar, fees)
            sites.add_pools(place, START, depths[name])
            if name in {"ethereum", "arbitrum"}:
                sites.add_lending(place, START)
            chain.block_interval = interval
            networks[name] = place
        sites.add_savings(networks["ethereum"])
        sites.add_bridges(networks["ethereum"], networks["arbitrum"])
        yield World(networks, market, end)
    finally:
        for node in nodes:
            node.stop()
