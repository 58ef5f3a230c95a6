"""Quotes come in; the price of an asset at a time leaves, or None: a missing price is an answer.

Looked up in this order: a currency in itself is 1; the asset's own quote in the currency asked for;
its quote in another currency, the dollar first, crossed with the rate of that currency; the price
of the asset that it follows one to one (the title of a position follows nothing: it has no value
beside it). At one time a stated quote goes before an implied one. A rate between two currencies is
read either way round, and a stated one goes before what the fund's own trades imply.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from ledger.model.activity import microseconds, time_at
from ledger.model.amount import (
    CONTEXT,
    divide_half_even,
    parse_decimal,
    plain_text,
    value_of,
)
from ledger.model.asset import Asset, AssetId, currency_of, known_without_asking
from ledger.model.asset import currency as currency_asset
from ledger.model.position import Quote

#: How the source of a quote that follows from the fund's own trade begins; the event's id follows.
IMPLIED: Final = "implied:"

_PRICE_PLACES: Final = 36
_ONE: Final = CONTEXT.create_decimal(1)
_FOLLOWED_MAX: Final = 8
_CROSSED_FIRST: Final = "USD"

Series = tuple[tuple[int, ...], tuple[Quote, ...]]


class PriceBook:
    """Quotes by asset and currency, in order of time; it never changes.

    `assets` gives decimals and what follows what; native coins, currencies and symbols need no row.
    """

    __slots__ = ("_assets", "_currencies", "_series", "_stated")

    def __init__(
        self, quotes: Iterable[Quote] = (), assets: Mapping[AssetId, Asset] | None = None
    ) -> None:
        self._assets = dict(assets or {})
        by_pair: defaultdict[tuple[AssetId, str], list[Quote]] = defaultdict(list)
        for quote in quotes:
            by_pair[quote.asset, quote.currency].append(quote)
        self._series = {pair: _series(found) for pair, found in by_pair.items()}
        self._stated = {
            (asset, code): _series(filter(is_stated, found))
            for (asset, code), found in by_pair.items()
            if currency_of(asset)
        }
        self._currencies = _currencies_by_asset(self._series)

    def with_quotes(self, more: Iterable[Quote]) -> "PriceBook":
        """Another book that also holds these quotes."""
        return PriceBook((*self.quotes, *more), self._assets)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Every quote, by asset, currency and time."""
        return tuple(quote for _, (_, found) in sorted(self._series.items()) for quote in found)

    @property
    def quoted(self) -> frozenset[AssetId]:
        """The assets that have a quote of their own, in whatever currency."""
        return frozenset(asset for asset, _ in self._series)

    def asset(self, asset: AssetId) -> Asset | None:
        """What is known of an asset."""
        return self._assets.get(asset) or known_without_asking(asset)

    def quote(
        self, asset: AssetId, time: datetime, currency: str, age_seconds_max: int | None = None
    ) -> Quote | None:
        """The newest quote at or before `time`, not older than `age_seconds_max` (None: any).

        The price is that of one whole unit of `asset` in `currency`. A crossed quote has the time
        of its older part and at most 36 places, half even.
        """
        moment = microseconds(time)
        oldest = None if age_seconds_max is None else moment - age_seconds_max * 10**6
        return self._quote(asset, moment, currency, oldest, _FOLLOWED_MAX)

    def value(
        self,
        asset: AssetId,
        quantity: int,
        time: datetime,
        currency: str,
        age_seconds_max: int | None = None,
    ) -> int | None:
        """What signed base units are worth, in 10⁻¹⁸ of `currency`; None without a price."""
        if currency_of(asset) == currency:
            return quantity
        quote, known = self.quote(asset, time, currency, age_seconds_max), self.asset(asset)
        if quote is None or known is None:
            return None
        return value_of(quantity, known.decimals, quote.price)

    def _quote(
        self, asset: AssetId, moment: int, currency: str, oldest: int | None, follow: int
    ) -> Quote | None:
        code = currency_of(asset)
        if code == currency:
            return Quote(asset, time_at(moment), _ONE, currency, "identity")
        found = self._seen(asset, moment, currency, oldest) or self._crossed(
            asset, moment, currency, oldest
        )
        if found is not None:
            return found
        known = self._assets.get(asset)
        if known is None or known.underlying is None or known.kind == "nft" or not follow:
            return None
        followed = self._quote(known.underlying, moment, currency, oldest, follow - 1)
        return None if followed is None else replace(followed, asset=asset)

    def _seen(self, asset: AssetId, moment: int, currency: str, oldest: int | None) -> Quote | None:
        """A quote that was seen, uncrossed: of a currency the rate, read either way round."""
        code = currency_of(asset)
        if code is None:
            return self._newest(asset, moment, currency, oldest)
        return self._rate(code, moment, currency, oldest)

    def _newest(
        self, asset: AssetId, moment: int, currency: str, oldest: int | None
    ) -> Quote | None:
        series = self._series.get((asset, currency))
        if series is None:
            return None
        times, quotes = series
        index = bisect_right(times, moment) - 1
        if index < 0 or (oldest is not None and times[index] < oldest):
            return None
        return quotes[index]

    def _newest_stated(
        self, asset: AssetId, moment: int, currency: str, oldest: int | None
    ) -> Quote | None:
        times, quotes = self._stated.get((asset, currency), ((), ()))
        index = bisect_right(times, moment) - 1
        young = index >= 0 and (oldest is None or times[index] >= oldest)
        return quotes[index] if young else None

    def _crossed(
        self, asset: AssetId, moment: int, currency: str, oldest: int | None
    ) -> Quote | None:
        for through in self._currencies.get(asset, ()):
            quote = self._seen(asset, moment, through, oldest)
            rate = self._rate(through, moment, currency, oldest)
            if quote is not None and rate is not None:
                price = divide_half_even(
                    _scaled(quote.price) * _scaled(rate.price), 10**_PRICE_PLACES
                )
                older = min(quote.time, rate.time)
                source = f"{quote.source} × {rate.source}"
                return Quote(asset, older, _unscaled(price), currency, source)
        return None

    def _rate(self, given: str, moment: int, wanted: str, oldest: int | None) -> Quote | None:
        """The price of one currency in another, read either way round; a stated one first."""
        pairs = ((currency_asset(given), wanted), (currency_asset(wanted), given))
        ways = [
            self._newest_stated(asset, moment, code, oldest)
            or self._newest(asset, moment, code, oldest)
            for asset, code in pairs
        ]
        direct, inverse = ways
        if inverse is None or not inverse.price:
            return direct
        if direct is not None and _preferred(direct) >= _preferred(inverse):
            return direct
        price = divide_half_even(10 ** (2 * _PRICE_PLACES), _scaled(inverse.price))
        return Quote(currency_asset(given), inverse.time, _unscaled(price), wanted, inverse.source)


