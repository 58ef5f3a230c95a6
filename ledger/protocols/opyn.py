"""Opyn: a view in; options written, closed, exercised and expired out.

Source: opynfinance/GammaProtocol, contracts/core/Controller.sol.

Who mints an option gives collateral for it, which its vault keeps: a position. He holds the option
and owes it as well: a debt in units of the option, until he gives as many back or its time is over.
Who holds one burns it for what it pays, if anything.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._loans import Book
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
    split,
    word_address,
)

NAME: Final = "opyn"
RANK: Final = 0

#: CollateralAssetDeposited(address asset, address accountOwner, address from, uint256 vaultId,
#: uint256 amount) and CollateralAssetWithdrawed with to; ShortOtokenMinted(address otoken,
#: address accountOwner, address to, uint256 vaultId, uint256 amount) and ShortOtokenBurned with
#: from; the addresses indexed.
COLLATERAL_DEPOSITED: Final = "0xbfab88b861f171b7db714f00e5966131253918d55ddba816c3eb94657d102390"
COLLATERAL_WITHDRAWN: Final = "0xfe86f7694b6c54a528acbe27be61dd4a85e9a89aeef7f650a1b439045ccee5a4"
SHORT_MINTED: Final = "0x4d7f96086c92b2f9a254ad21548b1c1f2d99502c7949508866349b96bb1a8d8a"
SHORT_BURNED: Final = "0xdd96b18f26fd9950581b9fd821fa907fc318845fc4d220b825a7b19bfdd174e8"
#: Redeem(address otoken, address redeemer, address receiver, address collateralAsset,
#: uint256 otokenBurned, uint256 payout), the first three indexed.
REDEEM: Final = "0x18fd144d7dbcbaa6f00fd47a84adc7dc3cc64a326ffa2dc7691a25e3837dba03"
#: VaultSettled(address accountOwner, address oTokenAddress, address to, uint256 payout,
#: uint256 vaultId, uint256 vaultType), the first two and vaultType indexed.
VAULT_SETTLED: Final = "0x522cda7dd0677ee4c9512efd8aa92af93de64b4c2fe2f8bfe7a9234a655a9bf5"

#: topic → sign of the leg as its party sees it
SIDES: Final = {
    COLLATERAL_DEPOSITED: -1,
    COLLATERAL_WITHDRAWN: 1,
    SHORT_MINTED: 1,
    SHORT_BURNED: -1,
}
_WRITTEN: Final = frozenset({COLLATERAL_DEPOSITED, SHORT_MINTED})

#: The pool of margins holds what the controller logs (opynfinance/GammaProtocol, deployment).
CONTROLLER: Final = "0x4ccc2339f87f6c59c6893e1a678c2266ca58dc72"
VOUCHED: Final = frozenset({CONTROLLER})

SIGNS: Final = frozenset({*SIDES, REDEEM, VAULT_SETTLED})
#: A vault all of whose collateral went to those who held its options pays nothing.
WITHOUT_LEGS: Final = frozenset({VAULT_SETTLED})


def recognise(view: ActivityView) -> Recognised | None:
    """What vaults were given for what they minted is one event, and what they gave back another."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in logs_with(view.activity, REDEEM, 4, 3):
        events += _redeemed(view.without(events), log)
    for kind in ("option_write", "option_expiry"):
        events += _changed(book, view.without(events), kind)
    for log in logs_with(view.activity, VAULT_SETTLED, 4, 3):
        if address_in(log.topics, 1) in view.owned:
            events += _settled(book, view.without(events), log)
    return book.recognised(events)


def _changed(book: Book, view: ActivityView, kind: str) -> tuple[Event, ...]:
    """What vaults took and minted, or burnt and gave back."""
    legs: dict[Leg, None] = {}
    notes: set[str] = set()
    for topic in SIDES:
        if (topic in _WRITTEN) == (kind == "option_write"):
            for log in logs_with(view.activity, topic, 4, 2):
                found, note = _moved(book, view, log)
                legs |= dict.fromkeys(found)
                notes.add(note)
    return (event(view, kind, legs, NAME, " ".join(sorted(notes - {""}))),) if legs else ()


def _moved(book: Book, view: ActivityView, log: Log) -> tuple[tuple[Leg, ...], str]:
    """The leg of an owned party of a log, coin in place of its token too, and what its vault holds.

    What moved for a vault of somebody else's is not known to be the fund's any more.
    """
    owner, party = address_in(log.topics, 2), address_in(log.topics, 3)
    topic, units = log.topics[0], number_in(log, 1)
    asset = erc20(view.activity.network, address_in(log.topics, 1))
    legs = payments(view, {asset: SIDES[topic] * units}) if {owner, party} & view.owned else ()
    if owner not in view.owned:
        own = topic in {COLLATERAL_DEPOSITED, COLLATERAL_WITHDRAWN}
        return (legs, "position:unknown") if own and legs else ((), "")
    wallet = wallet_id(view.activity.network, owner)
    kept, owed = _vault(view, owner, number_in(log, 0), address_in(log.topics, 1))
    if topic == SHORT_MINTED:
        return (*legs, *book.owe(wallet, owed, units, asset)), ""
    if not legs:
        return (), ""
    if topic == COLLATERAL_DEPOSITED:
        return (*legs, *book.put(wallet, kept, units, asset)), ""
    if topic == COLLATERAL_WITHDRAWN:
        return book.take(wallet, kept, units, legs)
    less = book.owe(wallet, owed, -units)
    return (*legs, *less), "" if less else "position:unknown"


def _vault(view: ActivityView, owner: str, number: int, option: str) -> tuple[AssetId, AssetId]:
    """The collateral that a vault keeps, and what its owner owes of an option."""
    network = view.activity.network
    return (
        position(network, NAME, f"{owner}.{number}"),
        debt(network, NAME, f"{owner}.{number}.{option}"),
    )


def _settled(book: Book, view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Collateral that comes back when its options are over; what is missing of it paid for them."""
    owner, payout = address_in(log.topics, 1), number_in(log, 1)
    wallet = wallet_id(view.activity.network, owner)
    kept, owed = _vault(view, owner, number_in(log, 2), address_in(log.topics, 2))
    came = exact(view, payout) if payout else ()
    held, units = book.held(wallet, kept) or 0, book.held(wallet, owed) or 0
    if bool(came) != bool(payout) or not (came or held):
        return ()
    if not held:
        return (event(view, "option_expiry", came, NAME, "position:unknown"),)
    back = min(held, payout)
    parts = split(came[0], payout - back, "reward") if came else ()
    over = book.owe(wallet, owed, -units) if units else ()
    gone = book.take(wallet, kept, back, ())[0] if back else ()
    if back == held:
        return (event(view, "option_expiry", (*parts, *gone, *over), NAME),)
    paid = event(
        view, "option_exercise", (*book.take(wallet, kept, held - back, ())[0], *over), NAME
    )
    return (event(view, "option_expiry", (*parts, *gone), NAME), paid) if parts else (paid,)


def _redeemed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """An option burnt by its holder for what it paid; for nothing it has expired."""
    network = view.activity.network
    option = erc20(network, address_in(log.topics, 1))
    burnt = exact(view, -number_in(log, 1), asset=option, other={ZERO_ADDRESS, log.address})
    payout = number_in(log, 2)
    came = exact(view, payout, asset=erc20(network, word_address(log, 0))) if payout else ()
    if not burnt:
        return ()
    return (event(view, "option_exercise" if came else "option_expiry", (*burnt, *came), NAME),)
