"""The power goes at any instant: what was acknowledged stays, the rest is whole or absent."""

import random
import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError, ResourceClosedError

from ledger.model.entry import Entry, in_order
from ledger.model.errors import PartitaError
from ledger.store import Store, books_digest, open_store
from tests.ledger.store.cases import entry
from tests.ledger.store.disk import Disk
from tests.ledger.store.driver import HELD, disk_with, founded_bytes, store_on

#: the log goes into the file after so many pages: often, so that many cuts fall into it
CHECKPOINTS = (4, 16, 64, 1000)


class PowerCut(Exception):
    """Nothing answers any more."""


@dataclass(frozen=True)
class Cut:
    """What a run without power left: what was acknowledged, what was begun, and the files."""

    acknowledged: tuple[Entry, ...]
    begun: tuple[Entry, ...]
    images: dict[str, bytes]


@pytest.fixture
def founded(sqlite_url: str) -> bytes:
    return founded_bytes(sqlite_url)


def batches(dice: random.Random) -> list[list[Entry]]:
    """What is kept in turn: entries, some of them changed by a later batch."""
    kept = []
    for number in range(12):
        size = dice.choice((1, 1, 2, 8))
        new = [entry(f"tx:{number}#{place}", number + place + 1) for place in range(size)]
        again = (
            [entry(f"tx:{number - 1}#0", 1000 + number)] if number and dice.random() < 0.4 else []
        )
        kept.append(new + again)
    return kept


def cut_the_power(founded: bytes, dice: random.Random, *pragmas: str, lies: bool = False) -> Cut:
    """Run until the power goes at a random operation; the run is as long as it is without a cut."""
    kept = batches(dice)
    pages = dice.choice(CHECKPOINTS)
    whole = disk_with(founded, lies=lies)
    run_until_the_cut(whole, kept, pragmas, pages)
    disk = disk_with(founded, lies=lies)
    last = dice.randint(1, whole.operations)
    images: dict[str, bytes] = {}

    def before(_operation: str) -> None:
        if disk.operations == last:
            images.update(disk.images(dice))
        if images:
            raise PowerCut

    disk.before = before
    acknowledged, begun = run_until_the_cut(disk, kept, pragmas, pages)
    return Cut(acknowledged, begun, images)


def run_until_the_cut(
    disk: Disk, kept: list[list[Entry]], pragmas: tuple[str, ...], pages: int
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The live entries that were acknowledged, and those that the last call would have left."""
    live: dict[str, Entry] = {}
    coming = live
    with store_on(disk, *pragmas, pages=pages) as store:
        for batch in kept:
            coming = live | {one.id: one for one in batch}
            try:
                store.journal.append("main", batch)
            except (PowerCut, PartitaError, DatabaseError, ResourceClosedError):
                break
            live = coming
    return tuple(live.values()), tuple(coming.values())


def reopened(cut: Cut, folder: Path) -> str:
    """What is wrong with the files after the cut, by plain SQLite: nothing, or `lost`, `broken`."""
    folder.mkdir()
    for name, content in cut.images.items():
        (folder / Path(name).name).write_bytes(content)
    path = folder / Path(HELD).name
    try:
        plain = sqlite3.connect(path)
        try:
            found = plain.execute("PRAGMA integrity_check").fetchall()
            found += plain.execute("PRAGMA foreign_key_check").fetchall()
        finally:
            plain.close()
        if found != [("ok",)]:
            return "broken"
        with open_store(f"sqlite:///{path}") as store:
            return standing(store, cut)
    except (sqlite3.DatabaseError, DatabaseError, PartitaError):
        return "broken"


def standing(store: Store, cut: Cut) -> str:
    """Whether the books are those acknowledged, or those with the whole of the batch begun.

    Raises VerificationFailed where they are not what was sealed.
    """
    digest = store.journal.digest("main")
    store.seals.verify("main")
    if digest not in {books_digest(in_order(cut.acknowledged)), books_digest(in_order(cut.begun))}:
        return "lost"
    store.journal.append("main", [entry("after#0")])
    return "clean"


def outcomes(
    founded: bytes, folder: Path, seed: int, runs: int, *pragmas: str, lies: bool = False
) -> Counter[str]:
    """How often each outcome came about in so many cuts."""
    found: Counter[str] = Counter()
    for run in range(runs):
        dice = random.Random(f"{seed}/{run}/{pragmas}/{lies}")
        cut = cut_the_power(founded, dice, *pragmas, lies=lies)
        found[reopened(cut, folder / f"{'-'.join(pragmas)}{lies}{run}")] += 1
    return found


def test_the_disk_is_used_as_the_program_uses_its_own(founded):
    with store_on(disk_with(founded)) as store, store._database.read("main") as inside:
        asked = {
            name: inside.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }


def test_a_power_cut_loses_nothing_acknowledged(founded, tmp_path, seed):
    assert outcomes(founded, tmp_path, seed, 12) == {"clean": 12}


@pytest.mark.parametrize(
    ("pragma", "lies"),
    [("synchronous=NORMAL", False), ("synchronous=OFF", False), ("synchronous=FULL", True)],
)
def test_a_weakened_setting_is_found_out(founded, tmp_path, seed, pragma, lies):
    found = outcomes(founded, tmp_path, seed, 10, pragma, lies=lies)
    assert found["clean"] < 10


@pytest.mark.torture
def test_a_power_cut_loses_nothing_acknowledged_in_many_cuts(founded, tmp_path, seed):
    kept = outcomes(founded, tmp_path, seed, 150)
    weak = {
        "NORMAL": outcomes(founded, tmp_path, seed, 150, "synchronous=NORMAL"),
        "OFF": outcomes(founded, tmp_path, seed, 150, "synchronous=OFF"),
        "a disk that lies": outcomes(founded, tmp_path, seed, 60, lies=True),
    }
    print(f"\n150 cuts: FULL {dict(kept)}; { ({name: dict(c) for name, c in weak.items()}) }")
    assert kept == {"clean": 150}
    assert weak["NORMAL"]["lost"] > 30
    assert weak["OFF"]["lost"] + weak["OFF"]["broken"] > 30
    assert weak["a disk that lies"]["clean"] < 60
