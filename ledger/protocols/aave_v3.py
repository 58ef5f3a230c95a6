"""Aave v3 and its forks: a view in; deposits, loans, repayments, liquidations, flash loans out.

Sources: aave-v3-core, IPool.sol (the pool's logs), IScaledBalanceToken.sol (`Mint`, `Burn`),
PoolLogic of flash loans; addresses from the Aave address book (bgd-labs/aave-address-book).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ledger.model.asset import Asset, AssetId, contract_of, erc20, native
from ledger.model.event import Claim, Event, Leg
from ledger.protocols import _aave_pools
from ledger.protocols._aave_legs import (
    Action,
    debts_of,
    earned,
    holders,
    in_window,
    moved_with,
    others,
    receipts_of,
)
from ledger.protocols._delegated import Does, by_others, lent_by_others, liquidated
from ledger.protocols._levered import own_collateral, own_part, wraps_coin
from ledger.protocols._scaled import MINT, scaled, settled_by_transfer
from ledger.shapes import (
    ActivityView,
    Loan,
    Recognised,
    event,
    flash_loan,
    logs_with,
    number_in,
    payments,
    word_address,
)

NAME: Final = "aave_v3"
RANK: Final = 0

#: Supply(address reserve, address user, address onBehalfOf, uint256 amount, uint16 referralCode);
#: reserve, onBehalfOf and referralCode indexed.
SUPPLY: Final = "0x2b627736bca15cd5381dcf80b0bf11fd197d01a037c52b927a881a10fb73ba61"
#: Withdraw(address reserve, address user, address to, uint256 amount); the addresses indexed.
WITHDRAW: Final = "0x3115d1449a7b732c986cba18244e897a450f61e1bb8d589cd2e69e6c8924f9f7"
#: Borrow(address reserve, address user, address onBehalfOf, uint256 amount, uint8 interestRateMode,
#: uint256 borrowRate, uint16 referralCode); reserve, onBehalfOf and referralCode indexed.
BORROW: Final = "0xb3d084820fb1a9decffb176436bd02558d15fac9b0ddfed8c465bc7359d7dce0"
#: Repay(address reserve, address user, address repayer, uint256 amount, bool useATokens); the
#: addresses indexed.
REPAY: Final = "0xa534c8dbe71f871f9f3530e97a74601fea17b426cae02e1c5aee42c96c784051"
#: LiquidationCall(address collateralAsset, address debtAsset, address user, uint256 debtToCover,
#: uint256 liquidatedCollateralAmount, address liquidator, bool receiveAToken); the first three
#: indexed.
LIQUIDATION_CALL: Final = "0xe413a321e8681d831f4dbccbca790d2952b56f977908e45be37335533e005286"
#: FlashLoan(address target, address initiator, address asset, uint256 amount,
#: uint8 interestRateMode, uint256 premium, uint16 referralCode); target, asset and referralCode
#: indexed.
FLASH_LOAN: Final = "0xefefaba5e921573100900a3ad9cf29f222d995fb3b6045797eaea7521bd8d6f0"

#: topic → least number of topics and words of data
ACTIONS: Final = {
    SUPPLY: (4, 2),
    WITHDRAW: (4, 1),
    BORROW: (4, 4),
    REPAY: (4, 2),
    LIQUIDATION_CALL: (4, 4),
    FLASH_LOAN: (4, 4),
}


POOLS: Final = _aave_pools.POOLS
FORKS: Final = _aave_pools.FORKS
_NAMES: Final = dict.fromkeys(POOLS, NAME) | {pool: name for (_, pool), name in FORKS.items()}
#: Where the amount stands in what a helper may do for somebody else.
_DRAWN: Final = {SUPPLY: 1, BORROW: 1, REPAY: 0}
_OWED: Final[dict[str, tuple[Does, int]]] = {BORROW: ("borrow", 1), REPAY: ("repay", 0)}
VOUCHED: Final = frozenset({*_NAMES, SUPPLY, WITHDRAW, FLASH_LOAN, MINT})

SIGNS: Final = frozenset({*ACTIONS, FLASH_LOAN, MINT})


def recognise(view: ActivityView) -> Recognised | None:
    """The pool's logs that concern an owned address; a flash loan takes what is no liquidation."""
    network, actions = view.activity.network, _actions(view)
    loans = [action for action in actions if action.topic == FLASH_LOAN and _ours(view, action)]
    taken = [
        Loan(erc20(network, loan.party(2)), number_in(loan.log, 1), number_in(loan.log, 3))
        for loan in loans
    ]
    events, learnt = _read(view, actions if loans else (), (), (LIQUIDATION_CALL,))
    lent = flash_loan(view.without(events), taken, _protocol(view, loans[0])) if loans else None
    if lent is not None:
        return Recognised((*events, lent), learnt)
    # where we do not act, anybody can log a deposit for us with a token of his own making
    only = tuple(ACTIONS) if view.acts else (LIQUIDATION_CALL,)
    events, learnt = ((), ()) if view.acts else by_others(view, _OWED, _NAMES)
    events = (*events, *settled_by_transfer(view.without(events), NAME))
    turned = _levered(view.without(events), actions) if view.acts else None
    if turned is not None:
        events, learnt = (*events, turned[0]), (*learnt, *turned[1])
    events, more = _read(view, actions, events, only)
    facts = tuple({asset.id: asset for asset in (*learnt, *more)}.values())
    return Recognised(events, facts) if events else None


