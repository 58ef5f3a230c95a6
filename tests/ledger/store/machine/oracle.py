"""What the stores were told enters dictionaries and lists; what they should hold leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, in_order
from ledger.model.evidence import BlockRef, EvidenceId, RawTransaction
from ledger.model.manual import ManualJournal
from ledger.store import Written
from tests.ledger.store.machine.values import MONTHS, begin_of, block, by_id, month_of

#: first month and the one after the last
Months = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What a writing is to do: entries that stay, that are new, that are taken back."""

    unchanged: int
    new: tuple[Entry, ...]
    gone: tuple[Entry, ...]

    def from_month(self) -> int:
        """The first month that it would change; one after all where it changes nothing."""
        return min(map(month_of, (*self.new, *self.gone)), default=len(MONTHS))


class Books:
    """The journal of a fund: what is in force, the sums, and what was in force at each moment."""

    def __init__(self) -> None:
        self.live: dict[str, Entry] = {}
        self.booked = 0
        self.first_month: int | None = None
        self.sums: dict[tuple[Account, AssetId], int] = {}
        self.moments: list[tuple[datetime, tuple[Entry, ...]]] = []

    def change(self, entries: Iterable[Entry], within: Months | None = None) -> Change:
        """What these change; `within` some months all others are taken back."""
        given = by_id(entries)
        new = tuple(one for one in given.values() if self.live.get(one.id) != one)
        gone = [self.live[one.id] for one in new if one.id in self.live]
        if within is not None:
            gone += [
                old
                for old in self.live.values()
                if within[0] <= month_of(old) < within[1] and old.id not in given
            ]
        return Change(len(given) - len(new), new, tuple(gone))

    def take(self, change: Change, now: datetime) -> Written:
        """Do it."""
        for old in change.gone:
            self._add(self.live.pop(old.id), -1)
        for one in change.new:
            self.live[one.id] = one
            self._add(one, 1)
        if change.new or change.gone:
            self.moments.append((now, in_order(self.live.values())))
        return Written(change.unchanged, len(change.new), len(change.gone))

    def at(self, time: datetime) -> tuple[Entry, ...]:
        """What was in force by the last word of a time."""
        return next((live for known, live in self.moments[::-1] if known <= time), ())

    def of(self, months: Months) -> tuple[Entry, ...]:
        """What is in force in some months."""
        within = range(*months)
        return in_order(one for one in self.live.values() if month_of(one) in within)

    def _add(self, one: Entry, sign: int) -> None:
        self.booked += 1
        ever = () if self.first_month is None else (self.first_month,)
        self.first_month = min([month_of(one), *ever])
        for posting in one.postings:
            key = (posting.account, posting.asset)
            self.sums[key] = self.sums.get(key, 0) + sign * posting.quantity
            if not self.sums[key]:
                del self.sums[key]


class Line(NamedTuple):
    """A line of the trace of closes and reopenings."""

    month: str
    kind: str
    person: str
    approver: str | None


class Calendar:
    """The months of a fund."""

    def __init__(self) -> None:
        self.statuses: dict[str, str] = {}
        self.trace: list[Line] = []

    @property
    def closed(self) -> list[str]:
        """The closed months, in order."""
        return sorted(month for month, status in self.statuses.items() if status == "closed")

    @property
    def open_from(self) -> int:
        """The first month that takes entries."""
        return MONTHS.index(self.closed[-1]) + 1 if self.closed else 0

    @property
    def until(self) -> datetime | None:
        """Where closed time ends."""
        return begin_of(self.open_from) if self.closed else None

    def to_close(self, month: int, first_entry: int) -> tuple[str, ...]:
        """The months that close with one."""
        ever = [MONTHS.index(name) for name in self.statuses]
        first = self.open_from if self.closed else min([first_entry, month, *ever])
        return MONTHS[first : month + 1]

    def close(self, months: Iterable[str], person: str) -> None:
        """Close months."""
        for month in months:
            self.statuses[month] = "closed"
            self.trace.append(Line(month, "closed", person, None))

    def reopen(self, month: str, person: str, approver: str) -> tuple[str, ...]:
        """Reopen a month and every one after it."""
        gone = tuple(name for name in self.closed[::-1] if name >= month)
        for name in gone:
            self.statuses[name] = "open"
            self.trace.append(Line(name, "reopened", person, approver))
        return gone


