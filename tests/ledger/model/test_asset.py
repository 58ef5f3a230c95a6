"""Asset ids: the styles that are read, and what an id says by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.asset import (
    Asset,
    AssetId,
    by_symbol,
    contract_of,
    currency,
    currency_of,
    debt,
    erc20,
    known_without_asking,
    native,
    network_of,
    non_fungible,
    parse_asset_id,
    position,
)
from ledger.model.errors import BadInput

CONTRACT = "0x" + "Ab" * 20
SOLANA = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
MINT = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"

IDS = [
    native("eip155:1"),
    erc20("eip155:42161", CONTRACT),
    non_fungible("eip155:1", "erc721", CONTRACT, 2**256 - 1),
    non_fungible("eip155:1", "erc1155", CONTRACT, 0),
    debt("eip155:1", "aave_v3", CONTRACT),
    position("eip155:1", "uniswap_v3", f"{CONTRACT}.17"),
    position("eip155:1", "uniswap_v3", f"{CONTRACT}.{CONTRACT}.-887220.887220.owed0"),
    f"{SOLANA}/slip44:501",
    f"{SOLANA}/token:{MINT}",
    currency("USD"),
    by_symbol("pepe"),
]


@pytest.mark.parametrize("text", IDS)
def test_an_id_that_the_ledger_makes_is_one_that_it_reads(text):
    assert parse_asset_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "eth", "eip155:1", "eip155:0/slip44:60", "eip155:1/slip44:61", "iso4217:usd",
        f"eip155:1/erc20:{CONTRACT}", "eip155:1/erc20:0x12", "symbol:a b", "symbol:a/b",
        "symbol:", "symbol:" + "A" * 65, "eip155:1/erc721:0x" + "ab" * 20, "iso4217:USD\n",
        "x" * 300,
    ],
)  # fmt: skip
def test_what_is_no_id_is_refused(text):
    with pytest.raises(BadInput):
        parse_asset_id(text)


@given(st.text(max_size=300))
def test_any_text_is_an_id_or_refused(text):
    try:
        assert parse_asset_id(text) == text
    except BadInput as refused:
        assert refused.code == "bad_input"  # noqa: PT017 -- both outcomes are right


def test_addresses_are_in_lower_case():
    assert erc20("eip155:1", CONTRACT) == f"eip155:1/erc20:{CONTRACT.lower()}"


def test_a_symbol_of_a_currency_is_the_currency_and_any_other_is_a_coin():
    assert by_symbol(" usd ") == "iso4217:USD"
    assert by_symbol("usdc") == "symbol:USDC"


@pytest.mark.parametrize(
    ("asset", "network", "contract", "code"),
    [
        (native("eip155:1"), "eip155:1", None, None),
        (erc20("eip155:1", CONTRACT), "eip155:1", CONTRACT.lower(), None),
        (non_fungible("eip155:1", "erc721", CONTRACT, 7), "eip155:1", CONTRACT.lower(), None),
        (debt("eip155:1", "aave_v3", "x"), "eip155:1", None, None),
        (currency("EUR"), "iso4217", None, "EUR"),
        (by_symbol("BTC"), "symbol", None, None),
    ],
)
def test_an_id_says_its_network_contract_and_currency(asset, network, contract, code):
    assert (network_of(asset), contract_of(asset), currency_of(asset)) == (network, contract, code)


@pytest.mark.parametrize(
    ("asset", "symbol", "decimals", "kind"),
    [
        (native("eip155:137"), "ETH", 18, "native"),
        (AssetId(f"{SOLANA}/slip44:501"), "SOL", 9, "native"),
        (currency("USD"), "USD", 18, "currency"),
        (by_symbol("BTC"), "BTC", 18, "symbol"),
        (non_fungible("eip155:1", "erc721", CONTRACT, 7), "#7", 0, "nft"),
    ],
)
def test_some_assets_need_no_node_to_be_known(asset, symbol, decimals, kind):
    assert known_without_asking(asset) == Asset(asset, symbol, decimals, kind)


def test_the_decimals_of_a_token_are_asked_for():
    assert known_without_asking(erc20("eip155:1", CONTRACT)) is None


@pytest.mark.parametrize("decimals", [-1, 256])
def test_decimals_are_one_byte(decimals):
    with pytest.raises(AssertionError):
        Asset(currency("USD"), "USD", decimals)
