"""Disposals of lots and what was bought around them come in; losses denied as wash sales leave.

IRC §1091 and Reg. §1.1091-1, 1.1091-2, where it is asked: they speak of stock and securities, not
of digital assets. A loss on units that were bought within 30 days before or after, in any wallet,
is denied; it joins the basis of what was bought, and the time for which the units sold were held
joins that of what was bought (§1223(3)). Units bought serve in the order in which they were bought,
each once, and never for units of their own purchase (Rev. Rul. 56-602).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Final

from ledger.model.whole import portion
from ledger.tax.history.events import Acquire, Disposed, Piece
from ledger.tax.matching.holding import Holding, TaxLot
from ledger.tax.matching.pieces import Ledger
from ledger.tax.matching.waiting import Waiting
from ledger.tax.terms import Calendar

WINDOW: Final = timedelta(days=30)


class WashSales:
    """Denies losses in a ledger as they are made, or when units are bought after them."""

    def __init__(self, ledger: Ledger, calendar: Calendar) -> None:
        self._ledger = ledger
        self._day = calendar.day
        self._waiting: defaultdict[str, Waiting] = defaultdict(partial(Waiting, WINDOW))

    def sold(self, found: Disposed, holdings: Iterable[Holding]) -> None:
        """The last disposal; `holdings` are all that hold its asset."""
        assert self._ledger.disposed[-1] is found, "a loss is denied when it is made"
        index, day = len(self._ledger.disposed) - 1, self._day(found.event.time)
        held = list(holdings)
        for number, piece in enumerate(found.pieces):
            loss, units = -piece.gain, piece.quantity
            if loss <= 0 or piece.lot is None or piece.acquired is None:
                continue
            span = timedelta(days=(day - self._day(piece.acquired)).days)
            for holding, lot in self._bought_before(found, piece, held):
                part = min(units, lot.quantity)
                denied = portion(loss, part, units) if units else 0
                if part:
                    self._ledger.deny_piece(index, number, denied)
                    _replace(holding, lot, part, denied, span)
                loss -= denied
                units -= part
            if units:
                waiting = self._waiting[found.event.asset]
                waiting.add((index, number), day, units, loss, held=span, row=piece.lot)

    def _bought_before(
        self, found: Disposed, piece: Piece, holdings: Iterable[Holding]
    ) -> list[tuple[Holding, TaxLot]]:
        """Fresh lots of the 30 days before and of the day, first bought first."""
        since = self._day(found.event.time) - WINDOW
        lots = [
            (holding, lot)
            for holding in holdings
            for lot in holding.lots()
            if lot.fresh and lot.row != piece.lot and self._day(lot.acquired) >= since
        ]
        return sorted(lots, key=lambda one: one[1].rank)

    def bought(self, event: Acquire, lot: TaxLot, holding: Holding) -> None:
        """Units that were bought take the place of units sold at a loss before."""
        if not event.bought:
            return
        day = self._day(event.time)
        for claim in self._waiting[event.asset].claim(day, lot.quantity, event.row):
            assert claim.piece is not None, "lots lose piece by piece"
            self._ledger.deny_piece(claim.place, claim.piece, claim.denied)
            _replace(holding, lot, claim.units, claim.denied, claim.held)

    def become(self, asset: str, into: str) -> None:
        """A change of form leaves the units what they were."""
        self._waiting[into].join(self._waiting.pop(asset, Waiting(WINDOW)))


def _replace(holding: Holding, lot: TaxLot, units: int, denied: int, held: timedelta) -> None:
    part = holding.split(lot, units)
    part.fresh = False
    part.acquired -= held
    holding.revalue(part, part.cost + denied)
