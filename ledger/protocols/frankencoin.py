"""Frankencoin's savings: a view in; what is saved, what it earns and what is taken out, out.

Source: Frankencoin-ZCHF/FrankenCoin, contracts/savings/AbstractSavings.sol. Interest is added to
what is saved when an account is touched. Anybody can save for another, and take out to another:
then the position alone moves.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, contract_of, position
from ledger.model.event import Event
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._stakes import KEPT, facts_of, kept
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
)

NAME: Final = "frankencoin"
RANK: Final = 10

#: Saved(address account, uint192 amount), Withdrawn(address account, uint192 amount); account
#: indexed.
SAVED: Final = "0xf195ce54b48d5147da31c1fc525c8828b8836088b505a329e5de2b35da6731e2"
WITHDRAWN: Final = "0x47cf194f5e559cca0413017d38814a7843cc6f3052bc43c8085938774ae58151"
#: InterestCollected(address account, uint256 interest, uint256 referrerFee), and before 2025
#: without the fee; account indexed.
INTEREST: Final = "0x9bbd517758fbae61197f1c1c04c8614064e89512dbaf4350dcdf76fcaa5e2161"
FIRST_INTEREST: Final = "0xed3bc1b58411ea8e764b3ef8fa6b654877bc1e796a5a1a2373dfc8f1c0e0ea48"

#: What is saved may change without anything of the fund's moving.
WITHOUT_LEGS: Final = frozenset({SAVED, WITHDRAWN, INTEREST, FIRST_INTEREST})

SIGNS: Final = WITHOUT_LEGS


def recognise(view: ActivityView) -> Recognised | None:
    """Interest first, for it is saved before anything else happens; then what moved."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    for topic, words in ((INTEREST, 2), (FIRST_INTEREST, 1), (SAVED, 1), (WITHDRAWN, 1)):
        for log in logs_with(view.activity, topic, 2, words):
            if address_in(log.topics, 1) in view.owned and number_in(log, 0):
                events += _read(view.without(events), log, units)
    return Recognised(events, facts_of(view, events)) if events else None


def _read(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    network, amount = view.activity.network, number_in(log, 0)
    wallet = wallet_id(network, address_in(log.topics, 1))
    saved = position(network, KEPT, log.address)
    if log.topics[0] not in {SAVED, WITHDRAWN}:
        fee = number_in(log, 1) if log.topics[0] == INTEREST else 0
        return _earned(view, (saved, wallet), amount - fee, units)
    size = -amount if log.topics[0] == SAVED else amount
    moved = [
        leg
        for leg in view.legs
        if leg.quantity == size and leg.counterparty == log.address and contract_of(leg.asset)
    ][:1]
    if moved:
        return (kept(view, moved[0], (saved, wallet), NAME, units),)
    return _moved_alone(view, (saved, wallet), -size, units)


def _earned(
    view: ActivityView, where: tuple[AssetId, WalletId], interest: int, units: Units
) -> tuple[Event, ...]:
    """Interest of an account that the books know."""
    asset, wallet = where
    if interest <= 0 or not units.of(wallet, asset):
        return ()
    return (event(view, "reward", units.move(wallet, asset, interest), NAME),)


def _moved_alone(
    view: ActivityView, where: tuple[AssetId, WalletId], quantity: int, units: Units
) -> tuple[Event, ...]:
    """What somebody else saved for the fund, or the fund took out for somebody else."""
    asset, wallet = where
    if quantity > 0:
        return (event(view, "receive", units.move(wallet, asset, quantity), NAME),)
    gone = min(units.of(wallet, asset) or 0, -quantity)
    legs = units.move(wallet, asset, -gone) if gone else ()
    note = "" if gone else "position:unknown"
    return (event(view, "send", legs, NAME, note),)
