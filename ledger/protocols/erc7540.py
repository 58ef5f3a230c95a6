"""Vaults that take their time (ERC-7540): a view in; requests and what was claimed for them out.

Sources: EIP-7540 (requests), EIP-7887 (what comes back of a request that was cancelled), EIP-4626
(the logs of a claim).

What is given for a request leaves at once and waits with the vault: a position of the request, in
units of what was given, until shares or assets are claimed for it. Claims do not say of which
request they are, so all of one kind at a vault are one position.
"""

from dataclasses import dataclass
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book
from ledger.protocols._vaults import DEPOSIT, WITHDRAW
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
)

NAME: Final = "erc7540"
#: A claim logs what a vault of ERC-4626 does when it acts at once: the request is known here.
RANK: Final = 9

#: DepositRequest(address controller, address owner, uint256 requestId, address sender, uint256
#: assets) and RedeemRequest of the same shape with shares; the first three indexed.
DEPOSIT_REQUEST: Final = "0xbb58420bb8ce44e11b84e214cc0de10ce5e7c24d0355b2815c3d758b514cae72"
REDEEM_REQUEST: Final = "0x1fdc681a13d8c5da54e301c7ce6542dcde4581e4725043fdab2db12ddc574506"
#: CancelDepositClaim(address controller, address receiver, uint256 requestId, address sender,
#: uint256 assets) and CancelRedeemClaim of the same shape with shares; the first three indexed.
#: Some vaults log the receiver first.
CANCEL_DEPOSIT: Final = "0x295a9a8b44c0ac92394b0da92ef469784ff064156f08dab8316760c064c6cd2f"
CANCEL_REDEEM: Final = "0x9c133d4657dc9cd12f4c08cef86ef778dbbe03f3ad3b661ff14d36bc3febb1fb"


@dataclass(frozen=True, slots=True)
class _Step:
    """What a log says: the request's kind, the event's, the words of what it is of and brings."""

    request: str
    kind: str
    topics: int
    words: int
    of: int
    brings: int


#: A request gives the amount in its last word; an end takes units of a request and brings others.
_REQUESTS: Final = {DEPOSIT_REQUEST: "deposit", REDEEM_REQUEST: "redeem"}
_ENDS: Final = {
    DEPOSIT: _Step("deposit", "vault_deposit", 3, 2, 0, 1),
    WITHDRAW: _Step("redeem", "vault_withdraw", 4, 2, 1, 0),
    CANCEL_DEPOSIT: _Step("deposit", "order_cancel", 4, 2, 1, 1),
    CANCEL_REDEEM: _Step("redeem", "order_cancel", 4, 2, 1, 1),
}

SIGNS: Final = frozenset({*_REQUESTS, *_ENDS})


def recognise(view: ActivityView) -> Recognised | None:
    """Requests of owned addresses, then what was claimed for requests that the books know."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for topic, request in _REQUESTS.items():
        for log in logs_with(view.activity, topic, 4, 2):
            events += _asked(book, view.without(events), log, request)
    for topic, step in _ENDS.items():
        for log in logs_with(view.activity, topic, step.topics, step.words):
            events += _ended(book, view.without(events), log, step)
    return book.recognised(events)


def _asked(book: Book, view: ActivityView, log: Log, request: str) -> tuple[Event, ...]:
    """What an owner gave for a request that an owned address may claim."""
    controller, owner = address_in(log.topics, 1), address_in(log.topics, 2)
    units = number_in(log, 1)
    if controller not in view.owned or owner not in view.owned or not units:
        return ()
    given = _leg(view, -units, wallet_id(view.activity.network, owner))
    if given is None:
        return ()
    wallet = wallet_id(view.activity.network, controller)
    legs = (given, *book.put(wallet, _request(view, log, request), units, given.asset))
    return (event(view, "order_open", legs, NAME),)


def _ended(book: Book, view: ActivityView, log: Log, step: _Step) -> tuple[Event, ...]:
    """What a request brought, or that it came back; of one that the books know alone."""
    kept = _request(view, log, step.request)
    wallet = book.holder(kept)
    units, brought = number_in(log, step.of), number_in(log, step.brings)
    known = None if wallet is None else book.held(wallet, kept)
    came = _leg(view, brought) if known and units else None
    if wallet is None or not known or came is None:
        return ()
    back = book.take(wallet, kept, min(units, known), ())[0]
    return (event(view, step.kind, (came, *back), NAME),)


def _request(view: ActivityView, log: Log, request: str) -> AssetId:
    return position(view.activity.network, NAME, f"{log.address}.{request}")


def _leg(view: ActivityView, units: int, wallet: WalletId | None = None) -> Leg | None:
    """The leg of just so many fungible units, of a wallet where it is given."""
    return next(
        (
            leg
            for leg in view.legs
            if leg.quantity == units
            and not is_non_fungible(leg.asset)
            and (wallet is None or leg.wallet == wallet)
        ),
        None,
    )
