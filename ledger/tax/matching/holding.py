"""Lots of one asset in one place come in; units taken by a method leave with their cost.

Under `average` lots keep their dates, oldest first, and their cost is one sum; when a method that
chooses lots is asked again, the sum is spread over them.
"""

import heapq
from bisect import insort
from collections.abc import Sequence
from typing import Final

from ledger.model.whole import portion
from ledger.tax.history.events import Acquire, Rule

#: Prices are compared by their first 513 bits and where these stand: two that differ further behind
#: are one for any costs and quantities of books, however fine splits make the units.
_PRICE_BITS: Final = 513
_HIGHEST: Final = 1 << 24

_BY_PRICE: Final = frozenset({"hifo", "lofo"})
#: Used-up lots that a line may hold beside as many as are open.
_SLACK: Final = 64

Taken = tuple["TaxLot", int, int]
Entry = tuple[int, int, int, "TaxLot"]


class TaxLot:
    """Units of one acquisition: `rank` is its place among all acquisitions.

    What orders HIFO and LOFO is `worth` by unit, of so many units as it was stated for. `fresh`
    are units that were bought and have not yet taken the place of others sold at a loss. `rule` is
    what a disposal of it is by: `missing` where there is no basis.
    """

    __slots__ = ("acquired", "cost", "fresh", "quantity", "rank", "row", "rule", "stated", "worth")

    def __init__(self, event: Acquire, rank: int, worth: int) -> None:
        self.acquired, self.row, _, _, quantity, self.cost, _, self.fresh, known = event
        self.rule: Rule = "lot" if known else "missing"
        self.rank = rank
        self.quantity = self.stated = quantity
        self.worth = worth

    @property
    def known(self) -> bool:
        """Whether there is a basis."""
        return self.rule == "lot"

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

    def give(self, units: int) -> int:
        """Take units out; gives what they cost, and with the last of them all that is left."""
        held, cost = self.quantity, self.cost
        assert cost >= 0, "a lot costs something or nothing"
        part = cost * units // held
        self.quantity = held - units
        self.cost = cost - part
        return part

    def part(self, quantity: int, cost: int) -> "TaxLot":
        """Units of the same acquisition."""
        part = TaxLot.__new__(TaxLot)
        for name in TaxLot.__slots__:
            setattr(part, name, getattr(self, name))
        part.quantity, part.cost = quantity, cost
        return part

    def average(self) -> None:
        """Let the price be that of the cost."""
        self.worth, self.stated = self.cost, self.quantity


class Ambiguous(Exception):
    """Nothing says which lots are to go, and they are not all alike to the question."""


