"""The entries of a family come in, in order; its stretches leave, each with where it ended.

A stretch is what some entries in a row of one family came to: the lines of its disposals, income,
faults and sums of one tax year, and what the family holds and owes afterwards. Whoever has that
goes on from it as if every entry before had been read.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ledger.model.activity import microseconds
from ledger.model.amount import MONEY_DECIMALS
from ledger.model.asset import AssetId, currency
from ledger.model.entry import Entry
from ledger.tax.assess import Journal
from ledger.tax.checkpoints.book import FamilyBook, FamilyReading, Words
from ledger.tax.checkpoints.columns import Given, Place, income_words, packed, place_words
from ledger.tax.checkpoints.families import owner
from ledger.tax.engine import counted
from ledger.tax.history.currencies import BookPrices, Converter
from ledger.tax.history.events import Acquire, Carry, Disposed, Event, Fault
from ledger.tax.history.journal import Terms
from ledger.tax.history.parts import plain_asset
from ledger.tax.history.settings import Settings
from ledger.tax.lines import Shown, lines_of
from ledger.tax.rules import Rules, Versions
from ledger.tax.terms import Calendar
from ledger.tax.yearly import Totals

#: A stretch ends with its tax year, or after so many entries.
LENGTH: Final = 1_000


class Ground:
    """What every family of a question is assessed by; `money` is the currency without lots."""

    def __init__(self, journal: Journal, settings: Settings, rules: Rules) -> None:
        self.journal = journal
        self.settings = settings
        self.rules = rules
        self.calendar = Calendar(settings, rules.year_starts)
        self.code = rules.currency or journal.base
        self.money: AssetId = currency(self.code)
        self.shown = Shown(rules, settings, journal.assets, self.code)
        self.version = lru_cache(Versions(rules).on)
        prices = BookPrices(journal.prices, self.code)
        count = rules.currencies_count
        self.terms = Terms(self.money, settings, prices, self.calendar, count)

    def totals(self) -> Totals:
        """Totals of years, of nothing yet."""
        return Totals(self.rules, self.calendar, 10**MONEY_DECIMALS)

    def converter(self) -> Converter:
        """Values in the currency of the regime."""
        return Converter(self.journal.prices, self.journal.base, self.code)


def place(entry: Entry) -> Place:
    """Where an entry stands in the books."""
    return entry.order, len(entry.id), entry.id


class Stretch(NamedTuple):
    """What entries in a row of one family came to, as words.

    `last` is the place of the last entry, `last_event` the time of the last event, 0 without any;
    `always` are faults that are said in every year, `unrated` times without a rate. `numbers` are
    those of the entries in the journal.
    """

    year: int
    last: list[Any]
    last_event: int
    sums: list[Any]
    always: list[Fault]
    unrated: list[int]
    numbers: list[int]
    said: Words
    state: Words


class FamilyFold:
    """Folds the entries of one family; stretches that end are in `ended`."""

    def __init__(self, ground: Ground, assets: Collection[AssetId], state: Words | None) -> None:
        self.ended: list[Stretch] = []
        self._ground = ground
        self._own = frozenset(assets)
        reading, book = (None, None) if state is None else (state["reading"], state["book"])
        self._reading = FamilyReading(ground.terms, self._own, reading)
        self._book = FamilyBook(ground.settings, ground.calendar, book)
        self._held = self._book.cost
        self._begin()

    def _begin(self) -> None:
        self._year: int | None = None
        self._converter = self._ground.converter()
        self._totals = self._ground.totals()
        self._numbers: list[int] = []
        self._given: list[Given] = []
        self._income: list[Any] = []
        self._read_faults: list[Any] = []
        self._match_faults: list[Any] = []
        self._always: list[Fault] = []
        self._last: Place | None = None
        self._last_event = 0
        self._change = 0

    def add(self, number: int, entry: Entry) -> None:
        """Take the next entry of the family, and its number in the journal."""
        year = self._ground.calendar.year(entry.time)
        if self._numbers and (year != self._year or len(self._numbers) >= LENGTH):
            self._end()
        assert entry.order[0] == microseconds(entry.time), "the books are in the order of time"
        self._year = year
        self._numbers.append(number)
        self._last = place(entry)
        owned = owner(entry, self._ground.money) in self._own
        for each in self._converter.entries((entry,)):
            self._read(each, self._last, owned=owned)

    def finish(self) -> list[Fault]:
        """End the last stretch; gives what is said if the day comes from which basis is by wallet.

        Nothing can be added afterwards.
        """
        if self._numbers:
            self._end()
        if not self._book.waits:
            return []
        return self._book.undecided()

    def _read(self, entry: Entry, here: Place, *, owned: bool) -> None:
        reading, ledger = self._reading, self._book.ledger
        for index, event in enumerate(reading.read(entry)):
            if not self._is_own(event):
                continue
            self._last_event = entry.order[0]
            if isinstance(event, Acquire):
                self._change += event.cost
            self._book.fold((event,))
            if ledger.disposed or ledger.unknown:
                self._take(here, index)
            if ledger.faults:
                self._hear(here, index, ledger.faults)
                ledger.faults.clear()
        if owned:
            for index, line in enumerate(reading.income):
                if line.value is not None:
                    self._totals.earn(line.time, line.value)
                self._income.append([place_words(here), index, income_words(line)])
            for index, fault in enumerate(reading.faults):
                self._read_faults.append([place_words(here), index, [*fault]])
        reading.income.clear()
        reading.faults.clear()

    def _is_own(self, event: Event) -> bool:
        asset = event.gave[0].asset if isinstance(event, Carry) else event.asset
        return asset in self._own or plain_asset(asset) in self._own

    def _take(self, here: Place, index: int) -> None:
        """Make lines of what an event gave up."""
        ledger, ground = self._book.ledger, self._ground
        for unknown, given in ((False, ledger.disposed), (True, ledger.unknown)):
            for event, pieces, _ in given:
                found = Disposed(event, pieces, ground.version(ground.calendar.day(event.time)))
                if not unknown:
                    self._change -= sum([piece.cost for piece in pieces])
                    figure = counted(found, ground.settings)
                    if figure is not None:
                        self._totals.add(figure)
                made = lines_of(found, ground.shown, unknown=unknown)
                self._given.append(Given(here, index, unknown, made))
            given.clear()

    def _hear(self, here: Place, index: int, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if fault.row is None:
                self._always.append(fault)
            else:
                self._match_faults.append([place_words(here), index, [*fault]])

    def _end(self) -> None:
        """Close the stretch: cost that came went, or is held."""
        ledger, held = self._book.ledger, self._book.cost
        assert self._held + self._change == held + ledger.refused, "cost out and left are cost in"
        assert self._last is not None and self._year is not None, "a stretch has entries"
        ledger.refused, self._held = 0, held
        self._given.sort(key=lambda one: one.rank)
        self.ended.append(
            Stretch(
                self._year,
                place_words(self._last),
                self._last_event,
                self._totals.sums(self._year).words(),
                self._always,
                sorted(map(microseconds, self._converter.missing)),
                self._numbers,
                {
                    **packed(self._given),
                    "income": self._income,
                    "read": self._read_faults,
                    "match": self._match_faults,
                },
                {"reading": self._reading.words(), "book": self._book.words()},
            )
        )
        self._begin()
