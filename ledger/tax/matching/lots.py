"""Events come in; disposals by lots or moving average leave, in one pool or by wallet.

First in first out, last in, highest, lowest, specific identification and the moving average, by
year and by wallet; basis by wallet from a date with the allocation of Rev. Proc. 2024-28; Canada's
superficial loss.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.model.asset import AssetId, is_position
from ledger.tax.history.events import (
    Acquire,
    Become,
    Carry,
    Dispose,
    Disposed,
    Event,
    Fault,
    Left,
    Move,
)
from ledger.tax.history.settings import Settings
from ledger.tax.matching.allocation import allocate
from ledger.tax.matching.carrying import Departure, carried_lots
from ledger.tax.matching.holding import Ambiguous, Holding, Taken, TaxLot, served_by
from ledger.tax.matching.pieces import Ledger, Outcome
from ledger.tax.matching.superficial import Windows
from ledger.tax.terms import Calendar

#: Methods that keep units of unknown basis as lots; others give them last.
_KEEP_UNKNOWN: Final = frozenset({"fifo", "lifo", "hifo", "specific"})

#: (asset, wallet), or (asset, None) in one pool.
Key = tuple[str, str | None]


def match_lots(events: Sequence[Event], settings: Settings, calendar: Calendar) -> Outcome:
    """Disposals, open lots and faults of events in the order of the books."""
    book = _LotBook(settings, calendar)
    if settings.superficial:
        book.windows = Windows(events, calendar)
    for event in events:
        book.fold(event)
    return book.ledger.outcome(book.left())


class _LotBook:
    def __init__(self, settings: Settings, calendar: Calendar) -> None:
        self.ledger = Ledger(settings, calendar)
        self.windows: Windows | None = None
        self._settings = settings
        self._calendar = calendar
        self._holdings: dict[Key, Holding] = {}
        self._method = settings.method
        self._years = deque(settings.by_year)
        self._by_wallet = settings.wallets_from == date.min
        self._switch = None
        if settings.wallets_from is not None and not self._by_wallet:
            self._switch = calendar.start(settings.wallets_from)
        self._balances: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._blocked: set[str] = set()
        self._unnamed: Event | None = None
        self._ranks = 0

    def fold(self, event: Event) -> None:
        """Book one event."""
        if self._switch is not None and event.time >= self._switch:
            self._switch = None
            self._to_wallets()
        while self._years and self._calendar.year(event.time) >= self._years[0][0]:
            self._method = self._years.popleft()[1]
        if isinstance(event, Carry):
            self._carry(event)
            return
        if event.asset in self._blocked:
            self.ledger.refused += event.cost if isinstance(event, Acquire) else 0
            return
        if isinstance(event, Acquire):
            self._acquire(event)
        elif isinstance(event, Dispose):
            self._dispose(event)
        elif isinstance(event, Move):
            self._move(event)
        elif isinstance(event, Become):
            self._become(event)

    # ---- events

    def _acquire(self, event: Acquire) -> None:
        worth = event.cost if self._settings.by_unit_cost else event.value
        lot = TaxLot(event, self._next_rank(), worth)
        self._holding(event.asset, event.wallet).put(lot)
        if self._switch is not None:
            self._balances[event.asset][event.wallet] += event.quantity

    def _dispose(self, event: Dispose) -> None:
        holding = self._holding(event.asset, event.wallet)
        if self._switch is not None:
            self._balances[event.asset][event.wallet] -= event.quantity
        taken, missing = self._take(holding, event)
        served = served_by(taken, averaged=holding.averaged)
        if self._unnamed is event:
            self.ledger.refuse(event, served, missing)
            return
        found = self.ledger.record(event, served, missing)
        if found is not None and self.windows is not None:
            self._superficial(found, holding)

    def _superficial(self, found: Disposed, holding: Holding) -> None:
        event = found.event
        loss = -sum(piece.gain for piece in found.pieces)
        if self.windows is None or loss <= 0:
            return
        day = self._calendar.day(event.time)
        denied = self.windows.denied(event.asset, day, event.quantity, loss)
        if denied:
            self.ledger.deny(found, denied)
            holding.bear(denied)

    def _move(self, event: Move) -> None:
        """Lots go with their cost and date; what nobody has does not arrive."""
        if self._switch is not None:
            self._balances[event.asset][event.wallet] -= event.quantity
            self._balances[event.asset][event.to_wallet] += event.quantity
        if not self._by_wallet:
            return
        taken, missing = self._take(self._holding(event.asset, event.wallet), event)
        target = self._holding(event.asset, event.to_wallet)
        for lot, units, cost in taken:
            part = lot.part(units, cost)
            if self._method_of(event.wallet) == "average":
                part.average()
            target.put(part)
        if missing:
            self.ledger.missing(event.row, f"{event.asset} was moved, and fewer units were held")

    def _become(self, event: Become) -> None:
        for (asset, wallet), holding in list(self._holdings.items()):
            if asset == event.asset:
                target = self._holding(event.into, wallet or "")
                lots, cost = holding.settled(), holding.cost
                for lot in lots:
                    cost -= lot.cost
                    target.put(lot)
                if cost:
                    target.bear(cost)
                del self._holdings[asset, wallet]
        self._balances[event.into].update(self._balances.pop(event.asset, Counter()))

    def _carry(self, event: Carry) -> None:
        """Lots of what left become lots of what came, with cost and date."""
        departures = []
        for side in event.gave:
            holding = self._holding(side.asset, side.wallet)
            if is_position(AssetId(side.asset)):
                taken, missing = holding.take_evenly(side.quantity)
            else:
                gone = Move(event.time, event.row, side.asset, side.wallet, "", side.quantity)
                taken, missing = self._take(holding, gone)
            if missing and side.asset not in self._blocked:
                text = f"{side.asset} changed its form, and fewer units were held"
                self.ledger.missing(event.row, text)
            departures.append(Departure(side, taken, missing))
            self._balances[side.asset][side.wallet] -= side.quantity
        received = carried_lots(event, departures, self._next_rank)
        for side, (lots, rest) in zip(event.got, received, strict=True):
            method = self._method_of(side.wallet)
            self._balances[side.asset][side.wallet] += side.quantity
            self.ledger.refused += rest
            for lot in lots:
                if lot.known or method in _KEEP_UNKNOWN:
                    self._holding(side.asset, side.wallet).put(lot)
                else:
                    self.ledger.refused += lot.cost

    def _next_rank(self) -> int:
        self._ranks += 1
        return self._ranks

    def _take(self, holding: Holding, event: Dispose | Move) -> tuple[list[Taken], int]:
        """What leaves a holding; the oldest, which is said, where no lot is named of several."""
        only = self._settings.identified.get(event.row)
        try:
            return holding.take(self._method_of(event.wallet), event.quantity, only)
        except Ambiguous:
            text = f"{event.row}: several lots of {event.asset} are held and none is named"
            self.ledger.faults.append(Fault("ambiguous_lot", text, event.row))
            self._unnamed = event
            return holding.take("fifo", event.quantity)

    # ---- the date from which basis is kept by wallet

    def _to_wallets(self) -> None:
        """Put the open lots of the pool into wallets, or say that this is not decided."""
        self._by_wallet = True
        for (asset, _), pool in sorted(self._holdings.items()):
            cost = pool.cost
            balances = {name: units for name, units in self._balances[asset].items() if units > 0}
            placed = allocate(pool, balances, self._settings.allocation)
            if placed is None:
                text = (
                    f"{asset} is in {', '.join(sorted(balances))}: say how its lots are allocated"
                )
                self.ledger.faults.append(Fault("allocation_needed", text, None))
                self._blocked.add(asset)
                continue
            del self._holdings[asset, None]
            for wallet, lot in placed:
                cost -= lot.cost
                self._holding(asset, wallet).put(lot)
            if cost:
                self._holding(asset, placed[0][0] if placed else "main").bear(cost)
        self._balances.clear()

    # ---- parts

    def _holding(self, asset: str, wallet: str) -> Holding:
        key = (asset, wallet if self._by_wallet else None)
        holding = self._holdings.get(key)
        if holding is None:
            holding = self._holdings[key] = Holding(self._method_of(wallet))
        return holding

    def _method_of(self, wallet: str) -> str:
        return self._settings.by_wallet.get(wallet, self._method)

    def left(self) -> list[Left]:
        """What is held: lots, or what a pool holds and costs."""
        found = []
        for (asset, wallet), holding in sorted(self._holdings.items(), key=_by_name):
            if holding.averaged:
                left = Left(None, asset, wallet, None, holding.quantity, holding.cost)
                found.append(left)
                continue
            lots = [
                Left(lot.row, asset, wallet, lot.acquired, lot.quantity, lot.cost)
                for lot in holding.settled()
            ]
            rest = holding.cost - sum(lot.cost for lot in lots)
            found += lots
            if rest:  # a denied loss that waits for units
                found.append(Left(None, asset, wallet, None, 0, rest))
        return found


def _by_name(item: tuple[Key, Holding]) -> tuple[str, str]:
    (asset, wallet), _ = item
    return asset, wallet or ""
