"""Events come in; disposals first in first out with the four weeks of Ireland leave.

TCA 1997 s. 581(1) and (2): what was acquired within 4 weeks before a disposal goes first, then the
oldest (s. 580). s. 581(3): a loss on units that are acquired again within 4 weeks after is allowed
only against a gain on those, in proportion of units: it is denied where it was made and stands in
the cost of what was acquired; what a gain on that does not use is denied there.
"""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from ledger.model.whole import portion
from ledger.tax.history.events import Acquire, Become, Carry, Dispose, Event, Left, Rule
from ledger.tax.history.settings import Settings
from ledger.tax.matching.carrying import Departure, carried_lots
from ledger.tax.matching.holding import Taken, TaxLot
from ledger.tax.matching.pieces import Ledger, Outcome, Part, Source
from ledger.tax.matching.waiting import Waiting
from ledger.tax.terms import Calendar

WEEKS: Final = timedelta(weeks=4)


class _Lot:
    """Units of one acquisition; `reserve` is a loss that only a gain on them may use."""

    __slots__ = ("cost", "day", "quantity", "reserve", "row", "time")

    def __init__(
        self, row: str, time: datetime, day: date, quantity: int, cost: int, reserve: int
    ) -> None:
        self.row, self.time, self.day = row, time, day
        self.quantity, self.cost, self.reserve = quantity, cost, reserve

    def give(self, units: int) -> "_Lot":
        """Units with their cost and their reserve."""
        cost = portion(self.cost, units, self.quantity)
        reserve = portion(self.reserve, units, self.quantity)
        self.quantity -= units
        self.cost -= cost
        self.reserve -= reserve
        return _Lot(self.row, self.time, self.day, units, cost, reserve)


class _Asset:
    """Open lots, oldest first: those of more than four weeks ago, and the others."""

    def __init__(self) -> None:
        self.old: deque[_Lot] = deque()
        self.recent: deque[_Lot] = deque()
        self.losses = Waiting(WEEKS)

    def age(self, day: date) -> None:
        """Let what was acquired more than four weeks before a day be old."""
        while self.recent and self.recent[0].day < day - WEEKS:
            self.old.append(self.recent.popleft())

    def take(self, wanted: int) -> Iterator[tuple[_Lot, Rule]]:
        """Up to so many units of recent lots, then of old ones."""
        queues: tuple[tuple[deque[_Lot], Rule], ...] = (
            (self.recent, "four_weeks"),
            (self.old, "lot"),
        )
        for lots, rule in queues:
            while wanted and lots:
                units = min(wanted, lots[0].quantity)
                yield lots[0].give(units), rule
                wanted -= units
                if not lots[0].quantity:
                    lots.popleft()

    def put(self, lot: _Lot, day: date) -> None:
        """Add a lot of an earlier day, on a day, where its time stands."""
        lots = self.recent if lot.day >= day - WEEKS else self.old
        place = bisect_right(lots, lot.time, key=_time)
        lots.insert(place, lot)

    def join(self, other: "_Asset") -> None:
        """Take the lots and losses of another form of the asset."""
        for mine, theirs in ((self.old, other.old), (self.recent, other.recent)):
            both = sorted((*mine, *theirs), key=_time)
            mine.clear()
            mine.extend(both)
        self.losses.join(other.losses)


def match_weeks(events: Sequence[Event], settings: Settings, calendar: Calendar) -> Outcome:
    """Disposals and open lots of events in the order of the books."""
    book = _Book(Ledger(settings, calendar), calendar)
    for event in events:
        book.fold(event)
    return book.ledger.outcome(book.left())


