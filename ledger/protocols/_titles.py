"""Tokens of positions that a contract keeps: what a log says of one in; its stake or end out."""

from ledger.model.asset import AssetId, fees_of
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId
from ledger.shapes import ActivityView, Units, event, is_non_fungible, parts_of


def title_kept(
    view: ActivityView, farm: str, number: int, name: str, units: Units, *, staked: bool
) -> tuple[Event, ...]:
    """The token of a position that went to a contract or came back: the position is the fund's.

    Its units leave and come back in one event, so that they do not go with the token; with a token
    that comes back to another wallet they move there.
    """
    moved = [
        leg
        for leg in view.legs
        if is_non_fungible(leg.asset)
        and leg.counterparty == farm
        and leg.asset.rpartition("/")[2] == str(number)
        and (leg.quantity < 0) == staked
    ][:1]
    if not moved:
        return ()
    known = view.assets.get(moved[0].asset)
    main = known.underlying if known is not None else None
    holder = units.holder(main) if main is not None else None
    stays: tuple[Leg, ...] = ()
    if main is not None and holder is not None and (staked or holder != moved[0].wallet):
        stays = _carried(units, main, holder, holder if staked else moved[0].wallet)
    return (event(view, "stake" if staked else "unstake", (*moved, *stays), name),)


def _carried(units: Units, main: AssetId, source: WalletId, target: WalletId) -> tuple[Leg, ...]:
    legs: tuple[Leg, ...] = ()
    for asset in (*parts_of(main), *fees_of(main)):
        held = units.of(source, asset) or 0
        legs += units.move(source, asset, -held) + units.move(target, asset, held)
    return legs
