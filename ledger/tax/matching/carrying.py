"""What left in a change of form comes in; what came leaves, with the cost and dates of what left.

A wrap, a pool share or a bridge that a regime takes for no disposal. Several assets may leave and
several come: what left gives of its cost to each that came in proportion of their weights, and of
its units in proportion of its own. Units without a basis pass that on: their part of what came has
none either. Every split gives its remainder to the last part, so that cost is conserved exactly.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger.model.whole import portion, spread
from ledger.tax.history.events import Acquire, Carry, Side
from ledger.tax.matching.holding import Taken, TaxLot


class Departure(NamedTuple):
    """Units that left: by lot with units and cost, and how many of them nobody acquired."""

    side: Side
    taken: Sequence[Taken]
    missing: int


class Pieces(NamedTuple):
    """What one side received: lots, and cost for which no lot was left."""

    lots: list[TaxLot]
    rest: int


def carried_lots(
    event: Carry, departures: Sequence[Departure], rank: Callable[[], int]
) -> list[Pieces]:
    """The lots of each side that came, those of unknown basis last; `rank` numbers new ones."""
    sources = [(one, _together(one)) for one in departures]
    weights = tuple(one.side.weight for one in departures)
    to = tuple(side.weight for side in event.got)
    costs = [[spread(cost, to) for _, _, cost in lots] for _, lots in sources]
    received = []
    for slot, side in enumerate(event.got):
        lots: list[TaxLot] = []
        unknown = rest = 0
        shares = spread(side.quantity, weights)
        for (one, known), share, parts in zip(sources, shares, costs, strict=True):
            units = _units(share, [quantity for _, quantity, _ in known], one.missing)
            unknown += units[-1]
            for (lot, _, _), quantity, part in zip(known, units[:-1], parts, strict=True):
                if quantity:
                    lots.append(lot.part(quantity, part[slot]))
                else:
                    rest += part[slot]
        if rest and lots:
            rest = _bear(lots, rest)
        for lot in lots:
            lot.average()
        if unknown:
            lots.append(_without_basis(event, side, unknown, rank()))
        received.append(Pieces(lots, rest))
    return received


def carried_pool(event: Carry, departures: Sequence[tuple[Side, int]]) -> list[int]:
    """How many units of each side that came have a basis; `departures` say how many that left."""
    whole = sum(side.weight for side, _ in departures)
    known = sum(portion(side.weight, held, side.quantity) for side, held in departures)
    return [portion(side.quantity, known, whole) for side in event.got]


def _together(departure: Departure) -> list[Taken]:
    """The parts of one acquisition as one: forms changed back and forth would double them else."""
    found: dict[tuple[object, ...], Taken] = {}
    for lot, units, cost in departure.taken:
        key = lot.row, lot.known, lot.fresh, lot.acquired
        first, before, paid = found.get(key, (lot, 0, 0))
        found[key] = (first, before + units, paid + cost)
    return list(found.values())


def _units(share: int, quantities: Sequence[int], missing: int) -> tuple[int, ...]:
    """A share of what came, by the lots that left; the last number is that of no lot."""
    if not share or not (any(quantities) or missing):
        return (0,) * (len(quantities) + 1)
    return spread(share, (*quantities, missing))


def _bear(lots: Sequence[TaxLot], cost: int) -> int:
    """Add a cost to lots in proportion of their units; gives what is left, which is nothing."""
    for lot, part in zip(lots, spread(cost, tuple(lot.quantity for lot in lots)), strict=True):
        lot.cost += part
    return 0


def _without_basis(event: Carry, side: Side, quantity: int, rank: int) -> TaxLot:
    acquired = Acquire(
        event.time, event.row, side.asset, side.wallet, quantity, cost=0, value=0, known=False
    )
    return TaxLot(acquired, rank, 0)
