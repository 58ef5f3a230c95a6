"""Books valued: a NAV series, and the risk measured from it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from benchmarks import samples
from benchmarks.figure import MILLISECONDS, Figure, cpu_seconds
from ledger.lots.booking import book
from ledger.model.asset import Asset
from ledger.model.entry import Entry
from ledger.model.fund import Policy
from ledger.model.position import NavPoint
from ledger.nav.results import trades
from ledger.nav.series import nav_series, valuation_times
from ledger.prices.book import PriceBook
from risk.allocation import MODELS, allocate
from risk.measure import measure
from risk.returns import contributed

WHAT = {
    "nav_series": "400 daily NAVs over 10,000 entries, 1,000 positions and 50 priced tokens; "
    "floor: the same as bare integers, one product and one sum a position a day",
    "risk_measure": "every measure of risk from 400 daily NAVs and the closed trades of 10,000 "
    "entries in five strategies; floor: the weights of its two portfolios alone",
}

_DAYS = 400


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    days = max(_DAYS // share, 40)
    entries = samples.entries(10_000 // share)
    first = entries[-1].time.date() - timedelta(days=days)
    shift = (first - samples.START.date()).days
    assets = {samples.token(n): Asset(samples.token(n), f"T{n}", 18) for n in range(samples.TOKENS)}
    quotes = tuple(samples.quotes(shift + days + 1))
    prices, policy = PriceBook(quotes, assets), Policy()
    times = valuation_times(first, first + timedelta(days=days - 1), "00:00Z")
    bare_prices = _prices(shift, days)

    def valued() -> tuple[NavPoint, ...]:
        return nav_series(entries, prices, policy, times)

    def bare() -> None:
        _bare_series(entries, bare_prices, first)

    scale = MILLISECONDS
    floor = cpu_seconds(bare) * scale
    yield Figure("nav_series", cpu_seconds(valued) * scale, f"ms CPU for {days} days", floor)
    points = valued()
    closed = trades(entries, book(entries, policy).disposals)
    names = sorted({trade.strategy for trade in closed})
    series = [contributed(closed, points, name) for name in names]

    def measured() -> None:
        measure(points, closed)

    def weighed() -> None:
        for model in MODELS:
            allocate(series, model)

    measured()  # the libraries are loaded once, which is no part of the figure
    floor = cpu_seconds(weighed) * scale
    yield Figure("risk_measure", cpu_seconds(measured) * scale, "ms CPU", floor)


def _prices(shift: int, days: int) -> dict[str, list[int]]:
    """The price of each token at each midnight, in thousandths."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for quote in samples.quotes(shift + days):
        found[quote.asset].append(int(quote.price * 1000))
    return {asset: prices[shift:] for asset, prices in found.items()}


def _bare_series(entries: Sequence[Entry], prices: dict[str, list[int]], first: date) -> list[int]:
    """Net asset values from running balances."""
    balances: defaultdict[tuple[str, str], int] = defaultdict(int)
    waiting = iter(entries)
    entry = next(waiting, None)
    found = []
    for day in range(len(next(iter(prices.values())))):
        today = first + timedelta(days=day)
        while entry is not None and entry.time.date() < today:
            for posting in entry.postings:
                if posting.account.wallet is not None:
                    balances[posting.account.wallet, posting.asset] += posting.quantity
            entry = next(waiting, None)
        found.append(
            sum(
                units * prices[asset][day] // 1000 if asset in prices else units
                for (_, asset), units in balances.items()
            )
        )
    return found
