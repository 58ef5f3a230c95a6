"""Exposure → rows of plain texts: money exact, shares with at most twelve digits."""

from typing import Any

from api.risk_views import figure_text
from ledger.model.asset import AssetId
from ledger.model.errors import BadInput
from reports.names import Assets, money_text, symbol_of
from risk.exposure import DIMENSIONS, Dimension, Exposure, Group, Line, Unpriced

Row = dict[str, Any]


def exposure_row(found: Exposure, currency: str, time: str, assets: Assets) -> Row:
    """The whole of it, at a time as text."""
    return {
        "time": time,
        "currency": currency,
        "gross": money_text(found.gross),
        "net": money_text(found.net),
        "leverage": figure_text(found.leverage),
        "dimensions": [dimension_row(dimension, assets) for dimension in found.dimensions],
        "positions": [line_row(line, assets) for line in found.lines],
        "unpriced": [unpriced_row(dark, assets) for dark in found.unpriced],
    }


def check_dimension(by: str | None) -> None:
    """Refuse a dimension that there is not. Raises BadInput."""
    if by is not None and by not in DIMENSIONS:
        raise BadInput(f"no dimension is called {by[:60]!r}; dimensions: {', '.join(DIMENSIONS)}")


def by_dimension(row: Row, by: str | None) -> Row:
    """The row with one dimension alone; all of it without a name."""
    if by is None:
        return row
    return row | {"dimensions": [one for one in row["dimensions"] if one["name"] == by]}


def dimension_row(found: Dimension, assets: Assets) -> Row:
    """A dimension with its groups and how concentrated it is."""
    return {
        "name": found.name,
        "hhi": figure_text(found.hhi),
        "effective": figure_text(found.effective),
        "groups": [_group_row(group, assets) for group in found.groups],
    }


def line_row(line: Line, assets: Assets) -> Row:
    """A position with every group that it is in, and by what it was known (`basis`)."""
    return {
        "wallet": line.wallet,
        "asset": line.asset,
        "symbol": symbol_of(line.asset, assets),
        "inside": line.inside,
        "value": money_text(line.value),
        "family": line.family,
        "coin": line.coin,
        "issuer": line.issuer,
        "chain": line.chain,
        "protocol": line.protocol,
        "venue": line.venue,
        "bridge": line.bridge,
        "custodian": line.custodian,
        "strategy": line.strategy,
        "basis": line.basis,
    }


def unpriced_row(dark: Unpriced, assets: Assets) -> Row:
    """A position without a value, with the reason."""
    return {
        "wallet": dark.wallet,
        "asset": dark.asset,
        "symbol": symbol_of(dark.asset, assets),
        "reason": dark.reason,
    }


def _group_row(group: Group, assets: Assets) -> Row:
    named = AssetId(group.name)
    return {
        "name": group.name,
        "label": symbol_of(named, assets) if named in assets else group.name,
        "long": money_text(group.long),
        "short": money_text(group.short),
        "gross": money_text(group.gross),
        "net": money_text(group.net),
        "share": figure_text(group.share),
        "weight": figure_text(group.weight),
    }
