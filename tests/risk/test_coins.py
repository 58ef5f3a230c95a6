"""What an asset stands for follows from its id; a name alone says nothing."""

import re

import pytest

from ledger.model.asset import Asset, AssetId, parse_asset_id
from risk import coins
from risk.coins import COINS, NONE, UNKNOWN, coin_of

USDC = AssetId("eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48")
FORGED = AssetId("eip155:1/erc20:0x" + "ab" * 20)
RECEIPT = AssetId("eip155:1/erc20:0x" + "cd" * 20)


def token(asset, symbol, underlying=None):
    return {asset: Asset(asset, symbol, 18, underlying=underlying)}


def test_every_row_of_the_table_is_an_asset_id_of_a_known_coin():
    rows = [line.split() for line in coins._TOKENS.strip().splitlines()]
    ids = [f"{network}/erc20:{contract}" for network, contract, *_ in rows]
    assert len(set(ids)) == len(ids)
    assert all(parse_asset_id(one) for one in ids)
    assert {row[2] for row in rows} <= set(COINS)
    assert {over for row in rows for over in row[3:]} == {"canonical", "layerzero", "binance"}


def test_each_stablecoin_has_one_who_owes_its_peg():
    stable = [coin for coin in COINS.values() if coin.family.startswith("stable-")]
    assert len(stable) > 20
    assert all(coin.issuer != NONE for coin in stable)
    assert all(coin.issuer == NONE for coin in COINS.values() if coin not in stable)


def test_one_family_holds_what_moves_together():
    for asset in (
        "eip155:1/slip44:60",
        "eip155:1/erc20:0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
        "eip155:42161/erc20:0x5979d7b546e38e414f7e9822514be443a4800529",
        "eip155:8453/slip44:60",
        "symbol:ETH",
        "symbol:steth",
    ):
        assert coin_of(AssetId(asset), {}).family == "ETH"


def test_ether_of_a_rollup_stands_in_its_bridge_and_that_of_its_own_chain_in_none():
    assert coin_of(AssetId("eip155:42161/slip44:60"), {}).bridge == "canonical:eip155:42161"
    assert coin_of(AssetId("eip155:1/slip44:60"), {}).bridge == NONE
    assert coin_of(AssetId("symbol:ETH"), {}).bridge == NONE


def test_the_same_coin_over_a_bridge_has_the_same_issuer_and_another_risk():
    native = coin_of(AssetId("eip155:42161/erc20:0xaf88d065e77c8cc2239327c5edb3a432268e5831"), {})
    over = coin_of(AssetId("eip155:42161/erc20:0xff970a61a04b1ca14834a43f5de4533ebddb5cc8"), {})
    assert (native.issuer, native.bridge) == ("Circle", NONE)
    assert (over.issuer, over.bridge) == ("Circle", "canonical:eip155:42161")


def test_native_coins_are_those_of_their_network():
    assert coin_of(AssetId("eip155:137/slip44:60"), {}).family == "POL"
    assert coin_of(AssetId("eip155:56/slip44:60"), {}).family == "BNB"
    assert coin_of(AssetId("eip155:100/slip44:60"), {}).issuer == "Sky"
    sol = AssetId("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/slip44:501")
    assert coin_of(sol, {}).family == "SOL"


def test_a_token_that_follows_another_is_of_its_family_and_of_some_protocol():
    found = coin_of(RECEIPT, token(RECEIPT, "aUSDC", USDC))
    assert (found.name, found.issuer) == ("USDC", "Circle")
    assert (found.protocol, found.basis) == (UNKNOWN, "underlying")


def test_a_token_that_calls_itself_usdc_is_a_coin_of_its_own():
    found = coin_of(FORGED, token(FORGED, "USDC"))
    assert (found.name, found.family, found.basis) == (FORGED, FORGED, "unknown")


def test_a_name_speaks_only_for_a_token_that_a_source_priced_and_says_so():
    found = coin_of(FORGED, token(FORGED, "usdc"), stated=True)
    assert (found.name, found.basis, found.bridge) == ("USDC", "symbol", UNKNOWN)
    known = token(RECEIPT, "aThing", FORGED) | token(FORGED, "USDC")
    receipt = coin_of(RECEIPT, known, stated=True)
    assert (receipt.name, receipt.protocol) == ("USDC", UNKNOWN)


def test_tokens_that_follow_one_another_in_a_ring_end():
    ring = token(FORGED, "A", RECEIPT) | token(RECEIPT, "B", FORGED)
    assert coin_of(FORGED, ring).basis == "unknown"


@pytest.mark.parametrize("asset", ["iso4217:USD", "symbol:DOGE", "eip155:250/slip44:60"])
def test_what_is_in_no_table_is_a_family_of_its_own(asset):
    found = coin_of(AssetId(asset), {})
    assert found.family == (asset if "/" in asset else re.split(":", asset)[1])
