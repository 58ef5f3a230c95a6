"""Entries of the books, prices and a regime come in; the assessment of a tax year leaves.

Lots are consumed over the whole history; only what falls into the year is reported. This is the
whole history at once, for every method, and for what is asked of all years or of what is left;
`passage` keeps less.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.model.amount import MONEY_DECIMALS
from ledger.model.asset import Asset, AssetId, currency
from ledger.model.entry import Entry
from ledger.model.tax import TaxYear
from ledger.prices.book import PriceBook
from ledger.tax.engine import assess_history
from ledger.tax.history.currencies import BookPrices, Converter
from ledger.tax.history.events import MARK
from ledger.tax.history.journal import Terms, read_journal
from ledger.tax.history.settings import Settings
from ledger.tax.lines import Shown, YearFound, tax_year
from ledger.tax.rules import Rules
from ledger.tax.terms import Calendar
from ledger.tax.yearly import total_in


@dataclass(frozen=True, slots=True)
class Journal:
    """Live entries in order, valued in `base`, with prices and facts of assets.

    Entries may be read in turn, anew each time that they are asked for.
    """

    entries: Iterable[Entry]
    base: str
    prices: PriceBook
    assets: Mapping[AssetId, Asset]


def assess(journal: Journal, settings: Settings, rules: Rules, year: int, method: str) -> TaxYear:
    """The year's disposals, one line a matched lot, its income, and totals of what is known.

    `method` is the name under which the method of the settings was asked for.
    """
    return Folded(journal, settings, rules).year(year, method)


class Folded:
    """A whole history under a regime; any of its years is read off.

    `answer` are disposals of all years and what is left, `calendar` the days where the taxpayer
    lives, `code` the currency of every figure.
    """

    def __init__(self, journal: Journal, settings: Settings, rules: Rules) -> None:
        self.calendar = Calendar(settings, rules.year_starts)
        self.code = rules.currency or journal.base
        converter = Converter(journal.prices, journal.base, self.code)
        entries = converter.entries(journal.entries)
        prices = BookPrices(journal.prices, self.code)
        terms = Terms(currency(self.code), settings, prices, self.calendar, rules.currencies_count)
        self._years: dict[str, int] = {}
        read = read_journal(self._dated(entries), terms)
        self.events = read.history.events
        self.answer = assess_history(read.history, MONEY_DECIMALS, settings, rules, self.calendar)
        self._income = read.income
        fault = converter.fault()
        self._faults = [*([fault] if fault else []), *self.answer.faults]
        self._shown = Shown(rules, settings, journal.assets, self.code)

    def year(self, year: int, method: str) -> TaxYear:
        """One year; `method` is the name under which the method was asked for."""
        answer, year_of = self.answer, self.calendar.year
        faults = [one for one in self._faults if self._bears(one.row, year)]
        found = YearFound(
            [one for one in answer.disposed if year_of(one.event.time) == year],
            [one for one in answer.unknown if year_of(one.event.time) == year],
            [one for one in self._income if year_of(one.time) == year],
            faults,
            total_in(answer.totals, year),
        )
        return tax_year(found, self._shown, year, method)

    def _bears(self, row: str | None, year: int) -> bool:
        """Whether a fault is one of a year: its entry's, or that of a mark until then."""
        if row is None:
            return True
        word, _, marked = row.partition(" ")
        return int(marked) <= year if word == MARK else self._years.get(row) == year

    def _dated(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        """The entries, the tax year of each noted on the way."""
        for entry in entries:
            self._years[entry.id] = self.calendar.year(entry.time)
            yield entry
