"""Marks for tests of exposure, made from a few words."""

from datetime import UTC, datetime
from decimal import Decimal

from ledger.model.asset import Asset, AssetId
from ledger.model.fund import WalletId
from ledger.model.position import Mark, Position, Quote
from risk.exposure import Known

ONE = 10**18
TIME = datetime(2026, 1, 1, tzinfo=UTC)

ETH = AssetId("eip155:1/slip44:60")
STETH = AssetId("eip155:1/erc20:0xae7ab96520de3a18e5e111b5eaab095312d7fe84")
USDC = AssetId("eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48")
USDT = AssetId("symbol:USDT")
BTC = AssetId("symbol:BTC")
BRIDGED = AssetId("eip155:42161/erc20:0xff970a61a04b1ca14834a43f5de4533ebddb5cc8")
UNKNOWN = AssetId("eip155:1/erc20:0x" + "ab" * 20)
LIQUIDITY = AssetId("eip155:1/position:uniswap_v3:0x" + "cd" * 20 + ".7")
DEBT = AssetId("eip155:1/debt:morpho_blue:0x1")

CHAIN = WalletId("eip155:1:0x" + "aa" * 20)
VENUE = WalletId("venue:kraken:main")


def mark(asset, value, *, wallet=CHAIN, source="test", liability=False, exact=None):
    """A position worth `value` whole units, None without a quote; `exact` in 10⁻¹⁸."""
    units = ONE if exact is None else 1
    worth = exact if exact is not None else None if value is None else int(value * ONE)
    quote = None if worth is None else Quote(asset, TIME, Decimal(1), "USD", source)
    return Mark(Position(wallet, asset, units, liability), quote, worth)


def known(assets=(), inside=None, protocols=None, strategies=None):
    named = {asset: Asset(asset, symbol, 18) for asset, symbol in assets}
    return Known(named, inside or {}, protocols or {}, strategies or {})
