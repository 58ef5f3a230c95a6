"""Histories of GMX's second version in a few words, and what their books say."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from ledger.books import keep_books
from ledger.chains.evm import logs as chain_logs
from ledger.model.asset import Asset, native
from ledger.model.fund import Policy
from ledger.model.position import Quote
from ledger.nav.positions import positions
from ledger.nav.trades import trades
from ledger.protocols import _gmx_logs as logs_of
from tests.ledger import moves, written
from tests.ledger.moves import address

ARBITRUM = "eip155:42161"
WETH = "0x82af49447d8a07e3bd95bd0d56f35241523fbab1"
COIN = native(ARBITRUM)
USDC = moves.asset("U", ARBITRUM)
PRICES = {USDC: 1, COIN: 10, moves.asset(WETH, ARBITRUM): 10}
KEY = 77


def emitted(name, *topics, addresses=(), numbers=(), signed=(), keys=(), index=5):
    """A log of the emitter, in the words of the contract: `topics` after the name."""
    items = (
        (tuple((key, address(value)) for key, value in addresses), ()),
        (tuple(numbers), ()),
        (tuple(signed), ()),
        ((), ()),
        (tuple((key, value.to_bytes(32)) for key, value in keys), ()),
        *(((), ()),) * 2,
    )
    data = encode(["address", "string", logs_of.EVENT_DATA], [address("router"), name, items])
    signature = chain_logs.EVENT_LOG_2 if len(topics) == 2 else chain_logs.EVENT_LOG_1
    words = [int.from_bytes(data[at : at + 32]) for at in range(0, len(data), 32)]
    hashed = int.from_bytes(keccak(text=name))
    return (index, logs_of.EMITTERS[ARBITRUM], signature, (hashed, *topics), words)


def ordered(number, amount=100, token="U", kind=2, order=1, text=None):
    """An order that gives so much, and 5 of the coin for the keeper."""
    told = emitted(
        "OrderCreated", order, "w",
        addresses=[("account", "w"), ("initialCollateralToken", token)],
        numbers=[
            ("orderType", kind), ("initialCollateralDeltaAmount", amount), ("executionFee", 5),
        ],
    )  # fmt: skip
    paid = f"w > vault {amount} {token}" if amount and kind == 2 else ""
    return transaction(number, text or f"w > router 5 ETH; {paid}", [told])


def fees(order=1, funding=0, borrowing=0, position=0, penalty=0, index=6):
    sizes = {
        "fundingFeeAmount": funding,
        "borrowingFeeAmount": borrowing,
        "positionFeeAmount": position,
        "liquidationFeeAmount": penalty,
        "totalCostAmount": funding + borrowing + position + penalty,
    }
    keys = [("orderKey", order), ("positionKey", KEY)]
    return emitted("PositionFeesCollected", "market", numbers=sizes.items(), keys=keys, index=index)


def changed(name, collateral, size, order=1, token="U", *, delta=None, index=8, key=KEY):
    """A position of which so much collateral and size are left."""
    return emitted(
        name, "w",
        addresses=[("account", "w"), ("market", "market"), ("collateralToken", token)],
        numbers=[("sizeInUsd", size), ("collateralAmount", collateral)],
        signed=[] if delta is None else [("collateralDeltaAmount", delta)],
        keys=[("orderKey", order), ("positionKey", key)],
        index=index,
    )  # fmt: skip


def done(order=1, name="OrderExecuted", back=0):
    logs = [emitted(name, order, "w", index=9)]
    if back:
        logs += [emitted(logs_of.REFUND, "w", numbers=[("refundFeeAmount", back)], index=10)]
    return logs


def transaction(number, text, logs=(), **said):
    return written.transaction(number, text, logs, network=ARBITRUM, fee=0, **said)


def executed(number, text, *logs):
    return transaction(number, text, logs, caller="keeper")


def increased(number, collateral=98, delta=98, size=900, order=1, **costs):
    told = changed("PositionIncrease", collateral, size, order, delta=delta)
    return executed(number, "", fees(order, **(costs or {"position": 2})), told, *done(order))


def decreased(number, text, collateral=0, size=0, order=2, **costs):
    told = changed("PositionDecrease", collateral, size, order)
    return executed(number, text, fees(order, **costs), told, *done(order))


FUNDED = (
    transaction(1, "w > shop 200 ETH; shop > w 2000 U"),
    transaction(2, "w > shop 10 V; shop > w 1000 ETH"),
)
OPENED = (*FUNDED, ordered(3), increased(4))
ASKED = ordered(5, kind=4, amount=0, order=2)


def books_of(*transactions, **known):
    history = written.history(*transactions)
    wallets = tuple(moves.wallets("w", network=ARBITRUM).values())
    assets = tuple(Asset(asset, asset[-9:], 0) for asset in PRICES)
    time = moves.START - timedelta(hours=1)
    quotes = tuple(Quote(one, time, Decimal(price), "USD", "list") for one, price in PRICES.items())
    said = replace(history, wallets=wallets, assets=assets, quotes=quotes, **known)
    return keep_books(said, Policy(), written.Written())


def account(books, path):
    """Sum of units by asset on an account, without zeros."""
    sums: dict[str, int] = {}
    for entry in books.entries:
        for posting in entry.postings:
            if posting.account.path == path:
                sums[posting.asset] = sums.get(posting.asset, 0) + posting.quantity
    return {asset: units for asset, units in sums.items() if units}


def left(books):
    """Asset → units of what positions, orders and accounts in transit still hold."""
    return {
        one.asset: one.quantity
        for one in positions(books.entries)
        if "/position:" in one.asset or one.wallet.startswith("transit")
    }


def nav_of(books, at, asset):
    """What the units of an asset are worth at a time."""
    units = sum(one.quantity for one in positions(books.entries) if one.asset == asset)
    return books.prices.value(asset, units, at, "USD")


def codes(books, *transactions):
    """The codes of the problems of these transactions."""
    names = {f"{ARBITRUM}/tx:0x{number:02x}" for number in transactions}
    return [one.code for one in books.problems if one.source.partition("#")[0] in names]


def kinds(books, number):
    name = f"{ARBITRUM}/tx:0x{number:02x}#"
    return [entry.kind for entry in books.entries if entry.id.startswith(name)]


def result(books):
    """What the closed trades brought, in whole dollars."""
    return [one.result // 10**18 for one in trades(books.entries, books.booking.disposals)]


KEPT = f"{ARBITRUM}/position:gmx_v2:0x{KEY:064x}"
ORDER = f"{ARBITRUM}/position:gmx_v2:order.0x{1:064x}.0"
