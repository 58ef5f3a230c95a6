"""A disk without space, or one that fails: a named fault, nothing half kept, then on as before."""

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import apsw
import pytest

from ledger.model.entry import Entry, in_order
from ledger.model.errors import SourceUnavailable
from ledger.model.fund import Fund
from ledger.store import books_digest, open_store
from tests.ledger.store.cases import entry, run
from tests.ledger.store.disk import Disk
from tests.ledger.store.driver import HELD, disk_with, founded_bytes, store_on

ROOT = Path(__file__).parents[3]
#: the fault of each kind, and the operations that raise it
FAULTS = {
    "full": (apsw.FullError, ("write",)),
    "error": (apsw.IOError, ("write", "sync", "truncate", "delete")),
    "sync": (apsw.IOError, ("sync",)),
}
#: PostgreSQL says the same words with the same code when it finds no space
NO_SPACE = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file: no space left on device' USING ERRCODE = 'disk_full';
END $$
"""
UNTIL_MENDED = "CREATE TRIGGER until_mended BEFORE INSERT ON"


@pytest.fixture
def founded(sqlite_url: str) -> bytes:
    return founded_bytes(sqlite_url)


def fail_from(disk: Disk, first: int, kind: str) -> None:
    """Let the disk fail from its so many-th operation on."""
    fault, operations = FAULTS[kind]
    begun = disk.operations

    def before(operation: str) -> None:
        if disk.operations - begun >= first and operation in operations:
            raise fault(f"{operation} fails")

    disk.before = before


def mend(disk: Disk) -> None:
    disk.before = lambda _operation: None


def digest_of(live: dict[str, Entry]) -> str:
    return books_digest(in_order(live.values()))


def run_on_a_failing_disk(disk: Disk, dice: random.Random, kind: str) -> Counter[str]:
    """Appends of which some meet a failing disk; how many were refused and how many kept."""
    live: dict[str, Entry] = {}
    ends: Counter[str] = Counter()
    with store_on(disk, pages=dice.choice((4, 64))) as store:
        for number in range(8):
            batch = {
                f"tx:{number}#{place}": entry(f"tx:{number}#{place}", number + 1)
                for place in range(3)
            }
            fail_from(disk, dice.randint(1, 70), kind)
            try:
                store.journal.append("main", batch.values())
            except SourceUnavailable:
                ends["refused"] += 1
            else:
                ends["kept"] += 1
                live |= batch
            mend(disk)
            assert store.journal.digest("main") == digest_of(live)
        store.journal.append("main", [entry("after#0")])
        store.seals.verify("main")
        live["after#0"] = entry("after#0")
        assert store.journal.digest("main") == digest_of(live)
    with store_on(disk) as store:
        assert store.journal.digest("main") == digest_of(live)
    return ends


@pytest.mark.parametrize("kind", FAULTS)
def test_a_failing_disk_is_a_named_fault_and_leaves_nothing_half(founded, tmp_path, seed, kind):
    ends: Counter[str] = Counter()
    for turn in range(8):
        disk = disk_with(founded)
        ends += run_on_a_failing_disk(disk, random.Random(f"{seed}/{turn}/{kind}"), kind)
        path = tmp_path / f"{turn}.db"
        path.write_bytes(bytes(disk.files[HELD].seen))
        with open_store(f"sqlite:///{path}") as store:
            store.seals.verify("main")
    assert ends["refused"] > 10
    assert ends["kept"] > 0


@pytest.mark.parametrize("table", ["entry", "posting", "batch"])
def test_a_full_disk_of_postgresql_is_a_named_fault(postgres_url, table):
    with open_store(postgres_url) as store:
        store.funds.create(Fund("main"))
        run(postgres_url, NO_SPACE, f"{UNTIL_MENDED} {table} EXECUTE FUNCTION no_space()")
        with pytest.raises(SourceUnavailable):
            store.journal.append("main", [entry("tx:1#0")])
        run(postgres_url, f"DROP TRIGGER until_mended ON {table}")
        assert store.journal.append("main", [entry("tx:2#0")]).appended == 1
        assert [one.id for one in store.journal.all_entries("main")] == ["tx:2#0"]


@pytest.mark.parametrize("more", [0, 9_000, 60_000, 400_000])
def test_a_file_that_may_not_grow_is_a_named_fault_and_grows_again_later(sqlite_url, more):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
    command = [sys.executable, "-m", "tests.ledger.store.filled", sqlite_url, str(more)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert said["code"] == "source_unavailable"
    assert said["live"] == 3 * said["kept"]
    assert said["appended"] == 1
    with open_store(sqlite_url) as store:
        assert store.journal.digest("main") == said["digest"]
        store.seals.verify("main")
