"""Boring vaults: a view in; deposits into them and withdrawals out.

Source: Veda-Labs/boring-vault, BoringVault.sol. Many brands have one each; those that are known are
named.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20, native
from ledger.model.event import Event
from ledger.protocols._stakes import COIN
from ledger.protocols._vaults import Turn, turned
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    logs_with,
    number_in,
)

NAME: Final = "boring_vault"
RANK: Final = 10

#: Enter(address from, address asset, uint256 amount, address to, uint256 shares), Exit(address to,
#: address asset, uint256 amount, address from, uint256 shares); the addresses indexed.
ENTER: Final = "0xea00f88768a86184a6e515238a549c171769fe7460a011d6fd0bcd48ca078ea4"
EXIT: Final = "0xe0c82280a1164680e0cf43be7db4c4c9f985423623ad7a544fb76c772bdc6043"

#: Vault → the brand that it is of (kinetiq.xyz; docs.ether.fi, Liquid vaults).
KNOWN: Final = {
    "0x9ba2edc44e0a4632eb4723e81d4142353e1bb160": "kinetiq",
    "0xf0bb20865277abd641a307ece5ee04e79073416c": "etherfi",
    "0x08c6f91e2b681faf5e17227f2a44c307b3c1364c": "etherfi",
}

SIGNS: Final = frozenset({ENTER, EXIT})


def recognise(view: ActivityView) -> Recognised | None:
    """Each entry and exit whose shares are the fund's."""
    events: tuple[Event, ...] = ()
    logs = [log for topic in (ENTER, EXIT) for log in logs_with(view.activity, topic, 4, 2)]
    vaults = {log.address for log in logs}
    for log in logs:
        name = KNOWN.get(log.address, NAME)
        found = turned(view.without(events), _turn(view, log), name, vaults)
        events += (found,) if found is not None else ()
    return Recognised(events) if events else None


def _turn(view: ActivityView, log: Log) -> Turn:
    network, token = view.activity.network, address_in(log.topics, 2)
    asset = native(network) if token in COIN else erc20(network, token)
    put_in = log.topics[0] == ENTER
    holder = address_in(log.topics, 3)
    return Turn(log.address, put_in, number_in(log, 0), number_in(log, 1), holder, asset)
