"""A node dies while it is read, a sync is killed at any moment: nothing is lost or doubled."""

import random
import subprocess
import sys
import urllib.request

import pytest

from api.jobs import sync as job
from ledger.model.errors import SourceUnavailable
from ledger.store import open_store
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain
from tests.end_to_end.test_reorganisation import books_of, desk_of, fresh, play, sync
from tests.ledger.web_server import answer, served

BLOCKS = 60
#: Blocks of one transaction of the store, so that there are many to fall between.
AT_ONCE = 2
SYNC = "import api.jobs.sync as s; s.BLOCKS_AT_ONCE = 1; from api.cli import main; main()"


@pytest.fixture(scope="module")
def chain():
    require_anvil()
    with Anvil(chain_id=1) as node:
        made = Chain(node)
        play(made, BLOCKS)
        yield made


class Mortal:
    """A node that dies while it answers one of its requests: half of the answer, then nothing."""

    def __init__(self, chain, requests):
        self.chain, self.left = chain, requests

    def respond(self, body):
        self.left -= 1
        if self.left < 0:
            raise ConnectionError
        request = urllib.request.Request(
            self.chain.node.url, body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as said:
            whole = answer(said.read())
        yield whole if self.left else whole[: len(whole) // 2]
        if not self.left:
            raise ConnectionError


class At:
    """A chain whose node has this address."""

    def __init__(self, url):
        self.node = self
        self.url = url


def dies(desk, chain, requests):
    """Sync from a node that dies after so many requests; whether it did."""
    with served(Mortal(chain, requests).respond) as server:
        try:
            sync(desk, At(server.url))
        except SourceUnavailable:
            return True
    return False


def assert_nodes_may_die(tmp_path, chain, times, seed):
    chance = random.Random(seed)
    with desk_of(f"sqlite:///{tmp_path / 'partita.db'}", chain) as desk:
        deaths = sum(dies(desk, chain, chance.randrange(1, 14)) for _ in range(times))
        assert deaths > times // 2, "the node hardly ever died"
        sync(desk, chain)
        assert books_of(desk) == fresh(chain)


@pytest.fixture(autouse=True)
def many_ranges(monkeypatch):
    monkeypatch.setattr(job, "BLOCKS_AT_ONCE", AT_ONCE)
    monkeypatch.setattr("ledger.transport._WAITS", (0, 0, 0))


def test_a_node_dies_at_any_request_and_the_next_sync_finds_all(tmp_path, chain):
    assert_nodes_may_die(tmp_path, chain, 8, seed=1)


@pytest.mark.torture
def test_a_node_dies_fifty_times(tmp_path, chain):
    assert_nodes_may_die(tmp_path, chain, 50, seed=2)


def kill_once(url, chain, lines):
    """Kill a sync when it has said so many lines of progress; whether it was not done by then."""
    words = ("sync", "--rpc", chain.node.url, "--db", url)
    with subprocess.Popen(
        [sys.executable, "-c", SYNC, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as running:
        assert running.stderr is not None
        for _ in range(lines):
            running.stderr.readline()
        running.kill()
    return running.returncode < 0


def assert_syncs_may_be_killed(tmp_path, chain, times, seed):
    """Most kills fall between two ranges that are saved, or between a range and the books."""
    chance = random.Random(seed)
    url = f"sqlite:///{tmp_path / 'partita.db'}"
    with desk_of(url, chain):
        pass
    killed = sum(kill_once(url, chain, chance.randrange(3)) for _ in range(times))
    assert killed > times // 2, f"{killed} syncs were killed"
    done = subprocess.run(
        [sys.executable, "-c", SYNC, "sync", "--rpc", chain.node.url, "--db", url],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    with open_store(url) as store:
        kept = store.journal.digest("main"), store.journal.live_entries("main")
    assert kept == fresh(chain)


def test_a_sync_is_killed_at_any_moment_and_the_next_one_finds_all(tmp_path, chain):
    assert_syncs_may_be_killed(tmp_path, chain, 4, seed=3)


@pytest.mark.torture
def test_a_sync_is_killed_fifty_times(tmp_path, chain):
    assert_syncs_may_be_killed(tmp_path, chain, 50, seed=4)
