"""A partnership's year by partner, in sums: what is whose enters, the items of Schedule K-1 leave.

Schedule K-1 (Form 1065): box 8 net short-term capital gain, box 9a net long-term capital gain; what
of 9a was held for more than three years stands beside it, for the worksheet of section 1061; box 11
with code C the net of contracts of section 1256, box 1 what is ordinary under section 475(f).
Income is listed by its kind: which box it belongs to is a decision.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from ledger.model.errors import BadInput
from reports.csv import Cell, Number
from reports.exports._years import exact
from reports.model import ExportFigures

NAME: Final = "partner_totals"
SCHEMA_VERSION: Final = 2
REGIMES: Final = frozenset(("us",))
#: Without the shares of partners there is nothing to allocate.
NEEDS: Final = "allocation"
HEADER: Final = ("partner", "box", "item", "amount", "over three years", "lines", "source")
NUMERIC: Final = frozenset(("amount", "over three years", "lines"))

_SHORT: Final = ("8", "net short-term capital gain")
_LONG: Final = ("9a", "net long-term capital gain")
#: What is no gain of capital by its term.
_APART: Final[dict[str, tuple[str, str]]] = {
    "section_1256": ("11", "C: section 1256 contracts, net"),
    "ordinary": ("1", "ordinary: section 475(f)"),
    "section_481": ("1", "ordinary: adjustment of section 481(a)"),
}


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """A row an item of each partner; an item of which there is nothing is no row.

    What could not be allocated is counted in a last row, of no partner.
    """
    found = figures.allocation
    if found is None:
        raise BadInput(f"{NAME} needs the shares of partners, and none were given")
    sums: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    older: defaultdict[str, int] = defaultdict(int)
    for each in found.gains:
        box = _APART.get(each.line.character) or (_SHORT if each.term == "short" else _LONG)
        sums[each.partner, *box].append(each.tax)
        if box == _LONG and each.term == "over_three_years":
            older[each.partner] += each.tax
    for part in found.income:
        sums[part.partner, "", f"income: {part.line.kind}"].append(part.value)
    for (partner, number, item), amounts in sorted(sums.items()):
        source = "partner_allocation" if number else "tax_income"
        over = exact(older[partner]) if (number, item) == _LONG else None
        yield (partner, number, item, exact(sum(amounts)), over, Number(str(len(amounts))), source)
    if found.problems:
        item = "not allocated, in no amount above"
        yield ("", "", item, None, None, Number(str(len(found.problems))), "partner_allocation")
