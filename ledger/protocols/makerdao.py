"""Maker's vaults and savings: a view in; collateral, debts of DAI, savings, liquidations out.

Sources: makerdao/dss, src/vat.sol (`frob`), join.sol (adapters), pot.sol (savings), dog.sol and
cat.sol; dss-flash, flash.sol; addresses from chainlog.makerdao.com.

Contracts log their calls: the first topic is the function, then its arguments. Users act through
proxies and a manager: a vault is known by its kind and its address, and is the wallet's whose money
moved first: whoever pays for it later pays for that wallet. Stability fees are known when more is
paid back than was drawn. Where a helper spends what it drew at once (leverage), no adapter pays or
is paid by the fund: such a vault is the fund's where the books know it, or its proxy asked for it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20, position
from ledger.model.event import Event
from ledger.model.evidence import Answer, Question
from ledger.protocols._levered import Step, levered
from ledger.protocols._loans import Book, Does, asset_at, own_hands
from ledger.protocols._maker_vaults import (
    DAI,
    DAI_JOIN,
    EXIT,
    FROB,
    JOIN,
    VAT,
    asker,
    changed_for,
    genuine,
    is_asked_for,
    named,
    payer,
    said,
)
from ledger.protocols._owed import debtor, rounded_up
from ledger.protocols._pooled import answered
from ledger.shapes import (
    ActivityView,
    Loan,
    Recognised,
    address_in,
    event,
    flash_loan,
    logs_with,
    number_in,
    payments,
    trade,
)
from ledger.transport import Node

NAME: Final = "makerdao"
RANK: Final = 20

#: Calls that are logged: join(uint256 wad) and exit(uint256 wad) of the savings.
SAVE: Final = "0x049878f3" + "0" * 56
UNSAVE: Final = "0x7f8661a1" + "0" * 56
#: Bark(bytes32 ilk, address urn, uint256 ink, uint256 art, uint256 due, address clip, uint256 id);
#: ilk, urn and id indexed. Bite(bytes32 ilk, address urn, uint256 ink, uint256 art, uint256 tab,
#: address flip, uint256 id) before it; ilk and urn indexed. What is due has 45 decimals.
BARK: Final = "0x85258d09e1e4ef299ff3fc11e74af99563f022d21f3f940db982229dc2a3358c"
BITE: Final = "0xa716da86bc1fb6d43d1493373f34d7a418b619681cd7b90f7ea667ba1489be28"
#: Take(uint256 id, uint256 max, uint256 price, uint256 owe, uint256 tab, uint256 lot, address usr)
#: of an auction (clip.sol), id and usr indexed.
TAKE: Final = "0x05e309fd6ce72f2ab888a20056bb4210df08daed86f21f95053deb19964d86b1"
#: FlashLoan(address receiver, address token, uint256 amount, uint256 fee); receiver indexed.
FLASH_LOAN: Final = "0x0d7d75e01ab95780d3cd1c8ec0dd6c2ce19e3a20427eec8bf53283b6fb8e95f0"

POT: Final = "0x197e90f9fad81970ba7976f33cbd77088e5d7cf7"
DOG: Final = "0x135954d155898d42c90d2a57824c690e0c7bef1b"
#: Who mints DAI within a transaction: dss-flash, and the module before it.
LENDERS: Final = (
    "0x60744434d6339a6b27d73d9eda62b6f66a0a04fa",
    "0x1eb4cf3a948e7d72a198fe073ccb8c7a948cd853",
)
#: Who logged Bite: the module that Dog followed, and the one of before October 2020 (makerdao/dss,
#: MCD_CAT of the chain log; MCD_CAT_OLD of the spell that changed it).
CATS: Final = (
    "0xa5679c04fc3d9d8b0aab1f0ab83555b301ca70ea",
    "0x78f2c2af65126834c51822f56be0d7469d7a523e",
)

#: 45 decimals to the 18 of DAI.
_RAD: Final = 10**27

#: What they lend is made and burnt, and by nobody's name.
VOUCHED: Final = frozenset(LENDERS)
SIGNS: Final = frozenset({VAT, DAI_JOIN, DOG, *CATS, FLASH_LOAN})

#: A liquidation moves nothing at the one who owns the vault, nor what a helper draws and pays.
WITHOUT_LEGS: Final = frozenset({BARK, BITE, FROB})


#: urns(bytes32,address): uint256 ink, uint256 art, and ilks(bytes32): uint256 Art, uint256 rate,
#: uint256 spot, uint256 line, uint256 dust (vat.sol).
URNS: Final = "0x2424be5c"
ILKS: Final = "0xd9638d36"
#: Where the core is.
_NETWORK: Final = "eip155:1"


def fetch_debt(node: Node, question: Question) -> Answer:
    """What a vault owes: its normalised debt at the rate of its kind, as the core would take it.

    The rate is that of the last time when somebody had it brought up to date (jug.sol, `drip`).
    """
    who = debtor(node, question)
    if who is None or len(who.reference) != 2 or who.network != _NETWORK:
        return answered(node, question, None)
    kind, urn = (int(part, 16) for part in who.reference)
    vault, rates = who.ask(VAT, URNS, kind, urn), who.ask(VAT, ILKS, kind)
    if vault is None or rates is None or len(vault) != 2 or len(rates) != 5:
        return who.owes(None)
    return who.owes(rounded_up(vault[1], rates[1], _RAD))


def told_of(view: ActivityView) -> frozenset[str]:
    """The adapters of which the core speaks: it counted what they took, or gave, just before."""
    return genuine(view)


def recognise(view: ActivityView) -> Recognised | None:
    """Adapters first; a loan within the transaction takes the rest, or auctions; liquidations."""
    loans = _flash_loans(view)
    book, events = Book(view, NAME), tuple[Event, ...]()
    over = _adapters(view, loans)
    if view.acts:
        over = []
        for log in _adapters(view, loans):
            found = _adapted(book, log, view.without(events))
            events += found
            over += [] if found else [log]
    turned = levered(book, view.without(events), _steps(book, view.without(events), over))
    events += () if turned is None else (turned,)
    dai = erc20(view.activity.network, DAI)
    lent = flash_loan(
        view.without(events),
        [
            Loan(dai, number_in(log, 1), number_in(log, 2), log.address)
            for log in loans
            if address_in(log.topics, 1) in view.owned
        ],
        NAME,
    )
    if lent is not None:
        return book.recognised((*events, lent))
    if view.acts:
        events += _auctioned(view.without(events))
    for signature, topics, words in ((BARK, 4, 3), (BITE, 3, 3)):
        for log in logs_with(view.activity, signature, topics, words):
            events += _seized(book, log, view)
    return book.recognised(events)


def _flash_loans(view: ActivityView) -> list[Log]:
    return [log for log in logs_with(view.activity, FLASH_LOAN, 2, 3) if log.address in LENDERS]


def _adapters(view: ActivityView, loans: Iterable[Log]) -> list[Log]:
    """The logs of adapters, less those by which a lender made and burnt what it lent itself."""
    logs = [log for signature in (JOIN, EXIT) for log in logs_with(view.activity, signature, 3, 0)]
    logs.sort(key=lambda log: log.index)
    for loan in loans:
        lent = (EXIT, address_in(loan.topics, 1), number_in(loan, 1))
        made = [log for log in logs if said(log) == lent and log.address == DAI_JOIN][:1]
        back = [log for log in logs if said(log)[:2] == (JOIN, loan.address)][-1:]
        logs = [log for log in logs if log not in (*made, *back)]
    return logs


def _adapted(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """What went into an adapter or came out of it, by what the core did with it."""
    into, (_, party, wad) = log.topics[0] == JOIN, said(log)
    sign, change = -1 if into else 1, changed_for(view, log)
    party = payer(view, log) if into else party
    if change is None or not _is_ours(book, change, party):
        return _saved(book, view, sign * wad) if log.address == DAI_JOIN else ()
    vault = named(change)
    if log.address == DAI_JOIN:
        return _owed(book, view, sign * wad, vault)
    of = asset_at(view, sign * wad, {log.address})
    legs = payments(view, {of: sign * wad}) if of is not None else ()
    if not legs or of is None:
        return ()
    kept, owed = _parts(view, vault)
    owner = book.owner(legs[0].wallet, kept, owed)
    if into:
        put = book.put(owner, kept, wad, of)
        return (event(view, "lend_deposit", (*legs, *put), NAME),)
    legs, note = book.take(owner, kept, wad, legs)
    return (event(view, "lend_withdraw", legs, NAME, note),)


def _is_ours(book: Book, change: Log, party: str) -> bool:
    """Whether a vault is the fund's, or the fund, or whom it called, paid for it or was paid."""
    if party in own_hands(book.view) or is_asked_for(book.view, change):
        return True
    return any(book.holder(each) is not None for each in _parts(book.view, named(change)))


