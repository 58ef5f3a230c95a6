"""Events come in; disposals by lots or moving average leave, in one pool or by wallet.

First in first out, last in, highest, lowest, specific identification and the moving average, by
year, by wallet and by standing order; basis by wallet from a date with the allocation of Rev. Proc.
2024-28; Canada's superficial loss; wash sales and marks of the United States.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from ledger.model.gain import Character
from ledger.tax.history.events import (
    Acquire,
    Become,
    Carry,
    Dispose,
    Disposed,
    Event,
    Left,
    Move,
)
from ledger.tax.history.settings import Settings
from ledger.tax.matching.allocation import allocate, in_wallets
from ledger.tax.matching.holding import Ambiguous, Holding, Taken, TaxLot
from ledger.tax.matching.pieces import Ledger, Outcome, Part, Source, averaged_parts, left_of
from ledger.tax.matching.plain import Plain, fold_plain
from ledger.tax.matching.wash import WashSales
from ledger.tax.terms import Calendar

if TYPE_CHECKING:  # what few histories need is loaded for them
    from ledger.tax.matching.marks import Marks
    from ledger.tax.matching.superficial import Windows

#: Methods that keep units of unknown basis as lots; others give them last.
_KEEP_UNKNOWN: Final = frozenset({"fifo", "lifo", "hifo", "specific"})

#: (asset, wallet), or (asset, None) in one pool.
Key = tuple[str, str | None]


def match_lots(
    events: Sequence[Event],
    settings: Settings,
    calendar: Calendar,
    marks: "Marks | None" = None,
    windows: "Windows | None" = None,
) -> Outcome:
    """Disposals, open lots and faults of events in the order of the books."""
    book = LotBook(settings, calendar, marks, windows)
    book.fold(events)
    return book.ledger.outcome(book.left())


class LotBook:
    """What is held, event by event; `ledger` has what was given up."""

    def __init__(
        self,
        settings: Settings,
        calendar: Calendar,
        marks: "Marks | None",
        windows: "Windows | None",
    ) -> None:
        self.ledger = Ledger(settings, calendar)
        self._windows = windows
        self._wash = WashSales(self.ledger, calendar) if settings.wash else None
        self._marks = marks
        self._orders = deque(settings.standing)
        self._ordered: dict[str | None, str] = {}
        self._settings = settings
        self._calendar = calendar
        self._holdings: dict[Key, Holding] = {}
        self._by_unit_cost = settings.by_unit_cost
        self._method = settings.method
        self._own_methods = settings.by_wallet
        self._many_methods = bool(settings.by_wallet or settings.standing)
        self._identified = settings.identified
        self._years = deque(settings.by_year)
        self._by_wallet = settings.wallets_from == date.min
        self._switch = None
        if settings.wallets_from is not None and not self._by_wallet:
            self._switch = calendar.start(settings.wallets_from)
        self._dated = self._has_dates()
        self._balances: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._blocked: set[str] = set()
        self._unnamed: Event | None = None
        self._next_rank = count(1).__next__
        self._folds: dict[type, Callable[[Any], None]] = {
            Acquire: self._acquire, Dispose: self._dispose, Move: self._move,
            Become: self._become, Carry: self._carry,
        }  # fmt: skip

    def fold(self, events: Iterable[Event]) -> None:
        """Book events in their order, up to the last end of a year that has a price."""
        folds, coming = self._folds, iter(events)
        for event in coming:
            if self._dated:
                self._pass(event.time)
            if not self._is_blocked(event):
                folds[type(event)](event)
            if not (self._dated or self._blocked):
                break
        # nothing changes at a date any more
        if self._wash or self._windows is not None or self._marks is not None or self._is_named():
            for event in coming:
                folds[type(event)](event)
        else:
            how = self._method, self._by_wallet, self._by_unit_cost
            parts = self.ledger, self._holding, self._next_rank
            fold_plain(coming, Plain(*parts, *how, folds))
        self._mark_ends(None)
        if self._settings.splits_at_end and self._switch is not None:
            self._to_wallets()

    def _is_named(self) -> bool:
        """Whether lots are named, or wallets have methods of their own."""
        return bool(self._identified or self._many_methods or self._method == "specific")

    def _is_blocked(self, event: Event) -> bool:
        """Whether an asset whose lots are in no wallet is left out, with what its units cost."""
        if isinstance(event, Carry) or event.asset not in self._blocked:
            return False
        if isinstance(event, Acquire):
            self.ledger.refused += event.cost
        elif isinstance(event, Become):
            self._blocked.add(event.into)
        return True

    def _pass(self, time: datetime) -> None:
        """Change what changes at a date: marks, orders, basis by wallet, the method of a year."""
        self._mark_ends(time)
        while self._orders and time >= self._orders[0].at:
            order = self._orders.popleft()
            self._ordered[order.wallet] = order.method
        if self._switch is not None and time >= self._switch:
            self._switch = None
            self._to_wallets()
        while self._years and self._calendar.year(time) >= self._years[0][0]:
            self._method = self._years.popleft()[1]
        self._dated = self._has_dates()

    def _has_dates(self) -> bool:
        return bool(self._marks or self._switch or self._orders or self._years)

    # ---- events, and the ends of years

    def _acquire(self, event: Acquire) -> None:
        worth = event.cost if self._by_unit_cost else event.value
        lot = TaxLot(event, self._next_rank(), worth)
        waiting = self._waiting(event.asset) if self._windows is not None else 0
        key = event.asset, event.wallet if self._by_wallet else None
        holding = self._holdings.get(key) or self._holding(event.asset, event.wallet)
        holding.put(lot)
        if waiting:
            holding.bear(waiting)
        if self._wash is not None:
            self._wash.bought(event, lot, holding)
        if self._switch is not None:
            self._balances[event.asset][event.wallet] += event.quantity

    def _dispose(self, event: Dispose) -> None:
        key = event.asset, event.wallet if self._by_wallet else None
        holding = self._holdings.get(key) or self._holding(event.asset, event.wallet)
        method = self._method_of(event.wallet) if self._many_methods else self._method
        if self._identified or method == "specific":
            taken, missing = self._take(holding, event)
        else:
            taken, missing = holding.take(method, event.quantity)
        if self._switch is not None:
            # units that nobody acquired were in no wallet either
            self._balances[event.asset][event.wallet] -= event.quantity - missing
        served = averaged_parts(taken) if holding.averaged else taken
        if self._unnamed is event:
            self.ledger.refuse(event, served, missing)
            return
        found = self.ledger.record(event, served, missing)
        if found is None:
            return
        if self._windows is not None:
            self._superficial(found, holding)
        character: Character = "capital"
        if self._marks is not None:
            character = self._marks.character(event.asset, event.time)
        if character != "capital":
            self.ledger.name(character)
        elif self._wash is not None:
            # §475(d)(1) and §1256(f)(5): no wash sale of what is marked
            self._wash.sold(found, self._holdings_of(event.asset))

    def _holdings_of(self, asset: str) -> list[Holding]:
        return [holding for (name, _), holding in self._holdings.items() if name == asset]

    def _mark_ends(self, time: datetime | None) -> None:
        """Mark open positions at each end of a year up to a time, or all that are left."""
        while self._marks is not None and (due := self._marks.due(time)):
            for (asset, wallet), holding in sorted(
                self._holdings.items(), key=lambda one: (one[0][0], one[0][1] or "")
            ):
                self._mark(asset, wallet, holding, *due)

    def _mark(
        self, asset: str, wallet: str | None, holding: Holding, end: datetime, year: int
    ) -> None:
        """Hold a position as sold, and bought again, for what it is worth."""
        assert self._marks is not None, "marks are due"
        how = self._marks.mark(asset, end, year)
        if how is None or not holding.quantity:
            return
        time, character = how
        row = self._marks.row(year)
        value = self._marks.value(asset, holding.quantity, end)
        if value is None:
            text = f"{asset} has no price at the end of {year}, and its position is not marked"
            self.ledger.say("missing_price", text, row, (asset, holding.quantity))
            return
        lots = holding.settled()
        served: list[Part] = [
            (Source(lot.row, "mark", lot.acquired) if lot.known else lot, lot.quantity, lot.cost)
            for lot in lots
        ]
        event = Dispose(time, row, asset, wallet or "main", holding.quantity, value)
        found = self.ledger.record(event, served, 0)
        assert found is not None, "a mark has its lots and a price"
        self.ledger.name(character)
        self.ledger.brought += value
        for lot, piece in zip(lots, found.pieces, strict=True):
            holding.revalue(lot, piece.proceeds)
            lot.rule = "lot"

    def _superficial(self, found: Disposed, holding: Holding) -> None:
        event = found.event
        loss = -sum(piece.gain for piece in found.pieces)
        if self._windows is None or loss <= 0:
            return
        day = self._calendar.day(event.time)
        denied = self._windows.denied(event, day, loss)
        if denied:
            self.ledger.deny(found, denied)
            self._substitute(event.asset, holding).bear(denied)

    def _substitute(self, asset: str, holding: Holding) -> Holding:
        """What bears a loss that is denied: the wallet that lost, else the one that bought last."""
        if holding.quantity or not self._by_wallet:
            return holding
        held = [one for (of, _), one in self._holdings.items() if of == asset and one.quantity]
        return max(held, key=lambda one: one.newest.rank, default=holding)

    def _waiting(self, asset: str) -> int:
        """Denied losses of wallets that hold nothing, which the next purchase anywhere bears."""
        if not self._by_wallet:
            return 0
        empty = [one for (of, _), one in self._holdings.items() if of == asset and not one.quantity]
        return sum(one.release() for one in empty)

    def _move(self, event: Move) -> None:
        """Lots go with their cost and date; what nobody has does not arrive."""
        if self._switch is not None:
            self._balances[event.asset][event.wallet] -= event.quantity
            self._balances[event.asset][event.to_wallet] += event.quantity
        if not self._by_wallet:
            return
        taken: list[Taken] = []
        target = self._holding(event.asset, event.to_wallet)
        missing = max(0, event.quantity - target.quantity)
        if event.wallet != event.to_wallet:  # else its lots are neither named nor divided
            taken, missing = self._take(self._holding(event.asset, event.wallet), event)
        for lot, units, cost in taken:
            part = lot.part(units, cost)
            if self._method_of(event.wallet) == "average":
                part.average()
            target.put(part)
        if missing:
            self.ledger.fewer(event.row, event.asset, missing, "was moved")

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
        if self._wash is not None:
            self._wash.become(event.asset, event.into)

    def _carry(self, event: Carry) -> None:
        """Lots of what left become lots of what came, with cost and date."""
        from ledger.model.asset import AssetId, is_position
        from ledger.tax.matching.carrying import Departure, carried_lots

        departures = []
        for side in event.gave:
            holding = self._holding(side.asset, side.wallet)
            if is_position(AssetId(side.asset)):
                taken, missing = holding.take_evenly(side.quantity)
            else:
                gone = Move(event.time, event.row, side.asset, side.wallet, "", side.quantity)
                taken, missing = self._take(holding, gone)
            if missing and side.asset not in self._blocked:
                self.ledger.fewer(event.row, side.asset, missing, "changed its form")
            departures.append(Departure(side, taken, missing))
            if self._switch is not None:
                self._balances[side.asset][side.wallet] -= side.quantity - missing
        received = carried_lots(event, departures, self._next_rank)
        for side, (lots, rest) in zip(event.got, received, strict=True):
            method = self._method_of(side.wallet)
            self.ledger.refused += rest
            for lot in lots:
                if lot.known or method in _KEEP_UNKNOWN:
                    self._holding(side.asset, side.wallet).put(lot)
                    if self._switch is not None:
                        self._balances[side.asset][side.wallet] += lot.quantity
                else:
                    self.ledger.refused += lot.cost

    def _take(self, holding: Holding, event: Dispose | Move) -> tuple[list[Taken], int]:
        """What leaves a holding: the lots that are named, and by the method what they do not hold.

        Lots are named for what a row gives, and serve the units of its fee while they last.
        """
        method = self._method_of(event.wallet)
        only = self._identified.get(event.row) if self._identified else None
        taken: list[Taken] = []
        wanted = event.quantity
        if only is not None:
            taken, wanted = holding.take(method, wanted, only)
            if not wanted:
                return taken, 0
            if holding.quantity and not (isinstance(event, Dispose) and event.is_fee):
                text = f"the lots named hold fewer {event.asset} than left"
                method = self._unchosen(event, method, wanted, text)
        try:
            more, missing = holding.take(method, wanted)
        except Ambiguous:
            text = f"several lots of {event.asset} are held and none is named"
            method = self._unchosen(event, method, wanted, text)
            more, missing = holding.take(method, wanted)
        return taken + more, missing

    def _unchosen(self, event: Dispose | Move, method: str, units: int, text: str) -> str:
        """Say that units leave which nobody named; by which method, `specific` without a figure."""
        by = "fifo" if method == "specific" else method
        text = f"{event.row}: {text}, and go by {by}"
        self.ledger.say("ambiguous_lot", text, event.row, (event.asset, units))
        if by != method:
            self._unnamed = event
        return by

    # ---- the date from which basis is kept by wallet

    def _to_wallets(self) -> None:
        """Put the open lots of the pool into wallets, or say that this is not decided."""
        self._by_wallet = True
        for (asset, _), pool in sorted(self._holdings.items()):
            cost = pool.cost
            balances = in_wallets(asset, self._balances[asset], self.ledger.faults)
            placed = allocate(pool, balances, self._settings.allocation)
            if placed is None:
                wallets = ", ".join(sorted(balances))
                text = f"{asset} is in {wallets}: say how its lots are allocated"
                units = [(asset, held) for _, held in sorted(balances.items())]
                self.ledger.say("allocation_needed", text, None, *units)
                self._blocked.add(asset)
                continue
            del self._holdings[asset, None]
            for wallet, lot in placed:
                cost -= lot.cost
                stands = Left(lot.row, asset, wallet, lot.acquired, lot.quantity, lot.cost)
                self.ledger.placed.append(stands)
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
        """A standing order for the wallet, or for all, goes before the method of the year."""
        ordered = self._ordered.get(wallet) or self._ordered.get(None)
        return ordered or self._own_methods.get(wallet, self._method)

    def left(self) -> list[Left]:
        """What is held: lots, or what a pool holds and costs."""
        held = sorted(self._holdings.items(), key=lambda one: (one[0][0], one[0][1] or ""))
        return [left for (asset, wallet), one in held for left in left_of(asset, wallet, one)]
