"""Writers at once, in threads and in processes, give the books of one writer (P5, P6)."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy.engine import make_url

from ledger.model.fund import Fund
from ledger.store import open_store
from tests.ledger.store.cases import entry, line, run
from tests.ledger.store.importer import AT_ONCE, ROWS

ROOT = Path(__file__).parents[3]


def import_in_processes(url: str, start: Path) -> None:
    command = [sys.executable, "-m", "tests.ledger.store.importer", url, str(start)]
    running = [
        subprocess.Popen([*command, str(turn)], cwd=ROOT, stderr=subprocess.PIPE) for turn in (0, 1)
    ]
    time.sleep(1)
    start.touch()
    said = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], said


def test_two_processes_importing_the_same_evidence_double_nothing(store, url, tmp_path):
    import_in_processes(url, tmp_path / "start")
    assert len(store.evidence.statements("main")) == ROWS
    assert len(store.journal.all_entries("main")) == ROWS
    assert store.evidence.cursors("main") == {"file": str(ROWS - AT_ONCE)}
    with open_store("sqlite://") as alone:
        alone.funds.create(Fund("main"))
        alone.evidence.add("main", store.evidence.statements("main"))
        rows = alone.evidence.statements("main")
        alone.journal.replace_open("main", [entry(f"row:{r.id}#0", r.line) for r in rows])
        assert alone.journal.digest("main") == store.journal.digest("main")


def test_threads_of_one_store_write_one_after_the_other(store):
    def import_rows(turn: int) -> int:
        new = store.evidence.add("main", [line(number) for number in range(turn, turn + 20)])
        store.journal.append("main", [entry(f"tx:{turn % 4}#0")])
        return len(new)

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(import_rows, range(16)))
    assert sum(added) == len(store.evidence.statements("main")) == 35
    assert len(store.journal.all_entries("main")) == 4


def test_writers_see_what_came_before_them_whatever_the_default_of_the_server(postgres_url):
    name = make_url(postgres_url).database
    level = "default_transaction_isolation = 'repeatable read'"
    run(postgres_url, f'ALTER DATABASE "{name}" SET {level}')
    with open_store(postgres_url) as store:
        store.funds.create(Fund("main"))
        with store.snapshot("main") as inside:
            assert inside.seals.head("main").entries == 0
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: store.journal.append("main", [entry(f"tx:{n}#0")]), range(12)))
        assert store.seals.verify("main").batches == 12


def test_a_snapshot_sees_one_moment(store):
    store.journal.append("main", [entry("tx:1#0")])
    with store.snapshot("main") as before, ThreadPoolExecutor(1) as pool:
        first = before.journal.live_entries("main")
        pool.submit(store.journal.append, "main", [entry("tx:2#0")]).result()
        assert before.journal.live_entries("main") == first
    assert len(store.journal.live_entries("main")) == 2


def test_twenty_thousand_postings_come_back_as_they_were(sqlite_url):
    written = [entry(f"eip155:1/tx:0x{n:064x}#0", n + 10**18, after=n) for n in range(5_000)]
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", written)
        assert store.journal.live_entries("main") == tuple(written)
