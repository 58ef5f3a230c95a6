"""Entries enter in the order of the books; balances, open lots and net asset values leave.

The fold that can be put down and taken up: adding a day costs the day. Everything in it follows
from entries, quotes and policy alone, so it can be thrown away and folded again.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from ledger.lots.bookkeeper import Bookkeeper
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry
from ledger.model.fund import Policy, WalletId
from ledger.model.lot import Lot
from ledger.model.position import NavPoint
from ledger.nav.positions import Balances
from ledger.nav.series import NavFold, valuation_times
from ledger.prices.book import PriceBook

#: Base units by account and asset.
Totals = dict[tuple[Account, AssetId], int]


class Standing:
    """What the entries so far add up to; `valuation_time` is the fund's, `HH:MMZ`."""

    def __init__(self, policy: Policy, valuation_time: str) -> None:
        self.totals: Totals = {}
        #: net asset values since the last time they were taken
        self.points: list[NavPoint] = []
        self.entries = 0
        self._keeper = Bookkeeper(policy)
        self._nav = NavFold(PriceBook(), policy)
        self._policy = policy
        self._valuation = valuation_times(_DAY_ONE, _DAY_ONE, valuation_time)[0].timetz()
        self._next: datetime | None = None
        self._last: datetime | None = None

    def fold(self, entries: Iterable[Entry], prices: PriceBook) -> None:
        """Add entries, the next in order; `prices` know the quotes of their time."""
        self._nav.book = prices
        totals, keeper, nav = self.totals, self._keeper, self._nav
        for entry in entries:
            if self._next is None:
                self._next = self._first_valuation(entry.time)
            while self._next < entry.time:
                self._value()
            keeper.fold(entry)
            nav.fold(entry)
            for posting in entry.postings:
                key = (posting.account, posting.asset)
                totals[key] = totals.get(key, 0) + posting.quantity
            self.entries += 1
            self._last = entry.time
        keeper.forget()

    def close(self, until: datetime) -> None:
        """Value the days before a moment before which no further entry comes."""
        while self._next is not None and self._next < until:
            self._value()

    def finish(self) -> None:
        """Value the days up to the close of the last one with an entry: nothing follows."""
        last = self.last_day
        while last is not None and self._next is not None and self._next.date() <= last:
            self._value()

    @property
    def last_day(self) -> date | None:
        """The day on which the last day with an entry closes: that of the last valuation."""
        if self._last is None:
            return None
        midnight = datetime.combine(self._last.date(), time(tzinfo=UTC))
        return (self._last if self._last == midnight else midnight + timedelta(days=1)).date()

    @property
    def last_valuation(self) -> datetime | None:
        """The last time of valuation of books that end here."""
        day = self.last_day
        return None if day is None else datetime.combine(day, self._valuation)

    def value_at(self, moment: datetime) -> None:
        """Value the moment itself, where it is a time of valuation."""
        if self._next == moment:
            self._value()

    def sorted_totals(self) -> tuple[tuple[Account, AssetId, int], ...]:
        """The balance of each account and asset, by path and asset, without zeros."""
        ordered = sorted(self.totals.items(), key=lambda item: (item[0][0].path, item[0][1]))
        return tuple((account, asset, units) for (account, asset), units in ordered if units)

    def open_lots(self) -> tuple[Lot, ...]:
        """The lots open now."""
        return self._keeper.open_lots()

    @property
    def balances(self) -> Balances:
        """What is held and owed now."""
        return self._nav.balances

    @property
    def last(self) -> datetime | None:
        """The time of the newest entry."""
        return self._last

    def left(self, wallet: WalletId, asset: AssetId) -> int | None:
        """What a wallet holds or owes of an asset; None where nothing of it ever moved there."""
        sides = [
            self.totals[key]
            for kind in ("asset", "liability")
            if (key := (Account(kind, wallet, wallet), asset)) in self.totals
        ]
        return sum(sides) if sides else None

    def state(self) -> dict[str, Any]:
        """All of it as plain JSON, equal for equal standing; `points` are not part of it."""
        return {
            "totals": [
                [account.type, account.name, account.wallet, asset, str(units)]
                for (account, asset), units in sorted(self.totals.items(), key=_total_order)
                if units or account.wallet  # a wallet remembers that it once held
            ],
            "entries": self.entries,
            "lots": self._keeper.state(),
            "nav": self._nav.state(),
            "next": None if self._next is None else self._next.isoformat(),
            "last": None if self._last is None else self._last.isoformat(),
        }

    @classmethod
    def resumed(cls, policy: Policy, valuation_time: str, state: Mapping[str, Any]) -> "Standing":
        """The standing that `state` put down; points begin anew."""
        standing = cls(policy, valuation_time)
        for kind, name, wallet, asset, units in state["totals"]:
            account = Account(kind, name, None if wallet is None else WalletId(wallet))
            standing.totals[account, AssetId(asset)] = int(units)
        standing.entries = state["entries"]
        standing._keeper = Bookkeeper.resumed(policy, state["lots"])
        standing._nav.resume(state["nav"])
        standing._next = None if state["next"] is None else datetime.fromisoformat(state["next"])
        standing._last = None if state["last"] is None else datetime.fromisoformat(state["last"])
        return standing

    def _first_valuation(self, first: datetime) -> datetime:
        """The first time of valuation at or after the first entry."""
        found = datetime.combine(first.date(), self._valuation)
        return found if found >= first else found + timedelta(days=1)

    def _value(self) -> None:
        assert self._next is not None, "there is a first entry"
        self.points.append(self._nav.point(self._next))
        self._next += timedelta(days=1)


_DAY_ONE: Final = date(1970, 1, 1)


def _total_order(item: tuple[tuple[Account, AssetId], int]) -> tuple[str, str, str, str]:
    (account, asset), _ = item
    return account.type, account.name, account.wallet or "", asset
