"""zkSync Lite: a view in; deposits into it and what it paid out, out.

Sources: matter-labs/zksync, contracts ZkSync and Events, and docs.lite.zksync.io; what was left in
it when it closed is claimed from another contract, which logs Claimed. It has no network to read
and no message that both ends name.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import native
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, leg_with, paid
from ledger.shapes import (
    ActivityView,
    Recognised,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "zksync_lite"
RANK: Final = 12

#: Deposit(uint16 tokenId, uint128 amount), the id indexed.
DEPOSIT: Final = "0x8f5f51448394699ad6a3b80cdadf4ec68c5d724c8c3fea09bea55b3c2d0e2dd0"
#: OnchainDeposit(address sender, uint16 tokenId, uint128 amount, address owner): its first version;
#: all but the amount indexed.
ONCHAIN_DEPOSIT: Final = "0xb6866b029f3aa29cd9e2bff8159a8ccaa4389f7a087c710968e0b200c0c73b08"
#: Claimed(uint256 index, address account, address token, uint256 amount).
CLAIMED: Final = "0xce3bcb6e219596cf26007ffdfaae8953bc3f76e3f36c0a79b23e28020da3222e"

#: The contract that holds everything, on Ethereum: it logs nothing of some payments.
_ZKSYNC: Final = "0xabea9132b05a70803a4e85094fd0e1800777fbef"
#: Where the rest is claimed since it closed.
_CLAIMS: Final = "0x0a14b696350546110a0d8acdb86226983af9d2a0"
_ETHEREUM: Final = "eip155:1"

SIGNS: Final = frozenset({_ZKSYNC, _CLAIMS})


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits by their logs, payments by who made them, claims by theirs."""
    if view.activity.network != _ETHEREUM:
        return None
    events: tuple[Event, ...] = ()
    for topic, topics in ((DEPOSIT, 2), (ONCHAIN_DEPOSIT, 4)):
        for log in logs_with(view.activity, topic, topics, 1):
            events += _deposit(view.without(events), log)
    for log in logs_with(view.activity, CLAIMED, 1, 4):
        events += _claimed(view.without(events), log)
    legs = [
        leg for leg in view.without(events).legs if leg.quantity > 0 and leg.counterparty == _ZKSYNC
    ]
    if legs:
        events += (event(view, "bridge_in", legs, NAME),)
    return Recognised(events) if events else None


def _deposit(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the contract took; it names tokens by numbers of its own, and the coin by 0."""
    if log.address != _ZKSYNC:
        return ()
    amount = number_in(log, 0)
    leg = leg_with(view, -amount, {_ZKSYNC, view.called})
    asset = leg.asset if leg else native(_ETHEREUM)
    legs = paid(view, asset, amount, _ZKSYNC)
    return (event(view, "bridge_out", legs, NAME),) if legs else ()


def _claimed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if log.address != _CLAIMS or word_address(log, 1) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, 2)), number_in(log, 3))
    return (event(view, "bridge_in", legs, NAME),) if legs else ()
