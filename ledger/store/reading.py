"""Rows of the journal leave as entries: all of a span at once, or a long journal part by part."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, CursorResult, Select, select

from ledger.model.activity import Order
from ledger.model.entry import Account, Entry, Posting
from ledger.store.bulk import in_chunks
from ledger.store.engine import FundTransaction
from ledger.store.entry_rows import accounts_of, entry_of, posting_of, postings_as_texts
from ledger.store.tables import ENTRY, POSTING
from ledger.store.times import ALL_TIMES, Span

#: A row as the driver gives it, in the order of the table: of an entry n is the second cell, the
#: last two are what it reverses and its hash.
Cells = tuple[Any, ...]
_N: Final = itemgetter(1)
#: The five cells of an entry's order.
_ORDER: Final = slice(7, 12)

#: So many entries of a long journal are read at once.
AT_ONCE: Final = 5_000
#: So many numbers in between are read along sooner than that the database is asked again.
_GAP: Final = 32


def entries_in(
    inside: FundTransaction,
    *,
    live: bool,
    numbers: Sequence[int] | None = None,
    span: Span = ALL_TIMES,
    until: int | None = None,
) -> list[Entry]:
    """Entries with their postings in the order of n: the live ones, the numbered ones, or all.

    `until` leaves out what arrived after that n, and with it what it took back.
    """
    heads = select(ENTRY).where(ENTRY.c.fund_id == inside.fund_id)
    lines = postings_as_texts().where(POSTING.c.fund_id == inside.fund_id)
    if numbers is not None:
        heads = heads.where(ENTRY.c.n.in_(numbers))
        lines = lines.where(POSTING.c.n.in_(numbers))
    if span != ALL_TIMES:
        heads = heads.where(in_span(span))
    if until is not None:
        heads = heads.where(ENTRY.c.n <= until)
        lines = lines.where(POSTING.c.n <= until)
    accounts = accounts_of(inside.connection, inside.fund_id)
    rows = _in_order_of_n(inside, heads)
    if span == ALL_TIMES:
        found = inside.connection.execute(lines.order_by(POSTING.c.n, POSTING.c.seq))
        return [entry for entry, _, _ in _joined(rows, found, accounts, live=live)]
    return [entry for entry, _, _ in _joined(rows, _lines_of(inside, rows), accounts, live=live)]


def in_turn(inside: FundTransaction, span: Span = ALL_TIMES) -> Iterator[tuple[Entry, str]]:
    """The live entries of a span in canonical order, each with the hash that is stored with it.

    Entries of one time are never parted: what takes an entry back has the time of that entry.
    """
    for part in _live_parts(inside, span):
        yield from [(entry, hash_) for entry, hash_, _ in part]


def hashes_in_turn(inside: FundTransaction) -> Iterator[str]:
    """The hashes that are stored with the live entries, in canonical order; no posting is read."""
    for part in _parts(inside, ALL_TIMES):
        ours = (ENTRY.c.fund_id == inside.fund_id) & in_span(part)
        rows = _plain(inside.connection.execute(select(ENTRY).where(ours)))
        dead = _dead(rows)
        live = sorted((row for row in rows if row[1] not in dead), key=_place_of_row)
        yield from [row[-1] for row in live]


def numbered_in_turn(inside: FundTransaction) -> Iterator[tuple[int, Entry]]:
    """All live entries in canonical order, each with its number."""
    for part in _live_parts(inside, ALL_TIMES):
        yield from [(n, entry) for entry, _, n in part]


def numbered_entries(inside: FundTransaction, numbers: Sequence[int]) -> list[tuple[int, Entry]]:
    """The entries of these numbers, wherever in the journal they stand, live or not."""
    accounts = accounts_of(inside.connection, inside.fund_id)
    found: list[tuple[int, Entry]] = []
    for chunk in in_chunks(numbers):
        ours = (ENTRY.c.fund_id == inside.fund_id) & ENTRY.c.n.in_(chunk)
        theirs = (POSTING.c.fund_id == inside.fund_id) & POSTING.c.n.in_(chunk)
        rows = _in_order_of_n(inside, select(ENTRY).where(ours))
        asked = postings_as_texts().where(theirs).order_by(POSTING.c.n, POSTING.c.seq)
        lines = _plain(inside.connection.execute(asked))
        found += [(n, entry) for entry, _, n in _joined(rows, lines, accounts, live=False)]
    return found


def _live_parts(inside: FundTransaction, span: Span) -> Iterator[list[tuple[Entry, str, int]]]:
    """Live entries of a span in canonical order, some thousands at a time."""
    accounts = accounts_of(inside.connection, inside.fund_id)
    ours = ENTRY.c.fund_id == inside.fund_id
    for part in _parts(inside, span):
        rows = _in_order_of_n(inside, select(ENTRY).where(ours, in_span(part)))
        found = _joined(rows, _lines_of(inside, rows), accounts, live=True)
        yield sorted(found, key=_place)


def in_span(span: Span) -> ColumnElement[bool]:
    """Whether an entry has its place in a span of time."""
    return (ENTRY.c.order_time >= span[0]) & (ENTRY.c.order_time < span[1])


def _parts(inside: FundTransaction, span: Span) -> Iterator[Span]:
    """Spans that follow each other, each with some thousands of entries."""
    start, end = span
    times = select(ENTRY.c.order_time).where(ENTRY.c.fund_id == inside.fund_id)
    times = times.order_by(ENTRY.c.order_time).limit(1)
    while start < end:
        ahead = times.where(ENTRY.c.order_time >= start).offset(AT_ONCE)
        until = inside.connection.execute(ahead).scalar_one_or_none()
        if until == start:  # more than that at one instant
            until = inside.connection.execute(times.where(ENTRY.c.order_time > start)).scalar()
        until = end if until is None else min(until, end)
        yield start, until
        start = until


def _in_order_of_n(inside: FundTransaction, heads: Select[Any]) -> Sequence[Cells]:
    """Rows of entries; asked for in that order SQLite would go through the whole journal for it."""
    return sorted(_plain(inside.connection.execute(heads)), key=_N)


def _plain(found: CursorResult[Any]) -> Sequence[Cells]:
    """Rows as the driver gives them: texts and numbers need no more, and there are millions."""
    rows: Sequence[Cells] = found.cursor.fetchall()
    return rows


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers in ascending order as first and last of runs that leave few out.

    Entries mostly arrive in the order of the books: one run has them all. To join them by time a
    database may go through all postings.
    """
    first = last = None
    for n in numbers:
        if first is None or last is None:
            first = n
        elif n - last > _GAP:
            yield first, last
            first = n
        last = n
    if first is not None and last is not None:
        yield first, last


