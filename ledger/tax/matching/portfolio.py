"""Events and prices come in; disposals by the formula of France leave.

CGI art. 150 VH bis III, notice 2086, BOI-RPPM-PVBMC-30-20: gain = price − net acquisition price ×
price ÷ value of the whole portfolio; the fraction that was subtracted reduces what is left of the
acquisition price. Fees reduce the price alone, not the quotient. Token for token is no disposal.
"""

from collections import Counter
from typing import Final

from ledger.model.asset import AssetId, currency_of
from ledger.model.whole import portion, spread
from ledger.tax.history.events import (
    Acquire,
    Become,
    Carry,
    Dispose,
    Event,
    Exchange,
    Left,
)
from ledger.tax.history.reasons import UNWEIGHED
from ledger.tax.history.settings import Settings
from ledger.tax.history.treatment import GIFTS, History
from ledger.tax.matching.pieces import AVERAGE, Ledger, Outcome, Part, Source
from ledger.tax.terms import Calendar

_PORTFOLIO: Final = Source(None, "portfolio", None)


def match_portfolio(history: History, settings: Settings, calendar: Calendar) -> Outcome:
    """Disposals and what is left of events in the order of the books."""
    book = _Portfolio(history, Ledger(settings, calendar))
    for event in history.events:
        book.fold(event)
    return book.ledger.outcome(book.left())


class _Portfolio:
    def __init__(self, history: History, ledger: Ledger) -> None:
        self.ledger = ledger
        self._units = history.units
        self._prices = history.prices
        self._held: Counter[str] = Counter()
        #: what an asset alone cost, which says only how the whole is shown asset by asset
        self._weights: Counter[str] = Counter()
        self._cost = 0
        #: the row whose fraction of the acquisition price is not known, so that what is left is not
        self._unknown_since: str | None = None
        #: currency → units and cost
        self._currencies: dict[str, tuple[int, int]] = {}

    def fold(self, event: Event) -> None:
        """Book one event."""
        if isinstance(event, Acquire | Dispose) and currency_of(AssetId(event.asset)) is not None:
            self._currency(event)
        elif isinstance(event, Acquire):
            self._held[event.asset] += event.quantity
            self._weights[event.asset] += event.cost
            self._cost += event.cost
        elif isinstance(event, Dispose):
            self._dispose(event)
        elif isinstance(event, Exchange):
            gone = min(event.quantity, self._held[event.asset])
            if gone < event.quantity:
                lacking = event.quantity - gone
                self.ledger.fewer(event.row, event.asset, lacking, "was exchanged")
            self._held[event.into] += event.received
            self._weights[event.into] += self._leave(event.asset, gone)
        elif isinstance(event, Carry):
            self._carry(event)
        elif isinstance(event, Become):
            held = self._held.pop(event.asset, 0)
            self._held[event.into] += held
            self._weights[event.into] += self._weights.pop(event.asset, 0)

    def _currency(self, event: Acquire | Dispose) -> None:
        """Foreign currency is no crypto-asset: it has an average of its own."""
        held, cost = self._currencies.get(event.asset, (0, 0))
        if isinstance(event, Acquire):
            self._currencies[event.asset] = (held + event.quantity, cost + event.cost)
            return
        units = min(event.quantity, held)
        part = portion(cost, units, held) if units else 0
        self._currencies[event.asset] = (held - units, cost - part)
        served: list[Part] = [(AVERAGE, units, part)] if units else []
        self.ledger.record(event, served, event.quantity - units)

    def _carry(self, event: Carry) -> None:
        """Units change and no figure does."""
        weight = 0
        for side in event.gave:
            gone = min(side.quantity, self._held[side.asset])
            if gone < side.quantity:
                lacking = side.quantity - gone
                self.ledger.fewer(event.row, side.asset, lacking, "changed its form")
            weight += self._leave(side.asset, gone)
        parts = spread(weight, tuple(side.weight for side in event.got))
        for side, part in zip(event.got, parts, strict=True):
            self._held[side.asset] += side.quantity
            self._weights[side.asset] += part

    def _dispose(self, event: Dispose) -> None:
        units = min(event.quantity, self._held[event.asset])
        worth = None if event.proceeds is None else self._value(event)
        given = event.at_cost and event.kind in GIFTS
        if given and event.proceeds is None:
            about = event.asset, event.quantity
            self.ledger.say("missing_price", f"{event.row}: {UNWEIGHED}", event.row, about)
        if worth is None and (given or not event.at_cost):
            self._unknown_since = self._unknown_since or event.row
        cost = 0
        if worth is not None and event.proceeds and units:
            price = portion(event.proceeds, units, event.quantity)
            cost = min(self._cost, portion(self._cost, price, worth)) if worth else self._cost
        self._leave(event.asset, units)
        self._cost -= cost
        served: list[Part] = [(_PORTFOLIO, units, cost)] if units else []
        if worth is None and (given or event.proceeds is not None):
            self.ledger.unvalued(event, served, event.quantity - units)
        else:
            self.ledger.record(event, served, event.quantity - units)
        if self._unknown_since is not None and not any(self._held.values()):
            # the last units take all of it, whatever it was
            self.ledger.refused += self._cost
            self._cost, self._unknown_since = 0, None

    def _value(self, event: Dispose) -> int | None:
        """The whole portfolio before a disposal; None where an asset has no price then.

        What is sold is worth what it was sold for where no other price is known. Nor is there a
        value of use once a fraction of the acquisition price went out and nobody knows how much.
        """
        if self._unknown_since is not None:
            text = f"{event.row}: the acquisition price is not known since {self._unknown_since}"
            self.ledger.say("missing_price", text, event.row, (event.asset, event.quantity))
            return None
        total = 0
        place = (event.time, 3, event.row)
        for asset, held in sorted(self._held.items()):
            if not held:
                continue
            whole = self._units.whole(asset, place)
            value = self._prices.value(asset, held, whole, event.time)
            if value is None and asset == event.asset and event.proceeds is not None:
                value = portion(event.proceeds, held, event.quantity)
            if value is None:
                text = f"{event.row}: {asset} is held and has no price, so has the portfolio none"
                self.ledger.say("missing_price", text, event.row, (asset, held))
                return None
            total += value
        return total

    def _leave(self, asset: str, units: int) -> int:
        """Take units out; gives what they weigh."""
        held = self._held[asset]
        weight = portion(self._weights[asset], units, held) if units else 0
        self._held[asset] -= units
        self._weights[asset] -= weight
        return weight

    def left(self) -> list[Left]:
        """What is held, and the acquisition price left, shown by what each asset alone cost."""
        apart = [
            Left(None, asset, None, None, *pool)
            for asset, pool in sorted(self._currencies.items())
            if any(pool)
        ]
        held = sorted(asset for asset, units in self._held.items() if units)
        weights = tuple(self._weights[asset] for asset in held)
        if not held:
            return [*apart, *([Left(None, "", None, None, 0, self._cost)] if self._cost else [])]
        if not any(weights):
            weights = (1,) * len(held)
        parts = spread(self._cost, weights)
        return apart + [
            Left(None, asset, None, None, self._held[asset], part)
            for asset, part in zip(held, parts, strict=True)
        ]
