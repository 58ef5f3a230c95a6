"""Committed batches of a journal enter sealed; whether they still are what was sealed leaves (P4).

A batch has one *link*: SHA-256 over the fund's name, the batch's numbers and time, the Merkle root
of its entries (RFC 6962: SHA-256, 0x00 before a leaf, 0x01 before a node) and the link before it.
A leaf covers what an entry's own hash does not: its number, version and what it takes back. The
batch keeps its leaves too, so that the first entry that differs can be named. The newest link, the
*head*, is kept once more by the database itself; who writes to the file can move that as well, so
compare it with one that was noted elsewhere.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Result, Row, Select, select

from ledger.model.content import content_hash, encoded_place, encoded_postings
from ledger.model.encoded import LENGTHS, encoded, encoded_again
from ledger.model.errors import VerificationFailed
from ledger.model.evidence import content_id
from ledger.store.engine import Door, FundTransaction
from ledger.store.entry_rows import postings_as_texts
from ledger.store.tables import ACCOUNT, BATCH, ENTRY, JOURNAL_HEAD, POSTING

#: What stands in the place of the link before a fund's first batch.
NO_LINK: Final = "0" * 64
_LEAF_BYTES: Final = 32
_LEAF: Final = encoded("leaf-1")
#: Rows fetched at a time: what is held in memory does not grow with the journal.
_ROWS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Head:
    """Where a fund's chain of seals stands: entries and batches so far, and the newest link."""

    entries: int
    batches: int
    link: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What a batch is sealed with: the leaves of its entries in order, their root, the links."""

    leaves: bytes
    root: str
    previous: str
    link: str


def leaf_of(n: int, version: int, reverses_n: int | None, content: str) -> bytes:
    """The leaf of an entry: its place in the journal, and the hash of its content in hex."""
    number, times = str(n), str(version)
    back = "" if reverses_n is None else str(reverses_n)
    data = (
        f"{_LEAF}{LENGTHS[len(number)]}{number}{LENGTHS[len(times)]}{times}"
        f"{LENGTHS[len(back)]}{back}{LENGTHS[len(content)]}{content}"
    )
    return hashed_leaf(data.encode("latin-1"))


def hashed_leaf(data: bytes) -> bytes:
    """The leaf hash of RFC 6962, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The tree hash of RFC 6962 over leaf hashes; the last of an odd level rises as it is."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    sha256 = hashlib.sha256
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0]


def seal_of(
    fund: str, numbers: tuple[int, int, int, int], previous: str, leaves: Sequence[bytes]
) -> Seal:
    """The seal of a batch; `numbers` are its own, its first and last n, and when it was recorded.

    `recorded_at` is in microseconds since 1970; leaves are the 32 bytes of `leaf_of`.
    """
    number, first_n, last_n, recorded_at = numbers
    root = merkle_root(leaves).hex()
    parts = (
        *(fund, str(number), str(first_n), str(last_n)),
        *(root, previous, str(recorded_at)),
    )
    link = content_id(b"link-1", *(part.encode() for part in parts))
    return Seal(b"".join(leaves), root, previous, link)


