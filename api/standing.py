"""A fund's desk and a time enter; balances, positions, lots and net asset values then leave.

They are read from what the last keeping put down, so that the length of the history does not
matter: what stands now lies ready, and an earlier time is the checkpoint before it with the entries
since. Only where the books are not kept up to date are they made from the evidence.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from api import figures
from api.desk import Desk, policy_of
from api.jobs.keep.parts import LOTS, lot_of, lots_name, position_of, total_of
from api.jobs.keep.plan import BEGIN, is_kept
from api.views import Total
from ledger.books.standing import Standing
from ledger.model.activity import microseconds
from ledger.model.asset import Asset, AssetId
from ledger.model.fund import Fund
from ledger.model.lot import Lot
from ledger.model.position import Mark, NavPoint, Position
from ledger.nav.positions import costs_of, with_costs
from ledger.nav.valuation import mark
from ledger.prices.book import PriceBook

if TYPE_CHECKING:
    from ledger.books import Books
    from ledger.store.store import Aggregates

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


@contextmanager
def stood(desk: Desk, as_of: datetime | None, known_at: datetime | None = None) -> Iterator[Stood]:
    """What stood at a time, as it was known at another; None for now.

    All of it is read as it was at one moment, whatever is kept meanwhile.
    """
    if known_at is None:
        with desk.store.snapshot(desk.fund.name) as inside:
            if is_kept(inside, desk.fund.name):
                fund = inside.funds.get(desk.fund.name)
                yield Kept(inside, fund) if as_of is None else _refolded(inside, fund, as_of)
                return
    books = figures.as_of(desk.books(known_at), as_of)
    yield Remade(desk.fund_at(known_at), books, as_of)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands now, part by part."""

    inside: "Aggregates"
    fund: Fund

    def assets(self) -> Assets:
        """What is known of assets."""
        return self.inside.assets.all(self.fund.name)

    def totals(self) -> tuple[Total, ...]:
        """The balance of each account and asset."""
        return tuple(map(total_of, self._part("totals")))

    def positions(self) -> tuple[Position, ...]:
        """What is held and owed, with its cost."""
        return tuple(map(position_of, self._part("held")))

    def lots(self, asset: AssetId | None = None) -> tuple[Lot, ...]:
        """The open lots."""
        if asset is not None:
            return tuple(map(lot_of, self._part(lots_name(asset))))
        found = self.inside.keeping.parts(self.fund.name, LOTS)
        return tuple(lot_of(row) for body in found.values() for row in json.loads(body))

    def marks(self) -> tuple[Mark, ...]:
        """The positions with their values at the close of the last day."""
        prices, moment = self.prices()
        return mark(self.positions(), prices, moment, self.fund.policy)

    def prices(self) -> tuple[PriceBook, datetime]:
        """The quotes that count at the close of the last day, and when that is."""
        last = self._part("summary")
        moment = figures.close_of(datetime.fromisoformat(last["last"]) if last else None)
        return _prices(self.inside, self.fund, moment), moment

    def nav(self) -> tuple[NavPoint, ...]:
        """Daily net asset value."""
        return self.inside.keeping.nav(self.fund.name)

    def _part(self, name: str) -> Any:  # noqa: ANN401 -- any JSON
        found = self.inside.keeping.part(self.fund.name, name)
        return [] if found is None else json.loads(found)


@dataclass(frozen=True, slots=True)
class Refolded:
    """What stood at an earlier time, folded again from the checkpoint before it."""

    inside: "Aggregates"
    fund: Fund
    standing: Standing
    time: datetime
    earlier: tuple[NavPoint, ...]

    def assets(self) -> Assets:
        """What is known of assets."""
        return self.inside.assets.all(self.fund.name)

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
        prices = _prices(self.inside, self.fund, self.time)
        return mark(held, prices, self.time, self.fund.policy)

    def nav(self) -> tuple[NavPoint, ...]:
        """Daily net asset value up to that time."""
        known = (*self.earlier, *self.standing.points)
        return tuple(point for point in known if point.time <= self.time)


@dataclass(frozen=True, slots=True)
class Remade:
    """What stood at a time, of books that were made from the evidence."""

    fund: Fund
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
        return figures.nav(self.books, self.fund, self.time)


def _refolded(inside: "Aggregates", fund: Fund, as_of: datetime) -> Refolded:
    name, policy = fund.name, policy_of(inside, fund)
    until = microseconds(as_of) + 1
    found = inside.keeping.state_before(name, until)
    start = BEGIN if found is None else found[0]
    standing = (
        Standing(policy, fund.valuation_time)
        if found is None
        else Standing.resumed(policy, fund.valuation_time, json.loads(found[1])["standing"])
    )
    entries = inside.journal.live_entries(name, (start, until))
    first = microseconds(entries[0].time) if entries else until
    standing.fold(entries, _prices(inside, fund, as_of, first if found is None else start))
    standing.close(as_of)
    standing.value_at(as_of)
    earlier = tuple(point for point in inside.keeping.nav(name) if microseconds(point.time) < start)
    return Refolded(inside, fund, standing, as_of, earlier)


def _prices(
    inside: "Aggregates", fund: Fund, moment: datetime, since: int | None = None
) -> PriceBook:
    """The quotes that count from a time, by default the moment itself, up to a moment."""
    until = microseconds(moment) + 1
    oldest = (until if since is None else since) - fund.policy.quote_age_seconds_max * 10**6
    quotes = inside.quotes.between(fund.name, oldest, until)
    implied = inside.keeping.implied(fund.name, oldest, until)
    return PriceBook((*quotes, *implied), inside.assets.all(fund.name))
