"""Entries come in one by one, in the order of the books; lots, disposals and problems are kept.

Inside an entry moves go first, then acquisitions, then disposals, so that a fee may be paid in
units that the same entry brought. The rules and their reasons stand in docs/lots.md.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from ledger.lots.allotment import allot
from ledger.lots.carriage import Arrival, Departure, carry_across
from ledger.lots.holding import Acquisition, Holding, Key, OpenLot, Taken
from ledger.lots.methods import HOLDINGS
from ledger.lots.register import Register
from ledger.lots.state import LotState, Standing, put_down, take_up
from ledger.model.activity import Order, microseconds
from ledger.model.amount import portion
from ledger.model.asset import AssetId, currency, is_position
from ledger.model.entry import Account, Entry, Posting
from ledger.model.fund import LotMethod, Policy, WalletId
from ledger.model.lot import Disposal, Lot
from ledger.model.problem import Problem

#: Types of accounts whose units are lots; a liability owes units and has none.
PLACES: Final = frozenset({"asset", "transit", "suspense"})
_POOL: Final = ""

#: (lot, or None for units that nobody acquired; units given; their cost)
Units = tuple[OpenLot | None, int, int | None]
#: The fields of a disposal, in their order.
_Row = tuple[
    str, str, AssetId, WalletId, int, str, datetime | None,
    datetime, Order, int | None, int | None, str, str | None, str | None,
]  # fmt: skip


@dataclass(slots=True)
class _Net:
    """What the moves of an entry add up to for one place and asset; `index` is the first one's."""

    index: int
    account: Account
    asset: AssetId
    quantity: int
    value: int | None

    @property
    def worth(self) -> int | None:
        """The value without its sign."""
        return None if self.value is None else abs(self.value)


#: Units of one place and asset that an entry acquires or gives.
_Moved = Posting | _Net


