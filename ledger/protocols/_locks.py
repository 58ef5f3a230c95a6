"""What a contract keeps for the fund without a fungible token: a leg in; stake or unstake out.

It is a position, counted in units of what was handed in.
"""

from collections.abc import Sequence

from ledger.model.asset import Asset, AssetId, known_without_asking
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId
from ledger.shapes import ActivityView, Units, event, split


def locked(
    view: ActivityView,
    legs: Sequence[Leg],
    where: tuple[WalletId, AssetId],
    protocol: str,
    units: Units,
    kind: str = "stake",
) -> Event:
    """The first leg went into the position; the others belong to it, as its title."""
    return event(view, kind, (*legs, *units.move(*where, -legs[0].quantity)), protocol)


def unlocked(
    view: ActivityView,
    legs: Sequence[Leg],
    where: tuple[WalletId, AssetId],
    protocol: str,
    units: Units,
    kind: str = "unstake",
) -> Event:
    """The first leg came out of the position; what is more than it held is a reward."""
    held = units.of(*where)
    if not held:
        return event(view, kind, legs, protocol, "position:unknown")
    first, *others = legs
    back = min(held, first.quantity)
    parts = split(first, first.quantity - back, "reward")
    return event(view, kind, (*parts, *others, *units.move(*where, -back)), protocol)


def follows(view: ActivityView, asset: AssetId, leg: Leg) -> tuple[Asset, ...]:
    """The fact that a position follows what was handed in, where that is known."""
    known = view.assets.get(leg.asset) or known_without_asking(leg.asset)
    if known is None:
        return ()
    return (Asset(asset, known.symbol, known.decimals, "position", underlying=leg.asset),)
