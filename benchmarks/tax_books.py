"""A stored journal of a million tax events: a tax year of it, from the database to its files."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from api.jobs.keep.plan import PROGRAM, program
from benchmarks import samples
from benchmarks.samples import SEED, TOKENS, WALLETS
from ledger.model.asset import Asset
from ledger.model.entry import Entry
from ledger.model.fund import Fund, Wallet
from ledger.store import Store

#: Minutes on a slow machine.
WHEN_ASKED = True

WHAT = {}

COUNT = 1_000_000
FUND = Fund("bench", regime="us")
BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
YEAR = 2024
_AT_ONCE = 20_000


def entries(count: int) -> Iterator[Entry]:
    """Purchases and sales in turn, the same each time."""
    chance = random.Random(SEED)  # noqa: S311 -- the same history each time
    held: dict[tuple[int, int], int] = {}
    step = (END - BEGIN) / count
    for number in range(count):
        yield samples.turn(chance, held, number, BEGIN + number * step)


def put_into(store: Store, count: int) -> None:
    """A fund with a journal of so many entries, sealed, and kept as if evidence had given them."""
    name = FUND.name
    store.funds.create(FUND)
    store.wallets.add(
        name,
        [Wallet(samples.NETWORK, f"0x{0xA0000 + n:040x}", f"w{n}") for n in range(WALLETS)],
    )
    store.assets.put(name, [Asset(samples.token(n), f"T{n:02d}", 18) for n in range(TOKENS)])
    waiting: list[Entry] = []
    for entry in entries(count):
        waiting.append(entry)
        if len(waiting) == _AT_ONCE:
            store.journal.append(name, waiting)
            waiting.clear()
    store.journal.append(name, waiting)
    store.keeping.advance(name, store.keeping.how_far(name).turn, [], None)
    store.keeping.put_parts(name, {PROGRAM: program().encode()})
