"""Vaults, those that log assets and shares and those that log nothing: events of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from ledger.model.asset import AssetId, contract_of, erc20
from ledger.model.event import Event, Leg
from ledger.shapes import ActivityView, event, net, payments, shares

#: Of ERC-4626: Deposit(address sender, address owner, uint256 assets, uint256 shares) and
#: Withdraw(address sender, address receiver, address owner, uint256 assets, uint256 shares); the
#: addresses indexed.
DEPOSIT: Final = "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7"
WITHDRAW: Final = "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db"
#: What stands in the id of shares that no token shows, whosever vault it is.
UNLISTED: Final = "vault_shares"


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
    Transfer, for a holder who is owned and who moved nothing else for it: that would be a trade.
    """
    sign = 1 if turn.put_in else -1
    share = erc20(view.activity.network, turn.vault)
    units = sign * turn.shares
    made = [leg for leg in view.legs if leg.asset == share and leg.quantity == units][:1]
    if not made and turn.holder not in view.owned:
        return None
    others = _assets(view, turn, share, vaults)
    if not others or not (made or _is_all(view, others, put_in=turn.put_in)):
        return None
    return event(view, kinds[0] if turn.put_in else kinds[1], (*made, *others), name)


def _is_all(view: ActivityView, assets: tuple[Leg, ...], *, put_in: bool) -> bool:
    """Whether nothing came for assets that were put in, or left for those that came out."""
    claims = {leg.claim for leg in assets}
    rest = net(leg for leg in view.legs if leg.claim not in claims)
    return not any(total and (total > 0) == put_in for total in rest.values())


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


def silent(view: ActivityView, vaults: Collection[str], name: str) -> tuple[Event, ...]:
    """Vaults that log only their token's transfers, known by address, of every vault's shape."""
    return tuple(
        event(view, one.kind, one.legs, name)
        for one in shares(view)
        if any(contract_of(leg.asset) in vaults for leg in one.legs)
    )
