"""An id of the books → where it comes from: entry, postings, evidence, transaction or file row."""

from collections.abc import Callable, Iterator
from typing import Any

from api import views
from ledger.books import Books
from ledger.model.entry import Entry
from ledger.model.errors import NotFound
from ledger.model.evidence import EvidenceId

Row = dict[str, Any]


def traced(books: Books, identity: str, evidence: Callable[[EvidenceId], Row]) -> Row:
    """Entries behind an entry's, lot's, disposal's, trade's or transaction's id, with evidence.

    Raises NotFound.
    """
    found = _entries(books, identity)
    if not found:
        raise NotFound(
            f"no entry, lot, disposal, group or transaction has the id {identity[:80]!r}"
        )
    return {
        "id": identity,
        "entries": [
            views.entry_row(entry, books.assets)
            | {"sources": [evidence(proof) for proof in entry.evidence]}
            for entry in found
        ],
    }


def trace_lines(found: Row) -> Iterator[str]:
    """The same as lines for people."""
    for entry in found["entries"]:
        yield f"{entry['time']} {entry['kind']} {entry['id']}"
        for posting in entry["postings"]:
            value = posting["value"]
            worth = "" if value is None else f"  worth {value}"
            yield f"  {posting['account']}  {posting['quantity']} {posting['asset']}{worth}"
        for source in entry["sources"]:
            if source["kind"] == "transaction":
                yield f"  from transaction {source['txid']} on {source['network']}"
            elif source["kind"] == "statement":
                yield f"  from {source['file']} line {source['line']} ({source['venue']})"
            elif source["kind"] == "balance":
                yield f"  from the balance at block {source['block']} that {source['host']} said"
            elif source["kind"] == "manual":
                yield f"  from manual journal {source['id']}: {source['reason']}"
                yield f"    proposed {source['proposed_at']} by {source['maker']}"
                yield f"    approved {source['decided_at']} by {source['checker']}"
        yield ""


def _entries(books: Books, identity: str) -> list[Entry]:
    wanted = {identity}
    for disposal in books.booking.disposals:
        if identity in {disposal.id, disposal.lot}:
            wanted.add(disposal.entry)
    for lot in books.booking.open:
        if lot.id == identity:
            wanted.add(lot.entry)
    lower = identity.lower()
    return [
        entry
        for entry in books.entries
        if entry.id in wanted
        or entry.group == identity
        or (entry.txid and entry.txid.lower() == lower)
        or identity in entry.evidence
    ]
