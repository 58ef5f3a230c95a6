"""The Graph: a view in; delegations, what comes back of them, coin for moves to Arbitrum out.

Sources: graphprotocol/contracts, IStakingBase.sol, IStakingExtension.sol, IHorizonStakingMain.sol
and L1GraphTokenLockTransferTool.sol. A delegation pays a tax that is burnt.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, native, position
from ledger.model.event import Event
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._kept import facts, kept
from ledger.protocols._stakes import KEPT, address_at, number_at
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    event,
    logs_with,
    number_in,
    split,
)

NAME: Final = "thegraph"
RANK: Final = 10

#: StakeDelegated(address indexer, address delegator, uint256 tokens, uint256 shares),
#: StakeDelegatedWithdrawn(address indexer, address delegator, uint256 tokens); addresses indexed.
DELEGATED: Final = "0xcd0366dce5247d874ffc60a762aa7abbb82c1695bbb171609c1b8861e279eb73"
WITHDRAWN: Final = "0x1b2e7737e043c5cf1b587ceb4daeb7ae00148b9bda8f79f1093eead08f141952"
#: Since 2025 TokensDelegated(address serviceProvider, address verifier, address delegator, uint256
#: tokens, uint256 shares), DelegatedTokensWithdrawn(…, uint256 tokens); addresses indexed.
TOKENS_DELEGATED: Final = "0x237818af8bb47710142edd8fc301fbc507064fb357cf122fb161ca447e3cb13e"
TOKENS_WITHDRAWN: Final = "0x305f519d8909c676ffd870495d4563032eb0b506891a6dd9827490256cc9914e"
#: ETHDeposited(address tokenLock, uint256 amount); tokenLock indexed.
ETH_DEPOSITED: Final = "0x6c703791f399558807424f489ccd811c72b4ff0b74af547264fad7c646776df0"

#: Topic → number of topics, the place of the delegator and whether it is a delegation.
_READ: Final = {
    DELEGATED: (3, -2, True),
    TOKENS_DELEGATED: (4, -3, True),
    WITHDRAWN: (3, -2, False),
    TOKENS_WITHDRAWN: (4, -3, False),
}
#: The tax is half a hundredth; a larger difference is another payment.
_TAXED: Final = 99

SIGNS: Final = frozenset({*_READ, ETH_DEPOSITED})


def recognise(view: ActivityView) -> Recognised | None:
    """Delegations by indexer, then the coin that pays for a move to the other network."""
    if not view.acts:
        return None
    units = Units(view)
    events: tuple[Event, ...] = ()
    for topic, (topics, user, put_in) in _READ.items():
        for log in logs_with(view.activity, topic, topics, 1):
            if address_at(log, user) in view.owned:
                step = _delegated if put_in else _withdrawn
                events += step(view.without(events), log, user, units)
    for log in logs_with(view.activity, ETH_DEPOSITED, 2, 1):
        paid = [
            leg
            for leg in view.without(events).legs
            if leg.asset == native(view.activity.network)
            and leg.quantity == -number_in(log, 0)
            and leg.counterparty == log.address
        ][:1]
        events += (event(view, "service_fee", paid, NAME),) if paid else ()
    return Recognised(events, facts(view, events)) if events else None


def _where(view: ActivityView, log: Log, user: int) -> tuple[AssetId, WalletId]:
    """The position with one indexer, and whose it is."""
    network = view.activity.network
    asset = position(network, KEPT, f"{log.address}.0x{number_at(log, -1):040x}")
    return asset, wallet_id(network, address_at(log, user))


def _delegated(view: ActivityView, log: Log, user: int, units: Units) -> tuple[Event, ...]:
    """What was delegated to one indexer, less the tax."""
    tokens = number_in(log, 0)
    most = tokens * 100 // _TAXED
    paid = [
        leg
        for leg in view.legs
        if leg.counterparty == log.address and tokens <= -leg.quantity <= most
    ][:1]
    if not paid:
        return ()
    asset, wallet = _where(view, log, user)
    parts = split(paid[0], -tokens, "plain", "fee")
    return (event(view, "stake", (*parts, *units.move(wallet, asset, tokens)), NAME),)


def _withdrawn(view: ActivityView, log: Log, user: int, units: Units) -> tuple[Event, ...]:
    """What came back from one indexer."""
    came = [
        leg
        for leg in view.legs
        if leg.counterparty == log.address and leg.quantity == number_in(log, 0)
    ][:1]
    where = _where(view, log, user)
    return tuple(kept(view, leg, where, NAME, units) for leg in came)
