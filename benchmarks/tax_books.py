"""A stored journal of a million tax events: a tax year of it, from the database to its files."""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from api.desk import now
from api.jobs.keep.plan import PROGRAM, program
from benchmarks import samples
from benchmarks.figure import Figure
from benchmarks.samples import SEED, TOKENS, WALLETS
from ledger.model.asset import Asset
from ledger.model.entry import Entry
from ledger.model.fund import Fund, Wallet
from ledger.store import Store, open_store

#: Minutes on a slow machine.
LONG = True

WHAT = {
    "tax_1m_to_csv_s": "a tax year of a stored journal of a million entries, half of them sales (50"
    " tokens, 20 wallets, seven years, four million postings): `partita tax us 2024 --out --json"
    " --no-pages`, the whole process, from the database to the written files; seconds; floor: the"
    " 60 s that it may take",
    "tax_1m_rss_mb": "most memory that it held, MB; floor: the 1,000 that it may hold",
}

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


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/books.db"
        with open_store(url, clock=now) as store:
            put_into(store, COUNT // share)
        took, most = assessed_apart(url, Path(folder) / "tax")
        yield Figure("tax_1m_to_csv_s", took, "s", 60.0)
        yield Figure("tax_1m_rss_mb", most, "MB", 1_000.0)


def assessed_apart(url: str, out: Path) -> tuple[float, float]:
    """Seconds and most memory, in MB, of the command that writes the files of a tax year."""
    code = "from api.cli import main; main()"
    words = ["tax", "us", str(YEAR), "--db", url, "--out", str(out), "--json", "--no-pages"]
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - began
    assert process.returncode == 0, "the year has no problems"
    assert (out / f"form-8949-{YEAR}.csv").stat().st_size, "its files are written"
    return took, used.ru_maxrss / 1024
