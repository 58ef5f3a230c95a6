"""Forks of Liquity's first version: a view in; collateral, loans and repayments of troves out.

Sources: liquity/dev, BorrowerOperations.sol and TroveManager.sol; prisma-fi/prisma-contracts,
TroveManager.sol; Gravita-Protocol/Gravita-SmartContracts, BorrowerOperations.sol (vessels);
vesta-finance, TroveManager.sol.

Their logs tell a trove, not what moved: a token that is made for loans alone says that one was
drawn or paid back, and the one other asset that the protocol took or gave is the collateral. What
it keeps of a loan for gas is no debt, for it gives that back. Of what others do with a trove only
a liquidation is read: what a redemption leaves is told with that gas.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import contract_of, debt, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Book, liquidated
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    net,
    number_in,
)

NAME: Final = "liquity_forks"
RANK: Final = 11

#: TroveUpdated(address borrower, uint256 debt, uint256 coll, uint256 stake, uint8 operation),
#: borrower indexed; with address asset before it, indexed too; VesselUpdated of that shape.
UPDATED: Final = "0xc3770d654ed33aeea6bf11ac8ef05d02a6a04ed4686dd2f624d853bbec43cc8b"
UPDATED_OF: Final = "0x100d2512a463b515ea8d03a69afbcc791f1bd9139132e820631bec236f524ec1"
VESSEL_UPDATED: Final = "0xd03b2126581644d5026a8e77091b71644f3f16efe9d9e5930c4d533301c731e8"
#: BorrowingFeePaid(address borrower, uint256 fee), borrower indexed; with address asset before it,
#: indexed too.
FEE_PAID: Final = "0x5d032cf8244d18503d44f7171954f352ff41fa2df69660eb897f4db36efe808e"
FEE_PAID_OF: Final = "0xd89359f0d8e7f936d0682c5565cc5a16989a91560a80c7b06c46c28e52a5d43a"

#: Token that is made for loans alone → the protocol that lends it (their deployments).
KNOWN: Final = {
    "0x4591dbff62656e7859afe5e45f6f47d3669fbb28": "prisma",
    "0x35282d87011f87508d457f08252bc5bfa52e10a0": "prisma",
    "0x15f74458ae0bfdaa1a96ca1aa779d715cc1eefe4": "gravita",
}
#: Liquity's own contracts, which another plug-in reads.
_LIQUITY: Final = frozenset(
    {
        "0x24179cd81c9e782a4096035f7ec97fb8b783e007",
        "0xa39739ef8b0231dbfa0dcda07d7e29faabcf4bb2",
    }
)
#: topic → place of the borrower among the topics
_OWNERS: Final = {UPDATED: 1, UPDATED_OF: 2, VESSEL_UPDATED: 2}

#: Of the operations these are liquidations.
_LIQUIDATIONS: Final = frozenset({1, 2})

SIGNS: Final = frozenset(_OWNERS)
#: A trove is told by who keeps nothing of the loan: it counts by the token, and by who took the
#: collateral.
VOUCHED: Final = frozenset(_OWNERS)
#: A liquidation moves nothing at the one whose trove it is.
WITHOUT_LEGS: Final = frozenset(_OWNERS)


def recognise(view: ActivityView) -> Recognised | None:
    """What the fund did with the one trove that a log is about."""
    logs = [
        log
        for topic, place in _OWNERS.items()
        for log in logs_with(view.activity, topic, place + 1, 4)
        if log.address not in _LIQUITY and address_in(log.topics, place) in view.owned
    ]
    if not logs:
        return None
    # a trove is told anew at each step: the last log of all is of what stands now
    log, book = max(logs, key=lambda each: each.index), Book(view, NAME)
    if not view.acts:
        return book.recognised(_seized(book, log))
    lent = _lent(view)
    return book.recognised(_collateral(book, view, log, lent) + _loan(book, log, lent))


def _lent(view: ActivityView) -> tuple[Leg, ...]:
    """The legs of a token for loans that was made for the fund or burnt for it."""
    return tuple(
        leg
        for leg in view.legs
        if leg.counterparty == ZERO_ADDRESS and contract_of(leg.asset) in KNOWN
    )


def _reference(log: Log) -> str:
    """What tells a trove apart: the contract, the asset where it has several, and the borrower."""
    return ".".join((log.address, *(address_in(log.topics, n) for n in range(1, len(log.topics)))))


def _collateral(
    book: Book, view: ActivityView, log: Log, lent: tuple[Leg, ...]
) -> tuple[Event, ...]:
    """The one other asset that went into the trove or came out of it."""
    network, owner = view.activity.network, address_in(log.topics, _OWNERS[log.topics[0]])
    near = {log.address, view.called} if lent else {log.address}
    moved = [leg for leg in view.legs if leg not in lent and leg.counterparty in near]
    sums = net(moved)
    if len(sums) != 1 or any(is_non_fungible(leg.asset) for leg in moved):
        return ()
    ((asset, change),) = sums.items()
    wallet, kept = wallet_id(network, owner), position(network, NAME, _reference(log))
    name = _name(lent)
    if change < 0:
        put = book.put(wallet, kept, -change, asset)
        return (event(view, "lend_deposit", (*moved, *put), name),)
    back, note = book.take(wallet, kept, change, moved)
    return (event(view, "lend_withdraw", back, name, note),) if change else ()


def _loan(book: Book, log: Log, lent: tuple[Leg, ...]) -> tuple[Event, ...]:
    """What was drawn, with its fee, or paid back."""
    view, sums = book.view, net(lent)
    if len(sums) != 1:
        return ()
    ((asset, units),) = sums.items()
    owner = address_in(log.topics, _OWNERS[log.topics[0]])
    fees = sum(
        number_in(fee, 0)
        for topic, place in ((FEE_PAID, 1), (FEE_PAID_OF, 2))
        for fee in logs_with(view.activity, topic, place + 1, 1)
        if address_in(fee.topics, place) == owner and units > 0
    )
    network = view.activity.network
    owed = debt(network, NAME, _reference(log))
    legs = (*lent, *book.owe(wallet_id(network, owner), owed, units, asset, grown=fees))
    return (event(view, "borrow" if units > 0 else "repay", legs, _name(lent)),) if units else ()


def _seized(book: Book, log: Log) -> tuple[Event, ...]:
    """All of a trove that the books know, taken for all of its debt."""
    network = book.view.activity.network
    kept, owed = (make(network, NAME, _reference(log)) for make in (position, debt))
    wallet = book.holder(kept)
    if number_in(log, 3) not in _LIQUIDATIONS or wallet is None or not book.held(wallet, kept):
        return ()
    lost = (kept, book.held(wallet, kept) or 0), (owed, book.held(wallet, owed) or 0)
    legs = liquidated(book, wallet, *lost)
    return (event(book.view, "liquidation", legs, NAME),) if legs else ()


def _name(lent: tuple[Leg, ...]) -> str:
    """The protocol, by the token that it lends."""
    return next((KNOWN[contract_of(leg.asset) or ""] for leg in lent), NAME)
