"""The two times of a reading command enter; books, fund and the end of what is told leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api import figures, given
from api.cli.options import knowing, moment
from api.cli.output import say
from api.desk import Desk, open_desk
from api.naming import Naming
from ledger.books import Books
from ledger.model.activity import iso
from ledger.model.errors import BadInput
from ledger.model.fund import Fund


@dataclass(frozen=True, slots=True)
class Times:
    """When it stood (`as_of`) and when it was known (`known_at`), in UTC; None for now."""

    as_of: datetime | None
    known_at: datetime | None

    @property
    def until(self) -> datetime | None:
        """The earlier of both: what was said, decided or filed later is not told."""
        return given.earlier(self.as_of, self.known_at)

    def books(self, desk: Desk) -> Books:
        """The books as they stood at the one time, as they were known at the other."""
        return figures.as_of(desk.books(self.known_at), self.as_of)

    def fund(self, desk: Desk) -> Fund:
        """The fund with the policy and rules that were known."""
        return desk.fund_at(self.known_at)

    def refuse_file(self) -> None:
        """Refuse a time where a file is read in place of the books. Raises BadInput."""
        if self != NOW:
            raise BadInput("a file of returns has one time: --as-of and --known-at are of books")


NOW = Times(None, None)
_WORD: Final = "--known-at"


def times(as_of: str | None, known_at: str | None) -> Times:
    """The times of the options, `as_of` not in the future. Raises BadInput."""
    return Times(moment(as_of), knowing(known_at))


@contextmanager
def read_desk(db: str | None, fund: str | None, known_at: datetime | None) -> Iterator[Desk]:
    """The desk of a fund for one answer, as it was known at a time; None for now.

    Says on standard error as known at which time the answer is printed again at any later day.
    Raises BadInput for a time of the future.
    """
    with open_desk(db, fund) as desk:
        naming = Naming.begin(desk.store, desk.fund.name, known_at, _WORD)
        yield _read_after(desk)
        _say_name(naming)


@contextmanager
def read_at_present(
    db: str | None, fund: str | None, known_at: datetime | None
) -> Iterator[tuple[Desk, datetime]]:
    """The same for an answer that changes with the time of asking, which it is given."""
    with open_desk(db, fund) as desk:
        naming = Naming.begin(desk.store, desk.fund.name, known_at, _WORD).timed()
        assert naming.time is not None, "the answer changes with it"
        yield _read_after(desk), naming.time
        _say_name(naming)


def _read_after(desk: Desk) -> Desk:
    """The desk with its fund read again: what is read before the naming began has no name."""
    return Desk(desk.store, desk.store.funds.get(desk.fund.name))


def _say_name(naming: Naming) -> None:
    name = naming.name()
    if name is None:
        why = "more became known while" if naming.settled else "somebody may have written when"
        say(f"{why} this was read: ask again for a time that names it")
    elif name != naming.known_at:
        say(f"known at {iso(name)}")
