"""A node that answers in part, or of two chains, moves no cursor and loses nothing."""

import json
import urllib.request
from contextlib import contextmanager

import pytest

from ledger.model.errors import SourceUnavailable
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, pay
from tests.end_to_end.test_reorganisation import books_of, desk_of, everything, fresh, play, sync
from tests.ledger.web_server import answer, served

HEIGHT = 9


@pytest.fixture
def chain():
    require_anvil()
    with Anvil(chain_id=1) as node:
        yield Chain(node)


@pytest.fixture
def desk(tmp_path, chain):
    """A desk that has read nine blocks; since then six more were mined, with a token in them."""
    with desk_of(f"sqlite:///{tmp_path / 'partita.db'}", chain) as opened:
        play(chain, HEIGHT)
        sync(opened, chain)
        token = chain.deploy("Token", "USD Coin", "USDC", 6)
        hot, cold = chain.accounts[:2]
        chain.transact(token.transaction("mint", hot, 10**9, sender=chain.owner))
        move = token.transaction("transfer", cold, 5, sender=hot)
        chain.block(pay(hot, cold, 1), move, pay(chain.owner, cold, 1))
        chain.block(token.transaction("mint", cold, 7, sender=chain.owner))
        play(chain, 2, first=HEIGHT + 5)
        yield opened


