"""Two stores and their oracles stand side by side; after each rule all of it is compared."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant

from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, in_order
from ledger.model.fund import Fund
from ledger.store import Store, books_digest
from ledger.store.store import Aggregates
from tests.ledger.store.machine.oracle import Line, Oracle, folded
from tests.ledger.store.machine.sides import Hand, Side
from tests.ledger.store.machine.values import MONTHS, NETWORK

NUMBERS: Final = itertools.count(1)
TICK: Final = timedelta(microseconds=1)


class TwoStores(RuleBasedStateMachine):
    """Two stores and an oracle a fund; funds are new in each example, the databases are not."""

    def __init__(self, *urls: str) -> None:
        super().__init__()
        self.clock = Hand()
        self.sides = [Side(url, self.clock) for url in urls]
        self.funds = [f"fund-{next(NUMBERS)}" for _ in range(2)]
        self.oracles = {fund: Oracle() for fund in self.funds}
        for side in self.sides:
            for fund in self.funds:
                side.store.funds.create(Fund(fund))

    def teardown(self) -> None:
        for side in self.sides:
            side.store.close()

    def told(self, fund: int) -> tuple[str, Oracle]:
        """The name of a fund, and its oracle."""
        return self.funds[fund], self.oracles[self.funds[fund]]

    def both(self, call: Callable[[Store], Any]) -> Any:
        """The one answer of both stores to a call."""
        answers = [call(side.store) for side in self.sides]
        assert all(answer == answers[0] for answer in answers), answers
        return answers[0]

    def recorded(self, oracle: Oracle) -> datetime:
        """When what was just written was recorded: both stores say the same, and it only rises."""
        (name,) = (name for name, each in self.oracles.items() if each is oracle)
        time: datetime = self.both(lambda store: store.funds.last_recorded(name))
        assert time == oracle.recorded or time >= max(oracle.recorded + TICK, self.clock.now)
        oracle.recorded = time
        return time

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        """Every row is afterwards what it was before."""
        before = [side.rows(self.funds) for side in self.sides]
        yield
        assert [side.rows(self.funds) for side in self.sides] == before

    def both_refuse(
        self,
        call: Callable[[Side], Any],
        fault: type[Exception] | tuple[type[Exception], ...],
    ) -> None:
        """Each store refuses a call, and not a row is another one afterwards."""
        with self.nothing_changes():
            for side in self.sides:
                with pytest.raises(fault):
                    call(side)

    @invariant()
    def both_hold_what_the_oracle_holds(self) -> None:
        for side, fund in itertools.product(self.sides, self.funds):
            oracle = self.oracles[fund]
            assert side.numbers(fund) == list(range(1, oracle.books.booked + 1))
            with side.store.snapshot(fund) as inside:
                check_journal(inside, fund, oracle)
                check_months(inside, fund, oracle)
                check_evidence(inside, fund, oracle)
                kept = inside.manual.all(fund)
            assert {one.id: one for one in kept} == oracle.proposals.all
        for oracle in self.oracles.values():
            self.recorded(oracle)
        self.clock.move(1)


def check_journal(inside: Aggregates, fund: str, oracle: Oracle) -> None:
    """Live entries, digest, seals and sums; the journal folded again gives what is in force."""
    books = oracle.books
    expected = in_order(books.live.values())
    assert inside.journal.live_entries(fund) == expected
    assert inside.journal.digest(fund) == books_digest(expected)
    assert inside.seals.verify(fund).entries == books.booked
    every = inside.journal.all_entries(fund)
    assert len(every) == books.booked
    assert in_order(folded(every).values()) == expected
    assert sums_of(every) == sums_of(expected) == books.sums
    trial: defaultdict[AssetId, int] = defaultdict(int)
    for (_, asset), units in books.sums.items():
        trial[asset] += units
    assert not any(trial.values())


def sums_of(entries: tuple[Entry, ...]) -> dict[tuple[Account, AssetId], int]:
    """The units of each account and asset, without zeros."""
    sums: defaultdict[tuple[Account, AssetId], int] = defaultdict(int)
    for one in entries:
        for posting in one.postings:
            sums[posting.account, posting.asset] += posting.quantity
    return {key: units for key, units in sums.items() if units}


def check_months(inside: Aggregates, fund: str, oracle: Oracle) -> None:
    """Status, trace and seal of every month; what is closed is what was sealed."""
    calendar = oracle.calendar
    assert inside.periods.verify(fund) == len(calendar.closed)
    assert inside.periods.until(fund) == calendar.until
    found = inside.periods.all(fund)
    assert {period.month: period.status for period in found} == calendar.statuses
    for period in found:
        if period.status == "closed":
            month = MONTHS.index(period.month)
            assert period.digest == books_digest(oracle.books.of((month, month + 1)))
    said = inside.periods.events(fund)
    assert [one.n for one in said] == list(range(1, len(said) + 1))
    lines = [Line(one.month, one.kind, one.person, one.approver) for one in said]
    assert lines == calendar.trace


def check_evidence(inside: Aggregates, fund: str, oracle: Oracle) -> None:
    """Rows of files, blocks, and the transactions that count."""
    chain = oracle.chain
    assert {one.id for one in inside.evidence.statements(fund)} == chain.lines.keys()
    assert set(inside.blocks.orphaned(fund)) == chain.orphaned()
    assert inside.blocks.newest(fund, NETWORK, 99) == chain.newest()
    assert inside.evidence.transactions(fund) == chain.transactions()
