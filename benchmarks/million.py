"""A desk's history of a million rows: kept from stored evidence, continued by a day, and read."""

import gc
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from api.desk import Desk, now
from api.standing import Kept
from benchmarks import desk_history
from benchmarks.desk_history import BEGIN, DAYS, FUND, Row, line
from benchmarks.figure import MILLISECONDS, Figure
from benchmarks.samples import SEED, TOKENS, WALLETS
from ledger.model.activity import microseconds
from ledger.model.asset import by_symbol
from ledger.store import open_store

#: Minutes on a slow machine.
LONG = True

WHAT = {
    "books_1m_sqlite_s": "a million rows of evidence (four million postings, 50 tokens, 20 wallets,"
    " five years) kept on SQLite: read, classified, booked, sealed, folded into lots (first in"
    " first out) and daily net asset values; seconds on two cores; floor: the 240 s that it may"
    " take",
    "books_1m_rss_mb": "most memory that both processes of it held at a time, MB; floor: the 1,500"
    " that they may hold",
    "growth_10k_to_1m": "the processor time of a row of it against a row of a history of 10,000;"
    " floor: the 1.3 that it may be",
    "new_day_on_1m_s": "a new day of 550 rows on it: kept, with its checkpoint; seconds; floor: the"
    " 2 s that it may take",
    "read_p99_on_1m_ms": "balances, trial balance, positions with their values, or the open lots of"
    " a token, read from it through the store: the 99th of 100; floor: the 50 ms that it may take",
}

COUNT = 1_000_000
SMALL = 10_000
_READS = 400


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    count, small = COUNT // share, SMALL // share
    with tempfile.TemporaryDirectory() as folder:
        few = kept_apart(Path(folder) / "few.db", small)
        path = Path(folder) / "many.db"
        many = kept_apart(path, count)
        yield Figure("books_1m_sqlite_s", many["wall"], "s", 240.0)
        yield Figure("books_1m_rss_mb", many["rss"], "MB", 1_500.0)
        growth = many["cpu"] / count / (few["cpu"] / small)
        yield Figure("growth_10k_to_1m", growth, "times the cost of a row", 1.3)
        yield Figure("new_day_on_1m_s", _new_day(path, count), "s", 2.0)
        p99 = _apart("read", path)["p99"]
        yield Figure("read_p99_on_1m_ms", p99 * MILLISECONDS, "ms", 50.0)


def kept_apart(path: Path, count: int) -> dict[str, float]:
    """Fill a database with a history and keep its books in a process of its own."""
    with open_store(f"sqlite:///{path}", clock=now) as store:
        desk_history.put_into(store, count)
    return _apart("keep", path)


def _apart(what: str, path: Path) -> dict[str, float]:
    """What a function of this module prints, in a process that holds nothing else."""
    code = f"import benchmarks.million as m; m.{what}({str(path)!r})"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def keep(path: str) -> None:
    """Keep the books of a database; says seconds of clock and processor, and most memory."""
    with open_store(f"sqlite:///{path}", clock=now) as store:
        desk = Desk(store, FUND)
        began = time.monotonic()
        desk.keep()
        wall = time.monotonic() - began
    own, ahead = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    cpu = own.ru_utime + own.ru_stime + ahead.ru_utime + ahead.ru_stime
    rss = (own.ru_maxrss + ahead.ru_maxrss) / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "rss": rss}))


def _new_day(path: Path, count: int) -> float:
    """Seconds of a day's keeping after its rows have come."""
    chance = random.Random(SEED)  # noqa: S311 -- the same day each time
    rows = [
        Row(
            BEGIN + timedelta(days=DAYS, minutes=2 * number),
            "buy",
            chance.randrange(WALLETS),
            chance.randrange(TOKENS),
            chance.randrange(10**6, 10**9),
            chance.randrange(1_00, 1_000_00),
        )
        for number in range(550)
    ]
    lines = {line(count + number, row): row for number, row in enumerate(rows)}
    with open_store(f"sqlite:///{path}", clock=now) as store:
        times = {told.id: microseconds(row.time) for told, row in lines.items()}
        store.evidence.add(FUND.name, lines, times=times)
        began = time.monotonic()
        written = Desk(store, FUND).keep()
        took = time.monotonic() - began
    assert written.appended == len(rows), "the day and nothing else is booked"
    return took


def read(path: str) -> None:
    """Say the seconds of the 99th of 100 reads, all kinds in turn; memory as `partita serve`."""
    chance = random.Random(SEED)  # noqa: S311 -- the same reads each time
    took: list[float] = []
    with open_store(f"sqlite:///{path}", clock=now) as store:
        kept = Kept(store, FUND)
        gc.collect()
        gc.freeze()
        for number in range(_READS):
            token = by_symbol(f"T{chance.randrange(TOKENS):02d}")
            began = time.monotonic()
            found: Sequence[Any] = (
                kept.totals,
                kept.marks,
                lambda token=token: kept.lots(token),
            )[number % 3]()
            took.append(time.monotonic() - began)
            assert found, "there is something to read"
    print(json.dumps({"p99": sorted(took)[len(took) * 99 // 100]}))
