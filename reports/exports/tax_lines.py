"""The disposals of a tax year as rows, for every regime: an assessment enters, its lines leave."""

from collections.abc import Iterator
from typing import Final

from ledger.model.activity import iso
from reports.csv import Cell, Number
from reports.exports._years import exact, order_of, problem_of, year_in
from reports.model import ExportFigures
from reports.names import label_of, quantity_text, symbol_of

NAME: Final = "tax_lines"
SCHEMA_VERSION: Final = 4
#: None in particular: every regime has lines.
REGIMES: Final[frozenset[str]] = frozenset()
HEADER: Final = (
    "asset", "symbol", "quantity", "acquired", "disposed", "proceeds", "fees", "cost", "denied",
    "gain", "currency", "term", "rule", "rule_version", "wallet", "wallet_label", "lot", "source",
    "problem", "character", "indexation",
)  # fmt: skip
NUMERIC: Final = frozenset(("quantity", "proceeds", "fees", "cost", "denied", "gain", "indexation"))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a matched lot by time, exact; what the regime does not assess has no gain."""
    year = year_in(figures, NAME)
    for line in sorted(year.lines, key=order_of):
        yield (
            line.asset,
            symbol_of(line.asset, figures.assets),
            Number(quantity_text(line.asset, line.quantity, figures.assets)),
            "" if line.acquired is None else iso(line.acquired),
            iso(line.disposed),
            exact(line.proceeds),
            exact(line.fees),
            exact(line.cost),
            exact(line.denied),
            exact(line.gain),
            year.currency,
            line.term,
            line.rule,
            line.version,
            line.wallet,
            label_of(line.wallet, figures.wallets),
            line.lot,
            line.source,
            problem_of(line),
            line.character,
            exact(line.indexation),
        )