class Holding:
    """Open lots, their units and their cost.

    Lots stand in a line by age, and, for each method by price that was asked, in a heap. A lot that
    is used up stays where it is until it comes to an end of the line or to the top of a heap, or
    until most of a line is used up. `averaged` is whether the cost is one sum.
    """

    __slots__ = (
        "_count", "_first", "_heaps", "_line", "_open", "_owed", "_rows", "averaged", "cost",
        "quantity",
    )  # fmt: skip

    def __init__(self, method: str) -> None:
        self.quantity = 0
        self.cost = 0
        self.averaged = method == "average"
        self._line: list[TaxLot] = []
        self._first = 0
        self._heaps: dict[str, list[Entry]] = {}
        self._rows: dict[str, list[TaxLot]] | None = None
        self._count = 0
        self._open = 0
        self._owed = 0

    def put(self, lot: TaxLot) -> None:
        """Add a lot."""
        self.quantity += lot.quantity
        self.cost += lot.cost
        if self._owed and not self.averaged:
            lot.cost += self._owed
            self._owed = 0
        self._open += 1
        line = self._line
        if line and line[-1].rank > lot.rank:
            insort(line, lot, lo=self._first, key=_rank)
        else:
            line.append(lot)
        if self._heaps:
            self._count += 1
            for order, heap in self._heaps.items():
                heapq.heappush(heap, _entry(order, lot, self._count))
        if self._rows is not None:
            self._rows.setdefault(lot.row, []).append(lot)

    def bear(self, cost: int) -> None:
        """Add a cost without units: to the pool, else to the newest lot, else to the next one."""
        self.cost += cost
        if self.averaged:
            return
        if self._open:
            self.newest.cost += cost
        else:
            self._owed += cost

    def release(self) -> int:
        """Give up a cost that waits for units, of a holding that has none."""
        assert not self.quantity, "what is held bears its cost"
        cost, self.cost, self._owed = self.cost, 0, 0
        return cost

    @property
    def newest(self) -> TaxLot:
        """The open lot that was acquired last."""
        return next(lot for lot in reversed(self._line) if lot.quantity)

    def split(self, lot: TaxLot, units: int) -> TaxLot:
        """The lot itself, or where it has more units than that a part of it, beside the rest."""
        if units == lot.quantity:
            return lot
        _, _, cost = self._reduce(lot, units)
        part = lot.part(units, cost)
        self.put(part)
        return part

    def revalue(self, lot: TaxLot, cost: int) -> None:
        """Let a lot cost something else from now on."""
        self.cost += cost - lot.cost
        lot.cost = cost

    def lots(self) -> list[TaxLot]:
        """Open lots, oldest first; under `average` their costs are those of their acquisition."""
        return [lot for lot in self._line[self._first :] if lot.quantity]

    def settled(self) -> list[TaxLot]:
        """Open lots, oldest first, each with its cost; the costs add up to the holding's."""
        self._become("fifo")
        return self.lots()

    def take(
        self, method: str, quantity: int, only: Sequence[str] | None = None
    ) -> tuple[list[Taken], int]:
        """Lots that give up units, with units and cost, and how many units nobody has.

        `only` names the rows whose units may go. Raises Ambiguous.
        """
        if self.averaged != (method == "average"):
            self._become(method)
        if only is not None:
            return self._take_only(method, quantity, only)
        if method == "fifo":
            return self.take_oldest(quantity)
        if method == "specific" and quantity < self.quantity and self._open > 1:
            raise Ambiguous
        if method in _BY_PRICE:
            return self._take_by_price(method, quantity)
        if method == "lifo":
            return self._take_newest(quantity)
        return self._take_of_pool(quantity) if self.averaged else self.take_oldest(quantity)

    def take_oldest(self, wanted: int) -> tuple[list[Taken], int]:
        """The same for the oldest lots of a holding whose cost is no average."""
        line, first = self._line, self._first
        end, left, cost, used = len(line), wanted, 0, 0
        taken: list[Taken] = []
        while left and first < end:
            lot = line[first]
            units = lot.quantity
            paid = lot.cost
            if units > left:  # as `give` does it, without a call for each
                assert paid >= 0, "a lot costs something or nothing"
                part = paid * left // units
                lot.quantity, lot.cost = units - left, paid - part
                taken.append((lot, left, part))
                cost += part
                left = 0
                break
            if units:  # all of a lot, the same
                taken.append((lot, units, paid))
                cost += paid
                left -= units
                used += 1
                lot.quantity = lot.cost = 0
            first += 1
        self.quantity -= wanted - left
        self.cost -= cost
        self._open -= used
        if first != self._first:
            self._begin(first)
        return taken, left

    def _take_of_pool(self, wanted: int) -> tuple[list[Taken], int]:
        line, first = self._line, self._first
        taken: list[Taken] = []
        while wanted and first < len(line):
            lot = line[first]
            units = min(lot.quantity, wanted)
            if units:
                taken.append(self._reduce(lot, units))
                wanted -= units
            first += not lot.quantity
        self._begin(first)
        return taken, wanted

    def _close_up(self) -> None:
        """Leave used-up lots out of the line once most of it are."""
        if len(self._line) - self._first > 2 * self._open + _SLACK:
            self._line = self.lots()
            self._first = 0

    def _begin(self, first: int) -> None:
        """Let the line begin at a lot; those before it are used up."""
        if first > _SLACK and first * 2 > len(self._line):
            del self._line[:first]
            first = 0
        self._first = first

    def _take_newest(self, wanted: int) -> tuple[list[Taken], int]:
        line = self._line
        taken: list[Taken] = []
        while wanted and len(line) > self._first:
            lot = line[-1]
            units = lot.quantity
            if units > wanted:
                taken.append(self._reduce(lot, wanted))
                return taken, 0
            if units:
                wanted -= units
                taken.append(self._reduce(lot, units))
            line.pop()
        return taken, wanted

    def _take_by_price(self, order: str, wanted: int) -> tuple[list[Taken], int]:
        heap = self._heap(order)
        taken: list[Taken] = []
        while wanted and heap:
            lot = heap[0][-1]
            units = lot.quantity
            if units > wanted:
                taken.append(self._reduce(lot, wanted))
                wanted = 0
                break
            heapq.heappop(heap)
            if units:
                wanted -= units
                taken.append(self._reduce(lot, units))
        self._close_up()
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
        if self._rows is None:
            self._rows = {}
            for lot in self.lots():
                self._rows.setdefault(lot.row, []).append(lot)
        chosen = [lot for row in dict.fromkeys(only) for lot in self._rows.get(row, ())]
        if method != "specific":
            chosen.sort(key=lambda lot: _entry(method, lot, 0)[:2])
        taken: list[Taken] = []
        for lot in chosen:
            units = min(lot.quantity, quantity)
            if units:
                quantity -= units
                taken.append(self._reduce(lot, units))
        self._close_up()
        return taken, quantity

    def _reduce(self, lot: TaxLot, units: int) -> Taken:
        """Units of a lot with their cost, which is that of the lot, or of the pool."""
        if self.averaged:
            cost = portion(self.cost, units, self.quantity)
            lot.quantity -= units
        else:
            cost = lot.give(units)
        if not lot.quantity:
            self._open -= 1
        self.quantity -= units
        self.cost -= cost
        return lot, units, cost

    def _heap(self, order: str) -> list[Entry]:
        """Open lots by price."""
        heap = self._heaps.get(order)
        if heap is None:
            heap = [_entry(order, lot, number) for number, lot in enumerate(self.lots())]
            heapq.heapify(heap)
            self._count = max(self._count, len(heap))
            self._heaps[order] = heap
        return heap

    def _become(self, method: str) -> None:
        """A pool becomes lots that all cost the same, or lots a pool, whose cost is one sum."""
        if self.averaged == (method == "average"):
            return
        self.averaged = not self.averaged
        self._owed = 0
        if self.averaged:
            return
        quantity, cost = self.quantity, self.cost
        for lot in self.lots():
            lot.cost = portion(cost, lot.quantity, quantity)
            lot.average()
            quantity, cost = quantity - lot.quantity, cost - lot.cost
        self._owed = cost
        self._heaps = {}


def _entry(order: str, lot: TaxLot, count: int) -> Entry:
    """A lot with what sorts it; of equal prices the earlier lot goes first, then the first put."""
    if order == "lifo":
        return -lot.rank, 0, count, lot
    if order == "hifo":
        return -lot.price, lot.rank, count, lot
    if order == "lofo":
        return lot.price, lot.rank, count, lot
    return lot.rank, 0, count, lot


def _rank(lot: TaxLot) -> int:
    return lot.rank
