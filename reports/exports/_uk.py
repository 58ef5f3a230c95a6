"""A United Kingdom tax year enters; its disposals leave, those of a token and a day as one.

TCGA 1992 s. 105: all disposals of one day are one; the day is the local date. HMRC CRYPTO22200 ff.
"""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.tax import TaxLine
from reports.exports._years import assessed_lines, known_sum, year_in
from reports.model import ExportFigures
from reports.zones import zone_of

#: Where days begin unless the year was assessed otherwise.
ZONE: Final = "Europe/London"


@dataclass(frozen=True, slots=True)
class DayDisposal:
    """All units of a token that were given up on a day; its sums are of what is known."""

    number: int
    day: date
    asset: AssetId
    lines: tuple[TaxLine, ...]

    @property
    def known(self) -> bool:
        """Whether every part of it has a gain."""
        return all(line.gain is not None for line in self.lines)

    @property
    def gain(self) -> int:
        """The gain, or a negative loss."""
        return known_sum(line.gain for line in self.lines)

    @property
    def proceeds(self) -> int:
        """What was received, before costs."""
        return known_sum(line.proceeds for line in self.lines)

    @property
    def costs(self) -> int:
        """Allowable costs: of acquisition, and of the disposal (TCGA 1992 s. 38)."""
        return known_sum(line.cost for line in self.lines) + sum(line.fees for line in self.lines)

    @property
    def indexation(self) -> int:
        """What a rise of prices takes off a company's gain (TCGA 1992 s. 53)."""
        return sum(line.indexation for line in self.lines)


def disposals(figures: ExportFigures, layout: str) -> tuple[DayDisposal, ...]:
    """The year's disposals by day and token, numbered from 1."""
    year = year_in(figures, layout, "GBP")
    zone = zone_of(year, ZONE)

    def day_and_asset(line: TaxLine) -> tuple[date, AssetId]:
        return line.disposed.astimezone(zone).date(), line.asset

    groups = groupby(sorted(assessed_lines(year), key=day_and_asset), key=day_and_asset)
    return tuple(
        DayDisposal(number, day, asset, tuple(lines))
        for number, ((day, asset), lines) in enumerate(groups, 1)
    )
