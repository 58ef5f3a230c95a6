"""The entries of a family in a row come in; what they came to in one tax year leaves, as words.

A stretch is what some entries in a row of one family came to: the lines of its disposals, income,
faults and sums of one tax year, and what the family holds and owes afterwards. Whoever has that
goes on from it as if every entry before had been read.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from ledger.model.activity import microseconds
from ledger.model.amount import MONEY_DECIMALS
from ledger.model.asset import AssetId, currency
from ledger.model.entry import Entry
from ledger.tax.assess import Journal
from ledger.tax.checkpoints.book import FamilyReading, Words
from ledger.tax.checkpoints.columns import Given, Place, income_words, packed, place_words
from ledger.tax.checkpoints.families import owner
from ledger.tax.engine import counted
from ledger.tax.history.currencies import BookPrices, Converter
from ledger.tax.history.events import Carry, Disposed, Event, Fault
from ledger.tax.history.journal import Terms
from ledger.tax.history.parts import plain_asset
from ledger.tax.history.settings import Settings
from ledger.tax.lines import Shown, lines_of
from ledger.tax.rules import Rules, Versions
from ledger.tax.terms import Calendar
from ledger.tax.yearly import Totals


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


class OpenStretch:
    """A stretch that entries are still added to; `own` are the assets of its family."""

    def __init__(self, ground: Ground, own: Collection[AssetId], year: int) -> None:
        self.year = year
        self.numbers: list[int] = []
        self._ground = ground
        self._own = own
        self._converter = ground.converter()
        self._totals = ground.totals()
        self._given: list[Given] = []
        self._income: list[Any] = []
        self._read_faults: list[Any] = []
        self._match_faults: list[Any] = []
        self._always: list[Fault] = []
        self._last: Place | None = None
        self._last_event = 0

    def read(
        self, number: int, entry: Entry, reading: FamilyReading
    ) -> Iterator[tuple[int, Event]]:
        """The events of the family in its next entry, each with its number there.

        Income and faults of the entry are noted once all of them were taken.
        """
        assert entry.order[0] == microseconds(entry.time), "the books are in the order of time"
        self.numbers.append(number)
        self._last = here = place(entry)
        for each in self._converter.entries((entry,)):
            for index, event in enumerate(reading.read(each)):
                if self._is_own(event):
                    self._last_event = here[0][0]
                    yield index, event
            if owner(entry, self._ground.money) in self._own:
                self._note(here, reading)
            reading.income.clear()
            reading.faults.clear()

    def _is_own(self, event: Event) -> bool:
        asset = event.gave[0].asset if isinstance(event, Carry) else event.asset
        return asset in self._own or plain_asset(asset) in self._own

    def _note(self, here: Place, reading: FamilyReading) -> None:
        for index, line in enumerate(reading.income):
            if line.value is not None:
                self._totals.earn(line.time, line.value)
            self._income.append([place_words(here), index, income_words(line)])
        for index, fault in enumerate(reading.faults):
            self._read_faults.append([place_words(here), index, [*fault]])

    def give(self, here: Place, index: int, given: Disposed, *, unknown: bool) -> None:
        """Make lines of what an event gave up; `unknown` is what has no figure."""
        ground = self._ground
        found = given._replace(version=ground.version(ground.calendar.day(given.event.time)))
        if not unknown:
            figure = counted(found, ground.settings)
            if figure is not None:
                self._totals.add(figure)
        made = lines_of(found, ground.shown, unknown=unknown)
        self._given.append(Given(here, index, unknown, made))

    def hear(self, here: Place, index: int, faults: Iterable[Fault]) -> None:
        """Note what is wrong with an event."""
        for fault in faults:
            if fault.row is None:
                self._always.append(fault)
            else:
                self._match_faults.append([place_words(here), index, [*fault]])

    def close(self, state: Words) -> Stretch:
        """The stretch, with what the family holds and owes after it."""
        assert self._last is not None, "a stretch has entries"
        self._given.sort(key=lambda one: one.rank)
        return Stretch(
            self.year,
            place_words(self._last),
            self._last_event,
            self._totals.sums(self.year).words(),
            self._always,
            sorted(map(microseconds, self._converter.missing)),
            self.numbers,
            {
                **packed(self._given),
                "income": self._income,
                "read": self._read_faults,
                "match": self._match_faults,
            },
            state,
        )
