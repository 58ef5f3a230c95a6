"""Vaults of ERC-4626: a view in; deposits into vaults and withdrawals from them out.

Source: EIP-4626. The vault is its own share token; its logs name assets and shares.
"""

from collections.abc import Sequence
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, contract_of, erc20
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    net,
    number_in,
    payments,
)

NAME: Final = "erc4626"
RANK: Final = 10

#: Deposit(address sender, address owner, uint256 assets, uint256 shares); the addresses indexed.
DEPOSIT: Final = "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7"
#: Withdraw(address sender, address receiver, address owner, uint256 assets, uint256 shares); the
#: addresses indexed.
WITHDRAW: Final = "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db"

SIGNS: Final = frozenset({DEPOSIT, WITHDRAW})


def recognise(view: ActivityView) -> Recognised | None:
    """The vault's logs whose shares moved for the fund, with the assets on the other side."""
    events: tuple[Event, ...] = ()
    logs = [
        *logs_with(view.activity, DEPOSIT, 3, 2),
        *logs_with(view.activity, WITHDRAW, 4, 2),
    ]
    logs.sort(key=lambda log: log.index)
    for log in logs:
        found = _vault(view.without(events), log)
        if found is not None:
            events += (found,)
    events += _rotated(view.without(events), logs)
    return Recognised(events) if events else None


def _rotated(view: ActivityView, logs: Sequence[Log]) -> tuple[Event, ...]:
    """Shares of one vault for shares of another, the assets in between in a bundler's hands."""
    vaults = {erc20(view.activity.network, log.address) for log in logs}
    legs = [leg for leg in view.legs if leg.asset in vaults]
    sums = net(legs)
    went = [asset for asset, total in sums.items() if total < 0]
    came = [asset for asset, total in sums.items() if total > 0]
    return (event(view, "vault_deposit", legs, NAME),) if went and came else ()


def _vault(view: ActivityView, log: Log) -> Event | None:
    """One deposit or withdrawal; shares in the exact number that the log says."""
    put_in = log.topics[0] == DEPOSIT
    sign = 1 if put_in else -1
    share = erc20(view.activity.network, log.address)
    assets, units = number_in(log, 0), number_in(log, 1)
    shares = [leg for leg in view.legs if leg.asset == share and leg.quantity == sign * units][:1]
    if not shares and not _is_holder(view, log):
        return None
    others = _assets(view, log, -sign * assets, share)
    if not others:
        return None
    return event(view, "vault_deposit" if put_in else "vault_withdraw", (*shares, *others), NAME)


def _is_holder(view: ActivityView, log: Log) -> bool:
    """Whether an owned address holds the shares: vaults may move them without a Transfer."""
    return address_in(log.topics, 2 if log.topics[0] == DEPOSIT else 3) in view.owned


def _assets(view: ActivityView, log: Log, amount: int, share: AssetId) -> tuple[Leg, ...]:
    """The other side: the vault's asset itself, or what a contract between was handed."""
    deposit = log.topics[0] == DEPOSIT
    moved = dict.fromkeys(
        one.asset
        for one in view.activity.transfers
        if one.quantity == abs(amount)
        and one.asset != share
        and (one.recipient if deposit else one.sender) not in view.owned
    )
    for asset in moved:
        found = payments(view, {asset: amount})
        if found:
            return found
    vaults = {
        other.address
        for topic in (DEPOSIT, WITHDRAW)
        for other in logs_with(view.activity, topic, 3, 2)
    }
    rest = [leg for leg in view.legs if contract_of(leg.asset) not in vaults]
    sums = net(rest)
    one_way = len(sums) == 1 and all((total < 0) == (amount < 0) for total in sums.values())
    return tuple(rest) if one_way else ()
