"""Prices seen enter and leave a fund's store as quotes."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, Delete, delete, insert, select

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.position import Quote
from ledger.store.columns import decimal_text
from ledger.store.engine import Door, FundTransaction
from ledger.store.keeping import mark
from ledger.store.tables import QuoteRow, table_of
from ledger.store.times import time_of

_QUOTES: Final = table_of(QuoteRow)
_Key = tuple[str, str, int, str]


class Quotes:
    """The quotes of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(self, fund: str, quotes: Iterable[Quote]) -> int:
        """Keep quotes and say how many are new or corrected.

        One source states one price of an asset at a time: stating another corrects it.
        """
        with self._door.write(fund) as inside:
            known = {_key(quote): quote for quote in _quotes_of(inside)}
            given = {_key(quote): quote for quote in quotes}
            written = {key: q for key, q in given.items() if _differs(known.get(key), q)}
            for key in written.keys() & known.keys():
                inside.connection.execute(_removal(inside, key))
            rows = [
                {
                    "fund_id": inside.fund_id,
                    "asset": asset,
                    "currency": currency,
                    "time": time,
                    "source": source,
                    "price": quote.price,
                }
                for (asset, currency, time, source), quote in written.items()
            ]
            if rows:
                inside.connection.execute(insert(_QUOTES), rows)
                mark(inside, min(time for _, _, time, _ in written))
        return len(written)

    def assets(self, fund: str) -> frozenset[AssetId]:
        """The assets that any source ever quoted."""
        with self._door.read(fund) as inside:
            ours = select(_QUOTES.c.asset).where(_QUOTES.c.fund_id == inside.fund_id).distinct()
            return frozenset(map(AssetId, inside.connection.execute(ours).scalars()))

    def between(self, fund: str, start: int, until: int) -> tuple[Quote, ...]:
        """The quotes of [start, until), in microseconds."""
        span = (_QUOTES.c.time >= start) & (_QUOTES.c.time < until)
        with self._door.read(fund) as inside:
            return tuple(_quotes_of(inside, span))

    def all(self, fund: str) -> tuple[Quote, ...]:
        """The fund's quotes, by asset, time, currency and source."""
        with self._door.read(fund) as inside:
            found = _quotes_of(inside)
        return tuple(sorted(found, key=lambda q: (q.asset, q.time, q.currency, q.source)))


def _quotes_of(inside: FundTransaction, *which: ColumnElement[bool]) -> list[Quote]:
    ours = _QUOTES.c.fund_id == inside.fund_id
    rows = inside.connection.execute(select(_QUOTES).where(ours, *which))
    return [
        Quote(AssetId(row.asset), time_of(row.time), row.price, row.currency, row.source)
        for row in rows
    ]


def _key(quote: Quote) -> _Key:
    return (quote.asset, quote.currency, microseconds(quote.time), quote.source)


def _differs(known: Quote | None, given: Quote) -> bool:
    return known is None or decimal_text(known.price) != decimal_text(given.price)


def _removal(inside: FundTransaction, key: _Key) -> Delete:
    asset, currency, time, source = key
    return delete(_QUOTES).where(
        _QUOTES.c.fund_id == inside.fund_id,
        _QUOTES.c.asset == asset,
        _QUOTES.c.currency == currency,
        _QUOTES.c.time == time,
        _QUOTES.c.source == source,
    )
