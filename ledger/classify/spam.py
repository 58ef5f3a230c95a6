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

    The fund neither sent the transaction nor was called in it, and the token itself went to many at
    once, does not say its symbol, or advertises with it. A token that logs at once that it left
    many wallets, or one for many, without their transaction is the same trick. Native coin is never
    spam, nor what a contract beside the token hands out: claims and wages are paid like that.
    """
    if not view.legs or view.acts:
        return False
    assets = {leg.asset for leg in view.legs}
    if assets & set(trusted) or any(contract_of(asset) is None for asset in assets):
        return False
    directions = {leg.quantity > 0 for leg in view.legs}
    if len(directions) > 1:
        return False
    if directions == {False}:
        return all(_parties(view, asset) >= PARTIES_MANY for asset in assets)
    return all(
        (contract_of(asset) == view.activity.called and _parties(view, asset) >= PARTIES_MANY)
        or _is_advertisement(view.assets.get(asset))
        for asset in assets
    )


def _parties(view: ActivityView, asset: AssetId) -> int:
    """How many senders or recipients, whichever are more, the asset's contract has here."""
    contract = contract_of(asset)
    moves = [one for one in view.activity.transfers if contract_of(one.asset) == contract]
    return max(len({one.sender for one in moves}), len({one.recipient for one in moves}))


def _is_advertisement(asset: Asset | None) -> bool:
    """Whether what is known of a token is that it has no symbol, or one that invites to a page."""
    if asset is None or asset.kind == "nft":
        return False
    return not asset.symbol.strip() or _ADVERTISEMENT.search(asset.symbol) is not None
