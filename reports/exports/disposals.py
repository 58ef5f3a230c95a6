"""Disposals as rows: units given up enter, one row a lot that gave them leaves."""

from collections.abc import Iterator
from typing import Final

from ledger.model.activity import iso
from ledger.model.lot import Disposal
from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.names import label_of, money_text, quantity_text, symbol_of

NAME: Final = "disposals"
SCHEMA_VERSION: Final = 1
HEADER: Final = (
    "disposal", "entry", "kind", "wallet", "wallet_label", "asset", "symbol", "quantity",
    "base_units", "lot", "acquired", "disposed", "proceeds", "cost", "gain", "currency",
    "strategy", "lot_strategy", "problem",
)  # fmt: skip
NUMERIC: Final = frozenset(("quantity", "base_units", "proceeds", "cost", "gain"))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a disposal in the order of the books; what is unknown is empty, never zero."""
    for disposal in sorted(figures.disposals, key=lambda item: (item.order, item.id)):
        yield (
            disposal.id,
            disposal.entry,
            disposal.kind,
            disposal.wallet,
            label_of(disposal.wallet, figures.wallets),
            disposal.asset,
            symbol_of(disposal.asset, figures.assets),
            Number(quantity_text(disposal.asset, disposal.quantity, figures.assets)),
            Number(str(disposal.quantity)),
            disposal.lot,
            "" if disposal.acquired is None else iso(disposal.acquired),
            iso(disposal.disposed),
            *(
                None if amount is None else Number(money_text(amount))
                for amount in (disposal.proceeds, disposal.cost, disposal.gain)
            ),
            figures.fund.base_currency,
            disposal.strategy or "",
            disposal.lot_strategy or "",
            _problem(disposal),
        )


def _problem(disposal: Disposal) -> str:
    missing = []
    if disposal.cost is None:
        missing.append("missing_basis")
    if disposal.proceeds is None:
        missing.append("missing_price")
    return " ".join(missing)