class Seals:
    """The seals of each fund's journal."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def head(self, fund: str) -> Head:
        """Where the chain stands, as stored; nothing is checked."""
        with self._door.read(fund) as inside:
            newest = _batches(inside).order_by(None).order_by(BATCH.c.number.desc()).limit(1)
            row = inside.connection.execute(newest).one_or_none()
        return Head(0, 0, NO_LINK) if row is None else Head(row.last_n, row.number, row.link)

    def verify(self, fund: str, noted: str | None = None) -> Head:
        """Read the journal from its beginning and compare it with its seals.

        Raises VerificationFailed, which names the first entry or batch that is tampered with,
        missing, out of order or foreign, and what of it differs. With `noted`, a link that was
        printed before, that link must be part of the chain.
        """
        with (
            self._door.read(fund) as inside,
            _streamed(inside, _entries(inside)) as entries,
            _streamed(inside, _postings(inside)) as postings,
        ):
            return _Verification(inside, entries, postings).run(noted)


class _Verification:
    """One reading of a fund's journal: batches, entries and postings side by side."""

    def __init__(
        self, inside: FundTransaction, entries: Result[Any], postings: Result[Any]
    ) -> None:
        self._inside = inside
        self._accounts = {
            row.id: (row.type, row.name, row.wallet)
            for row in inside.connection.execute(
                select(ACCOUNT).where(ACCOUNT.c.fund_id == inside.fund_id)
            )
        }
        self._places = {id_: encoded_place(place) for id_, place in self._accounts.items()}
        self._unused = set(self._accounts)
        self._recorded_at: int | None = None
        self._entries = _Peeking(iter(entries))
        self._postings = _Peeking(iter(postings))

    def run(self, noted: str | None) -> Head:
        head = Head(0, 0, NO_LINK)
        noted_found = noted is None or noted == head.link
        for batch in self._inside.connection.execute(_batches(self._inside)).all():
            head = self._batch(batch, head)
            noted_found = noted_found or noted == head.link
        self._nothing_behind(head)
        self._head_kept(head)
        if not noted_found:
            raise VerificationFailed(
                f"the link {noted} is no part of the journal: batches are missing, or it was"
                f" written anew; it has {head.batches} batches and ends with {head.link}"
            )
        return head

    def _batch(self, batch: Row[Any], head: Head) -> Head:
        if batch.number != head.batches + 1:
            raise VerificationFailed(
                f"batch {head.batches + 1} (from n {head.entries + 1}) is missing:"
                f" batch {batch.number} stands in its place"
            )
        fault = _fault_of(batch, self._inside.fund, head, self._recorded_at)
        if fault:
            raise VerificationFailed(f"batch {batch.number} (from n {head.entries + 1}): {fault}")
        leaves = _leaves(batch)
        for n, sealed in enumerate(leaves, batch.first_n):
            row = self._entries.take()
            if row is None or row.n > n:
                raise VerificationFailed(f"entry n={n} of batch {batch.number} is missing")
            if row.n < n:
                raise VerificationFailed(
                    f"entry n={row.n} (id {row.id}) is foreign: no batch sealed it"
                )
            self._entry(row, batch, leaves, sealed)
        self._recorded_at = batch.recorded_at
        return Head(batch.last_n, batch.number, batch.link)

    def _entry(
        self, row: Row[Any], batch: Row[Any], leaves: Sequence[bytes], sealed: bytes
    ) -> None:
        name = f"entry n={row.n} (id {row.id})"
        content, fault = self._content(row)
        if fault:
            raise VerificationFailed(f"{name}: {fault}")
        found = leaf_of(row.n, row.version, row.reverses_n, content)
        if found == sealed:
            if row.hash != content:
                raise VerificationFailed(f"{name}: its stored hash differs from its content's")
            if row.batch != batch.number:
                raise VerificationFailed(
                    f"{name}: it says batch {row.batch}, batch {batch.number} sealed it"
                )
            return
        if row.hash != content:
            raise VerificationFailed(
                f"{name}: its fields, postings or accounts are not those that were sealed:"
                f" the hash of its content is {content}, not {row.hash}"
            )
        raise VerificationFailed(f"{name}: {_other_place(row, content, batch.first_n, leaves)}")

    def _content(self, row: Row[Any]) -> tuple[str, str]:
        """The hash of an entry's rows as they are stored, and what is wrong with its postings."""
        fronts: list[str] = []
        quantities: list[str] = []
        roles: list[str] = []
        values: list[str | None] = []
        while (line := self._postings.peek()) is not None and line.n <= row.n:
            self._postings.take()
            if line.n < row.n:
                return "", f"before it stands posting {line.seq} of n={line.n}, which has no entry"
            if line.seq != len(fronts) + 1:
                return "", f"posting {len(fronts) + 1} is missing, {line.seq} stands there"
            place = self._places.get(line.account_id)
            if place is None:
                return "", f"the account of posting {line.seq} is missing"
            self._unused.discard(line.account_id)
            if not line.quantity.isascii() or not (line.value or "").isascii():
                return "", f"a number of posting {line.seq} is none"
            fronts.append(place + encoded_again(line.asset))
            quantities.append(line.quantity)
            roles.append(encoded_again(line.role))
            values.append(line.value)
        order = (row.order_time, row.order_network, row.order_block, row.order_index, row.order_id)
        names = (row.protocol, row.strategy, row.group_id, row.txid, row.network, row.called)
        head = (row.id, row.kind, row.time, order, *names, row.note, row.reverses)
        evidence = row.evidence.split(" ") if row.evidence else ()
        return content_hash(head, evidence, encoded_postings(fronts, quantities, roles, values)), ""

    def _nothing_behind(self, head: Head) -> None:
        row, line = self._entries.take(), self._postings.take()
        if row is not None:
            raise VerificationFailed(
                f"entry n={row.n} (id {row.id}) is foreign: no batch after batch"
                f" {head.batches} seals it, or batch {head.batches + 1} is missing"
            )
        if line is not None:
            raise VerificationFailed(
                f"entry n={line.n} is missing or foreign: posting {line.seq} has no entry"
            )
        if self._unused:
            lowest = min(self._unused)
            path = ":".join(self._accounts[lowest][:2])
            raise VerificationFailed(f"account {lowest} ({path}) is foreign: no posting uses it")

    def _head_kept(self, head: Head) -> None:
        this = JOURNAL_HEAD.c.fund_id == self._inside.fund_id
        kept = self._inside.connection.execute(select(JOURNAL_HEAD).where(this)).one_or_none()
        known = (0, NO_LINK, None) if kept is None else (kept.batch, kept.link, kept.open_after)
        if known[0] > head.batches:
            raise VerificationFailed(
                f"batch {head.batches + 1} (from n {head.entries + 1}) is missing: the journal"
                f" had {known[0]} batches and ended with {known[1]}"
            )
        if known != (head.batches, head.link, None):
            still = "" if known[2] is None else f" and open after n={known[2]}"
            raise VerificationFailed(
                f"the head that is kept differs: batch {known[0]} with {known[1]}{still}, the"
                f" journal ends with batch {head.batches} and {head.link}"
            )