class Faulty:
    """A way to a node on which `spoil(method, params, result)` may change or refuse an answer."""

    def __init__(self, chain, spoil):
        self.chain, self.spoil, self.asked = chain, spoil, []

    def respond(self, body):
        """The node's answers to one request or to a batch, spoilt."""
        asked = json.loads(body)
        batch = asked if isinstance(asked, list) else [asked]
        request = urllib.request.Request(
            self.chain.node.url, json.dumps(batch).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answered:
            said = {each["id"]: each for each in json.loads(answered.read())}
        told = [self._one(each, said[each["id"]]) for each in batch]
        told = [each for each in told if each is not None]
        return [answer(json.dumps(told if isinstance(asked, list) else told[0]).encode())]

    def _one(self, asked, said):
        self.asked.append(asked["method"])
        try:
            result = self.spoil(asked["method"], asked["params"], said.get("result"))
        except LookupError as fault:
            error = {"code": -32000, "message": str(fault)}
            return {"jsonrpc": "2.0", "id": asked["id"], "error": error}
        except StopIteration:
            return None
        if "error" in said:
            return said
        return {"jsonrpc": "2.0", "id": asked["id"], "result": result}


@contextmanager
def faulty(chain, spoil):
    """A chain whose node's address leads through the faults."""

    class Node:
        url = ""

    class Spoilt:
        node = Node()

    way = Faulty(chain, spoil)
    with served(way.respond) as server:
        Spoilt.node.url = server.url
        yield Spoilt


def at(method, change, when=None):
    """A fault of one method alone."""

    def spoil(asked, params, result):
        return change(result) if asked == method and (when is None or when(params)) else result

    return spoil


def refuse(_result):
    raise LookupError("header not found")


def leave_out(_result):
    raise StopIteration


def of_block(number):
    return lambda params: params[0] == hex(number)


def in_full(number):
    return lambda params: params == [hex(number), True]


def of_range(params):
    return "fromBlock" in params[0]


def without(place):
    """A block from whose transactions one is missing."""

    def change(block):
        return block | {
            "transactions": [t for n, t in enumerate(block["transactions"]) if n != place]
        }

    return change


def other_parent(block):
    return block | {"parentHash": "0x" + "ee" * 32}


def another_block(receipt):
    return receipt and receipt | {"blockHash": "0x" + "ee" * 32}


TOKENS = HEIGHT + 3  # the block with three transactions
LAST = HEIGHT + 6
FAULTS = {
    "no receipt": at("eth_getTransactionReceipt", lambda _: None),
    "no transaction": at("eth_getTransactionByHash", lambda _: None),
    "receipt of another block": at("eth_getTransactionReceipt", another_block),
    "no block": at("eth_getBlockByNumber", lambda _: None, in_full(TOKENS)),
    "no header of the last block": at(
        "eth_getBlockByNumber", lambda _: None, lambda params: params == [hex(LAST), False]
    ),
    "no header by hash": at("eth_getBlockByHash", lambda _: None),
    "a block refused": at("eth_getBlockByNumber", refuse, in_full(TOKENS + 1)),
    "another block than asked": at(
        "eth_getBlockByNumber", lambda block: block | {"number": "0x1"}, in_full(TOKENS)
    ),
    "blocks of two chains": at("eth_getBlockByNumber", other_parent, in_full(TOKENS)),
    "a block without its first transaction": at(
        "eth_getBlockByNumber", without(0), in_full(TOKENS)
    ),
    "a block without its last transaction": at("eth_getBlockByNumber", without(2), in_full(TOKENS)),
    "logs refused": at("eth_getLogs", refuse),
    "logs are null": at("eth_getLogs", lambda _: None),
    "logs of a range cut short": at("eth_getLogs", lambda logs: logs[:-1], of_range),
    "no logs of a range": at("eth_getLogs", lambda _: [], of_range),
    "no logs of a block": at("eth_getLogs", lambda _: None, lambda params: not of_range(params)),
    "a trace refused after others": at("debug_traceBlockByNumber", refuse, of_block(TOKENS)),
    "traces cut short": at("debug_traceBlockByNumber", lambda all_: all_[:-1], of_block(TOKENS)),
    "a trace that failed": at(
        "debug_traceBlockByNumber",
        lambda all_: [all_[0], {"txHash": all_[1]["txHash"], "error": "timeout"}, *all_[2:]],
        of_block(TOKENS),
    ),
    "the height is null": at("eth_blockNumber", lambda _: None),
    "a batch cut short": at("eth_getBlockByNumber", leave_out, in_full(TOKENS)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_moves_no_cursor_and_the_next_sync_loses_nothing(desk, chain, fault, monkeypatch):
    monkeypatch.setattr("ledger.transport._WAITS", (0, 0, 0))
    before = everything(desk)
    with faulty(chain, FAULTS[fault]) as spoilt, pytest.raises(SourceUnavailable):
        sync(desk, spoilt)
    assert everything(desk) == before
    assert set(desk.store.evidence.cursors("main").values()) == {str(HEIGHT)}
    row = sync(desk, chain)
    assert (row["from"], row["transactions"]) == (HEIGHT + 1, 6)
    assert books_of(desk) == fresh(chain)


@pytest.mark.parametrize("behind", [1, 4, HEIGHT])
def test_a_node_that_lags_behind_the_books_reads_nothing_and_moves_nothing(desk, chain, behind):
    sync(desk, chain)
    before = everything(desk)
    lag = at("eth_blockNumber", lambda head: hex(int(head, 16) - behind))
    with faulty(chain, lag) as spoilt:
        row = sync(desk, spoilt)
    assert (row["transactions"], row["new"], row["orphaned"]) == (0, 0, 0)
    assert everything(desk) == before
    assert books_of(desk) == fresh(chain)


@pytest.mark.parametrize(
    "method", ["eth_getLogs", "eth_getBlockByHash", "debug_traceBlockByNumber"]
)
def test_a_chain_that_changes_while_it_is_read_is_not_mixed(desk, chain, method):
    done: list[object] = []

    def spoil(asked, params, result):
        if asked == method and not done:
            done.append(chain.node.rpc("anvil_reorg", 3, []))
        return result

    before = everything(desk)
    with faulty(chain, spoil) as spoilt, pytest.raises(SourceUnavailable):
        sync(desk, spoilt)
    assert done
    assert everything(desk) == before
    sync(desk, chain)
    assert books_of(desk) == fresh(chain)


def test_of_two_syncs_that_see_different_chains_the_slower_one_keeps_nothing(desk, chain):
    with Anvil(chain_id=1) as node:
        other = Chain(node)
        play(other, HEIGHT - 2)
        for _ in range(4):
            other.block(timestamp=other.time + 100)
        done: list[object] = []

        def spoil(asked, params, result):
            if asked == "eth_getLogs" and not done:
                done.append(sync(desk, other))
            return result

        with faulty(chain, spoil) as spoilt, pytest.raises(SourceUnavailable, match="another"):
            sync(desk, spoilt)
        assert done
        assert books_of(desk) == fresh(other)
        assert set(desk.store.evidence.cursors("main").values()) == {str(HEIGHT + 2)}


def test_ranges_that_were_whole_stay_when_a_later_one_is_not(desk, chain, monkeypatch):
    monkeypatch.setattr("api.jobs.sync.BLOCKS_AT_ONCE", 2)
    fault = at("eth_getBlockByNumber", refuse, in_full(TOKENS + 1))
    with faulty(chain, fault) as spoilt, pytest.raises(SourceUnavailable):
        sync(desk, spoilt)
    assert set(desk.store.evidence.cursors("main").values()) == {str(HEIGHT + 2)}
    kept = desk.store.journal.live_entries("main")
    assert kept == desk.books().entries
    sync(desk, chain)
    assert books_of(desk) == fresh(chain)


def test_a_node_without_traces_is_read_by_what_it_has(desk, chain):
    def spoil(method, params, result):
        if method.startswith("debug_"):
            raise LookupError("no such method")
        return result

    with faulty(chain, spoil) as spoilt:
        assert sync(desk, spoilt)["transactions"] == 6
