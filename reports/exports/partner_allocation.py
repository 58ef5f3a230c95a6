"""A partnership's year by partner as rows: what is whose enters, one row a partner and lot leaves.

`book` follows the layers of the lot, `tax` what the ceiling rule leaves of them; `term` sets apart
what was held for more than three years (IRC §1061). The rows of a lot add up to its gain.
"""

from collections.abc import Iterator
from typing import Final

from ledger.model.activity import iso
from ledger.model.errors import BadInput
from ledger.model.partner import PartnerAllocation, PartnerGain
from reports.csv import Cell, Number
from reports.exports._years import exact
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of

NAME: Final = "partner_allocation"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("us",))
#: Without the shares of partners there is nothing to allocate.
NEEDS: Final = "allocation"
HEADER: Final = (
    "partner", "symbol", "quantity", "acquired", "disposed", "term", "layers", "book", "tax",
    "ceiling", "source", "lot", "problem",
)  # fmt: skip
NUMERIC: Final = frozenset(("quantity", "layers", "book", "tax", "ceiling"))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a partner and lot, by time of disposal; then one what could not be allocated.

    `ceiling` is tax less book.
    """
    found = _allocation(figures)
    for each in sorted(found.gains, key=_order):
        line = each.line
        yield (
            each.partner,
            symbol_of(line.asset, figures.assets),
            Number(quantity_text(line.asset, line.quantity, figures.assets)),
            "" if line.acquired is None else iso(line.acquired),
            iso(line.disposed),
            each.term,
            Number(str(len(each.layers))),
            exact(each.book),
            exact(each.tax),
            exact(each.tax - each.book),
            line.source,
            line.lot,
            "",
        )
    nothing = (None, None, None, None)
    for problem in found.problems:
        told = f"{problem.code}: {problem.message}"
        yield ("", "", None, "", "", "", *nothing, problem.source, "", told)


def _allocation(figures: ExportFigures) -> PartnerAllocation:
    if figures.allocation is None:
        raise BadInput(f"{NAME} needs the shares of partners, and none were given")
    return figures.allocation


def _order(each: PartnerGain) -> tuple[str, str, str, str, int, str]:
    line = each.line
    return (iso(line.disposed), line.source, line.asset, line.lot, line.quantity, each.partner)
