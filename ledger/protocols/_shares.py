"""Shares of pools that a token shows: a view and who took part in; deposit or withdrawal out."""

from collections.abc import Collection

from ledger.model.asset import AssetId
from ledger.model.event import Event
from ledger.shapes import ZERO_ADDRESS, ActivityView, event, is_non_fungible, with_role


def pool_shares(
    view: ActivityView,
    parties: Collection[str],
    protocol: str,
    *,
    put_in: bool,
    share: AssetId | None = None,
) -> tuple[Event, ...]:
    """What the fund gave to the pool for shares that were made for it, or got for shares burnt.

    A share is a token of which just as many units were made or burnt here as the fund got or gave,
    over whatever contracts; `share` says which token where that is known. The other side is what
    moved to or from the `parties`; all of it, where one of them was called: a pool may have another
    contract pay out. What came back of an asset that was given is a refund.
    """
    made = {
        (one.asset, one.quantity)
        for one in view.activity.transfers
        if (one.sender if put_in else one.recipient) == ZERO_ADDRESS
    }
    shares = [
        leg
        for leg in view.legs
        if (leg.quantity > 0) == put_in
        and (leg.asset == share if share else (leg.asset, abs(leg.quantity)) in made)
        and not is_non_fungible(leg.asset)
    ]
    direct = view.called in parties
    moved = [
        leg
        for leg in view.legs
        if leg.asset not in {one.asset for one in shares}
        and not is_non_fungible(leg.asset)
        and (direct or leg.counterparty in parties)
    ]
    main = [leg for leg in moved if (leg.quantity < 0) == put_in]
    assets = {leg.asset for leg in main}
    back = [with_role(leg, "refund") for leg in moved if leg not in main and leg.asset in assets]
    if not shares or not main:
        return ()
    kind = "pool_deposit" if put_in else "pool_withdraw"
    return (event(view, kind, (*shares, *main, *back), protocol),)
