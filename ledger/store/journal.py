"""Entries enter an append-only journal and leave it as they were; corrections are reversals (P3).

An entry is *live* when it is no reversal and none has taken it back. Keeping the books again books
the difference only: what is unchanged stays untouched, what changed or vanished is reversed.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, insert, select

from ledger.model.activity import iso
from ledger.model.entry import Entry, in_order
from ledger.model.errors import PeriodLocked
from ledger.model.evidence import length_prefixed
from ledger.store.bulk import in_chunks, insert_columns
from ledger.store.columns import POSTGRESQL, begins_with
from ledger.store.engine import Door, FundTransaction
from ledger.store.entry_rows import account_ids, check_texts, columns_of, newest_by_id
from ledger.store.known import recorded_by
from ledger.store.reading import entries_in, in_span, in_turn
from ledger.store.seals import NO_LINK, leaf_of, seal_of
from ledger.store.tables import BATCH, ENTRY, PERIOD, POSTING
from ledger.store.times import ALL_TIMES, Span, before, optional_time

#: The kind of an entry that takes another back.
REVERSAL: Final = "reversal"


@dataclass(frozen=True, slots=True)
class Written:
    """What a writing changed: entries left as they were, appended, and reversed."""

    unchanged: int
    appended: int
    reversed: int


@dataclass(frozen=True, slots=True)
class _Known:
    n: int
    version: int
    hash: str
    live: bool


class Journal:
    """The journal of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def append(self, fund: str, entries: Iterable[Entry]) -> Written:
        """Append entries; one whose id is live with the same content is left as it is.

        An id that is live with another content is reversed and booked anew. Raises PeriodLocked.
        """
        given = _by_id(entries)
        with self._door.write(fund) as inside:
            known = _known(inside, list(given))
            return _write(inside, given, known, vanished=())

    def replace_open(self, fund: str, entries: Iterable[Entry], span: Span = ALL_TIMES) -> Written:
        """Make these the live entries: append what is new, reverse what changed or vanished.

        With a `span` only of its time, where all of the entries have their place. Raises
        PeriodLocked where that would change closed time: `ledger.close` settles entries.
        """
        given = _by_id(entries)
        with self._door.write(fund) as inside:
            known = _known(inside, None, span)
            vanished = [old for id_, old in known.items() if old.live and id_ not in given]
            if span != ALL_TIMES:  # the newest of its id may have its place at another time
                ids = [id_ for id_ in given if id_ not in known or not known[id_].live]
                known |= _known(inside, ids)
            return _write(inside, given, known, vanished)

    def live_entries(
        self, fund: str, span: Span = ALL_TIMES, known_at: datetime | None = None
    ) -> tuple[Entry, ...]:
        """The entries in force, in canonical order: by their place in the books, then by id.

        With a `span` those of its time. With `known_at`, those that were in force then: of the
        batches recorded by that time, what no entry of such a batch takes back.
        """
        with self._door.read(fund) as inside:
            until = None if known_at is None else _last_batch(inside, known_at)[1]
            return in_order(entries_in(inside, live=True, span=span, until=until))

    def in_turn(
        self, fund: str, span: Span = ALL_TIMES, digest: "BooksDigest | None" = None
    ) -> Iterator[Entry]:
        """The same one after the other: of a long journal only a part is held at a time.

        A digest takes the stored hash of each.
        """
        with self._door.read(fund) as inside:
            for entry, hash_ in in_turn(inside, span):
                if digest is not None:
                    digest.add(hash_)
                yield entry

    def batch_at(self, fund: str, known_at: datetime) -> int:
        """The number of the newest batch that was recorded by a time, 0 where there is none."""
        with self._door.read(fund) as inside:
            return _last_batch(inside, known_at)[0]

    def live_of_kinds(self, fund: str, kinds: Collection[str]) -> tuple[Entry, ...]:
        """The entries in force of some kinds, in canonical order."""
        with self._door.read(fund) as inside:
            asked = ENTRY.c.kind.in_(sorted({*kinds, REVERSAL}))
            ours = (ENTRY.c.fund_id == inside.fund_id) & asked
            return in_order(_live_of(inside, ours))

    def live_named(self, fund: str, beginning: str) -> tuple[Entry, ...]:
        """The entries in force whose ids begin alike, in canonical order."""
        with self._door.read(fund) as inside:
            named = begins_with(ENTRY.c.id, beginning, inside.connection.dialect.name)
            ours = (ENTRY.c.fund_id == inside.fund_id) & named
            return in_order(_live_of(inside, ours))

    def all_entries(self, fund: str) -> tuple[Entry, ...]:
        """Every entry ever booked, reversals and what they took back too, as they arrived."""
        with self._door.read(fund) as inside:
            return tuple(entries_in(inside, live=False))

    def taken_back_after(self, fund: str, n: int) -> int:
        """How many of the entries after a number another entry takes back."""
        with self._door.read(fund) as inside:
            later = (ENTRY.c.fund_id == inside.fund_id) & (ENTRY.c.reverses_n > n)
            asked = select(func.count()).select_from(ENTRY).where(later)
            return int(inside.connection.execute(asked).scalar_one())

    def digest(self, fund: str) -> str:
        """SHA-256 over the live entries in canonical order: equal books, equal digests (P11)."""
        return books_digest(self.live_entries(fund))

    def altered(self, fund: str) -> tuple[str, ...]:
        """The ids of entries whose content no longer has the hash that was stored with them."""
        with self._door.read(fund) as inside:
            stored = inside.connection.execute(
                select(ENTRY.c.hash).where(ENTRY.c.fund_id == inside.fund_id).order_by(ENTRY.c.n)
            ).scalars()
            entries = entries_in(inside, live=False)
            return tuple(
                entry.id
                for entry, hash_ in zip(entries, stored, strict=True)
                if entry.hash != hash_
            )


