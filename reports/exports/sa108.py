"""The figures of the capital gains pages SA108: a United Kingdom tax year enters, boxes leave.

From 2024-25 on cryptoassets have a section of their own, boxes 13.1 to 13.5; before, they stood
among other property, boxes 14 to 17 and 19. The rates of 2024-25 changed on 30 October 2024: box 51
needs gains and losses of both parts, so they stand apart too. The annual exempt amount, losses
brought forward and box 51 itself depend on the person and are not here.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from reports.csv import Cell, Number
from reports.exports._uk import DayDisposal, disposals
from reports.exports._years import exact, to_whole, year_in
from reports.model import ExportFigures

NAME: Final = "sa108"
SCHEMA_VERSION: Final = 1
REGIMES: Final = frozenset(("uk",))
HEADER: Final = ("box", "what", "exact", "entry", "source")
NUMERIC: Final = frozenset(("exact", "entry"))

#: The tax year, by the year in which it ends, since which there is a section for cryptoassets.
CRYPTOASSETS_SINCE: Final = 2025
_OWN: Final = ("13.1", "13.2", "13.3", "13.4", "13.5")
_OTHER: Final = ("14", "15", "16", "17", "19")
_WHAT: Final = (
    "number of disposals",
    "disposal proceeds",
    "allowable costs",
    "gains in the year, before losses",
    "losses in the year",
)
_NEW_RATES: Final = date(2024, 10, 30)
_SOURCE: Final = "uk_computation"


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """A row a box, exact and in whole pounds, half even; what has no figure is counted alone."""
    year = year_in(figures, NAME, "GBP").year
    found = disposals(figures, NAME)
    boxes = _OWN if year >= CRYPTOASSETS_SINCE else _OTHER
    known = [each for each in found if each.known]
    count = Number(str(len(found)))
    yield (boxes[0], _WHAT[0], count, count, _SOURCE)
    sums = (sum(each.proceeds for each in known), sum(each.costs for each in known), *_both(known))
    for box, what, amount in zip(boxes[1:], _WHAT[1:], sums, strict=True):
        yield (box, what, exact(amount), to_whole(amount), _SOURCE)
    if year == _NEW_RATES.year + 1:
        for when, part in (
            ("before 30 October 2024", [one for one in known if one.day < _NEW_RATES]),
            ("from 30 October 2024", [one for one in known if one.day >= _NEW_RATES]),
        ):
            for what, amount in zip(("gains", "losses"), _both(part), strict=True):
                yield ("for 51", f"{what} {when}", exact(amount), to_whole(amount), _SOURCE)
    unknown = Number(str(len(found) - len(known)))
    yield ("", "disposals without a figure, in no amount above", unknown, unknown, _SOURCE)


def _both(found: Iterable[DayDisposal]) -> tuple[int, int]:
    """Gains, and losses as a positive amount."""
    gains = [each.gain for each in found]
    return sum(gain for gain in gains if gain > 0), -sum(gain for gain in gains if gain < 0)
