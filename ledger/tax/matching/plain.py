"""Purchases and sales by the million enter lots with which nothing else is going on.

The same as `LotBook` does with each, where no date changes anything any more and no rule looks at
more than the lots themselves: what it would ask of every event is asked once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ledger.tax.history.events import Acquire, Dispose, Event
from ledger.tax.matching.holding import Holding, TaxLot
from ledger.tax.matching.pieces import Ledger, averaged_parts


class Plain(NamedTuple):
    """What a book has and does; `holding` is that of an asset and a wallet, begun where none is."""

    ledger: Ledger
    holding: Callable[[str, str], Holding]
    next_rank: Callable[[], int]
    method: str
    by_wallet: bool
    by_unit_cost: bool
    others: Mapping[type, Callable[[Any], None]]


def fold_plain(events: Iterable[Event], book: Plain) -> None:
    """Book events in their order; others than purchases and sales by what `others` has."""
    holding_of, next_rank, method = book.holding, book.next_rank, book.method
    by_wallet, by_unit_cost, record = book.by_wallet, book.by_unit_cost, book.ledger.record
    oldest = method == "fifo"
    known: dict[str | tuple[str, str], Holding] = {}
    for event in events:
        if type(event) is not Dispose and type(event) is not Acquire:
            known.clear()  # what others do may end a holding
            book.others[type(event)](event)
            continue
        asset, wallet = event.asset, event.wallet
        key = (asset, wallet) if by_wallet else asset
        holding = known.get(key)
        if holding is None:
            holding = known[key] = holding_of(asset, wallet)
        if type(event) is Acquire:
            worth = event.cost if by_unit_cost else event.value
            holding.put(TaxLot(event, next_rank(), worth))
        elif type(event) is Dispose:
            if oldest and not holding.averaged:
                taken, missing = holding.take_oldest(event.quantity)
            else:
                taken, missing = holding.take(method, event.quantity)
            record(event, averaged_parts(taken) if holding.averaged else taken, missing)
