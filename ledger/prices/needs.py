"""Events come in; the quotes that the trades among them imply leave."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ledger.model.activity import microseconds
from ledger.model.amount import price_from_value, value_of
from ledger.model.asset import AssetId, currency
from ledger.model.event import Event
from ledger.model.fund import Policy
from ledger.model.position import Quote
from ledger.prices.book import IMPLIED, PriceBook, is_stated, plain_quote, quote_of

#: Kinds of events in which the fund itself agreed to a price.
TRADES: Final = frozenset({"swap", "order_fill", "nft_trade"})
#: Kinds in which assets became a share or a position, and those in which one was given back: the
#: share is worth what it was made of.
SHARES_MADE: Final = frozenset(
    {"pool_deposit", "vault_deposit", "lend_deposit", "stake", "wrap", "migrate"}
)
SHARES_GIVEN: Final = frozenset(
    {"pool_withdraw", "vault_withdraw", "lend_withdraw", "unstake", "unwrap"}
)
#: All other kinds price nothing unless a statement says what they were worth.
_PRICED: Final = TRADES | SHARES_MADE | SHARES_GIVEN
_NONE: Final[frozenset[AssetId]] = frozenset()


class Implications:
    """What the fund's own trades say of prices, carried from one stretch of time to the next."""

    __slots__ = ("_bought", "_latest", "_spam")

    def __init__(self) -> None:
        self._latest: dict[AssetId, Quote] = {}
        self._bought: set[AssetId] = set()
        self._spam: set[AssetId] = set()

    @classmethod
    def resumed(cls, state: Mapping[str, Any]) -> "Implications":
        """What `state` put down, taken up again."""
        known = cls()
        known._latest = {quote.asset: quote for quote in map(quote_of, state["latest"])}
        known._bought, known._spam = set(state["bought"]), set(state["spam"])
        return known

    def state(self) -> dict[str, Any]:
        """All of it as plain JSON, equal for equal knowledge."""
        return {
            "latest": [plain_quote(quote) for _, quote in sorted(self._latest.items())],
            "bought": sorted(self._bought),
            "spam": sorted(self._spam),
        }

    def quotes(self, events: Iterable[Event], book: PriceBook, policy: Policy) -> tuple[Quote, ...]:
        """Quotes in the base currency that these trades imply, in order of time.

        One side of the trade must be known (currency, stated consideration, priced assets), the
        other must hold exactly one asset that no source quotes; its price is what is left for it. A
        token bought with a token that an earlier trade priced has a price too. So do a share and a
        position: what was put in or came out, all of it priced, is what these units are worth. An
        asset that came by spam alone gets none, so that nobody can price what he sent.
        """
        quotes = []
        for event in sorted(events, key=lambda event: (event.order, len(event.id), event.id)):
            if event.kind == "spam":
                self._spam |= {leg.asset for leg in event.legs}
                continue
            sides = _sides(event, book)
            self._bought |= set(sides[0])
            trade = _Trade(event, sides, book, policy, self._latest)
            quote = trade.implied(self._spam - self._bought if self._spam else _NONE)
            if quote is not None:
                self._latest[quote.asset] = quote
                quotes.append(quote)
        return tuple(quotes)


def _sides(event: Event, book: PriceBook) -> tuple[dict[AssetId, int], dict[AssetId, int]]:
    """What came in and what left, per asset over all wallets, both positive.

    What was paid with a debt left in units of what is owed.
    """
    net: Counter[AssetId] = Counter()
    for leg in event.legs:
        if leg.role in {"plain", "position"}:
            net[leg.asset] += leg.quantity
        elif leg.role == "debt" and event.kind in _PRICED:
            known = book.asset(leg.asset)
            net[(known and known.underlying) or leg.asset] -= leg.quantity
    return dict(+net), dict(-net)


@dataclass(frozen=True, slots=True)
class _Trade:
    """One event with what is known when it happens."""

    event: Event
    sides: tuple[dict[AssetId, int], dict[AssetId, int]]
    book: PriceBook
    policy: Policy
    latest: Mapping[AssetId, Quote]

    def implied(self, without_price: Collection[AssetId]) -> Quote | None:
        if self.event.value is None and self.event.kind not in _PRICED:
            return None
        came, left = self.sides
        ways = [(came, left), (left, came)]
        if self.event.kind in SHARES_MADE:
            ways = [(came, left)]
        elif self.event.kind in SHARES_GIVEN:
            ways = [(left, came)]
        for side, other in ways:
            unknown = [asset for asset in side if not self._is_stated(asset)]
            if len(unknown) != 1 or unknown[0] in without_price:
                continue
            total, by_trade = self._total(other)
            if total is None or (by_trade and unknown[0] in self.latest):
                continue  # two assets that only trades price say nothing new of one another
            known, _ = self._sum({a: units for a, units in side.items() if a != unknown[0]})
            rest = 0 if known is None else total - known
            if rest > 0:
                return self._quote(unknown[0], rest, side[unknown[0]])
        return None

    def _quote(self, asset: AssetId, value: int, quantity: int) -> Quote | None:
        known = self.book.asset(asset)
        if known is None:
            return None
        price = price_from_value(value, quantity, known.decimals)
        if not price:
            return None
        source = f"{IMPLIED}{self.event.id}"
        return Quote(asset, self.event.time, price, self.policy.base_currency, source)

    def _total(self, side: Mapping[AssetId, int]) -> tuple[int | None, bool]:
        """What the other side is worth, and whether only an earlier trade says so."""
        stated = self.event.value
        if stated is not None:
            given = currency(stated.currency)
            return self._value(given, stated.units), False
        if self.event.kind not in _PRICED or not side:
            return None, False
        return self._sum(side)

    def _sum(self, side: Mapping[AssetId, int]) -> tuple[int | None, bool]:
        total = 0
        for asset, units in side.items():
            value = self._value(asset, units)
            if value is None:
                return None, False
            total += value
        return total, not all(self._is_stated(asset) for asset in side)

    def _is_stated(self, asset: AssetId) -> bool:
        quote = _quoted(self.book, asset, self.event.time, self.policy)
        return quote is not None and is_stated(quote)

    def _value(self, asset: AssetId, quantity: int) -> int | None:
        time, policy = self.event.time, self.policy
        value = self.book.value(
            asset, quantity, time, policy.base_currency, policy.quote_age_seconds_max
        )
        if value is not None or asset not in self.latest:
            return value
        quote, known = self.latest[asset], self.book.asset(asset)
        age = microseconds(time) - microseconds(quote.time)
        if known is None or age > policy.quote_age_seconds_max * 10**6:
            return None
        return value_of(quantity, known.decimals, quote.price)


def _quoted(book: PriceBook, asset: AssetId, time: datetime, policy: Policy) -> Quote | None:
    return book.quote(asset, time, policy.base_currency, policy.quote_age_seconds_max)