def _lines_of(inside: FundTransaction, rows: Sequence[Cells]) -> Iterator[Cells]:
    """The postings of entries, those of some others among them."""
    asked = postings_as_texts().order_by(POSTING.c.n, POSTING.c.seq)
    for run in _runs([row[1] for row in rows]):
        ours = (POSTING.c.fund_id == inside.fund_id) & POSTING.c.n.between(*run)
        yield from _plain(inside.connection.execute(asked.where(ours)))


def _joined(
    rows: Sequence[Cells],
    lines: Iterable[Cells],
    accounts: Mapping[int, Account],
    *,
    live: bool,
) -> list[tuple[Entry, str, int]]:
    """Entries of their rows and postings, with hash and number; lines of others are skipped."""
    dead = _dead(rows)
    postings: dict[int, list[Posting]] = {
        row[1]: [] for row in rows if not live or row[1] not in dead
    }
    for line in lines:
        own = postings.get(line[0])
        if own is not None:
            own.append(posting_of(line, accounts))
    return [
        (entry_of(row, tuple(own)), row[-1], row[1])
        for row in rows
        if (own := postings.get(row[1])) is not None
    ]


def _dead(rows: Iterable[Cells]) -> set[int]:
    """Numbers of entries that take others back, and of those."""
    return {n for row in rows if row[-2] is not None for n in (row[1], row[-2])}


def _place_of_row(row: Cells) -> tuple[Cells, int, str]:
    """Where the entry of a row stands in the books."""
    return row[_ORDER], len(row[3]), row[3]


def _place(found: tuple[Entry, str, int]) -> tuple[Order, int, str]:
    entry = found[0]
    return entry.order, len(entry.id), entry.id
