"""Bundles over Morpho: a view in; what left one vault for a bundler and went into another, out.

Sources: EIP-4626 (the vaults' logs); morpho-org/bundler3 and morpho-blue-bundlers, ERC4626Bundler;
Morpho Blue logs wherever a vault of Morpho's is entered or left.

Between the two vaults the assets are in the bundler's hands: a position of the wallet's that ends
at nothing in the same transaction. So cost goes from shares to shares, and each step keeps its
name.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Book, asset_at
from ledger.protocols._morpho_contracts import CONTRACTS
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    with_role,
)

NAME: Final = "morpho_bundler"
RANK: Final = 5

#: Deposit(address sender, address owner, uint256 assets, uint256 shares); the addresses indexed.
DEPOSIT: Final = "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7"
#: Withdraw(address sender, address receiver, address owner, uint256 assets, uint256 shares); the
#: addresses indexed.
WITHDRAW: Final = "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db"

SIGNS: Final = frozenset(CONTRACTS.values())


def recognise(view: ActivityView) -> Recognised | None:
    """One withdrawal to a bundler and one deposit of the same asset from it, for owned wallets."""
    if not view.acts or all(log.address not in SIGNS for log in view.activity.logs):
        return None
    out = [log for log in logs_with(view.activity, WITHDRAW, 4, 2) if _left(view, log)]
    back = [log for log in logs_with(view.activity, DEPOSIT, 3, 2) if _came(view, log)]
    if len(out) != 1 or len(back) != 1:
        return None
    first, second = out[0], back[0]
    middle = address_in(first.topics, 2)
    asset = asset_at(view, number_in(first, 0), {first.address})
    if asset is None or asset != asset_at(view, -number_in(second, 0), {second.address}):
        return None
    if address_in(second.topics, 1) != middle or middle in view.owned:
        return None
    return _moved_over(view, (first, second), asset)


def _moved_over(view: ActivityView, logs: tuple[Log, Log], asset: AssetId) -> Recognised | None:
    """The withdrawal into the bundler's hands, and the deposit out of them with what came along."""
    network = view.activity.network
    (gone,), (made,) = (_shares(view, log, sign) for log, sign in zip(logs, (-1, 1), strict=True))
    owner, units = address_in(logs[0].topics, 3), number_in(logs[0], 0)
    wallet, book = wallet_id(network, owner), Book(view, "morpho")
    held = position(network, "morpho", f"{address_in(logs[0].topics, 2)}.{owner}")
    along = {asset, native(network)}
    rest = [leg for leg in view.legs if leg.asset in along]
    events: tuple[Event, ...] = (
        event(view, "vault_withdraw", (gone, *book.put(wallet, held, units, asset)), book.protocol),
    )
    named = [leg if leg.quantity < 0 else with_role(leg, "refund") for leg in rest]
    back, _ = book.take(wallet, held, units, ())
    events += (event(view, "vault_deposit", (made, *named, *back), book.protocol),)
    return book.recognised(events)


def _shares(view: ActivityView, log: Log, sign: int) -> list[Leg]:
    share = erc20(view.activity.network, log.address)
    wanted = sign * number_in(log, 1)
    return [leg for leg in view.legs if leg.asset == share and leg.quantity == wanted][:1]


def _left(view: ActivityView, log: Log) -> bool:
    return address_in(log.topics, 3) in view.owned and bool(_shares(view, log, -1))


def _came(view: ActivityView, log: Log) -> bool:
    return address_in(log.topics, 2) in view.owned and bool(_shares(view, log, 1))
