"""A size enters; a desk's history of so many rows leaves, in a store or as rows, always the same.

Five years of 20 wallets and 50 tokens: 30 % buys, 25 % swaps, 22 % sells, 13 % own transfers, 10 %
fees in kind. Nothing is sold that is not held. Each token has a quote at every midnight.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.samples import SEED, TOKENS, WALLETS, YEARS
from ledger.model.activity import microseconds
from ledger.model.amount import parse_decimal, text_from_units
from ledger.model.asset import by_symbol
from ledger.model.evidence import EvidenceId, StatementLine
from ledger.model.fund import Fund, Wallet
from ledger.model.position import Quote
from ledger.store import Store
from ledger.venues._partita import COLUMNS
from ledger.venues.partita_csv import LAYOUT, NAME

FUND = Fund("bench")
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 365 * YEARS
_AT_ONCE = 20_000
#: Digits after the point: tokens in millionths, money in cents.
_TOKEN, _CENT = 6, 2


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the history; quantities in millionths of a token, money in cents."""

    time: datetime
    kind: str
    wallet: int
    asset: int
    quantity: int
    cents: int
    other: int = 0
    received: int = 0


def rows(count: int, seed: int = SEED) -> Iterator[Row]:
    """The history, in order of time."""
    chance = random.Random(seed)  # noqa: S311 -- the same history each time
    held: dict[tuple[int, int], int] = {}
    step = timedelta(days=DAYS) / count
    for number in range(count):
        time = (BEGIN + number * step).replace(microsecond=0)
        wallet, asset = chance.randrange(WALLETS), chance.randrange(TOKENS)
        drawn, has = chance.random(), held.get((wallet, asset), 0)
        cents = chance.randrange(1_00, 1_000_000_00)
        if drawn < 0.30 or has < 100:
            bought = chance.randrange(10**6, 10**12)
            held[wallet, asset] = has + bought
            yield Row(time, "buy", wallet, asset, bought, cents)
            continue
        given = has * chance.randrange(1, 40) // 100 or 1
        held[wallet, asset] = has - given
        if drawn < 0.55:
            other, came = (asset + 1 + chance.randrange(TOKENS - 1)) % TOKENS, given
            held[wallet, other] = held.get((wallet, other), 0) + came
            yield Row(time, "swap", wallet, asset, given, cents, other, came)
        elif drawn < 0.77:
            yield Row(time, "sell", wallet, asset, given, cents)
        elif drawn < 0.90:
            target = (wallet + 1 + chance.randrange(WALLETS - 1)) % WALLETS
            held[target, asset] = held.get((target, asset), 0) + given
            yield Row(time, "transfer", wallet, asset, given, 0, target)
        else:
            yield Row(time, "fee", wallet, asset, given, cents)


def line(number: int, row: Row) -> StatementLine:
    """A row as a line of a Partita CSV."""
    token, money = f"T{row.asset:02d}", text_from_units(row.cents, _CENT)
    units, wallet = text_from_units(row.quantity, _TOKEN), _label(row.wallet)
    cells = {"time": f"{row.time:%Y-%m-%dT%H:%M:%SZ}", "kind": row.kind, "wallet": wallet}
    if row.kind == "buy":
        cells |= {"sent_asset": "USD", "sent_quantity": money}
        cells |= {"received_asset": token, "received_quantity": units}
    elif row.kind == "sell":
        cells |= {"sent_asset": token, "sent_quantity": units}
        cells |= {"received_asset": "USD", "received_quantity": money}
    elif row.kind == "swap":
        cells |= {"sent_asset": token, "sent_quantity": units, "value": money}
        cells |= {"received_asset": f"T{row.other:02d}", "value_currency": "USD"}
        cells |= {"received_quantity": text_from_units(row.received, _TOKEN)}
    elif row.kind == "transfer":
        cells |= {"sent_asset": token, "sent_quantity": units, "to_wallet": _label(row.other)}
    else:
        cells |= {"fee_asset": token, "fee_quantity": units}
    cells["note"] = str(number)
    told = tuple((column, cells.get(column, "")) for column in COLUMNS)
    return StatementLine(NAME, LAYOUT, told, file="history.csv", line=number + 2)


def quotes() -> Iterator[Quote]:
    """A quote of every token at every midnight."""
    chance = random.Random(SEED)  # noqa: S311 -- the same prices each time
    for number in range(TOKENS):
        price = chance.randrange(10**3, 10**6)
        for day in range(DAYS + 1):
            price = max(price * chance.randrange(960, 1045) // 1000, 100)
            shown = parse_decimal(text_from_units(price, 3))
            time = BEGIN + timedelta(days=day)
            yield Quote(by_symbol(f"T{number:02d}"), time, shown, "USD", "bench")


def wallets() -> tuple[Wallet, ...]:
    """The wallets of the desk."""
    return tuple(Wallet(f"venue:{NAME}", _label(n), _label(n), f"s{n % 5}") for n in range(WALLETS))


def put_into(store: Store, count: int) -> None:
    """A fund with its wallets, quotes and so many rows of evidence, its books not kept yet."""
    store.funds.create(FUND)
    store.wallets.add(FUND.name, wallets())
    store.quotes.add(FUND.name, quotes())
    portion: dict[EvidenceId, tuple[StatementLine, int]] = {}
    for number, row in enumerate(rows(count)):
        told = line(number, row)
        portion[told.id] = told, microseconds(row.time)
        if len(portion) == _AT_ONCE or number == count - 1:
            times = {found: time for found, (_, time) in portion.items()}
            store.evidence.add(FUND.name, [told for told, _ in portion.values()], times=times)
            portion.clear()


def _label(number: int) -> str:
    return f"w{number:02d}"
