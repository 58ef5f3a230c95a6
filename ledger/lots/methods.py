"""An open lot comes in; the key by which a cost method takes it leaves: smallest goes first.

A method is a sort key and nothing more. `rank` is the place of the lot's acquisition in the order
of the books and survives transfers, so that FIFO goes by the original acquisition, not by the
arrival in a wallet; `piece` numbers the parts of a lot that was split.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ledger.model.fund import LotMethod


class Ranked(NamedTuple):
    """What a method sees of a lot: `cost` is the total of `quantity` units, None when unknown."""

    rank: int
    piece: int
    quantity: int
    cost: int | None


class UnitCost:
    """The cost of one unit as two integers, compared by cross-multiplication: dearer is less."""

    __slots__ = ("cost", "quantity")

    def __init__(self, cost: int, quantity: int) -> None:
        self.cost = cost
        self.quantity = quantity

    def __lt__(self, other: "UnitCost") -> bool:
        return self.cost * other.quantity > other.cost * self.quantity

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, UnitCost)
        return self.cost * other.quantity == other.cost * self.quantity

    __hash__ = None  # type: ignore[assignment]


Key = tuple[Any, ...]
_FRACTION_BITS: Final = 64
_NO_COST: Final = UnitCost(0, 1)


def first_in_first_out(lot: Ranked) -> Key:
    """The oldest acquisition first."""
    return (lot.rank, lot.piece)


def last_in_first_out(lot: Ranked) -> Key:
    """The newest acquisition first."""
    return (-lot.rank, -lot.piece)


def highest_in_first_out(lot: Ranked) -> Key:
    """The dearest unit first, the oldest of equally dear ones, unknown bases last.

    The unit cost rounded down to 2⁻⁶⁴ decides nearly always and compares fast; where it is equal
    the exact one does.
    """
    if lot.cost is None:
        return (1, 0, _NO_COST, lot.rank, lot.piece)
    rounded = (lot.cost << _FRACTION_BITS) // lot.quantity
    return (0, -rounded, UnitCost(lot.cost, lot.quantity), lot.rank, lot.piece)


#: method → its key.
METHODS: Final[dict[LotMethod, Callable[[Ranked], Key]]] = {
    "fifo": first_in_first_out,
    "lifo": last_in_first_out,
    "hifo": highest_in_first_out,
}
