"""The nouns of reports: computed figures as they arrive, for statements and exports to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledger.model.asset import Asset, AssetId
from ledger.model.broker import Comparison
from ledger.model.entry import Entry
from ledger.model.event import Event, Unexplained
from ledger.model.fund import Fund, Wallet, WalletId
from ledger.model.lot import Disposal
from ledger.model.partner import PartnerAllocation
from ledger.model.position import Break, Mark, NavPoint, StrategyResult
from ledger.model.problem import Problem
from ledger.model.tax import TaxYear
from risk.model import RiskReport


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one source covers: first and last activity, how many, and how many are proven."""

    source: str
    first: datetime
    last: datetime
    activities: int
    proven: int


@dataclass(frozen=True, slots=True)
class MonthlyFigures:
    """Everything a monthly report states; money in 10⁻¹⁸ of the base currency.

    `month` is `YYYY-MM`. `nav` is the daily series since inception up to the month's end, a point a
    day, in order of time; a point at midnight closes the day before it. `month_results` and
    `year_results` are the results by strategy of the month and of the year to date; `month_entries`
    names the entries that each strategy's month rests on. `suspense` is the value of what is
    unexplained or unmatched at the end and has a price; `digest` identifies the
    books and `version` the code; `network_names` says `Ethereum` of `eip155:1` where it is known.
    """

    fund: Fund
    month: str
    nav: tuple[NavPoint, ...]
    month_results: tuple[StrategyResult, ...]
    year_results: tuple[StrategyResult, ...]
    marks: tuple[Mark, ...]
    risk: RiskReport
    coverage: tuple[Coverage, ...]
    breaks: tuple[Break, ...]
    problems: tuple[Problem, ...]
    unexplained: tuple[Unexplained, ...]
    suspense: int | None
    assets: Mapping[AssetId, Asset]
    wallets: Mapping[WalletId, Wallet]
    digest: str
    version: str
    label: str = "Estimated"
    month_entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    network_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def unpriced(self) -> int:
        """Assets that the last net asset value leaves out, for want of a price."""
        return self.nav[-1].unpriced if self.nav else 0

    @property
    def days_without_return(self) -> int:
        """Days on which something was invested and a price was missing."""
        return sum(point.growth is None and point.invested > 0 for point in self.nav)


@dataclass(frozen=True, slots=True)
class ExportFigures:
    """Everything that a layout may draw on; the order of what is in it decides nothing.

    `digest` identifies the books; `comparisons` are the lines of the year beside what brokers
    reported, `allocation` what of the year is whose. What several layouts make of the same figures
    is made once, and stands in `made` by its name.
    """

    fund: Fund
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    marks: tuple[Mark, ...]
    disposals: tuple[Disposal, ...]
    tax: TaxYear | None
    assets: Mapping[AssetId, Asset]
    wallets: Mapping[WalletId, Wallet]
    digest: str = ""
    comparisons: tuple[Comparison, ...] = ()
    allocation: PartnerAllocation | None = None
    made: dict[str, Any] = field(init=False, default_factory=dict, compare=False, repr=False)
