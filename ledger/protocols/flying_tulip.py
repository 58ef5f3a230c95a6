"""Flying Tulip: a view in; loans, puts, its dollar and what stakes of it earn, out.

Sources: docs.flyingtulip.com and the contracts on Ethereum, as they log. What its manager of
positions holds or lends has no token; a put is a position whose title is a token.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._loans import Action, by_table, topic
from ledger.protocols._locks import follows, locked, unlocked
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    with_role,
    word_address,
)

NAME: Final = "flying_tulip"
RANK: Final = 0

NETWORK: Final = "eip155:1"
POSITIONS: Final = "0xbe4050a73a7fb384c65e885a15c33461a4b20055"
PUTS: Final = "0xba49d0ac42f4fba4e24a8677a22218a4df75ebaa"
MINTER: Final = "0xaa48ecbc843cf7e9a29155d112b8cb27902bd23c"
VAULT: Final = "0xeb48218a4c35c814c7678cbcae88c6ee037f7625"

#: Deposit(address u, address a, uint256 amt), Withdraw and Borrow of the same shape, Repay(address
#: u, address a, uint256 amt, bool full), DepositFor(address from, address beneficiary, address
#: asset, uint256 amount), RepayFor(address from, address borrower, address asset, uint256 amount,
#: bool full); the addresses indexed.
DEPOSIT: Final = "0x5548c837ab068cf56a2c2479df0882a4922fd203edb7517321831d95078c5f62"
WITHDRAW: Final = "0x9b1bfa7fa9ee420a16e124f794c35ac9f90472acc99140eb2f6447c714cad8eb"
BORROW: Final = "0x312a5e5e1079f5dda4e95dbbd0b908b291fd5b992ef22073643ab691572c5b52"
REPAY: Final = "0x32b9f192f046502437b65280a1ff8a435327a7bb3986b85db4a5e61b44e5d3b3"
DEPOSIT_FOR: Final = "0x9b97b64e9cc6e815f094532deb9581a5b7daa7de9eecaf344c66d6e707b0b418"
REPAY_FOR: Final = "0xfe1b46ad82b670225ffdad07a6c5d6c091daed088a1c049d9e4a3dc82124e137"
#: Invested(address investor, address recipient, uint256 id, uint256 amount, uint256 strike, address
#: token, uint256 amountInvested), Divested(address divestor, uint256 id, uint256 amount, uint256
#: strike, address token, uint256 amountDivested), Withdraw(address owner, uint256 id, uint256
#: amount) of what a put was about; nothing indexed.
INVESTED: Final = "0x6b378ba7b8aee8cdec625cbd9a7da8c6b707fff554bb1861cfde6741325be6d1"
DIVESTED: Final = "0x4ad9503b7764b141ca283f7a7aa34fc52a3ba953b692db4f46a25ff846b4ef8b"
TAKEN: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"
#: Minted(address caller, address from, address to, bytes32 ref, address collateralToken, uint256
#: collateralAmount, uint256 ftUSDAmount, uint256 feeFtUSDAmount, uint256 wrapperPrincipalAfter),
#: Redeemed with ftUSDAmount, feeFtUSDAmount and collateralAmount; from, to and collateralToken
#: indexed.
MINTED: Final = "0x454c9ef91f9a4bdcc1548f5513404ba456b13a463573701c2087c1e5a5a03b04"
REDEEMED: Final = "0x1c68c6a3f8da24e8a1966d3ce59c0b469a1270d6435af45796ec91456bb1e0e2"
#: Claimed(address user, address to, uint256 paid, uint256 remaining), the addresses indexed.
CLAIMED: Final = "0x2f6639d24651730c7bf57c95ddbf96d66d11477e4ec626876f92c22e5f365e68"

_LENDING: Final = {
    DEPOSIT: Action("deposit", 3, 1, topic(1), 0, asset=topic(2)),
    WITHDRAW: Action("withdraw", 3, 1, topic(1), 0, asset=topic(2)),
    BORROW: Action("borrow", 3, 1, topic(1), 0, asset=topic(2)),
    REPAY: Action("repay", 3, 2, topic(1), 0, asset=topic(2)),
    DEPOSIT_FOR: Action("deposit", 4, 1, topic(2), 0, asset=topic(3), through=topic(1)),
    REPAY_FOR: Action("repay", 4, 2, topic(2), 0, asset=topic(3), through=topic(1)),
}

SIGNS: Final = frozenset({POSITIONS, PUTS, MINTER, VAULT})


def recognise(view: ActivityView) -> Recognised | None:
    """Loans by their table, then puts, then what was changed into its dollar, and rewards."""
    if view.activity.network != NETWORK:
        return None
    events, book = by_table(view, NAME, _LENDING, {POSITIONS})
    units, facts = Units(view), tuple(book.facts.values())
    for log in _logs(view, PUTS, INVESTED, 1, 7):
        found = _invested(view.without(events), log, units)
        events, facts = events + found[0], facts + found[1]
    for log in _logs(view, PUTS, DIVESTED, 1, 6):
        rest = view.without(events)
        came = exact(rest, number_in(log, 5), asset=erc20(NETWORK, word_address(log, 4)))
        events += _returned(rest, log, came, units)
    for log in _logs(view, PUTS, TAKEN, 1, 3):
        rest = view.without(events)
        came = exact(rest, number_in(log, 2), other={PUTS})
        events += _returned(rest, log, came, units, paid_in_kind=True)
    for signature, out, back in ((MINTED, 2, 3), (REDEEMED, 2, 4)):
        for log in _logs(view, MINTER, signature, 4, 6):
            rest = view.without(events)
            paid, came = exact(rest, -number_in(log, out)), exact(rest, number_in(log, back))
            events += (event(view, "swap", (*paid, *came), NAME),) if paid and came else ()
    for log in _logs(view, VAULT, CLAIMED, 3, 2):
        came = exact(view.without(events), number_in(log, 0), other={VAULT})
        events += (event(view, "reward", came, NAME),) if came else ()
    return Recognised(events, facts) if events else None


def _logs(
    view: ActivityView, contract: str, signature: str, topics: int, words: int
) -> tuple[Log, ...]:
    found = logs_with(view.activity, signature, topics, words)
    return tuple(log for log in found if log.address == contract)


def _titles(view: ActivityView, number: int) -> list[Leg]:
    """The token of a put, as it is made or burnt."""
    return [
        with_role(leg, "title")
        for leg in view.legs
        if is_non_fungible(leg.asset)
        and leg.asset.endswith(f"/{number}")
        and leg.counterparty == ZERO_ADDRESS
    ]


def _invested(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """What was given for a put, which its recipient has."""
    owner, number = word_address(log, 1), number_in(log, 2)
    gave = exact(view, -number_in(log, 6), asset=erc20(NETWORK, word_address(log, 5)))
    if not gave or owner not in view.owned:
        return (), ()
    where = _put(owner, number)
    titles = _titles(view, number)
    made = locked(view, (*gave, *titles), where, NAME, units, "vault_deposit")
    named = [Asset(leg.asset, f"#{number}", 0, "nft", underlying=where[1]) for leg in titles]
    return (made,), (*follows(view, where[1], gave[0]), *named)


def _returned(
    view: ActivityView,
    log: Log,
    came: tuple[Leg, ...],
    units: Units,
    *,
    paid_in_kind: bool = False,
) -> tuple[Event, ...]:
    """What a put was worth at its strike, or what it was about in its place.

    What it was about has other units: then all of the put is gone, where its token is burnt.
    """
    owner, number = word_address(log, 0), number_in(log, 1)
    if not came or owner not in view.owned:
        return ()
    wallet, kept = _put(owner, number)
    where, titles = (units.holder(kept) or wallet, kept), _titles(view, number)
    if not paid_in_kind:
        return (unlocked(view, (*came, *titles), where, NAME, units, "vault_withdraw"),)
    held = units.of(*where) or 0
    gone = units.move(*where, -held) if held and titles else ()
    note = "" if gone else "position:unknown"
    return (event(view, "vault_withdraw", (*came, *titles, *gone), NAME, note),)


def _put(owner: str, number: int) -> tuple[WalletId, AssetId]:
    return wallet_id(NETWORK, owner), position(NETWORK, NAME, f"{PUTS}.{number}")
