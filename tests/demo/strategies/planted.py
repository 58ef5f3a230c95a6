"""What goes wrong or is strange in every real history, put in on purpose."""

from decimal import Decimal
from functools import partial

from eth_utils.crypto import keccak

from tests.demo.market import SEED
from tests.demo.schedule import instant
from tests.demo.site import ETHER, PAYEE, RETAIL, SPAMMER, STRANGER, Site, payment
from tests.demo.strategies.treasury import deposit, withdraw
from tests.demo.world import World

SPAM = (
    ("2025-10-04T03:12:00", "ethereum", "Visit claim-rewards.example", "CLAIM REWARD"),
    ("2025-12-19T17:40:00", "polygon", "1000 voucher.example", "VOUCHER.example"),
    ("2026-01-27T08:05:00", "bsc", "Zepe.io", "ZEPE"),
    ("2026-05-09T21:30:00", "ethereum", "$ Airdrop", "t.me/airdrop"),
    ("2026-08-16T11:11:00", "arbitrum", "ARB Bonus", "BONUS"),
)


def plan(world: World) -> None:
    """Each at its day."""
    for when, name, title, symbol in SPAM:
        time = instant(when)
        world.at(time, partial(_spam, world, name, (title, symbol), time))
    for day, action in (
        ("2025-11-11T13:37:00", _unknown_sender),
        ("2025-12-05T10:15:00", _lost_withdrawal),
        ("2026-01-14T09:45:00", _unpriced_token),
        ("2026-02-18T15:20:00", _moved_by_a_stranger),
        ("2026-04-21T12:00:00", _between_own_wallets),
        ("2026-06-03T04:44:00", _poisoned_address),
    ):
        time = instant(day)
        world.at(time, partial(action, world, time))
    for month in (10, 12, 1, 3, 5, 8, 9):
        year = 2025 if month > 9 else 2026
        time = instant(f"{year}-{month:02d}-20T10:30:00")
        world.at(time, partial(_to_and_from_exchange, world, month, time))


def _spam(world: World, name: str, words: tuple[str, str], time: int) -> None:
    """A token that nobody asked for, for the fund's wallets and strangers in one transaction."""
    place = world.sites[name]
    place.mine(at=time - 60)
    token = place.chain.deploy("SpamToken", *words, 18, sender=place.account(SPAMMER))
    own = [row.address for row in world.wallets if row.network == place.network][:4]
    many = [*own, *(place.account(n).lower() for n in RETAIL)]
    verb = token.transaction("airdrop", many, 5_000 * ETHER, sender=place.account(SPAMMER))
    (receipt,) = place.mine(verb, at=time)
    _plant(world, "spam airdrop", receipt.hash)


def _poisoned_address(world: World, time: int) -> None:
    """A log of a transfer from the fund that never happened."""
    place = world.sites["ethereum"]
    place.mine(at=time - 60)
    token = place.chain.deploy("SpamToken", "USD Coin", "USDC", 6, sender=place.account(SPAMMER))
    treasury = world.wallet(place, "treasury")
    verb = token.transaction(
        "pretend", treasury, [place.account(STRANGER)], 10**9, sender=place.account(SPAMMER)
    )
    (receipt,) = place.mine(verb, at=time)
    _plant(world, "transfer log that lies", receipt.hash)


def _unknown_sender(world: World, time: int) -> None:
    place = world.sites["ethereum"]
    wei = 15 * ETHER // 10
    verb = payment(place.account(STRANGER), world.wallet(place, "treasury"), wei)
    (receipt,) = place.mine(verb, at=time)
    _plant(world, "receipt from an unknown address", receipt.hash)


def _lost_withdrawal(world: World, time: int) -> None:
    """A withdrawal whose other side is at no wallet of the fund."""
    txid = "0x" + keccak(text=f"{SEED}/withdrawal elsewhere").hex()
    world.exchange.withdraw(time, "USDC", Decimal(5_000), Decimal(4), txid)
    world.planted["withdrawal to an unknown address"].append(txid)


def _unpriced_token(world: World, time: int) -> None:
    """A token for which no quote is to be had: a team pays with it for advice."""
    place = world.sites["ethereum"]
    place.mine(at=time - 60)
    team = place.account(STRANGER)
    token = place.chain.deploy("Token", "Orrery Governance", "ORRY", 18, sender=team)
    mint = token.transaction("mint", team, 10**7 * ETHER, sender=team)
    treasury = world.wallet(place, "treasury")
    send = token.transaction("transfer", treasury, 12_500 * ETHER, sender=team)
    receipts = place.mine(mint, send, at=time)
    _plant(world, "token without a quote", receipts[1].hash)
    world.planted["token without a quote, asset"].append(world.asset(place, token))


def _moved_by_a_stranger(world: World, time: int) -> None:
    """A payment agent that the treasury allowed takes what an invoice says."""
    place = world.sites["ethereum"]
    agent, treasury = place.account(PAYEE), world.wallet(place, "treasury")
    sum_ = place.dollars(7_500)
    allow = place.dollar.transaction("approve", agent, sum_, sender=treasury, gas=100_000)
    world.act(place, "treasury", allow, at=time)
    take = place.dollar.transaction("transferFrom", treasury, agent, sum_, sender=agent)
    (receipt,) = place.mine(take, at=time + 3_600)
    _plant(world, "sent by a stranger, moves fund tokens", receipt.hash)


def _between_own_wallets(world: World, time: int) -> None:
    """Coins from one desk to another and back to the treasury."""
    place = world.sites["ethereum"]
    verbs = (
        world.give(place, world.wallet(place, "lp"), None, ETHER // 2, "bridger"),
        world.give(place, world.wallet(place, "treasury"), None, ETHER // 4, "lp"),
    )
    for n, verb in enumerate(verbs):
        (receipt,) = world.act(place, ("bridger", "lp")[n], verb, at=time + 600 * n)
        world.planted["transfer between own wallets"].append(receipt.hash)


def _to_and_from_exchange(world: World, month: int, time: int) -> None:
    """Profit goes to the exchange as dollars, or coins come back from it, in turn."""
    place = world.sites["ethereum"]
    treasury = world.wallet(place, "treasury")
    if month % 2:
        free = place.held(place.dollar, treasury) // 10**9 // 5
        if free > 1:
            deposit(world, time, "ethereum", "USDC", Decimal(int(free) * 1_000))
            world.trade(time + 1_800, "USDC", Decimal(-int(free) * 1_000), 0.9999, 0.0016)
        return
    if world.exchange.balances["ETH"] > 3:
        withdraw(world, time, "ethereum", "ETH", Decimal("1.25"), "0.0015")
    _wrapped_profit(world, place, time + 3_600)


def _wrapped_profit(world: World, place: Site, time: int) -> None:
    """The treasury unwraps what the contracts sent it."""
    treasury = world.wallet(place, "treasury")
    held = place.held(place.wrapped, treasury)
    if held > ETHER // 10:
        verb = place.wrapped.transaction("withdraw", held, sender=treasury)
        world.act(place, "treasury", verb, at=time)


def _plant(world: World, what: str, txid: str) -> None:
    world.planted[what].append(txid)
    world.counts["planted"] += 1
