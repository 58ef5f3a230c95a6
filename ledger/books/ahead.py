"""Events and what readings accrued enter; what of the interest they tell is booked already leaves.

Some tokens log, whenever an owner's balance is touched, all interest since the last touch (Aave v3:
`balanceIncrease` of `Mint` and `Burn`, aave-v3-core, ScaledBalanceTokenBase.sol). Where a balance
was read in between, a part of it is booked as an accrual of that time, and the log tells it once
more. What accruals booked since interest was last told is kept by wallet and token, and taken off
what the next log tells. Debts and positions without a token need none of it: what was read of them
is what their next event starts from (`ledger/books/knowledge.py`).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId, is_held_apart
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId
from ledger.model.position import Observation

Place = tuple[WalletId, AssetId]

#: The word in an entry's note that says how many units of what was told were booked before.
ACCRUED: Final = "accrued"


@dataclass(frozen=True, slots=True)
class _Told:
    """Interest that an event tells of one place; `block` 0 where it has a time alone."""

    event: str
    units: int
    time: datetime
    block: int

    def is_within(self, seen: Observation) -> bool:
        """Whether a balance was read after it."""
        if self.block and seen.block is not None:
            return self.block <= seen.block
        return self.time <= seen.time


class Ahead:
    """Units that readings accrued and no log has told since, while a stretch is gone through.

    `before` is what the stretch before left. `booked` says by event and place how much of the
    interest that it tells stands in the books already.
    """

    def __init__(self, before: Mapping[Place, int], events: Iterable[Event]) -> None:
        self._units = dict(before)
        self.booked: defaultdict[str, dict[Place, int]] = defaultdict(dict)
        self._told: defaultdict[Place, deque[_Told]] = defaultdict(deque)
        telling = [event for event in events if any(map(_tells, event.legs))]
        for event in sorted(telling, key=_event_order):
            sums: dict[Place, int] = {}
            for leg in filter(_tells, event.legs):
                place = leg.wallet, leg.asset
                sums[place] = sums.get(place, 0) + leg.quantity
            for place, units in sums.items():
                told = _Told(event.id, units, event.time, event.order[2])
                self._told[place].append(told)

    def read(self, place: Place, seen: Observation) -> int:
        """What was told of a place up to a reading; gives how much of it was booked before."""
        waiting, found = self._told.get(place), 0
        while waiting and waiting[0].is_within(seen):
            found += self._tell(place, waiting.popleft())
        return found

    def accrued(self, place: Place, seen: Observation, units: int) -> None:
        """A reading found more units of a place, or less, than the books had."""
        if not seen.quantity:
            self._units.pop(place, None)  # of nothing nothing will be told
        elif not is_held_apart(place[1]):
            self._units[place] = self._units.get(place, 0) + units

    def rest(self) -> dict[Place, int]:
        """Go on to the end of the stretch; gives what is accrued and not told then."""
        for place, waiting in self._told.items():
            while waiting:
                self._tell(place, waiting.popleft())
        return {place: units for place, units in sorted(self._units.items()) if units}

    def _tell(self, place: Place, told: _Told) -> int:
        """A log tells all interest since the last one: whatever was accrued before it is in it."""
        if told.units <= 0:
            return 0
        already = min(max(self._units.pop(place, 0), 0), told.units)
        if already:
            self.booked[told.event][place] = already
        return already


def as_booked(event: Event, already: Mapping[Place, int]) -> Event:
    """The event with the interest that is left to book, and a word in its note on the rest."""
    rest = dict(already)
    legs: list[Leg] = []
    for leg in event.legs:
        place = leg.wallet, leg.asset
        less = min(rest.get(place, 0), leg.quantity) if leg.role == "interest" else 0
        if less > 0:
            rest[place] -= less
        if less <= 0 or leg.quantity > less:
            legs.append(replace(leg, quantity=leg.quantity - max(less, 0)))
    word = f"{ACCRUED}:{sum(already.values())}"
    return replace(event, legs=tuple(legs), note=f"{event.note} {word}".strip())


def _tells(leg: Leg) -> bool:
    return leg.role == "interest" and not is_held_apart(leg.asset)


def _event_order(event: Event) -> tuple[int, int, tuple[object, ...]]:
    return microseconds(event.time), event.order[2], event.order
