"""What positions on margin would pay out enters, with a stretch's events; their marks leave.

A position on margin is booked in units of its collateral: costs and losses are units that it gave.
What it is worth is another matter: a mark is the price of such a unit in a valuation, and in
nothing that is booked. It is what closing would have paid when a node was asked, over the units
held. Once the position changes, that says nothing any more: until it is read again a unit is worth
a unit of collateral.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from ledger.books.circumstances import Circumstances
from ledger.model.amount import price_from_value
from ledger.model.asset import AssetId
from ledger.model.event import Event
from ledger.model.position import Observation, Quote
from ledger.prices.book import IMPLIED, PriceBook

#: How the source of a mark begins; the evidence, or the event that ended the mark before, follows.
MARK: Final = f"{IMPLIED}mark:"

_CHANGES: Final = frozenset({"perp_open", "perp_change"})


def marks_of(
    observations: Iterable[Observation],
    events: Iterable[Event],
    prices: PriceBook,
    around: Circumstances,
) -> tuple[Quote, ...]:
    """The marks of a stretch, in order of time; none where what would be paid has no price.

    `prices` hold no marks: those of earlier stretches stand in `around.implied`.
    """
    found = [mark for seen in observations for mark in _read(seen, prices, around)]
    begun: dict[AssetId, datetime] = {}
    for mark in (*found, *filter(is_mark, around.implied)):
        begun[mark.asset] = min(begun.get(mark.asset, mark.time), mark.time)
    for event in events if begun else ():
        if event.kind in _CHANGES:
            moved = {leg.asset for leg in event.legs if leg.asset in begun}
            found += [
                mark
                for asset in sorted(moved)
                if begun[asset] < event.time
                for mark in _ended(asset, event, prices, around)
            ]
    return tuple(sorted(found, key=lambda mark: (mark.time, mark.asset, mark.source)))


def is_mark(quote: Quote) -> bool:
    """Whether a quote is one of a valuation alone."""
    return quote.source.startswith(MARK)


def _read(seen: Observation, prices: PriceBook, around: Circumstances) -> tuple[Quote, ...]:
    known = prices.asset(seen.asset)
    if seen.closing is None or known is None or seen.quantity <= 0:
        return ()
    base, oldest = around.policy.base_currency, around.policy.quote_age_seconds_max
    values = [
        prices.value(asset, units, seen.time, base, oldest) if units else 0
        for asset, units in seen.closing
    ]
    worth = sum(value for value in values if value is not None)
    if None in values:
        return ()
    price = price_from_value(worth, seen.quantity, known.decimals)
    return (Quote(seen.asset, seen.time, price, base, f"{MARK}{seen.evidence}"),)


def _ended(
    asset: AssetId, event: Event, prices: PriceBook, around: Circumstances
) -> tuple[Quote, ...]:
    """The price of the collateral as the mark of a position that changed, where it has one."""
    base, oldest = around.policy.base_currency, around.policy.quote_age_seconds_max
    quote = prices.quote(asset, event.time, base, oldest)
    return (
        () if quote is None else (Quote(asset, event.time, quote.price, base, f"{MARK}{event.id}"),)
    )
