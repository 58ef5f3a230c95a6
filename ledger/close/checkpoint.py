"""Books → the checkpoint of a closed month: balances, open lots with exact costs, NAV, digest."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate
from typing import Any, Final

from ledger.books import Books
from ledger.close.months import month_bounds
from ledger.lots.booking import book
from ledger.model.activity import iso
from ledger.model.amount import (
    CONTEXT,
    MONEY_DECIMALS,
    MONEY_ONE,
    money_from_decimal,
    text_from_units,
)
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, in_order
from ledger.model.evidence import canonical_json, content_id
from ledger.model.fund import Policy
from ledger.model.lot import Lot
from ledger.model.position import NavPoint
from ledger.nav.series import nav_series, valuation_times

_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the books were when a month was closed, over all entries dated before its end.

    `balances` are (account, asset, base units) that are not zero; money in 10⁻¹⁸ of the base
    currency. `nav` is the last valuation, `index` the time-weighted growth since the first of them
    in 10⁻¹⁸, and `high_water` the highest that it ever was.
    """

    month: str
    policy: Policy
    entries: int
    postings: int
    balances: tuple[tuple[Account, AssetId, int], ...]
    lots: tuple[Lot, ...]
    nav: NavPoint | None = None
    index: int = MONEY_ONE
    high_water: int = MONEY_ONE

    @property
    def body(self) -> bytes:
        """Everything as canonical JSON: what is kept, and what the digest covers."""
        nav = self.nav
        valuation = None if nav is None else _valuation_row(nav)
        return canonical_json(
            {
                **_policy_row(self.policy),
                "month": self.month,
                "entries": self.entries,
                "postings": self.postings,
                "balances": [
                    [account.path, account.wallet or "", asset, str(units)]
                    for account, asset, units in self.balances
                ],
                "lots": [_lot_row(lot) for lot in self.lots],
                "valuation": valuation,
                "index": text_from_units(self.index, MONEY_DECIMALS),
                "high_water": text_from_units(self.high_water, MONEY_DECIMALS),
            }
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the body."""
        return checkpoint_digest(self.body)

    @property
    def trial_balance(self) -> str:
        """SHA-256 of the balances alone."""
        return _balances_digest(
            (account.path, account.wallet or "", asset, str(units))
            for account, asset, units in self.balances
        )


def trial_balance_of(body: bytes) -> str:
    """The same of the body of a checkpoint."""
    return _balances_digest(json.loads(body)["balances"])


def _balances_digest(lines: Iterable[Iterable[str]]) -> str:
    return content_id(b"trial-balance-1", *(part.encode() for line in lines for part in line))


def checkpoint_digest(body: bytes) -> str:
    """SHA-256 of the body of a checkpoint, in hex."""
    return content_id(b"checkpoint-1", body)


def checkpoint(books: Books, month: str, valuation_time: str) -> Checkpoint:
    """The checkpoint of a month from the books; `valuation_time` is the fund's, `HH:MMZ`."""
    until = month_bounds(month)[1]
    entries = [entry for entry in books.entries if entry.time < until]
    [found] = checkpoints(entries, books.policy, [month])
    if not entries:
        return found
    first = min(entry.time for entry in entries)
    days = valuation_times(first.date(), until.date(), valuation_time)
    times = [time for time in days if first <= time <= until]
    points = nav_series(entries, books.prices, books.policy, times)
    factors = [point.growth for point in points if point.growth is not None]
    indices = [*map(money_from_decimal, accumulate(factors, CONTEXT.multiply))] or [MONEY_ONE]
    return replace(
        found,
        nav=points[-1] if points else None,
        index=indices[-1],
        high_water=max(MONEY_ONE, *indices),
    )


def checkpoints(
    entries: Iterable[Entry], policy: Policy, months: Iterable[str]
) -> tuple[Checkpoint, ...]:
    """What follows from entries alone for each month, in order and in one pass: no valuation."""
    ends = [(month, month_bounds(month)[1]) for month in sorted(set(months))]
    live = in_order(entries)
    lots = book(live, policy, times=[until - _INSTANT for _, until in ends]).snapshots
    sums: defaultdict[tuple[Account, AssetId], int] = defaultdict(int)
    waiting = sorted(live, key=lambda entry: entry.time)
    counted = posted = 0
    found = []
    for month, until in ends:
        while counted < len(waiting) and waiting[counted].time < until:
            for posting in waiting[counted].postings:
                sums[posting.account, posting.asset] += posting.quantity
            posted += len(waiting[counted].postings)
            counted += 1
        balances = sorted(
            ((account, asset, units) for (account, asset), units in sums.items() if units),
            key=lambda line: (line[0].path, line[0].wallet or "", line[1]),
        )
        here = lots[until - _INSTANT]
        found.append(Checkpoint(month, policy, counted, posted, tuple(balances), here))
    return tuple(found)


def first_difference(
    stored: Mapping[str, bytes], entries: Iterable[Entry]
) -> tuple[str, str] | None:
    """The first month whose stored checkpoint the entries contradict, and in what; else None.

    `stored` are bodies by month. Values of that time (NAV, index, high-water mark) follow from
    prices as they were known then, so that they are covered by the digest and not computed again.
    """
    live = tuple(entries)
    said = {month: json.loads(body) for month, body in sorted(stored.items())}
    by_policy: defaultdict[Policy, list[str]] = defaultdict(list)
    for month, row in said.items():
        by_policy[_policy_of(row)].append(month)
    again = {
        found.month: json.loads(found.body)
        for policy, months in by_policy.items()
        for found in checkpoints(live, policy, months)
    }
    for month, row in said.items():
        for name in sorted(row.keys() - {"valuation", "index", "high_water"}):
            if again[month].get(name) != row[name]:
                return month, name
    return None


def _policy_row(policy: Policy) -> dict[str, Any]:
    return {
        "currency": policy.base_currency,
        "method": policy.method,
        "scope": policy.scope,
        "method_by_year": [list(change) for change in policy.method_by_year],
        "identifications": [[entry, list(lots)] for entry, lots in policy.identifications],
    }


def _policy_of(row: Mapping[str, Any]) -> Policy:
    return Policy(
        base_currency=row["currency"],
        method=row["method"],
        scope=row["scope"],
        method_by_year=tuple((year, method) for year, method in row["method_by_year"]),
        identifications=tuple((entry, tuple(lots)) for entry, lots in row["identifications"]),
    )


def _valuation_row(point: NavPoint) -> dict[str, Any]:
    value = text_from_units(point.value, MONEY_DECIMALS)
    return {"time": iso(point.time), "nav": value, "unpriced": point.unpriced}


def _lot_row(lot: Lot) -> list[str | None]:
    cost = None if lot.cost is None else str(lot.cost)
    place = (lot.id, lot.asset, lot.wallet, iso(lot.acquired))
    return [*place, str(lot.quantity), cost, lot.entry, lot.strategy]
