"""Extrafi: a view in; what was lent to it, and positions of leveraged liquidity, out.

Sources: its verified contracts, interfaces/IVeloVaultPositionManager.sol and LendingPool.sol.

What is lent comes back as a share token, or is staked at once and has none: then it is a position.

A position holds two assets and may owe both. Each is counted in its own units: what the user put in
and what was borrowed for it goes in; when a part is closed, that part of the units pays for debt
and comes out.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Book, of_size
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    payments,
    with_role,
)

NAME: Final = "extrafi"
RANK: Final = 10

#: InvestToVaultPosition(uint256 vaultId, uint256 vaultPositionId, address manager, uint256
#: amount0Invest, uint256 amount1Invest, uint256 amount0Borrow, uint256 amount1Borrow, uint256
#: liquidity); the first three indexed, as in all of these.
INVESTED: Final = "0x1c7a193924ce89c097e24c2c563ae40593a6a64df2a8534fdd99286331fa9700"
#: CloseVaultPositionPartially(uint256 vaultId, uint256 vaultPositionId, address manager, uint16
#: percent, uint256 amount0Received, uint256 amount1Received, uint256 amount0Repaid, uint256
#: amount1Repaid). Ten thousand percent are all; what was repaid comes in the order of the assets.
CLOSED: Final = "0xca53688f470942a58e6e2772cdb662da926d3e25faedce5a1d6944f6bf1bc0cb"
#: ExactRepay(uint256 vaultId, uint256 vaultPositionId, address manager, address caller, uint256
#: amount0Repaid, uint256 amount1Repaid).
REPAID: Final = "0xa4bc541a9153ace6a29c2c3f492547ca7f20eccbbfab560fae7d64bf91b439f6"

#: LiquidateVaultPositionPartially(uint256 vaultId, uint256 vaultPositionId, address manager,
#: address liquidator, uint16 percent, uint64 timestamp, uint256 price, uint256
#: debtValueOfPosition, uint256 liquidityValueOfPosition, uint256 amount0Left, uint256 amount1Left,
#: uint256 liquidateFee0, uint256 liquidateFee1). What is left goes to the manager.
LIQUIDATED: Final = "0xa0220c439b90aeba1c99721f52ce260d7b148a19564a38644e2e170b53e3607a"
_PERCENT, _LEFT, _FEES = 1, 6, 8

#: Deposited(uint256 reserveId, address user, address onBehalfOf, uint256 reserveAmount, uint256
#: eTokenAmount, uint16 referral) and Redeemed(uint256 reserveId, address user, address to, uint256
#: eTokenAmount, uint256 underlyingTokenAmount) of the lending pool; the first three indexed.
LENT: Final = "0x80dbbde6b5d5b7762317d49e776cfe47269b6e392cfdc76540b0cde8c82a23ce"
REDEEMED: Final = "0x9d01c305bd637e3fd85d7abaf4588efdd37000da477a303eaaa4fbc4510213d9"

#: The lending pool, at one address on OP Mainnet and Base.
POOL: Final = "0xbb505c54d71e9e599cb8435b4f0ceec05fc71cbd"

#: Vaults and positions are numbered from one; a larger number is none of theirs.
_NUMBERS: Final = 2**64

_WHOLE: Final = 10_000

#: topic → least number of words and the place of the topic with the owner
_ACTIONS: Final = {INVESTED: (5, 3), CLOSED: (5, 3), REPAID: (3, 3), LENT: (2, 3), REDEEMED: (2, 2)}

#: The manager of positions, on both networks (docs.extrafi.io, contract addresses).
MANAGER: Final = "0xf9cfb8a62f50e10adde5aa888b44cf01c5957055"
VOUCHED: Final = frozenset({MANAGER, POOL})

SIGNS: Final = frozenset({*_ACTIONS, LIQUIDATED})

#: Where nothing is left, nothing moves at the one who is liquidated.
WITHOUT_LEGS: Final = frozenset({LIQUIDATED})


def recognise(view: ActivityView) -> Recognised | None:
    """Each log of an owned manager, where the fund acted; and liquidations by anybody."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    if view.acts:
        events = _acted(book, view)
    for log in logs_with(view.activity, LIQUIDATED, 4, 10):
        if address_in(log.topics, 3) in view.owned and _is_numbered(log):
            events += _liquidated(book, log, view.without(events))
    return book.recognised(events)