def _steps(book: Book, view: ActivityView, logs: Iterable[Log]) -> list[Step]:
    """What adapters gave a helper or took from it for a vault of the fund's.

    Where the fund does not act, as where a keeper may lever for it, the books know the vault.
    """
    steps, told = list[Step](), asker(view) if view.acts else ""
    for log in logs:
        signature, party, wad = said(log)
        into, money = signature == JOIN, log.address == DAI_JOIN
        sign = -1 if into else 1
        change, dai = changed_for(view, log, exact=True), erc20(view.activity.network, DAI)
        helper = payer(view, log) if into else party
        of = dai if money else asset_at(view, sign * wad, {log.address})
        if change is None or of is None or not helper:
            continue
        what = named(change)
        holders = (book.holder(each) for each in _parts(view, what))
        known = next((one.rpartition(":")[2] for one in holders if one is not None), "")
        owner = known or (told if is_asked_for(view, change) else "")
        does: Does = ("repay" if into else "borrow") if money else "deposit" if into else "withdraw"
        if owner:
            steps.append(Step(does, owner, helper, of, wad, what))
    return steps


def _auctioned(view: ActivityView) -> tuple[Event, ...]:
    """Collateral of others that the fund bought at auction: the core moved what was paid for it."""
    if not any(log.address == VAT for log in view.activity.logs):
        return ()
    found = trade(view, view.legs, NAME) if logs_with(view.activity, TAKE, 3, 5) else None
    return (replace(found, kind="liquidation"),) if found is not None else ()


