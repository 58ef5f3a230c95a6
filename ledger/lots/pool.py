"""Lots come in; units leave oldest first with their dates, at the average cost of all units held.

One pool a place and asset: its total cost is a whole number, what leaves takes its part of it
rounded down, and the last units take the remainder. Lots of unknown basis stand apart from the
pool, so that they do not make its cost unknown, and leave last.
"""

from collections.abc import Iterable, Iterator

from ledger.lots.holding import Holding, OpenLot, Taken
from ledger.model.amount import portion, spread
from ledger.model.asset import AssetId


class Pool(Holding):
    """The open lots of one place and asset that share one cost."""

    __slots__ = ("_cost", "_units", "_unknown")

    def __init__(self, asset: AssetId) -> None:
        super().__init__(asset)
        self._refill(())

    def __iter__(self) -> Iterator[OpenLot]:
        """All lots, oldest first, each with its share of the pool's cost, those unknown last."""
        lots = list(super().__iter__())
        if lots:
            shares = spread(self._cost, tuple(lot.quantity for lot in lots))
            yield from (lot.of(lot.quantity, cost) for lot, cost in zip(lots, shares, strict=True))
        yield from self._unknown

    def put(self, lot: OpenLot) -> None:
        """Add a lot; its cost goes into the pool."""
        if lot.cost is None:
            self._unknown.put(lot)
            return
        self._cost += lot.cost
        self._units += lot.quantity
        super().put(lot)

    def take(self, quantity: int) -> tuple[list[Taken], int]:
        """Take `quantity` units, oldest first; also says how many units were not there."""
        pooled = min(quantity, self._units)
        taken: list[Taken] = []
        if pooled:
            cost = portion(self._cost, pooled, self._units)
            self._cost -= cost
            self._units -= pooled
            pieces, _ = super().take(pooled)
            shares = spread(cost, tuple(units for _, units, _ in pieces))
            for (lot, units, _), share in zip(pieces, shares, strict=True):
                taken.append((lot, units, share))
        unknown, missing = self._unknown.take(quantity - pooled)
        return taken + unknown, missing

    def _refill(self, lots: Iterable[OpenLot]) -> None:
        self._cost = self._units = 0
        self._unknown = Holding(self.asset)
        super()._refill(lots)
