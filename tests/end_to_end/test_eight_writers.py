"""The same evidence from eight writers at once, in any order and any number of times: one set of
books.
"""

import itertools
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.desk import Desk, now
from ledger.model.fund import Fund, Wallet
from ledger.store import open_store, upgrade
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, pay
from tests.end_to_end.writer import ROWS, bring, parts, write
from tests.ledger.store import postgres

ROOT = Path(__file__).parents[2]
NETWORK, BLOCKS, WRITERS = "eip155:1", 12, 8
COUNT = itertools.count()


@pytest.fixture(scope="module")
def chain():
    require_anvil()
    with Anvil(chain_id=1) as node:
        played = Chain(node)
        hot, cold = played.accounts[:2]
        token = played.deploy("Token", "USD Coin", "USDC", 6)
        played.transact(token.transaction("mint", hot, 10**9, sender=played.owner))
        for number in range(BLOCKS - 2):
            move = token.transaction("transfer", cold, 5, sender=hot)
            played.block(pay(hot, cold, number + 1), *([move] if number % 2 else []))
        yield played


@pytest.fixture(scope="module")
def server():
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path, chain):
    """A database with a fund of two wallets."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'partita.db'}"
        set_up(address, chain)
        yield address
        return
    name = f"partita_eight_{os.getpid()}_{next(COUNT)}"
    with postgres.database(request.getfixturevalue("server"), name) as address:
        upgrade(address)
        set_up(address, chain)
        yield address


def set_up(address, chain):
    with open_store(address, clock=now) as store:
        store.funds.create(Fund("main"))
        owned = zip(("hot", "cold"), chain.accounts, strict=False)
        store.wallets.add("main", [Wallet(NETWORK, one.lower(), label) for label, one in owned])


@pytest.fixture(scope="module")
def once(chain, tmp_path_factory):
    """The entries and the digest of a fund to which each kind of evidence was brought once."""
    address = f"sqlite:///{tmp_path_factory.mktemp('once') / 'partita.db'}"
    set_up(address, chain)
    with open_store(address, clock=now) as store:
        desk = Desk(store, store.funds.get("main"))
        whole = dict(reversed(parts(BLOCKS)))
        for kind, part in whole.items():
            bring(desk, chain.node.url, (kind, part))
        entries = store.journal.live_entries("main")
        assert len(entries) == len(ROWS) + len({entry.txid for entry in entries if entry.txid})
        return store.journal.digest("main"), entries


def books_of(url):
    """Digest and live entries, once they are shown to be sealed and in need of no change."""
    with open_store(url, clock=now) as store:
        desk = Desk(store, store.funds.get("main"))
        found = store.journal.digest("main"), store.journal.live_entries("main")
        assert len(store.evidence.statements("main")) == len(ROWS)
        store.seals.verify("main")
        written = desk.keep()
        assert (written.appended, written.reversed) == (0, 0)
        return found


def test_eight_writers_at_once_give_the_books_of_one_import(url, chain, once):
    with ThreadPoolExecutor(WRITERS) as pool:
        turns = [pool.submit(write, url, chain.node.url, BLOCKS, turn) for turn in range(WRITERS)]
        for turn in turns:
            turn.result(timeout=300)
    assert books_of(url) == once


@pytest.mark.torture
@pytest.mark.parametrize("run", range(3))
def test_eight_processes_at_once_give_the_books_of_one_import(
    url, chain, once, tmp_path, seed, run
):
    start = tmp_path / "start"
    command = [sys.executable, "-m", "tests.end_to_end.writer", url, str(start), chain.node.url]
    numbers = [[str(BLOCKS), str(seed + run * WRITERS + turn), "4"] for turn in range(WRITERS)]
    running = [
        subprocess.Popen([*command, *each], cwd=ROOT, stderr=subprocess.PIPE) for each in numbers
    ]
    time.sleep(3)
    start.touch()
    said = [process.communicate(timeout=1_200)[1] for process in running]
    assert [process.returncode for process in running] == [0] * WRITERS, said
    assert books_of(url) == once
