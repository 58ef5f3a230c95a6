"""The journal as rows: entries enter, one row a posting leaves, in the order of the books."""

from collections.abc import Iterator
from typing import Final

from ledger.model.activity import iso
from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.names import money_text, quantity_text, symbol_of

NAME: Final = "journal"
SCHEMA_VERSION: Final = 1
HEADER: Final = (
    "entry", "posting", "time", "kind", "network", "txid", "protocol", "strategy", "group",
    "account", "wallet", "asset", "symbol", "quantity", "base_units", "role", "value", "currency",
    "called", "note", "reverses", "evidence", "hash",
)  # fmt: skip
NUMERIC: Final = frozenset(("posting", "quantity", "base_units", "value"))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a posting; `value` is empty where no price is known."""
    currency = figures.fund.base_currency
    for entry in sorted(figures.entries, key=lambda item: (item.order, len(item.id), item.id)):
        evidence, content = " ".join(entry.evidence), entry.hash
        for index, posting in enumerate(entry.postings, 1):
            value = posting.value
            yield (
                entry.id,
                Number(str(index)),
                iso(entry.time),
                entry.kind,
                entry.network,
                entry.txid,
                entry.protocol or "",
                entry.strategy or "",
                entry.group or "",
                posting.account.path,
                posting.account.wallet or "",
                posting.asset,
                symbol_of(posting.asset, figures.assets),
                Number(quantity_text(posting.asset, posting.quantity, figures.assets)),
                Number(str(posting.quantity)),
                posting.role,
                None if value is None else Number(money_text(value)),
                currency,
                entry.called,
                entry.note,
                entry.reverses or "",
                evidence,
                content,
            )