def _is_numbered(log: Log) -> bool:
    """Whether vault and position have numbers that there can be."""
    return all(int(log.topics[place], 16) < _NUMBERS for place in (1, 2))


def _acted(book: Book, view: ActivityView) -> tuple[Event, ...]:
    """What an owned manager did, in order."""
    events: tuple[Event, ...] = ()
    readers = {
        INVESTED: _invested,
        CLOSED: _closed,
        REPAID: _repaid,
        LENT: _lent,
        REDEEMED: _redeemed,
    }
    logs = [
        log
        for signature, (words, owner) in _ACTIONS.items()
        for log in logs_with(view.activity, signature, 4, words)
        if address_in(log.topics, owner) in view.owned
        and int(log.topics[1], 16) < _NUMBERS
        and (signature in {LENT, REDEEMED} or int(log.topics[2], 16) < _NUMBERS)
        and (signature not in {LENT, REDEEMED} or log.address == POOL)
    ]
    for log in sorted(logs, key=lambda log: log.index):
        events += readers[log.topics[0]](book, log, view.without(events))
    return events


def _reserve(view: ActivityView, log: Log) -> AssetId:
    """What one of the lending pool's reserves holds for its owner without a token."""
    return position(view.activity.network, NAME, f"{log.address}.{int(log.topics[1], 16)}")


