"""Liquity v2 and its forks: a view in; troves, redemptions, liquidations, stability pools out.

Sources: liquity/bold, contracts/src/Interfaces/ITroveEvents.sol and IStabilityPoolEvents.sol, and
contracts/src/Dependencies/Constants.sol for what is kept for gas.

A trove has a number and a token that says whose it is; it is a position of collateral and a debt.
One log says how both changed, and what of the debt is fee; another what is owed afterwards.
"""

from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._levered import Step, changed, levered, titled
from ledger.protocols._loans import Book, of_size, own_hands, signed_in
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    split,
    with_role,
)

NAME: Final = "liquity_v2"
RANK: Final = 10

#: TroveOperation(uint256 troveId, uint8 operation, uint256 annualInterestRate, uint256
#: debtIncreaseFromRedist, uint256 debtIncreaseFromUpfrontFee, int256 debtChangeFromOperation,
#: uint256 collIncreaseFromRedist, int256 collChangeFromOperation); troveId indexed. The operations
#: are numbered: 0 and 7 open a trove, 1 closes it, 5 liquidates it, 6 redeems of it.
TROVE_OPERATION: Final = "0x962110f281c1213763cd97a546b337b3cbfd25a31ea9723e9d8b7376ba45da1a"
#: TroveUpdated(uint256 troveId, uint256 debt, uint256 coll, uint256 stake, uint256
#: annualInterestRate, uint256 snapshotOfTotalCollRedist, uint256 snapshotOfTotalDebtRedist);
#: troveId indexed.
TROVE_UPDATED: Final = "0x0fba2673863b12c7b8463f3fa2f9b0cb1d534c573cdec5b5d895ee00d6ce6f5e"
#: DepositOperation(address depositor, uint8 operation, uint256 depositLossSinceLastOperation,
#: int256 topUpOrWithdrawal, uint256 yieldGainSinceLastOperation, uint256 yieldGainClaimed, uint256
#: ethGainSinceLastOperation, uint256 ethGainClaimed) of a stability pool; depositor indexed.
DEPOSIT_OPERATION: Final = "0xdf459587a9bfd896271616423088d4842cfad6948a5a975c7d82b52d951805e4"

_LIQUIDATED: Final = 5
#: Operations of others than the owner.
_BY_OTHERS: Final = frozenset({_LIQUIDATED, 6})
#: Coin that is kept while a trove is open, for the gas of a liquidation.
GAS: Final = 375 * 10**14
_OPENED: Final = frozenset({0, 7})
#: operation → the coin for gas that is put in
_GAS_OF: Final = {0: GAS, 7: GAS, 1: -GAS}

#: The managers of Liquity's own three branches (liquity/bold, contracts/addresses/1.json), which
#: hold nothing; those of forks speak where they were called.
MANAGERS: Final = (
    "0x7bcb64b2c9206a5b699ed43363f6f98d4776cf5a",
    "0xa2895d6a3bf110561dfe4b71ca539d84e1928b22",
    "0xb2b2abeb5c357a234363ff5d180912d319e3e19e",
)
VOUCHED: Final = frozenset(MANAGERS)

SIGNS: Final = frozenset({TROVE_OPERATION, DEPOSIT_OPERATION})

#: Others redeem and liquidate without anything moving at the owner.
WITHOUT_LEGS: Final = frozenset({TROVE_OPERATION})


def recognise(view: ActivityView) -> Recognised | None:
    """Each operation on a trove, then on a stability pool."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in logs_with(view.activity, TROVE_OPERATION, 2, 7):
        if number_in(log, 0) in _BY_OTHERS:
            events += _by_others(book, log)
        elif view.acts:
            done = len(events)
            events += _collateral(book, log, view.without(events))
            events += _loan(book, log, view.without(events))
            if len(events) == done:
                events += _levered(book, log, view.without(events))
    for log in logs_with(view.activity, DEPOSIT_OPERATION, 2, 7) if view.acts else ():
        if address_in(log.topics, 1) in view.owned:
            events += _pooled(book, log, view.without(events))
    return book.recognised(events)


def _names(view: ActivityView, log: Log) -> tuple[AssetId, AssetId, AssetId]:
    """The trove's collateral, its debt, and what is kept for gas."""
    reference = f"{log.address}.{log.topics[1]}"
    network = view.activity.network
    kept = position(network, NAME, reference)
    return kept, debt(network, NAME, reference), AssetId(f"{kept}.gas")


def _is_known(book: Book, log: Log, view: ActivityView) -> bool:
    """Whether a trove is one of the books', or is opened here and its token is no stranger's."""
    kept, owed, _ = _names(view, log)
    if book.holder(kept) is not None or book.holder(owed) is not None:
        return True
    takers = [
        one.recipient
        for one in view.activity.transfers
        if is_non_fungible(one.asset) and one.asset.endswith(f"/{int(log.topics[1], 16)}")
    ]
    ours = own_hands(view)
    return number_in(log, 0) in _OPENED and (not takers or takers[-1] in ours)


