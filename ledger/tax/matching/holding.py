"""Lots of one asset in one place come in; units taken by a method leave with their cost.

Under `average` lots keep their dates, oldest first, and their cost is one sum; when a method that
chooses lots is asked again, the sum is spread over them.
"""

import heapq
from collections.abc import Sequence
from copy import copy
from typing import Final

from ledger.model.amount import portion
from ledger.tax.history.events import Acquire
from ledger.tax.matching.pieces import Part

#: Prices are compared by their first 513 bits and where these stand: two that differ further behind
#: are one for any costs and quantities of books, however fine splits make the units.
_PRICE_BITS: Final = 513
_HIGHEST: Final = 1 << 24

Taken = tuple["TaxLot", int, int]
Entry = tuple[int, int, int, "TaxLot"]


class TaxLot:
    """Units of one acquisition: `rank` is its place among all acquisitions.

    What orders HIFO and LOFO is `worth` by unit, of so many units as it was stated for.
    """

    __slots__ = ("acquired", "cost", "known", "quantity", "rank", "row", "stated", "worth")

    def __init__(self, event: Acquire, rank: int, worth: int) -> None:
        self.row = event.row
        self.acquired = event.time
        self.known = event.known
        self.rank = rank
        self.quantity = self.stated = event.quantity
        self.cost = event.cost
        self.worth = worth

    @property
    def price(self) -> int:
        """What a unit cost, for comparisons alone."""
        if not self.worth:
            return 0
        shift = max(_PRICE_BITS + self.stated.bit_length() - self.worth.bit_length(), 0)
        quotient = (self.worth << shift) // self.stated
        beyond = quotient.bit_length() - _PRICE_BITS
        first = quotient >> beyond if beyond > 0 else quotient << -beyond
        return (quotient.bit_length() - shift + _HIGHEST << _PRICE_BITS) + first

    def part(self, quantity: int, cost: int) -> "TaxLot":
        """Units of the same acquisition."""
        part = copy(self)
        part.quantity, part.cost = quantity, cost
        return part

    def average(self) -> None:
        """Let the price be that of the cost."""
        self.worth, self.stated = self.cost, self.quantity


class Ambiguous(Exception):
    """Nothing says which lots are to go, and they are not all alike to the question."""


class Holding:
    """Open lots, their units and their cost.

    Each method that was asked has its heap; a lot that is used up stays in the others until it
    comes to their top.
    """

    __slots__ = ("_count", "_heaps", "_open", "_owed", "_pooled", "_rows", "cost", "quantity")

    def __init__(self, method: str) -> None:
        self.quantity = 0
        self.cost = 0
        self._pooled = method == "average"
        self._heaps: dict[str, list[Entry]] = {_order(method): []}
        self._rows: dict[str, list[TaxLot]] | None = None
        self._count = 0
        self._open = 0
        self._owed = 0

    def put(self, lot: TaxLot) -> None:
        """Add a lot."""
        self.quantity += lot.quantity
        self.cost += lot.cost
        if self._owed and not self._pooled:
            lot.cost += self._owed
            self._owed = 0
        self._count += 1
        self._open += 1
        for order, heap in self._heaps.items():
            heapq.heappush(heap, _entry(order, lot, self._count))
        if self._rows is not None:
            self._rows.setdefault(lot.row, []).append(lot)

    def bear(self, cost: int) -> None:
        """Add a cost without units: to the pool, else to the newest lot, else to the next one."""
        self.cost += cost
        if self._pooled:
            return
        newest = max(self.lots(), key=_rank, default=None)
        if newest is None:
            self._owed += cost
        else:
            newest.cost += cost

    def lots(self) -> list[TaxLot]:
        """Open lots in no order; under `average` their costs are those of their acquisition."""
        heap = min(self._heaps.values(), key=len)
        return [entry[-1] for entry in heap if entry[-1].quantity]

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
        if method == "specific" and quantity < self.quantity and self._open > 1:
            raise Ambiguous
        heap = self._ask(method)
        taken: list[Taken] = []
        wanted = quantity
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

    def take_evenly(self, quantity: int) -> tuple[list[Taken], int]:
        """Units of every lot in proportion: those of one position are alike."""
        lots = self.settled()
        held = self.quantity
        size = min(quantity, held)
        taken, before = [], 0
        for lot in lots:
            after = before + lot.quantity
            part = size * after // held - size * before // held
            before = after
            if part:
                taken.append(self._reduce(lot, part))
        return taken, quantity - size

    def _take_only(
        self, method: str, quantity: int, only: Sequence[str]
    ) -> tuple[list[Taken], int]:
        self._ask(method)
        if self._rows is None:
            self._rows = {}
            for lot in sorted(self.lots(), key=_rank):
                self._rows.setdefault(lot.row, []).append(lot)
        chosen = [lot for row in dict.fromkeys(only) for lot in self._rows.get(row, ())]
        if method != "specific":
            order = _order(method)
            chosen.sort(key=lambda lot: _entry(order, lot, 0)[:2])
        taken: list[Taken] = []
        for lot in chosen:
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
        self._open -= not lot.quantity
        self.quantity -= units
        self.cost -= cost
        return lot, units, cost

    def _ask(self, method: str) -> list[Entry]:
        """The lots in the order of a method; a pool becomes lots, or lots a pool, where it must."""
        if self._pooled != (method == "average"):
            self._turn()
        order = _order(method)
        heap = self._heaps.get(order)
        if heap is None:
            lots = sorted(self.lots(), key=_rank)
            heap = [_entry(order, lot, count) for count, lot in enumerate(lots)]
            heapq.heapify(heap)
            self._heaps[order] = heap
        return heap

    def _turn(self) -> None:
        """Lots become a pool, whose cost is one sum; a pool becomes lots that all cost the same."""
        self._pooled = not self._pooled
        self._owed = 0
        if self._pooled:
            return
        lots = sorted(self.lots(), key=_rank)
        quantity, cost = self.quantity, self.cost
        for lot in lots:
            lot.cost = portion(cost, lot.quantity, quantity)
            lot.average()
            quantity, cost = quantity - lot.quantity, cost - lot.cost
        self._owed = cost
        self._heaps = {"fifo": [(lot.rank, 0, count, lot) for count, lot in enumerate(lots)]}


def _order(method: str) -> str:
    """An average, and lots that are named, have their dates oldest first."""
    return "fifo" if method in {"average", "specific"} else method


def _entry(order: str, lot: TaxLot, count: int) -> Entry:
    """A lot with what sorts it; of equal prices the earlier lot goes first, then the first put."""
    if order == "fifo":
        return lot.rank, 0, count, lot
    if order == "lifo":
        return -lot.rank, 0, count, lot
    price = lot.price
    return -price if order == "hifo" else price, lot.rank, count, lot


def served_by(taken: Sequence[Taken], *, averaged: bool) -> list[Part]:
    """What was taken, as parts of a disposal; an average names no lot."""
    if averaged:
        return [(None, "average", lot.acquired, units, cost) for lot, units, cost in taken]
    return [
        (lot.row, "lot" if lot.known else "missing", lot.acquired, units, cost)
        for lot, units, cost in taken
    ]


def _rank(lot: TaxLot) -> int:
    return lot.rank
