"""Compound v3 (Comet): a view in; lending, collateral, loans, repayments, absorptions, rewards out.

Sources: compound-finance/comet, CometMainInterface.sol and CometCore (the market's logs),
CometRewards.sol, bulkers/BaseBulker.sol.

The market is its own share token, which follows the base asset and grows. A withdrawal beyond the
balance is a loan, a supply against a loan its repayment: the token shows only what is above zero,
the rest is a debt. Collateral is a position.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, debt, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Action, Book, asset_at, named, topic
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
)

NAME: Final = "compound_v3"
RANK: Final = 10

#: Supply(address from, address dst, uint256 amount), Withdraw(address src, address to, uint256
#: amount); the addresses indexed.
SUPPLY: Final = "0xd1cf3d156d5f8f0d50f6c122ed609cec09d35c9b9fb3fff6ea0959134dae424e"
WITHDRAW: Final = "0x9b1bfa7fa9ee420a16e124f794c35ac9f90472acc99140eb2f6447c714cad8eb"
#: SupplyCollateral(address from, address dst, address asset, uint256 amount),
#: WithdrawCollateral(address src, address to, address asset, uint256 amount); addresses indexed.
SUPPLY_COLLATERAL: Final = "0xfa56f7b24f17183d81894d3ac2ee654e3c26388d17a28dbd9549b8114304e1f4"
WITHDRAW_COLLATERAL: Final = "0xd6d480d5b3068db003533b170d67561494d72e3bf9fa40a266471351ebba9e16"
#: AbsorbDebt(address absorber, address borrower, uint256 basePaidOut, uint256 usdValue),
#: AbsorbCollateral(address absorber, address borrower, address asset, uint256 collateralAbsorbed,
#: uint256 usdValue); the addresses indexed.
ABSORB_DEBT: Final = "0x1547a878dc89ad3c367b6338b4be6a65a5dd74fb77ae044da1e8747ef1f4f62f"
ABSORB_COLLATERAL: Final = "0x9850ab1af75177e4a9201c65a2cf7976d5d28e40ef63494b44366f86b2f9412e"
#: BuyCollateral(address buyer, address asset, uint256 baseAmount, uint256 collateralAmount); the
#: addresses indexed.
BUY_COLLATERAL: Final = "0xf891b2a411b0e66a5f0a6ff1368670fefa287a13f541eb633a386a1a9cc7046b"
#: RewardClaimed(address src, address recipient, address token, uint256 amount) of CometRewards; the
#: addresses indexed.
REWARD_CLAIMED: Final = "0x2422cac5e23c46c890fdcf42d0c64757409df6832174df639337558f09d99c68"

#: The market counts principal: what it says of units may be rounded by so many.
_ROUNDING: Final = 2

_COLLATERAL: Final = {
    SUPPLY_COLLATERAL: Action(
        "deposit", 4, 1, owner=topic(2), amount=0, asset=topic(3), through=topic(1)
    ),
    WITHDRAW_COLLATERAL: Action(
        "withdraw", 4, 1, owner=topic(1), amount=0, asset=topic(3), through=topic(2)
    ),
}

SIGNS: Final = frozenset(
    {SUPPLY, WITHDRAW, *_COLLATERAL, ABSORB_DEBT, BUY_COLLATERAL, REWARD_CLAIMED}
)

#: An absorption moves nothing where the whole debt had no token.
WITHOUT_LEGS: Final = frozenset({ABSORB_DEBT})


def recognise(view: ActivityView) -> Recognised | None:
    """Each of the market's logs of an owned address, in their order."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in logs_with(view.activity, ABSORB_DEBT, 3, 2):
        events += _absorbed(book, log, view.without(events))
    if view.acts:
        for log in _told(view):
            found = _one(book, log, view.without(events))
            events += () if found is None else (found,)
    for log in logs_with(view.activity, REWARD_CLAIMED, 4, 1):
        events += _reward(view.without(events), log)
    return book.recognised(events)


def _told(view: ActivityView) -> list[Log]:
    least = {SUPPLY: (3, 1), WITHDRAW: (3, 1), BUY_COLLATERAL: (3, 2)}
    least |= dict.fromkeys(_COLLATERAL, (4, 1))
    logs = [
        log
        for signature, (topics, words) in least.items()
        for log in logs_with(view.activity, signature, topics, words)
    ]
    return sorted(logs, key=lambda log: log.index)


