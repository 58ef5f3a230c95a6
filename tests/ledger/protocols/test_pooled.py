"""What a manager says of a position is taken as it says it, and anything else is no answer."""

import pytest
from eth_utils.crypto import keccak

from ledger.model.asset import erc20, position
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import Question
from ledger.protocols import _pooled as pooled
from ledger.protocols.uniswap_v3 import fetch_position
from ledger.transport import Transport, json_rpc
from tests.ledger.chains.evm.bodies import ALICE, BOB, TOKEN, word
from tests.ledger.web_server import rpc, served

MANAGER = "0x" + "c3" * 20
REFUSED = {"error": {"code": 3, "message": "execution reverted"}}
WORDS = {
    pooled.POSITIONS: [0, 0, int(TOKEN, 16), int(BOB, 16), 500, 0, 60, 900, 0, 0, 4, 0],
    pooled.COLLECT_ALL: [11, 2],
    pooled.DECREASE_LIQUIDITY: [700, 30],
}
ALGEBRA = {**WORDS, pooled.POSITIONS: [0, 0, int(TOKEN, 16), int(BOB, 16), 0, 60, 900, 0, 0, 4, 0]}
READ = {
    "quantity": "900",
    "assets": [erc20("eip155:1", TOKEN), erc20("eip155:1", BOB)],
    "amounts": ["700", "30"],
    "due": ["11", "2"],
}


def answer(said, reference=f"{MANAGER}.17", block=100):
    """What is read where the functions of the manager answer these words, and what was asked."""
    asked = []

    def handle(request):
        asked.append(request["params"])
        value = said.get(request["params"][0]["data"][:10], REFUSED)
        if isinstance(value, list):
            value = {"result": "0x" + "".join(map(word, value))}
        return {"jsonrpc": "2.0", "id": request["id"]} | value

    asset = position("eip155:1", "uniswap_v3", reference)
    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(handle)) as server:
            question = Question("balance", f"eip155:1:{ALICE}|{asset}", block)
            return fetch_position(json_rpc(transport, server.url), question).value(), asked
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("positions(uint256)", pooled.POSITIONS),
        (
            "decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))",
            pooled.DECREASE_LIQUIDITY,
        ),
        ("collect((uint256,address,uint128,uint128))", pooled.COLLECT_ALL),
    ],
)
def test_selectors_are_the_hashes_of_their_signatures(signature, selector):
    assert "0x" + keccak(text=signature).hex()[:8] == selector


def test_a_manager_says_what_liquidity_would_give_back_and_what_is_due():
    said, asked = answer(WORDS)
    assert said == READ
    assert {(call["from"], call["to"], block) for call, block in asked} == {
        (ALICE, MANAGER, hex(100))
    }
    assert answer(ALGEBRA)[0] == READ


def test_a_position_without_liquidity_has_what_was_not_collected():
    emptied = [*WORDS[pooled.POSITIONS][:7], 0, 0, 0, 4, 0]
    said, _ = answer({pooled.POSITIONS: emptied, pooled.COLLECT_ALL: [4, 0]})
    assert (said["quantity"], said["amounts"], said["due"]) == ("0", ["0", "0"], ["4", "0"])


@pytest.mark.parametrize("missing", sorted(WORDS))
def test_what_the_manager_refuses_is_no_answer(missing):
    said = {selector: words for selector, words in WORDS.items() if selector != missing}
    assert answer(said)[0] is None


@pytest.mark.parametrize(
    "wrong", ["0x", "0x12", "12", None, "0x" + "zz" * 32, "0x" + "00" * 32 * 40, "0x" + "00" * 96]
)
@pytest.mark.parametrize("selector", sorted(WORDS))
def test_what_has_another_form_is_no_answer(selector, wrong):
    assert answer({**WORDS, selector: {"result": wrong}})[0] is None


@pytest.mark.parametrize(
    "reference", [f"{TOKEN}.{ALICE}.-60.60", f"{MANAGER}.17.owed0", f"{MANAGER}.17.fees1"]
)
def test_what_has_no_token_of_its_own_is_not_asked_for(reference):
    assert answer(WORDS, reference) == (None, [])


def test_trouble_of_the_node_is_no_answer_of_the_contract():
    broken = {"error": {"code": -32000, "message": "missing trie node"}}
    with pytest.raises(SourceUnavailable, match="missing trie node"):
        answer({**WORDS, pooled.COLLECT_ALL: broken})
