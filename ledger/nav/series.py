"""Entries, quotes and valuation times come in; a net asset value at each time leaves."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from ledger.model.amount import price_from_value
from ledger.model.asset import AssetId
from ledger.model.entry import Entry, Posting, in_order
from ledger.model.errors import BadInput
from ledger.model.fund import Policy
from ledger.model.position import NavPoint
from ledger.nav.positions import Balances
from ledger.nav.valuation import Valuation
from ledger.prices.book import PriceBook

_TIME_OF_DAY: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])Z", re.ASCII)


def valuation_times(first: date, last: date, time_of_day: str) -> tuple[datetime, ...]:
    """The fund's valuation time (`HH:MMZ`) of each day from `first` to `last`, both included."""
    found = _TIME_OF_DAY.fullmatch(time_of_day)
    if found is None:
        raise BadInput(f"{time_of_day[:20]!r} is no valuation time such as 00:00Z")
    start = datetime(first.year, first.month, first.day, int(found[1]), int(found[2]), tzinfo=UTC)
    return tuple(start + timedelta(days=day) for day in range((last - first).days + 1))


def nav_series(
    entries: Iterable[Entry], book: PriceBook, policy: Policy, times: Sequence[datetime]
) -> tuple[NavPoint, ...]:
    """Net asset value at each time, ascending, with entries up to and including it.

    One pass: a day costs its own entries and one price an asset. `growth` is the time-weighted
    factor of the interval, to 36 places, half even:

        (value at the end + what was taken out) / (value at the begin + what was brought in)

    What comes counts from the begin of its interval, what goes to its end, so that neither is a
    result and a redemption never divides by what is left. Movements that nobody explains are no
    result either. `growth` is None where nothing was invested, and where a price is missing for
    what the interval exchanged or held: an unknown value is no value of zero.
    """
    fold = NavFold(book, policy)
    points: list[NavPoint] = []
    waiting = iter(in_order(entries))
    entry = next(waiting, None)
    for time in times:
        while entry is not None and entry.time <= time:
            fold.fold(entry)
            entry = next(waiting, None)
        points.append(fold.point(time))
    return tuple(points)


class NavFold:
    """Net asset value by the day: entries in order, and a point wherever one is asked for.

    `book` may be exchanged for one that knows the quotes of a later stretch of time.
    """

    __slots__ = ("_before", "_interval", "_last", "balances", "book", "policy")

    def __init__(self, book: PriceBook, policy: Policy) -> None:
        self.book, self.policy = book, policy
        self.balances = Balances()
        self._interval = _Interval(self)
        self._before: dict[AssetId, bool] = {}
        self._last = 0

    def fold(self, entry: Entry) -> None:
        """Add an entry, the next in order."""
        self.balances.fold(entry)
        self._interval.fold(entry)

    def point(self, time: datetime) -> NavPoint:
        """The value with all entries so far, and what the time since the last point brought."""
        interval, policy = self._interval, self.policy
        value, priced = _valued(self.balances, Valuation(self.book, time, policy))
        begin = self._last + interval.brought
        known = interval.is_known(self._before, priced)
        growth = growth_of(value + interval.taken, begin) if known else None
        unpriced = sum(not found for found in priced.values())
        self._before, self._last, self._interval = priced, value, _Interval(self)
        currency = policy.base_currency
        return NavPoint(time, currency, value, interval.flows, growth, unpriced, max(begin, 0))

    def state(self) -> dict[str, Any]:
        """All that later points depend on as plain JSON."""
        return {
            "balances": self.balances.state(),
            "interval": self._interval.state(),
            "before": sorted(map(list, self._before.items())),
            "last": str(self._last),
        }

    def resume(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` put down."""
        self.balances = Balances.resumed(state["balances"])
        self._interval = _Interval(self)
        self._interval.resume(state["interval"])
        self._before = {AssetId(asset): priced for asset, priced in state["before"]}
        self._last = int(state["last"])


class _Interval:
    """What moved between two valuations beside the fund's own results."""

    __slots__ = ("_equity_known", "_exchanged", "_of", "brought", "flows", "taken")

    def __init__(self, of: NavFold) -> None:
        self._of = of
        self._exchanged: set[frozenset[AssetId]] = set()
        self._equity_known = True
        self.flows = self.brought = self.taken = 0

    def state(self) -> dict[str, Any]:
        return {
            "sums": [str(self.flows), str(self.brought), str(self.taken)],
            "equity_known": self._equity_known,
            "exchanged": sorted(map(sorted, self._exchanged)),
        }

    def resume(self, state: Mapping[str, Any]) -> None:
        self.flows, self.brought, self.taken = map(int, state["sums"])
        self._equity_known = state["equity_known"]
        self._exchanged = {frozenset(map(AssetId, sides)) for sides in state["exchanged"]}

    def fold(self, entry: Entry) -> None:
        """Add an entry: investors' flows, units without another side, and what was exchanged."""
        self.flows += flow(entry)
        exchanged = set()
        for posting in entry.postings:
            account = posting.account
            if account.type == "equity":
                self._equity_known = self._equity_known and posting.value is not None
                self._move(-(posting.value or 0))
            elif is_unexplained(posting):
                self._move(-self._worth(posting, entry.time))
            elif account.type == "trading":
                exchanged.add(posting.asset)
        if exchanged:
            self._exchanged.add(frozenset(exchanged))

    def is_known(self, before: Mapping[AssetId, bool], after: Mapping[AssetId, bool]) -> bool:
        """Whether the value at both ends speaks of the same things.

        It does not where a flow has no value, where an asset that is held lost or found its price,
        and where something with a price was exchanged for something without.
        """
        changed = any(after.get(asset, priced) != priced for asset, priced in before.items())
        dark = {asset for part in (before, after) for asset, priced in part.items() if not priced}
        half = any(sides & dark and sides - dark for sides in self._exchanged)
        return self._equity_known and not changed and not half

    def _move(self, value: int) -> None:
        if value > 0:
            self.brought += value
        else:
            self.taken -= value

    def _worth(self, posting: Posting, time: datetime) -> int:
        """The value of unexplained units; without a price they are in no valuation either."""
        if posting.value is not None:
            return posting.value
        policy = self._of.policy
        worth = self._of.book.value(
            posting.asset,
            posting.quantity,
            time,
            policy.base_currency,
            policy.quote_age_seconds_max,
        )
        return worth or 0


def flow(entry: Entry) -> int:
    """What investors brought (positive) or took in an entry, at its value then.

    Every posting on equity counts, opening balances too: what was there before the books is no
    result of theirs. A flow without a price counts nothing.
    """
    return -sum(
        posting.value
        for posting in entry.postings
        if posting.account.type == "equity" and posting.value is not None
    )


def is_unexplained(posting: Posting) -> bool:
    """Whether a posting is of units without another side; spam is in no valuation."""
    return posting.account.type == "suspense" and posting.account.name != "spam"


def _valued(balances: Balances, valuation: Valuation) -> tuple[int, dict[AssetId, bool]]:
    """The value of everything with a price, and for each asset whether it has one."""
    total = 0
    priced: dict[AssetId, bool] = {}
    for asset, quantities in balances.by_asset():
        rate = valuation.rate(asset)
        priced[asset] = rate is not None
        if rate is not None:
            total += sum(map(rate.value, quantities))
    return total, priced


def growth_of(end: int, begin: int) -> Decimal | None:
    """The quotient of two amounts of money; None where nothing was invested."""
    return price_from_value(end, begin, 18) if begin > 0 else None
