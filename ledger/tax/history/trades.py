"""Rows come in; the event of a purchase or a sale for money leaves, of others None.

Most rows of a long history are such trades: one event, at the money that changed hands, and a fee
in money or none. Everything else about a row is asked in `treatment`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import repeat
from operator import add
from typing import Final, NamedTuple

from ledger.tax.history.events import Acquire, Dispose
from ledger.tax.history.rows import TaxRow, Told, Trade
from ledger.tax.history.units import Units

TRADES: Final = frozenset("buy sell swap liquidation".split())

#: Makes a named tuple of a tuple of all its fields, without a call of Python's for each.
_new: Final = tuple.__new__

#: What else is so of every purchase, and of every sale, field by field.
_BOUGHT: Final = (repeat(True), repeat(True))  # noqa: FBT003 -- fields are by place
_SOLD: Final = (repeat(False), repeat(False), repeat(""), repeat(True))  # noqa: FBT003 -- the same


class Leg(NamedTuple):
    """A column of assets, and one of their quantities in 10⁻ᵖ of a unit."""

    assets: Sequence[str]
    quantities: Sequence[int]


class Columns(NamedTuple):
    """Rows of one shape, column by column; each has as many cells, or no end."""

    times: Iterable[datetime]
    ids: Iterable[str]
    wallets: Iterable[str]
    sent: Leg | None
    received: Leg | None
    fee: Leg | None


def trades_of_columns(rows: Columns, money: str, *, fees_count: bool) -> list[Trade] | None:
    """The events of trades of which each buys for money, or each sells for it; else None.

    Quantities are as the rows have them; `fees_count` as below.
    """
    times, ids, wallets, sent, received, fee = rows
    if sent is None or received is None or not (fee is None or _is_all(money, fee)):
        return None
    paid: Iterable[int] = fee.quantities if fee is not None and fees_count else repeat(0)
    if _is_all(money, sent) and money not in received.assets:
        where = times, ids, received.assets, wallets, received.quantities
        costs = map(add, sent.quantities, paid)
        return list(
            map(_new, repeat(Acquire), zip(*where, costs, sent.quantities, *_BOUGHT, strict=False))
        )
    if _is_all(money, received) and money not in sent.assets:
        where = times, ids, sent.assets, wallets, sent.quantities
        return list(
            map(_new, repeat(Dispose), zip(*where, received.quantities, paid, *_SOLD, strict=False))
        )
    return None


def _is_all(asset: str, leg: Leg) -> bool:
    return leg.assets.count(asset) == len(leg.assets)


def in_last_units(told: Told, units: Units) -> Trade:
    """The trade with its quantity in smallest units of the last form of its asset."""
    place, trade = told
    return trade._replace(quantity=units.count(trade.asset, trade.quantity, place))


def trades_for_money(
    money: str, units: Units, *, fees_count: bool
) -> Callable[[TaxRow], Trade | None]:
    """What finds the event of such a row; `fees_count`: money for a fee is a cost of the trade."""
    count = units.count

    def event_of(row: TaxRow) -> Trade | None:
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