def _live_of(inside: FundTransaction, ours: ColumnElement[bool]) -> list[Entry]:
    """The entries in force among those chosen: what takes one back is chosen with it."""
    rows = inside.connection.execute(select(ENTRY.c.n, ENTRY.c.reverses_n).where(ours))
    numbers = {row.n: row.reverses_n for row in rows}
    dead = {taken for taken in numbers.values() if taken is not None}
    live = sorted(n for n, taken in numbers.items() if taken is None and n not in dead)
    return [
        entry for chunk in in_chunks(live) for entry in entries_in(inside, live=True, numbers=chunk)
    ]


def books_digest(entries: Sequence[Entry]) -> str:
    """SHA-256 over the contents of entries that stand in canonical order."""
    digest = BooksDigest()
    for entry in entries:
        digest.add(entry.hash)
    return digest.hexdigest()


class BooksDigest:
    """The same over the hashes of entries as they come."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256(length_prefixed(b"books-1"))

    def add(self, hash_: str) -> None:
        """Take the hash of the next entry."""
        self._sha256.update(length_prefixed(hash_.encode()))

    def hexdigest(self) -> str:
        """The digest so far, in hex."""
        return self._sha256.hexdigest()


def reversal_of(entry: Entry, version: int) -> Entry:
    """The exact negation of an entry, at the same time; `version` counts the entries of its id."""
    postings = tuple(
        replace(
            posting,
            quantity=-posting.quantity,
            value=None if posting.value is None else -posting.value,
        )
        for posting in entry.postings
    )
    return replace(
        entry, id=f"{entry.id}~{version}", kind=REVERSAL, postings=postings, reverses=entry.id
    )


def live_in(inside: FundTransaction, until: datetime) -> tuple[Entry, ...]:
    """The entries in force before a time, in an open transaction, in canonical order."""
    return in_order(entries_in(inside, live=True, span=before(until)))


def known_in(
    inside: FundTransaction, until: datetime, known_at: datetime
) -> tuple[str, tuple[Entry, ...]]:
    """The newest link that was recorded by a time, and `live_in` of what was in force then."""
    _, last_n, link, _ = _last_batch(inside, known_at)
    found = entries_in(inside, live=True, span=before(until), until=last_n)
    return link, in_order(found)


def closed_until(inside: FundTransaction) -> datetime | None:
    """Where the closed time of a fund ends, which is its first open instant; None without any."""
    asked = select(func.max(PERIOD.c.until_time)).where(
        PERIOD.c.fund_id == inside.fund_id, PERIOD.c.status == "closed"
    )
    return optional_time(inside.connection.execute(asked).scalar_one())


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    given = list(entries)
    assert not any(entry.reverses for entry in given), "reversals are made by the journal"
    check_texts(given, [[entry.id for entry in given]])  # they are asked for before they are kept
    by_id = {entry.id: entry for entry in in_order(given)}
    if len(by_id) < len(given):
        twice = [id_ for id_, times in Counter(entry.id for entry in given).items() if times > 1]
        raise AssertionError(f"entries with the same id: {twice[:5]}")
    return by_id


def _known(
    inside: FundTransaction, ids: Sequence[str] | None, span: Span = ALL_TIMES
) -> dict[str, _Known]:
    """The newest entry of each id, of all ids of a span of time where none are named."""
    back = ENTRY.alias("back")
    taken_back = (back.c.fund_id == ENTRY.c.fund_id) & (back.c.reverses_n == ENTRY.c.n)
    asked = (
        select(ENTRY.c.id, ENTRY.c.n, ENTRY.c.version, ENTRY.c.hash, back.c.n)
        .select_from(ENTRY.outerjoin(back, taken_back))
        .where(ENTRY.c.fund_id == inside.fund_id, ENTRY.c.reverses_n.is_(None))
        # not by n, or a plan goes through the whole journal to have them in that order
        .order_by(ENTRY.c.id, ENTRY.c.version)
    )
    within = asked if span == ALL_TIMES else asked.where(in_span(span))
    if ids is None:
        parts = [within]
    elif inside.connection.dialect.name == POSTGRESQL:
        parts = [newest_by_id(inside.fund_id, ids)]
    else:
        # the ids as one parameter: a thousand marks take longer to put together than to look up
        given = select(func.json_each(json.dumps(ids)).table_valued("value").c.value)
        parts = [asked.where(ENTRY.c.id.in_(given))]
    known: dict[str, _Known] = {}
    for part in parts:
        for id_, n, version, hash_, reversal in inside.connection.execute(part):
            known[id_] = _Known(n, version, hash_, reversal is None)
    return known


def _write(
    inside: FundTransaction,
    given: Mapping[str, Entry],
    known: Mapping[str, _Known],
    vanished: Sequence[_Known],
) -> Written:
    changed: list[_Known] = []
    new: list[Entry] = []
    for id_, entry in given.items():
        old = known.get(id_)
        if old is not None and old.live:
            if old.hash == entry.hash:
                continue
            changed.append(old)
        new.append(entry)
    gone = sorted((*vanished, *changed), key=lambda old: old.n)
    _append_batch(inside, _reversals(inside, gone), _versions(new, known))
    return Written(len(given) - len(new), len(new), len(gone))


def _versions(new: Sequence[Entry], known: Mapping[str, _Known]) -> list[tuple[Entry, int]]:
    return [(entry, known[entry.id].version + 1 if entry.id in known else 1) for entry in new]


def _reversals(inside: FundTransaction, gone: Sequence[_Known]) -> list[tuple[Entry, int]]:
    taken: dict[int, Entry] = {}
    for chunk in in_chunks([old.n for old in gone]):
        entries = entries_in(inside, live=False, numbers=chunk)
        taken.update(zip(chunk, entries, strict=True))
    return [(reversal_of(taken[old.n], old.version), old.n) for old in gone]


def _append_batch(
    inside: FundTransaction,
    reversals: Sequence[tuple[Entry, int]],
    new: Sequence[tuple[Entry, int]],
) -> None:
    """Entries, then postings, then the row that seals them: the order the triggers ask for."""
    if not reversals and not new:
        return
    _refuse_closed_time(inside, [entry for entry, _ in (*reversals, *new)])
    number, last, previous, recorded_at = _last_batch(inside)
    fund_id, batch, first = inside.fund_id, number + 1, last + 1
    numbered = [
        *((entry, 1, reverses_n) for entry, reverses_n in reversals),
        *((entry, version, None) for entry, version in new),
    ]
    accounts = {
        id(posting.account): posting.account for entry, *_ in numbered for posting in entry.postings
    }
    places = {account.place for account in accounts.values()}
    ids = account_ids(inside.connection, fund_id, places)
    columns = columns_of(fund_id, batch, first, numbered, ids)
    insert_columns(inside.connection, ENTRY, columns.entries)
    insert_columns(inside.connection, POSTING, columns.postings)
    leaves = [
        leaf_of(n, version, reverses_n, hash_)
        for n, ((_, version, reverses_n), hash_) in enumerate(
            zip(numbered, columns.hashes, strict=True), first
        )
    ]
    # not before the last one, whose writer may have gone by another clock than the fund's
    now = inside.recorded_after([recorded_at - 1])
    _seal(inside, (batch, first, last + len(leaves), now), previous, leaves)


def _refuse_closed_time(inside: FundTransaction, entries: Iterable[Entry]) -> None:
    """Say so before the database does: its own refusal is no answer to a person."""
    until = closed_until(inside)
    for entry in entries:
        if until is not None and entry.time < until:
            raise PeriodLocked(
                f"{entry.reverses or entry.id} is dated {iso(entry.time)}, and the books are closed"
                f" until {iso(until)}: reopen the month, or book it later"
            )


def _seal(
    inside: FundTransaction,
    numbers: tuple[int, int, int, int],
    previous: str,
    leaves: Sequence[bytes],
) -> None:
    """Write the row that seals a batch; `numbers` as `seal_of` takes them."""
    number, first_n, last_n, recorded_at = numbers
    seal = seal_of(inside.fund, numbers, previous, leaves)
    inside.connection.execute(
        insert(BATCH).values(
            fund_id=inside.fund_id,
            number=number,
            first_n=first_n,
            last_n=last_n,
            recorded_at=recorded_at,
            leaves=seal.leaves,
            root=seal.root,
            previous=seal.previous,
            link=seal.link,
        )
    )


def _last_batch(
    inside: FundTransaction, known_at: datetime | None = None
) -> tuple[int, int, str, int]:
    """Number, last n, link and time of the newest batch, of those recorded by a time if given."""
    found = inside.connection.execute(
        select(BATCH.c.number, BATCH.c.last_n, BATCH.c.link, BATCH.c.recorded_at)
        .where(BATCH.c.fund_id == inside.fund_id, recorded_by(BATCH, known_at))
        .order_by(BATCH.c.number.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return 0, 0, NO_LINK, 0
    return int(found.number), int(found.last_n), str(found.link), int(found.recorded_at)
