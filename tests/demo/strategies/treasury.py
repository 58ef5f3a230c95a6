"""The desk's own housekeeping: capital to the exchange and the chains, gas, sweeps, expenses."""

from decimal import Decimal
from functools import partial

from tests.chain.deploy import Contract
from tests.demo.exchange import rounded
from tests.demo.market import END, START
from tests.demo.schedule import DAY, instant
from tests.demo.site import ETHER, HOT_WALLET, Site, payment
from tests.demo.strategies.daily import daily_round
from tests.demo.world import DESKS, World, amount_of

HOUR = 3_600
TAKER, MAKER_FEE = 0.0016, 0.0010
#: What is bought on the first day with the first capital, in whole units.
FIRST_PURCHASES: tuple[tuple[str, float], ...] = (
    *(("ETH", 165), ("USDC", 870_000), ("USDT", 62_000)),
    *(("POL", 60_500), ("BNB", 63)),
)
#: network, symbol, whole units that arrive, fee of the exchange
FIRST_WITHDRAWALS = (
    ("ethereum", "ETH", 128, "0.0015"),
    ("ethereum", "USDC", 520_000, "4"),
    ("arbitrum", "ETH", 22, "0.0002"),
    ("arbitrum", "USDC", 250_000, "1"),
    ("polygon", "POL", 60_000, "0.5"),
    ("polygon", "USDC", 60_000, "1"),
    ("bsc", "BNB", 62, "0.001"),
    ("bsc", "USDT", 60_000, "0.8"),
)
#: network, role → coins and dollars from the treasury, in whole units
FIRST_ALLOCATION = {
    ("ethereum", "searcher"): (4, 0),
    ("ethereum", "sandwich"): (8, 34_000),
    ("ethereum", "jit"): (14, 62_000),
    ("ethereum", "lp"): (17, 72_000),
    ("ethereum", "bridger"): (7, 60_000),
    ("ethereum", "sniper"): (6, 0),
    ("ethereum", "yield"): (50, 215_000),
    ("polygon", "crossdex"): (42_000, 36_000),
    ("bsc", "crossdex"): (22, 36_000),
    ("bsc", "sniper"): (22, 0),
    ("arbitrum", "crossdex"): (6, 32_000),
    ("arbitrum", "liquidator"): (1, 0),
    ("arbitrum", "bridger"): (6, 30_000),
    ("arbitrum", "hedge"): (1, 140_000),
}
#: What an executor gets from its owner: whole coins, wrapped coins, dollars
EXECUTOR_CAPITAL = {
    ("ethereum", "searcher"): (0.5, 1.5, 0),
    ("ethereum", "sandwich"): (0.5, 5, 30_000),
    ("polygon", "crossdex"): (0, 36_000, 34_000),
    ("bsc", "crossdex"): (0.2, 19, 34_000),
    ("arbitrum", "crossdex"): (0.05, 5, 30_000),
    ("arbitrum", "liquidator"): (0.05, 0.2, 0),
}


def plan(world: World) -> None:
    """Puts the housekeeping on the schedule."""
    first = START + 8 * HOUR
    world.at(first, partial(_contribute, world, first, (1_000_000, 600_000, 400_000)))
    world.at(first + HOUR, partial(_buy, world, first + HOUR, FIRST_PURCHASES))
    for n, row in enumerate(FIRST_WITHDRAWALS):
        time = first + 3 * HOUR + n * 900
        world.at(time, partial(_withdraw, world, time, *row))
    world.at(first + 6 * HOUR, partial(_allocate, world, first + 6 * HOUR))
    world.at(first + 8 * HOUR, partial(_deploy, world, first + 8 * HOUR))
    for day in range(START, END, DAY):
        world.at(day + 10, partial(daily_round, world, day))
        if day > START + DAY:
            world.at(day + 300, partial(_top_up, world, day + 300))
    for month in range(1, 14):
        time = _month(month) + 9 * HOUR
        world.at(time, partial(_sweep, world, time))
        world.at(time + HOUR, partial(_expenses, world, time + HOUR, month))
    second = instant("2026-02-02T09:00:00")
    world.at(second, partial(_contribute, world, second, (500_000, 300_000)))
    world.at(second + HOUR, partial(_second_round, world, second + HOUR))
    redemption = instant("2026-07-01T10:00:00")
    world.at(redemption, partial(_redeem, world, redemption))


