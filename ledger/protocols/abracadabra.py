"""Abracadabra: a view in; collateral of cauldrons, MIM borrowed and repaid, liquidations out.

Sources: Abracadabra-money/abracadabra-money-contracts, src/cauldrons/CauldronV4.sol;
sushiswap/bentobox, contracts/BentoBox.sol (DegenBox logs the same).

A cauldron keeps nothing itself: its tokens are in a box, which counts shares and logs the amounts
that they are when tokens come or go. What is put up is a position, what is owed a debt in MIM, of
which a fee is taken when it is borrowed. What is put into a box alone is a position there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.evidence import Answer, Question
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book, liquidated
from ledger.protocols._owed import debtor
from ledger.protocols._pooled import answered
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
)
from ledger.transport import Node

NAME: Final = "abracadabra"
#: The box by itself: cauldrons are not its only users.
BOX: Final = "bentobox"
RANK: Final = 10

#: Of a cauldron: LogAddCollateral(address from, address to, uint256 share) and LogRemoveCollateral
#: of the same shape; LogBorrow(address from, address to, uint256 amount, uint256 part) and LogRepay
#: of the same shape; the addresses indexed.
ADD: Final = "0x9ed03113de523cebfe5e49d5f8e12894b1c0d42ce805990461726444c90eab87"
REMOVE: Final = "0x8ad4d3ff00da092c7ad9a573ea4f5f6a3dffc6712dc06d3f78f49b862297c402"
BORROW: Final = "0xb92cb6bca8e3270b9170930f03b17571e55791acdb1a0e9f339eec88bdb35e24"
REPAY: Final = "0xc8e512d8f188ca059984b5853d2bf653da902696b8512785b182b2c813789a6e"
#: Of a box: LogDeposit(address token, address from, address to, uint256 amount, uint256 share) and
#: LogWithdraw of the same shape; LogTransfer(address token, address from, address to, uint256
#: share); the addresses indexed.
BOX_DEPOSIT: Final = "0xb2346165e782564f17f5b7e555c21f4fd96fbc93458572bf0113ea35a958fc55"
BOX_WITHDRAW: Final = "0xad9ab9ee6953d4d177f4a03b3a3ac3178ffcb9816319f348060194aa76b14486"
BOX_TRANSFER: Final = "0x6eabe333476233fd382224f233210cb808a7bc4c4de64f9d76628bf63c677b1a"

#: topic → (place of the owner's topic, words)
_CAULDRON: Final = {ADD: (2, 1), REMOVE: (1, 1), BORROW: (1, 2), REPAY: (2, 2)}
_BOX: Final = frozenset({BOX_DEPOSIT, BOX_WITHDRAW, BOX_TRANSFER})

#: The box holds what the cauldron speaks of.
WITNESSES: Final = dict.fromkeys(_CAULDRON, _BOX)

SIGNS: Final = frozenset({*_CAULDRON, BOX_DEPOSIT, BOX_WITHDRAW})

#: A liquidation takes collateral out of a box and clears a debt: nothing moves at its owner.
WITHOUT_LEGS: Final = frozenset({REMOVE, REPAY})


#: userBorrowPart(address); totalBorrow(): uint128 elastic, uint128 base; accrueInfo(): uint64
#: lastAccrued, uint128 feesEarned and, but for the first cauldrons, uint64 INTEREST_PER_SECOND with
#: 18 decimals (CauldronV4.sol).
USER_BORROW_PART: Final = "0x48e4163e"
TOTAL_BORROW: Final = "0x8285ef40"
ACCRUE_INFO: Final = "0xb27c0e74"
_WAD: Final = 10**18


@dataclass(frozen=True, slots=True)
class _Moved:
    """What a box says: shares of a token from one to another, and the amount they are if tokens
    came or went.
    """

    box: str
    token: AssetId
    sender: str
    recipient: str
    shares: int
    amount: int | None
    topic: str


@dataclass(frozen=True, slots=True)
class _Part:
    """What one log of a cauldron did: the kind of its event, movements of wallets, the rest."""

    kind: str
    paid: tuple[Leg, ...]
    kept: tuple[Leg, ...]


def fetch_debt(node: Node, question: Question) -> Answer:
    """What a cauldron is owed by the wallet: its part of all that is borrowed, as repaying takes.

    Interest up to the block is in it where the cauldron says its rate (`accrue`); else that up to
    when somebody used it last. Rounded as BoringRebase.sol does (`toElastic`).
    """
    who = debtor(node, question)
    if who is None or len(who.reference) != 1:
        return answered(node, question, None)
    (cauldron,) = who.reference
    part = who.ask(cauldron, USER_BORROW_PART, int(who.owner, 16))
    total, accrued = who.ask(cauldron, TOTAL_BORROW), who.ask(cauldron, ACCRUE_INFO)
    if part is None or total is None or accrued is None or len(total) != 2:
        return who.owes(None)
    elastic, base = total
    if len(accrued) > 2 and base:
        elastic += elastic * accrued[2] * max(who.time() - accrued[0], 0) // _WAD
    if not base or not elastic:
        return who.owes(part[0])
    units = part[0] * elastic // base
    return who.owes(units + (units * base // elastic < part[0]))


def recognise(view: ActivityView) -> Recognised | None:
    """What cauldrons did for owned addresses, then what was put into boxes or taken out."""
    book, boxes = Book(view, NAME), tuple(_moved(view))
    events = _liquidations(book) if not view.acts else ()
    if view.acts and boxes:
        parts: list[_Part] = []
        for log, owner in _told(view):
            paid = {leg.claim for part in parts for leg in part.paid}
            rest = tuple(leg for leg in view.legs if leg.claim not in paid)
            parts += _part(book, replace(view, legs=rest), log, owner, boxes)
        events += _events(view, parts)
        for one in boxes:
            events += _boxed(book, view.without(events), one)
    return book.recognised(events)


def _told(view: ActivityView) -> list[tuple[Log, WalletId]]:
    """The logs of cauldrons about owned addresses, in their order."""
    found = [
        (log, wallet_id(view.activity.network, address_in(log.topics, place)))
        for topic, (place, words) in _CAULDRON.items()
        for log in logs_with(view.activity, topic, 3, words)
        if address_in(log.topics, place) in view.owned
    ]
    return sorted(found, key=lambda each: each[0].index)


def _moved(view: ActivityView) -> Iterator[_Moved]:
    """What boxes say, in the order of their kinds."""
    for topic in (BOX_DEPOSIT, BOX_WITHDRAW, BOX_TRANSFER):
        plain = topic == BOX_TRANSFER
        for log in logs_with(view.activity, topic, 4, 1 if plain else 2):
            token, sender, recipient = (address_in(log.topics, place) for place in (1, 2, 3))
            shares = number_in(log, 0 if plain else 1)
            amount = None if plain else number_in(log, 0)
            asset = erc20(view.activity.network, token)
            yield _Moved(log.address, asset, sender, recipient, shares, amount, topic)


def _part(
    book: Book, view: ActivityView, log: Log, owner: WalletId, boxes: tuple[_Moved, ...]
) -> list[_Part]:
    topic, cauldron = log.topics[0], log.address
    kept = position(view.activity.network, NAME, f"{cauldron}.collateral")
    owed = debt(view.activity.network, NAME, cauldron)
    if topic in {ADD, REMOVE}:
        shares = number_in(log, 0)
        token = _token(boxes, cauldron, shares, put_in=topic == ADD)
        if token is None:
            return []
        units = _amount(boxes, token, shares)
        if topic == ADD:
            paid = payments(view, {token: -units}) or _of_box(book, owner, boxes, token, units)
            return [_Part("lend_deposit", paid, book.put(owner, kept, units, token))]
        came = payments(view, {token: units})
        legs, note = book.take(owner, kept, units, came)
        paid = tuple(leg for leg in legs if leg.claim is not None)
        back = tuple(leg for leg in legs if leg.claim is None)
        return [_Part("lend_withdraw", paid, back)] if came and not note else []
    amount = number_in(log, 0)
    if topic == BORROW:
        lent = next((one for one in boxes if one.sender == cauldron and one.amount is None), None)
        if lent is None:
            return []
        units = _amount(boxes, lent.token, lent.shares)
        came = payments(view, {lent.token: units})
        fee = max(amount - units, 0)
        return [_Part("borrow", came, book.owe(owner, owed, amount - fee, lent.token, grown=fee))]
    for token in dict.fromkeys(one.token for one in boxes):
        paid = payments(view, {token: -amount})
        if paid and book.held(owner, owed):
            return [_Part("repay", paid, book.owe(owner, owed, -amount, token))]
    return []


def _events(view: ActivityView, parts: list[_Part]) -> tuple[Event, ...]:
    """An event for each part that moved at a wallet; what did not is one trade of debt for more.

    Collateral that was bought with what was borrowed moved between box and market alone.
    """
    alone = [part for part in parts if part.paid]
    events = tuple(event(view, one.kind, (*one.paid, *one.kept), NAME) for one in alone)
    rest = [leg for part in parts if not part.paid for leg in part.kept]
    if {leg.role for leg in rest} >= {"debt", "position"}:
        events += (event(view, "borrow", rest, NAME),)
    return events


def _liquidations(book: Book) -> tuple[Event, ...]:
    """Collateral that was taken and debt that was cleared, as far as the books know of both."""
    view, events = book.view, tuple[Event, ...]()
    told = _told(view)
    for log, owner in told:
        repaid = [
            number_in(one, 0)
            for one, other in told
            if one.topics[0] == REPAY and one.address == log.address and other == owner
        ]
        kept = position(view.activity.network, NAME, f"{log.address}.collateral")
        owed = debt(view.activity.network, NAME, log.address)
        if log.topics[0] != REMOVE or not repaid:
            continue
        held, owes = book.held(owner, kept), book.held(owner, owed)
        if held and owes:
            seized, cleared = min(number_in(log, 0), held), min(sum(repaid), owes)
            legs = liquidated(book, owner, (kept, seized), (owed, cleared))
            events += (event(view, "liquidation", legs, NAME),) if legs else ()
    return events


def _boxed(book: Book, view: ActivityView, one: _Moved) -> tuple[Event, ...]:
    """Tokens that an owned address put into a box for itself, or took out of it."""
    if one.amount is None or one.topic == BOX_TRANSFER:
        return ()
    if one.topic == BOX_DEPOSIT and one.recipient in view.owned:
        paid = payments(view, {one.token: -one.amount})
        owner = wallet_id(view.activity.network, one.recipient)
        made = book.put(owner, _in_box(view, one), one.amount, one.token) if paid else ()
        return (event(view, "vault_deposit", (*paid, *made), BOX),) if paid else ()
    if one.topic == BOX_WITHDRAW and one.sender in view.owned:
        came = payments(view, {one.token: one.amount})
        owner = wallet_id(view.activity.network, one.sender)
        legs, note = book.take(owner, _in_box(view, one), one.amount, came)
        return (event(view, "vault_withdraw", legs, BOX, note),) if came else ()
    return ()


def _of_box(
    book: Book, owner: WalletId, boxes: tuple[_Moved, ...], token: AssetId, units: int
) -> tuple[Leg, ...]:
    """Units that were in a box before and are known to be."""
    for box in dict.fromkeys(one.box for one in boxes if one.token == token):
        kept = position(book.view.activity.network, BOX, f"{box}.{token.rpartition(':')[2]}")
        held = book.held(owner, kept)
        if held and held >= units:
            return book.take(owner, kept, units, ())[0]
    return ()


def _in_box(view: ActivityView, one: _Moved) -> AssetId:
    return position(view.activity.network, BOX, f"{one.box}.{one.token.rpartition(':')[2]}")


def _token(
    boxes: tuple[_Moved, ...], cauldron: str, shares: int, *, put_in: bool
) -> AssetId | None:
    """The token of so many shares that came to a cauldron or left it."""
    found = (
        one.token
        for one in boxes
        if one.shares == shares and cauldron == (one.recipient if put_in else one.sender)
    )
    return next(found, None)


def _amount(boxes: tuple[_Moved, ...], token: AssetId, shares: int) -> int:
    """What shares were when tokens came or went here; without that as many."""
    found = (
        one.amount for one in boxes if (one.token, one.shares) == (token, shares) and one.amount
    )
    return next(found, shares)
