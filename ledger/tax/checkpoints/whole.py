"""The entries of a family come in, in order; its years leave, once all of them were read.

A method that looks ahead gives a sale its cost by what is bought later: nobody can go on from where
a year ended. But it looks at no other family, so that each is assessed by itself, all of it.
"""

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
        #: the event, by its identity → its place and number, and the stretch that it is of
        self._where: dict[int, tuple[OpenStretch, Place, int]] = {}
        self._rows: dict[str, tuple[OpenStretch, Place]] = {}

    def add(self, number: int, entry: Entry) -> None:
        """Take the next entry of the family, and its number in the journal."""
        year = self._ground.calendar.year(entry.time)
        if not self._open or self._open[-1].year != year:
            self._open.append(OpenStretch(self._ground, self._own, year))
        stretch, here = self._open[-1], place(entry)
        self._rows[entry.id] = stretch, here
        for index, event in stretch.read(number, entry, self._reading):
            self._events.append(event)
            self._where[id(event)] = stretch, here, index

    def finish(self) -> list[Fault]:
        """Match all of it, and end every stretch; nothing of it waits for a day."""
        ground = self._ground
        history = History(tuple(self._events), (), (), Units(0), ground.terms.prices)
        outcome = match(history, ground.settings, ground.calendar)
        for unknown, given in ((False, outcome.disposed), (True, outcome.unknown)):
            for found in given:
                stretch, here, index = self._where[id(found.event)]
                stretch.give(here, index, found, unknown=unknown)
        for fault in outcome.faults:
            assert fault.row is not None, "a fault without a row is of no one family"
            stretch, here = self._rows[fault.row]
            stretch.hear(here, 0, (fault,))
        self.ended += [stretch.close({}) for stretch in self._open]
        self._open = []
        return []
