"""Lots of one asset in one place come in; units taken by a method leave with their cost.

A holding is a heap in the order of the method that was asked last. Under `average` its lots keep
their dates, oldest first, and their cost is one sum; when a method that chooses lots is asked
again, the sum is spread over them.
"""

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from ledger.model.amount import portion
from ledger.tax.history.events import Rule
from ledger.tax.matching.pieces import Served

#: Prices are compared as whole numbers of 2⁻⁵¹² a smallest unit: exact for any two quantities.
_PRICE_BITS: Final = 512

Taken = tuple["TaxLot", int, int]


class TaxLot:
    """Units of one acquisition: `rank` is its place among all, `price` orders HIFO and LOFO."""

    __slots__ = ("acquired", "cost", "price", "quantity", "rank", "row")

    def __init__(
        self, row: str, acquired: datetime, rank: int, price: int, quantity: int, cost: int
    ) -> None:
        self.row = row
        self.acquired = acquired
        self.rank = rank
        self.price = price
        self.quantity = quantity
        self.cost = cost

    def part(self, quantity: int, cost: int) -> "TaxLot":
        """Units of the same acquisition."""
        return TaxLot(self.row, self.acquired, self.rank, self.price, quantity, cost)


def unit_price(value: int, quantity: int) -> int:
    """What a unit cost, for comparisons alone."""
    return (value << _PRICE_BITS) // quantity


class Ambiguous(Exception):
    """Nothing says which lots are to go, and they are not all alike to the question."""


class Holding:
    """Open lots, their units and their cost."""

    __slots__ = ("_count", "_heap", "_method", "_owed", "_pooled", "cost", "quantity")

    def __init__(self, method: str) -> None:
        self.quantity = 0
        self.cost = 0
        self._method = method
        self._pooled = method == "average"
        self._heap: list[tuple[int, int, int, TaxLot]] = []
        self._count = 0
        self._owed = 0

    def put(self, lot: TaxLot) -> None:
        """Add a lot."""
        self.quantity += lot.quantity
        self.cost += lot.cost
        if self._owed and not self._pooled:
            lot.cost += self._owed
            self._owed = 0
        heapq.heappush(self._heap, self._entry(lot))

    def bear(self, cost: int) -> None:
        """Add a cost without units: to the pool, else to the newest lot, else to the next one."""
        self.cost += cost
        if self._pooled:
            return
        newest = max(self.lots(), key=lambda lot: lot.rank, default=None)
        if newest is None:
            self._owed += cost
        else:
            newest.cost += cost

    def lots(self) -> Iterator[TaxLot]:
        """Open lots in no order; under `average` their costs are those of their acquisition."""
        return (entry[-1] for entry in self._heap if entry[-1].quantity)

    def settled(self) -> list[TaxLot]:
        """Open lots, oldest first, each with its cost; the costs add up to the holding's."""
        self._ask("fifo")
        return sorted(self.lots(), key=_rank)

    @property
    def averaged(self) -> bool:
        """Whether the cost is one sum."""
        return self._pooled

    def take(
        self, method: str, quantity: int, only: Sequence[str] | None = None
    ) -> tuple[list[Taken], int]:
        """Lots that give up units, with units and cost, and how many units nobody has.

        `only` names the rows whose units may go. Raises Ambiguous.
        """
        if only is not None:
            return self._take_only(method, quantity, only)
        if method == "specific":
            method = "fifo"
            if quantity < self.quantity and len(list(islice(self.lots(), 2))) > 1:
                raise Ambiguous
        self._ask(method)
        taken: list[Taken] = []
        heap, wanted = self._heap, quantity
        while wanted and heap:
            lot = heap[0][-1]
            if lot.quantity > wanted:
                taken.append(self._reduce(lot, wanted))
                return taken, 0
            heapq.heappop(heap)
            if lot.quantity:
                wanted -= lot.quantity
                taken.append(self._reduce(lot, lot.quantity))
        return taken, wanted

    def _take_only(
        self, method: str, quantity: int, only: Sequence[str]
    ) -> tuple[list[Taken], int]:
        self._ask("fifo" if method == "specific" else method)
        places = {row: place for place, row in reversed(list(enumerate(only)))}
        chosen = [entry for entry in sorted(self._heap) if entry[-1].row in places]
        if method == "specific":
            chosen.sort(key=lambda entry: places[entry[-1].row])
        taken: list[Taken] = []
        for *_, lot in chosen:
            units = min(lot.quantity, quantity)
            if units:
                quantity -= units
                taken.append(self._reduce(lot, units))
        return taken, quantity

    def _reduce(self, lot: TaxLot, units: int) -> Taken:
        if self._pooled:
            cost = portion(self.cost, units, self.quantity)
        else:
            cost = lot.cost if units == lot.quantity else portion(lot.cost, units, lot.quantity)
            lot.cost -= cost
        lot.quantity -= units
        self.quantity -= units
        self.cost -= cost
        return lot, units, cost

    def _ask(self, method: str) -> None:
        """Bring the lots into the order of a method; a pool becomes lots, or lots a pool."""
        if method == self._method:
            return
        lots = sorted(self.lots(), key=_rank)
        if self._pooled and method != "average":
            quantity, cost = self.quantity, self.cost
            for lot in lots:
                lot.cost = portion(cost, lot.quantity, quantity)
                lot.price = unit_price(lot.cost, lot.quantity)
                quantity, cost = quantity - lot.quantity, cost - lot.cost
            self._owed += 0 if lots else self.cost
        if method == "average":
            self._owed = 0
        self._pooled, self._method = method == "average", method
        self._heap = [self._entry(lot) for lot in lots]
        heapq.heapify(self._heap)

    def _entry(self, lot: TaxLot) -> tuple[int, int, int, TaxLot]:
        self._count += 1
        method = self._method
        if method == "lifo":
            return -lot.rank, 0, self._count, lot
        if method == "hifo":
            return -lot.price, lot.rank, self._count, lot
        if method == "lofo":
            return lot.price, lot.rank, self._count, lot
        return lot.rank, 0, self._count, lot


def served_by(taken: Sequence[Taken], *, averaged: bool) -> list[Served]:
    """What was taken, as parts of a disposal; an average names no lot."""
    rule: Rule = "average" if averaged else "lot"
    return [
        Served(None if averaged else lot.row, rule, lot.acquired, units, cost)
        for lot, units, cost in taken
    ]


def _rank(lot: TaxLot) -> int:
    return lot.rank