def _parts(view: ActivityView, vault: str) -> tuple[AssetId, AssetId]:
    """What a vault holds, and what it owes."""
    network = view.activity.network
    return position(network, NAME, vault), debt(network, NAME, vault)


def _owed(book: Book, view: ActivityView, units: int, vault: str) -> tuple[Event, ...]:
    """DAI that was drawn, or went to lower the debt."""
    dai, (kept, owed) = erc20(view.activity.network, DAI), _parts(view, vault)
    legs = payments(view, {dai: units})
    if not legs:
        return ()
    change = book.owe(book.owner(legs[0].wallet, owed, kept), owed, units, dai)
    return (event(view, "borrow" if units > 0 else "repay", (*legs, *change), NAME),)


def _saved(book: Book, view: ActivityView, units: int) -> tuple[Event, ...]:
    """DAI into the savings or out of them, where no token stands for it."""
    network = view.activity.network
    dai = erc20(network, DAI)
    signature = SAVE if units < 0 else UNSAVE
    saved = any(log.address == POT for log in logs_with(view.activity, signature, 2, 0))
    legs = payments(view, {dai: units})
    if not saved or not legs or any(leg.asset != dai for leg in view.legs):
        return ()
    kept = position(network, NAME, f"savings.{legs[0].counterparty}")
    if units < 0:
        put = book.put(book.owner(legs[0].wallet, kept), kept, -units, dai)
        return (event(view, "vault_deposit", (*legs, *put), NAME),)
    kept = _savings(book, view, kept)
    back, note = book.take(book.owner(legs[0].wallet, kept), kept, units, legs)
    return (event(view, "vault_withdraw", back, NAME, note),)


def _savings(book: Book, view: ActivityView, kept: AssetId) -> AssetId:
    """The savings by who keeps them: the called contract, where DAI itself came from nowhere."""
    named = position(view.activity.network, NAME, f"savings.{view.called}")
    return named if book.holder(named) is not None else kept


def _seized(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """A vault that the books know was taken for its debt."""
    if log.address not in {DOG, *CATS}:
        return ()
    kept, owed = _parts(view, f"{log.topics[1]}.{address_in(log.topics, 2)}")
    wallet, known = book.holder(kept), view.assets.get(kept)
    if wallet is None or known is None:
        return ()
    ink = number_in(log, 0) // 10 ** max(0, 18 - known.decimals)
    legs = book.take(wallet, kept, ink, ())[0]
    due = -(-number_in(log, 2) // _RAD)
    debtor = book.owner(wallet, owed)
    if book.held(debtor, owed):
        legs += book.owe(debtor, owed, -due)
    return (event(view, "liquidation", legs, NAME),) if legs else ()
