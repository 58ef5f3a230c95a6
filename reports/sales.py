"""A United States tax year and what brokers reported enter; the lines of Form 8949 leave.

IRS Form 8949 (2025) and its instructions. Digital assets stand apart from tax year 2025 on: box G,
H or I for short terms and J, K or L for long ones, where a Form 1099-DA reports the basis, reports
no basis, or was not received. Before 2025 the boxes without a statement are C and F.

Where a statement was received, (d) is what it says, and (e) too where its basis was reported; what
is wrong there is corrected in (g), with the code in (f): B for a basis, E for costs of the sale
that it left out, T for a wrong term (correction 0), W for a loss that is a wash sale's, O for
anything else. Codes stand in the order of the alphabet, their corrections as one sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from ledger.model.amount import MONEY_DECIMALS, divide_half_even, rounded_text
from ledger.model.asset import currency_of
from ledger.model.broker import BrokerSale, Comparison
from ledger.model.errors import BadInput
from ledger.model.tax import TaxLine
from reports.csv import Number
from reports.model import ExportFigures
from reports.names import quantity_text, symbol_of
from reports.zones import zone_of

#: The first year whose form has boxes of its own for digital assets.
DIGITAL_ASSET_BOXES_SINCE: Final = 2025
#: (short, long) by what was reported.
_BOXES: Final = {"basis": ("G", "J"), "no_basis": ("H", "K"), "nothing": ("I", "L")}
_BOXES_BEFORE: Final = ("C", "F")
_SHORT_BOXES: Final = frozenset("CGHI")
_CENT: Final = 10 ** (MONEY_DECIMALS - 2)


@dataclass(frozen=True, slots=True)
class Sale:
    """A line of the form; money in cents, None for what is not known."""

    line: TaxLine
    box: str
    description: str
    acquired: str
    sold: str
    proceeds: int | None
    basis: int | None
    codes: str
    adjustment: int | None
    problem: str

    @property
    def gain(self) -> int | None:
        """(h): column (e) from column (d), combined with (g), as printed: each row adds up."""
        if self.proceeds is None or self.basis is None:
            return None
        return self.proceeds - self.basis + (self.adjustment or 0)

    @property
    def denied(self) -> int:
        """The part of (g) that is a loss of a wash sale, in cents."""
        return _cents(self.line.denied)

    @property
    def sources(self) -> tuple[str, ...]:
        """What the line rests on: its entry, and its lot where it has one."""
        return (self.line.source, self.line.lot) if self.line.lot else (self.line.source,)

    @property
    def long(self) -> bool:
        """Whether it belongs to Part II."""
        return self.box not in _SHORT_BOXES


def sales(figures: ExportFigures) -> tuple[Sale, ...]:
    """The form's lines: short terms first, then by date sold.

    Foreign currency (IRC §988), what the regime does not assess, and gains that belong on Forms
    4797 and 6781 are no lines of this form. Raises BadInput without a tax year in US dollars.
    """
    if "sales" not in figures.made:
        figures.made["sales"] = _sales(figures)
    found: tuple[Sale, ...] = figures.made["sales"]
    return found


def _sales(figures: ExportFigures) -> tuple[Sale, ...]:
    year = figures.tax
    if year is None:
        raise BadInput("Form 8949 is made from an assessed tax year, and none was given")
    if year.currency != "USD":
        raise BadInput(f"Form 8949 is filed in USD, and the year was assessed in {year.currency}")
    reported = {line: comparison for comparison in figures.comparisons for line in comparison.lines}
    local = zone_of(year, "UTC")
    zone = None if local.key == "UTC" else local
    return tuple(
        _sale(line, reported.get(line) if reported else None, year.year, figures, zone)
        for line in sorted(filter(_belongs, year.lines), key=_place)
    )


def dollars(cents: int | None) -> Number | None:
    """Cents as a number of a cell."""
    return None if cents is None else Number(rounded_text(cents, 2, 2))


def _sale(
    line: TaxLine,
    found: Comparison | None,
    year: int,
    figures: ExportFigures,
    zone: ZoneInfo | None,
) -> Sale:
    quantity = quantity_text(line.asset, line.quantity, figures.assets)
    long = line.term == "long"
    denied = _cents(line.denied)
    codes = {"W": denied} if denied else {}
    problem = _problem(line)
    stated = None if found is None or not found.sales else found
    if year < DIGITAL_ASSET_BOXES_SINCE:
        box, proceeds, basis = _BOXES_BEFORE[long], _net(line), _known(line.cost)
    elif stated is None:
        box, proceeds, basis = _BOXES["nothing"][long], _net(line), _known(line.cost)
    elif len(stated.lines) == len(stated.sales) == 1 and stated.outcome != "quantity_differs":
        [sale] = stated.sales
        box = _BOXES["basis" if sale.reported else "no_basis"][long]
        proceeds, basis = _cents(sale.proceeds), _basis(line, sale)
        codes |= _corrections(line, sale, stated, long=long)
        problem += [stated.outcome] if "O" in codes else []
    else:
        # rows for several lots at once say nothing of one of them
        kept = all(sale.reported for sale in stated.sales)
        box = _BOXES["basis" if kept else "no_basis"][long]
        proceeds, basis = _net(line), _known(line.cost)
        problem += [] if stated.outcome == "match" else [stated.outcome]
    return Sale(
        line=line,
        box=box,
        description=f"{quantity} {symbol_of(line.asset, figures.assets)}",
        acquired=_acquired(line, zone),
        sold=_date(line.disposed, zone),
        proceeds=proceeds,
        basis=basis,
        codes="".join(sorted(codes)),
        adjustment=sum(codes.values()) if codes else None,
        problem=" ".join(problem),
    )


def _basis(line: TaxLine, sale: BrokerSale) -> int | None:
    """(e): the reported basis, even where it is wrong; the right one where none was reported."""
    return _cents(sale.basis) if sale.reported and sale.basis is not None else _known(line.cost)


def _corrections(
    line: TaxLine, sale: BrokerSale, found: Comparison, *, long: bool
) -> dict[str, int]:
    """The codes with their parts of column (g), which lead from the broker's gain to ours."""
    codes: dict[str, int] = {}
    if line.proceeds is not None:
        costs = _cents(line.proceeds) - _cents(line.proceeds - line.fees)
        left_out = costs if found.gross else 0
        other = _cents(line.proceeds - line.fees) + left_out - _cents(sale.proceeds)
        if left_out:
            codes["E"] = -left_out
        if found.outcome in {"proceeds_differ", "proceeds_and_basis_differ"}:
            codes["O"] = other
    if found.outcome in {"basis_differs", "proceeds_and_basis_differ"} and line.cost is not None:
        codes["B"] = _cents(sale.basis or 0) - _cents(line.cost) if sale.reported else 0
    if sale.box and sale.box != "Y" and (sale.box in "JK") != long:
        codes["T"] = 0
    return codes