def _one(book: Book, log: Log, rest: ActivityView) -> Event | None:
    signature = log.topics[0]
    if signature in _COLLATERAL:
        return named(book, log, _COLLATERAL[signature], rest)
    if signature == BUY_COLLATERAL:
        return _bought(rest, log)
    return _base(book, log, rest, put_in=signature == SUPPLY)


def _base(book: Book, log: Log, view: ActivityView, *, put_in: bool) -> Event | None:
    """Base that was supplied or withdrawn: what the token does not show of it is debt."""
    owner, payer = address_in(log.topics, 2 if put_in else 1), address_in(log.topics, 1)
    sign = 1 if put_in else -1
    amount = number_in(log, 0)
    of = asset_at(view, -sign * amount, {log.address})
    if of is None or owner not in view.owned:
        return None
    via = payer if put_in else address_in(log.topics, 2)
    legs = payments(view, {of: -sign * amount}, via) or payments(view, {of: -sign * amount})
    if not legs:
        return None
    network, shares = view.activity.network, _shares(view, log, owner, sign)
    owed = amount - sum(abs(leg.quantity) for leg in shares)
    if shares:
        book.facts |= _share_token(view, log.address, of)
    if owed <= _ROUNDING and shares:
        return event(view, "lend_deposit" if put_in else "lend_withdraw", (*legs, *shares), NAME)
    change = book.owe(wallet_id(network, owner), debt(network, NAME, log.address), -sign * owed, of)
    return event(view, "repay" if put_in else "borrow", (*legs, *shares, *change), NAME)


def _shares(view: ActivityView, log: Log, owner: str, sign: int) -> tuple[Leg, ...]:
    """The market's token that was made or burnt right after its log."""
    token, wallet = (
        erc20(view.activity.network, log.address),
        wallet_id(view.activity.network, owner),
    )
    made = {
        one.index
        for one in view.activity.transfers
        if one.asset == token and one.log_index == log.index + 1
    }
    found = [
        leg
        for leg in view.legs
        if leg.claim is not None
        and leg.claim[1] in made
        and leg.wallet == wallet
        and leg.counterparty == ZERO_ADDRESS
        and (leg.quantity > 0) == (sign > 0)
    ]
    return tuple(found[:1])


def _share_token(view: ActivityView, market: str, of: AssetId) -> dict[AssetId, Asset]:
    """The market's token follows its base asset and grows with interest."""
    base, token = view.assets.get(of), erc20(view.activity.network, market)
    if base is None:
        return {}
    return {
        token: Asset(
            token, f"c{base.symbol}v3", base.decimals, "token", underlying=of, accrues="interest"
        )
    }


def _bought(view: ActivityView, log: Log) -> Event | None:
    """Collateral that was absorbed earlier, bought from the market for base."""
    if address_in(log.topics, 1) not in view.owned:
        return None
    base, units = number_in(log, 0), number_in(log, 1)
    of = asset_at(view, -base, {log.address})
    if of is None:
        return None
    collateral = erc20(view.activity.network, address_in(log.topics, 2))
    legs = payments(view, {of: -base, collateral: units})
    return event(view, "swap", legs, NAME) if len(legs) > 1 else None


def _absorbed(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """All collateral of an owned borrower went to the market, which cleared the debt.

    What the collateral was worth beyond the debt stays as base: the token shows it.
    """
    network, borrower = view.activity.network, address_in(log.topics, 2)
    if borrower not in view.owned:
        return ()
    owner, owed = wallet_id(network, borrower), debt(network, NAME, log.address)
    left = _shares(view, log, borrower, 1)
    legs: tuple[Leg, ...] = left
    for taken in logs_with(view.activity, ABSORB_COLLATERAL, 4, 2):
        if taken.address == log.address and address_in(taken.topics, 2) == borrower:
            asset = address_in(taken.topics, 3)
            kept = position(network, NAME, f"{log.address}.{asset}")
            units = min(number_in(taken, 0), book.held(owner, kept) or 0)
            if units:
                legs += book.put(owner, kept, -units, erc20(network, asset))
    cleared = number_in(log, 0) - sum(leg.quantity for leg in left)
    known = book.held(owner, owed)
    if cleared > 0 and known:
        legs += book.owe(owner, owed, -cleared)
    return (event(view, "liquidation", legs, NAME),) if legs else ()


def _reward(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What CometRewards paid out."""
    token = erc20(view.activity.network, address_in(log.topics, 3))
    legs = [
        leg
        for leg in view.legs
        if leg.asset == token
        and leg.quantity == number_in(log, 0)
        and leg.counterparty == log.address
    ][:1]
    return (event(view, "reward", legs, NAME),) if legs else ()