class _Peeking:
    """Rows of a stream one by one, the next of which can be looked at first."""

    def __init__(self, rows: Iterator[Row[Any]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def peek(self) -> Row[Any] | None:
        return self._next

    def take(self) -> Row[Any] | None:
        taken, self._next = self._next, next(self._rows, None)
        return taken


def _leaves(batch: Row[Any]) -> list[bytes]:
    stored = bytes(batch.leaves)
    return [stored[start : start + _LEAF_BYTES] for start in range(0, len(stored), _LEAF_BYTES)]


def _fault_of(batch: Row[Any], fund: str, head: Head, recorded_at: int | None) -> str:
    """What of a batch's row is not as it was sealed; empty where all of it is.

    `recorded_at` is when the batch before it was recorded, None of the first.
    """
    leaves = _leaves(batch)
    last = head.entries + len(leaves)
    if (batch.first_n, batch.last_n) != (head.entries + 1, last):
        return (
            f"first or last n differs: it says n {batch.first_n} to {batch.last_n}, n"
            f" {head.entries + 1} to {last} was sealed"
        )
    if batch.previous != head.link:
        return f"its previous link is {batch.previous}, the link before it {head.link}"
    numbers = (batch.number, batch.first_n, batch.last_n, batch.recorded_at)
    seal = seal_of(fund, numbers, head.link, leaves)
    if seal.root != batch.root:
        return f"root or leaves differ: its leaves have the root {seal.root}, not {batch.root}"
    if seal.link != batch.link:
        return (
            "the link, the time of recording or the name of the fund differs: the link follows"
            f" as {seal.link}, not {batch.link}"
        )
    if recorded_at is not None and batch.recorded_at < recorded_at:
        return "it says that it was recorded before the batch before it"
    return ""


def _other_place(row: Row[Any], content: str, first: int, leaves: Sequence[bytes]) -> str:
    """Where in its batch an entry was sealed that does not stand at its place."""
    for n, sealed in enumerate(leaves, first):
        if leaf_of(n, row.version, row.reverses_n, content) == sealed:
            return f"it is out of order: it was sealed as n={n}"
    return (
        "it is not the one that was sealed at this number: its version or what it takes back"
        " differs, it belongs elsewhere, or it is foreign"
    )


def _batches(inside: FundTransaction) -> Select[Any]:
    return select(BATCH).where(BATCH.c.fund_id == inside.fund_id).order_by(BATCH.c.number)


def _entries(inside: FundTransaction) -> Select[Any]:
    return select(ENTRY).where(ENTRY.c.fund_id == inside.fund_id).order_by(ENTRY.c.n)


def _postings(inside: FundTransaction) -> Select[Any]:
    this = POSTING.c.fund_id == inside.fund_id
    return postings_as_texts().where(this).order_by(POSTING.c.n, POSTING.c.seq)


def _streamed(inside: FundTransaction, query: Select[Any]) -> Result[Any]:
    return inside.connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
