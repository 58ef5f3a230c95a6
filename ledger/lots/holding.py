"""Open lots of one place and asset come in; they leave in a method's order, cut to the unit."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace
from typing import Any, NamedTuple

from ledger.model.activity import Order
from ledger.model.amount import portion
from ledger.model.asset import AssetId

#: What a method makes of a lot: the parts of its key, then the lot itself.
Item = tuple[Any, ...]


class OpenLot(NamedTuple):
    """A lot while the fold works on it, a plain tuple for speed; it never leaves the room.

    `root` is the id of the acquisition, `id` that of this part of it; `rank` is the place of the
    acquisition in the order of the books, `piece` numbers its parts; `place` is the wallet, or the
    path of an account without one.
    """

    id: str
    root: str
    rank: int
    piece: int
    asset: AssetId
    place: str
    acquired: datetime
    order: Order
    entry: str
    strategy: str | None
    quantity: int
    cost: int | None

    def of(self, quantity: int, cost: int | None) -> "OpenLot":
        """The same lot with other units and another cost."""
        return OpenLot._make((*self[:10], quantity, cost))


#: Units taken of a lot: (the lot as it was, units, their cost); all its units use it up.
Taken = tuple[OpenLot, int, int | None]


class Holding:
    """The open lots of one place and asset in a heap by a method's key: a lot costs log n.

    `steady` says that the key of a lot stays what it is when units are taken of it.
    """

    __slots__ = ("_heap", "_key", "_steady")

    def __init__(self, key: Callable[[OpenLot], Item], *, steady: bool) -> None:
        self._key = key
        self._steady = steady
        self._heap: list[Item] = []

    def __iter__(self) -> Iterator[OpenLot]:
        """All lots, first to go first."""
        return (item[-1] for item in sorted(self._heap))

    def put(self, lot: OpenLot) -> None:
        """Add a lot."""
        heappush(self._heap, self._key(lot))

    def take(self, quantity: int) -> tuple[list[Taken], int]:
        """Take `quantity` units, first to go first; also says how many units were not there."""
        taken: list[Taken] = []
        heap = self._heap
        while quantity and heap:
            lot: OpenLot = heap[0][-1]
            held = lot.quantity
            if held <= quantity:
                heappop(heap)
                quantity -= held
                taken.append((lot, held, lot.cost))
                continue
            cost, rest = cut(lot, quantity)
            item = self._key(rest)
            # what is left may be dearer a unit by the rounding
            if self._steady or item < heap[0]:
                heap[0] = item
            else:
                heapreplace(heap, item)
            taken.append((lot, quantity, cost))
            quantity = 0
        return taken, quantity

    def take_evenly(self, quantity: int) -> tuple[list[Taken], int]:
        """Take `quantity` units from all lots in proportion to their units, to the last one.

        Units of one position are alike: half of its liquidity takes half of every cost.
        """
        lots = list(self)
        held = sum(lot.quantity for lot in lots)
        size = min(quantity, held)
        taken: list[Taken] = []
        rest = []
        before = 0
        for lot in lots:
            part = size * (before + lot.quantity) // held - size * before // held
            before += lot.quantity
            if part == lot.quantity:
                taken.append((lot, part, lot.cost))
                continue
            cost, left = cut(lot, part)
            rest.append(left)
            if part:
                taken.append((lot, part, cost))
        self._refill(rest)
        return taken, quantity - size

    def _refill(self, lots: Iterable[OpenLot]) -> None:
        """Hold these lots and no others."""
        self._heap = [self._key(lot) for lot in lots]
        heapify(self._heap)


def cut(lot: OpenLot, quantity: int) -> tuple[int | None, OpenLot]:
    """The cost that goes with `quantity` units of a lot, rounded down, and what is left of it."""
    if lot.cost is None:
        return None, lot.of(lot.quantity - quantity, None)
    cost = portion(lot.cost, quantity, lot.quantity)
    return cost, lot.of(lot.quantity - quantity, lot.cost - cost)
