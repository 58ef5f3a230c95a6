"""Killed at any moment: every acknowledged batch is there, at most one more, and each is whole."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.model.entry import Entry, in_order
from ledger.model.fund import Fund
from ledger.store import books_digest, open_store, upgrade
from tests.ledger.store import postgres
from tests.ledger.store.acknowledging import CURSOR, DATABASE_GONE, batch

ROOT = Path(__file__).parents[3]
KILLED = -9

#: Ends a process, or what it depends on.
Kill = Callable[[subprocess.Popen[str]], None]


@dataclass
class Tally:
    """What several kills came to."""

    kills: int = 0
    acknowledged: int = 0
    beyond: int = 0
    lost: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged} batches acknowledged, {self.lost} lost,"
            f" {self.beyond} kept and not yet acknowledged"
        )


class Expected:
    """The live entries after so many batches, by folding them in plain Python."""

    def __init__(self) -> None:
        self.live: dict[str, Entry] = {}
        self.booked = 0
        self.batches = 0

    def until(self, batches: int) -> None:
        """Fold further batches."""
        for number in range(self.batches + 1, batches + 1):
            for one in batch(number):
                self.booked += 2 if one.id in self.live else 1
                self.live[one.id] = one
        self.batches = batches


def run_and_kill(url: str, dice: random.Random, kill: Kill, *arguments: str) -> list[int]:
    """The numbers that a process said before its end came at a random moment."""
    command = [sys.executable, "-m", "tests.ledger.store.acknowledging", url, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            time.sleep(dice.uniform(0, 0.4))
            kill(process)
            rest, faults = process.communicate(timeout=90)
        finally:
            process.kill()
    assert process.returncode in {KILLED, DATABASE_GONE}, faults
    whole = (said + rest).splitlines(keepends=True)
    return [int(number) for number in whole if number.endswith("\n")]


def check(url: str, expected: Expected, acknowledged: list[int], tally: Tally) -> Expected:
    """Compare the database with the fold of what it says it holds; count what is missing."""
    with open_store(url) as store, store.snapshot("main") as inside:
        kept = int(inside.evidence.cursors("main").get(CURSOR, "0"))
        tally.kills += 1
        tally.acknowledged += len(acknowledged)
        last = max(acknowledged, default=kept)
        tally.lost += max(0, last - kept)
        tally.beyond += max(0, kept - last)
        assert kept <= last + 1
        if kept < expected.batches:  # something was lost: begin again from what is there
            expected = Expected()
        expected.until(kept)
        assert len(inside.evidence.statements("main")) == kept
        assert len(inside.journal.all_entries("main")) == expected.booked
        assert inside.journal.digest("main") == books_digest(in_order(expected.live.values()))
        assert inside.seals.verify("main").entries == expected.booked
    return expected


def killed(url: str, dice: random.Random, kills: int, kill: Kill, *arguments: str) -> Tally:
    """Start, kill and compare so many times on one database."""
    tally, expected = Tally(), Expected()
    with open_store(url) as store:
        store.funds.create(Fund("main"))
    for _ in range(kills):
        expected = check(url, expected, run_and_kill(url, dice, kill, *arguments), tally)
    print(f"\n{url.partition(':')[0]}: {tally}")
    return tally


def kill_process(process: subprocess.Popen[str]) -> None:
    process.kill()


@pytest.fixture
def dice(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.fixture
def server() -> Iterator[postgres.KillableServer]:
    """A PostgreSQL of this test alone, with one database of this version's tables."""
    with postgres.killable_server() as started, postgres.database(started.url, "killed") as url:
        upgrade(url)
        started.address = url
        yield started


def test_a_killed_process_loses_nothing_acknowledged_on_sqlite(sqlite_url, dice):
    assert killed(sqlite_url, dice, 6, kill_process).lost == 0


def test_a_killed_process_loses_nothing_acknowledged_on_postgresql(postgres_url, dice):
    assert killed(postgres_url, dice, 2, kill_process).lost == 0


def test_a_killed_server_loses_nothing_acknowledged(server, dice):
    assert killed(server.address, dice, 2, lambda _: server.kill_and_restart()).lost == 0


@pytest.mark.torture
def test_many_kills_lose_nothing_acknowledged_on_sqlite(sqlite_url, dice):
    assert killed(sqlite_url, dice, 100, kill_process).lost == 0


@pytest.mark.torture
def test_many_kills_lose_nothing_acknowledged_on_postgresql(postgres_url, dice):
    assert killed(postgres_url, dice, 20, kill_process).lost == 0


@pytest.mark.torture
def test_many_kills_of_a_server_lose_nothing_acknowledged(server, dice):
    assert killed(server.address, dice, 20, lambda _: server.kill_and_restart()).lost == 0


@pytest.mark.torture
def test_a_server_that_acknowledges_too_early_is_found_out(server, dice):
    weak = killed(server.address, dice, 12, lambda _: server.kill_and_restart(), "weak")
    assert weak.lost > 0
