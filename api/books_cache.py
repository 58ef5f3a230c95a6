"""A fund enters, its books leave: kept once for each state of its evidence, and shared by readers.

What is computed from the books (a NAV series, a report) is kept beside them and goes with them. The
heavy work of a fund is done by one thread at a time; the others wait, and not for ever.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar, cast

from api import figures
from api.desk import Desk, now
from api.turns import Turns
from ledger.books import Books
from ledger.model.fund import Fund
from ledger.store import Store

Made = TypeVar("Made")

#: Funds whose books are at hand, books as they were known before, and computed values beside each.
FUNDS_MAX: Final = 16
PAST_MAX: Final = 16
DERIVED_MAX: Final = 64


class KeptBooks:
    """Books as one state of the evidence makes them; `version` names that state."""

    def __init__(self, fund: Fund, version: str, books: Books, turns: Turns) -> None:
        self.fund, self.version = fund, version
        self._books = books
        self._derived: OrderedDict[tuple[object, ...], object] = OrderedDict()
        self._turns = turns

    def as_of(self, time: datetime | None) -> Books:
        """The books as they stood at a time; None for all of them."""
        if time is None:
            return self._books
        return self.derived(("books", time), lambda: figures.as_of(self._books, time))

    def derived(self, name: tuple[object, ...], compute: Callable[[], Made]) -> Made:
        """What `compute` gives, computed once for a name. Raises Refusal when others take long."""
        with self._turns.of(self.fund.name):
            if name in self._derived:
                self._derived.move_to_end(name)
                return cast("Made", self._derived[name])
            made = compute()
            self._derived[name] = made
            while len(self._derived) > DERIVED_MAX:
                self._derived.popitem(last=False)
            return made


class BooksCache:
    """The books of the funds that were asked for last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, KeptBooks] = OrderedDict()
        self._past: OrderedDict[tuple[str, datetime], KeptBooks] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = Turns()

    def of(self, fund: str) -> KeptBooks:
        """The fund's books as they stand now. Raises NotFound, Refusal."""
        found = self._at_hand(fund)
        if found is not None:
            return found
        with self._turns.of(fund):
            found = self._at_hand(fund)
            if found is None:
                found = self._made(fund)
        return found

    def _made(self, fund: str) -> KeptBooks:
        # the state is named before it is read: what comes in between makes another name
        begun, version = self._store.funds.last_recorded(fund), self._version(fund)
        desk = Desk(self._store, self._store.funds.get(fund))
        books = desk.books()
        if self._store.funds.last_recorded(fund) != begun:
            # the state may have gone and come back: such books are named apart, and not kept
            return KeptBooks(desk.fund, f"{version}.{now().isoformat()}", books, self._turns)
        found = KeptBooks(desk.fund, version, books, self._turns)
        with self._lock:
            self._kept[fund] = found
            while len(self._kept) > FUNDS_MAX:
                self._kept.popitem(last=False)
        return found

    def known_at(self, fund: str, time: datetime | None) -> KeptBooks:
        """The fund's books as they were known at a time; None for now. Raises NotFound, Refusal."""
        if time is None:
            return self.of(fund)
        with self._turns.of(fund):
            version = self._version_at(fund, time)
            with self._lock:
                found = self._past.get((fund, time))
            if found is None or found.version != version:
                begun = self._store.funds.last_recorded(fund)
                desk = Desk(self._store, self._store.funds.get(fund))
                found = KeptBooks(desk.fund_at(time), version, desk.books(time), self._turns)
                if time > begun and self._store.funds.last_recorded(fund) != begun:
                    found.version = f"{version}.{now().isoformat()}"
                    return found
            with self._lock:
                self._past[fund, time] = found
                self._past.move_to_end((fund, time))
                while len(self._past) > PAST_MAX:
                    self._past.popitem(last=False)
        return found

    def _version(self, fund: str) -> str:
        """Names the state behind the books of now, which is the journal's while they wait."""
        state = self._store.fingerprints.of(fund)
        if Desk(self._store, self._store.funds.get(fund)).is_kept():
            return state
        return f"{state}.{self._store.seals.head(fund).batches}"

    def _version_at(self, fund: str, time: datetime) -> str:
        """Names the state behind past books: a writer may still be at work that began before."""
        state = self._store.fingerprints.of(fund)
        return f"{state}.{self._store.journal.batch_at(fund, time)}"

    def count(self) -> int:
        """How many funds' books are at hand."""
        with self._lock:
            return len(self._kept)

    def _at_hand(self, fund: str) -> KeptBooks | None:
        version = self._version(fund)
        with self._lock:
            found = self._kept.get(fund)
            if found is None or found.version != version:
                return None
            self._kept.move_to_end(fund)
            return found
