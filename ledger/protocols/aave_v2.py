"""Aave v2 and its forks: a view in; deposits, loans, repayments, liquidations, flash loans out.

Sources: aave/protocol-v2, ILendingPool.sol (the pool's logs), IAToken.sol, IVariableDebtToken.sol
and IStableDebtToken.sol (mints and burns).

Unlike in the version after it, a token moves by just what was paid in or out; what it grew by shows
in balances alone. The logs of withdrawal and liquidation are the same in both: here the token's own
logs tell.
"""

from collections.abc import Iterable
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, erc20
from ledger.model.event import Claim, Event, Leg
from ledger.protocols._delegated import Does, by_others, debt_token, lent_by_others, liquidated
from ledger.protocols._levered import own_collateral, own_part
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
    with_role,
    word_address,
)

NAME: Final = "aave_v2"
RANK: Final = 0

#: Deposit(address reserve, address user, address onBehalfOf, uint256 amount, uint16 referral);
#: reserve, onBehalfOf and referral indexed.
DEPOSIT: Final = "0xde6857219544bb5b7746f48ed30be6386fefc61b2f864cacf559893bf50fd951"
#: Withdraw(address reserve, address user, address to, uint256 amount); the addresses indexed.
WITHDRAW: Final = "0x3115d1449a7b732c986cba18244e897a450f61e1bb8d589cd2e69e6c8924f9f7"
#: Borrow(address reserve, address user, address onBehalfOf, uint256 amount, uint256 borrowRateMode,
#: uint256 borrowRate, uint16 referral); reserve, onBehalfOf and referral indexed.
BORROW: Final = "0xc6a898309e823ee50bac64e45ca8adba6690e99e7841c45d754e2a38e9019d9b"
#: Repay(address reserve, address user, address repayer, uint256 amount); the addresses indexed.
REPAY: Final = "0x4cdde6e09bb755c9a5589ebaec640bbfedff1362d4b255ebf8339782b9942faa"
#: LiquidationCall(address collateralAsset, address debtAsset, address user, uint256 debtToCover,
#: uint256 liquidatedCollateralAmount, address liquidator, bool receiveAToken); the first three
#: indexed.
LIQUIDATION_CALL: Final = "0xe413a321e8681d831f4dbccbca790d2952b56f977908e45be37335533e005286"
#: FlashLoan(address target, address initiator, address asset, uint256 amount, uint256 premium,
#: uint16 referral); the first three indexed.
FLASH_LOAN: Final = "0x631042c832b07452973831137f2d73e395028b44b250dedc5abb0ee766e168ac"
#: Of an aToken: Mint(address from, uint256 value, uint256 index), from indexed; Burn(address from,
#: address target, uint256 value, uint256 index) and BalanceTransfer(address from, address to,
#: uint256 value, uint256 index), the addresses indexed.
TOKEN_MINT: Final = "0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f"
TOKEN_BURN: Final = "0x5d624aa9c148153ab3446c1b154f660ee7701e549fe9b62dab7171b1c80e6fa2"
TOKEN_TRANSFER: Final = "0x4beccb90f994c31aced7a23b5611020728a23d8ec5cddd1a3e9d97b96fda8666"
#: Of a variable debt token: Mint(address from, address onBehalfOf, uint256 value, uint256 index),
#: the addresses indexed; Burn(address user, uint256 amount, uint256 index), user indexed.
VARIABLE_MINT: Final = "0x2f00e3cdd69a77be7ed215ec7b2a36784dd158f921fca79ac29deffa353fe6ee"
VARIABLE_BURN: Final = "0x49995e5dd6158cf69ad3e9777c46755a1a826a446c6416992167462dad033b2a"
#: Of a stable debt token: Mint(address user, address onBehalfOf, uint256 amount, uint256
#: currentBalance, uint256 balanceIncrease, uint256 newRate, uint256 avgStableRate, uint256
#: newTotalSupply), the addresses indexed; Burn(address user, uint256 amount, uint256
#: currentBalance, uint256 balanceIncrease, uint256 avgStableRate, uint256 newTotalSupply), user
#: indexed.
STABLE_MINT: Final = "0xc16f4e4ca34d790de4c656c72fd015c667d688f20be64eea360618545c4c530f"
STABLE_BURN: Final = "0x44bd20a79e993bdcc7cbedf54a3b4d19fb78490124b6b90d04fe3242eea579e8"

#: topic → least number of topics and words of data, and the place of the amount
_ACTIONS: Final = {
    DEPOSIT: (4, 2, 1),
    WITHDRAW: (4, 1, 0),
    BORROW: (4, 4, 1),
    REPAY: (4, 1, 0),
    LIQUIDATION_CALL: (4, 4, 0),
}
_TOKEN_LOGS: Final = (TOKEN_MINT, TOKEN_BURN, TOKEN_TRANSFER)
_DEBT_LOGS: Final = (VARIABLE_MINT, VARIABLE_BURN, STABLE_MINT, STABLE_BURN)

