"""What a family holds and owes comes in, leaves as plain words, and is the same when read back."""

from collections import Counter, deque
from collections.abc import Callable, Collection
from itertools import count
from typing import Any

from ledger.model.activity import microseconds, time_at
from ledger.model.asset import AssetId
from ledger.nav.debts import Debt
from ledger.tax.history.events import Acquire, Fault
from ledger.tax.history.journal import Reading, Terms
from ledger.tax.history.settings import Settings
from ledger.tax.matching.holding import Holding, TaxLot
from ledger.tax.matching.lots import LotBook
from ledger.tax.terms import Calendar

#: Numbers, texts, lists and objects, as JSON has them.
Words = dict[str, Any]


class FamilyReading(Reading):
    """Reads the entries of a family: debts and balances of other assets are not told truly."""

    def __init__(self, terms: Terms, assets: Collection[AssetId], words: Words | None) -> None:
        super().__init__(terms)
        self._own = assets
        if words is None:
            return
        for label, asset, debts in words["debts"]:
            self._debts.open[label, asset] = deque(
                Debt(name, quantity, booked, time_at(taken), strategy)
                for name, quantity, booked, taken, strategy in debts
            )
        self._held = Counter({(asset, place): units for asset, place, units in words["held"]})

    def words(self) -> Words:
        """Debts and balances of the family."""
        debts = [
            [
                *place,
                [
                    [one.id, one.quantity, one.booked, microseconds(one.taken), one.strategy]
                    for one in waiting
                ],
            ]
            for place, waiting in sorted(self._debts.open.items())
            if waiting and place[1] in self._own
        ]
        held = sorted(
            [asset, place, units]
            for (asset, place), units in self._held.items()
            if units and asset in self._own
        )
        return {"debts": debts, "held": held}


class FamilyBook(LotBook):
    """Lots of a family, as a matcher holds them."""

    def __init__(self, settings: Settings, calendar: Calendar, words: Words | None) -> None:
        super().__init__(settings, calendar, None, None)
        if words is None:
            return
        self._method = words["method"]
        self._by_wallet = words["by_wallet"]
        if not words["waits"]:
            self._switch = None
        self._orders = deque(settings.standing[len(settings.standing) - words["orders"] :])
        self._ordered = dict(words["ordered"])
        self._years = deque(settings.by_year[len(settings.by_year) - words["years"] :])
        self._blocked = set(words["blocked"])
        for asset, wallet, units in words["balances"]:
            self._balances[asset][wallet] = units
        self._next_rank = count(words["rank"]).__next__
        for asset, wallet, averaged, cost, lots in words["holdings"]:
            self._holdings[asset, wallet] = _holding(averaged, cost, lots)
        self._dated = self._has_dates()

    @property
    def waits(self) -> bool:
        """Whether the day from which basis is by wallet has not come yet."""
        return self._switch is not None

    @property
    def cost(self) -> int:
        """What all that is held costs."""
        return sum(holding.cost for holding in self._holdings.values())

    def words(self) -> Words:
        """All of it but what was given up."""
        # where methods change, a place that is empty still has the one by which it is kept
        keep_empty = self.waits or self._many_methods or bool(self._settings.by_year)
        rank = self._next_rank()
        self._next_rank = count(rank).__next__
        return {
            "method": self._method,
            "by_wallet": self._by_wallet,
            "waits": self.waits,
            "orders": len(self._orders),
            "ordered": sorted(self._ordered.items(), key=lambda one: (one[0] or "", one[1])),
            "years": len(self._years),
            "blocked": sorted(self._blocked),
            "balances": sorted(
                [asset, wallet, units]
                for asset, balances in self._balances.items()
                for wallet, units in balances.items()
                if self.waits
            ),
            "rank": rank,
            "holdings": [
                [asset, wallet, holding.averaged, holding.cost, list(map(_of_lot, lots))]
                for (asset, wallet), holding in self._holdings.items()
                if (lots := holding.lots()) or holding.cost or keep_empty
            ],
        }

    def undecided(self) -> list[Fault]:
        """What would be said if the day came now from which basis is by wallet; the end of it."""
        self._to_wallets()
        return self.ledger.faults


def _of_lot(lot: TaxLot) -> list[Any]:
    return [
        *(lot.row, microseconds(lot.acquired), lot.quantity, lot.cost, lot.rank),
        *(lot.stated, lot.worth, int(lot.fresh), int(lot.known)),
    ]


def _holding(averaged: bool, cost: int, lots: list[list[Any]]) -> Holding:  # noqa: FBT001 -- a word
    holding = Holding("average" if averaged else "fifo")
    put: Callable[[TaxLot], None] = holding.put
    for row, acquired, quantity, paid, rank, stated, worth, fresh, known in lots:
        came = Acquire(
            time_at(acquired), row, "", "", quantity, paid, worth, bool(fresh), bool(known)
        )
        lot = TaxLot(came, rank, worth)
        lot.stated = stated
        put(lot)
    # a pool's cost is one sum; a cost that waits for units stands beside no lot
    holding.bear(cost - holding.cost)
    return holding
