"""Vaults of ERC-4626: a view in; deposits into vaults and withdrawals from them out.

Source: EIP-4626. The vault is its own share token; its logs name assets and shares.
"""

from collections.abc import Sequence
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._vaults import DEPOSIT, WITHDRAW, Turn, turned
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    net,
    number_in,
)

__all__ = ("DEPOSIT", "KNOWN", "NAME", "RANK", "SIGNS", "WITHDRAW", "recognise")

NAME: Final = "erc4626"
RANK: Final = 10

#: Vault → the protocol that it is of, where it is known: savings of Sky (docs.sky.money), sUSDe
#: (docs.ethena.fi), sfrxETH and sFRAX (docs.frax.finance), pufETH (docs.puffer.fi), scrvUSD
#: (docs.curve.finance) and auraBAL (docs.aura.finance), from their lists of contracts.
KNOWN: Final = {
    "0x83f20f44975d03b1b09e64809b757c47f942beea": "sky",
    "0xa3931d71877c0e7a3148cb7eb4463524fec27fbd": "sky",
    "0x9d39a5de30e57443bff2a8307a4256c8797a3497": "ethena",
    "0xac3e018457b222d93114458476f3e3416abbe38f": "frax",
    "0xa663b02cf0a4b149d2ad41910cb81e23e1c41c32": "frax",
    "0xd9a442856c234a39a81a089c06451ebaa4306a72": "puffer",
    "0x0655977feb2f289a4ab78af67bab0d17aab84367": "curve",
    "0xfaa2ed111b4f580fcb85c48e6dc6782dc5fcd7a6": "aura",
    "0x4ea9317d90b61fc28c418c247ad0ca8939bbb0e9": "aura",
}

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
        name = KNOWN.get(log.address, NAME)
        found = turned(view.without(events), _turn(log), name, vaults)
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
