"""Entries of a journal come in; what is kept of a question leaves, made anew or gone on with."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from ledger.model.asset import AssetId
from ledger.model.entry import Entry
from ledger.tax.checkpoints.book import Words
from ledger.tax.checkpoints.families import Families, concerned
from ledger.tax.checkpoints.fold import FamilyFold
from ledger.tax.checkpoints.index import Index, Kept, Read, Work, put
from ledger.tax.checkpoints.stretch import Ground, Stretch, place
from ledger.tax.checkpoints.whole import WholeFold, whole_by_family

#: An entry with its number in the journal.
Numbered = tuple[int, Entry]
Fold = FamilyFold | WholeFold


class Ended(NamedTuple):
    """A stretch that was added to the index, with what it is."""

    kept: Kept
    stretch: Stretch
    bodies: dict[str, bytes]


def kept_anew(
    ground: Ground, families: Families, entries: Iterable[Numbered], read: Read, index: Index
) -> Iterator[Ended]:
    """Fold a whole journal into an empty index, stretch by stretch."""
    index.families, index.read = families, read
    folds: dict[int, Fold] = {}
    for number, entry in entries:
        for family in {families.number(each) for each in concerned(entry, ground.money)}:
            fold = folds.get(family)
            if fold is None:
                fold = folds[family] = _fold(ground, families.assets[family], None)
            fold.add(number, entry)
            if fold.ended:
                yield from _ended(index, family, fold)
    index.stretches += [[] for _ in families.assets[len(index.stretches) :]]
    index.undecided = [[] for _ in families.assets]
    for family, fold in sorted(folds.items()):
        index.undecided[family] = fold.finish()
        yield from _ended(index, family, fold)


def gone_on(
    ground: Ground, index: Index, work: Work, state: Words | None, entries: Iterable[Numbered]
) -> Iterator[Ended]:
    """Fold a family again from where it stood, over entries in any order."""
    fold = _fold(ground, index.families.assets[work.number], state)
    for number, entry in sorted(entries, key=lambda one: place(one[1])):
        fold.add(number, entry)
    index.undecided[work.number] = fold.finish()
    yield from _ended(index, work.number, fold)


def empty_index(program: str) -> Index:
    """Nothing kept yet."""
    return Index(program, Read(0, 0, ""), Families())


def _fold(ground: Ground, assets: Collection[AssetId], state: Words | None) -> Fold:
    """What folds a family, from where it stood; one that looks ahead begins anew."""
    if not whole_by_family(ground.settings):
        return FamilyFold(ground, assets, state)
    assert state is None, "nobody goes on from where a year ended"
    return WholeFold(ground, assets)


def _ended(index: Index, family: int, fold: Fold) -> Iterator[Ended]:
    while len(index.stretches) <= family:
        index.stretches.append([])
        index.undecided.append([])
    for stretch in fold.ended:
        kept, bodies = put(index, family, stretch)
        yield Ended(kept, stretch, bodies)
    fold.ended.clear()
