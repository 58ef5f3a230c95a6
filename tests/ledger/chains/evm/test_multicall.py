"""What is asked together is answered as if it had been asked alone."""

import pytest
from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from ledger.chains.evm import fetch_balances, fetch_transaction
from ledger.chains.evm.codec import AGGREGATE
from ledger.chains.evm.multicall import COIN_OF, ask_together
from ledger.chains.networks import network_named
from ledger.model.asset import erc20, native, non_fungible
from ledger.model.evidence import Question
from ledger.transport import Node, NodeError, Transport, json_rpc
from tests.chain.anvil import Anvil, require_anvil
from tests.chain.deploy import Chain, approve_all
from tests.chain.protocols import UniswapV2
from tests.ledger.chains.evm.bodies import ALICE, BOB, TOKEN, word
from tests.ledger.web_server import rpc, served

UNICHAIN = network_named("unichain")
ETHER = 10**18
DEPLOYED = 14_353_601
HELD, REFUSES, NOTHING = TOKEN, "0x" + "d1" * 20, "0x" + "d2" * 20
REFUSED = {"error": {"code": 3, "message": "execution reverted"}}


BALANCE = "0x70a08231" + word(int(ALICE, 16))


def view(target, block, data=BALANCE):
    return "eth_call", [{"to": target, "data": data}, block]


def coin(address, block):
    return "eth_getBalance", [address, block]


def alone(method, parameters):
    """What a node says to a question by itself."""
    if method == "eth_getBalance":
        return {"result": "0x2a"}
    return {HELD: {"result": "0x" + word(7)}, NOTHING: {"result": "0x"}}.get(
        parameters[0]["to"], REFUSED
    )


def together(data):
    """What Multicall3 says to the same."""
    (calls,) = decode(["(address,bool,bytes)[]"], bytes.fromhex(data[len(AGGREGATE) :]))
    results = []
    for target, may_fail, call in calls:
        assert may_fail
        if call.hex().startswith(COIN_OF[2:]):
            results.append((True, (42).to_bytes(32, "big")))
            continue
        said = alone("eth_call", [{"to": target}]).get("result")
        results.append((said is not None, bytes.fromhex((said or "0x")[2:])))
    return "0x" + encode(["(bool,bytes)[]"], [results]).hex()


def answers(asked, network=UNICHAIN, told=together):
    """The answers, errors as their code, and the methods and targets that were asked."""
    seen = []

    def handle(requests):
        several = requests if isinstance(requests, list) else [requests]
        told = list(map(reply_to, several))
        return told if isinstance(requests, list) else told[0]

    def reply_to(request):
        method, parameters = request["method"], request["params"]
        target = parameters[0].get("to") if method == "eth_call" else parameters[0]
        seen.append(target)
        if target == network.multicall:
            said = told(parameters[0]["data"])
            reply = said if isinstance(said, dict) else {"result": said}
        else:
            reply = alone(method, parameters)
        return {"jsonrpc": "2.0", "id": request["id"]} | reply

    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(handle)) as server:
            found = ask_together(json_rpc(transport, server.url), network, asked)
    finally:
        transport.close()
    return [one.rpc_code if isinstance(one, NodeError) else one for one in found], seen


SEVERAL = [view(HELD, "0x64"), coin(BOB, "0x64"), view(NOTHING, "0x64"), view(HELD, "0x65")]


@pytest.mark.parametrize(
    ("signature", "selector"),
    [("aggregate3((address,bool,bytes)[])", AGGREGATE), ("getEthBalance(address)", COIN_OF)],
)
def test_selectors_are_the_hashes_of_their_signatures(signature, selector):
    assert "0x" + keccak(text=signature).hex()[:8] == selector


def test_questions_of_one_block_are_one_call_and_one_alone_is_itself():
    found, seen = answers(SEVERAL)
    assert found == ["0x" + word(7), "0x2a", "0x", "0x" + word(7)]
    assert sorted(seen) == sorted([UNICHAIN.multicall, HELD])


def test_what_one_contract_refuses_is_asked_again_and_spoils_nothing():
    found, seen = answers([*SEVERAL, view(REFUSES, "0x64")])
    assert found == ["0x" + word(7), "0x2a", "0x", "0x" + word(7), 3]
    assert seen.count(REFUSES) == 1
    assert NOTHING not in seen


