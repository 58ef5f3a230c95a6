"""What protocols say of debts without a token, when a node is asked."""

import pytest
from eth_utils.crypto import keccak

from ledger.model.asset import debt
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import Question
from ledger.protocols import alchemix, compound_v3
from ledger.transport import Transport, json_rpc
from tests.ledger.chains.evm.bodies import ALICE, word
from tests.ledger.web_server import rpc, served

MARKET = "0x" + "5c" * 20


def asked(module, result, reference=MARKET, block=9):
    """What is answered, and the calls that it took."""
    calls = []

    def handle(request):
        calls.append(request["params"])
        return {"jsonrpc": "2.0", "id": request["id"]} | result

    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(handle)) as server:
            asset = debt("eip155:1", module.NAME, reference)
            question = Question("balance", f"eip155:1:{ALICE}|{asset}", block)
            return module.fetch_debt(json_rpc(transport, server.url), question).value(), calls
    finally:
        transport.close()


def said(*words):
    return {"result": "0x" + "".join(map(word, words))}


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("accounts(address)", alchemix.ACCOUNTS),
        ("borrowBalanceOf(address)", compound_v3.BORROW_BALANCE_OF),
    ],
)
def test_selectors_are_those_of_their_signatures(signature, selector):
    assert "0x" + keccak(text=signature).hex()[:8] == selector


def test_a_market_says_what_the_wallet_owes_it_at_the_block():
    value, calls = asked(compound_v3, said(108))
    assert value == {"quantity": "108"}
    ((call, block),) = calls
    assert (call["to"], block) == (MARKET, "0x9")
    assert call["data"] == compound_v3.BORROW_BALANCE_OF + word(ALICE)


def test_a_loan_that_repaid_itself_is_what_is_left_of_it_and_credit_is_no_debt():
    assert asked(alchemix, said(70, 64, 0))[0] == {"quantity": "70"}
    assert asked(alchemix, said(2**256 - 5, 64, 0))[0] == {"quantity": "0"}


def test_what_refuses_or_is_no_contract_says_nothing():
    refused = {"error": {"code": 3, "message": "execution reverted", "data": "0x"}}
    assert asked(compound_v3, refused)[0] is None
    assert asked(compound_v3, {"result": "0x"})[0] is None
    assert asked(compound_v3, said(1), reference="elsewhere") == (None, [])


def test_trouble_of_the_node_is_no_answer_of_the_contract():
    with pytest.raises(SourceUnavailable, match="missing trie node"):
        asked(alchemix, {"error": {"code": -32000, "message": "missing trie node"}})
