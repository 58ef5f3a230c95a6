"""Vaults that log assets and shares: a view and what a log says in; the event of it out."""

from collections.abc import Collection
from dataclasses import dataclass

from ledger.model.asset import AssetId, contract_of, erc20
from ledger.model.event import Event, Leg
from ledger.shapes import ActivityView, event, net, payments


@dataclass(frozen=True, slots=True)
class Turn:
    """What a vault says: `assets` turned into `shares` of `vault`, its own token, or back.

    `holder` owns the shares. `token` is the asset where the log names it.
    """

    vault: str
    put_in: bool
    assets: int
    shares: int
    holder: str
    token: AssetId | None = None


def turned(
    view: ActivityView,
    turn: Turn,
    name: str,
    vaults: Collection[str],
    kinds: tuple[str, str] = ("vault_deposit", "vault_withdraw"),
) -> Event | None:
    """One deposit or withdrawal; shares in the exact number that the log says.

    `vaults` are all that logged here: their tokens are nobody's assets. Shares may move without a
    Transfer, for a holder who is owned.
    """
    sign = 1 if turn.put_in else -1
    share = erc20(view.activity.network, turn.vault)
    units = sign * turn.shares
    shares = [leg for leg in view.legs if leg.asset == share and leg.quantity == units][:1]
    if not shares and turn.holder not in view.owned:
        return None
    others = _assets(view, turn, share, vaults)
    if not others:
        return None
    return event(view, kinds[0] if turn.put_in else kinds[1], (*shares, *others), name)


def _assets(
    view: ActivityView, turn: Turn, share: AssetId, vaults: Collection[str]
) -> tuple[Leg, ...]:
    """The other side: the vault's asset itself, or what a contract between was handed."""
    amount = -turn.assets if turn.put_in else turn.assets
    moved = dict.fromkeys(
        one.asset
        for one in view.activity.transfers
        if one.quantity == turn.assets
        and one.asset != share
        and (one.recipient if turn.put_in else one.sender) not in view.owned
    )
    for asset in moved if turn.token is None else (turn.token,):
        found = payments(view, {asset: amount})
        if found:
            return found
    rest = [leg for leg in view.legs if contract_of(leg.asset) not in vaults]
    sums = net(rest)
    one_way = len(sums) == 1 and all((total < 0) == turn.put_in for total in sums.values())
    return tuple(rest) if one_way else ()
