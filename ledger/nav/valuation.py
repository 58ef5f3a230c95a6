"""Positions and quotes come in; marks leave: a position's value, or None, which is never zero."""

from collections.abc import Iterable
from datetime import datetime

from ledger.model.amount import FACE_VALUE, Rate, rate_of
from ledger.model.asset import AssetId, currency_of
from ledger.model.fund import Policy
from ledger.model.position import Mark, Position, Quote
from ledger.model.problem import Problem
from ledger.prices.book import PriceBook


class Valuation:
    """The prices of one moment: each asset is looked up once."""

    __slots__ = ("_book", "_known", "_policy", "time")

    def __init__(self, book: PriceBook, time: datetime, policy: Policy) -> None:
        self.time = time
        self._book = book
        self._policy = policy
        self._known: dict[AssetId, tuple[Quote, Rate] | None] = {}

    def quote(self, asset: AssetId) -> Quote | None:
        """The quote that counts, None where there is none or the asset's decimals are unknown."""
        found = self._price(asset)
        return None if found is None else found[0]

    def value(self, asset: AssetId, quantity: int) -> int | None:
        """The value of signed base units in 10⁻¹⁸ of the base currency, half even."""
        if currency_of(asset) == self._policy.base_currency:
            return quantity
        found = self._price(asset)
        return None if found is None else found[1].value(quantity)

    def rate(self, asset: AssetId) -> Rate | None:
        """The price in integers, for many quantities of one asset; of the base currency itself 1.

        None where there is no price.
        """
        if currency_of(asset) == self._policy.base_currency:
            return FACE_VALUE
        found = self._price(asset)
        return None if found is None else found[1]

    def _price(self, asset: AssetId) -> tuple[Quote, Rate] | None:
        if asset not in self._known:
            policy = self._policy
            quote = self._book.quote(
                asset, self.time, policy.base_currency, policy.quote_age_seconds_max
            )
            what = self._book.asset(asset)
            self._known[asset] = (
                None
                if quote is None or what is None
                else (quote, rate_of(what.decimals, quote.price))
            )
        return self._known[asset]


def mark(
    held: Iterable[Position], book: PriceBook, time: datetime, policy: Policy
) -> tuple[Mark, ...]:
    """Each position with its quote and value; what is owed counts negative."""
    valuation = Valuation(book, time, policy)
    return tuple(
        Mark(
            position,
            valuation.quote(position.asset),
            valuation.value(
                position.asset, -position.quantity if position.liability else position.quantity
            ),
        )
        for position in held
    )


def net_asset_value(marks: Iterable[Mark]) -> int:
    """The sum of all values, in 10⁻¹⁸ of the base currency; what has no quote is not in it."""
    return sum(one.value for one in marks if one.value is not None)


def price_problems(
    marks: Iterable[Mark], book: PriceBook, time: datetime, policy: Policy
) -> tuple[Problem, ...]:
    """A problem for each asset without a value: no quote, an old one, or no decimals."""
    unpriced = sorted({one.position.asset for one in marks if one.value is None})
    problems = []
    for asset in unpriced:
        old = book.quote(asset, time, policy.base_currency)
        if book.asset(asset) is None:
            text = f"the decimals of {asset} are unknown, so it has no value"
            problems.append(Problem("unknown_decimals", text, asset))
        elif old is None:
            text = f"no quote of {asset} in {policy.base_currency}"
            problems.append(Problem("missing_price", text, asset))
        else:
            text = f"the newest quote of {asset} is of {old.time:%Y-%m-%d %H:%M}Z"
            problems.append(Problem("stale_price", text, asset))
    return tuple(problems)
