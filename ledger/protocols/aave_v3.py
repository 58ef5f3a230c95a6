"""Aave v3 and its forks: a view in; deposits, loans, repayments, liquidations, flash loans out.

Sources: aave-v3-core, IPool.sol (the pool's logs), IScaledBalanceToken.sol (`Mint`, `Burn`),
PoolLogic of flash loans; addresses from the Aave address book (bgd-labs/aave-address-book).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, erc20, native
from ledger.model.event import Event, Leg, LegRole
from ledger.model.fund import wallet_id
from ledger.protocols import _aave_pools
from ledger.protocols._delegated import Does, by_others, lent_by_others, liquidated
from ledger.protocols._levered import own_part
from ledger.protocols._scaled import MINT, Scaled, scaled, settled_by_transfer
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Loan,
    Recognised,
    address_in,
    event,
    flash_loan,
    logs_with,
    number_in,
    payments,
    split,
    with_role,
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


@dataclass(frozen=True, slots=True)
class _Action:
    """A log of the pool with the mints and burns since the pool's log before it."""

    log: Log
    scaled: tuple[Scaled, ...]
    since: int

    @property
    def topic(self) -> str:
        return self.log.topics[0]

    def party(self, place: int) -> str:
        return address_in(self.log.topics, place)

    def debt_tokens(self, user: str) -> tuple[str, ...]:
        """Debt tokens of a user that moved here: burnt to nobody, or minted by a loan."""
        loan = self.topic in {BORROW, REPAY}
        return tuple(
            each.token
            for each in self.scaled
            if each.user == user and (each.target == ZERO_ADDRESS if each.burnt else loan)
        )


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
    view: ActivityView, actions: Iterable[_Action], events: tuple[Event, ...], only: Iterable[str]
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """The events with those of actions of some topics, and what they tell of tokens."""
    facts: tuple[Asset, ...] = ()
    for action in actions:
        named = _named(view.without(events), action) if action.topic in only else None
        if named is not None:
            events, facts = (*events, named[0]), (*facts, *named[1])
    return events, facts


# ---- logs --------------------------------------------------------------------------------------


def _actions(view: ActivityView) -> tuple[_Action, ...]:
    logs = [
        log
        for topic, (topics, words) in ACTIONS.items()
        for log in logs_with(view.activity, topic, topics, words)
    ]
    moved = scaled(view)
    actions, since = [], -1
    for log in sorted(logs, key=lambda log: log.index):
        between = tuple(each for each in moved if since < each.index < log.index)
        actions.append(_Action(log, between, since))
        since = log.index
    return tuple(actions)


def _ours(view: ActivityView, action: _Action) -> bool:
    """Whether an owned address took the flash loan, and owes nothing of it afterwards."""
    takers = {action.party(1), word_address(action.log, 0)}
    return bool(takers & view.owned) and number_in(action.log, 2) == 0


def _protocol(view: ActivityView, action: _Action) -> str:
    return FORKS.get((view.activity.network, action.log.address), NAME)


# ---- deposits, loans, liquidations -------------------------------------------------------------


def _named(view: ActivityView, action: _Action) -> tuple[Event, tuple[Asset, ...]] | None:
    """The event of one of the pool's logs and what it tells of tokens; None if it is not ours."""
    readers = {SUPPLY: _supply, WITHDRAW: _withdraw, BORROW: _borrow, REPAY: _repay}
    readers |= {LIQUIDATION_CALL: _liquidation}
    return readers[action.topic](view, action) if action.topic in readers else None


