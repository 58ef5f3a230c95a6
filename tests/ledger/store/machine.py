"""Rules enter; the same calls go to a store on each database and to plain dictionaries beside them.

After every rule both stores hold what the dictionaries hold: live entries, sums by account and
asset, numbers without a gap, and one digest. What is refused changes no row of any table.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Final

import psycopg
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from ledger.model.amount import QUANTITY_MAX
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, Posting, UnbalancedEntry, in_order
from ledger.model.errors import SourceUnavailable
from ledger.model.evidence import StatementLine
from ledger.model.fund import Fund, WalletId
from ledger.store import Store, Written, books_digest, open_store
from ledger.store.engine import fund_id_of
from ledger.store.entry_rows import ENTRIES
from ledger.store.journal import reversal_of
from tests.ledger.store.cases import ETH, HARD, USDC, entry, line

#: where an amount stands on an account of a fund
Key = tuple[str, Account, AssetId]

NUMBERS: Final = itertools.count(1)
PLACES: Final = tuple(
    Account("asset", f"wallet:{name}", WalletId(name)) for name in ("eip155:1:0xab", "venue:k:m")
)
CONVERSION: Final = Account("trading", "conversion")
GAS: Final = Account("expense", "gas")
#: what a database answers to rows that it refuses, by SQLAlchemy and by PostgreSQL's own COPY
REFUSED: Final = (DatabaseError, psycopg.DatabaseError)

AMOUNTS = st.one_of(
    st.sampled_from([*HARD, 2**64 - 1, 2**64]),
    st.integers(1, 256).flatmap(lambda bits: st.integers(1, 2**bits - 1)),
)
NAMES = st.sampled_from([f"tx:{number}#0" for number in range(6)])
FUNDS = st.integers(0, 1)
PLACE = st.integers(0, 1)


def booking(name: str, amount: int, place: int) -> Entry:
    """A swap at one of two places, with gas in a third posting where the amount can be split."""
    wallet, gas = PLACES[place], amount // 1000
    postings = [
        Posting(wallet, ETH, -amount, "dispose", -7),
        Posting(CONVERSION, ETH, amount - gas, "none", 7),
        Posting(wallet, USDC, amount, "acquire", None),
        Posting(CONVERSION, USDC, -amount, "none", None),
    ]
    if gas:
        postings.append(Posting(GAS, ETH, gas, "none", 0))
    return replace(entry(name, after=place), postings=tuple(postings))


def forged(one: Entry, *quantities: int) -> Entry:
    """An entry that no constructor let through: postings with these quantities of one asset."""
    postings = []
    for quantity in quantities:
        posting = replace(one.postings[0])
        object.__setattr__(posting, "quantity", quantity)
        postings.append(posting)
    wrong = replace(one)
    object.__setattr__(wrong, "postings", tuple(postings))
    return wrong


class Side:
    """A store on one database, with every row that belongs to some funds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = open_store(url)

    def rows(self, funds: Iterable[str]) -> dict[str, list[str]]:
        """All rows of all tables that belong to the funds, as texts."""
        with self.store._database.read_all() as connection:
            ids = [fund_id_of(connection, fund) for fund in funds]
            return {
                name: sorted(
                    repr(tuple(row))
                    for row in connection.execute(select(table).where(table.c.fund_id.in_(ids)))
                )
                for name, table in SQLModel.metadata.tables.items()
                if "fund_id" in table.c
            }

    def numbers(self, fund: str) -> list[int]:
        """The numbers of a fund's entries."""
        with self.store._database.read(fund) as inside:
            asked = select(ENTRIES.c.n).where(ENTRIES.c.fund_id == inside.fund_id)
            return sorted(inside.connection.execute(asked).scalars())

    def keep(self, fund: str, lines: Iterable[StatementLine], entries: Iterable[Entry]) -> None:
        """Keep rows, a cursor and entries in one transaction."""
        with self.store.transaction(fund) as inside:
            inside.evidence.add(fund, lines, {"file": "99"})
            inside.journal.append(fund, entries)

    def crash(self, fund: str, entries: Iterable[Entry], lines: Iterable[StatementLine]) -> None:
        """Write without a commit, and lose the connection; then open anew."""
        open_transaction = self.store.transaction(fund)
        inside: Any = open_transaction.__enter__()
        inside.evidence.add(fund, lines, {"lost": "1"})
        inside.journal.append(fund, entries)
        inside.journal._door.inside.connection.connection.driver_connection.close()
        # the engine finds its connection gone, and says so or repeats what ended the transaction
        with suppress(DatabaseError, SourceUnavailable, ConnectionAbortedError):
            open_transaction.__exit__(ConnectionAbortedError, ConnectionAbortedError(), None)
        self.reopen()

    def reopen(self) -> None:
        """Close the store and open it again."""
        self.store.close()
        self.store = open_store(self.url)


