"""Books of an earlier version are sealed by the upgrade, and lose nothing by going back (P4)."""

import pytest
from alembic import command
from alembic.config import Config

from ledger.model.errors import VerificationFailed
from ledger.model.fund import Fund
from ledger.store import open_store, upgrade
from ledger.store.engine import Database, engine_for
from ledger.store.seals import NO_LINK
from tests.ledger.store.around import run_around
from tests.ledger.store.cases import HARD, entry, run, transfer
from tests.ledger.store.test_schema import ROOT

#: the hash that the entry `tx:1#0` of `cases` had up to version 0003
FORMER = "b6259a5185987822d0ce0162d86554f888528f46eba308aeb818fef5fa3cb504"


def move(url: str, version: str) -> None:
    """Bring a database to an earlier version's tables."""
    engine = engine_for(url)
    try:
        with Database(engine).write_all() as connection:
            config = Config(ROOT / "alembic.ini")
            config.attributes["connection"] = connection
            command.downgrade(config, version)
    finally:
        engine.dispose()


@pytest.fixture
def filled(store):
    """Two funds, several batches, reversals, and one fund that has no entry."""
    for name in ("other", "empty"):
        store.funds.create(Fund(name))
    store.journal.append("main", [entry("tx:1#0"), entry("tx:2#0", value=None)])
    store.journal.append("other", [transfer(f"tx:{n}#0", q) for n, q in enumerate(HARD)])
    store.journal.replace_open("main", [entry("tx:1#0"), entry("tx:2#0", 8)])
    return {name: store.seals.verify(name) for name in ("main", "other", "empty")}


def test_going_back_and_forth_gives_the_same_seals_and_books(store, url, filled):
    digests = [store.journal.digest(name) for name in filled]
    before = run(url, "SELECT * FROM posting ORDER BY fund_id, n, seq")
    move(url, "0003")
    assert run(url, "SELECT hash FROM entry WHERE fund_id = 1 AND n = 1") == [(FORMER,)]
    assert [len(row) for row in run(url, "SELECT * FROM batch")] == [5, 5, 5]
    upgrade(url)
    assert {name: store.seals.verify(name) for name in filled} == filled
    assert [store.journal.digest(name) for name in filled] == digests
    assert run(url, "SELECT * FROM posting ORDER BY fund_id, n, seq") == before
    assert store.seals.head("empty").link == NO_LINK


def test_what_was_sealed_by_the_upgrade_is_protected_and_goes_on(store, url, filled):
    move(url, "0003")
    upgrade(url)
    for table in ("entry", "batch", "journal_head"):
        with pytest.raises(Exception, match="never"):
            run(url, f"DELETE FROM {table}")
        with pytest.raises(Exception, match="never"):
            run(url, f"UPDATE {table} SET fund_id = fund_id")
    for name, head in filled.items():
        store.journal.append(name, [entry("tx:new#0")])
        assert store.seals.verify(name, head.link).batches == head.batches + 1


@pytest.mark.usefixtures("filled")
def test_books_that_were_tampered_with_are_not_sealed(url):
    move(url, "0003")
    run_around(url, "UPDATE entry SET note = 'x' WHERE fund_id = 1 AND n = 2")
    with pytest.raises(VerificationFailed, match=r"n=2 \(id tx:2#0\)"):
        upgrade(url)
    assert run(url, "SELECT version_num FROM alembic_version") == [("0003",)]
    assert [len(row) for row in run(url, "SELECT * FROM batch")] == [5, 5, 5]


def test_a_database_of_the_version_before_is_refused_until_it_is_upgraded(store, url, filled):
    move(url, "0003")
    with pytest.raises(Exception, match="upgrade it first"):
        open_store(url)
    upgrade(url)
    with open_store(url) as again:
        assert again.seals.verify("main") == filled["main"]
