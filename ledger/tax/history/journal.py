"""Entries of the journal and settings come in; tax events leave: what each of their parts is.

The entries are live, in the order of the books, and valued in the regime's currency. What is
bundled in one entry is one economic event: a loan that nets away makes no lots. Inside an entry
what comes in stands before what goes out, so that a fee may be paid in units that the same entry
brought; units that a move between own wallets costs leave before the rest moves.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from ledger.model.asset import AssetId, currency_of
from ledger.model.entry import Entry
from ledger.model.tax import IncomeLine
from ledger.model.whole import portion
from ledger.nav.debts import Debts, Repayment
from ledger.tax.history import reasons
from ledger.tax.history.events import Acquire, Dispose, Event, Fault, Income
from ledger.tax.history.moves import (
    Changes,
    carry_of,
    changes_of,
    exchange_of,
    exchanges_of,
    kept_by,
    kept_in,
    split_of,
)
from ledger.tax.history.parts import (
    COSTS_OF_TRADE,
    PLACES,
    Came,
    Earned,
    Gone,
    Moved,
    Parts,
    parts_of,
    plain_asset,
    shares,
)
from ledger.tax.history.prices import Valuation
from ledger.tax.history.settings import BY_HOLDING, Settings
from ledger.tax.history.treatment import FREE_REWARDS, History
from ledger.tax.history.units import Units
from ledger.tax.terms import Calendar

#: What a debt that was paid back realises: a short sale that is closed (IRC §1233(a)).
SHORT_CLOSED: Final = "short_closed"
#: Purposes for which units leave at their cost and no statute of the closed set says what that is.
NEVER_SOLD: Final = frozenset({"lost", "contribution", "redemption", "opening"})
GIFTS: Final = frozenset({"donation"})
#: Entries in which the fund agreed to what it gave and got.
_TRADES: Final = frozenset(
    "swap nft_trade order_fill option_buy option_exercise liquidation flash_loan mint burn".split()
)
#: Methods that choose lots by their dates, and keep those of unknown basis in their order.
_BY_DATE: Final = frozenset({"fifo", "lifo", "specific"})
_NO_CHANGES: Final = Changes()
_Units = Gone | Came | Moved | Earned


@dataclass(frozen=True, slots=True)
class Terms:
    """How entries are read: the money of the regime, its prices, and what of it is no sale.

    `currencies_count` is whether gains on foreign currency are those of any other asset.
    """

    money: AssetId
    settings: Settings
    prices: Valuation
    calendar: Calendar
    currencies_count: bool = True


class Read(NamedTuple):
    """A history of entries, and the income as the books show it, unpriced too."""

    history: History
    income: tuple[IncomeLine, ...]


def read_journal(ordered: Iterable[Entry], terms: Terms) -> Read:
    """The tax events of entries."""
    reading = Reading(terms)
    events: list[Event] = []
    for entry in ordered:
        events += reading.read(entry)
    income = tuple(
        Income(line.time, line.source, line.asset, line.quantity, line.value)
        for line in reading.income
        if line.value is not None
    )
    faults = tuple(reading.faults)
    history = History(tuple(events), income, faults, Units(0), terms.prices)
    return Read(history, tuple(reading.income))


class Reading:
    """Entry by entry, in order; `income` and `faults` grow."""

    def __init__(self, terms: Terms) -> None:
        self.income: list[IncomeLine] = []
        self.faults: list[Fault] = []
        self._terms = terms
        self._debts = Debts()
        self._held: Counter[tuple[str, str]] = Counter()
        settings = terms.settings
        self._settings = settings
        #: France: one portfolio of crypto-assets, to which currencies do not belong
        self._portfolio = settings.method == "portfolio"
        self._neutral_from = date.min if self._portfolio else settings.swaps_from
        methods = {settings.method, *settings.by_wallet.values(), *dict(settings.by_year).values()}
        self._keeps_unknown = methods <= _BY_DATE and methods <= BY_HOLDING

    def read(self, entry: Entry) -> list[Event]:
        """The events of the next entry."""
        found = list(self._events(entry, self._debts.fold(entry)))
        self._count(entry)
        return found

    def _events(self, entry: Entry, repaid: Sequence[Repayment]) -> Iterator[Event]:
        """The events of an entry, in the order in which they happen inside it."""
        parts = parts_of(entry, self._terms.money)
        self._earn(entry, parts)
        changes = self._changes(entry, parts)
        came = (*self._as_free(entry, parts), *changes.bought)
        gave, closed = self._repay(entry, (*parts.gave, *changes.gave), repaid)
        if came or gave:
            yield from self._moves(entry, changes, ())
            yield from self._exchange(entry, parts, gave, came)
        elif self._settings.move_fees_kept and (changes.moves or changes.left):
            yield from self._moves(entry, changes, parts.fees)
        elif changes.left or entry.id in self._settings.identified:  # named for what is moved
            yield from self._moves(entry, changes, ())
            yield from self._pay(entry, parts.fees)
        else:  # what a move costs leaves before the rest moves
            yield from self._pay(entry, parts.fees)
            yield from changes.moves
        yield from closed

    def _count(self, entry: Entry) -> None:
        """Count what an entry leaves in each place."""
        for posting in entry.postings:
            if posting.role != "none" and posting.account.type in PLACES:
                place = posting.account.wallet or posting.account.path
                self._held[posting.asset, place] += posting.quantity

    # ---- moves

    def _changes(self, entry: Entry, parts: Parts) -> Changes:
        if not parts.moved:
            return _NO_CHANGES
        moved = parts.moved
        if entry.is_split and (split := split_of(entry, moved, self._held)) is not None:
            if split.is_partial:
                self._fault("partial_split", entry, reasons.PARTIAL, *moved)
            return split
        if not self._keeps_unknown and parts.came:
            # units whose basis a person states were in no pool before: they only come
            stated = {(one.asset, one.wallet) for one in parts.came}
            if all(" " in one.asset or (one.asset, one.wallet) in stated for one in moved):
                return _NO_CHANGES
        for one in moved:
            if " " in one.asset and one.quantity > 0:
                word = "unexplained" if "unexplained" in one.asset else "unmatched"
                text = reasons.TO_NOBODY.format(plain_asset(one.asset))
                self._fault(f"{word}_transfer", entry, text, one)
        return changes_of(entry, moved, self._terms.money, self._settings)

    def _moves(self, entry: Entry, changes: Changes, fees: Sequence[Gone]) -> Iterator[Event]:
        """Moves and changes of form; fees stay in the cost of what changed, or of a move."""
        moves = list(changes.moves)
        if fees and not changes.left:
            yield kept_in(moves.pop(0), fees)
        yield from moves
        if changes.left:
            self._weigh(entry, changes.came)
            yield carry_of(entry.time, entry.id, changes.left, changes.came, fees)

    def _weigh(self, entry: Entry, came: Sequence[Moved | Came]) -> None:
        """Say where cost is shared among several assets and a price of one is not known."""
        if len(came) < 2 or self._portfolio:  # one portfolio shares nothing
            return
        for one in came:
            if not one.worth:
                self._fault("missing_price", entry, reasons.BY_UNITS.format(one.asset), one)

    # ---- what came and what went

    def _exchange(
        self, entry: Entry, parts: Parts, gave: Sequence[Gone], came: Sequence[Came]
    ) -> Iterator[Event]:
        """Acquisitions, then disposals and the units that paid for them.

        Costs belong to what was given up (Reg. §1.1001-7), where nothing or currency was to what
        came.
        """
        costs = self._costs(parts)
        if gave and came and self._is_neutral(entry, gave, came):
            kept: list[Gone] = []
            self._weigh(entry, came)
            if self._portfolio:
                yield exchange_of(entry.time, entry.id, gave, came)
            else:
                kept = kept_by(parts.fees, gave, came)
                yield from exchanges_of(entry.time, entry.id, (*gave, *kept), came)
            yield from self._pay(entry, [fee for fee in parts.fees if fee not in kept])
            return
        # what was bought with currency alone bears the costs, and not the currency
        bought = bool(came) and all(currency_of(AssetId(one.asset)) for one in gave)
        if came:
            yield from self._acquire(entry, parts, came, costs if bought else 0)
        if entry.kind == "option_exercise" and len(gave) > 1 and came:
            self._fault("not_assessed", entry, reasons.DELIVERED, *came)
        if gave:
            yield from self._dispose(entry, parts, gave, 0 if bought else costs)
        else:
            yield from self._pay(entry, parts.fees)

    def _is_neutral(self, entry: Entry, gave: Sequence[Gone], came: Sequence[Came]) -> bool:
        """Whether a trade carries cost: of fungible assets for others, and not for a currency."""
        since = self._neutral_from
        if since is None or entry.kind not in _TRADES:
            return False
        if self._terms.calendar.day(entry.time) < since:
            return False
        sides: list[Gone | Came] = [*gave, *came]
        if any(currency_of(AssetId(one.asset)) for one in sides):
            return False
        whole = min(one.quantity for one in sides) >= max(len(gave), len(came))
        return self._portfolio or (whole and entry.kind != "nft_trade")

    def _costs(self, parts: Parts) -> int | None:
        """What a trade cost beside its price; None where a part of it has no price."""
        counted = self._settings.unit_fees_count
        costs = parts.kept if counted else 0
        for fee in parts.fees if counted else ():
            if fee.kind in COSTS_OF_TRADE:
                costs = None if costs is None or fee.worth is None else costs + fee.worth
        if costs is None or not self._settings.money_fees_count:
            return costs
        return costs + parts.money_paid

    def _acquire(
        self, entry: Entry, parts: Parts, came: Sequence[Came], costs: int | None
    ) -> Iterator[Event]:
        if costs is None:
            self._fault("missing_price", entry, reasons.UNPRICED_COST, *parts.unpriced)
        borne = shares(costs or 0, [one.worth or 0 for one in came])
        bought = entry.kind in _TRADES and not parts.earned
        for one, share in zip(came, borne, strict=True):
            known = one.worth is not None
            if not known and not parts.earned:
                self._fault("missing_basis", entry, reasons.NO_BASIS.format(one.asset), one)
            if known or self._keeps_unknown:
                value = one.worth or 0
                cost = value + share if known else 0
                yield Acquire(
                    entry.time, one.lot, one.asset, one.wallet, one.quantity, cost, value,
                    bought=bought, known=known,
                )  # fmt: skip

    def _dispose(
        self, entry: Entry, parts: Parts, gave: Sequence[Gone], costs: int | None
    ) -> Iterator[Event]:
        """Disposals bear costs, or give of their proceeds to the units that paid, by setting."""
        sold = [one for one in gave if not self._at_cost(entry, one)]
        if len(gave) == 1 and sold and costs is not None and not parts.fees:
            yield self._give(entry, gave[0], gave[0].worth, costs)
            return
        fees = [fee for fee in parts.fees if fee.kind in COSTS_OF_TRADE]
        worth = sum(one.worth or 0 for one in sold)
        proceeds: list[int | None] = [one.worth for one in sold]
        paid: Sequence[Gone] = parts.fees
        if costs is None:
            proceeds = [None] * len(sold)
        elif sold and costs and fees and self._settings.fee_units_spread and None not in proceeds:
            spent = sum(fee.worth or 0 for fee in fees)
            costs -= spent
            share = portion(worth, spent, worth + spent) if spent else 0
            proceeds = list(shares(worth - share, [one.worth or 0 for one in sold]))
            of_fees = iter(shares(share, [fee.worth or 0 for fee in fees]))
            paid = [
                fee._replace(worth=next(of_fees)) if fee.kind in COSTS_OF_TRADE else fee
                for fee in paid
            ]
        borne = iter(shares(costs or 0, [abs(one.worth or 0) for one in sold]))
        priced = iter(proceeds)
        for one in gave:
            if self._at_cost(entry, one):
                yield self._leave(entry, one)
            else:
                yield self._give(entry, one, next(priced), next(borne))
        yield from self._pay(entry, paid)

    def _pay(self, entry: Entry, fees: Iterable[Gone]) -> Iterator[Event]:
        for fee in fees:
            yield self._give(entry, fee, fee.worth, 0, is_fee=True)

    def _give(
        self, entry: Entry, one: Gone, proceeds: int | None, fees: int, *, is_fee: bool = False
    ) -> Dispose:
        counts = self._terms.currencies_count or currency_of(AssetId(one.asset)) is None
        return Dispose(
            entry.time, entry.id, one.asset, one.wallet, one.quantity, proceeds,
            0 if proceeds is None else fees, is_fee=is_fee, kind=one.kind, assessed=counts,
        )  # fmt: skip

    def _leave(self, entry: Entry, one: Gone) -> Dispose:
        """Units that leave at their cost; of that of a portfolio gifts take the part they are."""
        if one.kind in NEVER_SOLD:
            self._fault("not_assessed", entry, reasons.LEFT.format(one.kind, one.asset), one)
        worth = one.worth if self._portfolio and one.kind in GIFTS else None
        return Dispose(
            entry.time, entry.id, one.asset, one.wallet, one.quantity, worth,
            at_cost=True, kind=one.kind, assessed=False,
        )  # fmt: skip

    def _at_cost(self, entry: Entry, one: Gone) -> bool:
        kept, given = self._settings.gifts_at_cost, self._settings.donations_at_cost
        gifts = given if entry.kind == "donation" else kept
        return one.kind in NEVER_SOLD or (one.kind in GIFTS and gifts)

    # ---- debts and income

    def _repay(
        self, entry: Entry, gave: Sequence[Gone], repaid: Sequence[Repayment]
    ) -> tuple[Sequence[Gone], list[Event]]:
        """Units given back realise what their debt was taken up at; other debts are lines apart."""
        if not repaid:
            return gave, []
        money = self._terms.money
        debts = [one for one in repaid if one.debt is not None and one.place[1] != money]
        if not debts:
            return gave, []
        if entry.kind == "repay" and len(gave) == 1:
            worth = gave[0].worth
            for one in debts:
                worth = None if worth is None or one.gain is None else worth + one.gain
            return (gave[0]._replace(worth=worth),), []
        return gave, [event for number, one in enumerate(debts)
                      for event in self._closed(entry, one, number)]  # fmt: skip

    def _closed(self, entry: Entry, one: Repayment, number: int) -> Iterator[Event]:
        """A debt that something else paid: bought at what it is worth, sold at what it was."""
        assert one.debt is not None, "only debts are closed"
        if one.gain == 0:
            return
        if self._portfolio:
            closed = Gone(one.place[1], one.wallet, one.quantity, one.worth, "")
            self._fault("not_assessed", entry, f"a debt of {closed.asset} was closed", closed)
            return
        asset, wallet = f"{one.place[1]} {entry.id}#{number}", one.wallet
        worth = one.worth or 0
        yield Acquire(
            entry.time, one.debt.id, asset, wallet, one.quantity, worth, worth,
            known=one.worth is not None,
        )  # fmt: skip
        yield Dispose(
            entry.time, entry.id, asset, wallet, one.quantity, one.booked, kind=SHORT_CLOSED
        )

    def _is_free(self, entry: Entry, one: Earned) -> bool:
        """Whether income is taxed when its units are sold, which then have cost nothing."""
        if one.kind not in FREE_REWARDS or one.asset == self._terms.money:
            return False
        since = self._settings.rewards_from
        free = since is not None and self._terms.calendar.day(entry.time) >= since
        return free or (self._settings.forks != "income" and entry.is_fork)

    def _as_free(self, entry: Entry, parts: Parts) -> tuple[Came, ...]:
        """What came, at no cost where it is such income."""
        free = {one.asset for one in parts.earned if self._is_free(entry, one)}
        if not free:
            return parts.came
        worth = None if self._settings.forks == "shared" and entry.is_fork else 0
        if worth is None:
            units = [one for one in parts.came if one.asset in free]
            self._fault("missing_basis", entry, reasons.SHARED_COST, *units)
        return tuple(one._replace(worth=worth) if one.asset in free else one for one in parts.came)

    def _earn(self, entry: Entry, parts: Parts) -> None:
        if entry.kind == "option_write" and parts.earned:
            self._fault("not_assessed", entry, reasons.WRITTEN, *parts.earned)
        for one in parts.earned:
            if self._is_free(entry, one):
                continue
            if one.worth is None:
                self._fault("missing_price", entry, f"income of {one.asset} has no price", one)
            self.income.append(
                IncomeLine(one.asset, one.quantity, entry.time, one.worth, one.kind, entry.id)
            )

    def _fault(self, code: str, entry: Entry, message: str, *about: _Units) -> None:
        units = tuple((one.asset, one.quantity) for one in about)
        self.faults.append(Fault(code, f"{entry.id}: {message}", entry.id, units))
