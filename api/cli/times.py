"""The two times of a reading command enter; books, fund and the end of what is told leave."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from api import figures, given
from api.cli.options import knowing, moment
from api.cli.output import say
from api.desk import Desk, open_desk
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


def times(as_of: str | None, known_at: str | None) -> Times:
    """The times of the options, `as_of` not in the future. Raises BadInput."""
    return Times(moment(as_of), knowing(known_at))


@contextmanager
def read_desk(db: str | None, fund: str | None, known_at: datetime | None) -> Iterator[Desk]:
    """The desk of a fund for one answer, as it was known at a time; None for now.

    Says on standard error as known at which time the answer is printed again at any later day.
    Raises BadInput for a time of the future.
    """
    with open_desk(db, fund) as desk, _named(desk, known_at, desk.last_recorded):
        yield desk


@contextmanager
def read_present(
    db: str | None, fund: str | None, known_at: datetime | None
) -> Iterator[tuple[Desk, datetime]]:
    """The same for an answer that changes with the time of asking, which it is given."""
    with open_desk(db, fund) as desk, _named(desk, known_at, desk.present) as moment_of_asking:
        yield desk, moment_of_asking


@contextmanager
def _named(
    desk: Desk, known_at: datetime | None, name: Callable[[], datetime]
) -> Iterator[datetime]:
    begun = desk.last_recorded()
    given.refuse_later("--known-at", known_at, begun)
    named = name() if known_at is None else known_at
    yield named
    if known_at is not None:
        return
    if desk.last_recorded() == begun:
        say(f"known at {iso(named)}")
    else:
        say("more became known while this was read: ask again for a time that names it")
