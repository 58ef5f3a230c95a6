"""What is kept of a question enters as words; what of it still holds after changes leaves.

The index says how far in the journal everything was read, by the number of the last batch and the
link that seals it: what is kept is believed only where the journal has the same link there. It has
every family with its stretches, each with the digest of what was put down of it.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, NamedTuple

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.prices.book import PriceBook
from ledger.tax.checkpoints.columns import Place, fault_of, place_of
from ledger.tax.checkpoints.families import Families, concerned, linked
from ledger.tax.checkpoints.fold import LENGTH
from ledger.tax.checkpoints.stretch import Ground, Stretch, place
from ledger.tax.checkpoints.whole import whole_by_family
from ledger.tax.history.events import Fault
from ledger.tax.history.settings import Settings
from ledger.tax.passage import passes
from ledger.tax.terms import Calendar

_FORMAT: Final = 2
#: Parts of a stretch: what it says of its year, which entries it is of, where it ended.
PARTS: Final = ("said", "numbers", "state")


class Read(NamedTuple):
    """How far in the journal: its last entry, its last batch and the link that seals this."""

    number: int
    batch: int
    link: str


class Change(NamedTuple):
    """An entry that came after that; `reverses` is the number of the one that it takes back."""

    number: int
    entry: Entry
    reverses: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A stretch that was put down: its parts by their digests, and what of it stands here."""

    id: int
    year: int
    last: Place
    last_event: int
    sums: list[Any]
    always: list[Fault]
    size: int
    unrated: list[int]
    digests: list[str]


class Index:
    """Every family of a question with its stretches, in order; `program` is what made them.

    `undecided` is what each family would say if the day came from which basis is by wallet.
    """

    def __init__(self, program: str, read: Read, families: Families) -> None:
        self.program = program
        self.read = read
        self.families = families
        self.stretches: list[list[Kept]] = [[] for _ in families.assets]
        self.undecided: list[list[Fault]] = [[] for _ in families.assets]
        self.next_id = 1

    def words(self) -> bytes:
        """The index as it is put down."""
        return canonical(
            {
                "format": _FORMAT,
                "program": self.program,
                "read": self.read,
                "next": self.next_id,
                "families": [
                    [assets, [_of_kept(one) for one in kept], undecided]
                    for assets, kept, undecided in zip(
                        self.families.assets, self.stretches, self.undecided, strict=True
                    )
                ],
            }
        )


def index_of(body: bytes) -> Index | None:
    """The index that was put down; None where it has another form."""
    words = json.loads(body)
    if words["format"] != _FORMAT:
        return None
    families = words["families"]
    index = Index(
        words["program"], Read(*words["read"]), Families(assets for assets, _, _ in families)
    )
    index.stretches = [[_kept(one) for one in kept] for _, kept, _ in families]
    index.undecided = [[fault_of(one) for one in undecided] for _, _, undecided in families]
    index.next_id = words["next"]
    return index


def _of_kept(one: Kept) -> list[Any]:
    order, _, name = one.last
    return [
        *(one.id, one.year, [*order, name], one.last_event, one.sums),
        *([[*fault] for fault in one.always], one.size, one.unrated, one.digests),
    ]


def _kept(words: Sequence[Any]) -> Kept:
    id_, year, last, last_event, sums, always, *rest = words
    faults = [fault_of(one) for one in always]
    return Kept(id_, year, place_of(last), last_event, sums, faults, *rest)