def _collateral(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Collateral that its owner put into a trove or took out, with the coin for gas."""
    change = signed_in(log, 6)
    gas = _GAS_OF.get(number_in(log, 0), 0)
    moved = of_size(view, -change) if change else ()
    apart = of_size(view.without((event(view, "send", moved),)), -gas) if gas and moved else ()
    if not moved and gas:
        moved = of_size(view, -change - gas)
        apart = moved
    if not moved:
        return ()
    kept, owed, reserve = _names(view, log)
    wallet, of = book.owner(moved[0].wallet, kept, owed), moved[0].asset
    legs = (*moved, *(leg for leg in apart if leg not in moved))
    known = _is_known(book, log, view)
    if change > 0 and known:
        legs += book.put(wallet, kept, change, of)
        legs += book.put(wallet, reserve, gas, apart[0].asset) if apart else ()
    elif change < 0:
        known = bool(book.held(wallet, kept))
        legs += book.take(wallet, kept, -change, ())[0]
        legs += book.take(wallet, reserve, -gas, ())[0] if apart else ()
    note = "" if known else "position:unknown"
    titles = tuple(
        with_role(leg, "title")
        for leg in view.legs
        if is_non_fungible(leg.asset) and leg.asset.endswith(f"/{int(log.topics[1], 16)}")
    )
    kind = "lend_deposit" if change > 0 else "lend_withdraw"
    return (event(view, kind, (*legs, *titles), NAME, note),)


def _loan(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Money that was drawn for a debt, or paid back."""
    change = signed_in(log, 4)
    moved = of_size(view, change, minted=True) if change else ()
    if not moved:
        return ()
    totals = [
        number_in(other, 0)
        for other in logs_with(view.activity, TROVE_UPDATED, 2, 6)
        if other.address == log.address and other.topics[1] == log.topics[1]
    ]
    grown = number_in(log, 2) + number_in(log, 3)
    kept, owed, _ = _names(view, log)
    total = totals[-1] if totals else None
    wallet, of = book.owner(moved[0].wallet, owed, kept), moved[0].asset
    legs = moved
    if _is_known(book, log, view):
        legs += book.owe(wallet, owed, change, of, total, grown)
    return (event(view, "borrow" if change > 0 else "repay", legs, NAME),)


def _levered(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """A trove of the fund's that a zapper levered up or down with what it borrowed itself."""
    kept, owed, _ = _names(view, log)
    owner, titles = titled(view, int(log.topics[1], 16))
    held = book.holder(kept) or book.holder(owed)
    owner = owner or ("" if held is None else held.rpartition(":")[2])
    changes = changed(signed_in(log, 6), signed_in(log, 4))
    reference, grown = f"{log.address}.{log.topics[1]}", number_in(log, 2) + number_in(log, 3)
    steps = [
        Step(does, owner, view.called, move.asset, amount, reference, grown)
        for does, amount in changes
        for move in [one for one in view.activity.transfers if one.quantity == amount][:1]
    ]
    whole = levered(book, view, steps) if owner and len(steps) == len(changes) else None
    return () if whole is None else (replace(whole, legs=(*whole.legs, *titles)),)


def _by_others(book: Book, log: Log) -> tuple[Event, ...]:
    """Collateral that a trove lost for a part of its debt, as far as the books know it."""
    kept, owed, _ = _names(book.view, log)
    wallet = book.holder(kept)
    if wallet is None:
        return ()
    debtor = book.owner(wallet, owed)
    legs: tuple[Leg, ...] = ()
    lost, cleared = -signed_in(log, 6), -signed_in(log, 4)
    if lost > 0:
        legs += book.take(wallet, kept, lost, ())[0]
    if cleared > 0 and book.held(debtor, owed):
        legs += book.owe(debtor, owed, -cleared)
    kind = "liquidation" if number_in(log, 0) == _LIQUIDATED else "repay"
    return (event(book.view, kind, legs, NAME),) if legs else ()


def _pooled(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Money into a stability pool or out of it; collateral that it bought; what it earned."""
    wallet = wallet_id(view.activity.network, address_in(log.topics, 1))
    kept = position(view.activity.network, NAME, f"{log.address}.pool")
    lost, change, earned, gained = (
        *(number_in(log, 1), signed_in(log, 2)),
        *(number_in(log, 4), number_in(log, 6)),
    )
    events: tuple[Event, ...] = ()
    coll = of_size(view, gained) if gained else ()
    if coll:
        spent = book.take(wallet, kept, lost, ())[0] if lost else ()
        events += (event(view, "swap" if spent else "reward", (*coll, *spent), NAME),)
    return events + _money(book, view.without(events), (wallet, kept), (change, earned))


def _money(
    book: Book, view: ActivityView, place: tuple[WalletId, AssetId], sizes: tuple[int, int]
) -> tuple[Event, ...]:
    """A deposit, with what was earned apart; or a withdrawal, with it in one."""
    (wallet, kept), (change, earned) = place, sizes
    events: tuple[Event, ...] = ()
    if change > 0:
        paid = of_size(view, -change)
        if paid:
            legs = (*paid, *book.put(wallet, kept, change, paid[0].asset))
            events += (event(view, "stake", legs, NAME),)
    came = of_size(view.without(events), max(0, -change) + earned)
    if not came:
        return events
    if change >= 0:
        return (*events, event(view, "reward", came, NAME))
    parts = split(came[0], earned, "reward") if earned else came
    note = "" if book.held(wallet, kept) else "position:unknown"
    back = book.take(wallet, kept, -change, ())[0]
    return (*events, event(view, "unstake", (*parts, *back), NAME, note))
