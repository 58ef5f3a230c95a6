"""What contracts answer enters; what a protocol says of a debt by them leaves."""

from eth_utils.crypto import keccak

from ledger.model.asset import debt
from ledger.model.evidence import Question
from ledger.transport import Transport, json_rpc
from tests.ledger.chains.evm.bodies import ALICE, word
from tests.ledger.web_server import rpc, served

REFUSED = {"error": {"code": 3, "message": "execution reverted", "data": "0x"}}
NOTHING = {"result": "0x"}


def words(*numbers):
    """An answer of words."""
    return {"result": "0x" + "".join(map(word, numbers))}


def selector_of(signature):
    """The first bytes of a call."""
    return "0x" + keccak(text=signature).hex()[:8]


def call(contract, selector, *words):
    """A call as it stands in a request."""
    return contract, selector + "".join(map(word, words))


def asked(module, answers, reference, block=9, time=1_000, network="eip155:1"):
    """What is answered of Alice's debt, and the calls that it took.

    `answers` is one answer for all, or answers by call; whatever else is asked is refused.
    """
    calls = []

    def handle(request):
        about = {"jsonrpc": "2.0", "id": request["id"]}
        if request["method"] == "eth_getBlockByNumber":
            assert request["params"] == [hex(block), False]
            return about | {"result": {"timestamp": hex(time)}}
        calls.append(request["params"])
        (made, _) = request["params"]
        if "result" in answers or "error" in answers:
            return about | answers
        return about | answers.get((made["to"], made["data"]), REFUSED)

    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(handle)) as server:
            asset = debt(network, module.NAME, reference)
            question = Question("balance", f"{network}:{ALICE}|{asset}", block)
            value = module.fetch_debt(json_rpc(transport, server.url), question).value()
    finally:
        transport.close()
    assert all(at == hex(block) for _, at in calls)
    return value, calls
