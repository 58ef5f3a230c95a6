"""Form 6781, Part I, as rows: contracts of section 1256 enter, gains 60 percent long leave.

Lines 4 (Form 1099-B adjustments) and 6 (a loss carried back by election) are the filer's: here they
are empty, and lines 5 and 7 say what they are without them.
"""

from collections.abc import Iterator
from typing import Final

from reports.apart import contracts, sixty_forty
from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.sales import dollars

NAME: Final = "form_6781"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("us",))
#: A year without such a contract has no such form.
NEEDS: Final = "section_1256"
HEADER: Final = (
    "line", "(a) identification of account", "(b) loss", "(c) gain", "net", "goes to",
    "lines without a gain", "from",
)  # fmt: skip
NUMERIC: Final = frozenset(("(b) loss", "(c) gain", "net", "lines without a gain"))


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """An account a row, then lines 2 to 9; a loss stands without its sign in (b)."""
    found = contracts(figures)
    for one in found:
        loss, gain = dollars(max(0, -one.net)), dollars(max(0, one.net))
        count = Number(str(one.unknown))
        yield ("1", one.wallet, loss, gain, None, "", count, "tax_lines")
    losses = sum(max(0, -one.net) for one in found)
    gains = sum(max(0, one.net) for one in found)
    unknown = Number(str(sum(one.unknown for one in found)))
    yield ("2", "", dollars(losses), dollars(gains), None, "", unknown, "line 1")
    net = dollars(gains - losses)
    yield ("3", "", None, None, net, "", None, "line 2")
    yield ("4", "Form 1099-B adjustments", None, None, None, "", None, "the filer")
    yield ("5", "", None, None, net, "", None, "lines 3 and 4")
    yield ("6", "net loss carried back, by election", None, None, None, "", None, "the filer")
    yield ("7", "", None, None, net, "", None, "lines 5 and 6")
    short, long = sixty_forty(found)
    yield ("8", "short-term, 40 percent", None, None, dollars(short), "Schedule D, line 4", None,
           "line 7")  # fmt: skip
    yield ("9", "long-term, 60 percent", None, None, dollars(long), "Schedule D, line 11", None,
           "line 7")  # fmt: skip


def sources(figures: ExportFigures) -> Iterator[tuple[str, ...]]:
    """The entries of each account's contracts; the other lines are made of these."""
    found = contracts(figures)
    yield from (one.sources for one in found)
    yield from [tuple(name for one in found for name in one.sources)] * 8
