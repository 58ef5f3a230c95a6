"""A view in, whether somebody threw tokens at the fund's wallets out."""

import re
from collections.abc import Collection
from typing import Final

from ledger.model.asset import Asset, AssetId, contract_of
from ledger.shapes import ActivityView

#: So many parties of one token in one transaction that nobody asked for: thrown at anyone.
PARTIES_MANY: Final = 5

#: A symbol that is an advertisement: an address of a page, or an invitation to visit or to claim.
_ADVERTISEMENT: Final = re.compile(
    r"https?:|www\.|\bt\.me\b|\.(?:com|org|net|io|xyz|app|site|finance|gift|claims?)\b"
    r"|\b(?:visit|claim|reward|voucher)",
    re.IGNORECASE,
)


def is_spam(view: ActivityView, trusted: Collection[AssetId]) -> bool:
    """Whether all that happened is that somebody threw untrusted tokens at an owned wallet.

    The fund neither sent the transaction nor was called in it, and the token went to many at once,
    does not say its symbol, or advertises with it. A token that logs to have left many wallets at
    once, without their transaction, is the same trick. Native coin is never spam.
    """
    if not view.legs or view.acts:
        return False
    assets = {leg.asset for leg in view.legs}
    if assets & set(trusted) or any(contract_of(asset) is None for asset in assets):
        return False
    left = any(leg.quantity < 0 for leg in view.legs)
    if left and any(leg.quantity > 0 for leg in view.legs):
        return False
    return all(
        _parties(view, asset, senders=left) >= PARTIES_MANY
        or (not left and _is_advertisement(view.assets.get(asset)))
        for asset in assets
    )


def _parties(view: ActivityView, asset: AssetId, *, senders: bool) -> int:
    """How many senders or recipients the asset's contract has in the activity."""
    contract = contract_of(asset)
    return len(
        {
            one.sender if senders else one.recipient
            for one in view.activity.transfers
            if contract_of(one.asset) == contract
        }
    )


def _is_advertisement(asset: Asset | None) -> bool:
    """Whether what is known of a token is that it has no symbol, or one that invites to a page."""
    if asset is None or asset.kind == "nft":
        return False
    return not asset.symbol.strip() or _ADVERTISEMENT.search(asset.symbol) is not None
