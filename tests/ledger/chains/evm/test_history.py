"""Discovery asks for what it needs, halves what is too large, and believes no answer unchecked."""

import pytest

from ledger.chains.evm import fetch_history, fetch_transaction
from ledger.chains.evm.logs import EVENT_LOG_1, EVENT_LOG_2, TRANSFER
from ledger.model.errors import BadInput, SourceUnavailable
from ledger.transport import NodeError, Transport, json_rpc
from tests.ledger.chains.evm.bodies import ALICE, BLOCK, BOB, TOKEN, TXID, frame, raw, topic
from tests.ledger.web_server import KEY, rpc, served

RECORDED = raw(receipt={"gasUsed": "0xffff"}).answers()
LOG = {
    "address": TOKEN,
    "topics": [TRANSFER, topic(ALICE), topic(BOB)],
    "data": topic(5),
    "blockNumber": "0x10",
    "transactionIndex": "0x0",
    "transactionHash": TXID,
    "removed": False,
}


class Chain:
    """A node's methods over one recorded transaction in block 16; each can be made to lie."""

    def __init__(self, logs=(LOG,), most_blocks=10**9, rows=(), traces=None, **answers):
        self.logs, self.most_blocks, self.rows, self.traces = logs, most_blocks, rows, traces
        self.answers = RECORDED | answers
        self.asked = []

    def __call__(self, request):
        if isinstance(request, list):
            return [self(each) for each in request]
        method, params = request["method"], request["params"]
        self.asked.append((method, params))
        try:
            told = {"result": self.result(method, params)}
        except LookupError:
            told = {"error": {"code": -32601, "message": f"no {method}"}}
        return {"jsonrpc": "2.0", "id": request["id"]} | told

    def result(self, method, params):
        """What the node answers; LookupError where it does not."""
        methods = {
            "eth_getLogs": lambda: self.logs_of(params[0]),
            "eth_getBlockByNumber": lambda: {
                "number": params[0],
                "transactions": list(self.rows) if params[0] == "0x10" else [],
            },
            "eth_getTransactionByHash": lambda: self.answers["transaction"],
            "eth_getTransactionReceipt": lambda: self.answers["receipt"],
            "eth_getBlockByHash": lambda: self.answers["block"] | {"transactions": []},
        }
        if self.traces is not None:
            methods["debug_traceBlockByNumber"] = lambda: self.traces
        return methods[method]()

    def logs_of(self, wanted):
        """The logs of a filter that asks for a sender of tokens in block 16."""
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        if last - first + 1 > self.most_blocks:
            raise LookupError
        by_sender = wanted["topics"][1] is not None and TRANSFER in wanted["topics"][0]
        return list(self.logs) if by_sender and first <= 16 <= last else []


def history(chain, first=1, last=40, addresses=(ALICE,)):
    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(chain)) as server:
            node = json_rpc(transport, server.url)
            return list(fetch_history(node, "eip155:1", addresses, first, last))
    finally:
        transport.close()


def transaction_row(**fields):
    row = {"hash": TXID, "blockNumber": "0x10", "transactionIndex": "0x0", "from": BOB, "to": TOKEN}
    return row | fields


def test_a_transaction_found_in_several_ways_comes_once():
    found = history(Chain(rows=[transaction_row(**{"from": ALICE})]))
    assert [raw.txid for raw in found] == [TXID]


def test_the_kept_answers_are_the_answers_of_the_node():
    (found,) = history(Chain())
    assert found.answers()["transaction"] == RECORDED["transaction"]
    assert found.answers()["receipt"] == RECORDED["receipt"]
    assert found.answers()["block"] == RECORDED["block"]
    assert found.answers()["calls"] is None


def test_a_range_that_the_node_refuses_is_halved():
    chain = Chain(most_blocks=3)
    assert len(history(chain)) == 1
    asked = [params[0] for method, params in chain.asked if method == "eth_getLogs"]
    assert any(int(each["toBlock"], 16) - int(each["fromBlock"], 16) < 3 for each in asked)


def test_a_node_that_refuses_a_single_block_is_an_error_and_no_empty_history():
    with pytest.raises(NodeError):
        history(Chain(most_blocks=0))


@pytest.mark.parametrize(
    "lie",
    [
        {"removed": True},
        {"blockNumber": "0x999"},
        {"topics": [TRANSFER, topic(BOB), topic(TOKEN)]},
        {"topics": [topic(1), topic(ALICE), topic(BOB)]},
        {"topics": []},
        {"address": "nonsense"},
        {"blockNumber": None},
    ],
)
def test_logs_that_were_not_asked_for_are_refused(lie):
    with pytest.raises(SourceUnavailable, match="not asked for"):
        history(Chain(logs=[LOG | lie]))


@pytest.mark.parametrize(
    ("signature", "place"), [(TRANSFER, 1), (TRANSFER, 2), (EVENT_LOG_1, 2), (EVENT_LOG_2, 3)]
)
def test_logs_are_asked_for_wherever_they_name_the_address(signature, place):
    chain = Chain(logs=())
    history(chain)
    asked = [params[0]["topics"] for method, params in chain.asked if method == "eth_getLogs"]
    assert any(
        signature in topics[0] and len(topics) == place + 1 and topics[place] == [topic(ALICE)]
        for topics in asked
    )


def test_native_value_inside_calls_of_strangers_is_found_by_traces():
    inside = frame(BOB, TOKEN, 0, frame(TOKEN, ALICE, 7))
    chain = Chain(logs=(), rows=[transaction_row()], traces=[{"txHash": TXID, "result": inside}])
    assert [raw.txid for raw in history(chain)] == [TXID]
    outside = [{"txHash": TXID, "result": frame(BOB, TOKEN, 5)}]
    assert history(Chain(logs=(), rows=[transaction_row()], traces=outside)) == []


def test_nothing_is_asked_for_no_addresses():
    chain = Chain()
    assert history(chain, addresses=()) == []
    assert chain.asked == []


@pytest.mark.parametrize(
    "answers",
    [
        {"transaction": RECORDED["transaction"] | {"hash": "0x" + "99" * 32}},
        {"receipt": RECORDED["receipt"] | {"transactionHash": "0x" + "99" * 32}},
        {"block": RECORDED["block"] | {"hash": "0x" + "99" * 32}},
        {"transaction": [1]},
    ],
)
def test_an_answer_about_something_else_is_no_evidence(answers):
    with pytest.raises(SourceUnavailable) as caught:
        history(Chain(**answers))
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("txid", ["", "0x", "0x" + "1" * 63, "1" * 64, "0x" + "g" * 64, BLOCK[2:]])
def test_a_text_that_is_no_hash_is_refused(txid):
    transport = Transport(allow_private=True)
    node = json_rpc(transport, "http://127.0.0.1:9/")
    with pytest.raises(BadInput):
        fetch_transaction(node, "eip155:1", txid)
    transport.close()