class Bookkeeper:
    """The fold over entries, which must be live and in the order of the books (`in_order`).

    Given a state that was put down under the policy it goes on from there; what was disposed of and
    the problems begin anew.
    """

    def __init__(self, policy: Policy, state: LotState | None = None) -> None:
        self.problems: list[Problem] = []
        self._base = currency(policy.base_currency)
        self._scope = policy.scope
        self._pooled = policy.scope == "fund"
        self._method = policy.method
        self._holdings: defaultdict[Key, Holding] = defaultdict(HOLDINGS[policy.method])
        self._changes = deque(
            (microseconds(datetime(year, 1, 1, tzinfo=UTC)), method)
            for year, method in policy.method_by_year
        )
        self._changed = 0
        self._identified = dict(policy.identifications)
        self._balances: defaultdict[AssetId, Counter[str]] = defaultdict(Counter)
        self._ranks = 0
        self._made: list[Disposal] = []
        # Plain tuples of plain values: Python's collector of cycles stops looking at them, where it
        # would walk through a million values again and again. They become values when asked for.
        self._rows: list[_Row] = []
        if state is not None:
            self._go_on(take_up(state))

    @classmethod
    def resumed(cls, policy: Policy, state: LotState) -> "Bookkeeper":
        """The fold that goes on where another, of the same policy, was put down."""
        return cls(policy, state)

    def state(self) -> LotState:
        """Where the fold stands, in plain values: all that later entries depend on."""
        return put_down(
            Standing(
                base=self._base,
                scope=self._scope,
                method=self._method,
                changes=self._changed,
                ranks=self._ranks,
                holdings=self._holdings,
                balances=self._balances,
            )
        )

    def _go_on(self, standing: Standing) -> None:
        for _ in range(standing.changes):
            self._change(self._changes.popleft()[1])
        assert (standing.base, standing.scope, standing.method) == (
            self._base,
            self._scope,
            self._method,
        ), "a state goes on under the policy under which it was put down"
        self._ranks = standing.ranks
        for key, lots in standing.holdings.items():
            holding = self._holdings[key]
            for lot in lots:
                holding.put(lot)
        for asset, balances in standing.balances.items():
            self._balances[asset].update(balances)

    def fold(self, entry: Entry) -> None:
        """Book one entry."""
        while self._changes and self._changes[0][0] <= entry.order[0]:
            self._change(self._changes.popleft()[1])
        moves: list[_Net] = []
        acquisitions: list[tuple[int, Posting]] = []
        disposals: list[tuple[int, Posting]] = []
        for index, posting in enumerate(entry.postings):
            role = posting.role
            if role == "none":
                continue
            account, asset, quantity = posting.account, posting.asset, posting.quantity
            if account.type not in PLACES:
                continue
            if role == "move":
                moves.append(_Net(index, account, asset, quantity, posting.value))
            elif asset != self._base:
                (acquisitions if quantity > 0 else disposals).append((index, posting))
            if self._pooled and account.type != "suspense":
                self._balances[asset][_label(account)] += quantity
        if moves:
            self._move(entry, self._netted(moves))
        for index, posting in acquisitions:
            self._acquire(entry, index, posting)
        for index, posting in disposals:
            self._dispose(entry, index, posting)

    @property
    def disposals(self) -> list[Disposal]:
        """What was disposed of so far, in the order of the books."""
        self._made.extend(map(Disposal._make, self._rows))
        self._rows.clear()
        return self._made

    def open_lots(self) -> tuple[Lot, ...]:
        """The lots open now, by asset, then by acquisition."""
        found = [
            (asset, lot.source.rank, lot.piece, account_type == _POOL, lot.frozen(asset))
            for (account_type, _, asset), holding in self._holdings.items()
            for lot in holding
        ]
        found.sort(key=lambda item: item[:3])
        if not self._pooled:
            return tuple(item[-1] for item in found)
        lots: list[Lot] = []
        for asset, group in groupby(found, key=lambda item: item[0]):
            members = list(group)
            lots += (lot for *_, pooled, lot in members if not pooled)
            in_pool = [lot for *_, pooled, lot in members if pooled]
            lots += allot(in_pool, self._balances[asset])
        return tuple(lots)

    def _change(self, method: LotMethod) -> None:
        """Give lots by another method from now on; the lots stay what they are."""
        self._method = method
        self._changed += 1
        empty = HOLDINGS[method]
        before, self._holdings = self._holdings, defaultdict(empty)
        for key, holding in before.items():
            after = self._holdings[key]
            for lot in holding:
                after.put(lot)

    # ---- the three roles

    def _acquire(self, entry: Entry, index: int, came: _Moved) -> None:
        lot = self._new_lot(entry, index, came, came.quantity, came.value)
        self._holding(came.account, came.asset).put(lot)

    def _dispose(self, entry: Entry, index: int, gone: _Moved) -> None:
        taken, missing = self._take(entry, gone)
        units: Sequence[Units] = [*taken, (None, missing, None)] if missing else taken
        self._record(entry, index, gone, units, None if gone.value is None else -gone.value)

    def _move(self, entry: Entry, nets: Sequence[_Net]) -> None:
        """Carry lots from the places that lost units to those that gained them."""
        left: dict[AssetId, _Leaving] = {}
        for net in nets:
            if net.quantity < 0:
                leaving = left.setdefault(net.asset, _Leaving(net, deque(), 0, 0))
                leaving.add(self._leave(entry, net), net)
        unmet = []
        for net in nets:
            if net.quantity > 0:
                rest = self._receive(net, left.get(net.asset))
                if rest:
                    unmet.append(_rest_of(net, rest))
        across = [leaving for leaving in left.values() if leaving.lots]
        if across and unmet:
            self._transform(entry, across, unmet)
            return
        for leaving in across:  # nothing came for it: it is given up at its value
            if leaving.net.asset != self._base:
                units = [(lot, lot.quantity, lot.cost) for lot in leaving.lots]
                self._record(entry, leaving.net.index, leaving.net, units, leaving.rest.value)
        for net in unmet:  # nothing left for it: it is gained at its value
            if net.asset != self._base:
                self._acquire(entry, net.index, net)

    # ---- moves

    def _netted(self, moves: Iterable[_Net]) -> list[_Net]:
        nets: dict[Holding, _Net] = {}
        for move in moves:
            known = nets.setdefault(self._holding(move.account, move.asset), move)
            if known is move:
                continue
            known.quantity += move.quantity
            unknown = known.value is None or move.value is None
            known.value = None if unknown else (known.value or 0) + (move.value or 0)
        return list(nets.values())

    def _leave(self, entry: Entry, net: _Net) -> list[OpenLot]:
        """The lots that leave a place, each with an id of its own."""
        quantity = -net.quantity
        if net.asset == self._base:
            return [self._new_lot(entry, net.index, net, quantity, quantity)]
        taken, missing = self._take(entry, net)
        lots = []
        for lot, units, cost in taken:
            part = lot.of(units, cost)
            lots.append(part.split_off() if lot.quantity else part)
        if missing:
            lots.append(self._new_lot(entry, net.index, net, missing, None))
            if net.account.type != "suspense":  # what nobody explained has a problem already
                self._missing(entry, net, "were moved")
        return lots

    def _take(self, entry: Entry, gone: _Moved) -> tuple[list[Taken], int]:
        """What leaves a place, first to go first, of a position from all its lots alike."""
        holding = self._holding(gone.account, gone.asset)
        quantity = -gone.quantity
        if is_position(gone.asset):
            return holding.take_evenly(quantity)
        if isinstance(holding, Register):
            names = self._identified.get(entry.id, ()) if self._method == "specific" else ()
            if holding.leaves_a_choice(quantity, names):
                text = f"nothing says of which lots {gone.asset} left {_label(gone.account)}"
                self.problems.append(Problem("ambiguous_lot", text, entry.id))
            return holding.take_named(quantity, names)
        return holding.take(quantity)

    def _receive(self, net: _Net, leaving: "_Leaving | None") -> int:
        """Put lots of the same asset into the place that gained; says what is still due."""
        due = net.quantity
        while due and leaving is not None and leaving.lots:
            lot = leaving.lots[0]
            if lot.quantity <= due:
                leaving.lots.popleft()
            else:
                lot = lot.of(due, lot.take(due)).split_off()
            due -= lot.quantity
            if net.asset != self._base:
                lot.place = _label(net.account)
                self._holding(net.account, net.asset).put(lot)
        return due

    def _transform(self, entry: Entry, left: Sequence["_Leaving"], came: Sequence[_Net]) -> None:
        """Carry lots into other assets; what becomes base currency is disposed of at face value."""
        departures = [leaving.rest for leaving in left]
        arrivals = [Arrival(_label(net.account), net.quantity, net.worth) for net in came]
        received = carry_across(departures, arrivals)
        for net, lots in zip(came, received, strict=True):
            if net.asset == self._base:
                units = [(lot, lot.quantity, lot.cost) for lot in lots]
                self._record(entry, net.index, net, units, net.quantity)
                continue
            holding = self._holding(net.account, net.asset)
            for lot in lots:
                holding.put(lot)

    # ---- what is written down

    def _record(
        self,
        entry: Entry,
        index: int,
        gone: _Moved,
        units: Sequence[Units],
        proceeds: int | None,
    ) -> None:
        """One disposal a lot; the proceeds go by quantity, the last takes the remainder."""
        quantity = sum([piece for _, piece, _ in units]) if len(units) > 1 else units[0][1]
        name, time, order, strategy = entry.id, entry.time, entry.order, entry.strategy
        asset, wallet, kind = gone.asset, _label(gone.account), _kind(entry, gone)
        rows, known = self._rows, True
        for number, (lot, piece, cost) in enumerate(units, start=1):
            share = proceeds
            if proceeds is not None and piece != quantity:
                share = portion(proceeds, piece, quantity)
                quantity, proceeds = quantity - piece, proceeds - share
            if cost is None:
                known = False
            if lot is None:
                origin, acquired, opened_by = "", None, None
            else:
                source = lot.source
                origin, acquired, opened_by = lot.id, source.acquired, source.strategy
            row = (
                f"{name}:{index}/{number}", name, asset, wallet, piece, origin, acquired,
                time, order, share, cost, kind, strategy, opened_by,
            )  # fmt: skip
            rows.append(row)
        if not known:
            self._missing(entry, gone, "were disposed of")

    def _missing(self, entry: Entry, gone: _Moved, what: str) -> None:
        text = f"units of {gone.asset} {what} in {_label(gone.account)} without a known cost basis"
        self.problems.append(Problem("missing_basis", text, entry.id))

    def _new_lot(
        self, entry: Entry, index: int, came: _Moved, quantity: int, cost: int | None
    ) -> OpenLot:
        self._ranks += 1
        name = f"{entry.id}:{index}"
        source = Acquisition(name, self._ranks, entry.id, entry.time, entry.order, entry.strategy)
        return OpenLot(source, _label(came.account), quantity, cost)

    def _holding(self, account: Account, asset: AssetId) -> Holding:
        if self._pooled and account.type != "suspense":
            return self._holdings[_POOL, _POOL, asset]
        return self._holdings[account.type, account.name, asset]