def withdraw(world: World, time: int, name: str, symbol: str, units: Decimal, fee: str) -> None:
    """A withdrawal from the exchange to the network's treasury, on both sides exactly."""
    place = world.sites[name]
    token, decimals = token_of(place, symbol)
    quantity = int(units.scaleb(decimals))
    hot = place.account(HOT_WALLET)
    to = world.wallet(place, "treasury")
    sending = (
        payment(hot, to, quantity)
        if token is None
        else token.transaction("transfer", to, quantity, sender=hot, gas=200_000)
    )
    (receipt,) = place.mine(sending, at=time)
    world.did("treasury", receipt)
    world.exchange.withdraw(receipt.timestamp - 95, symbol, units, Decimal(fee), receipt.hash)


def deposit(world: World, time: int, name: str, symbol: str, units: Decimal) -> None:
    """A deposit from the network's treasury to the exchange, on both sides exactly."""
    place = world.sites[name]
    token, decimals = token_of(place, symbol)
    hot = place.account(HOT_WALLET)
    sending = world.give(place, hot, token, int(units.scaleb(decimals)))
    (receipt,) = world.act(place, "treasury", sending, at=time)
    credited = receipt.timestamp + 420
    world.at(credited, partial(world.exchange.deposit, credited, symbol, units, receipt.hash))


def token_of(place: Site, symbol: str) -> tuple[Contract | None, int]:
    """The token and its decimals for a symbol of the exchange; None for the native coin."""
    if symbol == place.symbol:
        return None, 18
    assert symbol == place.dollar_symbol
    return place.dollar, place.dollar_decimals


def _month(number: int) -> int:
    """The first second of a month of the sample, 0 being its first."""
    year, month = divmod(8 + number, 12)
    return instant(f"{2025 + year}-{month + 1:02d}-01")


def _contribute(world: World, time: int, sums: tuple[int, ...]) -> None:
    for n, dollars in enumerate(sums):
        note = f"subscription {n + 1}"
        world.exchange.book(time + 60 * n, "contribution", "USD", Decimal(dollars), note)


