"""A database has the tables that are declared, or is refused with the reason."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from ledger.model.errors import BadInput, SourceUnavailable
from ledger.model.fund import Fund
from ledger.store import SCHEMA, SchemaMismatch, open_store, upgrade
from ledger.store.engine import engine_for
from ledger.store.tables import METADATA
from tests.ledger.store.cases import entry, run

ROOT = Path(__file__).parents[3]


def test_the_newest_migration_is_the_version_of_the_program():
    script = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    assert script.get_heads() == [SCHEMA]


def test_the_migrations_make_the_declared_tables(url):
    engine = engine_for(url)
    try:
        found = inspect(engine)
        declared = METADATA.tables
        assert set(found.get_table_names()) == {*declared, "alembic_version"}
        for name, table in declared.items():
            columns = found.get_columns(name)
            assert [c["name"] for c in columns] == [c.name for c in table.columns], name
            assert [c["nullable"] for c in columns] == [c.nullable for c in table.columns], name
            keys = found.get_pk_constraint(name)["constrained_columns"]
            assert keys == [c.name for c in table.primary_key.columns], name
            assert name == "fund" or keys[0] == "fund_id", name
    finally:
        engine.dispose()


def test_every_sqlite_table_is_strict(sqlite_url):
    tables = run(sqlite_url, "PRAGMA table_list")
    loose = {name for _, name, kind, _, _, strict in tables if kind == "table" and not strict}
    assert loose == {"alembic_version", "sqlite_schema", "sqlite_temp_schema"}


def test_no_exact_number_is_kept_as_float(url):
    if url.startswith("postgresql"):
        asked = "SELECT data_type, numeric_precision, numeric_scale FROM information_schema.columns"
        rows = run(url, f"{asked} WHERE column_name IN ('quantity', 'value', 'price')")
        assert ("numeric", None, None) in rows
        assert {kind for kind, _, _ in rows} <= {"numeric", "text"}
    else:
        rows = run(url, "PRAGMA table_info(posting)")
        assert {row[1]: row[2] for row in rows}["quantity"] == "TEXT"


def test_a_new_sqlite_file_gets_its_tables(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'new.db'}") as store:
        assert store.funds.all() == ()


def test_a_store_in_memory_is_whole():
    with open_store("sqlite://") as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
        assert store.journal.live_entries("main") == (entry("tx:1#0"),)


def test_upgrading_twice_changes_nothing(url):
    upgrade(url)
    with open_store(url) as store:
        assert store.funds.all() == ()


@pytest.mark.parametrize("version", ["0001", "9999"])
def test_tables_of_another_version_are_refused(url, version):
    run(url, f"UPDATE alembic_version SET version_num = '{version}'")
    with pytest.raises(SchemaMismatch, match=version):
        open_store(url)


def test_a_newer_database_is_never_downgraded(url):
    run(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match="newer"):
        upgrade(url)


def test_a_database_of_something_else_is_refused(tmp_path):
    address = f"sqlite:///{tmp_path / 'other.db'}"
    run(address, "CREATE TABLE song (title TEXT)")
    with pytest.raises(SchemaMismatch, match="not one of Partita's"):
        open_store(address)


def test_an_empty_postgresql_is_upgraded_first(postgres_url):
    run(postgres_url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    with pytest.raises(SchemaMismatch, match="upgrade"):
        open_store(postgres_url)
    upgrade(postgres_url)
    with open_store(postgres_url) as store:
        assert store.funds.all() == ()


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://a:secret@b/c"])
def test_an_address_of_nothing_known_is_refused_without_its_password(address):
    with pytest.raises(BadInput) as fault:
        open_store(address)
    assert "secret" not in str(fault.value)


def test_a_database_that_does_not_answer_is_a_source_unavailable(tmp_path):
    with pytest.raises(SourceUnavailable):
        open_store(f"sqlite:///{tmp_path}/no/such/folder/x.db")
    with pytest.raises(SourceUnavailable):
        open_store(f"postgresql://nobody@/nothing?host={tmp_path}")


def test_sqlite_is_set_to_lose_nothing(sqlite_url):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "busy_timeout": 60_000,
    }
    found = {name: run(sqlite_url, f"PRAGMA {name}")[0][0] for name in wanted}
    assert found == wanted


def test_postgresql_flushes_each_commit(postgres_url):
    assert run(postgres_url, "SHOW synchronous_commit") == [("on",)]


def test_processes_that_upgrade_at_once_all_succeed(tmp_path):
    address = f"sqlite:///{tmp_path / 'new.db'}"
    command = [
        sys.executable,
        "-c",
        "import sys, ledger.store as s; s.upgrade(sys.argv[1])",
        address,
    ]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
