"""Trades of non-fungible tokens: a view and who took part in; the trade of the fund out."""

from collections.abc import Container

from ledger.model.event import Event
from ledger.model.fund import WalletId
from ledger.shapes import ActivityView, event, is_non_fungible, net


def traded(view: ActivityView, parties: Container[str], protocol: str) -> tuple[Event, ...]:
    """One trade of all pieces that moved one way against the payments the other way.

    What the market keeps for itself and for the creator leaves the buyer's payment or never reaches
    the seller: the fund's own legs are what it paid or got. Where another contract took the order,
    as those that buy over many markets do, who called it took part.
    """
    activity, aim = view.activity, view.aim
    asked = {activity.caller, activity.called, "" if aim is None else aim.caller}
    wallets = {leg.wallet for leg in view.legs if _address(leg.wallet) in parties}
    wallets = wallets or {leg.wallet for leg in view.legs if _address(leg.wallet) in asked}
    legs = [leg for leg in view.legs if leg.wallet in wallets]
    pieces = [leg for leg in legs if is_non_fungible(leg.asset)]
    paid = [leg for leg in legs if not is_non_fungible(leg.asset)]
    signs = {leg.quantity > 0 for leg in pieces}
    if len(signs) != 1 or not any(net(paid).values()):
        return ()
    came = signs.pop()
    if any((total < 0) != came for total in net(paid).values() if total):
        return ()
    return (event(view, "nft_trade", legs, protocol),)


def _address(wallet: WalletId) -> str:
    return wallet.rpartition(":")[2]