def _buy(world: World, time: int, purchases: tuple[tuple[str, float], ...]) -> None:
    """Buys in pieces, as a desk does that does not want to move the book."""
    rng = world.rng(f"buy/{time}")
    for symbol, units in purchases:
        pieces = max(1, min(6, int(units * world.market.price(symbol, time) // 90_000)))
        for n in range(pieces):
            when = time + rng.randrange(60, 900) + 600 * n
            price = world.market.price(symbol, when) * (1 + rng.gauss(0, 0.0004))
            part = rounded(units / pieces, 8)
            if symbol.startswith("USD"):
                price = 1.0
            world.trade(when, symbol, part, round(price, 5), TAKER)


def _withdraw(world: World, time: int, name: str, symbol: str, units: int, fee: str) -> None:
    withdraw(world, time, name, symbol, Decimal(units), fee)


def _allocate(world: World, time: int) -> None:
    """The treasury of each network hands out coins and dollars."""
    for name in DESKS:
        place = world.sites[name]
        payments = []
        for (where, role), (coins, dollars) in FIRST_ALLOCATION.items():
            if where != name:
                continue
            to = world.wallet(place, role)
            payments.append(world.give(place, to, None, coins * ETHER))
            if dollars:
                payments.append(world.give(place, to, place.dollar, place.dollars(dollars)))
        for n, verb in enumerate(payments):
            world.act(place, "treasury", verb, at=time + 60 * n)


def _deploy(world: World, time: int) -> None:
    """The searchers deploy their contracts and give them what they trade with."""
    for (name, role), (coins, wrapped, dollars) in EXECUTOR_CAPITAL.items():
        place = world.sites[name]
        place.mine(at=time)
        executor = world.deploy_executor(name, role)
        owner = world.wallet(place, role)
        verbs = []
        if coins:
            verbs.append(world.give(place, executor.address, None, int(coins * 100) * 10**16, role))
        if wrapped:
            wei = int(wrapped * 100) * 10**16
            verbs.append(place.wrapped.transaction("deposit", sender=owner, value=wei))
            verbs.append(world.give(place, executor.address, place.wrapped, wei, role))
        if dollars:
            sum_ = place.dollars(dollars)
            verbs.append(world.give(place, executor.address, place.dollar, sum_, role))
        for n, verb in enumerate(verbs):
            world.act(place, role, verb, at=time + 120 + 60 * n)


def _top_up(world: World, time: int) -> None:
    """Gas for wallets that are running low, from the network's treasury."""
    least = {"ethereum": 6, "polygon": 8, "bsc": 3, "arbitrum": 1}
    for name, (roles, _) in DESKS.items():
        place = world.sites[name]
        floor = least[name] * ETHER // 10 * (1000 if name == "polygon" else 1)
        for role in roles.split()[1:]:
            to = world.wallet(place, role)
            if place.chain.balance(to) >= floor // 4:
                continue
            if place.chain.balance(world.wallet(place, "treasury")) > 2 * floor:
                world.act(place, "treasury", world.give(place, to, None, floor), at=time)


def _sweep(world: World, time: int) -> None:
    """Once a month profit above the working capital goes from contracts to the treasuries."""
    for (name, role), executor in world.executors.items():
        place = world.sites[name]
        _, wrapped, dollars = EXECUTOR_CAPITAL[name, role]
        kept = {place.wrapped: int(wrapped * 100) * 10**16, place.dollar: place.dollars(dollars)}
        for token, least in kept.items():
            surplus = place.held(token, executor.address) - least
            rounded_off = surplus // 10 ** (16 if token == place.wrapped else 2)
            amount = rounded_off * 10 ** (16 if token == place.wrapped else 2)
            if amount <= 0:
                continue
            verbs = (
                executor.withdraw(token, amount),
                world.give(place, world.wallet(place, "treasury"), token, amount, role),
            )
            world.act(place, role, *verbs, at=time)


def _expenses(world: World, time: int, month: int) -> None:
    """Administration and data each month, an audit once, a donation, a gift."""
    book = world.exchange.book
    book(time, "fee", "USD", Decimal(2500), "fund administration")
    book(time + 60, "fee", "USD", Decimal(1180), "market data and nodes")
    if month == 5:
        book(time + 120, "fee", "USD", Decimal(18000), "audit of the year 2025")
    if month == 4:
        book(time + 180, "donation", "USD", Decimal(5000), "open source software")
    if month == 9:
        book(time + 240, "gift_received", "BTC", Decimal("0.05"), "prize of a contest")


def _second_round(world: World, time: int) -> None:
    """The second capital: coins and dollars, staked, lent and spread over the desks."""
    purchases = (("ETH", 88.0), ("USDC", 385_000.0))
    _buy(world, time, purchases)
    for hours, symbol, units, fee in ((3, "ETH", 82, "0.0015"), (4, "USDC", 340_000, "4")):
        when = time + hours * HOUR
        world.at(when, partial(_withdraw, world, when, "ethereum", symbol, units, fee))
    world.at(time + 5 * HOUR, partial(_spread, world, time + 5 * HOUR))


def _spread(world: World, time: int) -> None:
    """The second capital goes to the desks."""
    place = world.sites["ethereum"]
    shares = (("yield", 52, 205_000), ("lp", 14, 60_000), ("sniper", 4, 0), ("bridger", 2, 20_000))
    for role, coins, dollars in shares:
        to = world.wallet(place, role)
        world.act(place, "treasury", world.give(place, to, None, coins * ETHER), at=time)
        if dollars:
            sum_ = place.dollars(dollars)
            world.act(place, "treasury", world.give(place, to, place.dollar, sum_), at=time + 60)


def _redeem(world: World, time: int) -> None:
    """Dollars come back from the vault and the treasury, are sold, and leave to an investor."""
    place = world.sites["ethereum"]
    assert place.vault is not None
    owner = world.wallet(place, "yield")
    shares = min(place.held(place.vault.vault, owner), place.dollars(215_000))
    world.act(place, "yield", place.vault.redeem(owner, shares), at=time)
    sum_ = min(place.held(place.dollar, owner), place.dollars(215_000))
    treasury = world.wallet(place, "treasury")
    world.act(place, "yield", world.give(place, treasury, place.dollar, sum_, "yield"), at=time)
    held = amount_of(place.held(place.dollar, treasury), 6)
    units = min(Decimal(262_000), held.quantize(Decimal(1000)) - 1000)
    deposit(world, time + 60, "ethereum", "USDC", units)
    world.trade(time + 2 * HOUR, "USDC", -units, 1.0, TAKER)
    world.at(time + 3 * HOUR, partial(_pay_out, world, time + 3 * HOUR))


def _pay_out(world: World, time: int) -> None:
    """An investor takes a part of his capital."""
    free = world.exchange.balances["USD"] - 60_000
    paid = min(Decimal(250_000), rounded(free, 0))
    world.exchange.book(time, "redemption", "USD", paid, "redemption 1")