def _read(
    view: ActivityView, actions: Iterable[Action], events: tuple[Event, ...], only: Iterable[str]
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """The events with those of actions of some topics, and what they tell of tokens."""
    facts: tuple[Asset, ...] = ()
    for action in actions:
        named = _named(view.without(events), action) if action.topic in only else None
        if named is not None:
            events, facts = (*events, named[0]), (*facts, *named[1])
    return events, facts


# ---- logs --------------------------------------------------------------------------------------


def _actions(view: ActivityView) -> tuple[Action, ...]:
    logs = [
        log
        for topic, (topics, words) in ACTIONS.items()
        for log in logs_with(view.activity, topic, topics, words)
    ]
    moved = scaled(view)
    actions, since = [], -1
    for log in sorted(logs, key=lambda log: log.index):
        between = tuple(each for each in moved if since < each.index < log.index)
        loan = log.topics[0] in {BORROW, REPAY}
        actions.append(Action(log, between, since, loan))
        since = log.index
    return tuple(actions)


def _ours(view: ActivityView, action: Action) -> bool:
    """Whether an owned address took the flash loan, and owes nothing of it afterwards."""
    takers = {action.party(1), word_address(action.log, 0)}
    return bool(takers & view.owned) and number_in(action.log, 2) == 0


def _protocol(view: ActivityView, action: Action) -> str:
    return FORKS.get((view.activity.network, action.log.address), NAME)


# ---- deposits, loans, liquidations -------------------------------------------------------------


def _named(view: ActivityView, action: Action) -> tuple[Event, tuple[Asset, ...]] | None:
    """The event of one of the pool's logs and what it tells of tokens; None if it is not ours."""
    readers = {SUPPLY: _supply, WITHDRAW: _withdraw, BORROW: _borrow, REPAY: _repay}
    readers |= {LIQUIDATION_CALL: _liquidation}
    return readers[action.topic](view, action) if action.topic in readers else None


def _levered(
    view: ActivityView, actions: Iterable[Action]
) -> tuple[Event, tuple[Asset, ...]] | None:
    """Loans and repayments of ours in a helper's hands, with what the fund gave it or had of it.

    Where collateral is put up with what was drawn, a debt turned into another one, or collateral
    sold to repay, nothing but the pool's tokens and the fund's own share moves at the fund. What a
    helper only put up came out of another pool, or was traded for what the fund gave.
    """
    network, helpers, paid_for = view.activity.network, {view.called}, set[Claim | None]()
    legs, facts, done = list[Leg](), list[Asset](), list[Action]()
    for action in actions:
        log, owner, place = action.log, action.party(2), _DRAWN.get(action.topic)
        if place is None or owner not in view.owned or log.address not in _NAMES:
            continue
        reserve, amount = erc20(network, action.party(1)), number_in(log, place)
        helper = action.party(3) if action.topic == REPAY else word_address(log, 0)
        moved = amount if action.topic == BORROW else -amount
        by_tokens = bool(number_in(log, 1)) and action.topic == REPAY
        paid = payments(view, {reserve: moved}, helper)
        if helper in view.owned or by_tokens or paid:
            paid_for |= {leg.claim for leg in paid}
            continue
        if action.topic == SUPPLY:
            found = receipts_of(view, action, holders(view, action, reserve, amount))
        else:
            found = debts_of(view, action, owner)
        if found:
            helpers.add(helper)
            legs += found
            done.append(action)
            facts += _event(view, action, "borrow", found, reserve)[1]
    does, taken = {action.topic for action in done}, {leg.claim for leg in legs} | paid_for
    own = [leg for leg in own_part(view, helpers) if leg.claim not in taken]
    if BORROW not in does and _cuts(view, [*legs, *own]):
        own = []
    if not done or (does == {SUPPLY} and not _gave_to(view, done, own)):
        return None
    kind = "repay" if REPAY in does else "borrow" if BORROW in does else _put_up(view, done, own)
    whole = [*legs, *own]
    note = own_collateral(view, whole, facts) if does - {SUPPLY} else ""
    return event(view, kind, whole, _protocol(view, done[0]), note), tuple(facts)


def _cuts(view: ActivityView, legs: Iterable[Leg]) -> bool:
    """Whether something else came than these legs: they would be one side of a trade.

    Anybody can supply a little for the fund, or pay a little back, in the midst of one.
    """
    claims = {leg.claim for leg in legs}
    return any(leg.quantity > 0 and leg.claim not in claims for leg in view.legs)


def _gave_to(view: ActivityView, done: Iterable[Action], own: Iterable[Leg]) -> bool:
    """Whether the fund gave something to those who only supplied for it, or called them with it."""
    gave = {leg.counterparty for leg in own if leg.quantity < 0}
    return bool(gave) and {word_address(action.log, 0) for action in done} <= gave | {view.called}


def _put_up(view: ActivityView, done: Iterable[Action], own: Iterable[Leg]) -> str:
    """What a helper put up of the fund's: the reserve itself, though it kept some of it; the same
    reserve out of another pool; or a trade.
    """
    reserves = {erc20(view.activity.network, action.party(1)) for action in done}
    coin = native(view.activity.network)
    pools = {one.sender for one in view.activity.transfers if one.asset in reserves}
    given = [leg for leg in own if leg.quantity < 0]
    itself = reserves | ({coin} if any(wraps_coin(view, each) for each in reserves) else set())
    if all(leg.asset in itself for leg in given):
        return "lend_deposit"
    return "migrate" if all(contract_of(leg.asset) in pools for leg in given) else "swap"


def _supply(view: ActivityView, action: Action) -> tuple[Event, tuple[Asset, ...]] | None:
    reserve, amount = erc20(view.activity.network, action.party(1)), number_in(action.log, 1)
    receipts = receipts_of(view, action, holders(view, action, reserve, amount))
    paid = payments(view, {reserve: -amount})
    if not receipts or not paid:
        return None
    return _event(view, action, "lend_deposit", (*paid, *receipts), reserve)


def _withdraw(view: ActivityView, action: Action) -> tuple[Event, tuple[Asset, ...]] | None:
    reserve, amount = erc20(view.activity.network, action.party(1)), number_in(action.log, 0)
    receipts = receipts_of(view, action, holders(view, action, reserve, amount))
    receipts = receipts or earned(view, action, amount, "position")
    came = payments(view, {reserve: amount}, via=action.party(2))
    if not receipts or not came:
        return None
    return _event(view, action, "lend_withdraw", (*came, *receipts), reserve)


def _borrow(view: ActivityView, action: Action) -> tuple[Event, tuple[Asset, ...]] | None:
    reserve, amount = erc20(view.activity.network, action.party(1)), number_in(action.log, 1)
    debts = debts_of(view, action, action.party(2))
    came = payments(view, {reserve: amount})
    if not came or not (debts or lent_by_others(view, action.party(2), came)):
        return None
    return _event(view, action, "borrow", (*came, *debts), reserve)


def _repay(view: ActivityView, action: Action) -> tuple[Event, tuple[Asset, ...]] | None:
    reserve, amount = erc20(view.activity.network, action.party(1)), number_in(action.log, 0)
    debts = debts_of(view, action, action.party(2)) or earned(view, action, amount, "debt")
    if not debts:
        return None
    owed = {leg.asset for leg in debts}
    paid = payments(view, {reserve: -amount}, via=action.party(3))
    if number_in(action.log, 1):
        tokens = {each.token for each in action.scaled}
        paid = tuple(leg for leg in receipts_of(view, action, tokens) if leg.asset not in owed)
    return _event(view, action, "repay", (*paid, *debts), reserve)


def _liquidation(view: ActivityView, action: Action) -> tuple[Event, tuple[Asset, ...]] | None:
    """Seen by the liquidator: a debt is paid, collateral comes. Seen by the user: both are gone."""
    network, user = view.activity.network, action.party(3)
    collateral, owed = (erc20(network, action.party(place)) for place in (1, 2))
    if user in view.owned and not view.acts and action.log.address in _NAMES:
        found = liquidated(view, action.log, _protocol(view, action))
        if found is not None:
            return found
    if user in view.owned:
        # what the last of the collateral does not pay for is written off, of each reserve
        debts = debts_of(view, action, user, every=True)
        tokens = {each.token for each in action.scaled if each.user == user}
        tokens |= moved_with(view, action, user)
        owed_tokens = {leg.asset for leg in debts}
        lost = tuple(
            leg for leg in receipts_of(view, action, tokens) if leg.asset not in owed_tokens
        )
        legs = (*debts, *lost)
        if not legs:
            return None
        taken, facts = _event(view, action, "liquidation", legs, owed)
        # the reserve's own debt is cleared first: the log names no other
        return taken, facts[:1]
    if word_address(action.log, 2) not in view.owned:
        return None
    debt, seized = number_in(action.log, 0), number_in(action.log, 1)
    paid = payments(view, {owed: -debt})
    came = payments(replace(view, legs=others(view, paid)), {collateral: seized})
    if not came:
        came = tuple(leg for leg in in_window(view, action) if leg.quantity > 0)[:1]
    if not paid or not came:
        return None
    legs = (*paid, *came)
    return event(view, "liquidation", legs, _protocol(view, action)), ()


def _event(
    view: ActivityView, action: Action, kind: str, legs: Iterable[Leg], reserve: AssetId
) -> tuple[Event, tuple[Asset, ...]]:
    """The event, and that its aTokens and debt tokens follow the reserve and grow with interest."""
    named = tuple(legs)
    base = view.assets.get(reserve)
    decimals, symbol = (base.decimals, base.symbol) if base is not None else (18, "")
    scaled = {erc20(view.activity.network, each.token) for each in action.scaled}
    debts = {leg.asset for leg in named if leg.role == "debt"}
    facts = tuple(
        Asset(
            id=asset,
            symbol=f"variableDebt{symbol}" if asset in debts else f"a{symbol}",
            decimals=decimals,
            kind="debt" if asset in debts else "token",
            underlying=reserve,
            accrues="interest",
        )
        for asset in dict.fromkeys(leg.asset for leg in named)
        if asset in scaled and (kind != "liquidation" or asset in debts)
    )
    return event(view, kind, named, _protocol(view, action)), facts
