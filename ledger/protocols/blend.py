"""Blend, Blur's loans against non-fungible tokens: a view in; loans, from both sides, out.

Source: IBlend.sol and Blend.sol of Blur's contracts (the source that Etherscan verified); BlurPool,
whose units of coin are what is lent. A loan is known by its lien.

What a borrower gave is a position of one unit, what he owes a debt; what a lender lent is his
position. A piece that was bought with a loan goes from its seller to the contract: what it cost
beyond the loan was paid, the loan is owed, and the piece is the position.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20, native, non_fungible, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Book, liquidated
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    with_role,
    word_address,
)

NAME: Final = "blend"
#: Before the markets, to which a piece for money is a sale.
RANK: Final = 5

#: LoanOfferTaken(bytes32 offerHash, uint256 lienId, address collection, address lender,
#: address borrower, uint256 loanAmount, uint256 rate, uint256 tokenId, uint256 auctionDuration),
#: Repay(uint256 lienId, address collection), Seize(uint256 lienId, address collection),
#: Refinance(uint256 lienId, address collection, address newLender, uint256 newAmount,
#: uint256 newRate, uint256 newAuctionDuration); nothing indexed.
TAKEN: Final = "0x06a333c2d6fe967ca967f7a35be2eb45e8caeb6cf05e16f55d42b91b5fe31255"
REPAID: Final = "0x2469cc9e12e74c63438d5b1117b318cd3a4cdaf9d659d9eac6d975d14d963254"
SEIZED: Final = "0xb71caf41fe0e019dbe21a1ae3493f11a729c31548ed1e304ae7f6e8c8df275de"
REFINANCED: Final = "0x558a9295c62e9e1b12a21c8fe816f4816a2e0269a53157edbfa16017b11b9ac9"

#: The contract (Ethereum), and the pool whose token is lent.
CONTRACT: Final = "0x29469395eaf6f95920e59f858042f0e28d98a20b"
POOL: Final = "0x0000000000a39bb272e79075ade125fd351887ac"

SIGNS: Final = frozenset({CONTRACT})

#: A piece that is seized moves nothing at the one who had borrowed on it.
WITHOUT_LEGS: Final = frozenset({SEIZED})


def recognise(view: ActivityView) -> Recognised | None:
    """Loans taken and given, then what ended them."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for topic, size, read in (
        (TAKEN, 9, _taken),
        (REFINANCED, 6, _refinanced),
        (REPAID, 2, _repaid),
        (SEIZED, 2, _seized),
    ):
        for log in logs_with(view.activity, topic, 1, size):
            if log.address == CONTRACT:
                events += read(book, view.without(events), log)
    return book.recognised(events)


def _parts(view: ActivityView, lien: int) -> tuple[AssetId, AssetId, AssetId]:
    """The piece that a loan keeps, what is owed of it, and what a lender lent."""
    network, name = view.activity.network, f"{CONTRACT}.{lien}"
    kept, lent = position(network, NAME, name), position(network, NAME, f"{name}.lent")
    return kept, debt(network, NAME, name), lent


def _money(view: ActivityView, *, came: bool, amount: int | None = None) -> tuple[Leg, ...]:
    """The one leg of the pool's token that came or left, of just a size where it is given."""
    token = erc20(view.activity.network, POOL)
    found = [
        leg
        for leg in view.legs
        if leg.asset == token
        and (leg.quantity > 0) == came
        and (amount is None or abs(leg.quantity) == amount)
    ]
    return tuple(found[:1])


def _piece(view: ActivityView, collection: str, *, came: bool) -> tuple[Leg, ...]:
    """The piece of a collection that went to the contract or came from it."""
    found = [
        leg
        for leg in view.legs
        if is_non_fungible(leg.asset)
        and f":{collection}/" in leg.asset
        and leg.counterparty == CONTRACT
        and (leg.quantity > 0) == came
    ]
    return tuple(found[:1])


