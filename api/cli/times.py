"""The two times of a reading command enter; books, fund and the end of what is told leave."""

from dataclasses import dataclass
from datetime import datetime

from api import figures, given
from api.cli.options import knowing, moment
from api.desk import Desk
from ledger.books import Books
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
    """The times of the options, neither in the future. Raises BadInput."""
    return Times(moment(as_of), knowing(known_at))
