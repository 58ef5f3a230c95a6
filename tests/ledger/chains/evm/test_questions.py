"""What tokens say of themselves is hostile: it is bounded, cleaned, or not believed."""

import pytest

from ledger.chains.evm import assets_from_answers, fetch_balance, fetch_token
from ledger.model.asset import Asset, erc20, native
from ledger.model.errors import BadInput, SourceUnavailable
from ledger.model.evidence import Answer, Question
from ledger.transport import Transport, json_rpc
from tests.ledger.chains.evm.bodies import ALICE, TOKEN, word
from tests.ledger.web_server import rpc, served

USDC = erc20("eip155:1", TOKEN)
REVERTED = {"error": {"code": 3, "message": "execution reverted"}}


def text(value):
    raw = value if isinstance(value, bytes) else value.encode()
    padded = raw.hex().ljust(-(-len(raw) // 32) * 64, "0")
    return "0x" + word(32) + word(len(raw)) + padded


def asked(fetch, question, **said):
    """What a fetch answers when the contract's functions answer as given."""
    selectors = {"decimals": "0x313ce567", "symbol": "0x95d89b41", "balance": "0x70a08231"}
    answers = {selectors[name]: value for name, value in said.items()}

    def handle(request):
        value = answers.get(request["params"][0]["data"][:10], REVERTED)
        told = value if isinstance(value, dict) else {"result": value}
        return {"jsonrpc": "2.0", "id": request["id"]} | told

    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(handle)) as server:
            return fetch(json_rpc(transport, server.url), question).value()
    finally:
        transport.close()


def token(**said):
    return asked(fetch_token, Question("token", USDC), **said)


def test_a_symbol_may_be_a_string_or_thirty_two_bytes():
    six = "0x" + word(6)
    assert token(decimals=six, symbol=text("USDC")) == {"symbol": "USDC", "decimals": 6}
    maker = "0x" + b"MKR".ljust(32, b"\0").hex()
    assert token(decimals=six, symbol=maker) == {"symbol": "MKR", "decimals": 6}


@pytest.mark.parametrize(
    ("said", "symbol"),
    [
        (text("A\x00B\x1b[31m\n\u202eC\u200b"), "AB[31mC"),
        (text("X" * 60), "X" * 32),
        (text(b"\xff\xfe"), TOKEN[:10]),
        (text("Y" * 5000), TOKEN[:10]),
        ("0x" + word(2**255) + word(4) + word(0), TOKEN[:10]),
        ("0x" + word(32) + word(2**200) + word(0), TOKEN[:10]),
        ("0x", TOKEN[:10]),
        ("0xzz", TOKEN[:10]),
        (7, TOKEN[:10]),
        (REVERTED, TOKEN[:10]),
        (text("  "), TOKEN[:10]),
    ],
)
def test_a_hostile_symbol_is_cleaned_or_replaced_by_the_address(said, symbol):
    assert token(decimals="0x" + word(18), symbol=said) == {"symbol": symbol, "decimals": 18}


@pytest.mark.parametrize(
    "said", ["0x", "0x" + word(256), "0x" + word(2**256 - 1), "0x06", REVERTED, None, [], "0x" * 40]
)
def test_a_token_without_decimals_is_answered_with_null(said):
    assert token(decimals=said, symbol=text("USDC")) is None


def test_the_largest_decimals_are_one_byte():
    assert token(decimals="0x" + word(255), symbol=text("Z")) == {"symbol": "Z", "decimals": 255}


def test_trouble_of_the_node_is_no_answer():
    limit = {"error": {"code": -32000, "message": "missing trie node"}}
    with pytest.raises(SourceUnavailable):
        token(decimals=limit)


def test_a_balance_that_a_contract_does_not_state_is_null():
    question = Question("balance", f"eip155:1:{ALICE}|{USDC}", 7)
    assert asked(fetch_balance, question, balance="0x" + word(12)) == "12"
    assert asked(fetch_balance, question, balance="0x") is None
    assert asked(fetch_balance, question) is None


@pytest.mark.parametrize(
    "subject", ["", "x", f"eip155:1:{ALICE}", f"venue:kraken:main|{USDC}", f"eip155:1:0x1|{USDC}"]
)
def test_another_subject_is_refused(subject):
    with pytest.raises(BadInput):
        asked(fetch_balance, Question("balance", subject))


def test_assets_are_made_of_answers_and_native_coins_have_their_own_symbols():
    known = Answer(Question("token", USDC), b'{"decimals":6,"symbol":"USDC"}')
    other = erc20("eip155:1", ALICE)
    assets = assets_from_answers([known, Answer(Question("token", other), b"null")])
    assert assets[USDC] == Asset(USDC, "USDC", 6)
    assert assets[other] == Asset(other, ALICE[:10], 0)
    assert assets[native("eip155:100")].symbol == "XDAI"