def _series(quotes: Iterable[Quote]) -> Series:
    """Quotes of one asset and currency by time; of one time the last one is the one that counts."""
    ordered = sorted(set(quotes), key=_rank)
    return tuple(microseconds(quote.time) for quote in ordered), tuple(ordered)


def _rank(quote: Quote) -> tuple[int, bool, str, Decimal]:
    return (microseconds(quote.time), is_stated(quote), quote.source, quote.price)


def _preferred(rate: Quote) -> tuple[bool, int]:
    """Of two rates between the same currencies the stated one, then the newer."""
    return is_stated(rate), microseconds(rate.time)


def plain_quote(quote: Quote) -> list[str | int]:
    """A quote as plain JSON."""
    time, price = microseconds(quote.time), plain_text(quote.price)
    return [quote.asset, time, price, quote.currency, quote.source]


def quote_of(cells: Sequence[Any]) -> Quote:
    """The quote that `plain_quote` wrote."""
    asset, time, price, currency, source = cells
    return Quote(AssetId(asset), time_at(time), parse_decimal(price), currency, source)


def is_stated(quote: Quote) -> bool:
    """Whether a source said it, and not a trade of the fund's own."""
    return IMPLIED not in quote.source


def _currencies_by_asset(pairs: Iterable[tuple[AssetId, str]]) -> dict[AssetId, tuple[str, ...]]:
    found: defaultdict[AssetId, list[str]] = defaultdict(list)
    for asset, currency in pairs:
        found[asset].append(currency)
        code = currency_of(asset)
        if code:
            found[currency_asset(currency)].append(code)
    return {
        asset: tuple(sorted(set(codes), key=lambda code: (code != _CROSSED_FIRST, code)))
        for asset, codes in found.items()
    }


def _scaled(price: Decimal) -> int:
    """A price in 10⁻³⁶: exact, for a price has no more places."""
    return int(CONTEXT.scaleb(price, _PRICE_PLACES))


def _unscaled(price: int) -> Decimal:
    return CONTEXT.scaleb(CONTEXT.create_decimal(price), -_PRICE_PLACES)