def canonical(value: object) -> bytes:
    """The one way in which words are put down."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode()


def can_be_kept(settings: Settings) -> bool:
    """Whether what is kept of a question serves later, by stretches or by families."""
    return (passes(settings) and settings.swaps_from is None) or whole_by_family(settings)


def question(
    settings: Settings, regime: str, base: str, code: str, rates: PriceBook, program: str
) -> str:
    """What names a question: every choice and rule by which it is answered, as one digest.

    `program` is that of the rules as they are written; rates count where the books are in another
    currency than the regime.
    """
    said = [program, regime, base, code, str(LENGTH)]
    said += [f"{name}={_choice(value)}" for name, value in settings._asdict().items()]
    if base != code:
        said += sorted(
            f"{one.asset} {one.currency} {microseconds(one.time)} {one.source} {one.price}"
            for one in rates.quotes
        )
    digest = hashlib.sha256()
    for text in said:
        digest.update(f"{len(text)}:{text}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _choice(value: object) -> str:
    if isinstance(value, frozenset):
        return repr(sorted(value))
    if isinstance(value, Mapping):
        return repr(sorted(value.items()))
    return repr(value)


# ---- what changed


@dataclass(frozen=True, slots=True)
class Work:
    """A family to be folded again: from the last stretch that holds, over these entries.

    `dropped` are stretches that no longer hold; their entries are read again, less `dead`, with
    `new` among them.
    """

    number: int
    since: Kept | None = None
    dropped: list[Kept] = field(default_factory=list)
    new: dict[int, Entry] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)


def until_year(work: Work, calendar: Calendar, year: int) -> Work:
    """The part of the work that years up to one take: those after it stay to be done."""
    dropped = [one for one in work.dropped if one.year <= year]
    new = {n: entry for n, entry in work.new.items() if calendar.year(entry.time) <= year}
    return replace(work, dropped=dropped, new=new)


def can_wait(ground: Ground) -> bool:
    """Whether a year says nothing that later ones decide.

    Those say whether basis began to be by wallet, which times had no rate, and, where a method
    looks ahead, what was bought after a sale.
    """
    if whole_by_family(ground.settings):
        return False
    at_a_day = ground.settings.wallets_from not in {None, date.min}
    return not at_a_day and ground.journal.base == ground.code


def work_of(
    index: Index, changes: Iterable[Change], money: AssetId, settings: Settings
) -> list[Work]:
    """What changes leave to do; the families of the index are those after them.

    Stretches that no longer hold are taken out of the index; where a method looks ahead, all of a
    family.
    """
    whole = whole_by_family(settings)
    listed = list(changes)
    joined: dict[int, AssetId] = {}
    for change in listed:
        for assets in linked(change.entry, money, settings):
            joined |= {**index.families.join(assets), **joined}
    again = _taken_out(index, joined)
    dead = {change.reverses for change in listed}
    firsts: dict[int, Place] = {}
    works: dict[int, Work] = {}
    for change in listed:
        here = _place_of(change)
        for number in {index.families.number(each) for each in concerned(change.entry, money)}:
            firsts[number] = min(firsts.get(number, here), here)
            work = works.setdefault(number, Work(number))
            if change.reverses is not None:
                work.dead.add(change.reverses)
            elif change.number not in dead:
                work.new[change.number] = change.entry
    _make_room(index)
    for number, work in list(works.items()):
        kept = index.stretches[number]
        at = 0 if whole else bisect_left([one.last for one in kept], firsts[number])
        if at and _grows(kept, at):
            at -= 1  # days that come one by one shall not be a stretch each
        dropped = [*kept[at:], *again.get(number, ())]
        works[number] = replace(work, since=kept[at - 1] if at else None, dropped=dropped)
        index.stretches[number] = kept[:at]
    return [works[number] for number in sorted(works)]


def _grows(kept: Sequence[Kept], at: int) -> bool:
    """Whether the stretch before a place is short, and what follows may belong to its year."""
    before = kept[at - 1]
    ended = at < len(kept) and kept[at].year != before.year
    return before.size * 2 < LENGTH and not ended


def _taken_out(index: Index, joined: Mapping[int, AssetId]) -> dict[int, list[Kept]]:
    """Stretches of families that were joined, by what these are now: all is to be read again."""
    _make_room(index)
    found: dict[int, list[Kept]] = {}
    for number, asset in sorted(joined.items()):
        found.setdefault(index.families.number(asset), []).extend(index.stretches[number])
        index.stretches[number], index.undecided[number] = [], []
    return found


def _make_room(index: Index) -> None:
    while len(index.stretches) < len(index.families.assets):
        index.stretches.append([])
        index.undecided.append([])


def _place_of(change: Change) -> Place:
    """Where the entry stands, or the one that it takes back."""
    entry = change.entry
    if entry.reverses is None:
        return place(entry)
    return entry.order, len(entry.reverses), entry.reverses


def put(index: Index, number: int, stretch: Stretch) -> tuple[Kept, dict[str, bytes]]:
    """Add a stretch to the end of a family; gives it and the bodies of its parts."""
    bodies = {
        "said": canonical(stretch.said),
        "numbers": canonical(stretch.numbers),
        "state": canonical(stretch.state),
    }
    kept = Kept(
        index.next_id,
        stretch.year,
        place_of(stretch.last),
        stretch.last_event,
        stretch.sums,
        stretch.always,
        len(stretch.numbers),
        stretch.unrated,
        [hashlib.sha256(bodies[part]).hexdigest() for part in PARTS],
    )
    index.next_id += 1
    index.stretches[number].append(kept)
    return kept, bodies
