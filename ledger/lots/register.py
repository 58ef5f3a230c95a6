"""Lots come in; those that are named leave, in the order of the names; an open choice is told.

Without names nothing may be left to choose: all units that are there are taken, or there is one
lot alone. Where a choice is open all the same, the fold says so, and the oldest units go.
"""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from ledger.lots.holding import Holding, OpenLot, Taken
from ledger.model.asset import AssetId

#: (rank, piece): an open lot has it alone.
_Age = tuple[int, int]


def _age(lot: OpenLot) -> _Age:
    return (lot.source.rank, lot.piece)


class Register(Holding):
    """The open lots of one place and asset, found by their id or by that of their acquisition.

    The heap holds ages, those of lots that left by name too until they come to the top.
    """

    __slots__ = ("_ages", "_lots", "_units")

    def __init__(self, asset: AssetId) -> None:
        super().__init__(asset)
        self.straight = False
        self._refill(())

    def __iter__(self) -> Iterator[OpenLot]:
        """All lots, oldest first."""
        return (lot for _, lot in sorted(self._lots.items()))

    def put(self, lot: OpenLot) -> None:
        """Add a lot."""
        age = _age(lot)
        self._lots[age] = lot
        self._ages.setdefault(lot.source.name, set()).add(age)
        self._units += lot.quantity
        heappush(self._heap, age)

    def leaves_a_choice(self, quantity: int, names: Sequence[str] = ()) -> bool:
        """Whether it is open which lots `quantity` units are taken of, given the lots named."""
        if quantity >= self._units or len(self._lots) == 1:
            return False
        return sum(self._lots[age].quantity for age in self._named(names)) < quantity

    def take_named(self, quantity: int, names: Sequence[str]) -> tuple[list[Taken], int]:
        """Take units of the lots named, in that order, then the oldest; says how many lacked."""
        taken: list[Taken] = []
        for age in self._named(names):
            if quantity:
                taken.append(self._take_of(age, quantity))
                quantity -= taken[-1][1]
        oldest, missing = self.take(quantity)
        return taken + oldest, missing

    def take(self, quantity: int) -> tuple[list[Taken], int]:
        """Take `quantity` units, oldest first; also says how many units were not there."""
        taken: list[Taken] = []
        while quantity and self._heap:
            age = self._heap[0]
            if age in self._lots:
                taken.append(self._take_of(age, quantity))
                quantity -= taken[-1][1]
            else:
                heappop(self._heap)
        return taken, quantity

    def _take_of(self, age: _Age, quantity: int) -> Taken:
        """Up to `quantity` units of one lot."""
        lot = self._lots[age]
        units = min(quantity, lot.quantity)
        cost = lot.take(units)
        self._units -= units
        if not lot.quantity:
            del self._lots[age]
            ages = self._ages[lot.source.name]
            ages.remove(age)
            if not ages:
                del self._ages[lot.source.name]
        return lot, units, cost

    def _named(self, names: Sequence[str]) -> Sequence[_Age]:
        """The lots named that are here, each once; an acquisition's name means all its parts."""
        found: list[_Age] = []
        for name in names:
            bare = name if name in self._ages else name.partition("@")[0]
            root, _, piece = bare.rpartition("/")
            if bare in self._ages:
                found += sorted(self._ages[bare])
            elif piece.isdecimal():
                found += (age for age in self._ages.get(root, ()) if age[1] == int(piece))
        return list(dict.fromkeys(found))

    def _refill(self, lots: Iterable[OpenLot]) -> None:
        self._lots: dict[_Age, OpenLot] = {}
        self._ages: dict[str, set[_Age]] = {}
        self._units = 0
        super()._refill(lots)
