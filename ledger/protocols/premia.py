"""Premia's pools of options, second and third version: a view in; what was bought and written out.

Sources: Premian-Labs, contracts/pool/IPoolEvents.sol of both versions. Options, obligations and
liquidity are tokens by number of the pool (ERC-1155), and no collectibles: the long one is an
option, the short one says who owes it, and is worth nothing beside the collateral in escrow.
"""

from dataclasses import dataclass
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._locks import follows
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    split,
    with_role,
)

NAME: Final = "premia"
#: Before the markets of collectibles.
RANK: Final = 5

#: Purchase(address user, uint256 longTokenId, uint256 contractSize, uint256 baseCost, uint256
#: feeCost, int128 spot64x64) and Sell of the same shape; user indexed, as of all that follow.
PURCHASE: Final = "0x4719d073a940c087132bffc1aac4f3837ca2c820d95574727828ce38f7fbc8c7"
SELL: Final = "0x2aa636510213a4ef3578d8b9fdcadcb1c62c2d77d6a452e3b60b1f59be427add"
#: Exercise(address user, uint256 longTokenId, uint256 contractSize, uint256 exerciseValue, uint256
#: fee); of the third version Exercise(address holder, uint256 contractSize, uint256 exerciseValue,
#: uint256 settlementPrice, uint256 fee) and Settle of a writer have the same shape.
EXERCISE: Final = "0x31939b125e073bbdbf69ac6eb0cb59489894a9bea509d658589af5917b53cca1"
SETTLE: Final = "0xdedacb41773f6ebd3e240ea000f14fbafbbf9920ef632afae62521453b4e7cbe"
#: Underwrite(address underwriter, address longReceiver, uint256 shortTokenId, uint256
#: intervalContractSize, uint256 intervalPremium, bool isManualUnderwrite), both addresses indexed;
#: AssignExercise(address underwriter, uint256 shortTokenId, uint256 freedAmount, uint256
#: intervalContractSize, uint256 fee), AssignSale without the fee.
UNDERWRITE: Final = "0xa30eb1f1bb0892af5e3389941c42bc7f44a8bf7b6071ecfe3e964673c908f2b2"
ASSIGNED: Final = "0x69a2ef6bf9e7ff92cbf1b71963ba1751b1abe8f99e3b3aae2ab99e416df61493"
SOLD: Final = "0x4159772091e485ef6ade165ca7a05f8d859ded92728fe2aaa7c2371c75c0cce3"
#: Deposit(address user, bool isCallPool, uint256 amount), Withdrawal(address user, bool isCallPool,
#: uint256 depositedAt, uint256 amount).
DEPOSIT: Final = "0x74a132f462598ad738fcdf934a3f668aac78953afdb0c9fb953e16e07cca511c"
WITHDRAWAL: Final = "0x477b6b4ae4e555826c33dfac094986168321f8f6295ab29cb8109c27e312e50f"
#: WriteFrom(address underwriter, address longReceiver, address taker, uint256 contractSize, uint256
#: collateral, uint256 protocolFee), the addresses indexed; Trade(address user, uint256
#: contractSize, (int256 collateral, int256 longs, int256 shorts) delta, uint256 premium, uint256
#: takerFee, uint256 protocolFee, uint256 marketPrice, uint256 liquidityRate, uint256 currentTick,
#: bool isBuy) of the third version.
WRITE_FROM: Final = "0xcc0c3fb90b71c9c9311935a2f86538074dd41811e4bb203fbc39a69417c8d998"
TRADE: Final = "0xbe6033c3d6124dcb9641ae6dc605179b839938c0da93044ef89f6b66fde73a0a"


@dataclass(frozen=True, slots=True)
class _Says:
    """What a log says: topics and words it has, and the kind by the way that tokens moved.

    `value` is the word of what was paid out for tokens that were given back.
    """

    topics: int
    words: int
    came: str
    went: str
    value: int | None = None


_SAYS: Final = {
    PURCHASE: _Says(2, 5, "option_buy", ""),
    SELL: _Says(2, 5, "", "swap"),
    EXERCISE: _Says(2, 4, "", "option_exercise", 2),
    SETTLE: _Says(2, 4, "", "option_expiry"),
    UNDERWRITE: _Says(3, 4, "option_write", ""),
    ASSIGNED: _Says(2, 4, "", "option_expiry"),
    SOLD: _Says(2, 3, "", "option_expiry"),
    DEPOSIT: _Says(2, 2, "pool_deposit", ""),
    WITHDRAWAL: _Says(2, 3, "", "pool_withdraw"),
    WRITE_FROM: _Says(4, 3, "option_write", ""),
    TRADE: _Says(2, 11, "option_buy", "swap"),
}
#: The number of what a writer owes in pools of the third version.
_SHORT: Final = "/0"
_NUMBER: Final = ".0"
#: The number of an option there, and the word of what exercising it is worth.
_LONG: Final = "/1"
_VALUE: Final = 1
_THIRD: Final = frozenset({WRITE_FROM, TRADE, SETTLE})
#: Logs whose tokens may be a writer's.
_WRITERS: Final = _THIRD | {UNDERWRITE, ASSIGNED, SOLD}

