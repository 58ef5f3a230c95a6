"""Rules of closed time: months close and reopen, and what is closed stays what it was."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ledger.close import Checkpoint, checkpoints
from ledger.model.entry import in_order
from ledger.model.errors import BadInput, Conflict, NotFound, PeriodLocked
from ledger.model.fund import Policy
from tests.ledger.store.cases import line
from tests.ledger.store.machine.base import TwoStores
from tests.ledger.store.machine.sides import Side
from tests.ledger.store.machine.values import AMOUNTS, FUNDS, MONTHS, NAMES, OPEN, booking

#: Two persons, and the first of them otherwise spelt.
PERSONS = st.sampled_from(["Zo\u00eb", "zoe\u0308", " ZO\u00cb ", "bob"])
CLOSABLE = st.integers(0, OPEN - 1)


def is_one_person(*names: str) -> bool:
    """Whether all of these are Zoë, or all are Bob."""
    return len({name == "bob" for name in names}) == 1


class MonthRules(TwoStores):
    """What is done to months."""

    def sealed(self, fund: int, months: tuple[str, ...]) -> tuple[Checkpoint, ...]:
        """What the entries in force say of months."""
        _, oracle = self.told(fund)
        return checkpoints(in_order(oracle.books.live.values()), Policy(), months)

    @rule(fund=FUNDS, month=CLOSABLE)
    def close(self, fund: int, month: int) -> None:
        """A month closes with every open one before it; not twice, and not without entries."""
        name_, oracle = self.told(fund)
        if month < oracle.calendar.open_from:
            self.both_refuse(lambda s: s.store.periods.to_close(name_, MONTHS[month]), Conflict)
            sealed = self.sealed(fund, (MONTHS[month],))
            self.both_refuse(lambda s: s.store.periods.close(name_, sealed, "ann"), Conflict)
            return
        if oracle.books.first_month is None:
            self.both_refuse(lambda s: s.store.periods.to_close(name_, MONTHS[month]), NotFound)
            return
        expected = oracle.calendar.to_close(month, oracle.books.first_month)
        assert self.both(lambda s: s.periods.to_close(name_, MONTHS[month])) == expected
        sealed = self.sealed(fund, expected)
        self.both(lambda s: s.periods.close(name_, sealed, "ann"))
        oracle.calendar.close(expected, "ann")
        found = self.both(
            lambda s: [
                (one.month, one.trial_balance, one.checkpoint)
                for one in s.periods.all(name_)
                if one.month in expected
            ]
        )
        assert found == [(one.month, one.trial_balance, one.digest) for one in sealed]

    @precondition(lambda self: any(o.books.live for o in self.oracles.values()))
    @rule(fund=FUNDS)
    def close_out_of_order(self, fund: int) -> None:
        """No month closes while one before it is open, none is named twice, none has no person."""
        name_, oracle = self.told(fund)
        first = oracle.books.first_month
        months = () if first is None else oracle.calendar.to_close(OPEN - 1, first)
        if len(months) < 2:
            return
        sealed = self.sealed(fund, months)
        for each in (sealed[1:], sealed[::-1], (*sealed, sealed[-1]), ()):

            def close(side: Side, each: tuple[Checkpoint, ...] = each) -> None:
                side.store.periods.close(name_, each, "ann")

            self.both_refuse(close, Conflict)
        self.both_refuse(lambda s: s.store.periods.close(name_, sealed, " \t"), BadInput)

    @rule(fund=FUNDS, month=CLOSABLE, person=PERSONS, approver=PERSONS, reason=st.booleans())
    def reopen_month(
        self, fund: int, month: int, person: str, approver: str, *, reason: bool
    ) -> None:
        """Two persons with a reason reopen a month and those after it; one person never."""
        name_, oracle = self.told(fund)
        said = (name_, MONTHS[month], person, approver, "late file" if reason else " ")
        if is_one_person(person, approver) or not reason:
            self.both_refuse(lambda s: s.store.periods.reopen(*said), BadInput)
        elif month >= oracle.calendar.open_from or MONTHS[month] not in oracle.calendar.closed:
            self.both_refuse(lambda s: s.store.periods.reopen(*said), Conflict)
        else:
            kept = (" ".join(name.split()) for name in (person, approver))
            expected = oracle.calendar.reopen(MONTHS[month], *map(composed, kept))
            assert self.both(lambda s: s.periods.reopen(*said)) == expected

    @precondition(lambda self: any(o.calendar.closed for o in self.oracles.values()))
    @rule(data=st.data(), name=NAMES, amount=AMOUNTS)
    def post_into_closed_time(self, data: st.DataObject, name: str, amount: int) -> None:
        """Closed time takes nothing, and nothing that comes in the same transaction is kept."""
        closed = [name for name in self.funds if self.oracles[name].calendar.closed]
        name_ = data.draw(st.sampled_from(closed))
        oracle = self.oracles[name_]
        month = data.draw(st.integers(0, oracle.calendar.open_from - 1))
        late = booking(name, amount, 0, month)
        late = replace(late, note="late") if oracle.books.live.get(name) == late else late
        entries = [booking("sound#0", 3, 0), late]
        self.both_refuse(lambda s: s.keep(name_, [line(98)], entries), PeriodLocked)


def composed(name: str) -> str:
    """A name as it is kept: letters composed."""
    return name.replace("e\u0308", "\u00eb")
