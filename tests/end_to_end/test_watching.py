"""`partita sync --watch` reads what a chain mines and takes back, and ends when it is asked to."""

import signal
import subprocess
import sys
import time

from ledger.store import open_store
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, pay

WATCH = "from api.cli import main; main()"
LONGEST = 60


def kept(database):
    """Hashes of the transactions that the journal has in force."""
    with open_store(database) as store:
        return {entry.txid for entry in store.journal.live_entries("main")}


def until(database, wanted):
    began = time.monotonic()
    while kept(database) != wanted:
        assert time.monotonic() - began < LONGEST, "the watch does not see it"
        time.sleep(0.2)


def test_a_watch_follows_new_blocks_and_one_that_is_taken_back(partita):
    require_anvil()
    database = f"sqlite:///{partita.folder}/partita.db"
    with Anvil(chain_id=1) as node:
        chain = Chain(node)
        hot, cold = chain.accounts[:2]
        for label, address in (("hot", hot), ("cold", cold)):
            partita("wallet", "add", "ethereum", address, "--label", label)
        first = chain.transact(pay(hot, cold, 1)).hash
        words = ("sync", "--watch", "--every", "0.2", "--rpc", node.url, "--db", database)
        running = subprocess.Popen(
            [sys.executable, "-c", WATCH, *words], stderr=subprocess.PIPE, text=True
        )
        try:
            until(database, {first})
            second = chain.transact(pay(cold, hot, 2)).hash
            until(database, {first, second})
            chain.node.rpc("anvil_reorg", 1, [])
            until(database, {first})
        finally:
            running.send_signal(signal.SIGINT)
            said = running.communicate(timeout=LONGEST)[1]
    assert running.returncode == 0, said
    assert "orphaned" in said and said.splitlines()[-1].startswith("watched until now")


def test_a_watch_begins_where_the_last_sync_ended_and_nowhere_else(partita):
    partita("wallet", "add", "ethereum", "0x" + "1" * 40, "--label", "hot")
    for words in (("--from", "5"), ("--to", "5"), ("--tx", "0x" + "2" * 64)):
        done = partita("sync", "--watch", *words)
        assert (done.code, "--watch goes on" in done.err) == (6, True), words


def test_blocks_that_are_not_deep_enough_are_left_for_later(partita):
    require_anvil()
    with Anvil(chain_id=1) as node:
        chain = Chain(node)
        hot, cold = chain.accounts[:2]
        partita("wallet", "add", "ethereum", hot, "--label", "hot")
        for units in range(1, 6):
            chain.transact(pay(hot, cold, units))
        found = partita("sync", "--rpc", node.url, "--depth", "2", "--json").json
        assert (found[0]["to"], found[0]["transactions"]) == (3, 3)
        assert partita("sync", "--rpc", node.url, "--json").json[0]["transactions"] == 2
