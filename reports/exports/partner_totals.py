"""A partnership's year by partner, in sums: what is whose enters, the items of Schedule K-1 leave.

Schedule K-1 (Form 1065): box 8 net short-term capital gain, box 9a net long-term capital gain; what
of 9a was held for more than three years stands beside it, for the worksheet of section 1061. Income
is listed by its kind: which box it belongs to is a decision.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from ledger.model.errors import BadInput
from reports.csv import Cell, Number
from reports.exports._years import exact
from reports.model import ExportFigures

NAME: Final = "partner_totals"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("us",))
#: Without the shares of partners there is nothing to allocate.
NEEDS: Final = "allocation"
HEADER: Final = ("partner", "box", "item", "amount", "over three years", "lines", "source")
NUMERIC: Final = frozenset(("amount", "over three years", "lines"))

_SHORT: Final = ("8", "net short-term capital gain")
_LONG: Final = ("9a", "net long-term capital gain")


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """A row an item of each partner; an item of which there is nothing is no row."""
    found = figures.allocation
    if found is None:
        raise BadInput(f"{NAME} needs the shares of partners, and none were given")
    sums: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    older: defaultdict[str, int] = defaultdict(int)
    for each in found.gains:
        sums[each.partner, *(_SHORT if each.term == "short" else _LONG)].append(each.tax)
        older[each.partner] += each.tax if each.term == "over_three_years" else 0
    for part in found.income:
        sums[part.partner, "", f"income: {part.line.kind}"].append(part.value)
    for (partner, box, item), amounts in sorted(sums.items()):
        source = "partner_allocation" if box else "tax_income"
        over = exact(older[partner]) if (box, item) == _LONG else None
        yield (partner, box, item, exact(sum(amounts)), over, Number(str(len(amounts))), source)
