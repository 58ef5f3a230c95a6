"""Entries come in; which assets have to be assessed together leaves.

Lots of one asset become lots of another where its form changes, and a debt in one is paid in
another: such assets are a family. What happens in one family changes no figure of another, so that
each can be assessed by itself, from where it stood on. A family may be larger than it has to be,
never smaller.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.tax.history.settings import Settings

#: Families with fewer postings than that are put together: many assets are never traded.
SMALL: Final = 1_000


def linked(entry: Entry, money: AssetId, settings: Settings) -> Iterator[set[AssetId]]:
    """Sets of assets that an entry makes one family of, those of one asset left out."""
    by_role: dict[str, set[AssetId]] = {"move": set(), "dispose": set(), "acquire": set()}
    owed: set[AssetId] = set()
    for posting in entry.postings:
        if posting.asset == money:
            continue
        if posting.role != "none":
            by_role[posting.role].add(posting.asset)
        if posting.account.type == "liability":
            owed.add(posting.asset)
    moved, given = by_role["move"], by_role["dispose"]
    if entry.is_split:
        moved = moved | given | by_role["acquire"]
    if moved and settings.move_fees_kept:
        moved = moved | given
    if owed and entry.kind == "repay":
        owed |= moved | given
    yield from (each for each in (moved, owed) if len(each) > 1)


def concerned(entry: Entry, money: AssetId) -> set[AssetId]:
    """The assets whose families an entry is read for: all of it but money, or money alone."""
    assets = {posting.asset for posting in entry.postings}
    return assets - {money} or assets


def owner(entry: Entry, money: AssetId) -> AssetId:
    """The asset whose family has what is said of the entry as a whole: its income, its faults."""
    for posting in entry.postings:
        if posting.asset != money:
            return posting.asset
    return money


class Families:
    """Families by number; numbers only grow, and one that was joined to another is empty."""

    def __init__(self, sets: Iterable[Iterable[AssetId]] = ()) -> None:
        self.assets: list[list[AssetId]] = [list(each) for each in sets]
        self._numbers = {asset: number for number, each in enumerate(self.assets) for asset in each}

    def number(self, asset: AssetId) -> int:
        """The family of an asset; one that was never seen begins one."""
        number = self._numbers.get(asset)
        if number is None:
            number = self._numbers[asset] = len(self.assets)
            self.assets.append([asset])
        return number

    def join(self, assets: Iterable[AssetId]) -> dict[int, AssetId]:
        """Make one family of several assets.

        Gives the families that it was made of, each with an asset, where they were several.
        """
        numbers = sorted({self.number(asset) for asset in assets})
        if len(numbers) < 2:
            return {}
        former = {number: self.assets[number][0] for number in numbers}
        first = numbers[0]
        for number in numbers[1:]:
            self._numbers.update(dict.fromkeys(self.assets[number], first))
            self.assets[first] += self.assets[number]
            self.assets[number] = []
        return former

    def gather(self, counts: Mapping[AssetId, int]) -> "Families":
        """The same with small ones put together; `counts` are postings by asset."""
        sized = sorted(
            (sum(counts.get(asset, 0) for asset in each), sorted(each))
            for each in self.assets
            if each
        )
        sets: list[list[AssetId]] = []
        room = 0
        for size, assets in sized:
            if size > room:
                sets.append([])
                room = max(SMALL, size)
            sets[-1] += assets
            room -= size
        return Families(sets)


def families_of(
    counts: Mapping[AssetId, int], linking: Iterable[Entry], money: AssetId, settings: Settings
) -> Families:
    """The families of a journal, by its postings of each asset and what may link any."""
    families = Families([asset] for asset in sorted(counts))
    for entry in linking:
        for assets in linked(entry, money, settings):
            families.join(assets)
    return families.gather(counts)
