"""Open lots of one place and asset come in; they leave in a method's order, cut to the unit."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from ledger.model.activity import Order
from ledger.model.amount import portion
from ledger.model.asset import AssetId, is_position
from ledger.model.fund import WalletId
from ledger.model.lot import Lot

#: (type and name of the account, both empty for the fund's pool; asset): what a holding is of.
Key = tuple[str, str, AssetId]
#: What a method makes of a lot: the parts of its key, then the lot itself.
Item = tuple[Any, ...]


class Acquisition:
    """What all parts of a lot have in common: where they came from.

    `name` is the id of the posting that acquired, `rank` its place in the order of the books;
    `parts` counts the parts that were split off.
    """

    __slots__ = ("acquired", "entry", "name", "order", "parts", "rank", "strategy")

    def __init__(
        self,
        name: str,
        rank: int,
        entry: str,
        acquired: datetime,
        order: Order,
        strategy: str | None,
    ) -> None:
        self.name = name
        self.rank = rank
        self.entry = entry
        self.acquired = acquired
        self.order = order
        self.strategy = strategy
        self.parts = 0


class OpenLot:
    """A lot while the fold works on it; it never leaves the room, and a holding alone changes it.

    `id` names this part of the acquisition and `piece` numbers it, 0 for what was never split off;
    `place` is the wallet, or the path of an account without one.
    """

    # units are taken in place: a new value a sale would cost more than the sale
    __slots__ = ("cost", "id", "piece", "place", "quantity", "source")

    def __init__(self, source: Acquisition, place: str, quantity: int, cost: int | None) -> None:
        self.source = source
        self.id = source.name
        self.piece = 0
        self.place = place
        self.quantity = quantity
        self.cost = cost

    def take(self, quantity: int) -> int | None:
        """Take units out of the lot: the cost that goes with them, rounded down."""
        held, cost = self.quantity, self.cost
        self.quantity = held - quantity
        if cost is None:
            return None
        if quantity == held:
            self.cost = 0
            return cost
        taken = portion(cost, quantity, held)
        self.cost = cost - taken
        return taken

    def of(self, quantity: int, cost: int | None) -> "OpenLot":
        """The same lot with other units and another cost."""
        lot = OpenLot(self.source, self.place, quantity, cost)
        lot.id, lot.piece = self.id, self.piece
        return lot

    def numbered(self, piece: int) -> "OpenLot":
        """The lot, named as this part of its acquisition."""
        self.piece = piece
        self.id = f"{self.source.name}/{piece}" if piece else self.source.name
        return self

    def split_off(self) -> "OpenLot":
        """The lot, named as the next part of its acquisition."""
        self.source.parts += 1
        return self.numbered(self.source.parts)

    def frozen(self, asset: AssetId) -> Lot:
        """The lot as the rest of the program sees it."""
        source, place = self.source, WalletId(self.place)
        return Lot(
            self.id,
            asset,
            place,
            source.acquired,
            source.order,
            self.quantity,
            self.cost,
            source.entry,
            source.strategy,
        )


#: Units taken of a lot: (the lot with the units that are left in it, units, their cost).
Taken = tuple[OpenLot, int, int | None]


class Holding:
    """The open lots of one place and asset by a method's key: a lot costs log n.

    The first to go stands by itself and the others in a heap, for most units are taken of a lot
    that has more. This one gives the oldest acquisition first; a method that gives others has
    another key.
    """

    __slots__ = ("_first", "_heap", "asset", "straight")

    def __init__(self, asset: AssetId) -> None:
        self.asset = asset
        #: whether `take` is all there is to say about units that leave
        self.straight = not is_position(asset)
        self._first: OpenLot | None = None
        self._heap: list[Item] = []

    def __iter__(self) -> Iterator[OpenLot]:
        """All lots, first to go first."""
        if self._first is not None:
            yield self._first
            yield from (item[-1] for item in sorted(self._heap))

    def put(self, lot: OpenLot) -> None:
        """Add a lot."""
        first = self._first
        if first is None:
            self._first = lot
            return
        item, before = self._key(lot), self._key(first)
        if item < before:
            self._first, item = lot, before
        heappush(self._heap, item)

    def take(self, quantity: int) -> tuple[list[Taken], int]:
        """Take `quantity` units, first to go first; also says how many units were not there."""
        taken: list[Taken] = []
        lot = self._first
        while quantity and lot is not None:
            held, cost = lot.quantity, lot.cost
            if held > quantity:
                # as `lot.take` does it: a call for each disposal is what a large fold consists of
                lot.quantity = held - quantity
                if cost is not None:
                    whole, cost = cost, portion(cost, quantity, held)
                    lot.cost = whole - cost
                    self._cut(lot)
                taken.append((lot, quantity, cost))
                return taken, 0
            taken.append((lot, held, lot.take(held)))
            quantity -= held
            lot = self._first = heappop(self._heap)[-1] if self._heap else None
        return taken, quantity

    def take_evenly(self, quantity: int) -> tuple[list[Taken], int]:
        """Take `quantity` units from all lots in proportion to their units, to the last one.

        Units of one position are alike: half of its liquidity takes half of every cost.
        """
        lots = list(self)
        held = sum(lot.quantity for lot in lots)
        size = min(quantity, held)
        taken: list[Taken] = []
        before = 0
        for lot in lots:
            after = before + lot.quantity
            part = size * after // held - size * before // held
            before = after
            if part:
                taken.append((lot, part, lot.take(part)))
        self._refill(lot for lot in lots if lot.quantity)
        return taken, quantity - size

    def _key(self, lot: OpenLot) -> Item:
        """The oldest acquisition goes first, then the part that was split off first."""
        return (lot.source.rank, lot.piece, lot)

    def _cut(self, lot: OpenLot) -> None:
        """Units were taken of the first lot, which has others: it is still the first here."""

    def _refill(self, lots: Iterable[OpenLot]) -> None:
        """Hold these lots and no others."""
        self._first, self._heap = None, []
        for lot in lots:
            self.put(lot)
