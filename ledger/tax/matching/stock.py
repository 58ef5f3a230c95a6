"""Events come in; disposals of old and new stock by wallet leave (Austria).

§ 3 KryptowährungsVO: what was acquired before a day is old stock and, where nothing else was
chosen, the first to leave. New stock leaves by the method of its year: first in first out, from
2023 on at the moving average of the wallet, into which old stock does not enter (§ 2). A swap is a
disposal of old stock, whose value then is the cost of what came, and carries the cost of new stock
(§ 27b Abs. 3 Z 2 EStG): what came is new stock in any case. From the same day on what a sale costs
is not deducted, for the special rate leaves no room for expenses (§ 20 Abs. 2 EStG).
"""

from collections import deque
from collections.abc import Sequence

from ledger.model.whole import portion
from ledger.tax.history.events import (
    Acquire,
    Become,
    Carry,
    Dispose,
    Event,
    Exchange,
    Left,
    Move,
)
from ledger.tax.history.settings import Settings
from ledger.tax.matching.carrying import Departure, carried_lots
from ledger.tax.matching.holding import Holding, Taken, TaxLot
from ledger.tax.matching.pieces import Ledger, Outcome, Part, Source, averaged_parts
from ledger.tax.terms import Calendar

Key = tuple[str, str]


def match_stock(events: Sequence[Event], settings: Settings, calendar: Calendar) -> Outcome:
    """Disposals and what is left of events in the order of the books."""
    book = _Book(settings, calendar)
    for event in events:
        book.fold(event)
    return book.ledger.outcome(book.left())


