"""Rows come in; the event of a purchase or a sale for money leaves, of others None.

Most rows of a long history are such trades: one event, at the money that changed hands, and a fee
in money or none. Everything else about a row is asked in `treatment`.
"""

from collections.abc import Callable
from typing import Final

from ledger.tax.history.events import Acquire, Dispose
from ledger.tax.history.rows import TaxRow
from ledger.tax.history.units import Units

TRADES: Final = frozenset("buy sell swap liquidation".split())

#: Makes a named tuple of a tuple of all its fields, without a call of Python's for each.
_new: Final = tuple.__new__


def trades_for_money(
    money: str, units: Units, *, fees_count: bool
) -> Callable[[TaxRow], Acquire | Dispose | None]:
    """What finds the event of such a row; `fees_count`: money for a fee is a cost of the trade."""
    count = units.count

    def event_of(row: TaxRow) -> Acquire | Dispose | None:
        place, time, kind, wallet, _, sent, received, fee, _ = row
        if kind not in TRADES or sent is None or received is None:
            return None
        paid = 0
        if fee is not None:
            if fee.asset != money:
                return None
            paid = fee.quantity if fees_count else 0
        _, _, name = place
        if sent.asset == money != received.asset:
            asset, quantity, value = received.asset, received.quantity, sent.quantity
            came = count(asset, quantity, place)
            told = time, name, asset, wallet, came, value + paid, value, True, True
            return _new(Acquire, told)
        if received.asset == money != sent.asset:
            asset, quantity, value = sent.asset, sent.quantity, received.quantity
            went = count(asset, quantity, place)
            gone = time, name, asset, wallet, went, value, paid, False, False, "", True
            return _new(Dispose, gone)
        return None

    return event_of
