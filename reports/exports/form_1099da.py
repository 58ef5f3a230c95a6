"""Brokers' statements beside the books as rows: what was compared enters, one row each leaves.

The outcomes: `match`, `basis_differs`, `proceeds_differ`, `proceeds_and_basis_differ`,
`quantity_differs`, `missing_with_us` (the broker reported a sale that the books have not) and
`missing_with_them` (a line of the account that no row is about). Differences are ours less theirs.
"""

from collections.abc import Iterator
from typing import Final

from ledger.model.activity import iso
from ledger.model.amount import text_from_units
from ledger.model.broker import STATED_DECIMALS
from reports.csv import Cell, Number
from reports.exports._years import exact, whole_sum, year_in
from reports.model import ExportFigures
from reports.names import label_of

NAME: Final = "form_1099da"
SCHEMA_VERSION: Final = 2
REGIMES: Final = frozenset(("us",))
#: Without a statement there is nothing to compare.
NEEDS: Final = "comparisons"
HEADER: Final = (
    "outcome", "wallet", "wallet_label", "symbol", "date sold", "our lines", "their rows",
    "our proceeds", "our fees", "their proceeds", "proceeds difference", "compared before fees",
    "our basis", "their basis", "basis difference", "basis reported", "quantity difference",
    "note", "source", "statement rows",
)  # fmt: skip
NUMERIC: Final = frozenset(
    name for name in HEADER if name.endswith(("proceeds", "basis", "difference", "fees"))
) - {"compared before fees"} | {"our lines", "their rows"}


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a comparison, by account and day; `source` names entries, the last column rows."""
    year_in(figures, NAME, "USD")
    for found in figures.comparisons:
        ours, theirs = found.lines, found.sales
        days = [iso(line.disposed)[:10] for line in ours] or [str(sale.sold) for sale in theirs]
        apart = found.quantity
        yield (
            found.outcome,
            found.wallet,
            label_of(found.wallet, figures.wallets),
            found.symbol,
            min(days),
            Number(str(len(ours))),
            Number(str(len(theirs))),
            exact(whole_sum(line.proceeds for line in ours)),
            exact(sum(line.fees for line in ours)) if ours else None,
            exact(sum(sale.proceeds for sale in theirs)) if theirs else None,
            exact(found.proceeds),
            "yes" if found.gross else "",
            exact(whole_sum(line.cost for line in ours)),
            exact(whole_sum(sale.basis for sale in theirs)),
            exact(found.basis),
            "yes" if theirs and all(sale.reported for sale in theirs) else "",
            None if apart is None else Number(text_from_units(apart, STATED_DECIMALS)),
            found.note,
            " ".join(sorted({line.source for line in ours})),
            " ".join(sale.source for sale in theirs),
        )