class Oracle:
    """What the stores should hold, in dictionaries."""

    def __init__(self, funds: Iterable[str]) -> None:
        self.live: dict[str, dict[str, Entry]] = {fund: {} for fund in funds}
        self.booked: dict[str, int] = dict.fromkeys(self.live, 0)
        self.lines: dict[str, set[str]] = {fund: set() for fund in self.live}
        self.sums: dict[Key, int] = {}

    def book(self, fund: str, one: Entry, sign: int) -> None:
        """Add an entry to the sums, or take it back."""
        self.booked[fund] += 1
        for posting in one.postings:
            key = (fund, posting.account, posting.asset)
            self.sums[key] = self.sums.get(key, 0) + sign * posting.quantity
            if not self.sums[key]:
                del self.sums[key]

    def append(self, fund: str, entries: Iterable[Entry]) -> Written:
        """What `append` should do."""
        done = [0, 0, 0]
        for one in entries:
            old = self.live[fund].get(one.id)
            if old == one:
                done[0] += 1
                continue
            if old is not None:
                self.vanish(fund, one.id)
                done[2] += 1
            self.live[fund][one.id] = one
            self.book(fund, one, 1)
            done[1] += 1
        return Written(*done)

    def vanish(self, fund: str, name: str) -> None:
        """Take back a live entry."""
        self.book(fund, self.live[fund].pop(name), -1)


