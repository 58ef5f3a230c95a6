"""Each migration keeps what a database of the version before holds, up, down and up again.

The databases hold the rows of `released/0003.zip`, which the program of version 0003 wrote from
`populated.py`, loaded into the tables of the version that a test begins with.
"""

import io
import itertools
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event

from ledger.model.errors import Conflict, VerificationFailed
from ledger.model.evidence import BlockRef, RawTransaction, canonical_json
from ledger.store import SCHEMA, open_store, upgrade
from ledger.store.archive import ArchiveReader
from ledger.store.backup import load, restore, stored_rows
from ledger.store.bulk import insert_rows
from ledger.store.columns import deflate
from ledger.store.schema import migrate, schema_of
from ledger.store.table_rows import plain_rows, tables_of
from tests.ledger.store import postgres
from tests.ledger.store.cases import plain
from tests.ledger.store.populated import FUNDS, digests, populate

ROOT = Path(__file__).parents[3]
#: The rows of a released version; those before it had the same in fewer tables.
RELEASED, ARCHIVE = "0003", Path(__file__).parent / "released" / "0003.zip"
SCRIPTS = ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).walk_revisions()
REVISIONS = sorted(script.revision for script in SCRIPTS)
STEPS = list(itertools.pairwise(REVISIONS))
FIRST = REVISIONS[0]
COUNT = itertools.count()

#: What a migration gives another value on purpose.
CHANGED = {"0004": {("entry", "hash")}}

