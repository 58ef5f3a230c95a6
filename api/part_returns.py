"""Books → returns of the fund, or of each wallet, chain or strategy, by the day or finer; rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from api import figures, views
from api.risk_views import figure_text, measure_row
from ledger.model.asset import AssetId
from ledger.model.errors import BadInput
from ledger.model.fund import Fund, WalletId
from ledger.model.problem import Problem
from ledger.nav.parts import NOWHERE, PartSeries, part_series
from reports.names import label_of, money_text, network_of_position, symbol_of
from risk.intervals import GRIDS, HOURS_A_DAY, Grid, interval_measures, only_marked
from risk.returns import whole_units

if TYPE_CHECKING:
    from ledger.books import Books

Row = dict[str, Any]

#: By what a fund is divided.
DIVISIONS: Final = ("fund", "strategy", "chain", "wallet")
#: Days of a finer grid: by default, and at most.
DAYS_USUAL, DAYS_MOST = 31, 366
_TRANSIT: Final = "transit:"
#: What units on their way, and in the hands of a protocol, are called as a part.
_UNDER_WAY: Final = {"bridge": "in-flight", "escrow": "escrow"}


@dataclass(frozen=True, slots=True)
class Question:
    """How the fund is divided, over which days and how fine, and whether points are shown."""

    by: str = "fund"
    start: date | None = None
    end: date | None = None
    hours: int = HOURS_A_DAY
    series: bool = False


def returns_row(books: "Books", fund: Fund, asked: Question, until: datetime | None = None) -> Row:
    """Each part's returns with the problems of its prices. Raises BadInput."""
    if asked.by not in DIVISIONS:
        raise BadInput(f"no division is called {asked.by[:60]!r}; {', '.join(DIVISIONS)}")
    if asked.hours not in GRIDS:
        raise BadInput(f"a grid is of {', '.join(map(str, GRIDS))} hours")
    grid = _grid(books, asked, until)
    daily = grid.hours == HOURS_A_DAY
    times = figures.valuation_moments(books, fund, until) if daily else _hourly(books, grid, until)
    policy = books.policy
    if not daily:
        # a mark of the interval itself: the one before would say that nothing moved
        youngest = grid.hours * 3_600 - 1
        policy = replace(policy, quote_age_seconds_max=min(policy.quote_age_seconds_max, youngest))
    found = part_series(books.entries, books.prices, policy, times, division(books, asked.by))
    if not daily:
        found = tuple(replace(one, points=only_marked(one.points)) for one in found)
    return {
        "by": asked.by,
        "every": grid.hours,
        "from": None if grid.start is None else grid.start.isoformat(),
        "to": None if grid.end is None else grid.end.isoformat(),
        "currency": policy.base_currency,
        "parts": _rows(books, asked, grid, found),
    }


def _rows(books: "Books", asked: Question, grid: Grid, found: Iterable[PartSeries]) -> list[Row]:
    shown = [one for one in found if one.points]
    net = sum(one.points[-1].value for one in shown)
    rows = []
    for one in shown:
        last = one.points[-1]
        share = whole_units(last.value) / whole_units(net) if net > 0 else None
        rows.append(
            {
                "name": one.name,
                "label": label_of(WalletId(one.name), books.wallets),
                "value": money_text(last.value),
                "share": figure_text(share),
                "measures": [measure_row(each) for each in interval_measures(one.points, grid)],
                "problems": [views.problem_row(each) for each in _dark(books, one, grid)],
                "points": [views.nav_row(point) for point in one.points] if asked.series else [],
            }
        )
    return rows


def _dark(books: "Books", one: PartSeries, grid: Grid) -> Iterable[Problem]:
    """A problem for each asset that had no price young enough at some of the valuations."""
    young = "" if grid.hours == HOURS_A_DAY else f" of the {grid.hours} h before"
    for asset, count in one.dark:
        symbol = symbol_of(asset, books.assets)
        text = f"no quote of {symbol}{young} at {count} of {len(one.points)} valuations"
        yield Problem("missing_price", text, asset)


def division(books: "Books", by: str) -> Callable[[str, AssetId], str]:
    """Which part a place and an asset in it are of."""
    wallets: Mapping[WalletId, Any] = books.wallets

    def part_of(place: str, asset: AssetId) -> str:
        if by == "fund":
            return by
        if by == "chain":
            network = network_of_position(WalletId(place), asset)
            if not network.startswith(_TRANSIT):
                return network
        if place.startswith(_TRANSIT):
            return _UNDER_WAY.get(place.split(":")[1], place)
        if by == "wallet":
            return place
        known = wallets.get(WalletId(place))
        return NOWHERE if known is None or known.strategy is None else str(known.strategy)

    return part_of


def _grid(books: "Books", asked: Question, until: datetime | None) -> Grid:
    """The days asked for; of a finer grid the last ones of the books unless said. BadInput."""
    if asked.hours == HOURS_A_DAY:
        return Grid(asked.start, asked.end)
    last = (until or figures.last_moment(books)) - timedelta(microseconds=1)
    end = asked.end or last.date()
    start = asked.start or end - timedelta(days=DAYS_USUAL - 1)
    if not 0 <= (end - start).days < DAYS_MOST:
        raise BadInput(f"a grid of hours is of 1 to {DAYS_MOST} days")
    return Grid(start, end, asked.hours)


def _hourly(books: "Books", grid: Grid, until: datetime | None) -> tuple[datetime, ...]:
    """The times of a finer grid, the begin of its first day too, while the books have entries."""
    if not books.entries:
        return ()
    assert grid.start is not None and grid.end is not None, "a finer grid has a begin and an end"
    begin, step = datetime.combine(grid.start, time(), UTC), timedelta(hours=grid.hours)
    latest = min(
        datetime.combine(grid.end, time(), UTC) + timedelta(days=1),
        until or figures.last_moment(books),
    )
    count = max(0, (latest - begin) // step + 1)
    return tuple(begin + step * at for at in range(count))
