"""Entries of the books in turn and a regime come in; the assessments of the years asked for leave.

Lots are consumed entry by entry, and what a former year gave up is let go: what is held are the
open lots, the sums of each year, and the disposals and income of the years asked for alone. The
answer is that of the whole history (`assess`), figure by figure.

That holds for the methods that take lots, or an average, of what stands at the time of a sale. What
looks ahead keeps the whole history: matching by days, weeks, years or portfolios, old stock, losses
denied for what is bought later, marks at years' ends, and lots that are named, whose names are
checked against all rows first (`passes` says which is which).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ledger.model.amount import MONEY_DECIMALS
from ledger.model.asset import currency
from ledger.model.entry import Entry
from ledger.model.tax import IncomeLine, TaxYear
from ledger.tax.assess import Journal
from ledger.tax.engine import counted
from ledger.tax.history.currencies import BookPrices, Converter
from ledger.tax.history.events import Acquire, Disposed, Event, Fault
from ledger.tax.history.journal import Reading, Terms
from ledger.tax.history.settings import BY_HOLDING, Settings
from ledger.tax.lines import Shown, YearFound, tax_year
from ledger.tax.matching.lots import LotBook
from ledger.tax.rules import Rules, Versions
from ledger.tax.terms import Calendar
from ledger.tax.yearly import Totals


def passes(settings: Settings) -> bool:
    """Whether a history can be assessed in passing: nothing of it depends on what comes later."""
    looks_ahead = settings.superficial or settings.wash or settings.old_before is not None
    marked = settings.mark_from is not None or settings.section_1256
    named = settings.identified or settings.allocation is not None
    return settings.method in BY_HOLDING and not (looks_ahead or marked or named)


class Passage:
    """A history under a regime, folded entry by entry; the years asked for are read off."""

    def __init__(
        self, journal: Journal, settings: Settings, rules: Rules, years: Iterable[int]
    ) -> None:
        assert passes(settings), "what looks ahead needs the whole history"
        self.calendar = calendar = Calendar(settings, rules.year_starts)
        self.code = code = rules.currency or journal.base
        self._settings = settings
        self._converter = Converter(journal.prices, journal.base, code)
        prices = BookPrices(journal.prices, code)
        terms = Terms(currency(code), settings, prices, calendar, rules.currencies_count)
        self._reading = Reading(terms)
        self._book = LotBook(settings, calendar, None, None)
        self._totals = Totals(rules, calendar, 10**MONEY_DECIMALS)
        self._version = lru_cache(Versions(rules).on)
        self._shown = Shown(rules, settings, journal.assets, code)
        self._years = frozenset(years)
        #: by tax year, None for what is said of every year
        self._disposed: defaultdict[int, list[Disposed]] = defaultdict(list)
        self._unknown: defaultdict[int, list[Disposed]] = defaultdict(list)
        self._income: defaultdict[int, list[IncomeLine]] = defaultdict(list)
        self._read_faults: list[tuple[int | None, Fault]] = []
        self._match_faults: list[tuple[int | None, Fault]] = []
        self._came = self._went = 0
        self._fold(journal.entries)

    def year(self, year: int, method: str) -> TaxYear:
        """One of the years; `method` is the name under which the method was asked for."""
        assert year in self._years, "a year is kept when it is asked for"
        fault = self._converter.fault()
        known = (*self._read_faults, *self._match_faults)
        found = YearFound(
            self._disposed[year],
            self._unknown[year],
            self._income[year],
            [*([fault] if fault else []), *(one for of, one in known if of in {None, year})],
            self._totals.of(year),
        )
        return tax_year(found, self._shown, year, method)

    def _fold(self, entries: Iterable[Entry]) -> None:
        self._book.fold(self._events(entries))
        left = self._book.ledger.refused + sum(one.cost for one in self._book.left())
        assert self._came == self._went + left, "cost out and cost left are cost in"

    def _events(self, entries: Iterable[Entry]) -> Iterator[Event]:
        """The events of each entry; when the next one is asked for, those before it are booked."""
        reading, ledger = self._reading, self._book.ledger
        for entry in self._converter.entries(entries):
            for event in reading.read(entry):
                if isinstance(event, Acquire):
                    self._came += event.cost
                yield event
            if ledger.disposed or ledger.unknown:
                self._take()
            if reading.income:
                self._earn()
            if reading.faults or ledger.faults:
                year = self.calendar.year(entry.time)
                self._read_faults += self._of_years(reading.faults, year)
                self._match_faults += self._of_years(ledger.faults, year)

    def _take(self) -> None:
        """Count what was given up; keep it where its year is asked for."""
        ledger, calendar = self._book.ledger, self.calendar
        for kept, given in ((self._disposed, ledger.disposed), (self._unknown, ledger.unknown)):
            for event, pieces, _ in given:
                found = Disposed(event, pieces, self._version(calendar.day(event.time)))
                if given is ledger.disposed:
                    self._went += sum([piece.cost for piece in pieces])
                    figure = counted(found, self._settings)
                    if figure is not None:
                        self._totals.add(figure)
                if (year := calendar.year(event.time)) in self._years:
                    kept[year].append(found)
            given.clear()

    def _earn(self) -> None:
        for line in self._reading.income:
            if line.value is not None:
                self._totals.earn(line.time, line.value)
            if (year := self.calendar.year(line.time)) in self._years:
                self._income[year].append(line)
        self._reading.income.clear()

    def _of_years(self, faults: list[Fault], year: int) -> list[tuple[int | None, Fault]]:
        """Faults of an entry of a year, those that are told; the list is empty afterwards."""
        found = [(None if one.row is None else year, one) for one in faults]
        faults.clear()
        return [(of, one) for of, one in found if of is None or of in self._years]
