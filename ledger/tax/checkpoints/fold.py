"""The entries of a family come in, in order; its stretches leave, each with where it ended."""

from collections.abc import Collection
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.tax.checkpoints.book import FamilyBook, FamilyReading, Words
from ledger.tax.checkpoints.columns import Place
from ledger.tax.checkpoints.stretch import Ground, OpenStretch, Stretch, place
from ledger.tax.history.events import Acquire, Fault

#: A stretch ends with its tax year, or after so many entries.
LENGTH: Final = 1_000


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
        self._change = 0
        self._open: OpenStretch | None = None

    def add(self, number: int, entry: Entry) -> None:
        """Take the next entry of the family, and its number in the journal."""
        year = self._ground.calendar.year(entry.time)
        if self._open and (year != self._open.year or len(self._open.numbers) >= LENGTH):
            self._end(self._open)
        if self._open is None:
            self._open = OpenStretch(self._ground, self._own, year)
        stretch, ledger, here = self._open, self._book.ledger, place(entry)
        for index, event in stretch.read(number, entry, self._reading):
            if isinstance(event, Acquire):
                self._change += event.cost
            self._book.fold((event,))
            if ledger.disposed or ledger.unknown:
                self._take(stretch, here, index)
            if ledger.faults:
                stretch.hear(here, index, ledger.faults)
                ledger.faults.clear()

    def finish(self) -> list[Fault]:
        """End the last stretch; gives what is said if the day comes from which basis is by wallet.

        Nothing can be added afterwards.
        """
        if self._open:
            self._end(self._open)
        if not self._book.waits:
            return []
        return self._book.undecided()

    def _take(self, stretch: OpenStretch, here: Place, index: int) -> None:
        ledger = self._book.ledger
        for found in ledger.disposed:
            self._change -= sum([piece.cost for piece in found.pieces])
            stretch.give(here, index, found, unknown=False)
        for found in ledger.unknown:
            stretch.give(here, index, found, unknown=True)
        ledger.disposed.clear()
        ledger.unknown.clear()

    def _end(self, stretch: OpenStretch) -> None:
        """Close the stretch: cost that came went, or is held."""
        ledger, held = self._book.ledger, self._book.cost
        assert self._held + self._change == held + ledger.refused, "cost out and left are cost in"
        ledger.refused, self._held, self._change = 0, held, 0
        state = {"reading": self._reading.words(), "book": self._book.words()}
        self.ended.append(stretch.close(state))
        self._open = None
