"""The entries of a family come in, in order; its years leave, once all of them were read.

A method that looks ahead gives a sale its cost by what is bought later: nobody can go on from where
a year ended. But it looks at no other family, so that each is assessed by itself, all of it.
"""

from bisect import bisect_right
from collections.abc import Collection
from datetime import date

from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.tax.checkpoints.book import FamilyReading
from ledger.tax.checkpoints.columns import Place
from ledger.tax.checkpoints.stretch import Ground, OpenStretch, Stretch, place
from ledger.tax.engine import match
from ledger.tax.history.events import Event, Fault
from ledger.tax.history.settings import Settings, looks_ahead
from ledger.tax.history.treatment import History
from ledger.tax.history.units import Units


def whole_by_family(settings: Settings) -> bool:
    """Whether a question looks ahead, and never from one family into another."""
    marked = settings.mark_from is not None or settings.section_1256
    named = settings.identified or settings.allocation is not None
    if marked or named or settings.old_before is not None or settings.swaps_from is not None:
        return False
    return looks_ahead(settings) and settings.wallets_from in {None, date.min}


class WholeFold:
    """Reads the entries of one family; its stretches, one a year, are in `ended` at the end."""

    def __init__(self, ground: Ground, assets: Collection[AssetId]) -> None:
        self.ended: list[Stretch] = []
        self._ground = ground
        self._own = frozenset(assets)
        self._reading = FamilyReading(ground.terms, self._own, None)
        self._open: list[OpenStretch] = []
        self._events: list[Event] = []
        #: the number of each event in its entry
        self._indices: list[int] = []
        #: of each entry its stretch, its place, and how many events were read before its own
        self._entries: list[tuple[OpenStretch, Place, int]] = []

    def add(self, number: int, entry: Entry) -> None:
        """Take the next entry of the family, and its number in the journal."""
        year = self._ground.calendar.year(entry.time)
        if not self._open or self._open[-1].year != year:
            self._open.append(OpenStretch(self._ground, self._own, year))
        stretch = self._open[-1]
        self._entries.append((stretch, place(entry), len(self._events)))
        for index, event in stretch.read(number, entry, self._reading):
            self._events.append(event)
            self._indices.append(index)

    def finish(self) -> list[Fault]:
        """Match all of it, and end every stretch; nothing of it waits for a day."""
        ground = self._ground
        history = History(tuple(self._events), (), (), Units(0), ground.terms.prices)
        outcome = match(history, ground.settings, ground.calendar)
        numbers = {id(event): number for number, event in enumerate(self._events)}
        begins = [begin for *_, begin in self._entries]
        for unknown, given in ((False, outcome.disposed), (True, outcome.unknown)):
            for found in given:
                number = numbers[id(found.event)]
                stretch, here, _ = self._entries[bisect_right(begins, number) - 1]
                stretch.give(here, self._indices[number], found, unknown=unknown)
        rows = {here[-1]: (stretch, here) for stretch, here, _ in self._entries}
        for fault in outcome.faults:
            assert fault.row is not None, "a fault without a row is of no one family"
            stretch, here = rows[fault.row]
            stretch.hear(here, 0, (fault,))
        self.ended += [stretch.close({}) for stretch in self._open]
        return []
