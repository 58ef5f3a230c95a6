"""A fund's desk and a time enter; balances, positions, lots and net asset values then leave.

They are read from what the last keeping put down, so that the length of the history does not
matter: what stands now lies ready, and an earlier time is the checkpoint before it with the entries
since. Only where the books are not kept up to date are they made from the evidence.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from api import figures
from api.desk import Desk
from api.jobs.keep.parts import LOTS, lot_of, lots_name, position_of, total_of
from api.jobs.keep.plan import BEGIN, is_kept
from api.views import Total
from ledger.books.standing import Standing
from ledger.model.activity import microseconds
from ledger.model.asset import Asset, AssetId
from ledger.model.lot import Lot
from ledger.model.position import Mark, NavPoint, Position
from ledger.nav.positions import costs_of, with_costs
from ledger.nav.valuation import mark
from ledger.prices.book import PriceBook

if TYPE_CHECKING:
    from ledger.books import Books

Assets = dict[AssetId, Asset]


class Stood(Protocol):
    """What stood at a moment."""

    def assets(self) -> Assets:
        """What is known of assets."""
        ...

    def totals(self) -> tuple[Total, ...]:
        """The balance of each account and asset in base units, by path and asset, without zeros."""
        ...

    def lots(self, asset: AssetId | None = None) -> tuple[Lot, ...]:
        """The open lots, of one asset or of all, by asset and acquisition."""
        ...

    def marks(self) -> tuple[Mark, ...]:
        """What is held and owed, with its cost and its value."""
        ...

    def nav(self) -> tuple[NavPoint, ...]:
        """Daily net asset value from the first entry on."""
        ...


def stood(desk: Desk, as_of: datetime | None, known_at: datetime | None = None) -> Stood:
    """What stood at a time, as it was known at another; None for now."""
    if known_at is not None:
        then = Desk(desk.store, desk.fund_at(known_at))
        return Remade(then, figures.as_of(desk.books(known_at), as_of), as_of)
    if not is_kept(desk):
        return Remade(desk, figures.as_of(desk.books(), as_of), as_of)
    return Kept(desk) if as_of is None else _refolded(desk, as_of)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands now, part by part."""

    desk: Desk

    def assets(self) -> Assets:
        """What is known of assets."""
        return self.desk.store.assets.all(self.desk.fund.name)

    def totals(self) -> tuple[Total, ...]:
        """The balance of each account and asset."""
        return tuple(map(total_of, self._part("totals")))

    def positions(self) -> tuple[Position, ...]:
        """What is held and owed, with its cost."""
        return tuple(map(position_of, self._part("held")))

    def lots(self, asset: AssetId | None = None) -> tuple[Lot, ...]:
        """The open lots."""
        fund, keeping = self.desk.fund.name, self.desk.store.keeping
        if asset is not None:
            return tuple(map(lot_of, self._part(lots_name(asset))))
        found = keeping.parts(fund, LOTS)
        return tuple(lot_of(row) for body in found for row in json.loads(body))

    def marks(self) -> tuple[Mark, ...]:
        """The positions with their values at the close of the last day."""
        last = self._part("summary")
        moment = figures.close_of(datetime.fromisoformat(last["last"]) if last else None)
        return mark(self.positions(), _prices(self.desk, moment), moment, self.desk.fund.policy)

    def nav(self) -> tuple[NavPoint, ...]:
        """Daily net asset value."""
        return self.desk.store.keeping.nav(self.desk.fund.name)

    def _part(self, name: str) -> Any:  # noqa: ANN401 -- any JSON
        found = self.desk.store.keeping.part(self.desk.fund.name, name)
        return [] if found is None else json.loads(found)


@dataclass(frozen=True, slots=True)
class Refolded:
    """What stood at an earlier time, folded again from the checkpoint before it."""

    desk: Desk
    standing: Standing
    time: datetime
    earlier: tuple[NavPoint, ...]

    def assets(self) -> Assets:
        """What is known of assets."""
        return self.desk.store.assets.all(self.desk.fund.name)

    def totals(self) -> tuple[Total, ...]:
        """The balance of each account and asset."""
        return self.standing.sorted_totals()

    def lots(self, asset: AssetId | None = None) -> tuple[Lot, ...]:
        """The open lots."""
        found = self.standing.open_lots()
        return tuple(lot for lot in found if asset is None or lot.asset == asset)

    def marks(self) -> tuple[Mark, ...]:
        """The positions with their values at that time."""
        held = with_costs(self.standing.balances.positions(), costs_of(self.standing.open_lots()))
        return mark(held, _prices(self.desk, self.time), self.time, self.desk.fund.policy)

    def nav(self) -> tuple[NavPoint, ...]:
        """Daily net asset value up to that time."""
        known = (*self.earlier, *self.standing.points)
        return tuple(point for point in known if point.time <= self.time)


@dataclass(frozen=True, slots=True)
class Remade:
    """What stood at a time, of books that were made from the evidence."""

    desk: Desk
    books: "Books"
    time: datetime | None

    def assets(self) -> Assets:
        """What is known of assets."""
        return dict(self.books.assets)

    def totals(self) -> tuple[Total, ...]:
        """The balance of each account and asset."""
        return figures.totals(self.books)

    def lots(self, asset: AssetId | None = None) -> tuple[Lot, ...]:
        """The open lots."""
        return tuple(lot for lot in self.books.booking.open if asset in {None, lot.asset})

    def marks(self) -> tuple[Mark, ...]:
        """The positions with their values."""
        return figures.marks(self.books, self.time)

    def nav(self) -> tuple[NavPoint, ...]:
        """Daily net asset value."""
        return figures.nav(self.books, self.desk.fund, self.time)


def _refolded(desk: Desk, as_of: datetime) -> Refolded:
    fund, store, policy = desk.fund.name, desk.store, desk.policy()
    until = microseconds(as_of) + 1
    found = store.keeping.state_before(fund, until)
    start = BEGIN if found is None else found[0]
    standing = (
        Standing(policy, desk.fund.valuation_time)
        if found is None
        else Standing.resumed(policy, desk.fund.valuation_time, json.loads(found[1])["standing"])
    )
    entries = store.journal.live_entries(fund, (start, until))
    first = microseconds(entries[0].time) if entries else until
    standing.fold(entries, _prices(desk, as_of, first if found is None else start))
    standing.close(as_of)
    standing.value_at(as_of)
    earlier = tuple(point for point in store.keeping.nav(fund) if microseconds(point.time) < start)
    return Refolded(desk, standing, as_of, earlier)


def _prices(desk: Desk, moment: datetime, since: int | None = None) -> PriceBook:
    """The quotes that count from a time, by default the moment itself, up to a moment."""
    fund, store = desk.fund.name, desk.store
    until = microseconds(moment) + 1
    oldest = (until if since is None else since) - desk.fund.policy.quote_age_seconds_max * 10**6
    quotes = store.quotes.between(fund, oldest, until)
    implied = store.keeping.implied(fund, oldest, until)
    return PriceBook((*quotes, *implied), store.assets.all(fund))
