"""Compound v3 (Comet): a view in; lending, collateral, loans, repayments, absorptions, rewards out.

Sources: compound-finance/comet, CometMainInterface.sol and CometCore (the market's logs),
CometRewards.sol, bulkers/BaseBulker.sol.

The market is its own share token, which follows the base asset and grows. A withdrawal beyond the
balance is a loan, a supply against a loan its repayment: the token shows only what is above zero,
the rest is a debt. Collateral is a position.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, debt, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.evidence import Answer, Question
from ledger.model.fund import wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._levered import Step, known, levered
from ledger.protocols._loans import Action, Book, Does, asset_at, named, reference_of, topic
from ledger.protocols._owed import owed_by
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
)
from ledger.transport import Node

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

#: borrowBalanceOf(address): what is owed with its interest (CometMainInterface.sol).
BORROW_BALANCE_OF: Final = "0x374c49b4"

#: Markets by network (compound-finance/comet, deployments): others log supplies and withdrawals
#: with the same words, and what of them no token shows must not be taken for a debt.
MARKETS: Final = {
    "eip155:1": (
        "0x3afdc9bca9213a35503b077a6072f3d0d5ab0840",
        "0x3d0bb1ccab520a66e607822fc55bc921738fafe3",
        "0x5d409e56d886231adaf00c8775665ad0f9897b56",
        "0xa17581a9e3356d9a858b789d68b4d866e593ae94",
        "0xc3d688b66703497daa19211eedff47f25384cdc3",
        "0xe85dc543813b8c2cfeaac371517b925a166a9293",
    ),
    "eip155:10": (
        "0x2e44e174f7d53f0212823acc11c01a11d58c5bcb",
        "0x995e394b8b2437ac8ce61ee0bc610d617962b214",
        "0xe36a30d249f7761327fd973001a32010b521b6fd",
    ),
    "eip155:130": (
        "0x2c7118c4c88b9841fcf839074c26ae8f035f2921",
        "0x6c987dde50db1dcdd32cd4175778c2a291978e2a",
    ),
    "eip155:137": (
        "0xaeb318360f27748acb200ce616e389a6c9409a07",
        "0xf25212e676d1f7f89cd72ffee66158f541246445",
    ),
    "eip155:2020": (
        "0x4006ed4097ee51c09a04c3b0951d28ccf19e6dfe",
        "0xc0afdbd1ceb621ef576ba969ce9d4cef78dbc0c0",
    ),
    "eip155:5000": ("0x606174f62cd968d8e684c645080fa694c1d7786e",),
    "eip155:8453": (
        "0x2c776041ccfe903071af44aa147368a9c8eea518",
        "0x46e6b214b524310239732d51387075e0e70970bf",
        "0x784efeb622244d2348d4f2522f8860b96fbece89",
        "0x9c4ec768c28520b50860ea7a15bd7213a9ff58bf",
        "0xb125e6687d4313864e53df431d5425969c15eb2f",
    ),
    "eip155:42161": (
        "0x6f7d514bbd4aff3bcd1140b7344b32f063dee486",
        "0x9c4ec768c28520b50860ea7a15bd7213a9ff58bf",
        "0xa5edbdd9646f8dff606d7448e414884c7d905dca",
        "0xd98be00b5d27fc98112bde293e487f8d4ca57d07",
    ),
    "eip155:534352": ("0xb2f97c1bd3bf02f5e74d13f02e3e26f93d77ce44",),
}

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

#: Who pays rewards on Ethereum, Base, Arbitrum, Polygon, Optimism and Scroll (comet, deployments).
REWARDERS: Final = frozenset(
    {
        "0x1b0e765f6224c21223aea2af16c1c46e38885a40",
        "0x123964802e6ababbe1bc9547d72ef1b69b00a6b1",
        "0x88730d254a2f7e6ac8388c3198afd694ba9f7fae",
        "0x45939657d1ca34a8fa39a924b71d28fe8431e581",
        "0x443ea0340cb75a160f31a440722dec7b5bc3c2e9",
        "0x70167d30964cbfdc315ecae02441af747be0c5ee",
    }
)
VOUCHED: Final = REWARDERS | {market for each in MARKETS.values() for market in each}

SIGNS: Final = frozenset(
    {SUPPLY, WITHDRAW, *_COLLATERAL, ABSORB_DEBT, BUY_COLLATERAL, REWARD_CLAIMED}
)

#: An absorption moves nothing where the whole debt had no token, nor what a helper draws and pays.
WITHOUT_LEGS: Final = frozenset({ABSORB_DEBT, SUPPLY, WITHDRAW})


def fetch_debt(node: Node, question: Question) -> Answer:
    """What is owed to a market with its interest, as the market says."""
    return owed_by(node, question, BORROW_BALANCE_OF)


def recognise(view: ActivityView) -> Recognised | None:
    """Each of the market's logs of an owned address, in their order."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in logs_with(view.activity, ABSORB_DEBT, 3, 2):
        events += _absorbed(book, log, view.without(events))
    over = _told(view)
    if view.acts:
        over = []
        for log in _told(view):
            found = _one(book, log, view.without(events))
            events += () if found is None else (found,)
            over += [log] if found is None else []
    rest = view.without(events)
    found = levered(book, rest, known(book, _steps(rest, over)))
    if found is not None:
        markets = MARKETS.get(view.activity.network, ())
        shares = [leg for log in over if log.address in markets for leg in _parted(rest, log)[0]]
        events += (replace(found, legs=(*found.legs, *shares)),)
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


