"""Books → the figures that commands, pages and reports show, by the ledger's own folds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.books import Books
from ledger.link import link
from ledger.lots.booking import book, snapshots
from ledger.model.asset import AssetId, is_held_apart
from ledger.model.entry import Account, Entry
from ledger.model.fund import Fund
from ledger.model.lot import Disposal
from ledger.model.position import Break, Mark, NavPoint, Observation, StrategyResult, Trade
from ledger.model.problem import Problem
from ledger.nav.liquidity import PooledResult, pooled_results, unread
from ledger.nav.margin import unread_margins
from ledger.nav.positions import positions
from ledger.nav.results import strategy_results, trades
from ledger.nav.series import nav_series, valuation_times
from ledger.nav.valuation import Valuation, mark, price_problems
from ledger.reconcile import Suspense, breaks, overdrafts, suspense, trial_balance

#: Problems that linking and booking find, whatever was found with what happened later.
_FOUND_AGAIN: Final = frozenset({"in_flight", "unmatched_transfer", "missing_basis"})


def as_of(books: Books, time: datetime | None) -> Books:
    """The books as they stood at a time: what happened later is left out, and so are its problems.

    Lots are booked again, and what was under way then is under way, whatever became of it.
    """
    if time is None:
        return books
    entries = tuple(entry for entry in books.entries if entry.time <= time)
    events = tuple(event for event in books.events if event.time <= time)
    linked = link(events, books.wallets)
    booking = book(entries, books.policy)
    later = {event.id for event in books.events if event.time > time}
    later |= {entry.id for entry in books.entries if entry.time > time}
    later |= {activity.id for activity in books.activities if activity.time > time}
    # a missing price is told once an asset
    later |= _moved(books.entries) - _moved(entries)
    again = {problem.code for problem in (*linked.problems, *booking.problems)} | _FOUND_AGAIN
    kept = [p for p in books.problems if p.code not in again and p.source not in later]
    return replace(
        books,
        entries=entries,
        events=events,
        unexplained=tuple(item for item in books.unexplained if item.time <= time),
        in_flight=linked.in_flight,
        observations=tuple(seen for seen in books.observations if seen.time <= time),
        problems=(*kept, *linked.problems, *booking.problems),
        booking=booking,
    )


def _moved(entries: Iterable[Entry]) -> set[str]:
    return {posting.asset for entry in entries for posting in entry.postings}


def last_moment(books: Books) -> datetime:
    """The close of the last day with an entry: where a valuation without a date stands."""
    return close_of(books.entries[-1].time if books.entries else None)


def close_of(last: datetime | None) -> datetime:
    """The end of the day of a last entry; that of 1970's begin for none."""
    if last is None:
        return datetime(1970, 1, 1, tzinfo=UTC)
    midnight = datetime(last.year, last.month, last.day, tzinfo=UTC)
    return last if last == midnight else midnight + timedelta(days=1)


def totals(books: Books) -> tuple[tuple[Account, AssetId, int], ...]:
    """The balance of each account and asset, by path and asset, without zeros."""
    lines = trial_balance(books.entries).lines
    return tuple((line.account, line.asset, line.quantity) for line in lines)


def marks(books: Books, time: datetime | None = None) -> tuple[Mark, ...]:
    """Every position with its value at a time (default: the close of the last day)."""
    moment = time or last_moment(books)
    held = positions(books.entries, moment, books.booking.open)
    return mark(held, books.prices, moment, books.policy)


def nav(books: Books, fund: Fund, until: datetime | None = None) -> tuple[NavPoint, ...]:
    """Daily net asset value at the fund's valuation time, from the first entry on."""
    times = valuation_moments(books, fund, until)
    return nav_series(books.entries, books.prices, books.policy, times)


