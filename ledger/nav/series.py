"""Entries, quotes and valuation times come in; a net asset value at each time leaves."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from ledger.model.amount import price_from_value
from ledger.model.entry import Entry, in_order
from ledger.model.errors import BadInput
from ledger.model.fund import Policy
from ledger.model.position import NavPoint
from ledger.nav.positions import Balances
from ledger.nav.valuation import Valuation
from ledger.prices.book import PriceBook

_TIME_OF_DAY: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])Z", re.ASCII)


def valuation_times(first: date, last: date, time_of_day: str) -> tuple[datetime, ...]:
    """The fund's valuation time (`HH:MMZ`) of each day from `first` to `last`, both included."""
    found = _TIME_OF_DAY.fullmatch(time_of_day)
    if found is None:
        raise BadInput(f"{time_of_day[:20]!r} is no valuation time such as 00:00Z")
    start = datetime(first.year, first.month, first.day, int(found[1]), int(found[2]), tzinfo=UTC)
    return tuple(start + timedelta(days=day) for day in range((last - first).days + 1))


def nav_series(
    entries: Iterable[Entry], book: PriceBook, policy: Policy, times: Sequence[datetime]
) -> tuple[NavPoint, ...]:
    """Net asset value at each time, ascending, with entries up to and including it.

    One pass: a day costs its own entries and one price an asset. `growth` is the time-weighted
    factor of the interval, value at its end ÷ (value at its begin + flows), to 36 places, half
    even: what investors bring or take inside an interval counts as if moved at its begin.
    """
    points: list[NavPoint] = []
    balances = Balances()
    waiting = iter(in_order(entries))
    entry = next(waiting, None)
    for time in times:
        flows = 0
        while entry is not None and entry.time <= time:
            balances.fold(entry)
            flows += flow(entry)
            entry = next(waiting, None)
        value, unpriced = _valued(balances, Valuation(book, time, policy))
        growth = _growth(value, points[-1].value + flows) if points else None
        points.append(NavPoint(time, policy.base_currency, value, flows, growth, unpriced))
    return tuple(points)


def flow(entry: Entry) -> int:
    """What investors brought (positive) or took in an entry, at its value then.

    Every posting on equity counts, opening balances too: what was there before the books is no
    result of theirs. A flow without a price counts nothing.
    """
    return -sum(
        posting.value
        for posting in entry.postings
        if posting.account.type == "equity" and posting.value is not None
    )


def _valued(balances: Balances, valuation: Valuation) -> tuple[int, int]:
    total = unpriced = 0
    for (_, asset, owed), units in balances.units.items():
        value = valuation.value(asset, -units if owed else units)
        if value is None:
            unpriced += 1
        else:
            total += value
    return total, unpriced


def _growth(end: int, begin: int) -> Decimal | None:
    """The quotient of two amounts of money; None where nothing was invested."""
    return price_from_value(end, begin, 18) if begin > 0 else None