@pytest.mark.parametrize(
    "told",
    [
        REFUSED,
        {"error": {"code": -32000, "message": "missing trie node"}},
        {"result": None},
        "0x",
        "0x" + "f" * 63,
        "0x" + word(32) + word(2**200),
        "0x" + encode(["(bool,bytes)[]"], [[(True, b"")]]).hex(),
    ],
)
def test_where_nobody_answers_for_all_each_is_asked_alone(told):
    found, seen = answers(SEVERAL, told=lambda _: told)
    assert found == ["0x" + word(7), "0x2a", "0x", "0x" + word(7)]
    assert len(seen) == 1 + len(SEVERAL)


@pytest.mark.parametrize(
    ("network", "block", "calls"),
    [
        ("ethereum", hex(DEPLOYED), 1),
        ("ethereum", hex(DEPLOYED - 1), 2),
        ("ethereum", "latest", 2),
        ("monad", hex(DEPLOYED), 2),
        ("eip155:31337", hex(DEPLOYED), 2),
    ],
)
def test_nothing_is_asked_together_before_the_contract_stood_or_where_none_is_known(
    network, block, calls
):
    found, seen = answers([view(HELD, block), coin(BOB, block)], network_named(network))
    assert found == ["0x" + word(7), "0x2a"]
    assert len(seen) == calls


# ---- on a real node ------------------------------------------------------------------------------


class Counting(Node):
    """A node that counts questions; `refuses` is a contract that it runs no calls of."""

    def __init__(self, transport, url, refuses=""):
        super().__init__(transport, url)
        self.count, self.refuses = 0, refuses

    def ask_each(self, asked):
        self.count += len(asked)
        answers = super().ask_each(asked)
        for place, (method, parameters) in enumerate(asked):
            if method == "eth_call" and parameters[0]["to"] == self.refuses:
                answers[place] = NodeError("no such calls here", -32000)
        return answers


@pytest.fixture
def chain():
    require_anvil()
    with Anvil(chain_id=UNICHAIN.chain_id) as node:
        yield Chain(node)


def test_evidence_is_the_same_to_the_byte_and_takes_fewer_questions(chain):
    standing = chain.deploy("Multicall3")
    code = chain.node.rpc("eth_getCode", standing.address, "latest")
    chain.node.rpc("anvil_setCode", UNICHAIN.multicall, code)
    weth = chain.deploy("WrappedNative", "Wrapped Ether", "WETH")
    usdc = chain.deploy("Token", "USD Coin", "USDC", 6)
    exchange, fund = UniswapV2.deploy(chain, weth), chain.accounts[0]
    chain.block(
        weth.transaction("deposit", sender=fund, value=50 * ETHER),
        usdc.transaction("mint", fund, 10**12, sender=chain.owner),
        *approve_all(exchange.router.address, (weth, usdc), fund),
    )
    chain.transact(exchange.add(fund, weth, usdc, 20 * ETHER, 40_000 * 10**6))
    path = (weth, usdc)
    traded = chain.transact(exchange.swap(fund, path, ETHER))
    owned = [account.lower() for account in chain.accounts[:3]]
    transport = Transport(allow_private=True)
    one = Counting(transport, chain.node.url)
    other = Counting(transport, chain.node.url, refuses=UNICHAIN.multicall)
    bodies = [fetch_transaction(node, UNICHAIN.id, traded.hash, owned) for node in (one, other)]
    assert bodies[0].body == bodies[1].body
    assert "balances" in bodies[0].answers()
    assert one.count < other.count
    wallet = f"{UNICHAIN.id}:{fund.lower()}"
    held = [native(UNICHAIN.id), *(erc20(UNICHAIN.id, each.address) for each in path)]
    held.append(non_fungible(UNICHAIN.id, "erc721", weth.address, 1))
    asked = [Question("balance", f"{wallet}|{asset}", traded.block) for asset in held]
    one.count = other.count = 0
    said = [fetch_balances(node, asked) for node in (one, other)]
    transport.close()
    assert said[0] == said[1]
    assert said[0][0].value() == str(chain.balance(fund, traded.block))
    assert [said[0][3].value(), one.count, other.count] == ["0", 2, 5]
