"""Open lots of one place and asset come in; they leave in the order of a cost method.

A method is the key by which its holding gives lots: the smallest goes first. `rank` is the place of
the lot's acquisition in the order of the books and survives transfers, so that FIFO goes by the
original acquisition, not by the arrival in a wallet; `piece` numbers the parts of a lot that was
split. The last part of a key is the lot itself.
"""

from collections.abc import Callable
from heapq import heappushpop
from typing import ClassVar, Final

from ledger.lots.holding import Holding, Item, OpenLot
from ledger.lots.pool import Pool
from ledger.lots.register import Register
from ledger.model.asset import AssetId
from ledger.model.fund import LotMethod

#: Bits of a quantity are counted in steps of so many, so that keys are seldom made anew.
_STEP: Final = 16


class NewestFirst(Holding):
    """Open lots of which the newest acquisition goes first."""

    __slots__ = ()

    def _key(self, lot: OpenLot) -> Item:
        return (-lot.source.rank, -lot.piece, lot)


class CheapestFirst(Holding):
    """Open lots of which the cheapest unit goes first, the older of equals, unknown bases last.

    Unit costs are compared exactly. Two of them are fractions whose denominators are quantities
    below 2ᵇ; if they differ, then by 2⁻²ᵇ at least, so that rounding down to it tells them apart
    and keeps equal ones equal. `b` follows the largest quantity that came in, for the widest there
    can be, 256, would make every key four times as long as the units of most assets ask for.
    """

    __slots__ = ("_bits",)

    #: 1 for the cheapest unit first, -1 for the dearest.
    sign: ClassVar[int] = 1

    def __init__(self, asset: AssetId) -> None:
        super().__init__(asset)
        self._bits = 0

    def put(self, lot: OpenLot) -> None:
        """Add a lot."""
        if lot.quantity >> self._bits:
            self._bits = -(-lot.quantity.bit_length() // _STEP) * _STEP
            self._refill(list(self))
        super().put(lot)

    def _key(self, lot: OpenLot) -> Item:
        cost = lot.cost
        if cost is None:
            return (1, 0, lot.source.rank, lot.piece, lot)
        unit = (self.sign * cost << 2 * self._bits) // lot.quantity
        return (0, unit, lot.source.rank, lot.piece, lot)

    def _cut(self, lot: OpenLot) -> None:
        """What is left of the first lot may be dearer a unit by the rounding, and not the first."""
        if self._heap:
            self._first = heappushpop(self._heap, self._key(lot))[-1]


class DearestFirst(CheapestFirst):
    """Open lots of which the dearest unit goes first, the older of equals, unknown bases last."""

    __slots__ = ()

    sign: ClassVar[int] = -1

    def _cut(self, lot: OpenLot) -> None:
        """The rounding makes what is left dearer, if anything: only a cost below zero cheaper."""
        if lot.cost is not None and lot.cost < 0:
            super()._cut(lot)


#: method → an empty holding that gives its lots by it.
HOLDINGS: Final[dict[LotMethod, Callable[[AssetId], Holding]]] = {
    "fifo": Holding,
    "lifo": NewestFirst,
    "hifo": DearestFirst,
    "lofo": CheapestFirst,
    "average": Pool,
    "strict": Register,
    "specific": Register,
}
