"""Acquisitions of a day come in; units of a day, or of the pool, leave at their average cost."""

from datetime import date
from typing import Final

from ledger.model.whole import portion
from ledger.tax.history.events import Acquire, Rule
from ledger.tax.matching.indexation import Indexed
from ledger.tax.matching.pieces import Part, Source

_POOL: Final = Source(None, "s104", None)
_new: Final = tuple.__new__


class Bought:
    """The acquisitions of a day as one; what matches take, they take at its average cost."""

    __slots__ = ("cost", "day", "quantity", "row", "time")

    def __init__(self, event: Acquire, day: date) -> None:
        self.row, self.time, self.day = event.row, event.time, day
        self.quantity = self.cost = 0

    def take(self, wanted: int, rule: Rule) -> Part | None:
        """Up to so many units; None where there are none."""
        units = min(wanted, self.quantity)
        if not units:
            return None
        cost = portion(self.cost, units, self.quantity)
        self.quantity -= units
        self.cost -= cost
        return _new(Source, (self.row, rule, self.time)), units, cost


class Pool:
    """The section 104 holding; `risen` is what the last taking has of a rise of prices."""

    __slots__ = ("cost", "indexed", "quantity", "risen")

    def __init__(self, *, indexed: bool) -> None:
        self.quantity = self.cost = self.risen = 0
        self.indexed = Indexed() if indexed else None

    def put(self, other: "Bought | Pool") -> None:
        """Take everything of another."""
        if self.indexed is not None:
            if isinstance(other, Pool):
                assert other.indexed is not None, "all pools are indexed or none is"
                self.indexed.join(other.indexed)
            elif other.quantity or other.cost:
                self.indexed.put(other.cost, other.day)
        self.quantity += other.quantity
        self.cost += other.cost
        other.quantity = other.cost = 0

    def take(self, wanted: int, day: date) -> Part | None:
        """Up to so many units on a day; None where there are none."""
        units = min(wanted, self.quantity)
        self.risen = 0
        if not units:
            return None
        cost = portion(self.cost, units, self.quantity)
        if self.indexed is not None:
            self.risen = self.indexed.take(day, units, self.quantity, cost)
        self.quantity -= units
        self.cost -= cost
        return _POOL, units, cost

    def add(self, units: int, cost: int, risen: int, day: date) -> None:
        """Units of another asset that became this one on a day, with their cost and its rise."""
        if self.indexed is not None:
            self.indexed.put(cost + risen, day)
        self.quantity += units
        self.cost += cost
