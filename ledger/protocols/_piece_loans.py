"""Loans against non-fungible tokens: what a log says of one in; its events from both sides out.

What a borrower gave is a position of one unit, what he owes a debt; what a lender lent is his
position. A note that a contract makes for either side is the title of what it stands for.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.model.asset import Asset, AssetId, debt, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book, liquidated
from ledger.shapes import ZERO_ADDRESS, ActivityView, event, is_non_fungible, with_role


@dataclass(frozen=True, slots=True)
class Pledge:
    """A loan as a log tells of it: by its contract and number, with what the log names of it.

    `principal` is what is owed from the beginning, 0 where no log says it; `money` and `piece` are
    None, the addresses empty, where none names them.
    """

    protocol: str
    contract: str
    number: int
    borrower: str = ""
    lender: str = ""
    principal: int = 0
    money: AssetId | None = None
    piece: AssetId | None = None

    def parts(self, network: str) -> tuple[AssetId, AssetId, AssetId]:
        """The piece that the loan keeps, what is owed of it, and what a lender lent."""
        name = f"{self.contract}.{self.number}"
        kept, lent = (position(network, self.protocol, name + more) for more in ("", ".lent"))
        return kept, debt(network, self.protocol, name), lent


Step = Callable[[Book, ActivityView, Pledge], tuple[Event, ...]]


def begun(book: Book, view: ActivityView, loan: Pledge) -> tuple[Event, ...]:
    """A loan that the fund took for a piece, or gave."""
    network = view.activity.network
    kept, owed, lent = loan.parts(network)
    events: tuple[Event, ...] = ()
    if loan.borrower in view.owned:
        wallet = wallet_id(network, loan.borrower)
        gave = _pieces(view, loan, wallet, came=False)
        came = _money(view, loan, wallet, came=True)
        if gave and came:
            notes = _notes(book, view, wallet, kept, made=True)
            put = book.put(wallet, kept, 1, gave[0].asset)
            paid = sum(leg.quantity for leg in came)
            cost = max(loan.principal - paid, 0)
            owes = book.owe(wallet, owed, paid, came[0].asset, grown=cost)
            events += (event(view, "lend_deposit", (*gave, *put, *notes), loan.protocol),)
            events += (event(view, "borrow", (*came, *owes), loan.protocol),)
    if loan.lender in view.owned:
        events += _lent(book, view.without(events), loan, lent)
    return events


def _lent(book: Book, view: ActivityView, loan: Pledge, lent: AssetId) -> tuple[Event, ...]:
    wallet = wallet_id(view.activity.network, loan.lender)
    went = _money(view, loan, wallet, came=False)
    if not went:
        return ()
    notes = _notes(book, view, wallet, lent, made=True)
    put = book.put(wallet, lent, -sum(leg.quantity for leg in went), went[0].asset)
    return (event(view, "lend_deposit", (*went, *put, *notes), loan.protocol),)


def repaid(book: Book, view: ActivityView, loan: Pledge) -> tuple[Event, ...]:
    """What a lender got back with its interest; what a borrower paid, and the piece for it."""
    network = view.activity.network
    kept, owed, lent = loan.parts(network)
    events: tuple[Event, ...] = ()
    lender = _party(book, view, loan.lender, lent)
    if lender is not None:
        came = _money(view, loan, lender, came=True)
        if came:
            notes = _notes(book, view, lender, lent, made=False)
            total = sum(leg.quantity for leg in came)
            back, note = book.take(lender, lent, total, came)
            events += (event(view, "lend_withdraw", (*back, *notes), loan.protocol, note),)
    rest = view.without(events)
    back = _pieces(rest, loan, None, came=True)
    payer = _party(book, view, loan.borrower, kept) or (back[0].wallet if back else None)
    went = _money(rest, loan, None, came=False) if payer is not None else ()
    if payer is None or not went:
        return events
    owner = book.owner(payer, owed, kept)
    owes = book.owe(owner, owed, sum(leg.quantity for leg in went), went[0].asset)
    events += (event(view, "repay", (*went, *owes), loan.protocol),)
    if back:
        notes = _notes(book, rest, back[0].wallet, kept, made=False)
        freed, note = book.take(owner, kept, 1, back)
        events += (event(view, "lend_withdraw", (*freed, *notes), loan.protocol, note),)
    return events


def foreclosed(book: Book, view: ActivityView, loan: Pledge) -> tuple[Event, ...]:
    """A piece that a lender took for his loan, or that was lost for a debt."""
    kept, owed, lent = loan.parts(view.activity.network)
    came = _pieces(view, loan, None, came=True)
    lender, borrower = book.holder(lent), book.holder(kept)
    events: tuple[Event, ...] = ()
    if came and lender is not None and book.held(lender, lent):
        notes = _notes(book, view, lender, lent, made=False)
        gone = book.take(lender, lent, book.held(lender, lent) or 0, came)[0]
        events += (event(view, "liquidation", (*gone, *notes), loan.protocol),)
    if borrower is not None and book.held(borrower, kept):
        notes = _notes(book, view.without(events), borrower, kept, made=False)
        debtor = book.owner(borrower, owed)
        lost = liquidated(book, borrower, (kept, 1), (owed, book.held(debtor, owed) or 0))
        events += (event(view, "liquidation", (*lost, *notes), loan.protocol),)
    return events


# ---- legs ----------------------------------------------------------------------------------------


def _party(book: Book, view: ActivityView, said: str, kept: AssetId) -> WalletId | None:
    """The wallet of one side: the one that a log names, or that the books know."""
    if said:
        return wallet_id(view.activity.network, said) if said in view.owned else None
    holder = book.holder(kept)
    return holder if holder is not None and book.held(holder, kept) else None


def _pieces(
    view: ActivityView, loan: Pledge, wallet: WalletId | None, *, came: bool
) -> tuple[Leg, ...]:
    """The piece of a loan that was given or came back; the contract has it, or passes it on."""
    found = [
        leg
        for leg in view.legs
        if is_non_fungible(leg.asset)
        and (leg.quantity > 0) == came
        and leg.counterparty != ZERO_ADDRESS
        and (wallet is None or leg.wallet == wallet)
        and (leg.counterparty == loan.contract if loan.piece is None else leg.asset == loan.piece)
    ]
    return tuple(found[:1])


def _money(
    view: ActivityView, loan: Pledge, wallet: WalletId | None, *, came: bool
) -> tuple[Leg, ...]:
    """What was paid or came, of the loan's token where it is named; else of the first that did."""
    found = [
        leg
        for leg in view.legs
        if not is_non_fungible(leg.asset)
        and (leg.quantity > 0) == came
        and (wallet is None or leg.wallet == wallet)
        and (loan.money is None or leg.asset == loan.money)
    ]
    return tuple(leg for leg in found if leg.asset == found[0].asset)


def _notes(
    book: Book, view: ActivityView, wallet: WalletId, of: AssetId, *, made: bool
) -> tuple[Leg, ...]:
    """The note of one side, made from nowhere or burnt; what is made stands for its part."""
    found = tuple(
        with_role(leg, "title")
        for leg in view.legs
        if is_non_fungible(leg.asset)
        and (leg.quantity > 0) == made
        and leg.wallet == wallet
        and leg.counterparty == ZERO_ADDRESS
    )[:1]
    for leg in found if made else ():
        name = f"#{leg.asset.rpartition('/')[2]}"
        book.facts[leg.asset] = Asset(leg.asset, name, 0, "nft", underlying=of)
    return found
