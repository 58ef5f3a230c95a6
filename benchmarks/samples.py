"""A size enters; entries, files, transactions and quotes of it leave, the same every time."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

from ledger.journal import chart
from ledger.model.activity import microseconds
from ledger.model.amount import MONEY_ONE, parse_decimal, text_from_units
from ledger.model.asset import AssetId, by_symbol, erc20
from ledger.model.entry import Entry, Posting
from ledger.model.evidence import EvidenceId, RawTransaction, canonical_json
from ledger.model.fund import Wallet, WalletId
from ledger.model.position import Quote
from ledger.venues._partita import COLUMNS

SEED = 7
NETWORK = "eip155:1"
START = datetime(2023, 1, 1, tzinfo=UTC)
WALLETS, TOKENS, YEARS = 20, 50, 5
DOLLAR = by_symbol("USD")

TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
#: Swap of a constant-product pair: four amounts, sender and recipient indexed.
SWAP = "0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822"
#: Sync(uint112 reserve0, uint112 reserve1) of the same pair.
SYNC = "0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1"


def token(number: int) -> AssetId:
    """A token by its number."""
    return erc20(NETWORK, f"0x{0xD0000 + number:040x}")


def wallet(number: int) -> WalletId:
    """A wallet by its number."""
    return Wallet(NETWORK, f"0x{0xA0000 + number:040x}", f"w{number}").id


# ---- entries -------------------------------------------------------------------------------------


@cache
def entries(count: int) -> tuple[Entry, ...]:
    """Years of a desk: 30 % buys, 25 % swaps, 22 % sells, 13 % own transfers, 10 % gas.

    Nothing is sold that is not held: what a wallet lacks is bought instead.
    """
    chance = random.Random(SEED)  # noqa: S311 -- the same history each time
    held: dict[tuple[int, int], int] = {}
    made: list[Entry] = []
    step = timedelta(seconds=YEARS * 365 * 86_400 // count)
    for number in range(count):
        kind, postings = _movement(chance, held)
        made.append(_entry(number, START + number * step, kind, postings))
    return tuple(made)


def _movement(chance: random.Random, held: dict[tuple[int, int], int]) -> tuple[str, list[Posting]]:
    owner, asset = chance.randrange(WALLETS), chance.randrange(TOKENS)
    drawn = chance.random()
    has = held.get((owner, asset), 0)
    worth = chance.randrange(1, 10**6) * MONEY_ONE
    if drawn < 0.30 or has < 100:
        bought = chance.randrange(10**12, 10**20)
        held[owner, asset] = has + bought
        return "swap", _exchange(owner, (DOLLAR, worth), (token(asset), bought), worth)
    given = has * chance.randrange(1, 7) // 100
    held[owner, asset] = has - given
    if drawn < 0.55:
        other = (asset + 1 + chance.randrange(TOKENS - 1)) % TOKENS
        bought = chance.randrange(10**12, 10**20)
        held[owner, other] = held.get((owner, other), 0) + bought
        return "swap", _exchange(owner, (token(asset), given), (token(other), bought), worth)
    if drawn < 0.77:
        return "swap", _exchange(owner, (token(asset), given), (DOLLAR, worth), worth)
    if drawn < 0.90:
        target = (owner + 1) % WALLETS
        held[target, asset] = held.get((target, asset), 0) + given
        return "own_transfer", [
            Posting(chart.wallet(wallet(owner)), token(asset), -given, "move"),
            Posting(chart.wallet(wallet(target)), token(asset), given, "move"),
        ]
    return "gas_only", [
        Posting(chart.wallet(wallet(owner)), token(asset), -given, "dispose", -worth),
        Posting(chart.expense("gas"), token(asset), given, "none", worth),
    ]


def trade(
    chance: random.Random, held: dict[tuple[int, int], int], number: int, time: datetime
) -> Entry:
    """A purchase, or twice as often the sale of up to 6 % of what a wallet holds of a token."""
    owner, asset = chance.randrange(WALLETS), chance.randrange(TOKENS)
    worth, has = chance.randrange(1, 10**6) * MONEY_ONE, held.get((owner, asset), 0)
    if has < 100 or chance.random() < 1 / 3:
        bought = chance.randrange(10**12, 10**20)
        held[owner, asset] = has + bought
        postings = _exchange(owner, (DOLLAR, worth), (token(asset), bought), worth)
    else:
        given = has * chance.randrange(1, 7) // 100
        held[owner, asset] = has - given
        postings = _exchange(owner, (token(asset), given), (DOLLAR, worth), worth)
    return _entry(number, time, "swap", postings)


def turn(
    chance: random.Random, held: dict[tuple[int, int], int], number: int, time: datetime
) -> Entry:
    """A purchase where the number is even, a sale where it is odd; each token has one wallet.

    A sale takes a random quantity, and at most half of what is held.
    """
    asset = chance.randrange(TOKENS)
    if number % 2 and not held.get((asset % WALLETS, asset)):
        _, asset = max(held, key=held.__getitem__)
    owner = asset % WALLETS
    has, units = held.get((owner, asset), 0), chance.randrange(1, 10**6) * 10**12
    if number % 2:
        units = min(units, (has + 1) // 2)
    worth = units * chance.randrange(100, 10**5) // 100
    held[owner, asset] = has - units if number % 2 else has + units
    money, coin = (DOLLAR, worth), (token(asset), units)
    postings = _exchange(owner, *((coin, money) if number % 2 else (money, coin)), worth)
    return _entry(number, time, "swap", postings)


def _exchange(
    owner: int, sold: tuple[AssetId, int], bought: tuple[AssetId, int], worth: int
) -> list[Posting]:
    own = chart.wallet(wallet(owner))
    (given, units_given), (received, units_received) = sold, bought
    lots = {asset: asset != DOLLAR for asset in (given, received)}
    return [
        Posting(own, given, -units_given, "dispose" if lots[given] else "none", -worth),
        Posting(chart.trading(), given, units_given, "none", worth),
        Posting(own, received, units_received, "acquire" if lots[received] else "none", worth),
        Posting(chart.trading(), received, -units_received, "none", -worth),
    ]


def _entry(number: int, time: datetime, kind: str, postings: list[Posting]) -> Entry:
    txid = f"0x{number:064x}"
    activity = f"{NETWORK}/tx:{txid}"
    return Entry(
        id=f"{activity}#0",
        kind=kind,
        time=time,
        order=(microseconds(time), NETWORK, number, 0, activity),
        postings=tuple(postings),
        evidence=(EvidenceId(f"{number:064x}"),),
        strategy=f"s{number % 5}",
        txid=txid,
        network=NETWORK,
    )


def quotes(days: int) -> Iterator[Quote]:
    """A quote of every token at every midnight."""
    chance = random.Random(SEED)  # noqa: S311 -- the same prices each time
    for number in range(TOKENS):
        price = chance.randrange(10**3, 10**6)
        for day in range(days):
            price = max(price * chance.randrange(960, 1045) // 1000, 100)
            shown = parse_decimal(text_from_units(price, 3))
            yield Quote(token(number), START + timedelta(days=day), shown, "USD", "bench")


# ---- files ---------------------------------------------------------------------------------------


@cache
def partita_csv(rows: int) -> bytes:
    """A file of trades, deposits and transfers in the generic layout."""
    chance = random.Random(SEED)  # noqa: S311 -- the same file each time
    lines = [",".join(COLUMNS)]
    for number in range(rows):
        time = START + timedelta(minutes=7 * number)
        coin, other = f"C{chance.randrange(TOKENS)}", f"D{chance.randrange(TOKENS)}"
        sent, received = _decimal(chance), _decimal(chance)
        cells = {
            0: f"buy,w1,USD,{sent},{coin},{received},USD,1.25,,,,s1",
            1: f"swap,w1,{coin},{sent},{other},{received},USD,0.75,{sent},USD,,s2",
            2: f"sell,w1,{coin},{sent},USD,{received},,,,,,s1",
            3: f"deposit,w1,,,{coin},{received},,,,,,",
            4: f"transfer,w1,{coin},{sent},,,,,,,w2,",
        }[number % 5]
        lines.append(f"{time:%Y-%m-%dT%H:%M:%SZ},{cells},x{number},")
    return "\n".join(lines).encode()


def _decimal(chance: random.Random) -> str:
    return f"{chance.randrange(1, 10**5)}.{chance.randrange(10**8):08d}"


# ---- transactions --------------------------------------------------------------------------------


@cache
def transactions(count: int) -> tuple[RawTransaction, ...]:
    """Swaps of one wallet through a router and a pair, with frames and state differences."""
    chance = random.Random(SEED)  # noqa: S311 -- the same transactions each time
    return tuple(_transaction(chance, number, pairs=1) for number in range(count))


def long_trades(count: int) -> tuple[RawTransaction, ...]:
    """Swaps over one to five pairs that log their reserves: 4 to 16 logs, 10 in the median."""
    chance = random.Random(SEED)  # noqa: S311 -- the same transactions each time
    return tuple(
        _transaction(chance, number, pairs=1 + number % 5, synced=True) for number in range(count)
    )


def trader() -> Wallet:
    """The wallet that made the transactions."""
    return Wallet(NETWORK, _address(0xA0000), "trader", "swaps")


def _transaction(
    chance: random.Random, number: int, *, pairs: int, synced: bool = False
) -> RawTransaction:
    own, router = trader().address, _address(0xB0000)
    route = [_address(0xC0000 + (number + at) % 9) for at in range(pairs)]
    tokens = [_address(0xD0000 + at) for at in chance.sample(range(TOKENS), pairs + 1)]
    amounts = [chance.randrange(1, 10**20) for _ in tokens]
    txid, block = f"0x{number:064x}", f"0x{number + 2**200:064x}"
    fee = 150_000 * 20 * 10**9
    logs = [_log(tokens[0], (TRANSFER, own, route[0]), (amounts[0],))]
    for pair, target, at in zip(route, [*route[1:], own], range(1, pairs + 1), strict=True):
        logs.append(_log(tokens[at], (TRANSFER, pair, target), (amounts[at],)))
        if synced:
            logs.append(_log(pair, (SYNC,), (10**24, 10**24)))
        logs.append(_log(pair, (SWAP, router, target), (amounts[at - 1], 0, 0, amounts[at])))
    called = [_frame(router, tokens[0])]
    called += [
        _frame(router, pair, _frame(pair, token))
        for pair, token in zip(route, tokens[1:], strict=True)
    ]
    place = {"blockHash": block, "blockNumber": hex(16_000_000 + number), "transactionIndex": "0x1"}
    body = {
        "transaction": {
            "hash": txid, "type": "0x2", "from": own, "to": router, "value": "0x0",
            "input": "0x38ed1739" + "00" * 260, **place,
        },
        "receipt": {
            "transactionHash": txid, "status": "0x1", "gasUsed": hex(150_000),
            "effectiveGasPrice": hex(20 * 10**9), **place,
            "logs": [{**log, "logIndex": hex(at)} for at, log in enumerate(logs)],
        },
        "block": {
            "hash": block, "timestamp": hex(int(START.timestamp()) + 600 * number),
            "miner": _address(0xE0000), "baseFeePerGas": hex(20 * 10**9),
        },
        "calls": _frame(own, router, *called),
        "state_diff": {
            "pre": {own: {"balance": hex(10**21)}}, "post": {own: {"balance": hex(10**21 - fee)}},
        },
    }  # fmt: skip
    return RawTransaction(NETWORK, txid, canonical_json(body))


def _address(number: int) -> str:
    return f"0x{number:040x}"


def _log(emitter: str, topics: tuple[str, ...], words: tuple[int, ...]) -> dict[str, object]:
    padded = [topics[0], *(f"0x{int(topic, 16):064x}" for topic in topics[1:])]
    data = "0x" + "".join(f"{word:064x}" for word in words)
    return {"address": emitter, "topics": padded, "data": data}


def _frame(sender: str, recipient: str, *calls: dict[str, object]) -> dict[str, object]:
    frame = {"type": "CALL", "from": sender, "to": recipient, "value": "0x0", "input": "0x"}
    return {**frame, "calls": list(calls)}
