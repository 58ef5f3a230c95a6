"""Entries, disposals, lots and quotes come in; profit and loss by strategy over an interval leaves.

Every unit of money by which net asset value changed, beside what investors moved, is in exactly one
row: Σ net = NAV(end) − NAV(start) − flows, to the last unit, where everything has a price.

- What a lot gained goes to the strategy that acquired it, and what a debt gained to the strategy
  that took it up, before it is realised and when it is: a sale moves no result to another strategy.
- Income and costs go to the strategy of the entry, and with them whatever else changed the book
  value (cost of lots, base currency, less debts as booked) and is no flow.
- What has no known basis or sits in suspense goes to the row `unexplained`, never to a strategy.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ledger.model.asset import AssetId, currency
from ledger.model.entry import Entry, Posting, in_order
from ledger.model.fund import Policy
from ledger.model.lot import Disposal, Lot
from ledger.model.position import StrategyResult
from ledger.nav.debts import Debts, Place, Repayment, repayments
from ledger.nav.positions import HELD, Balances
from ledger.nav.series import flow
from ledger.nav.trades import UNASSIGNED, trades
from ledger.nav.valuation import Valuation
from ledger.prices.book import PriceBook

__all__ = ("UNASSIGNED", "UNEXPLAINED", "strategy_results", "trades")

#: The row of what nobody explained.
UNEXPLAINED: Final = "unexplained"

_SUSPENSE: Final = "suspense:"
#: Expense account → the field of a result; every other expense is a fee.
_COSTS: Final = {"gas": "gas", "failed": "failed", "tip": "tips"}


def strategy_results(
    entries: Iterable[Entry],
    disposals: Iterable[Disposal],
    lots_at: Mapping[datetime, tuple[Lot, ...]],
    book: PriceBook,
    policy: Policy,
    interval: tuple[datetime, datetime],
) -> tuple[StrategyResult, ...]:
    """The results of every strategy over (start, end], by name; rows without anything are left out.

    `lots_at` holds the open lots at both ends (`lots.snapshots`); `disposals` may be all there are.
    """
    start, end = interval
    ordered = in_order(entries)
    known = tuple(disposals)
    rows: defaultdict[str, _Row] = defaultdict(_Row)
    given = defaultdict(list)
    for disposal in known:
        given[disposal.entry].append(disposal)
    repaid = repayments(ordered)
    base = currency(policy.base_currency)
    booked = 0
    for entry in ordered:
        if start < entry.time <= end:
            booked += _Booked(entry, given[entry.id], repaid.get(entry.id, ()), base).add_to(rows)
    held = _cost(lots_at[end]) - _cost(lots_at[start])
    rows[UNEXPLAINED].amounts["realised"] += held - booked
    for time, sign in ((start, -1), (end, 1)):
        standing = _Standing(ordered, lots_at[time], Valuation(book, time, policy), base)
        standing.add_to(rows, sign)
    for trade in trades(ordered, known):
        if start < trade.closed <= end:
            rows[trade.strategy].trades += 1
            rows[trade.strategy].wins += trade.result > 0
    return tuple(row.result(strategy) for strategy, row in sorted(rows.items()) if row)


@dataclass(slots=True)
class _Row:
    """A result while it is added up."""

    amounts: Counter[str] = field(default_factory=Counter)
    trades: int = 0
    wins: int = 0
    unknown: int = 0

    def __bool__(self) -> bool:
        return any((*self.amounts.values(), self.trades, self.unknown))

    def result(self, strategy: str) -> StrategyResult:
        amounts = self.amounts
        return StrategyResult(
            strategy=strategy,
            realised=amounts["realised"],
            income=amounts["income"],
            unrealised=amounts["unrealised"],
            gas=amounts["gas"],
            tips=amounts["tips"],
            failed=amounts["failed"],
            fees=amounts["fees"],
            trades=self.trades,
            wins=self.wins,
            unknown=self.unknown,
        )


_Rows = defaultdict[str, _Row]


class _Booked:
    """What one entry changed in the books, taken apart."""

    def __init__(
        self,
        entry: Entry,
        disposals: Sequence[Disposal],
        repaid: Sequence[Repayment],
        base: AssetId,
    ) -> None:
        self.entry = entry
        self.disposals = [one for one in disposals if not one.wallet.startswith(_SUSPENSE)]
        self.repaid = repaid
        self.base = base
        self.amounts: Counter[str] = Counter()
        self.unknown = 0
        #: what was gained by strategies: that of the lot, that of the debt
        self.gains: Counter[str] = Counter()
        #: the change of cash less debts, of the cost of lots, and what nobody explained of both
        self.cash = self.lots = self.unexplained = 0

    def add_to(self, rows: _Rows) -> int:
        """Add the entry to the rows; gives the change of the cost of lots."""
        for posting in self.entry.postings:
            if posting.account.type in HELD:
                self._held(posting)
            else:
                self._other(posting)
        for disposal in self.disposals:
            self._disposed(disposal)
        for repayment in self.repaid:
            self._repaid(repayment)
        self._base_into_lots()
        costs = sum(self.amounts[name] for name in ("gas", "failed", "tips", "fees"))
        changed = self.cash + self.lots - flow(self.entry)
        realised = changed - self.amounts["income"] + costs - self.unexplained
        for strategy, gain in self.gains.items():
            rows[strategy].amounts["realised"] += gain
        row = rows[self.entry.strategy or UNASSIGNED]
        row.amounts.update(self.amounts)
        row.amounts["realised"] += realised - self.gains.total()
        row.unknown += self.unknown
        rows[UNEXPLAINED].amounts["realised"] += self.unexplained
        return self.lots

    def _held(self, posting: Posting) -> None:
        if posting.asset == self.base:
            self.cash += posting.quantity
        elif posting.role == "none":
            # units without a lot: their marks are unexplained, and so is their value when booked
            self.unexplained -= posting.value or 0
        elif posting.role != "move" and posting.quantity > 0:
            self.lots += posting.value or 0
            self.unknown += posting.value is None

    def _other(self, posting: Posting) -> None:
        account, value = posting.account, posting.value or 0
        if account.type == "liability":
            self.cash -= abs(value) if posting.quantity > 0 else 0
            self.unknown += posting.value is None
        elif account.type == "income":
            self.amounts["income"] -= value
        elif account.type == "expense":
            self.amounts[_COSTS.get(account.name, "fees")] += value
            self.unknown += posting.value is None
        elif account.type == "suspense":
            if posting.asset == self.base:
                self.unexplained -= posting.quantity
            elif posting.role == "none":
                self.unexplained -= value

    def _disposed(self, disposal: Disposal) -> None:
        self.unknown += disposal.gain is None
        if disposal.cost is None:
            self.unexplained += disposal.proceeds or 0
        else:
            self.lots -= disposal.cost
            gain = (disposal.proceeds or 0) - disposal.cost
            self.gains[disposal.lot_strategy or UNASSIGNED] += gain

    def _repaid(self, repayment: Repayment) -> None:
        """Debt as booked is gone; units beyond all debt are interest."""
        if repayment.debt is None:
            self.amounts["fees"] += repayment.worth or 0
        elif repayment.booked is None:
            self.unexplained -= repayment.worth or 0
        else:
            self.cash += repayment.booked
            gain = repayment.booked - (repayment.worth or 0)
            self.gains[repayment.debt.strategy or UNASSIGNED] += gain

    def _base_into_lots(self) -> None:
        """Base currency that went into something else by a move is the cost of new lots."""
        moves = [posting for posting in self.entry.postings if posting.role == "move"]
        net = sum(posting.quantity for posting in moves if posting.asset == self.base)
        if net < 0 and any(p.quantity > 0 and p.asset != self.base for p in moves):
            self.lots -= net


class _Standing:
    """What is not realised at a moment: marks less costs, by strategy."""

    def __init__(
        self, ordered: Sequence[Entry], lots: Sequence[Lot], valuation: Valuation, base: AssetId
    ) -> None:
        self.lots: defaultdict[tuple[str, AssetId], list[Lot]] = defaultdict(list)
        for lot in lots:
            if not lot.wallet.startswith(_SUSPENSE):
                self.lots[lot.wallet, lot.asset].append(lot)
        self.valuation = valuation
        self.base = base
        self.balances = Balances()
        self.debts = Debts()
        for entry in ordered:
            if entry.time > valuation.time:
                break
            self.balances.fold(entry)
            self.debts.fold(entry)

    def add_to(self, rows: _Rows, sign: int) -> None:
        """Add what is not realised, or take it away, with what has no price counted at the end."""
        units = self.balances.units
        places = {(place, asset) for place, asset, owed in units if not owed} | set(self.lots)
        for place, asset in sorted(places):
            if asset != self.base and not self.balances.is_spam(asset):
                self._add_lots((place, asset), units.get((place, asset, False), 0), rows, sign)
        for key in sorted(self.debts.open.keys() | self.debts.beyond.keys()):
            self._add_debts(key, units.get((*key, True), 0), rows, sign)

    def _add_lots(self, key: tuple[str, AssetId], units: int, rows: _Rows, sign: int) -> None:
        """Each lot's mark less its cost; what lots leave of the position's mark is unexplained."""
        asset, lots = key[1], self.lots[key]
        left = self.valuation.value(asset, units)
        covered = units == sum(lot.quantity for lot in lots)
        for number, lot in enumerate(lots, start=1):
            mark = self.valuation.value(asset, lot.quantity)
            if left is None or mark is None:
                rows[lot.strategy or UNASSIGNED].unknown += sign > 0
                continue
            if covered and number == len(lots):
                mark = left
            left -= mark
            if lot.cost is None:
                rows[UNEXPLAINED].amounts["unrealised"] += sign * mark
            else:
                row = rows[lot.strategy or UNASSIGNED]
                row.amounts["unrealised"] += sign * (mark - lot.cost)
        if left:
            rows[UNEXPLAINED].amounts["unrealised"] += sign * left

    def _add_debts(self, key: Place, units: int, rows: _Rows, sign: int) -> None:
        """What was booked of each debt less what it is worth now.

        What debts leave of the position's mark was repaid beyond them.
        """
        asset, debts = key[1], self.debts.open[key]
        left = self.valuation.value(asset, -units)
        covered = units == sum(debt.quantity for debt in debts)
        for number, debt in enumerate(debts, start=1):
            mark = self.valuation.value(asset, -debt.quantity)
            if left is None or mark is None:
                rows[debt.strategy or UNASSIGNED].unknown += sign > 0
                continue
            if covered and number == len(debts):
                mark = left
            left -= mark
            if debt.booked is None:
                rows[UNEXPLAINED].amounts["unrealised"] += sign * mark
            else:
                row = rows[debt.strategy or UNASSIGNED]
                row.amounts["unrealised"] += sign * (mark + debt.booked)
        if left:
            beyond = self.debts.beyond.get(key) or UNASSIGNED
            rows[beyond].amounts["unrealised"] += sign * left


def _cost(lots: Iterable[Lot]) -> int:
    """The known costs of lots that are not in suspense."""
    return sum(lot.cost or 0 for lot in lots if not lot.wallet.startswith(_SUSPENSE))