def _steps(view: ActivityView, logs: Iterable[Log]) -> list[Step]:
    """What known markets did for an owned address, though nothing of it moved there."""
    network, steps = view.activity.network, list[Step]()
    for log in logs:
        action = _COLLATERAL.get(log.topics[0])
        if log.address not in MARKETS.get(network, ()) or log.topics[0] == BUY_COLLATERAL:
            continue
        put_in = log.topics[0] in {SUPPLY, SUPPLY_COLLATERAL}
        first, second = (address_in(log.topics, place) for place in (1, 2))
        owner, helper = (second, first) if put_in else (first, second)
        amount = number_in(log, 0)
        of = asset_at(view, -amount if put_in else amount, {log.address})
        if owner not in view.owned or of is None:
            continue
        if action is not None:
            reference = reference_of(log, action, of)
            steps.append(Step(action.does, owner, helper, of, amount, reference))
        elif (owed := _parted(view, log)[1]) > 0:
            does: Does = "repay" if put_in else "borrow"
            steps.append(Step(does, owner, helper, of, owed, log.address))
    return steps


def _parted(view: ActivityView, log: Log) -> tuple[tuple[Leg, ...], int]:
    """Shares that moved with base of which the rest is a debt, and how much that is."""
    put_in = log.topics[0] == SUPPLY
    if log.topics[0] not in {SUPPLY, WITHDRAW}:
        return (), 0
    shares = _shares(view, log, address_in(log.topics, 2 if put_in else 1), 1 if put_in else -1)
    owed = number_in(log, 0) - sum(abs(leg.quantity) for leg in shares)
    return (shares, owed) if not shares or owed > _ROUNDING else ((), 0)


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
    if not _is_market(view, log.address):
        return None
    change = book.owe(wallet_id(network, owner), debt(network, NAME, log.address), -sign * owed, of)
    return event(view, "repay" if put_in else "borrow", (*legs, *shares, *change), NAME)


def _is_market(view: ActivityView, address: str) -> bool:
    """Whether it is known, or keeps collateral of the fund's as only these markets do."""
    network = view.activity.network
    if address in MARKETS.get(network, ()):
        return True
    kept, owed = position(network, NAME, f"{address}."), debt(network, NAME, address)
    if any(asset.startswith(kept) or asset == owed for _, asset in view.held):
        return True
    logs = (log for topic_ in _COLLATERAL for log in logs_with(view.activity, topic_, 4, 1))
    return any(log.address == address for log in logs)


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
    lost, paid = _worth(view, log)
    for taken in logs_with(view.activity, ABSORB_COLLATERAL, 4, 2):
        if taken.address == log.address and address_in(taken.topics, 2) == borrower:
            asset = address_in(taken.topics, 3)
            kept = position(network, NAME, f"{log.address}.{asset}")
            units = min(number_in(taken, 0), book.held(owner, kept) or 0)
            if units:
                legs += _given(book.put(owner, kept, -units, erc20(network, asset)), lost, paid)
    cleared = number_in(log, 0) - sum(leg.quantity for leg in left)
    known = book.held(owner, owed)
    if cleared > 0 and known:
        legs += book.owe(owner, owed, -cleared)
    return (event(view, "liquidation", legs, NAME),) if legs else ()


def _worth(view: ActivityView, log: Log) -> tuple[int, int]:
    """What the market says all collateral was worth, and what it paid for it."""
    worth = sum(
        number_in(taken, 1)
        for taken in logs_with(view.activity, ABSORB_COLLATERAL, 4, 2)
        if taken.address == log.address and address_in(taken.topics, 2) == address_in(log.topics, 2)
    )
    return worth, number_in(log, 1)


def _given(legs: tuple[Leg, ...], worth: int, paid: int) -> tuple[Leg, ...]:
    """Units that were taken, with the part apart that nothing was paid for: the penalty."""
    return tuple(
        part
        for leg in legs
        for part in (
            split(leg, leg.quantity * (worth - paid) // worth, "penalty", "position")
            if 0 < paid < worth
            else (leg,)
        )
    )


def _reward(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What CometRewards paid out."""
    token = erc20(view.activity.network, address_in(log.topics, 3))
    legs = exact(view, number_in(log, 0), asset=token, other={log.address})
    return (event(view, "reward", legs, NAME),) if legs else ()
