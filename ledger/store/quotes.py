"""Prices seen enter and leave a fund's store as quotes; one that is corrected stays known."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, insert, select, update

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.position import Quote
from ledger.store.columns import begins_with, decimal_text
from ledger.store.engine import Door, FundTransaction
from ledger.store.keeping import mark
from ledger.store.known import in_force_at
from ledger.store.tables import QUOTE
from ledger.store.times import time_of

_Key = tuple[str, str, int, str]


class Quotes:
    """The quotes of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(self, fund: str, quotes: Iterable[Quote]) -> int:
        """Keep quotes and say how many are new or corrected.

        One source states one price of an asset at a time: stating another corrects it, and what it
        stated before is still what was known before.
        """
        with self._door.write(fund) as inside:
            given = {_key(quote): quote for quote in quotes}
            times = [time for _, _, time, _ in given]
            span = (QUOTE.c.time >= min(times, default=0)) & (QUOTE.c.time <= max(times, default=0))
            rows_of = _rows(inside, None, span)
            known = {(row.asset, row.currency, row.time, row.source): row for row in rows_of}
            written = {key: q for key, q in given.items() if _differs(known.get(key), q)}
            if not written:
                return 0
            corrected = written.keys() & known.keys()
            now = inside.recorded_after(known[key].recorded_at for key in corrected)
            for key in corrected:
                inside.connection.execute(_superseded(inside, key, now))
            rows = [
                {
                    "fund_id": inside.fund_id,
                    "asset": asset,
                    "currency": currency,
                    "time": time,
                    "source": source,
                    "price": quote.price,
                    "recorded_at": now,
                }
                for (asset, currency, time, source), quote in written.items()
            ]
            inside.connection.execute(insert(QUOTE), rows)
            mark(inside, min(time for _, _, time, _ in written))
        return len(written)

    def assets(self, fund: str) -> frozenset[AssetId]:
        """The assets that any source ever quoted."""
        with self._door.read(fund) as inside:
            ours = select(QUOTE.c.asset).where(QUOTE.c.fund_id == inside.fund_id).distinct()
            return frozenset(map(AssetId, inside.connection.execute(ours).scalars()))

    def between(self, fund: str, start: int, until: int) -> tuple[Quote, ...]:
        """The quotes of [start, until), in microseconds."""
        span = (QUOTE.c.time >= start) & (QUOTE.c.time < until)
        with self._door.read(fund) as inside:
            return tuple(map(_quote_of, _rows(inside, None, span)))

    def named(self, fund: str, beginning: str) -> tuple[Quote, ...]:
        """The quotes of assets whose ids begin so."""
        with self._door.read(fund) as inside:
            named = begins_with(QUOTE.c.asset, beginning, inside.connection.dialect.name)
            return tuple(map(_quote_of, _rows(inside, None, named)))

    def all(self, fund: str, known_at: datetime | None = None) -> tuple[Quote, ...]:
        """The fund's quotes, by asset, time, currency and source; with `known_at`, those of then.

        Of a price that was corrected since it is the one that was known.
        """
        with self._door.read(fund) as inside:
            found = list(map(_quote_of, _rows(inside, known_at)))
        return tuple(sorted(found, key=lambda q: (q.asset, q.time, q.currency, q.source)))


def _rows(
    inside: FundTransaction, known_at: datetime | None, *which: ColumnElement[bool]
) -> Iterable[Row[Any]]:
    ours = QUOTE.c.fund_id == inside.fund_id
    in_force = in_force_at(QUOTE, known_at)
    return inside.connection.execute(select(QUOTE).where(ours, in_force, *which))


def _quote_of(row: Row[Any]) -> Quote:
    return Quote(AssetId(row.asset), time_of(row.time), row.price, row.currency, row.source)


def _key(quote: Quote) -> _Key:
    return (quote.asset, quote.currency, microseconds(quote.time), quote.source)


def _differs(known: Row[Any] | None, given: Quote) -> bool:
    return known is None or decimal_text(known.price) != decimal_text(given.price)


def _superseded(inside: FundTransaction, key: _Key, now: int) -> Update:
    asset, currency, time, source = key
    this = update(QUOTE).where(
        QUOTE.c.fund_id == inside.fund_id,
        QUOTE.c.asset == asset,
        QUOTE.c.currency == currency,
        QUOTE.c.time == time,
        QUOTE.c.source == source,
        in_force_at(QUOTE, None),
    )
    return this.values(superseded_at=now)