def valuation_moments(
    books: Books, fund: Fund, until: datetime | None = None
) -> tuple[datetime, ...]:
    """The fund's valuation time of each day from the first entry on."""
    if not books.entries:
        return ()
    first, last = books.entries[0].time.date(), (until or last_moment(books)).date()
    times = valuation_times(first, last, fund.valuation_time)
    latest = until or times[-1]
    return tuple(time for time in times if books.entries[0].time <= time <= latest)


def results(
    books: Books, start: datetime | None = None, end: datetime | None = None
) -> tuple[StrategyResult, ...]:
    """Profit and loss by strategy over (start, end]; without a start since inception."""
    if not books.entries:
        return ()
    interval = (start or books.entries[0].time - timedelta(days=1), end or last_moment(books))
    lots_at = snapshots(books.entries, books.policy, interval)
    return strategy_results(
        books.entries, books.booking.disposals, lots_at, books.prices, books.policy, interval
    )


def pooled(books: Books) -> tuple[PooledResult, ...]:
    """Each open position of liquidity against holding what was put in."""

    def valuation(time: datetime) -> Valuation:
        return Valuation(books.prices, time, books.policy)

    return pooled_results(books.entries, books.observations, books.assets, valuation)


def closed_trades(books: Books) -> tuple[Trade, ...]:
    """Every closed strategy trade with its net result."""
    return trades(books.entries, books.booking.disposals)


def balance_breaks(books: Books) -> tuple[Break, ...]:
    """Where the newest observation of a balance and the ledger disagree."""
    newest: dict[tuple[str, AssetId], Observation] = {}
    for seen in books.observations:
        newest[seen.wallet, seen.asset] = seen
    return breaks(books.entries, newest.values())


def in_suspense(books: Books, time: datetime | None = None) -> Suspense:
    """What is not explained, with its value at a time."""
    moment, policy = time or last_moment(books), books.policy

    def value(asset: AssetId, quantity: int) -> int | None:
        return books.prices.value(
            asset, quantity, moment, policy.base_currency, policy.quote_age_seconds_max
        )

    return suspense(books.entries, value)


def problems(books: Books) -> tuple[Problem, ...]:
    """All faults of the data: those of the steps, balances below zero, what has no price or is
    unread.
    """
    moment = last_moment(books)
    priced = price_problems(marks(books), books.prices, moment, books.policy)
    age = books.policy.quote_age_seconds_max
    dark = unread(pooled(books)) + unread_margins(books.entries, books.observations, moment, age)
    return tuple(dict.fromkeys((*books.problems, *overdrafts(books.entries), *priced, *dark)))


def counted(found: Iterable[Problem]) -> dict[str, int]:
    """How many problems there are of each code, by code."""
    return dict(sorted(Counter(problem.code for problem in found).items()))


def disposals_by_year(disposals: Sequence[Disposal]) -> dict[int, list[Disposal]]:
    """Disposals by calendar year, UTC."""
    found: defaultdict[int, list[Disposal]] = defaultdict(list)
    for disposal in disposals:
        found[disposal.disposed.astimezone(UTC).year].append(disposal)
    return dict(found)


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The first instant of a month `YYYY-MM` and of the next one, UTC."""
    year, number = int(month[:4]), int(month[5:7])
    start = datetime(year, number, 1, tzinfo=UTC)
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return start, end


def last_month(books: Books) -> str:
    """The last whole month that the books reach into."""
    day: date = (last_moment(books) - timedelta(days=1)).date()
    return f"{day:%Y-%m}"


def held(books: Books) -> list[tuple[str, AssetId]]:
    """Every (wallet id, asset) that the books ever saw in custody, in order.

    Of positions and debts without a token those that are open: one that ended has nobody to answer
    for it.
    """
    units: Counter[tuple[str, AssetId]] = Counter()
    for entry in books.entries:
        for posting in entry.postings:
            if posting.account.wallet is not None:
                units[posting.account.wallet, posting.asset] += posting.quantity
    return sorted(pair for pair, left in units.items() if left or not is_held_apart(pair[1]))


def entry_index(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by id."""
    return {entry.id: entry for entry in entries}
