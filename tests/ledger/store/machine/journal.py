"""Rules of the journal: entries that come, change, vanish, are refused or lost."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ledger.model.activity import microseconds
from ledger.model.amount import QUANTITY_MAX
from ledger.model.entry import Entry, Posting, UnbalancedEntry
from ledger.model.errors import PeriodLocked
from ledger.store import Store, Written
from ledger.store.journal import reversal_of
from tests.ledger.store.cases import ETH, line
from tests.ledger.store.machine.base import TwoStores
from tests.ledger.store.machine.oracle import Change, Oracle
from tests.ledger.store.machine.sides import REFUSED, Side
from tests.ledger.store.machine.values import (
    AMOUNTS,
    CONVERSION,
    FUNDS,
    GAS,
    MONTH,
    MONTHS,
    NAMES,
    PLACE,
    begin_of,
    booking,
    forged,
)

ALL_MONTHS = (0, len(MONTHS))


class JournalRules(TwoStores):
    """What is done to the journals."""

    def change(self, oracle: Oracle, change: Change, call: Callable[[Store], Written]) -> None:
        """Both stores make a change and say so, or both refuse it for closed time."""
        if oracle.locks(change):
            self.both_refuse(lambda side: call(side.store), PeriodLocked)
        else:
            done = self.both(call)
            assert done == oracle.books.take(change, self.recorded(oracle))

    @rule(fund=FUNDS, name=NAMES, amount=AMOUNTS, place=PLACE, month=MONTH)
    def post(self, fund: int, name: str, amount: int, place: int, month: int) -> None:
        """A new entry, or another content or time for an id that is live."""
        (name_, oracle), one = self.told(fund), booking(name, amount, place, month)
        change = oracle.books.change([one])
        self.change(oracle, change, lambda store: store.journal.append(name_, [one]))

    @rule(fund=FUNDS, kept=st.dictionaries(NAMES, MONTH, max_size=4), amount=AMOUNTS)
    def post_in_two_orders(self, fund: int, kept: dict[str, int], amount: int) -> None:
        """One database is told in this order, the next in the other, a batch an entry."""
        name_, oracle = self.told(fund)
        entries = [booking(name, amount, 0, month) for name, month in kept.items()]
        entries = [one for one in entries if not oracle.locks(oracle.books.change([one]))]
        for side, turned in zip(self.sides, (entries, entries[::-1]), strict=False):
            with side.store.transaction(name_) as inside:
                for one in turned:
                    inside.journal.append(name_, [one])
        oracle.books.take(oracle.books.change(entries), self.recorded(oracle))

    @rule(fund=FUNDS)
    def post_again(self, fund: int) -> None:
        """The same ids with the same contents add nothing, in closed time neither."""
        name_, oracle = self.told(fund)
        known = list(oracle.books.live.values())
        with self.nothing_changes():
            done = self.both(lambda store: store.journal.append(name_, known[::-1]))
            assert done == Written(len(known), 0, 0)
            assert self.both(lambda store: store.journal.replace_open(name_, known)) == done

    @rule(fund=FUNDS, kept=st.dictionaries(NAMES, st.tuples(AMOUNTS, MONTH), max_size=4))
    def replace_open(self, fund: int, kept: dict[str, tuple[int, int]]) -> None:
        """These are the live entries now, with what is closed; all others are taken back."""
        name_, oracle = self.told(fund)
        closed = oracle.books.of((0, oracle.calendar.open_from))
        entries = [*closed]
        for name, (amount, month) in kept.items():
            if name not in {one.id for one in closed}:
                entries.append(booking(name, amount, 1, month))
        change = oracle.books.change(entries, ALL_MONTHS)
        self.change(oracle, change, lambda store: store.journal.replace_open(name_, entries))

    @rule(
        fund=FUNDS,
        bounds=st.tuples(MONTH, MONTH),
        kept=st.dictionaries(NAMES, AMOUNTS, max_size=3),
        late=st.booleans(),
    )
    def replace_span(
        self, fund: int, bounds: tuple[int, int], kept: dict[str, int], *, late: bool
    ) -> None:
        """Some months have these entries now, some of which stood in other months before."""
        (name_, oracle), first, last = self.told(fund), min(bounds), max(bounds)
        months = (first, last + 1)
        entries = [
            booking(name, amount, 1, last if late else first) for name, amount in kept.items()
        ]
        span = (microseconds(begin_of(first)), microseconds(begin_of(last + 1)))
        change = oracle.books.change(entries, months)
        self.change(oracle, change, lambda store: store.journal.replace_open(name_, entries, span))
        found = self.both(lambda store: store.journal.live_entries(name_, span))
        assert found == oracle.books.of(months)

    @precondition(lambda self: any(oracle.books.live for oracle in self.oracles.values()))
    @rule(data=st.data())
    def vanish(self, data: st.DataObject) -> None:
        """One live entry is taken back, the rest stays untouched; not one of closed time."""
        books = {name: oracle.books for name, oracle in self.oracles.items()}
        name_ = data.draw(st.sampled_from([name for name in self.funds if books[name].live]))
        gone = data.draw(st.sampled_from(sorted(books[name_].live)))
        kept = [one for one in books[name_].live.values() if one.id != gone]
        change = books[name_].change(kept, ALL_MONTHS)
        assert [one.id for one in change.gone] == [gone]
        oracle = self.oracles[name_]
        self.change(oracle, change, lambda store: store.journal.replace_open(name_, kept))

    @rule(fund=FUNDS, name=NAMES, amount=AMOUNTS, by=st.sampled_from([1, -1, 10**13, 2**64]))
    def post_unbalanced(self, fund: int, name: str, amount: int, by: int) -> None:
        """It cannot be made; made nevertheless, both databases refuse it."""
        off = amount - by
        off = off if off and abs(off) <= QUANTITY_MAX else amount + by
        with pytest.raises(UnbalancedEntry):
            replace(
                booking(name, amount, 0),
                postings=(Posting(GAS, ETH, amount), Posting(CONVERSION, ETH, -off)),
            )
        self.refused(fund, forged(booking(f"{name}!", amount, 0), amount, -off))

    @rule(fund=FUNDS, wrong=st.sampled_from([0, 2**256, -(2**256)]))
    def post_out_of_range(self, fund: int, wrong: int) -> None:
        """Nothing, and more than a chain can hold, is no quantity."""
        with pytest.raises(AssertionError):
            Posting(GAS, ETH, wrong)
        self.refused(fund, forged(booking("wrong#0", 5, 0), wrong, -wrong))

    def refused(self, fund: int, wrong: Entry) -> None:
        """Neither database takes an entry, nor anything else of its transaction."""
        both: Iterable[Entry] = [booking("sound#0", 3, 0), wrong]
        self.both_refuse(lambda side: side.keep(self.funds[fund], [line(99)], both), REFUSED)

    @precondition(lambda self: any(oracle.books.live for oracle in self.oracles.values()))
    @rule(fund=FUNDS)
    def reverse_by_hand(self, fund: int) -> None:
        """Reversals are the journal's to make, and an id stands once in a call."""
        name_, oracle = self.told(fund)
        for one in list(oracle.books.live.values())[:2]:
            for wrong in ([reversal_of(one, 1)], [one, one]):

                def append(side: Side, wrong: list[Entry] = wrong) -> None:
                    side.store.journal.append(name_, wrong)

                self.both_refuse(append, AssertionError)

    @rule(fund=FUNDS, name=NAMES, amount=AMOUNTS)
    def crash(self, fund: int, name: str, amount: int) -> None:
        """What was not committed when the connection went is not there."""
        _, oracle = self.told(fund)
        entries = [booking("lost#0", 1, 1), booking(name, amount, 0)]
        entries = [one for one in entries if not oracle.locks(oracle.books.change([one]))]
        with self.nothing_changes():
            for side in self.sides:
                side.crash(self.funds[fund], entries, [line(77)])

    @rule()
    def reopen(self) -> None:
        """Books do not depend on the store that is open."""
        with self.nothing_changes():
            for side in self.sides:
                side.reopen()
