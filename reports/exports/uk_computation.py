"""The computation that goes with a United Kingdom return: a tax year enters, a text leaves.

HMRC asks for computations of each disposal beside the capital gains pages (SA108 notes). A disposal
is all that was given up of a token on a day; its parts stand under it with the rule that matched
them: the same day, the 30 days after (a company: the 10 days before), the section 104 holding.
"""

from collections.abc import Iterator
from typing import Final

from ledger.model.amount import MONEY_DECIMALS, rounded_text
from ledger.model.tax import TaxLine
from reports.csv import Cell, Number, one_line
from reports.exports._uk import ZONE, DayDisposal, disposals
from reports.exports._years import exact, problem_of
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of
from reports.zones import zone_of

NAME: Final = "uk_computation"
SCHEMA_VERSION: Final = 2
REGIMES: Final = frozenset(("uk", "uk_company"))
SUFFIX: Final = "txt"
HEADER: Final = (
    "disposal", "date", "symbol", "quantity", "rule", "acquired", "proceeds", "fees", "cost",
    "indexation", "gain", "problem",
)  # fmt: skip
NUMERIC: Final = frozenset(("quantity", "proceeds", "fees", "cost", "indexation", "gain"))

_RULES: Final = {
    "same_day": "same day (TCGA 1992 s. 105)",
    "thirty_day": "30 days after (s. 106A)",
    "ten_day": "10 days before (s. 107)",
    "s104": "section 104 holding",
    "missing": "no acquisition is known",
}


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a matched part, numbered as the disposal that it belongs to."""
    for disposal in disposals(figures, NAME):
        for line in disposal.lines:
            yield (
                str(disposal.number),
                disposal.day.isoformat(),
                symbol_of(line.asset, figures.assets),
                Number(quantity_text(line.asset, line.quantity, figures.assets)),
                _RULES.get(line.rule, line.rule),
                _day(line, figures),
                exact(line.proceeds),
                exact(line.fees),
                exact(line.cost),
                exact(line.indexation),
                exact(line.gain),
                problem_of(line),
            )


def text(figures: ExportFigures) -> str:
    """The computation, disposal by disposal, in pounds and pence; then the sums of the year.

    Proceeds less costs and indexation are gains less losses: what has no figure is counted alone.
    """
    found = disposals(figures, NAME)
    year = figures.tax
    assert year is not None, "disposals were made of it"
    head = f"Capital gains computation, tax year {year.year - 1}-{year.year % 100:02d}"
    lines = [head, one_line(figures.fund.name), f"Books {figures.digest}", ""]
    for disposal in found:
        lines += [*_of_disposal(disposal, figures), ""]
    known = [each for each in found if each.known]
    gains = [each.gain for each in known]
    risen = sum(each.indexation for each in known)
    lines += [
        f"Disposals                 {len(found)}",
        f"Proceeds                  {_pounds(sum(each.proceeds for each in known))}",
        f"Allowable costs           {_pounds(sum(each.costs for each in known))}",
        *([f"Indexation allowance      {_pounds(risen)}"] if risen else []),
        f"Gains                     {_pounds(sum(gain for gain in gains if gain > 0))}",
        f"Losses                    {_pounds(-sum(gain for gain in gains if gain < 0))}",
        f"Without a figure          {len(found) - len(gains)}",
    ]
    return "".join(f"{line}\n" for line in lines)


def sources(figures: ExportFigures) -> Iterator[tuple[str, ...]]:
    """The entry and the lot of each matched part."""
    for disposal in disposals(figures, NAME):
        for line in disposal.lines:
            yield (line.source, line.lot) if line.lot else (line.source,)


def _of_disposal(disposal: DayDisposal, figures: ExportFigures) -> Iterator[str]:
    quantity = sum(line.quantity for line in disposal.lines)
    symbol = one_line(symbol_of(disposal.asset, figures.assets))
    units = quantity_text(disposal.asset, quantity, figures.assets)
    yield f"{disposal.number}. {disposal.day.isoformat()}  {units} {symbol}"
    for line in disposal.lines:
        yield from _of_part(line, figures)
    if disposal.known:
        word = "gain" if disposal.gain >= 0 else "loss"
        yield f"   {word} {_pounds(abs(disposal.gain))}"
    else:
        yield "   no figure: a cost or a price is not known"


def _of_part(line: TaxLine, figures: ExportFigures) -> Iterator[str]:
    units = quantity_text(line.asset, line.quantity, figures.assets)
    acquired = "" if line.acquired is None else f", acquired {_day(line, figures)}"
    yield f"   {units}: {_RULES.get(line.rule, line.rule)}{acquired}"
    proceeds, cost = _pounds(line.proceeds), _pounds(line.cost)
    risen = f" less indexation {_pounds(line.indexation)}" if line.indexation else ""
    yield f"      proceeds {proceeds} less cost {cost} less fees {_pounds(line.fees)}{risen}"


def _day(line: TaxLine, figures: ExportFigures) -> str:
    """The local day of an acquisition, by which it was matched."""
    assert figures.tax is not None, "its lines were made of it"
    zone = zone_of(figures.tax, ZONE)
    return "" if line.acquired is None else line.acquired.astimezone(zone).date().isoformat()


def _pounds(units: int | None) -> str:
    return "unknown" if units is None else rounded_text(units, MONEY_DECIMALS, 2)
