"""A fund and the time as known at which it is read enter; the time that names the answer leaves.

An answer is named by a time: as known at it, the same question has the same answer at any later
day (P9). That is when anything of the fund was recorded last, as long as nothing was recorded while
the answer was made.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from api.desk import now
from api.given import refuse_later
from ledger.store import Store


@dataclass(frozen=True, slots=True)
class Naming:
    """How one answer about a fund can be named; made before anything of the fund is read.

    `known_at` is what was asked for, None for all that is known; `begun` when anything was recorded
    last. `time` is the time of asking where the answer changes with it, and `settled` whether
    nobody was writing then.
    """

    store: Store
    fund: str
    known_at: datetime | None
    begun: datetime
    time: datetime | None = None
    settled: bool = True

    @classmethod
    def begin(cls, store: Store, fund: str, known_at: datetime | None, word: str) -> Self:
        """Raises BadInput for a time of the future, which `word` calls by its name; NotFound."""
        begun = store.funds.last_recorded(fund)
        if known_at is not None and known_at > begun:
            # a clock that was set back, or another machine's, may not have come to a name
            refuse_later(word, known_at, max(begun, store.funds.last_named(fund)))
        return cls(store, fund, known_at, begun)

    def timed(self) -> Self:
        """The same for an answer that changes with the time of asking."""
        if self.known_at is not None and self.known_at <= self.begun:
            return replace(self, time=self.known_at)
        present = self.store.note_present(self.fund, self.known_at)
        time = self.known_at or present or now()
        return replace(self, time=time, settled=present is not None)

    def name(self) -> datetime | None:
        """The name of the answer, now that it is made; None where there is no telling."""
        if self.known_at is not None and self.known_at <= self.begun:
            return self.known_at
        if not self.settled or self.store.funds.last_recorded(self.fund) != self.begun:
            return None
        return self.time or self.begun
