"""Positions of concentrated liquidity that a helper emptied, or made anew of what it took out.

A view and what the manager's logs say of positions that the books know go in; the legs of what came
back come out, and of the positions that were made. The helper stands between: it keeps a fee back,
swaps, unwraps, or puts all in again, so that nothing of what was collected moves in its own size.
The manager alone speaks for a position, by the number that the fund holds; which two assets it is
of is known since they were put in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.model.asset import AssetId, contract_of, native
from ledger.model.event import Leg
from ledger.protocols._concentrated import (
    INCREASE,
    Amounts,
    Change,
    changes_of,
    pieces_of,
)
from ledger.shapes import (
    ActivityView,
    Units,
    is_non_fungible,
    parts_of,
    position_leg,
    split,
    word_address,
)


@dataclass(frozen=True, slots=True)
class Emptied:
    """What was collected of a position after liquidity was taken out of it, and of which assets."""

    change: Change
    freed: Sequence[Change]
    pair: tuple[AssetId, AssetId]


@dataclass(frozen=True, slots=True)
class Made:
    """A position whose token came to the fund, made of what a helper had of the others."""

    change: Change
    pair: tuple[AssetId, AssetId]
    pieces: tuple[Leg, ...]

    def on_the_way(self, network: str, sign: int) -> tuple[Leg, ...]:
        """The units of its two assets that go into it, as what waits in it."""
        _, *waiting = parts_of(self.change.asset(network))
        return tuple(
            leg
            for asset, amount in zip(waiting, self.change.amounts, strict=True)
            for leg in position_leg(self.pieces[0].wallet, asset, sign * amount)
        )


def pair_of(view: ActivityView, main: AssetId) -> tuple[AssetId, AssetId] | None:
    """The two assets of a position that the books know."""
    first, second = (view.assets.get(part) for part in parts_of(main)[1:])
    if first is None or second is None or not first.underlying or not second.underlying:
        return None
    return first.underlying, second.underlying


def came_of(view: ActivityView, emptied: Sequence[Emptied]) -> tuple[Leg, ...] | None:
    """What came from whom the positions were paid to; None where the fund gave anything too."""
    others = [leg for leg in view.legs if not is_non_fungible(leg.asset)]
    if any(leg.quantity < 0 for leg in others):
        return None
    parties = {view.called}
    for one in emptied:
        parties |= {one.change.log.address, word_address(one.change.log, 0)}
    return tuple(leg for leg in others if leg.counterparty in parties)


def made_of(view: ActivityView, units: Units, emptied: Sequence[Emptied]) -> list[Made] | None:
    """Positions of the same manager and assets whose tokens came, of what the fund did not pay.

    None where some went into a position that is not new or not the fund's: what it was worth there
    is not told apart from what came.
    """
    found: list[Made] = []
    managers = {one.change.log.address for one in emptied}
    for change in changes_of(view, INCREASE):
        if change.log.address not in managers:
            continue
        pieces = pieces_of(view, change)
        pairs = (one.pair for one in emptied if one.change.log.address == change.log.address)
        pair = next((pair for pair in pairs if _moved(view, pair, change.amounts)), None)
        is_new = units.holder(change.asset(view.activity.network)) is None
        if not is_new or pair is None or sum(leg.quantity for leg in pieces) <= 0:
            return None
        found.append(Made(change, pair, pieces))
    return found


def _moved(view: ActivityView, pair: tuple[AssetId, AssetId], amounts: Amounts) -> bool:
    """Whether just so much of both assets moved."""
    moves = {(move.asset, move.quantity) for move in view.activity.transfers}
    wanted = {(asset, units) for asset, units in zip(pair, amounts, strict=True) if units}
    return wanted <= moves


def earned_apart(
    view: ActivityView,
    legs: Iterable[Leg],
    earned: Mapping[AssetId, int],
    stands_for: Mapping[AssetId, AssetId],
) -> tuple[Leg, ...]:
    """Legs with fees as rewards, of the assets that came as such, as the coin they wrap, or went on
    into a new position (`stands_for` says of what its waiting units are).

    What the helper kept back is a cost of the whole: the fees were earned all the same. Those of an
    asset that it swapped are not told apart, and no income.
    """
    left = dict(earned)
    coins = {token: native(view.activity.network) for token in earned if _unwrapped(view, token)}
    found: list[Leg] = []
    for leg in legs:
        of = stands_for.get(leg.asset, leg.asset)
        token = next((token for token in left if of in {token, coins.get(token)}), of)
        part = min(left.get(token, 0), leg.quantity)
        if part > 0:
            left[token] -= part
            found += split(leg, part, "reward", leg.role)
        else:
            found.append(leg)
    return tuple(found)


def _unwrapped(view: ActivityView, token: AssetId) -> bool:
    """Whether the contract of a token gave coin here."""
    coin, contract = native(view.activity.network), contract_of(token)
    return any(move.asset == coin and move.sender == contract for move in view.activity.transfers)