def _belongs(line: TaxLine) -> bool:
    """A sale of a digital asset that is one of capital; gifts, losses and currency are none."""
    return line.assessed and line.character == "capital" and currency_of(line.asset) is None


def _place(line: TaxLine) -> tuple[bool, datetime, str, str, str, str, int]:
    acquired = "" if line.acquired is None else line.acquired.isoformat()
    identity = (line.source, line.lot, line.asset, acquired)
    return (line.term == "long", line.disposed, *identity, line.quantity)


def _net(line: TaxLine) -> int | None:
    """Without a statement (d) is net of selling expenses, as the instructions ask."""
    return None if line.proceeds is None else _cents(line.proceeds - line.fees)


def _known(units: int | None) -> int | None:
    return None if units is None else _cents(units)


def _cents(units: int) -> int:
    return divide_half_even(units, _CENT)


def _date(time: datetime, zone: ZoneInfo | None) -> str:
    if zone is not None:
        time = time.astimezone(zone)
    return f"{time.month:02}/{time.day:02}/{time.year:04}"


def _acquired(line: TaxLine, zone: ZoneInfo | None) -> str:
    """The day of the acquisition; VARIOUS where several acquisitions make one known basis."""
    if line.acquired is not None:
        return _date(line.acquired, zone)
    return "" if line.cost is None else "VARIOUS"


def _problem(line: TaxLine) -> list[str]:
    missing = []
    if line.cost is None:
        missing.append("missing_basis")
    if line.proceeds is None:
        missing.append("missing_price")
    return missing


def by_box(lines: tuple[Sale, ...]) -> Iterator[tuple[str, tuple[Sale, ...]]]:
    """The lines of each box, in the order of the form."""
    for box in sorted({sale.box for sale in lines}):
        yield box, tuple(sale for sale in lines if sale.box == box)
