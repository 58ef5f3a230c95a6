"""Ids and base units → what a reader is shown of them: symbols, labels, quantities, networks."""

from collections.abc import Mapping
from typing import Final

from ledger.model.amount import MONEY_DECIMALS, text_from_units
from ledger.model.asset import Asset, AssetId, known_without_asking, network_of
from ledger.model.fund import Wallet, WalletId, network_of_wallet

#: The value at risk that stands on first pages: name of the measure, and how it is labelled.
VALUE_AT_RISK: Final = ("var_filtered_95", "VaR 95 %, 1 day, filtered")

Assets = Mapping[AssetId, Asset]
Wallets = Mapping[WalletId, Wallet]


def asset_of(asset: AssetId, assets: Assets) -> Asset:
    """What is known of an asset; without any knowledge its id is its symbol, in base units."""
    known = assets.get(asset) or known_without_asking(asset)
    return known if known is not None else Asset(asset, asset, 0)


def symbol_of(asset: AssetId, assets: Assets) -> str:
    """The symbol for display; the id where none is known."""
    return asset_of(asset, assets).symbol or asset


def quantity_text(asset: AssetId, quantity: int, assets: Assets) -> str:
    """A quantity in whole units, exact; in base units where the decimals are unknown."""
    return text_from_units(quantity, asset_of(asset, assets).decimals)


def money_text(units: int) -> str:
    """Money in 10⁻¹⁸ as whole units, exact."""
    return text_from_units(units, MONEY_DECIMALS)


def label_of(wallet: WalletId, wallets: Wallets) -> str:
    """The label of a wallet; its id where it has none."""
    known = wallets.get(wallet)
    return known.label if known is not None and known.label else wallet


def network_of_position(wallet: WalletId, asset: AssetId) -> str:
    """Where a position stands: the asset's chain, or the venue that holds a coin without one."""
    network = network_of(asset)
    return network if network.startswith(("eip155:", "solana:")) else network_of_wallet(wallet)