Content = dict[str, list[dict[str, object]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables on each of the two."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    with postgres.database(server, f"partita_old_{os.getpid()}_{next(COUNT)}") as url:
        yield url


@pytest.fixture
def statements(request: pytest.FixtureRequest, new_url: str, tmp_path: Path) -> int:
    """How many statements an upgrade from the first version takes on a database of that kind."""

    def counted(url: str) -> int:
        build(url, FIRST)
        return int(run_upgrades(url, "whole")[0][1])

    if new_url.startswith("sqlite"):
        return counted(f"sqlite:///{tmp_path / 'counted.db'}")
    server = request.getfixturevalue("postgres_server")
    with postgres.database(server, f"partita_old_{os.getpid()}_{next(COUNT)}") as url:
        return counted(url)


def build(url: str, version: str) -> Content:
    """A populated database of a version; gives what is in it."""
    archive = ArchiveReader(io.BytesIO(ARCHIVE.read_bytes()))
    with plain(url) as connection:
        migrate(connection, min(version, RELEASED))
        tables = tables_of(connection)
        load(connection, tables, stored_rows(archive, tables))
    with plain(url) as connection:
        migrate(connection, version)
        return content_of(connection)


def content_of(connection: Connection) -> Content:
    content: Content = {}
    for name, table in tables_of(connection).items():
        columns = [column.name for column in table.columns]
        rows = plain_rows(connection, table)
        content[name] = [dict(zip(columns, row, strict=True)) for row in rows]
    return content


def found_in(url: str) -> tuple[str | None, Content]:
    with plain(url) as connection:
        return schema_of(connection), content_of(connection)


def kept(before: Content, after: Content, changed: set[tuple[str, str]]) -> None:
    """Every row and cell of before is there after, none is added to its tables."""
    assert before.keys() <= after.keys()
    for name, rows in before.items():
        assert len(rows) == len(after[name]), name
        for old, new in zip(rows, after[name], strict=True):
            same = {column for column in old if (name, column) not in changed}
            assert {c: old[c] for c in same} == {c: new[c] for c in same}, name


def sums(content: Content) -> dict[object, int]:
    total: dict[object, int] = defaultdict(int)
    for row in content["posting"]:
        total[row["fund_id"], row["account_id"], row["asset"]] += int(str(row["quantity"]))
    return dict(total)


def run_upgrades(url: str, *deaths: str) -> list[tuple[int, str]]:
    """Upgrade in a process for each death; gives exit codes and what was printed."""
    command = [sys.executable, "-m", "tests.ledger.store.upgrading", url]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    running = [subprocess.Popen([*command, death], **pipes) for death in deaths]  # type: ignore[call-overload]
    said = [process.communicate(timeout=120) for process in running]
    return [
        (process.returncode, out or fault)
        for process, (out, fault) in zip(running, said, strict=True)
    ]


def test_there_is_no_gap_in_the_versions():
    assert [f"{n:04}" for n in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert REVISIONS[-1] == SCHEMA


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_a_migration_keeps_what_there_was_up_and_down_and_up(new_url, old, new):
    before = build(new_url, old)
    assert len(before["posting"]) > 200
    with plain(new_url) as connection:
        migrate(connection, new)
        above = content_of(connection)
    kept(before, above, CHANGED.get(new, set()))
    assert sums(above) == sums(before)
    with plain(new_url) as connection:
        migrate(connection, old)
        assert content_of(connection) == before
    with plain(new_url) as connection:
        migrate(connection, new)
        again = content_of(connection)
    # what a step down takes away whole, like answers of 30 days, is not there again
    assert {name: again[name] for name in before} == {name: above[name] for name in before}


@pytest.mark.parametrize("old", REVISIONS)
def test_every_version_is_upgraded_to_the_books_that_a_new_database_has(new_url, old, sqlite_url):
    build(new_url, old)
    upgrade(new_url)
    expected = populate(sqlite_url)
    with open_store(new_url) as found, open_store(sqlite_url) as wanted:
        assert digests(found) == expected
        for fund in FUNDS:
            assert found.journal.all_entries(fund) == wanted.journal.all_entries(fund)
            assert found.journal.altered(fund) == ()
            assert found.fingerprints.of(fund) == wanted.fingerprints.of(fund)


def test_a_backup_of_an_older_version_is_restored_and_upgraded(new_url, sqlite_url):
    expected = populate(sqlite_url)
    restore(new_url, io.BytesIO(ARCHIVE.read_bytes()))
    with open_store(new_url) as store:
        assert digests(store) == expected


def test_tables_of_another_version_are_not_restored_into_even_without_rows(tmp_path):
    address = f"sqlite:///{tmp_path / 'older.db'}"
    with plain(address) as connection:
        migrate(connection, FIRST)
    with pytest.raises(Conflict, match="new database"):
        restore(address, io.BytesIO(ARCHIVE.read_bytes()))


def test_an_upgrade_that_would_lose_a_row_does_not_take_place(new_url):
    before = build(new_url, FIRST)

    def lose(_connection, cursor, statement, *_rest) -> None:
        if "CREATE TABLE answered_request" in statement:
            cursor.execute("DELETE FROM quote WHERE price = '100'")

    event.listen(Engine, "after_cursor_execute", lose)
    try:
        with pytest.raises(VerificationFailed, match="rows quote has"):
            upgrade(new_url)
    finally:
        event.remove(Engine, "after_cursor_execute", lose)
    assert found_in(new_url) == (FIRST, before)


def test_processes_that_upgrade_a_populated_database_at_once_all_succeed(new_url):
    before = build(new_url, FIRST)
    done = run_upgrades(new_url, "whole", "whole")
    assert [code for code, _ in done] == [0, 0], done
    version, after = found_in(new_url)
    assert version == SCHEMA
    kept(before, after, set().union(*CHANGED.values()))


@pytest.mark.parametrize("death", ["middle", "commit"])
def test_an_upgrade_that_is_killed_leaves_the_old_version_whole(new_url, statements, death):
    place = str(statements // 2) if death == "middle" else death
    assert killed_and_whole(new_url, [place]) == SCHEMA


@pytest.mark.torture
def test_forty_kills_in_the_upgrade_leave_the_old_version_whole(new_url, statements):
    places = [str(2 + number * (statements - 4) // 39) for number in range(39)]
    assert killed_and_whole(new_url, [*places, "commit"]) == SCHEMA


def killed_and_whole(url: str, deaths: list[str]) -> str | None:
    before = build(url, FIRST)
    for death in deaths:
        code, said = run_upgrades(url, death)[0]
        assert code == -signal.SIGKILL, said
        assert found_in(url) == (FIRST, before)
    upgrade(url)
    version, after = found_in(url)
    kept(before, after, set().union(*CHANGED.values()))
    return version


def test_the_blocks_of_kept_transactions_are_known_after_the_upgrade(new_url):
    bodies = [
        {"receipt": {"blockNumber": hex(number), "blockHash": "0x" + letter * 64}}
        for number, letter in ((7, "a"), (8, "B"), (8, "b"))
    ]
    with open_store_of(new_url, "0004") as connection:
        fund = connection.exec_driver_sql("SELECT id FROM fund WHERE name = 'main'").scalar_one()
        for body in (*bodies, {"receipt": None}, {}):
            raw = RawTransaction("eip155:1", f"0x{len(str(body))}", canonical_json(body))
            add_evidence(connection, fund, raw)
    upgrade(new_url)
    with open_store(new_url) as store:
        known = store.blocks.newest("main", "eip155:1", 9)
        assert known == tuple(
            BlockRef("eip155:1", number, "0x" + letter * 64)
            for number, letter in ((8, "b"), (7, "a"))
        )
        assert store.blocks.orphaned("main") == ()


@contextmanager
def open_store_of(url: str, version: str) -> Iterator[Connection]:
    """Plain SQL in a populated database of a version."""
    build(url, version)
    with plain(url) as connection:
        yield connection


def add_evidence(connection: Connection, fund: int, raw: RawTransaction) -> None:
    table = tables_of(connection)["evidence"]
    cells = (fund, raw.id, "transaction", raw.network, raw.txid, "", 1, "", 0, deflate(raw.body), 5)
    insert_rows(connection, table, [cells])
