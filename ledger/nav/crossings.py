"""An entry comes in; which parts of the fund stand behind its postings leaves, asset by asset.

A part is whatever the fund's places are divided by: wallets, chains, strategies. Of each asset:

1. a posting of no part (an expense, investors, a conversion) is answered by the posting of a part
   with just the opposite units, as a network fee is by the wallet that paid it;
2. of what is left, parts gave units to each other only as far as nothing else explains it: what
   was given, less what went to postings of no part;
3. the rest answers the rest, in proportion.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ledger.model.amount import spread
from ledger.model.asset import AssetId
from ledger.model.entry import Entry, Posting
from ledger.nav.positions import HELD, label

#: (wallet, or path of an account without one; asset) → the name of the part.
PartOf = Callable[[str, AssetId], str]
_OWED: Final = "liability"


class Moved(NamedTuple):
    """Units of an asset that went between parts: shares by part, both sides of equal sums.

    `to` gained in worth by it: of a debt it is who owes less.
    """

    asset: AssetId
    units: int
    given_by: tuple[tuple[str, int], ...]
    to: tuple[tuple[str, int], ...]


class Answered(NamedTuple):
    """Units by which a part answers a posting of no part; `worth` is negative where it gave."""

    part: str
    other: Posting
    units: int
    worth: int


class Crossing(NamedTuple):
    """All of an entry: the parts it touches, what moved between them, and who answers what."""

    parts: frozenset[str]
    moved: tuple[Moved, ...]
    answered: tuple[Answered, ...]


class _Own(NamedTuple):
    part: str
    units: int
    #: −1 for what is owed: more of it is worth less
    sign: int


def crossing(entry: Entry, part_of: PartOf) -> Crossing:
    """Which parts gave and got what in an entry."""
    own: defaultdict[AssetId, list[_Own]] = defaultdict(list)
    others: defaultdict[AssetId, list[Posting]] = defaultdict(list)
    for posting in entry.postings:
        account, asset = posting.account, posting.asset
        if account.type in HELD or account.type == _OWED:
            sign = -1 if account.type == _OWED else 1
            own[asset].append(_Own(part_of(label(account), asset), posting.quantity, sign))
        else:
            others[asset].append(posting)
    moved: list[Moved] = []
    answered: list[Answered] = []
    for asset, held in own.items():
        left = _paired(held, others[asset], answered)
        moved += _rest(asset, held, left, answered)
    parts = frozenset(one.part for held in own.values() for one in held)
    return Crossing(parts, tuple(moved), tuple(answered))


def _paired(
    held: Sequence[_Own], others: Sequence[Posting], answered: list[Answered]
) -> tuple[list[_Own], list[Posting]]:
    """Answer what has just the opposite units on the other side; the rest of both is left."""
    own, rest = list(held), []
    for other in others:
        found = next((one for one in own if one.units == -other.quantity), None)
        if found is None:
            rest.append(other)
        else:
            own.remove(found)
            answered.append(_answer(found.part, other, -found.units, found.sign))
    return own, rest


def _rest(
    asset: AssetId,
    held: Sequence[_Own],
    left: tuple[list[_Own], list[Posting]],
    answered: list[Answered],
) -> list[Moved]:
    """What moved between parts of all that has no opposite of its own; the rest is answered."""
    own, others = left
    net: Counter[tuple[str, int]] = Counter()
    for one in own:
        net[one.part, one.sign] += one.units
    sinks = [other for other in others if other.quantity > 0]
    sources = [other for other in others if other.quantity < 0]
    gave = {key: -units for key, units in sorted(net.items()) if units < 0}
    got = {key: units for key, units in sorted(net.items()) if units > 0}
    between = max(0, sum(gave.values()) - sum(other.quantity for other in sinks))
    moved = []
    if between:
        given, taken = _share(between, gave), _share(between, got)
        # more of a debt is worth less: who got units of it gave worth
        sides = (taken, given) if held[0].sign < 0 else (given, taken)
        moved.append(Moved(asset, between, *(_by_part(side) for side in sides)))
        gave = {key: units - given[key] for key, units in gave.items()}
        got = {key: units - taken[key] for key, units in got.items()}
    for side, opposite in ((gave, sinks), (got, sources)):
        weights = tuple(abs(other.quantity) for other in opposite)
        for (part, sign), units in side.items():
            if units and weights:
                for other, piece in zip(opposite, spread(units, weights), strict=True):
                    if piece:
                        units_of = piece if other.quantity > 0 else -piece
                        answered.append(_answer(part, other, units_of, sign))
    return moved


def _answer(part: str, other: Posting, units: int, sign: int) -> Answered:
    """A part that answers so many units of another posting, signed as that one is."""
    return Answered(part, other, units, -units * sign)


def _share(total: int, weights: dict[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    return dict(zip(weights, spread(total, tuple(weights.values())), strict=True))


def _by_part(side: dict[tuple[str, int], int]) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for (part, _), units in side.items():
        found[part] += units
    return tuple((part, units) for part, units in sorted(found.items()) if units)
