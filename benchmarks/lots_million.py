"""A million disposals: purchases and sales of a desk folded into lots, made beside the clock."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, islice

from benchmarks import samples
from benchmarks.figure import Figure
from ledger.lots.bookkeeper import Bookkeeper
from ledger.model.entry import Entry
from ledger.model.fund import LotMethod, Policy

SIZE = (
    "a million disposals, a matched lot each, booked {} by wallet on one core with the purchases "
    "that they take their units of (two sales a purchase, 20 wallets, 50 tokens, five years); "
    "entries are made beside the clock; floor: the 12 s that it may take"
)
WHAT = {
    "fifo_1m_cpu_s": SIZE.format("first in first out"),
    "hifo_1m_cpu_s": SIZE.format("dearest first"),
}

DISPOSALS = 1_000_000
LIMIT_SECONDS = 12.0
#: Entries made at a time: books are folded right after they are made, a few at a time, and not
#: from a stock of entries that is larger than any cache.
_BATCH = 1_000
_STEP = timedelta(seconds=140)


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    disposals = DISPOSALS // share
    yield Figure("fifo_1m_cpu_s", _cpu_seconds("fifo", disposals), "s CPU", LIMIT_SECONDS)
    yield Figure("hifo_1m_cpu_s", _cpu_seconds("hifo", disposals), "s CPU", LIMIT_SECONDS)


def _cpu_seconds(method: LotMethod, disposals: int) -> float:
    keeper = Bookkeeper(Policy(method=method))
    used = 0.0
    for batch in islice(_batches(), max(1, disposals * 6 // 5 // _BATCH)):  # six entries give five
        began = time.process_time()
        for entry in batch:
            keeper.fold(entry)
        used += time.process_time() - began
    began = time.process_time()
    made = sum(1 for _ in keeper.disposals)  # each becomes a value when it is looked at
    used += time.process_time() - began
    assert not keeper.problems, "nothing is sold that is not held"
    return used * disposals / made


def _batches() -> Iterator[list[Entry]]:
    """One purchase for two sales, for ever, the same each time."""
    chance = random.Random(samples.SEED)  # noqa: S311 -- no secret
    held: dict[tuple[int, int], int] = {}
    for first in count(0, _BATCH):
        yield [
            samples.trade(chance, held, number, samples.START + number * _STEP)
            for number in range(first, first + _BATCH)
        ]