class StoreMachine(RuleBasedStateMachine):
    """Two stores and an oracle; funds are new in each example, the databases are not."""

    def __init__(self, *urls: str) -> None:
        super().__init__()
        self.sides = [Side(url) for url in urls]
        self.funds = [f"fund-{next(NUMBERS)}" for _ in range(2)]
        self.oracle = Oracle(self.funds)
        for side in self.sides:
            for fund in self.funds:
                side.store.funds.create(Fund(fund))

    def teardown(self) -> None:
        for side in self.sides:
            side.store.close()

    def both(self, call: Callable[[Store], Any]) -> Any:
        """The one answer of both stores to a call."""
        answers = [call(side.store) for side in self.sides]
        assert all(answer == answers[0] for answer in answers), answers
        return answers[0]

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        """Every row is afterwards what it was before."""
        before = [side.rows(self.funds) for side in self.sides]
        yield
        assert [side.rows(self.funds) for side in self.sides] == before

    @rule(fund=FUNDS, name=NAMES, amount=AMOUNTS, place=PLACE)
    def post(self, fund: int, name: str, amount: int, place: int) -> None:
        """A new entry, or another content for an id that is live."""
        one, name_ = booking(name, amount, place), self.funds[fund]
        expected = self.oracle.append(name_, [one])
        assert self.both(lambda store: store.journal.append(name_, [one])) == expected

    @rule(fund=FUNDS, names=st.lists(NAMES, unique=True, max_size=4), amount=AMOUNTS)
    def post_in_two_orders(self, fund: int, names: list[str], amount: int) -> None:
        """One database is told in this order, the next in the other, an entry at a time."""
        name_, entries = self.funds[fund], [booking(name, amount, 0) for name in names]
        self.oracle.append(name_, entries)
        for side, turned in zip(self.sides, (entries, entries[::-1]), strict=False):
            for one in turned:
                side.store.journal.append(name_, [one])

    @rule(fund=FUNDS)
    def post_again(self, fund: int) -> None:
        """The same ids with the same contents add nothing."""
        name_ = self.funds[fund]
        known = list(self.oracle.live[name_].values())
        with self.nothing_changes():
            done = self.both(lambda store: store.journal.append(name_, known[::-1]))
        assert done == Written(len(known), 0, 0)

    @rule(fund=FUNDS, kept=st.dictionaries(NAMES, AMOUNTS, max_size=4))
    def replace_open(self, fund: int, kept: dict[str, int]) -> None:
        """These are the live entries now; all others are taken back."""
        name_ = self.funds[fund]
        entries = [booking(name, amount, 1) for name, amount in kept.items()]
        gone = [name for name in self.oracle.live[name_] if name not in kept]
        for name in gone:
            self.oracle.vanish(name_, name)
        changed = self.oracle.append(name_, entries)
        expected = replace(changed, reversed=changed.reversed + len(gone))
        assert self.both(lambda store: store.journal.replace_open(name_, entries)) == expected

    @precondition(lambda self: any(self.oracle.live.values()))
    @rule(data=st.data())
    def vanish(self, data: st.DataObject) -> None:
        """One live entry is taken back, the rest stays untouched."""
        name_ = data.draw(st.sampled_from([f for f in self.funds if self.oracle.live[f]]))
        gone = data.draw(st.sampled_from(sorted(self.oracle.live[name_])))
        self.oracle.vanish(name_, gone)
        kept = list(self.oracle.live[name_].values())
        done = self.both(lambda store: store.journal.replace_open(name_, kept))
        assert done == Written(len(kept), 0, 1)

    @rule(fund=FUNDS, rows=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2)), max_size=5))
    def import_rows(self, fund: int, rows: list[tuple[int, int]]) -> None:
        """Rows of files, some of them twice; one database is given them in the other order."""
        name_, lines = self.funds[fund], [line(number, times) for number, times in rows]
        new = {one.id for one in lines} - self.oracle.lines[name_]
        for side, turned in zip(self.sides, (lines, lines[::-1]), strict=False):
            assert set(side.store.evidence.add(name_, turned, {"file": "7"})) == new
        self.oracle.lines[name_] |= new

    @rule(fund=FUNDS, name=NAMES, amount=AMOUNTS, by=st.sampled_from([1, -1, 10**13, 2**64]))
    def post_unbalanced(self, fund: int, name: str, amount: int, by: int) -> None:
        """It cannot be made; made nevertheless, both databases refuse it."""
        name_, off = self.funds[fund], amount - by
        off = off if off and abs(off) <= QUANTITY_MAX else amount + by
        with pytest.raises(UnbalancedEntry):
            replace(
                booking(name, amount, 0),
                postings=(Posting(GAS, ETH, amount), Posting(CONVERSION, ETH, -off)),
            )
        self.refused(name_, forged(booking(f"{name}!", amount, 0), amount, -off))

    @rule(fund=FUNDS, wrong=st.sampled_from([0, 2**256, -(2**256)]))
    def post_out_of_range(self, fund: int, wrong: int) -> None:
        """Nothing, and more than a chain can hold, is no quantity."""
        with pytest.raises(AssertionError):
            Posting(GAS, ETH, wrong)
        self.refused(self.funds[fund], forged(booking("wrong#0", 5, 0), wrong, -wrong))

    def refused(self, fund: str, wrong: Entry) -> None:
        """Neither database takes an entry, nor anything else of its transaction."""
        sound = booking("sound#0", 3, 0)
        with self.nothing_changes():
            for side in self.sides:
                with pytest.raises(REFUSED):
                    side.keep(fund, [line(99)], [sound, wrong])

    @precondition(lambda self: any(self.oracle.live.values()))
    @rule(fund=FUNDS)
    def reverse_by_hand(self, fund: int) -> None:
        """Reversals are the journal's to make, and an id stands once in a call."""
        name_ = self.funds[fund]
        with self.nothing_changes():
            for one in self.oracle.live[name_].values():
                for wrong in ([reversal_of(one, 1)], [one, one]):
                    for side in self.sides:
                        with pytest.raises(AssertionError):
                            side.store.journal.append(name_, wrong)

    @rule(fund=FUNDS, name=NAMES, amount=AMOUNTS)
    def crash(self, fund: int, name: str, amount: int) -> None:
        """What was not committed when the connection went is not there."""
        with self.nothing_changes():
            for side in self.sides:
                entries = [booking(name, amount, 0), booking("lost#0", 1, 1)]
                side.crash(self.funds[fund], entries, [line(77)])

    @rule()
    def reopen(self) -> None:
        """Books do not depend on the store that is open."""
        with self.nothing_changes():
            for side in self.sides:
                side.reopen()

    @invariant()
    def both_hold_what_the_oracle_holds(self) -> None:
        for side in self.sides:
            sums: defaultdict[Key, int] = defaultdict(int)
            for fund in self.funds:
                self.check_fund(side, fund, sums)
            assert {key: total for key, total in sums.items() if total} == self.oracle.sums

    def check_fund(self, side: Side, fund: str, sums: defaultdict[Key, int]) -> None:
        """Compare one fund with the oracle, and add its live postings to the sums."""
        expected = in_order(self.oracle.live[fund].values())
        with side.store.snapshot(fund) as inside:
            assert inside.journal.live_entries(fund) == expected
            assert inside.journal.digest(fund) == books_digest(expected)
            assert inside.seals.verify(fund).entries == self.oracle.booked[fund]
            booked = inside.journal.all_entries(fund)
            rows = inside.evidence.statements(fund)
        assert side.numbers(fund) == list(range(1, self.oracle.booked[fund] + 1))
        assert len(booked) == self.oracle.booked[fund]
        assert {one.id for one in rows} == self.oracle.lines[fund]
        every: defaultdict[Key, int] = defaultdict(int)
        trial: defaultdict[AssetId, int] = defaultdict(int)
        for one in booked:
            for posting in one.postings:
                every[fund, posting.account, posting.asset] += posting.quantity
                trial[posting.asset] += posting.quantity
        for one in expected:
            for posting in one.postings:
                sums[fund, posting.account, posting.asset] += posting.quantity
        assert not any(trial.values())
        mine = {key: total for key, total in self.oracle.sums.items() if key[0] == fund}
        assert {key: total for key, total in every.items() if total} == mine
