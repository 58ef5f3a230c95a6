"""The nouns of reports: what a report is made of when it arrives, and what it looks like when it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ledger.model.asset import Asset, AssetId
from ledger.model.entry import Entry
from ledger.model.event import Event, Unexplained
from ledger.model.fund import Fund, Wallet, WalletId
from ledger.model.lot import Disposal
from ledger.model.position import Break, Mark, NavPoint, StrategyResult
from ledger.model.problem import Problem
from ledger.model.tax import TaxYear
from risk.model import RiskReport


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one source covers: its first and last activity, how many, and the share that is proven."""

    source: str
    first: datetime
    last: datetime
    activities: int
    proven: int


@dataclass(frozen=True, slots=True)
class MonthlyFigures:
    """Everything a monthly report states, computed elsewhere; money in 10⁻¹⁸ of the base currency.

    `nav` is the daily series since inception up to the month's end; `month` and `year` are the results
    by strategy of the month and of the year to date; `suspense` is the value of what is unexplained
    or unmatched at the end (None where a price is missing); `digest` identifies the books and
    `version` the code.
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


@dataclass(frozen=True, slots=True)
class ExportFigures:
    """Everything that a CSV layout may draw on."""

    fund: Fund
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    marks: tuple[Mark, ...]
    disposals: tuple[Disposal, ...]
    tax: TaxYear | None
    assets: Mapping[AssetId, Asset]
    wallets: Mapping[WalletId, Wallet]
