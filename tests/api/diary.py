"""A fund on a clock of the test's own: things become known to it, and its pages are written down.

Each turn of the diary brings something in (files, transactions, prices and corrections of them,
wallets, rules, another policy, the entries that another program would book), and keeps with the
moment all pages that people could have printed then.
"""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from api import figures, views
from api.demo import sample
from api.desk import Desk
from api.jobs.bring import import_bytes, import_price_bytes
from api.reconciliation import reconciliation
from ledger.books import Books
from ledger.journal.text import print_journal
from ledger.lots.booking import book
from ledger.model.evidence import Answer, RawTransaction
from ledger.model.fund import Fund, StrategyRule, Wallet
from ledger.store import Store
from tests.api.conftest import HEADER

BEGIN: Final = datetime(2025, 10, 1, tzinfo=UTC)
#: The time that a second set of pages is asked as of: after some of what becomes known.
THEN: Final = datetime(2025, 9, 4, 12, tzinfo=UTC)

FILES: Final = (
    "2025-09-01T09:00:00Z,contribution,bank,,,USD,100000,,,,,,c-1,\n",
    "2025-09-02T10:00:00Z,buy,bank,USD,40000,BTC,0.5,USD,12.5,,,directional,t-1,first\n",
    "2025-09-03T10:00:00Z,sell,bank,BTC,0.2,USD,18000,USD,5,,,,t-2,\n",
    "2025-09-05T10:00:00Z,swap,bank,BTC,0.1,ETH,2.25,,,9000,USD,,t-3,\n",
)
PORTION: Final = 7
WALLETS: Final = 5
METHODS: Final = ("fifo", "lifo", "hifo")
Pages = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class World:
    """What there is to become known: transactions of a chain, its tokens, and whose they are."""

    transactions: tuple[RawTransaction, ...]
    tokens: tuple[Answer, ...]
    wallets: tuple[Wallet, ...]


def world() -> World:
    """The first transactions of the sample fund."""
    rows = itertools.islice(sample._transactions(), 4 * PORTION)
    tokens = tuple(answer for answer in sample._answers() if answer.question.kind == "token")
    wallets, _ = sample._fund()
    return World(tuple(rows), tokens, wallets[:WALLETS])


@dataclass(slots=True)
class Clock:
    """A clock that moves on a little with each look, as clocks do."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


@dataclass(slots=True)
class Diary:
    """A fund, and what it printed at each moment so far."""

    store: Store
    name: str
    clock: Clock
    world: World
    days: list[tuple[datetime, Pages]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.funds.create(Fund(self.name, strategy_rules=(StrategyRule("f", kind="fee"),)))
        self._note(self.desk.books())

    @property
    def desk(self) -> Desk:
        """The fund's desk as it is now."""
        return Desk(self.store, self.store.funds.get(self.name))

    def turn(self, what: str, which: int, wait: int) -> None:
        """Make something known, keep the books, and note what is printed.

        `wait` µs later, or earlier where the clock is set back. The moment that is noted is the
        one that the fund's own clock names.

        What is `unkept` is known, and whoever wanted to keep it was killed before that.
        """
        kind = what.removeprefix("unkept ")
        if kind == "another program":
            printed = self._booked_otherwise(which)
        else:
            getattr(self, f"_{kind}")(which)
            if kind == what:
                self.desk.keep()
            printed = self.desk.books()
        self.clock.now += timedelta(microseconds=wait)
        self._note(printed)

    def reread(self) -> Iterator[tuple[datetime, Pages, Pages]]:
        """Each moment with what was printed at it, and what is printed of it now."""
        for moment, printed in self.days:
            desk = self.desk
            yield moment, printed, pages(desk.books(moment), desk.fund_at(moment))

    def _note(self, books: Books) -> None:
        moment = self.store.funds.last_recorded(self.name)
        self.days.append((moment, pages(books, self.desk.fund)))

    def _file(self, which: int) -> None:
        row = FILES[which % len(FILES)]
        import_bytes(self.desk, [(f"{which % len(FILES)}.csv", (HEADER + row).encode())])

    def _transactions(self, which: int) -> None:
        first = which % 4 * PORTION
        portion = self.world.transactions[first : first + PORTION]
        with self.store.transaction(self.name) as inside:
            inside.evidence.add(self.name, portion)
            inside.answers.add(self.name, self.world.tokens[which % 4 :: 4])

    def _prices(self, which: int) -> None:
        rows = [
            f"2025-09-0{day}T00:00:00Z,{asset},{1_000 * (1 + which) + day},USD,list\n"
            for day in (1 + which % 2, 4, 6)
            for asset in ("BTC", "eip155:1/slip44:60")
        ]
        text = "time,asset,price,currency,source\n" + "".join(rows)
        import_price_bytes(self.desk, "prices.csv", text.encode())

    def _wallet(self, which: int) -> None:
        self.desk.add_wallet(self.world.wallets[which % WALLETS])

    def _wallet_changed(self, which: int) -> None:
        known = list(self.desk.wallets().values())
        if known:
            wallet = known[which % len(known)]
            self.store.wallets.change(self.name, replace(wallet, strategy=f"strategy {which}"))

    def _rule(self, which: int) -> None:
        kind = ("swap", "contribution", "transfer", None)[which % 4]
        self.store.funds.add_rules(self.name, [StrategyRule(f"rule {which}", kind=kind)])

    def _policy(self, which: int) -> None:
        fund = self.desk.fund
        hour = f"{which % 24:02d}:00Z"
        changed = replace(fund, method=METHODS[which % 3], valuation_time=hour)
        self.store.funds.change(replace(changed, strategy_rules=fund.strategy_rules[which % 2 :]))

    def _booked_otherwise(self, which: int) -> Books:
        """What a program prints that classifies otherwise: some entries less, some changed."""
        books = self.desk.books()
        entries = tuple(
            replace(entry, note=f"so thought program {which}", strategy=f"class {which}")
            for place, entry in enumerate(books.entries)
            if (place + which) % 3
        )
        self.store.journal.replace_open(self.name, entries)
        self.store.keeping.mark(self.name, 0)  # its rules are others: all is kept again
        return replace(books, entries=entries, booking=book(entries, books.policy))


def pages(books: Books, fund: Fund) -> Pages:
    """All that is printed of books, and the same as they stood at another time."""
    then = figures.as_of(books, THEN)
    return {**_printed(books, fund, None, "now"), **_printed(then, fund, THEN, "then")}


def _printed(books: Books, fund: Fund, time: datetime | None, which: str) -> Pages:
    lists: dict[str, Sequence[object] | dict[str, object]] = {
        "balances": views.balance_rows(figures.totals(books), books.assets),
        "positions": [views.mark_row(m, books.assets) for m in figures.marks(books, time)],
        "nav": [views.nav_row(point) for point in figures.nav(books, fund, time)],
        "lots": [views.lot_row(lot, books.assets) for lot in books.booking.open],
        "disposals": [views.disposal_row(d, books.assets) for d in books.booking.disposals],
        "events": [views.event_row(event, books.assets) for event in books.events],
        "performance": [views.result_row(r) for r in figures.results(books, None, time)],
        "wallets": [views.wallet_row(wallet) for wallet in books.wallets.values()],
        "suspense": reconciliation(books, time)["suspense"],
    }
    printed = {name: json.dumps(rows, indent=1).encode() for name, rows in lists.items()}
    printed["journal"] = print_journal(books.entries).encode()
    return {f"{name} {which}": content for name, content in printed.items()}