class _Book:
    def __init__(self, settings: Settings, calendar: Calendar) -> None:
        assert settings.old_before is not None, "the day is what makes stock old"
        self.ledger = Ledger(settings, calendar)
        self._calendar = calendar
        self._old_before = settings.old_before
        self._by_wallet = settings.wallets_from is not None
        self._missing_is_zero = settings.missing_is_zero
        self._new_law = settings.swaps_from
        self._method = settings.method
        self._years = deque(settings.by_year)
        self._old: dict[Key, Holding] = {}
        self._new: dict[Key, Holding] = {}
        self._ranks = 0

    def fold(self, event: Event) -> None:
        """Book one event."""
        while self._years and self._calendar.year(event.time) >= self._years[0][0]:
            self._method = self._years.popleft()[1]
        if isinstance(event, Acquire):
            old = self._calendar.day(event.time) < self._old_before
            self._put(event, event.value, old=old)
        elif isinstance(event, Dispose):
            if self._new_law is not None and self._calendar.day(event.time) >= self._new_law:
                event = event._replace(fees=0)
            old_parts, _ = self._take(self._old, event)
            parts, missing = self._take(self._new, event, _units(old_parts))
            averaged = self._holding(self._new, event.asset, event.wallet).averaged
            served = [*_named(old_parts), *_served(parts, averaged=averaged)]
            self.ledger.record(event, served, missing)
        elif isinstance(event, Move):
            self._move(event)
        elif isinstance(event, Become):
            self._become(event)
        elif isinstance(event, Carry):
            self._carry(event)
        else:
            self._exchange(event)

    def _put(self, event: Acquire, value: int, *, old: bool = False) -> None:
        side = self._old if old else self._new
        lot = TaxLot(event, self._next_rank(), value)
        self._holding(side, event.asset, event.wallet).put(lot)

    def _take(
        self, side: dict[Key, Holding], event: Dispose | Move | Exchange, given: int = 0
    ) -> tuple[list[Taken], int]:
        method = "fifo" if side is self._old else self._method
        holding = self._holding(side, event.asset, event.wallet)
        return holding.take(method, event.quantity - given)

    def _move(self, event: Move) -> None:
        """Old stock goes first here too; each part stays what it was."""
        if not self._by_wallet:
            return
        if event.wallet == event.to_wallet:  # its lots are not divided
            held = (self._holding(one, *event[2:4]).quantity for one in (self._old, self._new))
            if (lacking := event.quantity - sum(held)) > 0:
                self.ledger.fewer(event.row, event.asset, lacking, "was moved")
            return
        taken, _ = self._take(self._old, event)
        parts, missing = self._take(self._new, event, _units(taken))
        for side, moved in ((self._old, taken), (self._new, parts)):
            target = self._holding(side, event.asset, event.to_wallet)
            for lot, units, cost in moved:
                target.put(lot.part(units, cost))
        if missing:
            self.ledger.fewer(event.row, event.asset, missing, "was moved")

    def _become(self, event: Become) -> None:
        for side in (self._old, self._new):
            for (asset, wallet), holding in list(side.items()):
                if asset != event.asset:
                    continue
                target = self._holding(side, event.into, wallet)
                for lot in holding.settled():
                    target.put(lot)
                del side[asset, wallet]

    def _carry(self, event: Carry) -> None:
        """Old stock goes first here too, and stays old; all of it keeps cost and date."""
        departures = []
        old_rows: set[str] = set()
        for side in event.gave:
            gone = Move(event.time, event.row, side.asset, side.wallet, "", side.quantity)
            old, _ = self._take(self._old, gone)
            new, missing = self._take(self._new, gone, _units(old))
            if missing:
                self.ledger.fewer(event.row, side.asset, missing, "changed its form")
            old_rows |= {lot.row for lot, _, _ in old}
            departures.append(Departure(side, [*old, *new], missing))
        received = carried_lots(event, departures, self._next_rank)
        for side, (lots, rest) in zip(event.got, received, strict=True):
            self.ledger.refused += rest
            for lot in lots:
                if lot.known:
                    stock = self._old if lot.row in old_rows else self._new
                    self._holding(stock, side.asset, side.wallet).put(lot)
                else:
                    self.ledger.refused += lot.cost

    def _next_rank(self) -> int:
        self._ranks += 1
        return self._ranks

    def _exchange(self, event: Exchange) -> None:
        """What came has a basis for what was given with one; units for others are not held."""
        old, _ = self._take(self._old, event)
        old_units = _units(old)
        new, missing = self._take(self._new, event, old_units)
        cost = sum(part for _, _, part in new)
        # what has no basis gives none, as units that nobody acquired
        nameless = sum(units for lot, units, _ in new if not lot.known)
        known = event.quantity - (0 if self._missing_is_zero else missing + nameless)
        if old_units:
            worth = None if event.value is None else portion(event.value, old_units, event.quantity)
            given = Dispose(event.time, event.row, event.asset, event.wallet, old_units, worth)
            self.ledger.record(given, _named(old), 0)
            known -= old_units if worth is None else 0
            cost += worth or 0
            self.ledger.brought += worth or 0
        if missing:
            self.ledger.fewer(event.row, event.asset, missing, "was exchanged")
        if nameless:
            text = "was exchanged, and its basis is not known"
            self.ledger.missing(event.row, event.asset, nameless, text)
        received = portion(event.received, known, event.quantity)
        if received:
            wallet = event.to_wallet or event.wallet
            came = Acquire(event.time, event.row, event.into, wallet, received, cost, cost)
            self._put(came, cost)
        else:  # less than the smallest unit came for what had a basis
            self.ledger.refused += cost

    def _holding(self, side: dict[Key, Holding], asset: str, wallet: str) -> Holding:
        key = (asset, wallet if self._by_wallet else "")
        holding = side.get(key)
        if holding is None:
            method = "fifo" if side is self._old else self._method
            holding = side[key] = Holding(method)
        return holding

    def left(self) -> list[Left]:
        """What is held: lots of old stock, and lots or the pool of new stock."""
        found = []
        for asset, wallet in sorted({*self._old, *self._new}):
            for side in (self._old, self._new):
                holding = side.get((asset, wallet))
                if holding is None:
                    continue
                place = wallet if self._by_wallet else None
                if holding.averaged:
                    left = Left(None, asset, place, None, holding.quantity, holding.cost)
                    found += [left] if left.quantity or left.cost else []
                    continue
                found += [
                    Left(lot.row, asset, place, lot.acquired, lot.quantity, lot.cost)
                    for lot in holding.settled()
                ]
        return found


def _units(taken: Sequence[Taken]) -> int:
    return sum(units for _, units, _ in taken)


def _named(taken: Sequence[Taken]) -> list[Part]:
    return _served(taken, averaged=False)


def _served(taken: Sequence[Taken], *, averaged: bool) -> list[Part]:
    """What was taken, as parts of a disposal; an average names no lot."""
    if averaged:
        return averaged_parts(taken)
    return [(Source(lot.row, lot.rule, lot.acquired), units, cost) for lot, units, cost in taken]