SIGNS: Final = frozenset(_SAYS)


def recognise(view: ActivityView) -> Recognised | None:
    """Each log of an owned address with the tokens of its pool, and the money on the other side."""
    events: tuple[Event, ...] = ()
    facts: dict[AssetId, Asset] = {}
    units = Units(view)
    for topic, says in _SAYS.items():
        for log in logs_with(view.activity, topic, says.topics, says.words):
            who = {address_in(log.topics, place) for place in range(1, len(log.topics))}
            if len(log.topics) == says.topics and who & view.owned:
                found = _named(view.without(events), log, says, units)
                events += found
                facts |= {asset.id: asset for one in found for asset in _facts(view, one, log)}
    return Recognised(events, tuple(facts.values())) if events else None


def _facts(view: ActivityView, one: Event, log: Log) -> list[Asset]:
    """That a writer's tokens say whose the collateral is, and which asset it follows."""
    made = [leg.asset for leg in one.legs if leg.role == "position" and leg.quantity > 0]
    paid = [leg for leg in one.legs if leg.role == "plain" and leg.quantity < 0]
    follow = follows(view, made[0], paid[0]) if made and paid else ()
    return [*follow] + [
        Asset(
            leg.asset,
            f"short #{leg.asset.rpartition('/')[2]}",
            0,
            "nft",
            underlying=position(one.network, NAME, f"{log.address}.{leg.asset.rpartition('/')[2]}"),
        )
        for leg in one.legs
        if leg.role == "title"
    ]


def _named(view: ActivityView, log: Log, says: _Says, units: Units) -> tuple[Event, ...]:
    """Tokens of the pool that were made or burnt, with what was paid or came for them."""
    pieces = _pieces(view, log, says)
    if not pieces:
        return ()
    came = pieces[0].quantity > 0
    kind = says.came if came else says.went
    if not came and says.value is not None:
        third = pieces[0].asset.endswith(_LONG)
        kind = kind if number_in(log, _VALUE if third else says.value) else "option_expiry"
    if log.topics[0] == TRADE and pieces[0].asset.endswith(_SHORT):
        kind = "option_write" if came else "option_expiry"
    money = _money(view, log, paid=came)
    needs = kind in {"option_buy", "swap", "pool_deposit", "pool_withdraw", "option_exercise"}
    if not kind or (needs and not money):
        return ()
    short = _SHORT if log.topics[0] in _THIRD else f"/{number_in(log, 0)}"
    writes = log.topics[0] in _WRITERS
    legs = (
        with_role(leg, "title") if writes and leg.asset.endswith(short) else leg for leg in pieces
    )
    held, note = _collateral(view, log, kind, money, units) if writes else (money, "")
    return (event(view, kind, (*legs, *held), NAME, note),)


def _collateral(
    view: ActivityView, log: Log, kind: str, money: tuple[Leg, ...], units: Units
) -> tuple[tuple[Leg, ...], str]:
    """What a pool of the third version keeps for who wrote its options, until they are settled.

    What comes back beyond it is the premium, what does not was paid to their holders: both are the
    result. All that a writer has there is settled at once.
    """
    owner, network = address_in(log.topics, 1), view.activity.network
    if log.topics[0] not in _THIRD or owner not in view.owned:
        return money, ""
    wallet, kept = wallet_id(network, owner), position(network, NAME, f"{log.address}{_NUMBER}")
    total = sum(leg.quantity for leg in money)
    if kind == "option_write" and total < 0:
        return (*money, *units.move(wallet, kept, -total)), ""
    held = units.of(wallet, kept)
    if kind != "option_expiry":
        return money, ""
    if log.topics[0] != SETTLE or not held:
        # how much of it some options alone keep nobody says
        return money, "position:unknown"
    back = min(held, total)
    more = split(money[0], total - back, "reward") if money else ()
    lost = units.move(wallet, kept, back - held)
    gone = units.move(wallet, kept, -back)
    return (*more, *money[1:], *gone, *(with_role(leg, "reward") for leg in lost)), ""


def _pieces(view: ActivityView, log: Log, says: _Says) -> list[Leg]:
    """The tokens of the pool that moved, those of one way first: a writer's liquidity goes too."""
    found = [
        leg
        for leg in view.legs
        if f"/erc1155:{log.address}/" in leg.asset
        and leg.counterparty in {ZERO_ADDRESS, log.address}
    ]
    first = [leg for leg in found if (says.came if leg.quantity > 0 else says.went)]
    return first + [leg for leg in found if leg not in first] if first else []


def _money(view: ActivityView, log: Log, *, paid: bool) -> tuple[Leg, ...]:
    """What was paid to the pool or came from it; what came back of a payment is a refund."""
    parties = {log.address, view.called}
    moved = [
        leg for leg in view.legs if leg.counterparty in parties and not is_non_fungible(leg.asset)
    ]
    main = [leg for leg in moved if (leg.quantity < 0) == paid]
    given = {leg.asset for leg in main}
    return tuple(
        leg if leg in main else with_role(leg, "refund") for leg in moved if leg.asset in given
    )
