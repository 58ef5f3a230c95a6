"""Lots of a fund-wide pool and the balance of each place come in; lots put into places leave.

With the scope `fund` a disposal takes lots wherever they are, so a lot has no place of its own
until somebody asks. Then each lot is put where it was acquired as far as that place still holds
units, and what is left over goes to the places with room, by name: quantities a place are those
of its balance, nothing is gained or lost.
"""

from collections.abc import Iterable, Mapping, Sequence

from ledger.model.amount import portion
from ledger.model.fund import WalletId
from ledger.model.lot import Lot


def allot(lots: Sequence[Lot], balances: Mapping[str, int]) -> Iterable[Lot]:
    """Lots of one asset, oldest first, put into places; parts elsewhere are `<id>@<place>`."""
    room = {place: max(0, balance) for place, balance in sorted(balances.items())}
    at_home = []
    for lot in lots:
        here = min(lot.quantity, room.get(lot.wallet, 0))
        room[lot.wallet] = room.get(lot.wallet, 0) - here
        at_home.append(here)
    for lot, here in zip(lots, at_home, strict=True):
        yield from _placed(lot, here, room)


def _placed(lot: Lot, here: int, room: dict[str, int]) -> Iterable[Lot]:
    away = lot.quantity - here
    parts = [(lot.wallet, here)] if here else []
    for place in [place for place, free in room.items() if free and away]:
        there = min(away, room[place])
        if there:
            parts.append((WalletId(place), there))
            room[place] -= there
            away -= there
    if away:  # more lots than units: some place has a negative balance
        stays = parts[0][1] if here else 0
        parts = [(lot.wallet, stays + away), *parts[1 if here else 0 :]]
    quantity, cost = lot.quantity, lot.cost
    for place, units in parts:
        taken = None if cost is None else portion(cost, units, quantity)
        name = lot.id if place == lot.wallet else f"{lot.id}@{place}"
        yield lot._replace(id=name, wallet=place, quantity=units, cost=taken)
        quantity -= units
        cost = None if cost is None or taken is None else cost - taken