def _taken(book: Book, view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A loan: the piece is kept for it and the money owed, or the money is lent."""
    network, amount = view.activity.network, number_in(log, 5)
    kept, owed, _ = _parts(view, number_in(log, 1))
    events: tuple[Event, ...] = ()
    if word_address(log, 4) in view.owned:
        piece = non_fungible(network, "erc721", word_address(log, 2), number_in(log, 7))
        gave = tuple(leg for leg in view.legs if leg.asset == piece and leg.quantity < 0)[:1]
        came = _money(view, came=True, amount=amount)
        if gave and came:
            wallet = wallet_id(network, word_address(log, 4))
            put = book.put(wallet, kept, 1, piece)
            owes = book.owe(wallet, owed, amount, came[0].asset)
            events += (event(view, "lend_deposit", (*gave, *put), "blur"),)
            events += (event(view, "borrow", (*came, *owes), "blur"),)
        else:
            events += _bought(book, view, log, piece)
    if word_address(log, 3) in view.owned:
        events += _lent(book, view.without(events), log, word_address(log, 3), amount)
    return events


def _bought(book: Book, view: ActivityView, log: Log, piece: AssetId) -> tuple[Event, ...]:
    """A piece that another gave to the contract: its price is what was paid and what is owed."""
    network, amount = view.activity.network, number_in(log, 5)
    moved = [one for one in view.activity.transfers if one.asset == piece]
    tokens = {erc20(network, POOL), native(network)}
    parties = {ZERO_ADDRESS, CONTRACT, POOL}
    money = [leg for leg in view.legs if leg.asset in tokens and leg.counterparty in parties]
    ends = moved[-1:]
    if not amount or not ends or ends[0].recipient != CONTRACT or ends[0].sender in view.owned:
        return ()
    kept, owed, _ = _parts(view, number_in(log, 1))
    wallet = wallet_id(network, word_address(log, 4))
    put = book.put(wallet, kept, 1, piece)
    owes = book.owe(wallet, owed, amount, erc20(network, POOL))
    back = [with_role(leg, "refund") if leg.quantity > 0 else leg for leg in money]
    return (event(view, "nft_trade", (*back, *put, *owes), "blur"),)


def _lent(book: Book, view: ActivityView, log: Log, lender: str, amount: int) -> tuple[Event, ...]:
    """Money that a lender of the fund's gave for a loan."""
    went = _money(view, came=False, amount=amount)
    if not went or not amount:
        return ()
    lien = number_in(log, 1 if log.topics[0] == TAKEN else 0)
    lent = _parts(view, lien)[2]
    put = book.put(wallet_id(view.activity.network, lender), lent, amount, went[0].asset)
    return (event(view, "lend_deposit", (*went, *put), "blur"),)


def _refinanced(book: Book, view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Another lender paid the one before: either may be the fund's."""
    events = _returned(book, view, number_in(log, 0))
    if word_address(log, 2) in view.owned:
        events += _lent(book, view.without(events), log, word_address(log, 2), number_in(log, 3))
    return events


def _returned(book: Book, view: ActivityView, lien: int) -> tuple[Event, ...]:
    """Money that came back to a lender whose loan the books know, with its interest."""
    lent = _parts(view, lien)[2]
    wallet = book.holder(lent)
    came = _money(view, came=True)
    if wallet is None or not book.held(wallet, lent) or not came:
        return ()
    back, note = book.take(wallet, lent, came[0].quantity, came)
    return (event(view, "lend_withdraw", back, "blur", note),)


def _repaid(book: Book, view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The money for a debt and the piece that it freed; or what a lender got."""
    kept, owed, _ = _parts(view, number_in(log, 0))
    events = _returned(book, view, number_in(log, 0))
    back = _piece(view, word_address(log, 1), came=True)
    went = _money(view.without(events), came=False)
    if not back or not went:
        return events
    owner = book.owner(back[0].wallet, owed, kept)
    owes = book.owe(owner, owed, went[0].quantity, went[0].asset)
    events += (event(view, "repay", (*went, *owes), "blur"),)
    freed, note = book.take(owner, kept, 1, back)
    return (*events, event(view, "lend_withdraw", freed, "blur", note))


def _seized(book: Book, view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A piece that a lender took for his loan, or that was lost for a debt."""
    kept, owed, lent = _parts(view, number_in(log, 0))
    came = _piece(view, word_address(log, 1), came=True)
    lender, borrower = book.holder(lent), book.holder(kept)
    events: tuple[Event, ...] = ()
    if came and lender is not None and book.held(lender, lent):
        gone = book.take(lender, lent, book.held(lender, lent) or 0, came)[0]
        events += (event(view, "liquidation", gone, "blur"),)
    if borrower is not None and book.held(borrower, kept):
        debtor = book.owner(borrower, owed)
        due = book.held(debtor, owed) or 0
        lost = liquidated(book, borrower, (kept, 1), (owed, due))
        events += (event(view, "liquidation", lost, "blur"),)
    return events
