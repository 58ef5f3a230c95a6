"""Entries come in one by one, in the order of the books; lots, disposals and problems are kept.

Inside an entry moves go first, then acquisitions, then disposals, so that a fee may be paid in
units that the same entry brought. The rules and their reasons stand in docs/lots.md.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from ledger.lots.allotment import allot
from ledger.lots.carriage import Arrival, Departure, carry_across
from ledger.lots.disposals import Disposals
from ledger.lots.holding import Acquisition, Holding, Key, OpenLot, Taken
from ledger.lots.methods import HOLDINGS
from ledger.lots.moves import Leaving, Net
from ledger.lots.register import Register
from ledger.lots.state import LotState, Standing, put_down, take_up
from ledger.model.activity import microseconds
from ledger.model.amount import portion
from ledger.model.asset import AssetId, currency, is_position
from ledger.model.entry import Account, Entry, Posting
from ledger.model.fund import LotMethod, Policy, WalletId
from ledger.model.lot import Lot
from ledger.model.problem import Problem

#: Types of accounts whose units are lots; a liability owes units and has none.
PLACES: Final = frozenset({"asset", "transit", "suspense"})
_POOL: Final = ""

#: (lot, or None for units that nobody acquired; units given; their cost)
Units = tuple[OpenLot | None, int, int | None]
#: Units of one place and asset that an entry acquires or gives.
_Moved = Posting | Net


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
        self._holdings: dict[Key, Holding] = {}
        self._assets: dict[AssetId, AssetId] = {}
        self._changes = deque(
            (microseconds(datetime(year, 1, 1, tzinfo=UTC)), method)
            for year, method in policy.method_by_year
        )
        self._changed = 0
        self._identified = dict(policy.identifications)
        self._balances: defaultdict[AssetId, Counter[str]] = defaultdict(Counter)
        self._ranks = 0
        self._disposals = Disposals()
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
            holding = self._begun(key)
            for lot in lots:
                holding.put(lot)
        for asset, balances in standing.balances.items():
            self._balances[asset].update(balances)

    def fold(self, entry: Entry) -> None:
        """Book one entry."""
        while self._changes and self._changes[0][0] <= entry.order[0]:
            self._change(self._changes.popleft()[1])
        if self._pooled:
            self._balance(entry)
        only: Posting | None = None
        at = 0
        for index, posting in enumerate(entry.postings):
            if posting.role != "none" and posting.account.type in PLACES:
                if only is not None or posting.role == "move":
                    self._fold_several(entry)
                    return
                only, at = posting, index
        if only is not None and only.asset != self._base:
            if only.quantity > 0:
                self._acquire(entry, at, only)
            else:
                self._dispose(entry, at, only)

    def _fold_several(self, entry: Entry) -> None:
        """Moves first, then acquisitions, then disposals."""
        moves: list[Net] = []
        acquisitions: list[tuple[int, Posting]] = []
        disposals: list[tuple[int, Posting]] = []
        for index, posting in enumerate(entry.postings):
            if posting.role == "none" or posting.account.type not in PLACES:
                continue
            if posting.role == "move":
                moves.append(Net.of(index, posting))
            elif posting.asset != self._base:
                (acquisitions if posting.quantity > 0 else disposals).append((index, posting))
        if moves:
            self._move(entry, self._netted(moves))
        for index, posting in acquisitions:
            self._acquire(entry, index, posting)
        for index, posting in disposals:
            self._dispose(entry, index, posting)

    def _balance(self, entry: Entry) -> None:
        """Count what each place of the fund's pool holds."""
        for posting in entry.postings:
            account = posting.account
            if posting.role != "none" and account.type in PLACES and account.type != "suspense":
                self._balances[posting.asset][_label(account)] += posting.quantity

    @property
    def disposals(self) -> Disposals:
        """What was disposed of so far, in the order of the books."""
        return self._disposals

    def forget(self) -> None:
        """Let go of disposals and problems so far: nothing later depends on them."""
        self._disposals = Disposals()
        self.problems.clear()

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
        before, self._holdings = self._holdings, {}
        for key, holding in before.items():
            after = self._begun(key)
            for lot in holding:
                after.put(lot)

    # ---- the three roles

    def _acquire(self, entry: Entry, index: int, came: _Moved) -> None:
        lot = self._new_lot(entry, index, came, came.quantity, came.value)
        self._holding(came.account, came.asset).put(lot)

    def _dispose(self, entry: Entry, index: int, gone: _Moved) -> None:
        holding = self._holding(gone.account, gone.asset)
        quantity, value = -gone.quantity, gone.value
        if holding.straight:
            units: Sequence[Units]
            units, missing = holding.take(quantity)
        else:
            units, missing = self._choose(entry, gone, holding)
        if missing:
            units = [*units, (None, missing, None)]
        self._record(entry, index, gone, units, quantity, None if value is None else -value)

    def _move(self, entry: Entry, nets: Sequence[Net]) -> None:
        """Carry lots from the places that lost units to those that gained them."""
        if entry.is_split and len(nets) == 1 and self._rescale(entry, nets[0]):
            return
        left: dict[AssetId, Leaving] = {}
        for net in nets:
            if net.quantity < 0:
                leaving = left.setdefault(net.asset, Leaving(net))
                leaving.add(self._leave(entry, net), net)
        unmet = []
        for net in nets:
            if net.quantity > 0:
                rest = self._receive(net, left.get(net.asset))
                if rest:
                    unmet.append(net.part(rest))
        across = [leaving for leaving in left.values() if leaving.lots]
        if across and unmet:
            self._transform(entry, across, unmet)
            return
        for leaving in across:  # nothing came for it: it is given up at its value
            if leaving.net.asset != self._base:
                net, units, left_over = leaving.net, _units_of(leaving.lots), leaving.rest
                self._record(entry, net.index, net, units, left_over.quantity, left_over.value)
        for net in unmet:  # nothing left for it: it is gained at its value
            if net.asset != self._base:
                self._acquire(entry, net.index, net)

    # ---- moves

    def _rescale(self, entry: Entry, net: Net) -> bool:
        """Make the lots of a place more or fewer units at the same cost; whether there are any."""
        holding = self._holding(net.account, net.asset)
        held = before = sum(lot.quantity for lot in holding)
        if self._pooled:
            before = self._balances[net.asset][_label(net.account)] - net.quantity
        if entry.split_of not in {None, before}:
            text = f"a split of {entry.split_of} base units of {net.asset}, {before} were held"
            self.problems.append(Problem("partial_split", text, entry.id))
        if net.asset == self._base or not held > 0 or held + net.quantity <= 0:
            return False
        lots = tuple(lot.of(units, cost) for lot, units, cost in holding.take(held)[0])
        arrival = Arrival(_label(net.account), held + net.quantity, None)
        for lot in carry_across([Departure(None, lots)], [arrival])[0]:
            holding.put(lot)
        return True

    def _netted(self, moves: Iterable[Net]) -> list[Net]:
        nets: dict[Holding, Net] = {}
        for move in moves:
            known = nets.setdefault(self._holding(move.account, move.asset), move)
            if known is not move:
                known.add(move)
        return list(nets.values())

    def _leave(self, entry: Entry, net: Net) -> list[OpenLot]:
        """The lots that leave a place, each with an id of its own."""
        quantity = -net.quantity
        if net.asset == self._base:
            return [self._new_lot(entry, net.index, net, quantity, quantity)]
        taken, missing = self._choose(entry, net, self._holding(net.account, net.asset))
        lots = []
        for lot, units, cost in taken:
            part = lot.of(units, cost)
            lots.append(part.split_off() if lot.quantity else part)
        if missing:
            lots.append(self._new_lot(entry, net.index, net, missing, None))
            if net.account.type != "suspense":  # what nobody explained has a problem already
                self._missing(entry, net, "were moved")
        return lots

    def _choose(self, entry: Entry, gone: _Moved, holding: Holding) -> tuple[list[Taken], int]:
        """What leaves a place, first to go first, of a position from all its lots alike."""
        quantity = -gone.quantity
        if holding.straight:
            return holding.take(quantity)
        if not isinstance(holding, Register) or is_position(gone.asset):
            return holding.take_evenly(quantity)
        names = self._identified.get(entry.id, ()) if self._method == "specific" else ()
        if holding.leaves_a_choice(quantity, names):
            text = f"nothing says of which lots {gone.asset} left {_label(gone.account)}"
            self.problems.append(Problem("ambiguous_lot", text, entry.id))
        return holding.take_named(quantity, names)

    def _receive(self, net: Net, leaving: Leaving | None) -> int:
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

    def _transform(self, entry: Entry, left: Sequence[Leaving], came: Sequence[Net]) -> None:
        """Carry lots into other assets; what becomes base currency is disposed of at face value."""
        departures = [leaving.rest for leaving in left]
        arrivals = [Arrival(_label(net.account), net.quantity, net.worth) for net in came]
        received = carry_across(departures, arrivals)
        for net, lots in zip(came, received, strict=True):
            if net.asset == self._base:
                units = _units_of(lots)
                self._record(entry, net.index, net, units, net.quantity, net.quantity)
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
        quantity: int,
        proceeds: int | None,
    ) -> None:
        """One disposal a lot; the proceeds go by quantity, the last takes the remainder."""
        name, account = entry.id, gone.account
        wallet, kind = account.wallet or _label(account), _kind(entry, gone)
        known = True
        for number, (lot, piece, cost) in enumerate(units, 1):
            share = proceeds
            if piece != quantity and proceeds is not None:
                share = portion(proceeds, piece, quantity)
                quantity, proceeds = quantity - piece, proceeds - share
            if cost is None:
                known = False
            if lot is None:
                origin, acquired, opened_by = "", None, None
            else:
                source = lot.source
                origin, acquired, opened_by = lot.id, source.acquired, source.strategy
            self._disposals.add((
                f"{name}:{index}/{number}", name, gone.asset, wallet, piece, origin, acquired,
                entry.time, entry.order, share, cost, kind, entry.strategy, opened_by,
            ))  # fmt: skip
        if not known:
            self._missing(entry, gone, "were disposed of")

    def _missing(self, entry: Entry, gone: _Moved, what: str) -> None:
        text = f"units of {gone.asset} {what} in {_label(gone.account)} without a known cost basis"
        self.problems.append(Problem("missing_basis", text, entry.id))

    def _new_lot(
        self, entry: Entry, index: int, came: _Moved, quantity: int, cost: int | None
    ) -> OpenLot:
        self._ranks += 1
        name, account = f"{entry.id}:{index}", came.account
        source = Acquisition(name, self._ranks, entry.id, entry.time, entry.order, entry.strategy)
        return OpenLot(source, account.wallet or _label(account), quantity, cost)

    def _holding(self, account: Account, asset: AssetId) -> Holding:
        key: Key = (account.type, account.name, asset)
        if self._pooled and account.type != "suspense":
            key = (_POOL, _POOL, asset)
        try:
            return self._holdings[key]
        except KeyError:
            return self._begun(key)

    def _begun(self, key: Key) -> Holding:
        """An empty holding; those of one asset share one text of it, which every entry looks up."""
        place, name, asset = key
        asset = self._assets.setdefault(asset, asset)
        holding = self._holdings[place, name, asset] = HOLDINGS[self._method](asset)
        return holding


def _units_of(lots: Iterable[OpenLot]) -> list[Units]:
    """All units of some lots."""
    return [(lot, lot.quantity, lot.cost) for lot in lots]


def _label(account: Account) -> WalletId:
    """The wallet of an account, or its path where it is no place of custody."""
    return account.wallet or WalletId(account.path)


def _kind(entry: Entry, gone: _Moved) -> str:
    """What units were given for: an expense that took just these, else the entry's kind."""
    for posting in entry.postings:
        account = posting.account
        if (
            account.type == "expense"
            and posting.quantity == -gone.quantity
            and posting.asset == gone.asset
        ):
            return account.name
    return entry.kind
