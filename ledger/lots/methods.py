"""An open lot comes in; the key by which a cost method takes it leaves: smallest goes first.

`rank` is the place of the lot's acquisition in the order of the books and survives transfers, so
that FIFO goes by the original acquisition, not by the arrival in a wallet; `piece` numbers the
parts of a lot that was split. The last part of a key is the lot itself.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from ledger.lots.holding import Holding, Item, OpenLot
from ledger.lots.pool import Pool
from ledger.lots.register import Register
from ledger.model.fund import LotMethod

#: Two unit costs are fractions whose denominators are quantities below 2²⁵⁶; if they differ, then
#: by 2⁻⁵¹² at least, so that rounding down to it tells them apart and keeps equal ones equal.
_FRACTION_BITS: Final = 512


def first_in_first_out(lot: OpenLot) -> Item:
    """The oldest acquisition first."""
    return (lot.rank, lot.piece, lot)


def last_in_first_out(lot: OpenLot) -> Item:
    """The newest acquisition first."""
    return (-lot.rank, -lot.piece, lot)


def highest_in_first_out(lot: OpenLot) -> Item:
    """The dearest unit first, the oldest of equally dear ones, unknown bases last; exact."""
    if lot.cost is None:
        return (1, 0, lot.rank, lot.piece, lot)
    return (0, -((lot.cost << _FRACTION_BITS) // lot.quantity), lot.rank, lot.piece, lot)


def lowest_in_first_out(lot: OpenLot) -> Item:
    """The cheapest unit first, the oldest of equally cheap ones, unknown bases last; exact."""
    if lot.cost is None:
        return (1, 0, lot.rank, lot.piece, lot)
    return (0, (lot.cost << _FRACTION_BITS) // lot.quantity, lot.rank, lot.piece, lot)


#: method → an empty holding that gives its lots by it.
HOLDINGS: Final[dict[LotMethod, Callable[[], Holding]]] = {
    "fifo": partial(Holding, first_in_first_out, steady=True),
    "lifo": partial(Holding, last_in_first_out, steady=True),
    "hifo": partial(Holding, highest_in_first_out, steady=False),
    "lofo": partial(Holding, lowest_in_first_out, steady=False),
    "average": Pool,
    "strict": Register,
    "specific": Register,
}
