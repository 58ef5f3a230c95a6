"""Books and the name of an asset → the daily returns of its price: what a fund is set beside."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from api import figures
from ledger.model.asset import AssetId, by_symbol
from ledger.model.errors import BadInput
from ledger.model.fund import Fund
from reports.names import symbol_of
from risk.model import ReturnSeries
from risk.returns import from_prices

if TYPE_CHECKING:
    from ledger.books import Books

#: A price of the day itself: the one before would say that nothing moved.
AGE_SECONDS: Final = 86_399
#: Ids that an answer names, where a symbol is that of several assets.
_NAMED_MOST: Final = 5


def benchmark_series(
    books: "Books", fund: Fund, word: str, until: datetime | None = None
) -> ReturnSeries:
    """The returns of an asset, by id or symbol, between the fund's valuation times.

    In the base currency of the fund. Raises BadInput for an asset without quotes.
    """
    asset = asset_called(books, word)
    times = figures.valuation_moments(books, fund, until)
    currency = books.policy.base_currency
    quotes = [books.prices.quote(asset, time, currency, AGE_SECONDS) for time in times]
    # a valuation at a midnight closes the day before it
    days = [(time.astimezone(UTC) - timedelta(microseconds=1)).date() for time in times]
    prices = [None if quote is None else quote.price for quote in quotes]
    return from_prices(symbol_of(asset, books.assets), days, prices)


def asset_called(books: "Books", word: str) -> AssetId:
    """The asset with quotes of an id, or of a symbol that no other has. Raises BadInput."""
    quoted, name = books.prices.quoted, word.strip()
    if name in quoted:
        return AssetId(name)
    if not name or any(letter.isspace() for letter in name):
        raise BadInput(f"{word[:60]!r} is no asset id or symbol")
    stated = by_symbol(name)
    if stated in quoted:
        return stated
    found = sorted(one for one in quoted if symbol_of(one, books.assets).upper() == name.upper())
    if not found:
        raise BadInput(f"no asset with a quote is called {word[:60]!r}")
    if len(found) > 1:
        ids = ", ".join(found[:_NAMED_MOST])
        raise BadInput(f"{word[:60]!r} is the symbol of {len(found)} assets, name one: {ids}")
    return found[0]
