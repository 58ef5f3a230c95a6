"""Positions as rows: marks enter, one row a holding with its price and its source leaves."""

from collections.abc import Iterator
from typing import Final

from ledger.model.activity import iso
from ledger.model.amount import plain_text
from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.names import (
    label_of,
    money_text,
    network_of_position,
    quantity_text,
    symbol_of,
)

NAME: Final = "positions"
SCHEMA_VERSION: Final = 1
HEADER: Final = (
    "wallet", "wallet_label", "network", "asset", "symbol", "side", "quantity", "base_units",
    "price", "price_currency", "price_time", "price_source", "value", "cost", "currency", "status",
)  # fmt: skip
NUMERIC: Final = frozenset(("quantity", "base_units", "price", "value", "cost"))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a position in order of wallet and asset; a debt is owed and has a negative value."""
    marks = sorted(
        figures.marks,
        key=lambda mark: (mark.position.wallet, mark.position.asset, mark.position.liability),
    )
    for mark in marks:
        position, quote = mark.position, mark.quote
        yield (
            position.wallet,
            label_of(position.wallet, figures.wallets),
            network_of_position(position.wallet, position.asset),
            position.asset,
            symbol_of(position.asset, figures.assets),
            "liability" if position.liability else "asset",
            Number(quantity_text(position.asset, position.quantity, figures.assets)),
            Number(str(position.quantity)),
            None if quote is None else Number(plain_text(quote.price)),
            "" if quote is None else quote.currency,
            "" if quote is None else iso(quote.time),
            "" if quote is None else quote.source,
            None if mark.value is None else Number(money_text(mark.value)),
            None if position.cost is None else Number(money_text(position.cost)),
            figures.fund.base_currency,
            "unpriced" if mark.value is None else "priced",
        )
