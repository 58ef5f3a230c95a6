"""Entries and disposals come in; closed trades leave, each with its result after costs.

A trade is an entry, or the entries of one group, that realised something: units given up against
the strategy's money, a debt repaid for more or less than it was taken up for, a gain from trading,
or a failed attempt, whose stake is its cost. It counts for the strategy that closed it. A position
that was merely opened is no trade: the money given for it has a gain of its own since it was
acquired, and that is no result of the opening.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ledger.model.asset import AssetId, currency_of
from ledger.model.entry import Entry, Posting, in_order
from ledger.model.lot import Disposal
from ledger.model.position import Trade
from ledger.nav.debts import Repayment, interest, repayments
from ledger.nav.positions import HELD

#: The strategy of entries that have none.
UNASSIGNED: Final = "unassigned"


def trades(entries: Iterable[Entry], disposals: Iterable[Disposal]) -> tuple[Trade, ...]:
    """The closed trades, by time of closing.

    The result is the gain of the units given up and of the debts repaid, plus income from trading,
    less every cost of the entries (gas, tips, premiums, failures, interest); the stake is the cost
    of the units given up and the value of the debts as booked, or what the attempt cost. What has
    an unknown basis or an unpriced cost is no trade: its result is unknown.
    """
    given = defaultdict(list)
    for disposal in disposals:
        given[disposal.entry].append(disposal)
    attempts: dict[str, list[_Exchange]] = {}
    ordered = in_order(entries)
    repaid = repayments(ordered)
    exchanges = [_exchange(entry, given[entry.id], repaid.get(entry.id, ())) for entry in ordered]
    for exchange in exchanges:
        attempts.setdefault(exchange.entry.group or exchange.entry.id, []).append(exchange)
    money = _money_by_strategy(exchanges, _steady(exchange.entry for exchange in exchanges))
    found = [_trade(name, parts, money) for name, parts in attempts.items()]
    closed = [trade for trade in found if trade is not None]
    return tuple(sorted(closed, key=lambda trade: (trade.closed, trade.id)))


@dataclass(frozen=True, slots=True)
class _Exchange:
    """What one entry gave up and got, costs apart."""

    entry: Entry
    strategy: str
    gave: frozenset[AssetId]
    got: frozenset[AssetId]
    disposals: tuple[Disposal, ...]
    repaid: tuple[Repayment, ...]

    @property
    def costs(self) -> list[int | None]:
        """What the entry cost: expenses, and what was repaid beyond all debt."""
        spent = [p.value for p in self.entry.postings if p.account.type == "expense"]
        return [*spent, *interest(self.repaid)]

    @property
    def closed_debts(self) -> list[Repayment]:
        """Repayments that realised something; a loan in money given back as it came did not."""
        return [one for one in self.repaid if one.debt is not None and one.gain != 0]


@dataclass(slots=True)
class _Use:
    """How a strategy used an asset."""

    exchanges: int = 0
    funded: bool = False


#: An asset is steady when it was exchanged this often and its price never moved by more than this.
STEADY_EXCHANGES: Final = 10
STEADY_PERCENT: Final = 125

_Rank = tuple[bool, bool, bool, int, AssetId]


def _exchange(
    entry: Entry, disposals: Sequence[Disposal], repaid: Sequence[Repayment]
) -> _Exchange:
    net: Counter[AssetId] = Counter()
    for posting in entry.postings:
        if posting.account.type in HELD and posting.role in {"acquire", "dispose"}:
            net[posting.asset] += posting.quantity
    plain = tuple(one for one in disposals if one.kind == entry.kind)
    gave = {one.asset for one in plain} | {
        asset for asset, units in net.items() if units < 0 and currency_of(asset)
    }
    got = frozenset(asset for asset, units in net.items() if units > 0) - gave
    return _Exchange(
        entry, entry.strategy or UNASSIGNED, frozenset(gave), got, plain, tuple(repaid)
    )


def _steady(entries: Iterable[Entry]) -> frozenset[AssetId]:
    """Assets whose value in exchanges hardly moves: stablecoins, on whatever network.

    Values and units of postings alone tell, so that no list of coins is needed; the depeg of a day
    stays within the bound.
    """
    prices: defaultdict[AssetId, list[tuple[int, int]]] = defaultdict(list)
    for entry in entries:
        for posting in entry.postings:
            if posting.value and posting.role in {"acquire", "dispose"}:
                prices[posting.asset].append((posting.value, posting.quantity))
    return frozenset(
        asset for asset, seen in prices.items() if len(seen) >= STEADY_EXCHANGES and _within(seen)
    )


def _within(seen: Sequence[tuple[int, int]]) -> bool:
    """Whether no price exceeds another by more than the bound; compared without a division."""
    lowest = highest = seen[0]
    for value, units in seen[1:]:
        if abs(value) * abs(lowest[1]) < abs(lowest[0]) * abs(units):
            lowest = (value, units)
        if abs(value) * abs(highest[1]) > abs(highest[0]) * abs(units):
            highest = (value, units)
    left = abs(highest[0]) * abs(lowest[1]) * 100
    return left <= abs(lowest[0]) * abs(highest[1]) * STEADY_PERCENT


def _money_by_strategy(
    exchanges: Iterable[_Exchange], steady: frozenset[AssetId]
) -> dict[tuple[str, AssetId], _Rank]:
    """How much like money an asset is to a strategy: greater is more.

    A currency first, then what is steady; then what it gave before it ever got any, for that is
    what it was funded with; of equals what it exchanges most often.
    """
    uses: defaultdict[tuple[str, AssetId], _Use] = defaultdict(_Use)
    for exchange in exchanges:
        if exchange.gave and exchange.got:
            for asset in chain(sorted(exchange.gave), sorted(exchange.got)):
                use = uses[exchange.strategy, asset]
                use.funded = use.funded or (not use.exchanges and asset in exchange.gave)
                use.exchanges += 1
    return {
        (strategy, asset): (
            currency_of(asset) is not None,
            asset in steady,
            use.funded,
            use.exchanges,
            asset,
        )
        for (strategy, asset), use in uses.items()
    }


def _closes(exchange: _Exchange, money: dict[tuple[str, AssetId], _Rank]) -> bool:
    """Whether an exchange went back to money."""
    if not exchange.disposals or not exchange.got:
        return False
    got = max(money[exchange.strategy, asset] for asset in exchange.got)
    return got > max(money[exchange.strategy, asset] for asset in exchange.gave)


def _is_earned(posting: Posting, group: str | None) -> bool:
    """Income of the trade itself: from trading, and all that a group of transactions brought."""
    account = posting.account
    return account.path == "income:trading" or (group is not None and account.type == "income")


def _trade(
    name: str, parts: Sequence[_Exchange], money: dict[tuple[str, AssetId], _Rank]
) -> Trade | None:
    closing = [one for part in parts if _closes(part, money) for one in part.disposals]
    entries = [part.entry for part in parts]
    postings = [posting for entry in entries for posting in entry.postings]
    debts = [one for part in parts for one in part.closed_debts]
    costs = [cost for part in parts for cost in part.costs]
    earned = [posting.value for posting in postings if _is_earned(posting, parts[0].entry.group)]
    failed = any(
        entry.kind == "failed" or any(p.account.path == "expense:failed" for p in entry.postings)
        for entry in entries
    )
    if not (closing or debts or earned or failed):
        return None
    known = [value for value in (*costs, *earned) if value is not None]
    results = [*(one.gain for one in closing), *(one.gain for one in debts)]
    gains = [gain for gain in results if gain is not None]
    if len(known) < len(costs) + len(earned) or len(gains) < len(results):
        return None
    spent = sum(value for value in costs if value is not None)
    since = [one.acquired for one in closing if one.acquired is not None]
    since += [one.debt.taken for one in debts if one.debt is not None]
    return Trade(
        id=name,
        strategy=parts[0].strategy,
        opened=min([entries[0].time, *since]),
        closed=entries[-1].time,
        result=sum(gains) - sum(known),
        stake=sum(one.cost or 0 for one in closing) + sum(one.booked or 0 for one in debts)
        or spent,
        entries=tuple(entry.id for entry in entries),
    )