#: The pools of Aave's own (aave-dao/aave-address-book, src/AaveV2*.sol): tokens hold what they log.
#: Of a fork, deposits count by what its tokens log, anything else where the pool itself was called.
POOLS: Final = (
    "0x7d2768de32b0b80b7a3454c06bdac94a69ddc7a9",  # Ethereum
    "0x7937d4799803fbbe595ed57278bc4ca21f3bffcb",  # Ethereum, for shares of pools
    "0x37d7306019a38af123e4b245eb6c28af552e0bb0",  # Ethereum, Arc
    "0x8dff5e27ea6b7ac08ebfdf9eb090f32ee9a30fcf",  # Polygon
    "0x4f01aed16d97e3ab5ab2b501154dc9bb0f1a5a2c",  # Avalanche
)
_OWED: Final[dict[str, tuple[Does, int]]] = {BORROW: ("borrow", 1), REPAY: ("repay", 0)}
VOUCHED: Final = frozenset({*POOLS, DEPOSIT, WITHDRAW, FLASH_LOAN})

SIGNS: Final = frozenset({*_ACTIONS, FLASH_LOAN})

Found = tuple[Event, tuple[Asset, ...]]


def recognise(view: ActivityView) -> Recognised | None:
    """The pool's logs that concern an owned address; a flash loan takes the whole transaction."""
    lent = flash_loan(view, _loans(view), NAME)
    if lent is not None:
        return Recognised((lent,))
    events, learnt = ((), ()) if view.acts else by_others(view, _OWED, dict.fromkeys(POOLS, NAME))
    facts: dict[AssetId, Asset] = {asset.id: asset for asset in learnt}
    turned = _levered(view) if view.acts else None
    if turned is not None:
        events += (turned[0],)
        facts |= {asset.id: asset for asset in turned[1]}
    for log in _told(view):
        if not view.acts and log.topics[0] != LIQUIDATION_CALL:
            continue
        found = _named(view.without(events), log)
        if found is not None:
            events += (found[0],)
            facts |= {asset.id: asset for asset in found[1]}
    return Recognised(events, tuple(facts.values())) if events else None


def _told(view: ActivityView) -> list[Log]:
    logs = [
        log
        for topic, (topics, words, _) in _ACTIONS.items()
        for log in logs_with(view.activity, topic, topics, words)
    ]
    return sorted(logs, key=lambda log: log.index)


def _loans(view: ActivityView) -> list[Loan]:
    """What an owned address borrowed within the transaction and owes nothing of afterwards."""
    owes = any(
        address_in(log.topics, 2) in view.owned for log in logs_with(view.activity, BORROW, 4, 4)
    )
    return [
        Loan(
            erc20(view.activity.network, address_in(log.topics, 3)),
            number_in(log, 0),
            number_in(log, 1),
        )
        for log in logs_with(view.activity, FLASH_LOAN, 4, 2)
        if {address_in(log.topics, 1), address_in(log.topics, 2)} & view.owned and not owes
    ]


def _named(view: ActivityView, log: Log) -> Found | None:
    signature = log.topics[0]
    reserve = erc20(view.activity.network, address_in(log.topics, 1))
    amount = number_in(log, _ACTIONS[signature][2])
    if signature == LIQUIDATION_CALL:
        return _liquidation(view, log)
    sign = 1 if signature in {WITHDRAW, BORROW} else -1
    lends = signature in {DEPOSIT, WITHDRAW}
    tokens = _tokens(view, _TOKEN_LOGS if lends else _DEBT_LOGS)
    if lends:
        tokens &= _holders(view, reserve, amount, sign)
    made = _made(view, tokens, -sign * amount if lends else sign * amount)
    via = {WITHDRAW: address_in(log.topics, 2), REPAY: address_in(log.topics, 3)}
    paid = payments(view, {reserve: sign * amount}, via.get(signature, ""))
    if signature == BORROW and lent_by_others(view, address_in(log.topics, 2), paid):
        return event(view, "borrow", paid, NAME), ()
    if not made or not paid:
        return None
    kinds = {DEPOSIT: "lend_deposit", WITHDRAW: "lend_withdraw", BORROW: "borrow", REPAY: "repay"}
    legs = (*paid, *(made if lends else (with_role(leg, "debt") for leg in made)))
    fact = _fact(view, made[0].asset, reserve, owed=not lends)
    return event(view, kinds[signature], legs, NAME), (fact,)


