"""Lending: no health factor without a stated threshold; one account pays for no other."""

from dataclasses import replace

import pytest

from ledger.model.asset import AssetId
from risk.exposure import exposure
from risk.lending import lending_accounts
from tests.risk.positions import BTC, CHAIN, ETH, ONE, USDC, VENUE, known, mark

AAVE_ETH = AssetId("eip155:1/erc20:0x" + "11" * 20)
AAVE_BTC = AssetId("eip155:1/erc20:0x" + "33" * 20)
AAVE_DEBT = AssetId("eip155:1/erc20:0x" + "22" * 20)
MARKET = "eip155:1/{}:morpho_blue:0xaa.{}"
FOLLOWS = {AAVE_ETH: ETH, AAVE_DEBT: USDC, AAVE_BTC: BTC}


def lines(*held):
    protocols = dict.fromkeys(FOLLOWS, "aave_v3")
    every = known(assets=[(asset, "t") for asset in FOLLOWS], protocols=protocols)
    followed = {
        asset: replace(one, underlying=FOLLOWS[asset]) for asset, one in every.assets.items()
    }
    return exposure(held, replace(every, assets=followed)).lines


def accounts(*held, thresholds=None, volatility=0.8):
    return lending_accounts(lines(*held), thresholds or {}, lambda *_: volatility)


LOAN = (mark(AAVE_ETH, 20_000), mark(AAVE_DEBT, -10_000, liability=True))


def test_a_health_factor_is_that_of_the_stated_threshold():
    (one,) = accounts(*LOAN, thresholds={"aave_v3:eth": 0.825})
    assert one.ltv == pytest.approx(0.5)
    assert one.health == pytest.approx(1.65)
    assert one.distance == pytest.approx(0.393939393939)
    assert one.liquidated_at == pytest.approx(1212.121212121 / 2000)
    assert one.sigmas == pytest.approx(11.9593, rel=1e-4)
    assert one.reason == ""


def test_without_a_threshold_there_is_none_and_the_coin_is_named():
    (one,) = accounts(*LOAN, thresholds={"aave_v3:btc": 0.8})
    assert (one.health, one.distance, one.sigmas) == (None, None, None)
    assert one.ltv == pytest.approx(0.5)
    assert one.reason == "no liquidation threshold is stated for ETH"


def test_one_threshold_of_two_is_not_enough():
    held = (*LOAN, mark(AAVE_BTC, 1_000))
    (one,) = accounts(*held, thresholds={"aave_v3:eth": 0.825})
    assert one.health is None
    (both,) = accounts(*held, thresholds={"aave_v3:eth": 0.825, "aave_v3:btc": 0.7})
    assert both.health == pytest.approx((16_500 + 700) / 10_000)
    assert both.sigmas is None
    assert both.reason.startswith("more than one collateral")


def test_a_debt_without_collateral_in_the_books_has_no_health():
    (one,) = accounts(LOAN[1], mark(ETH, 50_000))
    assert (one.ltv, one.health) == (None, None)
    assert one.reason == "the books have no collateral beside it"


def test_collateral_of_another_wallet_pays_for_nothing():
    (one,) = accounts(LOAN[1], mark(AAVE_ETH, 20_000, wallet=VENUE))
    assert one.collateral == ()


def test_collateral_of_one_market_pays_for_no_other():
    owed = AssetId(MARKET.format("debt", "debt"))
    own = AssetId(MARKET.format("position", "collateral"))
    other = AssetId("eip155:1/position:morpho_blue:0xbb.collateral")
    (one,) = accounts(mark(owed, -5, liability=True), mark(own, 9), mark(other, 90))
    assert [side.asset for side in one.collateral] == [own]
    assert one.owed == 5 * ONE


def test_collateral_of_a_comet_is_named_by_a_part_of_its_debt():
    owed = AssetId("eip155:1/debt:compound_v3:0xc3")
    kept = AssetId("eip155:1/position:compound_v3:0xc3.0xee")
    stranger = AssetId("eip155:1/position:compound_v3:0xc33.0xee")
    (one,) = accounts(mark(owed, -5, liability=True), mark(kept, 9), mark(stranger, 9))
    assert [side.asset for side in one.collateral] == [kept]


def test_a_coin_owed_in_itself_and_an_unknown_volatility_have_their_reasons():
    same = (mark(AAVE_ETH, 100), mark(AssetId("eip155:1/debt:aave_v3:0x1"), -50, liability=True))
    (one,) = lending_accounts(
        [replace(line, coin="ETH") for line in lines(*same)], {"aave_v3:eth": 0.8}, lambda *_: 1.0
    )
    assert one.reason == "collateral and debt are the same coin"
    (dark,) = accounts(*LOAN, thresholds={"aave_v3:eth": 0.8}, volatility="no prices")
    assert (dark.health, dark.sigmas, dark.reason) == (pytest.approx(1.6), None, "no prices")
    (flat,) = accounts(*LOAN, thresholds={"aave_v3:eth": 0.8}, volatility=0.0)
    assert flat.sigmas is None


def test_a_threshold_of_nothing_has_no_distance():
    (one,) = accounts(*LOAN, thresholds={"aave_v3:eth": 0.0})
    assert (one.health, one.distance) == (0.0, None)
    assert one.reason == "none of the collateral counts"


def test_a_fund_without_debts_has_no_account():
    assert accounts(mark(ETH, 5), mark(AAVE_ETH, 5)) == ()
    assert {line.wallet for line in lines(mark(ETH, 5))} == {CHAIN}


def test_a_mode_of_one_wallet_has_its_own_threshold():
    stated = {"aave_v3:eth": 0.8, f"aave_v3:eth@{CHAIN}": 0.93}
    (one,) = accounts(*LOAN, thresholds=stated)
    assert one.health == pytest.approx(2 * 0.93)
