"""A million tax events, half of them disposals: matched by lots and by days."""

import gc
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from benchmarks.figure import Figure
from benchmarks.samples import SEED
from ledger.tax.engine import match
from ledger.tax.history.events import Acquire, Dispose, Event
from ledger.tax.history.prices import Prices
from ledger.tax.history.settings import settings_of
from ledger.tax.history.treatment import History
from ledger.tax.history.units import Units
from ledger.tax.regimes import generic, uk
from ledger.tax.terms import Calendar

_SIZE: Final = (
    "a million tax events, half of them disposals (50 assets in one pool, seven years, whole units"
    " of 10⁻¹⁸), matched {}, with the proof that no cost is lost; events are made beside the clock;"
    " floor: the {:g} s that it may take"
)
_LIMITS: Final = {"fifo": 3.0, "hifo": 10.0, "uk": 5.0}
WHAT = {
    "tax_fifo_1m_cpu_s": _SIZE.format("first in first out", _LIMITS["fifo"]),
    "tax_hifo_1m_cpu_s": _SIZE.format("dearest first", _LIMITS["hifo"]),
    "tax_uk_1m_cpu_s": _SIZE.format("by day, 30 days and pool, by days of London", _LIMITS["uk"]),
}

COUNT = 1_000_000
_ASSETS: Final = 50
_TIMES: Final = 3
_START: Final = datetime(2018, 1, 1, tzinfo=UTC)
_ONE: Final = 10**18


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    events = tuple(_events(COUNT // share))
    for name, limit in _LIMITS.items():
        best = min(_cpu_seconds(name, events) for _ in range(_TIMES))
        yield Figure(f"tax_{name}_1m_cpu_s", best * share, "s CPU", limit)


def _cpu_seconds(name: str, events: tuple[Event, ...]) -> float:
    rules = uk.RULES if name == "uk" else generic.RULES
    settings = settings_of(rules.method if name == "uk" else name, {}, rules)
    history = History(events, (), (), Units(18), Prices(()))
    gc.collect()
    gc.disable()  # as the batch does: pieces make no cycles
    began = time.process_time()
    outcome = match(history, settings, Calendar(settings, rules.year_starts))
    used = time.process_time() - began
    gc.enable()
    assert not outcome.faults and len(outcome.disposed) * 2 == len(events)
    return used


def _events(count: int) -> Iterator[Event]:
    """Purchases and sales in turn, the same each time; nothing is sold that is not held."""
    chance = random.Random(SEED)  # noqa: S311 -- no secret
    step = timedelta(days=7 * 365) / count
    held = [0] * _ASSETS
    for number in range(count):
        asset = chance.randrange(_ASSETS)
        if number % 2 and not held[asset]:
            asset = max(range(_ASSETS), key=held.__getitem__)
        when, row, name = _START + number * step, f"r{number}", f"T{asset:02d}"
        units = chance.randrange(1, 10**6) * 10**12
        if number % 2:
            units = min(units, (held[asset] + 1) // 2)
        money = units * chance.randrange(100, 10**5) // 100
        held[asset] += -units if number % 2 else units
        if number % 2:
            yield Dispose(when, row, name, "main", units, money, _ONE // 100)
        else:
            yield Acquire(when, row, name, "main", units, money + _ONE // 100, money)
