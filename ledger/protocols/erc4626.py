"""Vaults of ERC-4626: a view in; deposits into vaults and withdrawals from them out.

Source: EIP-4626. The vault is its own share token; its logs name assets and shares.
"""

from collections.abc import Sequence
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._vaults import Turn, turned
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    net,
    number_in,
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
    vaults = {log.address for log in logs}
    for log in logs:
        found = turned(view.without(events), _turn(log), NAME, vaults)
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


def _turn(log: Log) -> Turn:
    """What a log says; the owner of the shares is its last indexed address."""
    put_in = log.topics[0] == DEPOSIT
    holder = address_in(log.topics, 2 if put_in else 3)
    return Turn(log.address, put_in, number_in(log, 0), number_in(log, 1), holder)
