"""A second node confirms the first: a range is kept where both tell the same, else not at all."""

import json
import urllib.request
from contextlib import contextmanager

import pytest

from api.desk import Desk, now
from api.jobs.sync import Asking, sync_chains
from ledger.model.errors import BadInput, SourcesDisagree, SourceUnavailable
from ledger.model.fund import Fund, Wallet
from ledger.store import open_store
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, pay
from tests.ledger.web_server import answer, served

NETWORK = "eip155:1"


@pytest.fixture(scope="module")
def chain():
    """Six blocks, in each of which hot pays cold."""
    require_anvil()
    with Anvil(chain_id=1) as node:
        made = Chain(node)
        hot, cold = made.accounts[:2]
        for units in range(1, 7):
            made.transact(pay(hot, cold, units))
        yield made


@pytest.fixture
def desk(chain):
    with open_store("sqlite://", clock=now) as store:
        store.funds.create(Fund("main"))
        owned = zip(("hot", "cold"), chain.accounts, strict=False)
        store.wallets.add("main", [Wallet(NETWORK, one.lower(), label) for label, one in owned])
        yield Desk(store, store.funds.get("main"))


@contextmanager
def telling(chain, **otherwise):
    """A node that answers as the chain's, but for methods whose answers are put otherwise."""

    def respond(body):
        request = urllib.request.Request(chain.node.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            said = json.loads(response.read())
        asked = json.loads(body)
        pairs = zip(asked, said, strict=True) if isinstance(asked, list) else [(asked, said)]
        for one, answered in pairs:
            change = otherwise.get(one["method"])
            if change is not None:
                answered.update(change(one["params"], answered["result"]))
        return [answer(json.dumps(said).encode())]

    with served(respond) as server:
        yield server.url


def sync(desk, chain, second):
    rpcs = (chain.node.url, second)
    (row,) = sync_chains(desk, Asking(rpcs=rpcs), lambda _: None)
    return row


def cursor(desk):
    return next(iter(desk.store.evidence.cursors("main").values()), None)


def test_what_both_tell_is_kept_as_without_the_second(desk, chain):
    row = sync(desk, chain, chain.node.url)
    assert (row["transactions"], cursor(desk)) == (6, str(row["to"]))


def test_a_range_ends_where_the_lower_of_both_does(desk, chain):
    with telling(chain, eth_blockNumber=lambda _, head: {"result": hex(int(head, 16) - 2)}) as url:
        row = sync(desk, chain, url)
    assert (row["transactions"], cursor(desk)) == (4, str(row["to"]))
    assert sync(desk, chain, None)["transactions"] == 2


def other_block(params, block):
    is_fourth = params[0] == hex(4)
    return {"result": {**block, "hash": "0x" + "9" * 64} if is_fourth else block}


def richer(params, balance):
    return {"result": hex(int(balance, 16) + 1)}


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"eth_getBlockByNumber": other_block}, "block 4 of eip155:1 is 0x"),
        ({"eth_getBalance": richer}, "of eip155:1/slip44:60 at block"),
    ],
)
def test_where_they_disagree_nothing_is_kept_and_the_cursor_stays(desk, chain, lie, words):
    with telling(chain, **lie) as url, pytest.raises(SourcesDisagree, match=words):
        sync(desk, chain, url)
    assert (cursor(desk), desk.history().transactions) == (None, ())
    assert sync(desk, chain, chain.node.url)["new"] == 6


NO_STATE = {"result": None, "error": {"code": -32000, "message": "missing trie node"}}


@pytest.mark.parametrize("said", [NO_STATE, {"result": None}])
def test_a_second_node_without_old_states_confirms_by_blocks_alone(desk, chain, said):
    with telling(chain, eth_getBalance=lambda *_: said) as url:
        assert sync(desk, chain, url)["new"] == 6


def test_what_moved_is_compared_before_idle_wallets(desk, chain):
    idle = [Wallet(NETWORK, f"0x{number:040x}", f"idle {number}") for number in range(2, 40)]
    desk.store.wallets.add("main", idle)
    cold = chain.accounts[1].lower()

    def richer_cold(params, balance):
        return {"result": hex(int(balance, 16) + (params[0].lower() == cold))}

    with telling(chain, eth_getBalance=richer_cold) as url, pytest.raises(SourcesDisagree):
        sync(desk, chain, url)


def test_a_reorganisation_that_the_first_node_alone_tells_of_is_not_booked(desk, chain):
    assert sync(desk, chain, None)["new"] == 6
    before = desk.store.journal.all_entries("main")
    top = cursor(desk)

    def another(params, block):
        is_top = params[0] == hex(int(top))
        return {"result": {**block, "hash": "0x" + "7" * 64} if is_top else block}

    with telling(chain, eth_getBlockByNumber=another) as url:
        asking = Asking(rpcs=(url, chain.node.url), depth=2)
        with pytest.raises(SourcesDisagree):
            sync_chains(desk, asking, lambda _: None)
    assert desk.store.journal.all_entries("main") == before


def test_one_address_confirms_no_other_network(desk):
    with pytest.raises(BadInput, match="--confirm goes with --rpc"):
        sync_chains(desk, Asking(rpcs=(None, "http://127.0.0.1:1")), lambda _: None)


def test_evidence_that_could_not_be_kept_is_in_the_books_after_the_next_sync(
    desk, chain, monkeypatch
):
    def busy(_):
        raise SourceUnavailable("the database did not answer")

    with monkeypatch.context() as patched:
        patched.setattr("api.jobs.keep.keep", busy)
        with pytest.raises(SourceUnavailable):
            sync(desk, chain, None)
    assert desk.store.journal.live_entries("main") == ()
    assert sync(desk, chain, None)["new"] == 0
    assert len(desk.store.journal.live_entries("main")) == 6


def test_a_second_node_of_another_network_is_refused(desk, chain):
    words = "a node of eip155:10, not of eip155:1"
    with (
        telling(chain, eth_chainId=lambda *_: {"result": "0xa"}) as url,
        pytest.raises(BadInput, match=words),
    ):
        sync(desk, chain, url)
    assert cursor(desk) is None
