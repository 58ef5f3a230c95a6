"""Form 4797, Part II, line 10, as rows: what a trader realised under section 475(f) enters, leaves.

The instructions ask for a statement in the format of line 10, which shows what was held and marked
at the end of the year apart, and for its totals as "Trader - see attached". An adjustment of
section 481(a) is no sale of the year and stands apart (Form 3115).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from ledger.model.tax import TaxLine
from reports.apart import lines_of, to_cents
from reports.csv import Cell, Number
from reports.exports._years import problem_of
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of
from reports.sales import dollars

NAME: Final = "form_4797"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("us",))
#: A year in which nothing is marked to market has no such statement.
NEEDS: Final = "ordinary"
HEADER: Final = (
    "line", "(a) description", "(b) date acquired", "(c) date sold", "(d) gross sales price",
    "(f) cost or other basis, and expense of sale", "(g) gain or loss", "marked at year end",
    "lines without a gain", "problem", "source", "lot",
)  # fmt: skip
NUMERIC: Final = frozenset((*HEADER[4:7], "lines without a gain"))

_MARK: Final = "mark"


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """A line a row: sales, then what was marked; their totals; then adjustments of section 481(a).

    What has no price or no basis has no gain, and is in no total.
    """
    ordinary = lines_of(figures, "ordinary")
    for line in (*(_sold(ordinary)), *(one for one in ordinary if one.rule == _MARK)):
        yield _row("10", line, figures)
    yield _total("10", "Trader - see attached", ordinary)
    adjusted = lines_of(figures, "section_481")
    for line in adjusted:
        yield _row("481(a)", line, figures)
    if adjusted:
        yield _total("481(a)", "adjustment of the first year, Form 3115", adjusted)


def _sold(lines: Sequence[TaxLine]) -> Iterator[TaxLine]:
    return (line for line in lines if line.rule != _MARK)


def _row(name: str, line: TaxLine, figures: ExportFigures) -> tuple[Cell, ...]:
    quantity = quantity_text(line.asset, line.quantity, figures.assets)
    proceeds, cost = _amounts(line)
    return (
        name,
        f"{quantity} {symbol_of(line.asset, figures.assets)}",
        "" if line.acquired is None else f"{line.acquired:%m/%d/%Y}",
        f"{line.disposed:%m/%d/%Y}",
        dollars(proceeds),
        dollars(cost),
        dollars(_gain(line)),
        "yes" if line.rule == _MARK else "no",
        None,
        problem_of(line),
        line.source,
        line.lot,
    )


def _total(name: str, what: str, lines: Sequence[TaxLine]) -> tuple[Cell, ...]:
    known = [line for line in lines if _gain(line) is not None]
    amounts = [_amounts(line) for line in known]
    proceeds = sum(one or 0 for one, _ in amounts)
    cost = sum(one or 0 for _, one in amounts)
    count = Number(str(len(lines) - len(known)))
    money = (dollars(proceeds), dollars(cost), dollars(proceeds - cost))
    return (name, what, "", "", *money, "", count, "", "rows above", "")


def _amounts(line: TaxLine) -> tuple[int | None, int | None]:
    """(d) and (f) in cents."""
    proceeds = None if line.proceeds is None else to_cents(line.proceeds)
    return proceeds, None if line.cost is None else to_cents(line.cost + line.fees)


def _gain(line: TaxLine) -> int | None:
    """(g): (d) less (f) as printed, so that each row adds up."""
    proceeds, cost = _amounts(line)
    return None if line.gain is None or proceeds is None or cost is None else proceeds - cost