def _levered(
    view: ActivityView, actions: Iterable[_Action]
) -> tuple[Event, tuple[Asset, ...]] | None:
    """Loans and repayments of ours in a helper's hands, with what the fund gave it or had of it.

    Where collateral is put up with what was drawn, a debt turned into another one, or collateral
    sold to repay, nothing but the pool's tokens and the fund's own share moves at the fund.
    """
    network, helpers = view.activity.network, {view.called}
    legs, facts, done = list[Leg](), list[Asset](), list[_Action]()
    for action in actions:
        log, owner, place = action.log, action.party(2), _DRAWN.get(action.topic)
        if place is None or owner not in view.owned or log.address not in _NAMES:
            continue
        reserve, amount = erc20(network, action.party(1)), number_in(log, place)
        helper = action.party(3) if action.topic == REPAY else word_address(log, 0)
        moved = amount if action.topic == BORROW else -amount
        by_tokens = bool(number_in(log, 1)) and action.topic == REPAY
        if helper in view.owned or by_tokens or payments(view, {reserve: moved}, helper):
            continue
        if action.topic == SUPPLY:
            found = _receipts(view, action, _holders(view, action, reserve, amount))
        else:
            found = _debts(view, action, owner)
        if found:
            helpers.add(helper)
            legs += found
            done.append(action)
            facts += _event(view, action, "borrow", found, reserve)[1]
    does = {action.topic for action in done} - {SUPPLY}
    if not does:
        return None
    taken = {leg.claim for leg in legs}
    legs += [leg for leg in own_part(view, helpers) if leg.claim not in taken]
    kind = "repay" if REPAY in does else "borrow"
    return event(view, kind, legs, _protocol(view, done[0])), tuple(facts)


def _supply(view: ActivityView, action: _Action) -> tuple[Event, tuple[Asset, ...]] | None:
    reserve, amount = erc20(view.activity.network, action.party(1)), number_in(action.log, 1)
    receipts = _receipts(view, action, _holders(view, action, reserve, amount))
    paid = payments(view, {reserve: -amount})
    if not receipts or not paid:
        return None
    return _event(view, action, "lend_deposit", (*paid, *receipts), reserve)


def _withdraw(view: ActivityView, action: _Action) -> tuple[Event, tuple[Asset, ...]] | None:
    reserve, amount = erc20(view.activity.network, action.party(1)), number_in(action.log, 0)
    receipts = _receipts(view, action, _holders(view, action, reserve, amount))
    receipts = receipts or _earned(view, action, amount, "position")
    came = payments(view, {reserve: amount}, via=action.party(2))
    if not receipts or not came:
        return None
    return _event(view, action, "lend_withdraw", (*came, *receipts), reserve)


def _borrow(view: ActivityView, action: _Action) -> tuple[Event, tuple[Asset, ...]] | None:
    reserve, amount = erc20(view.activity.network, action.party(1)), number_in(action.log, 1)
    debts = _debts(view, action, action.party(2))
    came = payments(view, {reserve: amount})
    if not came or not (debts or lent_by_others(view, action.party(2), came)):
        return None
    return _event(view, action, "borrow", (*came, *debts), reserve)


def _repay(view: ActivityView, action: _Action) -> tuple[Event, tuple[Asset, ...]] | None:
    reserve, amount = erc20(view.activity.network, action.party(1)), number_in(action.log, 0)
    debts = _debts(view, action, action.party(2)) or _earned(view, action, amount, "debt")
    if not debts:
        return None
    owed = {leg.asset for leg in debts}
    paid = payments(view, {reserve: -amount}, via=action.party(3))
    if number_in(action.log, 1):
        tokens = {each.token for each in action.scaled}
        paid = tuple(leg for leg in _receipts(view, action, tokens) if leg.asset not in owed)
    return _event(view, action, "repay", (*paid, *debts), reserve)


def _liquidation(view: ActivityView, action: _Action) -> tuple[Event, tuple[Asset, ...]] | None:
    """Seen by the liquidator: a debt is paid, collateral comes. Seen by the user: both are gone."""
    network, user = view.activity.network, action.party(3)
    collateral, owed = (erc20(network, action.party(place)) for place in (1, 2))
    if user in view.owned and not view.acts and action.log.address in _NAMES:
        found = liquidated(view, action.log, _protocol(view, action))
        if found is not None:
            return found
    if user in view.owned:
        debts = _debts(view, action, user)
        tokens = {each.token for each in action.scaled if each.user == user}
        tokens |= _moved_with(view, action, user)
        owed_tokens = {leg.asset for leg in debts}
        lost = tuple(leg for leg in _receipts(view, action, tokens) if leg.asset not in owed_tokens)
        legs = (*debts, *lost)
        return _event(view, action, "liquidation", legs, owed) if legs else None
    if word_address(action.log, 2) not in view.owned:
        return None
    debt, seized = number_in(action.log, 0), number_in(action.log, 1)
    paid = payments(view, {owed: -debt})
    came = payments(replace(view, legs=_others(view, paid)), {collateral: seized})
    if not came:
        came = tuple(leg for leg in _in_window(view, action) if leg.quantity > 0)[:1]
    if not paid or not came:
        return None
    legs = (*paid, *came)
    return event(view, "liquidation", legs, _protocol(view, action)), ()