@dataclass(slots=True)
class _Leaving:
    """The lots of one asset that leave in an entry, with the units and the value they left with."""

    net: _Net
    lots: deque[OpenLot]
    quantity: int
    value: int | None

    def add(self, lots: Iterable[OpenLot], net: _Net) -> None:
        """Add what left another place."""
        self.lots.extend(lots)
        self.quantity -= net.quantity
        unknown = self.value is None or net.worth is None
        self.value = None if unknown else (self.value or 0) + (net.worth or 0)

    @property
    def rest(self) -> Departure:
        """What no arrival of the same asset took, with its part of the value."""
        lots = tuple(self.lots)
        units = sum(lot.quantity for lot in lots)
        value = None if self.value is None else portion(self.value, units, self.quantity)
        return Departure(value, lots)


def _rest_of(net: _Net, units: int) -> _Net:
    value = None if net.worth is None else portion(net.worth, units, net.quantity)
    return replace(net, quantity=units, value=value)


def _label(account: Account) -> WalletId:
    """The wallet of an account, or its path where it is no place of custody."""
    return account.wallet or WalletId(account.path)


def _kind(entry: Entry, gone: _Moved) -> str:
    """What units were given for: an expense that took just these, else the entry's kind."""
    quantity, asset = -gone.quantity, gone.asset
    for posting in entry.postings:
        if posting.quantity == quantity and posting.asset == asset:
            account = posting.account
            if account.type == "expense":
                return account.name
    return entry.kind
