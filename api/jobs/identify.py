"""An entry and ids of lots → the identification that the fund keeps, checked against its books."""

import re
from collections.abc import Sequence
from typing import Final

from api.desk import Desk
from ledger.books import Books
from ledger.model.activity import iso
from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.model.errors import BadInput, NotFound, PeriodLocked
from ledger.model.fund import Identification

#: The number of a part that was split off an acquisition.
_PART: Final = re.compile(r"/\d+$", re.ASCII)


def identify(desk: Desk, entry: str, lots: Sequence[str]) -> Identification:
    """Keep which lots an entry takes its units of, in this order; the latest that is said counts.

    Raises NotFound for an entry or a lot that the books do not have, BadInput for a lot of what the
    entry does not give, and for one that is named twice, PeriodLocked where lots of closed time
    would be other ones.
    """
    if len(set(lots)) != len(lots):
        raise BadInput("a lot is named twice")
    books = desk.books()
    found = _found(books, entry)
    given = _given(found)
    known = _lots_of(books)
    for lot in lots:
        if lot not in known:
            raise NotFound(f"there is no lot {lot[:80]!r}")
        if known[lot] not in given:
            raise BadInput(f"the lot {lot!r} is {known[lot]}, which the entry does not give")
    name = desk.fund.name
    with desk.store.transaction(name) as inside:
        until = inside.periods.until(name)
        # by another method the books do not ask for it, and tax may
        named = inside.funds.get(name).policy.method_in(found.time.year) == "specific"
        if until is not None and found.time < until and named:
            raise PeriodLocked(
                f"{entry} is dated {iso(found.time)}, and the books are closed until {iso(until)}:"
                " its lots were reported; reopen the month"
            )
        return inside.identifications.add(name, entry, lots)


def _found(books: Books, entry: str) -> Entry:
    for booked in books.entries:
        if booked.id == entry:
            return booked
    raise NotFound(f"there is no entry {entry[:80]!r}")


def _given(entry: Entry) -> frozenset[AssetId]:
    """The assets of which units leave a place in an entry."""
    return frozenset(
        posting.asset
        for posting in entry.postings
        if posting.quantity < 0 and posting.role in {"dispose", "move"}
    )


def _lots_of(books: Books) -> dict[str, AssetId]:
    """Every lot that ever was, by its id and by that of its acquisition."""
    lots = {lot.id: lot.asset for lot in books.booking.open}
    lots |= {taken.lot: taken.asset for taken in books.booking.disposals if taken.lot}
    return lots | {_PART.sub("", lot): asset for lot, asset in lots.items()}
