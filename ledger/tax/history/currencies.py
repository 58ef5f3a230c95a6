"""Entries valued in one currency and quotes come in; the same entries valued in another leave."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ledger.model.asset import AssetId, currency
from ledger.model.entry import Entry, Posting
from ledger.prices.book import PriceBook
from ledger.tax.history.events import Fault
from ledger.tax.history.parts import plain_asset

#: A rate stands for so long, as every quote of the books does (`stale_price`).
STANDS_SECONDS: Final = 3 * 86_400


class Converter:
    """Values of the books in the currency of a regime, at the rate of their time.

    A value without a rate is unknown, and `missing` says which days had none.
    """

    def __init__(self, prices: PriceBook, base: str, target: str) -> None:
        self.missing: set[datetime] = set()
        self._prices = prices
        self._base = currency(base)
        self._base_code = base
        self._target = target
        self._money = currency(target)

    def entries(self, ordered: Iterable[Entry]) -> Iterable[Entry]:
        """Every entry valued in the target currency; as they are where it is the books' own."""
        if self._base_code == self._target:
            return ordered
        return (
            replace(entry, postings=tuple(self._posting(entry.time, one) for one in entry.postings))
            for entry in ordered
        )

    def fault(self) -> Fault | None:
        """What is wrong where a rate is missing: one fault for all of them."""
        if not self.missing:
            return None
        first = min(self.missing).date()
        text = (
            f"the books are in {self._base_code} and this regime reckons in {self._target}: no rate"
            f" is known at {len(self.missing)} times, the first on {first}; import prices of"
            f" {self._base_code} in {self._target}"
        )
        return Fault("missing_price", text, None)

    def _posting(self, time: datetime, posting: Posting) -> Posting:
        if posting.value is None:
            if posting.asset != self._money:
                return posting
            return replace(posting, value=posting.quantity)
        if posting.asset == self._money:
            # a debt is valued against the sign of its units
            value: int | None = abs(posting.quantity) * (1 if posting.value >= 0 else -1)
            return replace(posting, value=value)
        worth = self._prices.value(self._base, 10**36, time, self._target, STANDS_SECONDS)
        if worth is None:
            self.missing.add(time)
            return replace(posting, value=None)
        sign = -1 if posting.value < 0 else 1
        return replace(posting, value=sign * (abs(posting.value) * worth // 10**36))


class BookPrices:
    """The quotes of the books as the value of units in a history."""

    def __init__(self, prices: PriceBook, code: str) -> None:
        self._prices = prices
        self._code = code
        self._times: list[datetime] | None = None

    def value(
        self,
        asset: str,
        quantity: int,
        whole: int,  # noqa: ARG002 -- a quote of the books knows the decimals of its asset
        time: datetime,
    ) -> int | None:
        """What base units are worth; units in Suspense are worth what the others are."""
        known: AssetId = plain_asset(asset)
        return self._prices.value(known, quantity, time, self._code, STANDS_SECONDS)

    def stand_at(self, time: datetime) -> bool:
        """Whether any quote is at most as old at a time as one may be."""
        if self._times is None:
            self._times = sorted(quote.time for quote in self._prices.quotes)
        index = bisect_right(self._times, time)
        return index > 0 and time - self._times[index - 1] <= timedelta(seconds=STANDS_SECONDS)
