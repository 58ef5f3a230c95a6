"""Open lots of one place and asset come in; they leave in a method's order, cut to the unit."""

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace
from typing import Any, NamedTuple

from ledger.lots.methods import Ranked
from ledger.model.activity import Order
from ledger.model.amount import portion
from ledger.model.asset import AssetId


class OpenLot(NamedTuple):
    """A lot while the fold works on it, a plain tuple for speed; it never leaves the room.

    `root` is the id of the acquisition, `id` that of this part of it; `place` is the wallet, or the
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
    quantity: int
    cost: int | None
    entry: str
    strategy: str | None

    def of(self, quantity: int, cost: int | None) -> "OpenLot":
        """The same lot with other units and another cost."""
        return OpenLot(*self[:8], quantity, cost, *self[10:])


class Taken(NamedTuple):
    """Units taken of a lot, with their cost; `whole` says that the lot is used up."""

    lot: OpenLot
    quantity: int
    cost: int | None
    whole: bool


class Holding:
    """The open lots of one place and asset in a heap by a method's key: a lot costs log n."""

    __slots__ = ("_heap", "_key")

    def __init__(self, key: Callable[[Ranked], tuple[Any, ...]]) -> None:
        self._key = key
        self._heap: list[tuple[Any, ...]] = []

    def __iter__(self) -> Iterator[OpenLot]:
        return (item[-1] for item in self._heap)

    def put(self, lot: OpenLot) -> None:
        """Add a lot."""
        heappush(self._heap, self._item(lot))

    def take(self, quantity: int) -> tuple[list[Taken], int]:
        """Take `quantity` units, first to go first; also says how many units were not there."""
        taken = []
        heap = self._heap
        while quantity and heap:
            lot: OpenLot = heap[0][-1]
            if lot.quantity <= quantity:
                heappop(heap)
                quantity -= lot.quantity
                taken.append(Taken(lot, lot.quantity, lot.cost, whole=True))
                continue
            cost, rest = cut(lot, quantity)
            # what is left of the lot may be dearer a unit by the rounding: its place is found anew
            heapreplace(heap, self._item(rest))
            taken.append(Taken(lot, quantity, cost, whole=False))
            quantity = 0
        return taken, quantity

    def take_evenly(self, quantity: int) -> tuple[list[Taken], int]:
        """Take `quantity` units from all lots in proportion to their units, to the last one.

        Units of one position are alike: half of its liquidity takes half of every cost.
        """
        lots: list[OpenLot] = [item[-1] for item in sorted(self._heap, key=lambda item: item[:-1])]
        held = sum(lot.quantity for lot in lots)
        size = min(quantity, held)
        taken, rest = [], []
        before = 0
        for lot in lots:
            part = size * (before + lot.quantity) // held - size * before // held
            before += lot.quantity
            if part == lot.quantity:
                taken.append(Taken(lot, part, lot.cost, whole=True))
                continue
            cost, left = cut(lot, part)
            rest.append(self._item(left))
            if part:
                taken.append(Taken(lot, part, cost, whole=False))
        self._heap = rest
        heapify(self._heap)
        return taken, quantity - size

    def _item(self, lot: OpenLot) -> tuple[Any, ...]:
        return (*self._key(Ranked(lot.rank, lot.piece, lot.quantity, lot.cost)), lot)


def cut(lot: OpenLot, quantity: int) -> tuple[int | None, OpenLot]:
    """The cost that goes with `quantity` units of a lot, rounded down, and what is left of it."""
    if lot.cost is None:
        return None, lot.of(lot.quantity - quantity, None)
    cost = portion(lot.cost, quantity, lot.quantity)
    return cost, lot.of(lot.quantity - quantity, lot.cost - cost)
