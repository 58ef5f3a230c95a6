"""Schedule D as rows: the totals of Form 8949 by box enter the lines that take them.

Schedule D of Forms 1040 and 1065, tax year 2025: line 1b takes the forms with box A or G checked, 2
those with B or H, 3 with C or I; 8b those with D or J, 9 with E or K, 10 with F or L. Lines 7 and
15 are the sums of both parts, here of these lines and of Form 6781 alone, whose lines 8 and 9 go to
lines 4 and 11 of Form 1040's schedule (a partnership passes the net on by itself, Schedule K line
11): other forms lead to them too.
"""

from collections.abc import Iterator
from typing import Final

from reports.apart import contracts, sixty_forty
from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.sales import Sale, dollars, sales

NAME: Final = "schedule_d"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("us",))
HEADER: Final = (
    "line", "boxes", "forms_8949_lines", "(d) proceeds", "(e) cost or other basis",
    "(g) adjustments", "(h) gain or loss", "net of part", "lines without a gain", "source",
)  # fmt: skip
NUMERIC: Final = frozenset(HEADER[2:9])

_PARTS: Final = (
    ("7", (("1b", "AG"), ("2", "BH"), ("3", "CI")), "4"),
    ("15", (("8b", "DJ"), ("9", "EK"), ("10", "FL")), "11"),
)


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """Three lines and their sum a part, and one of contracts where there are any.

    A line of the form without a gain is in no sum of (h). (h) is (d) less (e), combined with (g),
    wherever every line below has all of them; what lacks a basis or a price is counted.
    """
    found = sales(figures)
    accounts = contracts(figures)
    for (net, lines, of_contracts), sixty in zip(_PARTS, sixty_forty(accounts), strict=True):
        net_gain = 0
        for line, boxes in lines:
            own = [sale for sale in found if sale.box in boxes]
            net_gain += _sum(sale.gain for sale in own)
            source = f"form_8949 box {' or '.join(boxes)}"
            count = Number(str(len(own)))
            yield (line, "/".join(boxes), count, *_amounts(own), None, _unknown(own), source)
        part = [sale for sale in found if sale.long == (net == "15")]
        assert net_gain == _sum(sale.gain for sale in part), "every box has its line"
        names = [line for line, _ in lines]
        if accounts:
            names.append(of_contracts)
            unknown = Number(str(sum(account.unknown for account in accounts)))
            source = f"form_6781 line {'9' if net == '15' else '8'}"
            amounts = (None, None, None, dollars(sixty), None)
            yield (of_contracts, "", None, *amounts, unknown, source)
            net_gain += sixty
        source = f"lines {', '.join(names)}"
        yield (net, "", None, None, None, None, None, dollars(net_gain), None, source)


def _amounts(own: list[Sale]) -> Iterator[Cell]:
    yield dollars(_sum(sale.proceeds for sale in own))
    yield dollars(_sum(sale.basis for sale in own))
    yield dollars(_sum(sale.adjustment for sale in own))
    yield dollars(_sum(sale.gain for sale in own))


def _unknown(own: list[Sale]) -> Number:
    return Number(str(sum(sale.gain is None for sale in own)))


def _sum(amounts: Iterator[int | None]) -> int:
    return sum(amount for amount in amounts if amount is not None)
