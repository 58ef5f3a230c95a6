"""The journal kept: saved to and loaded from a database, hashed, printed and read back."""

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from benchmarks import samples
from benchmarks.figure import Figure, against
from ledger.journal.text import print_journal, read_journal
from ledger.model.activity import microseconds
from ledger.model.entry import Entry
from ledger.model.fund import Fund
from ledger.store import open_store

WHAT = {
    "journal_save": "a posting saved to SQLite with its share of entry, hash, accounts and batch "
    "(20,000 postings, one transaction, `synchronous=FULL`); floor: `executemany` of the same rows "
    "into bare tables",
    "journal_load": "a posting read back into checked entries; floor: the same rows as tuples, "
    "with integers",
    "journal_hash": "the hash of an entry's content (P4); floor: SHA-256 of the same bytes",
    "journal_print": "an entry as journal text; floor: `json.dumps` of the same content",
    "journal_read": "an entry read from journal text; floor: `json.loads` of the same content",
}

_POSTINGS = 20_000
_FUND = "bench"


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    entries = _with_postings(_POSTINGS // share)
    yield from _database(entries)
    yield from _hash(entries)
    yield from _text(entries)


def _with_postings(wanted: int) -> tuple[Entry, ...]:
    """The first entries that have so many postings together."""
    found = 0
    every = samples.entries(wanted)
    for number, entry in enumerate(every):
        found += len(entry.postings)
        if found >= wanted:
            return every[: number + 1]
    return every


def _database(entries: Sequence[Entry]) -> Iterator[Figure]:
    postings = sum(len(entry.postings) for entry in entries)
    rows = _rows(entries)
    with tempfile.TemporaryDirectory() as folder:
        names = count()

        def save() -> None:
            with open_store(f"sqlite:///{folder}/{next(names)}.db") as store:
                store.funds.create(Fund(_FUND))
                store.journal.append(_FUND, entries)

        def bare_save() -> None:
            _bare_save(Path(folder) / f"{next(names)}.bare", rows)

        yield against("journal_save", save, bare_save, postings, "posting")
        bare = Path(folder) / "load.bare"
        _bare_save(bare, rows)
        with open_store(f"sqlite:///{folder}/load.db") as store:
            store.funds.create(Fund(_FUND))
            store.journal.append(_FUND, entries)

            def load() -> None:
                assert len(store.journal.live_entries(_FUND)) == len(entries)

            def bare_load() -> None:
                _bare_load(bare)

            yield against("journal_load", load, bare_load, postings, "posting")


_Rows = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


def _rows(entries: Sequence[Entry]) -> _Rows:
    """Entries and postings as a bare table would hold them."""
    heads: list[tuple[object, ...]] = []
    lines: list[tuple[object, ...]] = []
    for n, entry in enumerate(entries, 1):
        heads.append(
            (
                *(n, entry.id, entry.kind, microseconds(entry.time), *entry.order),
                *(*entry.evidence, entry.strategy, entry.txid, entry.network, entry.hash),
            )
        )
        lines += [
            (
                *(n, seq, posting.account.path, posting.asset, str(posting.quantity)),
                *(posting.role, None if posting.value is None else str(posting.value)),
            )
            for seq, posting in enumerate(entry.postings, 1)
        ]
    return heads, lines


def _bare_save(path: Path, rows: _Rows) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    with connection:
        for name, cells in zip(("entry", "posting"), rows, strict=True):
            columns = ", ".join(f"c{at}" for at in range(len(cells[0])))
            connection.execute(f"CREATE TABLE {name} ({columns})")
            marks = ", ".join("?" * len(cells[0]))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", cells)  # noqa: S608
    connection.close()


def _bare_load(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("SELECT * FROM entry").fetchall()
    for row in connection.execute("SELECT * FROM posting"):
        int(row[4])
        if row[6] is not None:
            int(row[6])
    connection.close()


def _hash(entries: Sequence[Entry]) -> Iterator[Figure]:
    contents = [_content(entry) for entry in entries]
    assert all(
        hashlib.sha256(content).hexdigest() == entry.hash
        for content, entry in zip(contents, entries, strict=True)
    ), "the floor hashes what the journal hashes"

    def hashed() -> None:
        for entry in entries:
            _ = entry.hash

    def bare() -> None:
        for content in contents:
            hashlib.sha256(content).hexdigest()

    yield against("journal_hash", hashed, bare, len(entries), "entry")


def _content(entry: Entry) -> bytes:
    """The length-prefixed bytes of an entry, as P4 says."""
    head = [entry.id, entry.kind, str(microseconds(entry.time)), *map(str, entry.order)]
    head += map(_optional, (entry.protocol, entry.strategy, entry.group))
    head += [entry.txid, entry.network, entry.called, entry.note, _optional(entry.reverses)]
    head += [str(len(entry.evidence)), *entry.evidence, str(len(entry.postings))]
    for posting in entry.postings:
        account = posting.account
        head += [account.type, account.name, account.wallet or ""]
        value = None if posting.value is None else str(posting.value)
        head += [posting.asset, str(posting.quantity), posting.role, _optional(value)]
    parts = [b"entry-2", *(text.encode() for text in head)]
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _optional(text: str | None) -> str:
    return "" if text is None else f"={text}"


def _text(entries: Sequence[Entry]) -> Iterator[Figure]:
    text = print_journal(entries)
    heads, lines = _rows(entries)
    dumped = [json.dumps(row) for row in (*heads, *lines)]
    assert read_journal(text) == tuple(entries), "what is printed is read back to the same values"

    def printed() -> None:
        print_journal(entries)

    def bare_print() -> None:
        for row in (*heads, *lines):
            json.dumps(row)

    def read_back() -> None:
        read_journal(text)

    def bare_read() -> None:
        for row in dumped:
            json.loads(row)

    pairs: tuple[tuple[str, Callable[[], None], Callable[[], None]], ...] = (
        ("journal_print", printed, bare_print),
        ("journal_read", read_back, bare_read),
    )
    for name, work, floor in pairs:
        yield against(name, work, floor, len(entries), "entry")
