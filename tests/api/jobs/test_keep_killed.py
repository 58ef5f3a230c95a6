"""Killed at any moment of keeping: kept again, the books are those that were kept at once (P6)."""

import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.desk import Desk
from ledger.store import Store, open_store
from tests.api.jobs.history import Figures, figures_of, fund_of, history
from tests.ledger.store import conftest as databases

sqlite_template = databases.sqlite_template
postgres_server = databases.postgres_server
postgres_template = databases.postgres_template
sqlite_url = databases.sqlite_url
postgres_url = databases.postgres_url

ROOT = Path(__file__).parents[3]
KILLED = -9
FEW, MANY = (40, 8), (100, 12)


@dataclass
class Tally:
    """What several kills came to: how many found nothing, a part or all of the books written."""

    kills: int = 0
    nothing: int = 0
    part: int = 0
    whole: int = 0


def keep_and_kill(url: str, fund: str, at_once: int, seconds: float) -> float:
    """Start a process that keeps the books and kill it so long after it begins.

    Gives how long it was at work.
    """
    command = [sys.executable, "-m", "tests.api.jobs.keeping", url, fund, str(at_once)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "begins\n", process.communicate()[1]
            begun = time.monotonic()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
            _, faults = process.communicate(timeout=90)
            worked = time.monotonic() - begun
        finally:
            process.kill()
    assert process.returncode in {KILLED, 0}, faults
    return worked


def check_what_is_left(store: Store, fund: str, whole: int, tally: Tally) -> None:
    """What a killed process left is sealed, and either kept or known to be unfinished."""
    assert store.seals.verify(fund).entries == len(store.journal.all_entries(fund))
    assert store.journal.altered(fund) == ()
    live = len(store.journal.live_entries(fund))
    kept = store.keeping.how_far(fund).dirty_from is None
    assert not kept or live == whole
    tally.kills += 1
    tally.whole += kept
    tally.nothing += not kept and not live
    tally.part += not kept and live > 0


def killed(url: str, dice: random.Random, kills: int, size: tuple[int, int]) -> Tally:
    """So many funds of one history, each kept by a process that is killed, then kept again."""
    lines, tally = list(history(*size)), Tally()
    at_once = len(lines) // 15
    with open_store(url) as store:
        once = fund_of(store, "once", lines)
        once.keep()
        expected, entries = figures_of(once), store.journal.live_entries("once")
        fund_of(store, "timed", lines)
        duration = keep_and_kill(url, "timed", at_once, 600)
        assert figures_of(Desk(store, store.funds.get("timed"))) == expected
        for number in range(kills):
            desk = fund_of(store, f"killed-{number}", lines)
            keep_and_kill(url, desk.fund.name, at_once, dice.uniform(0, 0.95 * duration))
            check_what_is_left(store, desk.fund.name, len(entries), tally)
            desk.keep()
            check_kept(desk, expected)
    print(f"\n{url.partition(':')[0]}: {len(lines)} rows, {tally}")
    return tally


def check_kept(desk: Desk, expected: Figures) -> None:
    """The books are those that were kept at once; nothing stands in them twice."""
    name, journal = desk.fund.name, desk.store.journal
    assert figures_of(desk) == expected
    assert desk.store.keeping.how_far(name).dirty_from is None
    live, every = journal.live_entries(name), journal.all_entries(name)
    taken_back = [one for one in every if one.reverses is not None]
    assert len({one.id for one in live}) == len(live) == len(every) - 2 * len(taken_back)
    assert desk.store.seals.verify(name).entries == len(every)
    again = desk.keep()
    assert (again.appended, again.reversed) == (0, 0)
    assert journal.all_entries(name) == every


@pytest.fixture
def dice(seed: int) -> random.Random:
    return random.Random(seed)


def test_books_that_a_killed_process_began_are_kept_as_at_once_on_sqlite(sqlite_url, dice):
    assert killed(sqlite_url, dice, 5, FEW).part > 0


def test_books_that_a_killed_process_began_are_kept_as_at_once_on_postgresql(postgres_url, dice):
    assert killed(postgres_url, dice, 3, FEW).kills == 3


@pytest.mark.torture
def test_many_kills_of_keeping_double_and_lose_nothing_on_sqlite(sqlite_url, dice):
    assert killed(sqlite_url, dice, 50, MANY).part > 10


@pytest.mark.torture
def test_many_kills_of_keeping_double_and_lose_nothing_on_postgresql(postgres_url, dice):
    assert killed(postgres_url, dice, 20, MANY).part > 4