def _event(
    view: ActivityView, action: _Action, kind: str, legs: Iterable[Leg], reserve: AssetId
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


# ---- legs --------------------------------------------------------------------------------------


def _in_window(view: ActivityView, action: _Action) -> tuple[Leg, ...]:
    """The legs whose logs stand between the pool's log before this one and this one."""
    places = {
        transfer.index
        for transfer in view.activity.transfers
        if transfer.log_index is None or action.since < transfer.log_index < action.log.index
    }
    return tuple(leg for leg in view.legs if leg.claim is not None and leg.claim[1] in places)


def _others(view: ActivityView, taken: Iterable[Leg]) -> tuple[Leg, ...]:
    claims = {leg.claim for leg in taken}
    return tuple(leg for leg in view.legs if leg.claim not in claims)


def _holders(view: ActivityView, action: _Action, reserve: AssetId, amount: int) -> set[str]:
    """Tokens that logged a mint or burn and took or gave the reserve themselves, as aTokens do."""
    parties = {
        party
        for one in view.activity.transfers
        if one.asset == reserve and one.quantity == amount
        for party in (one.sender, one.recipient)
    }
    return {each.token for each in action.scaled} & parties


def _moved_with(view: ActivityView, action: _Action, user: str) -> set[str]:
    """Tokens of the pool that a liquidation took from a user without burning them."""
    known = {erc20(view.activity.network, action.party(place)) for place in (1, 2)}
    return {
        leg.asset.rpartition(":")[2]
        for leg in _in_window(view, action)
        if leg.quantity < 0
        and leg.wallet.endswith(user)
        and leg.asset not in known
        and leg.asset != native(view.activity.network)
    }


def _receipts(view: ActivityView, action: _Action, tokens: set[str]) -> tuple[Leg, ...]:
    """Legs of aTokens, principal apart from interest, which the token logged as increase."""
    assets = {erc20(view.activity.network, token): token for token in tokens}
    legs: list[Leg] = []
    for leg in _in_window(view, action):
        if leg.asset not in assets:
            continue
        grown = _increase(action, assets[leg.asset], leg)
        legs += split(leg, grown, "interest") if grown else (leg,)
    return tuple(legs)


def _debts(view: ActivityView, action: _Action, user: str) -> tuple[Leg, ...]:
    """Legs of debt tokens of a user: what was borrowed or repaid, and how the debt had grown."""
    assets = {erc20(view.activity.network, token): token for token in action.debt_tokens(user)[:1]}
    legs: list[Leg] = []
    for leg in _in_window(view, action):
        if leg.asset in assets:
            grown = _increase(action, assets[leg.asset], leg)
            legs += split(leg, grown, "interest", "debt") if grown else (with_role(leg, "debt"),)
    return tuple(legs)


def _earned(view: ActivityView, action: _Action, amount: int, role: LegRole) -> tuple[Leg, ...]:
    """What left a balance that had grown by just as much: the token logs both, and none moves."""
    network, owed = view.activity.network, role == "debt"
    for each in action.scaled:
        nothing = each.burnt and not each.value and each.increase == amount
        if nothing and each.user in view.owned and (each.target == ZERO_ADDRESS) == owed:
            wallet, token = wallet_id(network, each.user), erc20(network, each.token)
            gone = Leg(wallet, token, -amount, role=role)
            return (gone, Leg(wallet, token, amount, role="interest"))
    return ()


def _increase(action: _Action, token: str, leg: Leg) -> int:
    """The interest that a mint or burn of the token for the leg's wallet has settled."""
    if leg.counterparty != ZERO_ADDRESS:
        return 0
    grown = (
        each.increase
        for each in action.scaled
        if each.token == token and leg.wallet.endswith(each.user)
    )
    return next(grown, 0)