def _levered(view: ActivityView) -> Found | None:
    """Loans and repayments of ours in a helper's hands, with what the fund gave it or had of it."""
    helpers, legs, facts, does = {view.called}, list[Leg](), list[Asset](), set[str]()
    taken = set[Claim | None]()
    for log in _told(view):
        signature, owner = log.topics[0], address_in(log.topics, 2)
        if signature not in {DEPOSIT, BORROW, REPAY} or owner not in view.owned:
            continue
        reserve = erc20(view.activity.network, address_in(log.topics, 1))
        amount = number_in(log, _ACTIONS[signature][2])
        helper = address_in(log.topics, 3) if signature == REPAY else word_address(log, 0)
        moved = amount if signature == BORROW else -amount
        paid = payments(view, {reserve: moved}, helper)
        if log.address not in POOLS or helper in view.owned or paid:
            taken |= {leg.claim for leg in paid}
            continue
        put_in = signature == DEPOSIT
        tokens = _tokens(view, _TOKEN_LOGS if put_in else _DEBT_LOGS)
        made = _made(view, tokens, -moved if put_in else moved)
        if made:
            helpers.add(helper)
            legs += made if put_in else [with_role(leg, "debt") for leg in made]
            facts.append(_fact(view, made[0].asset, reserve, owed=not put_in))
            does.add(signature)
    if does <= {DEPOSIT}:
        return None
    taken |= {leg.claim for leg in legs}
    legs += [leg for leg in own_part(view, helpers) if leg.claim not in taken]
    kind, note = "repay" if REPAY in does else "borrow", own_collateral(view, legs, facts)
    return event(view, kind, legs, NAME, note), tuple(facts)


def _liquidation(view: ActivityView, log: Log) -> Found | None:
    """Seen by the liquidator: a debt is paid, collateral comes. Seen by the user: both are gone."""
    network, user = view.activity.network, address_in(log.topics, 3)
    if user in view.owned and not view.acts and log.address in POOLS:
        found = liquidated(view, log, NAME)
        if found is not None:
            return found
    debts = _tokens(view, (VARIABLE_BURN, STABLE_BURN), user)
    if not debts:
        return None
    collateral, owed = (erc20(network, address_in(log.topics, place)) for place in (1, 2))
    if user in view.owned:
        burnt = [leg for leg in view.legs if _of(leg, debts, user) and leg.quantity < 0]
        seized = _tokens(view, (TOKEN_BURN, TOKEN_TRANSFER), user)
        lost = [leg for leg in view.legs if _of(leg, seized, user) and leg.quantity < 0]
        legs = (*(with_role(leg, "debt") for leg in burnt), *lost)
        facts = tuple(_fact(view, leg.asset, owed, owed=True) for leg in burnt)
        return (event(view, "liquidation", legs, NAME), facts) if burnt and lost else None
    if word_address(log, 2) not in view.owned:
        return None
    paid = payments(view, {owed: -number_in(log, 0)})
    came = payments(view, {collateral: number_in(log, 1)}) or _shares_of(view, user, log)
    return (event(view, "liquidation", (*paid, *came), NAME), ()) if paid and came else None


def _shares_of(view: ActivityView, user: str, log: Log) -> tuple[Leg, ...]:
    """The liquidated user's aTokens, where the liquidator asked for them."""
    tokens = _tokens(view, (TOKEN_TRANSFER,), user)
    assets = {erc20(view.activity.network, token) for token in tokens}
    return tuple(
        leg for leg in view.legs if leg.asset in assets and leg.quantity == number_in(log, 1)
    )[:1]


# ---- tokens ------------------------------------------------------------------------------------


def _tokens(view: ActivityView, topics: Iterable[str], user: str = "") -> set[str]:
    """Tokens that logged a mint, burn or transfer as the pool's tokens do, of a user if given."""
    return {
        log.address
        for topic in topics
        for log in logs_with(view.activity, topic, 2, 2)
        if user in {"", address_in(log.topics, 1)}
    }


def _holders(view: ActivityView, reserve: AssetId, amount: int, sign: int) -> set[str]:
    """Who took the reserve in that size, or gave it: the aToken itself does."""
    return {
        one.sender if sign > 0 else one.recipient
        for one in view.activity.transfers
        if one.asset == reserve and one.quantity == amount
    }


def _made(view: ActivityView, tokens: set[str], quantity: int) -> tuple[Leg, ...]:
    """The leg of one of these tokens that was made or burnt in just that size."""
    assets = {erc20(view.activity.network, token) for token in tokens}
    return tuple(
        leg
        for leg in view.legs
        if leg.asset in assets and leg.quantity == quantity and leg.counterparty == ZERO_ADDRESS
    )[:1]


def _of(leg: Leg, tokens: set[str], user: str) -> bool:
    return leg.asset.rpartition(":")[2] in tokens and leg.wallet.endswith(user)


def _fact(view: ActivityView, token: AssetId, reserve: AssetId, *, owed: bool) -> Asset:
    """A token that follows its reserve and grows with interest."""
    if owed:
        return debt_token(view, token, reserve)
    base = view.assets.get(reserve)
    decimals, symbol = (base.decimals, base.symbol) if base is not None else (18, "")
    return Asset(token, f"a{symbol}", decimals, underlying=reserve, accrues="interest")