class Chain:
    """Blocks that were seen, rows of files and transactions, each with when it became known."""

    def __init__(self) -> None:
        self.sights: list[tuple[datetime, BlockRef]] = []
        self.raws: dict[EvidenceId, tuple[datetime, RawTransaction]] = {}
        self.lines: dict[EvidenceId, datetime] = {}

    def standing(self, known_at: datetime | None = None) -> dict[int, BlockRef]:
        """The newest sight of each height."""
        return {
            sight.number: sight
            for time, sight in self.sights
            if known_at is None or time <= known_at
        }

    def newest(self) -> tuple[BlockRef, ...]:
        """The blocks that stand, highest first."""
        return tuple(sorted((one for one in self.standing().values() if one.hash), reverse=True))

    def orphaned(self, known_at: datetime | None = None) -> set[BlockRef]:
        """The blocks that once stood and do not now."""
        standing = self.standing(known_at)
        seen = {sight for time, sight in self.sights if known_at is None or time <= known_at}
        return {one for one in seen if one.hash and standing[one.number] != one}

    def in_the_way(self, new: BlockRef) -> BlockRef | None:
        """The other block that stands at the height of a new one."""
        known = self.standing().get(new.number, block(new.number, ""))
        return known if known.hash and known != new else None

    def see(self, new: BlockRef, now: datetime) -> None:
        """Look at a height."""
        if self.standing().get(new.number, block(new.number, "")) != new:
            self.sights.append((now, new))

    def transactions(self, known_at: datetime | None = None) -> tuple[RawTransaction, ...]:
        """Of each transaction the answer that counts: of a block that stands, the highest."""
        orphaned, best = self.orphaned(known_at), dict[str, tuple[int, str, RawTransaction]]()
        for time, raw in self.raws.values():
            if raw.block in orphaned or (known_at is not None and time > known_at):
                continue
            assert raw.block is not None
            rank = (raw.block.number, raw.id, raw)
            best[raw.txid] = max(rank, best.get(raw.txid, rank), key=lambda one: one[:2])
        return tuple(best[txid][2] for txid in sorted(best))


class Proposals:
    """The manual journals of a fund, by id."""

    def __init__(self) -> None:
        self.all: dict[EvidenceId, ManualJournal] = {}

    def approved_reversal(self, identity: EvidenceId | None) -> bool:
        """Whether a journal was taken back."""
        return identity is not None and any(
            one.reverses == identity and one.approved for one in self.all.values()
        )

    def hinders(self, new: ManualJournal) -> bool:
        """Whether a proposal is refused."""
        known = self.all.get(new.id)
        if known is not None or new.reverses is None:
            return known is not None and known.decision is not None
        target = self.all[new.reverses]
        waiting = (
            one.reverses == new.reverses and (one.decision is None or one.approved)
            for one in self.all.values()
        )
        return target.reverses is not None or not target.approved or any(waiting)

    def approved(self, known_at: datetime) -> set[ManualJournal]:
        """What was approved by a time."""
        return {
            one
            for one in self.all.values()
            if one.decision is not None
            and one.approved
            and one.proposed_at is not None
            and max(one.proposed_at, one.decision.decided_at) <= known_at
        }


class Oracle:
    """What the stores should hold of one fund."""

    def __init__(self) -> None:
        self.books = Books()
        self.calendar = Calendar()
        self.chain = Chain()
        self.proposals = Proposals()
        self.recorded = datetime(1970, 1, 1, tzinfo=UTC)

    def locks(self, change: Change) -> bool:
        """Whether closed time refuses it."""
        return change.from_month() < self.calendar.open_from

    def times(self) -> list[datetime]:
        """Every moment at which something became known."""
        chain, said = self.chain, self.proposals.all.values()
        found = {
            *(time for time, _ in (*self.books.moments, *chain.sights, *chain.raws.values())),
            *chain.lines.values(),
            *(one.proposed_at for one in said),
            *(one.decision.decided_at for one in said if one.decision is not None),
        }
        return sorted(time for time in found if time is not None)


def folded(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    """What is in force after every entry ever booked, taken one after the other."""
    live: dict[str, Entry] = {}
    for one in entries:
        if one.reverses is None:
            assert one.id not in live
            live[one.id] = one
        else:
            del live[one.reverses]
    return live
