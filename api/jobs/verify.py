"""A fund's desk → its stored journal found to be what was sealed and what the evidence gives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.model.entry import Entry, in_order
from ledger.model.errors import BadInput, VerificationFailed

if TYPE_CHECKING:
    from api.desk import Desk


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found to hold: seals up to a head, closed months, where asked the digest rebuilt."""

    fund: str
    entries: int
    batches: int
    head: str
    periods: int = 0
    rebuilt: str | None = None


def verified(desk: "Desk", noted: str | None, *, rebuild: bool) -> Verified:
    """Verify the seals and the closed months; with `noted`, a link printed before, that it holds.

    `rebuild` keeps the books again from the evidence, in memory, and compares the entries in force
    with them. Raises VerificationFailed with the first difference, BadInput where `noted` is no
    link.
    """
    if noted is not None and not re.fullmatch("[0-9a-f]{64}", noted):
        raise BadInput(f"{noted!r} is no link: a link has 64 hexadecimal digits")
    fund = desk.fund.name
    head = desk.store.seals.verify(fund, noted)
    periods = desk.store.periods.verify(fund)
    digest = _rebuilt(desk) if rebuild else None
    return Verified(fund, head.entries, head.batches, head.link, periods, digest)


def _rebuilt(desk: "Desk") -> str:
    from ledger.store import books_digest

    rebuilt = in_order(desk.books().entries)
    kept = desk.store.journal.live_entries(desk.fund.name)
    if books_digest(kept) != books_digest(rebuilt):
        raise VerificationFailed(_first_difference(kept, rebuilt))
    return books_digest(rebuilt)


def _first_difference(kept: Sequence[Entry], rebuilt: Sequence[Entry]) -> str:
    before, after = ({entry.id: entry for entry in each} for each in (kept, rebuilt))
    for entry in in_order({**before, **after}.values()):
        in_books, found = before.get(entry.id), after.get(entry.id)
        if in_books is None:
            return f"entry {entry.id} follows from the evidence and is not in force in the journal"
        if found is None:
            return f"entry {entry.id} is in force in the journal and follows from no evidence"
        if in_books.hash != found.hash:
            return f"entry {entry.id}: the evidence gives another {_changed(in_books, found)}"
    return "entries in force stand in another order than those that the evidence gives"


def _changed(one: Entry, other: Entry) -> str:
    names = [
        name for name in Entry.__dataclass_fields__ if getattr(one, name) != getattr(other, name)
    ]
    return ", ".join(names)