def _lent(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Money for the reserve's share token, or for a stake of it."""
    amount = number_in(log, 0)
    paid, of = _paid(view, -amount, log.address)
    if of is None:
        return ()
    shares = of_size(view, number_in(log, 1), minted=True)
    if not shares:
        wallet = wallet_id(view.activity.network, address_in(log.topics, 3))
        shares = book.put(wallet, _reserve(view, log), amount, of)
    return (event(view, "lend_deposit", (*paid, *shares), NAME),)


def _redeemed(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Money back for the share token, or for a stake of it."""
    amount = number_in(log, 1)
    came, _ = _paid(view, amount, log.address)
    if not came:
        return ()
    shares, note = of_size(view, -number_in(log, 0)), ""
    if shares:
        came += shares
    else:
        wallet = wallet_id(view.activity.network, address_in(log.topics, 2))
        came, note = book.take(wallet, _reserve(view, log), amount, came)
    return (event(view, "lend_withdraw", came, NAME, note),)


def _names(view: ActivityView, log: Log, side: int) -> tuple[AssetId, AssetId]:
    """What the position holds of its first or second asset, and what it owes of it."""
    network = view.activity.network
    vault, number = int(log.topics[1], 16), int(log.topics[2], 16)
    reference = f"{log.address}.{vault}.{number}.{side}"
    return position(network, NAME, reference), debt(network, NAME, reference)


def _paid(view: ActivityView, amount: int, via: str) -> tuple[tuple[Leg, ...], AssetId | None]:
    """The legs that paid or brought this many units of one asset, whichever it is."""
    if not amount:
        return (), None
    assets = dict.fromkeys(
        leg.asset
        for leg in view.legs
        if (leg.quantity > 0) == (amount > 0) and not is_non_fungible(leg.asset)
    )
    for asset in (*assets, native(view.activity.network)):
        legs = payments(view, {asset: amount}, via)
        if legs:
            return legs, asset
    return (), None


def _invested(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Own money for the position, and what was borrowed into it."""
    wallet = wallet_id(view.activity.network, address_in(log.topics, 3))
    own: tuple[Leg, ...] = ()
    lent: tuple[Leg, ...] = ()
    rest = view
    for side in (0, 1):
        kept, owed = _names(view, log, side)
        legs, of = _paid(rest, -number_in(log, side), log.address)
        rest = rest.without((event(view, "send", legs),))
        if of is not None:
            own += (*legs, *book.put(wallet, kept, number_in(log, side), of))
        borrowed = number_in(log, 2 + side)
        asset = of or _moved_in(view, borrowed)
        if borrowed and asset is not None:
            lent += book.put(wallet, kept, borrowed, asset)
            lent += book.owe(wallet, owed, borrowed, asset)
    if not own:
        return ()
    events: tuple[Event, ...] = (event(view, "pool_deposit", own, NAME),)
    return (*events, event(view, "borrow", lent, NAME)) if lent else events


def _moved_in(view: ActivityView, amount: int) -> AssetId | None:
    """The asset that moved in just that size, which nobody of the fund's paid."""
    found = (one.asset for one in view.activity.transfers if one.quantity == amount)
    return next(found, None) if amount else None


def _closed(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """A part that was closed: it paid for debt, and the rest came out."""
    wallet = wallet_id(view.activity.network, address_in(log.topics, 3))
    share, came, given, cleared = (
        number_in(log, 0),
        tuple[Leg, ...](),
        tuple[Leg, ...](),
        tuple[Leg, ...](),
    )
    rest, known = view, False
    for side in (0, 1):
        kept, owed = _names(view, log, side)
        legs, _ = _paid(rest, number_in(log, 1 + side), log.address)
        rest = rest.without((event(view, "receive", legs),))
        came += legs
        held = book.held(wallet, kept) or 0
        known = known or held > 0
        closing = held * share // _WHOLE
        repaid = number_in(log, 3 + side)
        if repaid and book.held(wallet, owed):
            used = min(repaid, closing)
            cleared += book.owe(wallet, owed, -repaid)
            cleared += book.take(wallet, kept, used, ())[0] if used else ()
            closing -= used
        given += book.take(wallet, kept, closing, ())[0] if closing else ()
    if not came:
        return ()
    note = "" if known else "position:unknown"
    events: tuple[Event, ...] = (event(view, "pool_withdraw", (*came, *given), NAME, note),)
    return (*events, event(view, "repay", cleared, NAME)) if cleared else events


def _liquidated(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """A part that was closed by others: its share of the debts is paid, what is left came out.

    The log says no debt; that it is the part's share is how a part is closed.
    """
    wallet = wallet_id(view.activity.network, address_in(log.topics, 3))
    share = min(number_in(log, _PERCENT), _WHOLE)
    legs: tuple[Leg, ...] = ()
    came: tuple[Leg, ...] = ()
    rest = view
    for side in (0, 1):
        kept, owed = _names(view, log, side)
        back, _ = _paid(rest, number_in(log, _LEFT + side), log.address)
        rest = rest.without((event(view, "receive", back),))
        came += back
        closing = (book.held(wallet, kept) or 0) * share // _WHOLE
        fee = min(number_in(log, _FEES + side), closing)
        for role, units in (("position", closing - fee), ("penalty", fee)):
            taken = book.take(wallet, kept, units, ())[0] if units else ()
            legs += (
                tuple(with_role(leg, "penalty") for leg in taken) if role == "penalty" else taken
            )
        cleared = (book.held(wallet, owed) or 0) * share // _WHOLE
        legs += book.owe(wallet, owed, -cleared) if cleared else ()
    return (event(view, "liquidation", (*came, *legs), NAME),) if legs else ()


def _repaid(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Money that the user sent for a debt of the position."""
    wallet = wallet_id(view.activity.network, address_in(log.topics, 3))
    legs: tuple[Leg, ...] = ()
    rest = view
    for side in (0, 1):
        amount = number_in(log, 1 + side)
        paid, of = _paid(rest, -amount, log.address)
        rest = rest.without((event(view, "send", paid),))
        if of is not None:
            legs += (*paid, *book.owe(wallet, _names(view, log, side)[1], -amount, of))
    return (event(view, "repay", legs, NAME),) if legs else ()
