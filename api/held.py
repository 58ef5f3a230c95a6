"""Books → what is held now, valued at the prices of past days: the sample of a simulation."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Final

from api import figures
from ledger.books import Books
from ledger.model.asset import AssetId
from ledger.model.fund import Fund
from ledger.nav.series import valuation_times
from reports.names import symbol_of
from risk.model import Holding

#: Days of prices that are looked back on, and the assets that are, the largest first.
DAYS: Final = 501
ASSETS_MOST: Final = 60


def held_over(
    books: Books, fund: Fund, until: datetime | None = None
) -> tuple[tuple[Holding, ...], tuple[date, ...]]:
    """Each asset held at a time (default: the close of the last day), and the days of its values.

    A value is that of today's quantity at the fund's valuation time of the day; None without a
    quote that is young enough.
    """
    moment = until or figures.last_moment(books)
    held: defaultdict[AssetId, int] = defaultdict(int)
    worth: Counter[AssetId] = Counter()
    for mark in figures.marks(books, until):
        sign = -1 if mark.position.liability else 1
        held[mark.position.asset] += sign * mark.position.quantity
        worth[mark.position.asset] += mark.value or 0
    largest = sorted((asset for asset in held if held[asset]), key=lambda a: (-abs(worth[a]), a))
    first = (moment - timedelta(days=DAYS)).date()
    if books.entries:
        # a fund knows no prices of the days before it
        first = max(first, books.entries[0].time.date())
    times = [t for t in valuation_times(first, moment.date(), fund.valuation_time) if t <= moment]
    times = times[-DAYS:]
    policy, symbols = books.policy, [symbol_of(asset, books.assets) for asset in largest]
    found = []
    for asset, symbol in zip(largest[:ASSETS_MOST], symbols, strict=False):
        values = tuple(
            books.prices.value(
                asset, held[asset], time, policy.base_currency, policy.quote_age_seconds_max
            )
            for time in times
        )
        found.append(Holding(symbol if symbols.count(symbol) == 1 else asset, values))
    # a valuation at a midnight closes the day before it
    days = tuple((time.astimezone(UTC) - timedelta(microseconds=1)).date() for time in times)
    return tuple(found), days
