"""A backup brings back the same books on either database, and is made while others write."""

import io
import itertools
import json
import shutil
import sqlite3
import threading
import zipfile

import pytest

from ledger.model.errors import BadInput, Conflict, NotFound
from ledger.model.fund import Fund
from ledger.store import SCHEMA, SchemaMismatch, open_store
from ledger.store.backup import back_up, restore
from tests.ledger.store import postgres
from tests.ledger.store.cases import entry, line, run
from tests.ledger.store.populated import FUNDS, digests, populate, populate_further

MADE = "2026-11-22T00:00:00Z"


def archive_of(url: str) -> bytes:
    stream = io.BytesIO()
    back_up(url, stream, MADE)
    return stream.getvalue()


def content_of(store, fund: str) -> list[object]:
    return [
        store.funds.get(fund),
        store.settings.all(fund),
        store.identifications.all(fund),
        store.wallets.all(fund),
        store.assets.all(fund),
        store.evidence.transactions(fund),
        store.evidence.statements(fund),
        store.evidence.cursors(fund),
        store.blocks.newest(fund, "eip155:1", 9),
        store.imports.all(fund),
        store.answers.all(fund),
        store.quotes.all(fund),
        store.journal.all_entries(fund),
        store.keys.all(fund),
        store.requests.get(fund, "key"),
        store.fingerprints.of(fund),
    ]


@pytest.fixture
def new_urls(tmp_path, postgres_server):
    """Addresses of databases without tables, by kind; each asking gives another one."""
    count = itertools.count()
    with postgres.database(postgres_server, f"partita_restored_{tmp_path.name}") as empty:
        yield (
            lambda kind: (
                empty if kind == "postgresql" else f"sqlite:///{tmp_path}/restored{next(count)}.db"
            )
        )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_of_either_is_restored_into_either_with_everything_in_it(url, kind, new_urls):
    expected = populate(url)
    populate_further(url)
    archive = archive_of(url)
    restored = new_urls(kind)
    manifest = restore(restored, io.BytesIO(archive))
    assert manifest.journal == expected
    with open_store(url) as before, open_store(restored) as after:
        assert digests(after) == expected
        for fund in FUNDS:
            assert content_of(after, fund) == content_of(before, fund)
            assert after.journal.altered(fund) == ()
        # and it goes on as if nothing had been
        assert after.evidence.add("main", [line(1, 2)]) == ()
        written = after.journal.append(
            "main", [entry("tx:1#0", 10**18 + 1, after=1), entry("new", after=86_400 * 40)]
        )
        assert (written.unchanged, written.appended) == (1, 1)
    assert archive_of(restored) != archive


def test_equal_content_gives_equal_bytes_on_both(sqlite_url, postgres_url):
    populate(sqlite_url)
    populate(postgres_url)
    assert archive_of(sqlite_url) == archive_of(sqlite_url) == archive_of(postgres_url)


def test_a_restored_database_gives_the_same_backup_again(url, new_urls):
    populate(url)
    archive = archive_of(url)
    restored = new_urls("sqlite")
    restore(restored, io.BytesIO(archive))
    assert archive_of(restored) == archive


def test_a_backup_is_a_zip_file_that_anything_can_read(sqlite_url):
    populate(sqlite_url)
    with zipfile.ZipFile(io.BytesIO(archive_of(sqlite_url))) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        assert (manifest["schema"], manifest["created_at"]) == (SCHEMA, MADE)
        rows = archive.read("tables/posting.jsonl").decode().splitlines()
        assert len(rows) == manifest["tables"]["posting"]["rows"]
        assert str(2**256 - 1) in rows[0] + rows[-1] + "".join(rows)


def test_a_backup_under_load_is_one_moment(url, new_urls):
    expected = populate(url)
    stop = threading.Event()
    written = []

    def write() -> None:
        with open_store(url) as store:
            for number in itertools.count():
                if stop.is_set():
                    return
                with store.transaction("main") as inside:
                    inside.evidence.add("main", [line(1000 + number)], {"load": str(number)})
                    inside.journal.append("main", [entry(f"load:{number}#0", number + 1)])
                written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 3:
            stop.wait(0.01)
        archives = [archive_of(url) for _ in range(3)]
        reached = len(written)
    finally:
        stop.set()
        writer.join()
    assert reached > 3
    for archive in archives:
        restored = new_urls("sqlite")
        manifest = restore(restored, io.BytesIO(archive))
        assert manifest.journal["main"] != expected["main"]
        assert manifest.journal[FUNDS[1]] == expected[FUNDS[1]]
        with open_store(restored) as store:
            cursor = int(store.evidence.cursors("main")["load"])
            loaded = {found.id for found in store.journal.all_entries("main")}
        assert f"load:{cursor}#0" in loaded
        assert f"load:{cursor + 1}#0" not in loaded


def test_a_database_in_use_is_not_restored_into(url, sqlite_template, tmp_path):
    populate(url)
    archive = archive_of(url)
    with open_store(url) as store:
        before = digests(store)
    with pytest.raises(Conflict, match="in use"):
        restore(url, io.BytesIO(archive))
    with open_store(url) as store:
        assert digests(store) == before
    other = f"sqlite:///{tmp_path / 'other.db'}"
    run(other, "CREATE TABLE song (title TEXT)")
    with pytest.raises(Conflict, match="not one of Partita's"):
        restore(other, io.BytesIO(archive))


def test_one_fund_without_anything_is_use_enough(store, url):
    assert store.funds.all() == (Fund("main"),)
    store.close()
    with pytest.raises(Conflict, match="in use"):
        restore(url, io.BytesIO(archive_of(url)))


def test_tables_without_rows_are_restored_into(sqlite_url, postgres_url, tmp_path):
    expected = populate(postgres_url)
    assert restore(sqlite_url, io.BytesIO(archive_of(postgres_url))).journal == expected
    with open_store(sqlite_url) as store:
        assert digests(store) == expected


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_a_log_that_lies_beside_the_file_is_never_read_into_it(sqlite_url, tmp_path, ending):
    populate(sqlite_url)
    archive = archive_of(sqlite_url)
    stale = tmp_path / f"new.db{ending}"
    stale.write_bytes(b"of another database")
    with pytest.raises(Conflict, match=r"new\.db"):
        restore(f"sqlite:///{tmp_path / 'new.db'}", io.BytesIO(archive))
    assert stale.read_bytes() == b"of another database"
    assert not (tmp_path / "new.db").exists()


def test_an_open_database_is_not_restored_into(sqlite_url, tmp_path):
    archive = archive_of(sqlite_url)
    file = tmp_path / "open.db"
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), file)
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT * FROM fund").fetchall()
        with pytest.raises(Conflict, match="in use"):
            restore(f"sqlite:///{file}", io.BytesIO(archive))
    finally:
        connection.close()


def test_a_backup_of_a_newer_program_is_refused(sqlite_url, tmp_path, monkeypatch):
    archive = archive_of(sqlite_url)
    monkeypatch.setattr("ledger.store.backup.SCHEMA", "0001")
    with pytest.raises(SchemaMismatch, match="newer"):
        restore(f"sqlite:///{tmp_path / 'new.db'}", io.BytesIO(archive))


def test_a_database_that_is_not_there_is_not_made_to_be_backed_up(tmp_path):
    with pytest.raises(NotFound):
        archive_of(f"sqlite:///{tmp_path / 'absent.db'}")
    assert not (tmp_path / "absent.db").exists()
    with pytest.raises(BadInput, match="memory"):
        archive_of("sqlite://")
