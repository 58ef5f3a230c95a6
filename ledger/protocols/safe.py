"""Safe: a view in; refunds of gas to relayers, the lock of SAFE, and its vesting out.

Sources: safe-global/safe-smart-account (Safe.sol, execTransaction), safe-global/safe-locking
(ISafeTokenLock.sol), safe-global/safe-token (VestingPool.sol, Airdrop.sol) and its deployments.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._kept import facts, kept_by
from ledger.protocols._legs import exact
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "safe"
RANK: Final = 0

#: ExecutionSuccess(bytes32 txHash, uint256 payment) and ExecutionFailure of the same shape; the
#: hash is indexed since version 1.4. The payment is what the Safe gave back for gas.
EXECUTION_SUCCESS: Final = "0x442e715f626346e8c54381002da614f62bee8d27386535b2521ec8540898556e"
EXECUTION_FAILURE: Final = "0x23428b18acfb3ea64b08dc0c1d296ea9c09702c09083ca5272e64d115b687d23"
#: Locked(address holder, uint96 amount), Unlocked(address holder, uint32 index, uint96 amount),
#: which starts a delay, and Withdrawn(address holder, uint32 index, uint96 amount); holder and
#: index indexed.
LOCKED: Final = "0xe87ef84d870121e49051dda6f8d297713cb00a0c072c0d771f78ea368815009f"
WITHDRAWN: Final = "0xd37890a72e2e5df42bee9bd278d8b896297dffeb08b2b2503f726cfb2e3b9826"
#: ClaimedVesting(bytes32 id, address account, address beneficiary), all indexed; and without the
#: account in pools of a single one.
CLAIMED_VESTING: Final = "0x31b718389b1eb92df83ab00c1a5112e5bb8a02c7c1c9c02e1e3c15ad33e05326"
CLAIMED_OWN_VESTING: Final = "0x9c9c54863033d791217dc9a9f4925abbe91f41a4228bd37482aa3c86e36b5429"

#: The token that Safe's own pools vest; others that use the contracts vest their own.
SAFE_TOKEN: Final = "0x5afe3855358e112b5647b952709e6165e1c1eeee"
#: Pools for users of the early days, who did nothing for what they got.
USER_AIRDROPS: Final = frozenset(
    {
        "0xa0b937d5c8e32a80e3a8ed4227cd020221544ee6",
        "0xc0fde70a65c7569fe919be57492228dee8cdb585",
    }
)

SIGNS: Final = frozenset(
    {
        *(EXECUTION_SUCCESS, EXECUTION_FAILURE, LOCKED, WITHDRAWN),
        *(CLAIMED_VESTING, CLAIMED_OWN_VESTING),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """What vested and was claimed, what was locked and withdrawn, what gas cost a Safe."""
    units = Units(view)
    events = _vested(view)
    for topic, topics in ((LOCKED, 2), (WITHDRAWN, 3)):
        for log in logs_with(view.activity, topic, topics, 1):
            events += _locked(view.without(events), log, units)
    for topic in (EXECUTION_SUCCESS, EXECUTION_FAILURE):
        for log in logs_with(view.activity, topic, 1, 1):
            events += _refunded(view.without(events), log)
    return Recognised(events, facts(view, events)) if events else None


def _vested(view: ActivityView) -> tuple[Event, ...]:
    """Legs that a pool paid to the beneficiary of a vesting."""
    logs = logs_with(view.activity, CLAIMED_VESTING, 4, 0)
    claims = [(log, address_in(log.topics, 3)) for log in logs]
    logs = logs_with(view.activity, CLAIMED_OWN_VESTING, 3, 0)
    claims += [(log, address_in(log.topics, 2)) for log in logs]
    events: tuple[Event, ...] = ()
    for log, beneficiary in claims:
        came = [
            leg
            for leg in view.without(events).legs
            if leg.counterparty == log.address
            and leg.quantity > 0
            and leg.wallet.endswith(beneficiary)
        ]
        if came:
            own = all(leg.asset == erc20("eip155:1", SAFE_TOKEN) for leg in came)
            kind = "airdrop" if log.address in USER_AIRDROPS else "reward"
            events += (event(view, kind, came, NAME if own else "vesting_pool"),)
    return events


def _locked(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """SAFE put into the lock by its holder, or withdrawn from it after the delay."""
    if address_in(log.topics, 1) not in view.owned:
        return ()
    withdrawn = log.topics[0] == WITHDRAWN
    last = (len(log.data) - 2) // 64 - 1
    amount = number_in(log, last)
    legs = exact(view, amount if withdrawn else -amount, other={log.address})
    return tuple(kept_by(view, units, leg, NAME, log.address) for leg in legs)


def _refunded(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What an owned Safe paid for gas: the last leg of that size, after all that it executed."""
    hashed = len(log.topics) > 1
    payment = number_in(log, 0 if hashed else 1) if hashed or len(log.data) >= 130 else 0
    paid = [
        leg for leg in view.legs if leg.quantity == -payment and leg.wallet.endswith(log.address)
    ][-1:]
    return (event(view, "service_fee", paid, NAME),) if paid else ()