class _Book:
    def __init__(self, ledger: Ledger, calendar: Calendar) -> None:
        self.ledger = ledger
        self._day = calendar.day
        self._assets: defaultdict[str, _Asset] = defaultdict(_Asset)

    def fold(self, event: Event) -> None:
        """Book one event."""
        if isinstance(event, Carry):
            self._carry(event)
            return
        asset = self._assets[event.asset]
        asset.age(self._day(event.time))
        if isinstance(event, Acquire):
            self._acquire(event, asset)
        elif isinstance(event, Dispose):
            self._dispose(event, asset)
        elif isinstance(event, Become):
            into = self._assets[event.into]
            into.age(self._day(event.time))
            into.join(self._assets.pop(event.asset))

    def _acquire(self, event: Acquire, asset: _Asset) -> None:
        day = self._day(event.time)
        quantity, cost = event.quantity, event.cost
        for claim in asset.losses.claim(day, event.quantity):
            part = portion(cost, claim.units, quantity)
            asset.recent.append(_Lot(event.row, event.time, day, claim.units, part, claim.denied))
            quantity -= claim.units
            cost -= part
            self.ledger.deny_at(claim.place, claim.denied)
        if quantity:
            asset.recent.append(_Lot(event.row, event.time, day, quantity, cost, 0))
        elif cost:
            asset.recent[-1].cost += cost

    def _dispose(self, event: Dispose, asset: _Asset) -> None:
        taken = list(asset.take(event.quantity))
        missing = event.quantity - sum(lot.quantity for lot, _ in taken)
        served: list[Part] = [
            (Source(lot.row, rule, lot.time), lot.quantity, lot.cost + lot.reserve)
            for lot, rule in taken
        ]
        found = self.ledger.record(event, served, missing)
        if found is None:
            return
        unused = [
            max(0, lot.reserve - max(0, piece.gain + lot.reserve))
            for piece, (lot, _) in zip(found.pieces, taken, strict=False)
        ]
        found = self.ledger.deny_pieces(unused)
        self.ledger.refused += sum(unused)
        loss = -sum(piece.gain for piece in found.pieces)
        if loss > 0:
            place = (len(self.ledger.disposed) - 1, None)
            asset.losses.add(place, self._day(event.time), event.quantity, loss)

    def _carry(self, event: Carry) -> None:
        """Lots of what left become lots of what came, with cost, reserve and date."""
        day = self._day(event.time)
        left = []
        for side in event.gave:
            asset = self._assets[side.asset]
            asset.age(day)
            lots = [lot for lot, _ in asset.take(side.quantity)]
            missing = side.quantity - sum(lot.quantity for lot in lots)
            if missing:
                self.ledger.fewer(event.row, side.asset, missing, "changed its form")
            left.append((side, lots, missing))
        costs, reserves = (
            carried_lots(
                event,
                [
                    Departure(side, [_taken(lot, amount(lot)) for lot in lots], missing)
                    for side, lots, missing in left
                ],
                int,
            )
            for amount in (_cost, _reserve)
        )
        for side, got, kept in zip(event.got, costs, reserves, strict=True):
            into = self._assets[side.asset]
            into.age(day)
            self.ledger.refused += got.rest + kept.rest
            for one, other in zip(got.lots, kept.lots, strict=True):
                if one.known:
                    since = one.acquired, self._day(one.acquired)
                    into.put(_Lot(one.row, *since, one.quantity, one.cost, other.cost), day)

    def left(self) -> list[Left]:
        """Open lots; a reserve is part of the cost."""
        return [
            Left(lot.row, name, None, lot.time, lot.quantity, lot.cost + lot.reserve)
            for name, asset in sorted(self._assets.items())
            for lot in (*asset.old, *asset.recent)
        ]


def _time(lot: _Lot) -> datetime:
    return lot.time


def _cost(lot: _Lot) -> int:
    return lot.cost


def _reserve(lot: _Lot) -> int:
    return lot.reserve


def _taken(lot: _Lot, cost: int) -> Taken:
    came = Acquire(lot.time, lot.row, "", "", lot.quantity, cost, cost)
    return TaxLot(came, 0, cost), lot.quantity, cost
