"""ERC-4337: a view in; what accounts pay for their operations, and their deposits, out.

Source: EIP-4337 and eth-infinitism/account-abstraction, IEntryPoint.sol, IStakeManager.sol.

An account pays the entry point what its operation may cost at most; what it did cost is taken off,
and the rest stays there as its deposit. Where a paymaster pays the coin, it may take tokens for it.
"""

from typing import Final

from ledger.model.activity import ENTRY_POINTS, USER_OPERATION, Log
from ledger.model.asset import native
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._kept import facts, kept_by, position_of
from ledger.protocols._legs import exact
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    net,
    number_in,
    split,
    with_role,
    word_address,
)

NAME: Final = "erc4337"
RANK: Final = 0

#: Deposited(address account, uint256 totalDeposit) and Withdrawn(address account,
#: address withdrawAddress, uint256 amount) of the entry point, account indexed.
DEPOSITED: Final = "0x2da466a7b24304f47e87fa2e1e5a81b9831ce54fec19055ce277ca2f39ba42c4"
WITHDRAWN: Final = "0xd1c19fbcd4551a5edfb66d43d2e337c04837afda3482b42bdf569a8fccdae5fb"

SIGNS: Final = frozenset({USER_OPERATION, *ENTRY_POINTS})
WITHOUT_LEGS: Final = frozenset({USER_OPERATION})


def recognise(view: ActivityView) -> Recognised | None:
    """The cost of each operation of an owned account; deposits beside operations."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    operations = logs_with(view.activity, USER_OPERATION, 4, 4)
    for log in operations:
        if log.address not in ENTRY_POINTS or address_in(log.topics, 2) not in view.owned:
            continue
        rest = view.without(events)
        if address_in(log.topics, 3) == ZERO_ADDRESS:
            events += _paid(rest, log, units)
        else:
            events += _sponsored(rest, log)
    if not operations:  # each operation that is paid in coin logs a deposit of its own
        events += _deposited(view.without(events), units)
    events += _withdrawn(view.without(events), units)
    return Recognised(events, facts(view, events)) if events else None


def _paid(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """What an account paid the entry point, less what its operation cost."""
    coin = native(view.activity.network)
    wallet = wallet_id(view.activity.network, address_in(log.topics, 2))
    kept = position_of(view, coin, NAME, log.address)
    cost = number_in(log, 2)
    paid = [
        leg
        for leg in view.legs
        if leg.asset == coin
        and leg.wallet == wallet
        and leg.counterparty == log.address
        and leg.quantity < 0
    ][:1]
    given = -sum(leg.quantity for leg in paid)
    left = min(cost - given, units.of(wallet, kept) or 0) if given < cost else given - cost
    if given > cost:
        legs = split(paid[0], -cost, "fee") if cost else tuple(paid)
        return (event(view, "stake", (*legs, *units.move(wallet, kept, left)), NAME),)
    legs = (*paid, *units.move(wallet, kept, -left))
    return (event(view, "service_fee", legs, NAME),) if legs else ()


def _sponsored(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Tokens that an account gave its paymaster, less what came back."""
    wallet = wallet_id(view.activity.network, address_in(log.topics, 2))
    legs = [
        leg
        for leg in view.legs
        if leg.wallet == wallet
        and leg.counterparty == address_in(log.topics, 3)
        and not is_non_fungible(leg.asset)
    ]
    if not legs or any(total > 0 for total in net(legs).values()):
        return ()
    return (event(view, "service_fee", [_refund(leg) for leg in legs], NAME),)


def _refund(leg: Leg) -> Leg:
    return with_role(leg, "refund") if leg.quantity > 0 else leg


def _deposited(view: ActivityView, units: Units) -> tuple[Event, ...]:
    """Coin put into the entry point for an own account."""
    coin = native(view.activity.network)
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, DEPOSITED, 2, 1):
        if log.address in ENTRY_POINTS and address_in(log.topics, 1) in view.owned:
            rest = view.without(events)
            paid = [
                leg
                for leg in rest.legs
                if leg.asset == coin and leg.counterparty == log.address and leg.quantity < 0
            ][:1]
            events += tuple(kept_by(rest, units, leg, NAME, log.address) for leg in paid)
    return events


def _withdrawn(view: ActivityView, units: Units) -> tuple[Event, ...]:
    """Coin that came out of the entry point, which an operation may have asked for."""
    coin = native(view.activity.network)
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, WITHDRAWN, 2, 2):
        if log.address in ENTRY_POINTS and word_address(log, 0) in view.owned:
            rest = view.without(events)
            came = exact(rest, number_in(log, 1), asset=coin, other={log.address})
            events += tuple(kept_by(rest, units, leg, NAME, log.address) for leg in came)
    return events
