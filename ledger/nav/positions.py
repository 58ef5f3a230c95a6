"""Entries come in; what is held and what is owed at a moment leaves.

Units in wallets, in flight and in escrow are the fund's; a liability is what it owes. Units that
left and that nobody explained stand in suspense and are not the fund's until somebody does; units
that came unexplained are in the wallet and count. Spam is in no position: an asset all of whose
units came against `suspense:spam`. Once units of it came in another way it is an asset like any
other. Nor is a title, a token that came against `trading:titles`: it only says who holds a
position, and that is counted itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, in_order
from ledger.model.fund import WalletId
from ledger.model.lot import Lot
from ledger.model.position import Position

#: Types of accounts whose units are held.
HELD: Final = frozenset({"asset", "transit"})
#: The account on the other side of a token that only says who holds a position.
TITLES: Final = "trading:titles"

#: The cost of what is open, by wallet and asset; None where some of it is unknown.
Costs = dict[tuple[WalletId, AssetId], int | None]

#: (wallet, or path of an account without one; asset; owed)
Key = tuple[str, AssetId, bool]


class Balances:
    """Running balances: fold entries in order, look at any moment."""

    __slots__ = ("_clean", "_spam", "_titles", "_units")

    def __init__(self) -> None:
        self._units: defaultdict[Key, int] = defaultdict(int)
        self._spam: set[AssetId] = set()
        self._clean: set[AssetId] = set()
        self._titles: set[AssetId] = set()

    def fold(self, entry: Entry) -> None:
        """Add an entry's postings."""
        came = []
        against_spam = False
        for posting in entry.postings:
            account, asset = posting.account, posting.asset
            if account.type in HELD:
                self._units[label(account), asset, False] += posting.quantity
                if posting.quantity > 0 and posting.role != "move":
                    came.append(asset)
            elif account.type == "liability":
                self._units[label(account), asset, True] += posting.quantity
            elif account.type == "suspense":
                against_spam = against_spam or account.name == "spam"
            elif account.path == TITLES:
                self._titles.add(asset)
        (self._spam if against_spam else self._clean).update(came)

    def state(self) -> dict[str, Any]:
        """All of it as plain JSON, equal for equal balances."""
        return {
            "units": [[*key, str(units)] for key, units in sorted(self._units.items()) if units],
            "spam": sorted(self._spam),
            "clean": sorted(self._clean),
            "titles": sorted(self._titles),
        }

    @classmethod
    def resumed(cls, state: Mapping[str, Any]) -> "Balances":
        """The balances that `state` put down."""
        balances = cls()
        for place, asset, owed, units in state["units"]:
            balances._units[place, AssetId(asset), owed] = int(units)
        balances._spam, balances._clean = set(state["spam"]), set(state["clean"])
        balances._titles = set(state["titles"])
        return balances

    def is_spam(self, asset: AssetId) -> bool:
        """Whether all units of an asset came as spam."""
        return asset in self._spam and asset not in self._clean

    @property
    def units(self) -> dict[Key, int]:
        """Base units by wallet and asset without zeros, spam and titles, in canonical order."""
        return {
            key: units
            for key, units in sorted(self._units.items())
            if units and self.is_counted(key[1])
        }

    def by_asset(self) -> Iterator[tuple[AssetId, list[int]]]:
        """Each asset of `units` with its quantities, what is owed negative, in no order."""
        found: defaultdict[AssetId, list[int]] = defaultdict(list)
        for (_, asset, owed), units in self._units.items():
            if units:
                found[asset].append(-units if owed else units)
        for asset, quantities in found.items():
            if self.is_counted(asset):
                yield asset, quantities

    def by_place(self) -> Iterator[tuple[str, AssetId, int]]:
        """Each wallet or account of `units` with an asset, what is owed negative, in no order."""
        for (place, asset, owed), units in self._units.items():
            if units and self.is_counted(asset):
                yield place, asset, -units if owed else units

    def is_counted(self, asset: AssetId) -> bool:
        """Whether an asset is in valuations: neither spam nor a title."""
        return asset not in self._titles and not self.is_spam(asset)

    def positions(self) -> tuple[Position, ...]:
        """What is held and owed now."""
        return tuple(
            Position(WalletId(place), asset, units, owed)
            for (place, asset, owed), units in self.units.items()
        )


def label(account: Account) -> str:
    """The wallet of an account, or its path where it is no place of custody."""
    return account.wallet or account.path


def balances_at(entries: Iterable[Entry], at: datetime | None = None) -> Balances:
    """The balances after all live entries up to and including `at` (None: all)."""
    balances = Balances()
    for entry in in_order(entries):
        if at is not None and entry.time > at:
            break
        balances.fold(entry)
    return balances


def positions(
    entries: Iterable[Entry], at: datetime | None = None, lots: Iterable[Lot] = ()
) -> tuple[Position, ...]:
    """What is held and owed after all entries up to and including `at`.

    `lots` are the open lots of that moment: they give positions their cost, None where some of it
    is unknown.
    """
    return with_costs(balances_at(entries, at).positions(), costs_of(lots))


def with_costs(held: Iterable[Position], costs: Costs) -> tuple[Position, ...]:
    """Positions with the cost of their lots; what is owed has none."""
    return tuple(
        position
        if position.liability
        else replace(position, cost=costs.get((position.wallet, position.asset)))
        for position in held
    )


def costs_of(lots: Iterable[Lot]) -> Costs:
    """The cost of the open lots of each wallet and asset, None where some of it is unknown."""
    costs: Costs = {}
    for lot in lots:
        known = costs.get((lot.wallet, lot.asset), 0)
        costs[lot.wallet, lot.asset] = (
            None if known is None or lot.cost is None else known + lot.cost
        )
    return costs
