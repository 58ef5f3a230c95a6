"""Lots that left and what came for them come in; lots of what came leave, dates and costs kept.

A wrap, a pool share or a bridge changes what is held and is no disposal. Several assets may leave
and several come: each lot goes into every arriving asset, its cost in proportion of the arriving
values, the arriving units in proportion of the leaving values; where a value is unknown, of the
quantities. Every split gives its remainder to the last part, so units and costs are conserved
exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from ledger.lots.holding import OpenLot
from ledger.model.amount import spread


@dataclass(frozen=True, slots=True)
class Departure:
    """Lots of one asset that left, and what they were worth then (positive) where it is known."""

    value: int | None
    lots: tuple[OpenLot, ...]

    @property
    def quantity(self) -> int:
        """The units that left."""
        return sum(lot.quantity for lot in self.lots)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Units of an asset that came to a place, and what they were worth then where it is known."""

    place: str
    quantity: int
    value: int | None


def carry_across(
    departures: Sequence[Departure], arrivals: Sequence[Arrival]
) -> list[list[OpenLot]]:
    """The lots that each arrival receives."""
    departures = [replace(departure, lots=_together(departure.lots)) for departure in departures]
    lots = list(chain.from_iterable(departure.lots for departure in departures))
    given = _weights([(departure.value, departure.quantity) for departure in departures])
    costs = _costs_by_arrival(lots, arrivals)
    received: list[list[OpenLot]] = []
    last_piece = {}
    for slot, arrival in enumerate(arrivals):
        quantities = _units_by_lot(arrival.quantity, departures, given)
        _keep_cost_of_empty_pieces(quantities, costs[slot])
        pieces: list[OpenLot] = []
        for index, quantity in enumerate(quantities):
            if quantity:
                last_piece[index] = (slot, len(pieces))
                piece = lots[index].of(quantity, costs[slot][index])
                piece.place = arrival.place
                pieces.append(piece)
        received.append(pieces)
    _name(received, last_piece)
    return received


def _together(lots: Iterable[OpenLot]) -> tuple[OpenLot, ...]:
    """The parts of one acquisition as one lot, with all their units and all their cost.

    Two assets into a pool and out again would else double the parts each time.
    """
    found: dict[tuple[str, bool], OpenLot] = {}
    for lot in lots:
        key = lot.source.name, lot.cost is None
        known = found.get(key)
        if known is not None:
            cost = None if known.cost is None or lot.cost is None else known.cost + lot.cost
            found[key] = known.of(known.quantity + lot.quantity, cost)
        else:
            found[key] = lot
    return tuple(found.values())


def _weights(pairs: Sequence[tuple[int | None, int]]) -> tuple[int, ...]:
    """The values where all are known and positive, else the quantities."""
    values = tuple(value for value, _ in pairs if value is not None and value > 0)
    return values if len(values) == len(pairs) else tuple(quantity for _, quantity in pairs)


def _costs_by_arrival(
    lots: Sequence[OpenLot], arrivals: Sequence[Arrival]
) -> list[list[int | None]]:
    weights = _weights([(arrival.value, arrival.quantity) for arrival in arrivals])
    costs: list[list[int | None]] = [[] for _ in arrivals]
    for lot in lots:
        parts = (None,) * len(arrivals) if lot.cost is None else spread(lot.cost, weights)
        for slot, part in enumerate(parts):
            costs[slot].append(part)
    return costs


def _units_by_lot(
    quantity: int, departures: Sequence[Departure], given: tuple[int, ...]
) -> list[int]:
    units: list[int] = []
    for departure, share in zip(departures, spread(quantity, given), strict=True):
        units += spread(share, tuple(lot.quantity for lot in departure.lots))
    return units


def _keep_cost_of_empty_pieces(quantities: Sequence[int], costs: list[int | None]) -> None:
    """Costs of pieces too small for a unit go to the last piece that has units and a known cost."""
    receivers = [
        index for index, units in enumerate(quantities) if units and costs[index] is not None
    ]
    if not receivers:
        return
    total = costs[receivers[-1]]
    assert total is not None
    for index, units in enumerate(quantities):
        if not units:
            total += costs[index] or 0
    costs[receivers[-1]] = total


def _name(received: Sequence[Sequence[OpenLot]], last_piece: Mapping[int, tuple[int, int]]) -> None:
    """Give each piece of a lot an id of its own, but the last one, which keeps the lot's."""
    keepers = set(last_piece.values())
    for slot, pieces in enumerate(received):
        for index, piece in enumerate(pieces):
            if (slot, index) not in keepers:
                piece.split_off()
