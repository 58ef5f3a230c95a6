"""Yearn: a view in; vaults of its first two versions, partners' deposits and its lock out.

Sources: yearn/yearn-vaults, Vault.vy; yearn/yPartners, YearnPartnerTracker.sol; yearn/veYFI,
VotingYFI.vy. Vaults of the third version are those of ERC-4626.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._kept import facts, kept
from ledger.protocols._stakes import KEPT
from ledger.protocols._vaults import Turn, silent, turned
from ledger.protocols._yearn_vaults import FIRST, SECOND
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "yearn"
#: Before farms and locks: they have logs of the same topics, and these need shares beside them.
RANK: Final = 9

#: Deposit(address recipient, uint256 shares, uint256 amount), Withdraw of the same shape, of vaults
#: of the second version; recipient indexed.
DEPOSIT: Final = "0x90890809c654f11d6e72a28fa60149770a0d11ec6c92319d6ceb2bb0a4ea1a15"
WITHDRAW: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"
#: ReferredBalanceIncreased(address partnerId, address vault, address depositer, uint256
#: amountAdded, uint256 totalDeposited); the addresses indexed.
REFERRED: Final = "0xdb11012627bcb857ec915e92e4c5a65c80098ea77290a7b32d59a8ef2b3ea41b"
#: ModifyLock(address sender, address user, uint256 amount, uint256 locktime, uint256 ts) of veYFI,
#: whose amount is the whole lock; the addresses indexed.
LOCKED: Final = "0x01affbd18fb24fa23763acc978a6bb9b9cd159b1cc733a15f3ea571d691cabc1"

#: Penalty(address user, uint256 amount, uint256 ts) of it, user indexed: what was kept of a lock
#: that was left early. Its Withdraw(address user, uint256 amount, uint256 ts) has the topic of a
#: vault's.
PENALTY: Final = "0xc25dcb745945a227e2139cc3f70645f2b61a352fe9e7f8d44ac19571f4b89eff"

SIGNS: Final = frozenset({DEPOSIT, WITHDRAW, REFERRED, LOCKED, PENALTY, *FIRST, *SECOND})


def recognise(view: ActivityView) -> Recognised | None:
    """Vaults by their logs, then by their addresses; then the lock."""
    events = _logged(view)
    for log in logs_with(view.activity, REFERRED, 4, 2):
        events += _referred(view.without(events), log)
    if view.activity.network == "eip155:1":
        events += silent(view.without(events), FIRST | SECOND, NAME)
    units = Units(view)
    for log in logs_with(view.activity, LOCKED, 3, 3):
        events += _locked(view.without(events), log, units)
    for log in logs_with(view.activity, PENALTY, 2, 2):
        events += _left_early(view.without(events), log, units)
    return Recognised(events, facts(view, events)) if events else None


def _logged(view: ActivityView) -> tuple[Event, ...]:
    """Vaults whose shares moved in the number that they logged; others have these logs too."""
    events: tuple[Event, ...] = ()
    for topic, put_in in ((DEPOSIT, True), (WITHDRAW, False)):
        for log in logs_with(view.activity, topic, 2, 2):
            turn = Turn(log.address, put_in, number_in(log, 1), number_in(log, 0), "")
            if len(log.topics) == 2:
                found = turned(view.without(events), turn, NAME, {log.address})
                events += (found,) if found is not None else ()
    return events


def _referred(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What went to the tracker of partners, for shares that came from it."""
    share = erc20(view.activity.network, address_in(log.topics, 2))
    made = [leg for leg in view.legs if leg.asset == share and leg.quantity > 0][:1]
    paid = [leg for leg in view.legs if leg.counterparty == log.address and leg.quantity < 0][:1]
    if not made or not paid or address_in(log.topics, 3) not in view.owned:
        return ()
    return (event(view, "vault_deposit", (*paid, *made), NAME),)


def _locked(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """What went into the lock: its log knows only what is locked in all."""
    network, owner = view.activity.network, address_in(log.topics, 2)
    went = [leg for leg in view.legs if leg.counterparty == log.address and leg.quantity < 0]
    if not went or owner not in view.owned:
        return ()
    where = (position(network, KEPT, log.address), wallet_id(network, owner))
    return (kept(view, went[0], where, NAME, units),)


def _left_early(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """What came of a lock before its time, and what was kept of it; the books know the lock."""
    network, owner = view.activity.network, address_in(log.topics, 1)
    wallet, lock = wallet_id(network, owner), position(network, KEPT, log.address)
    sizes = {
        number_in(other, 0)
        for other in logs_with(view.activity, WITHDRAW, 2, 2)
        if other.address == log.address and address_in(other.topics, 1) == owner
    }
    came = [
        leg
        for leg in view.legs
        if leg.counterparty == log.address and leg.quantity > 0 and leg.quantity in sizes
    ][:1]
    held = units.of(wallet, lock) or 0
    back, lost = sum(leg.quantity for leg in came), number_in(log, 0)
    if owner not in view.owned or not came or not lost or back + lost > held:
        return ()
    units.move(wallet, lock, -back - lost)
    gone = (
        Leg(wallet, lock, -back, role="position"),
        Leg(wallet, lock, -lost, role="penalty"),
    )
    return (event(view, "unstake", (*came, *gone), NAME),)
