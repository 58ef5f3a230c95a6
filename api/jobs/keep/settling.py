"""Entries that the evidence gives of a stretch enter; those that must be in force of it leave.

What is booked in closed time stays. What the evidence says otherwise of it is gathered stretch by
stretch and becomes adjusting entries in the first stretch of the open time (docs/closing.md).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.jobs.keep.plan import BEGIN, END, ENTRY, Plan
from api.jobs.keep.stretches import Again, Foreknown, Stretch
from ledger.books.circumstances import Left
from ledger.close import ADJUST, adjusted_id, adjusts, settled
from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.entry import Entry, in_order
from ledger.model.fund import WalletId

if TYPE_CHECKING:
    from api.desk import Desk

#: How the side is called where closed time has the entry; where the evidence has it, by its id.
_BOOKED: Final = "booked:"

#: Key, name and time of a side, as the store keeps them.
Side = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Settled:
    """The `entries` that must be in force of a stretch.

    `apart` are its sides of entries that closed time has otherwise than the evidence, or at another
    time: what is kept anew of closed time begins before all of them.
    """

    entries: tuple[Entry, ...]
    apart: tuple[Side, ...] = ()


class Settling:
    """The fold over the stretches of a plan; without closed time it changes nothing."""

    def __init__(self, desk: "Desk", plan: Plan) -> None:
        self._desk = desk
        self._until = plan.closed
        self._end = END if plan.closed is None else microseconds(plan.closed)
        self._start = plan.cuts[0]
        self._anew = self._start < self._end
        self._first_open = True
        #: what is wanted of closed time and not booked, and what is booked and not wanted
        self._wanted: list[Entry] = []
        self._booked: list[Entry] = []
        #: the ids of what is booked in closed time and was met in the open one
        self._met: set[str] = set()
        #: units by wallet and asset that are wanted of closed time and stand nowhere yet
        self._due: Counter[tuple[WalletId, AssetId]] = Counter()

    def is_closed(self, stretch: Stretch) -> bool:
        """Whether nothing of a stretch may change."""
        return self._until is not None and stretch.until <= self._end

    def left(self, stretch: Stretch, standing: Left) -> Left:
        """What the entries that are wanted of the time before a stretch leave in a wallet.

        What stands are those that are booked: where they differ, the difference is adjusted later,
        and must not be taken for growth before.
        """
        if self._until is None or not (self._anew or stretch.start == self._end):
            return standing
        due = self._due if self._anew else _units(self._as_adjusting(stretch))

        def wanted(wallet: WalletId, asset: AssetId) -> int | None:
            stands, more = standing(wallet, asset), due.get((wallet, asset))
            return (stands or 0) + more if more else stands

        return wanted

    def settle(self, stretch: Stretch, wanted: tuple[Entry, ...], known: Foreknown) -> Settled:
        """The entries that must be in force of a stretch. Raises Again."""
        if self._until is None:
            return Settled(wanted)
        self._apart_before(wanted)
        fund, journal = self._desk.fund.name, self._desk.store.journal
        if self.is_closed(stretch):
            booked = journal.live_entries(fund, (stretch.start, stretch.until))
            return Settled(booked, self._compare(wanted, booked))
        if not self._anew:
            return Settled(self._as_adjusted(stretch, wanted))
        moved = self._moved(wanted, known)
        adjusting: tuple[Entry, ...] = ()
        if self._first_open:
            self._first_open = False
            adjusting = self._adjusting_all(known)
        for entry in moved:
            parts = [each for each in self._booked if adjusted_id(each.id) == entry.id]
            self._due.update(_units(parts))
            adjusting += self._adjusting([entry], parts)
        if stretch.until == END:
            self._all_met(known)
        stay = (entry for entry in wanted if entry not in moved)
        return Settled(in_order((*stay, *adjusting)), tuple(map(_wanted_side, moved)))

    def _apart_before(self, wanted: Iterable[Entry]) -> None:
        """Keep again from where closed time has an entry that is wanted here."""
        if self._start > BEGIN:
            fund, keeping = self._desk.fund.name, self._desk.store.keeping
            keys = [ENTRY + entry.id for entry in wanted]
            earlier = keeping.earliest_side(fund, keys, self._start)
            if earlier is not None:
                raise Again(earlier)

    def _compare(self, wanted: Iterable[Entry], booked: Iterable[Entry]) -> tuple[Side, ...]:
        """Gather what is not the same; gives the sides of what is not booked and wanted here."""
        hashes = {entry.id: entry.hash for entry in booked}
        same = {entry.id for entry in wanted if hashes.get(entry.id) == entry.hash}
        more = [entry for entry in wanted if entry.id not in same]
        less = [entry for entry in booked if entry.id not in same]
        self._due.update(_units(more))
        self._due.subtract(_units(less))
        self._wanted += more
        self._booked += less
        units = {entry.id: _units([entry]) for entry in less}
        still = {entry.id for entry in more if units.get(entry.id) == _units([entry])}
        # the days that adjusting entries speak of are kept anew in any case
        gone = [entry for entry in less if entry.id not in still and adjusts(entry) is None]
        return (
            *(_wanted_side(entry) for entry in more if entry.id not in still),
            *((ENTRY + entry.id, _BOOKED + entry.id, entry.order[0]) for entry in gone),
        )

    def _adjusting_all(self, known: Foreknown) -> tuple[Entry, ...]:
        """What differs of closed time, but for what is dated later: that is due until then."""
        later = [e for e in self._booked if adjusted_id(e.id) in known.redated]
        self._due.clear()
        self._due.subtract(_units(later))
        return self._adjusting(self._wanted, [e for e in self._booked if e not in later])

    def _moved(self, wanted: Iterable[Entry], known: Foreknown) -> list[Entry]:
        """What is booked in closed time and wanted in the open one: its difference is dated there.

        Raises Again where that is learnt late: until then it seemed to be wanted nowhere.
        """
        booked = {adjusted_id(entry.id): entry for entry in reversed(self._booked)}
        moved = [entry for entry in wanted if entry.id in booked]
        self._met.update(entry.id for entry in moved)
        late = [entry.id for entry in moved if entry.id not in known.redated]
        if late:
            known.redated.update(late)
            raise Again(min(booked[id_].order[0] for id_ in late))
        return moved

    def _all_met(self, known: Foreknown) -> None:
        """What was dated in open time when keeping began before may be gone by now."""
        lost = known.redated - self._met
        if lost:
            known.redated -= lost
            raise Again(self._start)

    def _adjusting(self, wanted: Sequence[Entry], booked: Sequence[Entry]) -> tuple[Entry, ...]:
        assert self._until is not None
        known = {entry.id for entry in booked}
        return tuple(e for e in settled(wanted, booked, self._until) if e.id not in known)

    def _as_adjusted(self, stretch: Stretch, wanted: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Closed time says what it said before: its adjusting entries stay."""
        kept = self._as_adjusting(stretch)
        about = {adjusted_id(entry.id) for entry in kept}
        return in_order((*(entry for entry in wanted if entry.id not in about), *kept))

    def _as_adjusting(self, stretch: Stretch) -> list[Entry]:
        """The adjusting entries of closed time that are in force in a stretch."""
        assert self._until is not None
        if stretch.start > self._end:
            return []  # all of them are dated at the begin of the open time
        fund, journal = self._desk.fund.name, self._desk.store.journal
        return [
            entry
            for entry in journal.live_named(fund, ADJUST)
            if stretch.start <= entry.order[0] < stretch.until
            and (day := adjusts(entry)) is not None
            and day < self._until
        ]


def _wanted_side(entry: Entry) -> Side:
    return ENTRY + entry.id, entry.id, entry.order[0]


def _units(entries: Iterable[Entry]) -> Counter[tuple[WalletId, AssetId]]:
    """What entries add up to by wallet and asset."""
    sums: Counter[tuple[WalletId, AssetId]] = Counter()
    for entry in entries:
        for posting in entry.postings:
            if posting.account.wallet is not None:
                sums[posting.account.wallet, posting.asset] += posting.quantity
    return sums
