"""An entry and ids of lots → the identification that the fund keeps, checked against its books."""

import re
from collections.abc import Sequence
from typing import Final

from api.desk import Desk
from ledger.books import Books
from ledger.model.asset import AssetId
from ledger.model.errors import BadInput, NotFound
from ledger.model.fund import Identification

#: The number of a part that was split off an acquisition.
_PART: Final = re.compile(r"/\d+$", re.ASCII)


def identify(desk: Desk, entry: str, lots: Sequence[str]) -> Identification:
    """Keep which lots an entry takes its units of, in this order; the latest that is said counts.

    Raises NotFound for an entry or a lot that the books do not have, BadInput for a lot of what the
    entry does not give, and for one that is named twice.
    """
    if len(set(lots)) != len(lots):
        raise BadInput("a lot is named twice")
    books = desk.books()
    given = _given(books, entry)
    known = _lots_of(books)
    for lot in lots:
        if lot not in known:
            raise NotFound(f"there is no lot {lot[:80]!r}")
        if known[lot] not in given:
            raise BadInput(f"the lot {lot!r} is {known[lot]}, which the entry does not give")
    return desk.store.identifications.add(desk.fund.name, entry, lots)


def _given(books: Books, entry: str) -> frozenset[AssetId]:
    """The assets of which units leave a place in an entry."""
    for booked in books.entries:
        if booked.id == entry:
            return frozenset(
                posting.asset
                for posting in booked.postings
                if posting.quantity < 0 and posting.role in {"dispose", "move"}
            )
    raise NotFound(f"there is no entry {entry[:80]!r}")


def _lots_of(books: Books) -> dict[str, AssetId]:
    """Every lot that ever was, by its id and by that of its acquisition."""
    lots = {lot.id: lot.asset for lot in books.booking.open}
    lots |= {taken.lot: taken.asset for taken in books.booking.disposals if taken.lot}
    return lots | {_PART.sub("", lot): asset for lot, asset in lots.items()}
