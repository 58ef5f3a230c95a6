"""Aave v1: a view in; deposits, interest, loans, repayments and liquidations out.

Sources: aave/aave-protocol, LendingPool.sol (the pool's logs) and AToken.sol; the Aave v1 docs for
what stands for the native coin.

An aToken pays its interest by a transfer of its own. A loan has no token: the pool logs what it
grew by each time that it is touched.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book, token
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
    with_role,
    word_address,
)

NAME: Final = "aave_v1"
RANK: Final = 0

#: Deposit(address reserve, address user, uint256 amount, uint16 referral, uint256 timestamp);
#: reserve, user and referral indexed.
DEPOSIT: Final = "0xc12c57b1c73a2c3a2ea4613e9476abb3d8d146857aab7329e24243fb59710c82"
#: RedeemUnderlying(address reserve, address user, uint256 amount, uint256 timestamp); the addresses
#: indexed.
REDEEM_UNDERLYING: Final = "0x9c4ed599cd8555b9c1e8cd7643240d7d71eb76b792948c49fcb4d411f7b6b3c6"
#: Borrow(address reserve, address user, uint256 amount, uint256 borrowRateMode, uint256 borrowRate,
#: uint256 originationFee, uint256 borrowBalanceIncrease, uint16 referral, uint256 timestamp);
#: reserve, user and referral indexed.
BORROW: Final = "0x1e77446728e5558aa1b7e81e0cdab9cc1b075ba893b740600c76a315c2caa553"
#: Repay(address reserve, address user, address repayer, uint256 amountMinusFees, uint256 fees,
#: uint256 borrowBalanceIncrease, uint256 timestamp); the addresses indexed.
REPAY: Final = "0xb718f0b14f03d8c3adf35b15e3da52421b042ac879e5a689011a8b1e0036773d"
#: LiquidationCall(address collateral, address reserve, address user, uint256 purchaseAmount,
#: uint256 liquidatedCollateralAmount, uint256 accruedBorrowInterest, address liquidator, bool
#: receiveAToken, uint256 timestamp); the first three indexed.
LIQUIDATION_CALL: Final = "0x56864757fd5b1fc9f38f5f3a981cd8ae512ce41b902cf73fc506ee369c6bc237"
#: Of an aToken: MintOnDeposit(address from, uint256 value, uint256 fromBalanceIncrease, uint256
#: fromIndex), Redeem and BurnOnLiquidation of the same shape; from indexed.
MINT_ON_DEPOSIT: Final = "0xbe7799898ca2d813ff902b487c1b434ab45b47edd8f38b77ad5e99aae8341b7a"
REDEEM: Final = "0xbd5034ffbd47e4e72a94baa2cdb74c6fad73cb3bcdc13036b72ec8306f5a7646"
BURN_ON_LIQUIDATION: Final = "0x90e5d3d68ec162d9c7de393037a3ede04dd44f68e051bf2ace4a73c299dbc4db"

#: topic → least number of words
_ACTIONS: Final = {
    DEPOSIT: 2,
    REDEEM_UNDERLYING: 2,
    BORROW: 6,
    REPAY: 4,
    LIQUIDATION_CALL: 6,
}
_TOKEN_LOGS: Final = (MINT_ON_DEPOSIT, REDEEM, BURN_ON_LIQUIDATION)

#: The pool, whose core holds what is lent (aave/aave-protocol, deployments).
POOL: Final = "0x398ec7346dcd622edc5ae82352f02be94c62d119"
VOUCHED: Final = frozenset({POOL})

SIGNS: Final = frozenset(_ACTIONS)


def recognise(view: ActivityView) -> Recognised | None:
    """The pool's logs of an owned user; then the interest that aTokens paid with them."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    logs = [
        log
        for signature, words in _ACTIONS.items()
        for log in logs_with(view.activity, signature, 3, words)
    ]
    for log in sorted(logs, key=lambda log: log.index):
        if view.acts or log.topics[0] == LIQUIDATION_CALL:
            found = _named(book, log, view.without(events))
            events += () if found is None else (found,)
    if events:
        events += _interest(view.without(events))
    return book.recognised(events)


def _named(book: Book, log: Log, view: ActivityView) -> Event | None:
    signature = log.topics[0]
    if signature == LIQUIDATION_CALL:
        return _liquidation(book, log, view)
    if address_in(log.topics, 2) not in view.owned:
        return None
    if signature in {DEPOSIT, REDEEM_UNDERLYING}:
        return _lent(log, view, put_in=signature == DEPOSIT)
    return _borrowed(book, log, view) if signature == BORROW else _repaid(book, log, view)


def _lent(log: Log, view: ActivityView, *, put_in: bool) -> Event | None:
    network, amount, sign = view.activity.network, number_in(log, 0), 1 if put_in else -1
    shares = _shares(view, MINT_ON_DEPOSIT if put_in else REDEEM, sign * amount)
    paid = payments(view, {token(network, address_in(log.topics, 1)): -sign * amount})
    if not shares or not paid:
        return None
    return event(view, "lend_deposit" if put_in else "lend_withdraw", (*paid, *shares), NAME)


def _shares(view: ActivityView, signature: str, quantity: int) -> tuple[Leg, ...]:
    """The leg of an aToken that logged this value for an owned address."""
    network = view.activity.network
    assets = {
        erc20(network, log.address)
        for log in logs_with(view.activity, signature, 2, 3)
        if number_in(log, 0) == abs(quantity)
    }
    return tuple(
        leg
        for leg in view.legs
        if leg.asset in assets and leg.quantity == quantity and leg.counterparty == ZERO_ADDRESS
    )[:1]


def _owed(log: Log, view: ActivityView, place: int) -> tuple[WalletId, AssetId, AssetId]:
    """The wallet that owes, the debt, and the asset of it."""
    network, reserve = view.activity.network, address_in(log.topics, place)
    wallet = wallet_id(network, address_in(log.topics, place + 1))
    return wallet, debt(network, NAME, f"{log.address}.{reserve}"), token(network, reserve)


def _borrowed(book: Book, log: Log, view: ActivityView) -> Event | None:
    wallet, owed, of = _owed(log, view, 1)
    amount, grown = number_in(log, 0), number_in(log, 3) + number_in(log, 4)
    came = payments(view, {of: amount})
    if not came:
        return None
    legs = (*came, *book.owe(wallet, owed, amount, of, grown=grown))
    return event(view, "borrow", legs, NAME)


def _repaid(book: Book, log: Log, view: ActivityView) -> Event | None:
    """Fees go to another contract than the rest; both lower the debt."""
    wallet, owed, of = _owed(log, view, 1)
    amount, fees, grown = (number_in(log, place) for place in range(3))
    paid: tuple[Leg, ...] = payments(view, {of: -(amount + fees)})
    if not paid:
        paid = payments(view, {of: -amount})
        taken = {leg.claim for leg in paid}
        paid += tuple(
            leg
            for leg in view.legs
            if fees and leg.asset == of and leg.quantity == -fees and leg.claim not in taken
        )[:1]
    if not paid:
        return None
    change = book.owe(wallet, owed, -amount - fees, of, grown=grown)
    return event(view, "repay", (*paid, *change), NAME)


def _liquidation(book: Book, log: Log, view: ActivityView) -> Event | None:
    """Seen by the liquidator: a debt is paid, collateral comes. Seen by the user: both are gone."""
    network, user = view.activity.network, address_in(log.topics, 3)
    purchase, seized, accrued = (number_in(log, place) for place in range(3))
    wallet, owed, of = _owed(log, view, 2)
    if user in view.owned:
        lost = tuple(
            leg
            for leg in view.legs
            if leg.wallet == wallet and leg.quantity == -seized and leg.asset != of
        )[:1]
        if not lost:
            return None
        legs = (*lost, *book.owe(wallet, owed, -purchase, of, grown=accrued))
        return event(view, "liquidation", legs, NAME)
    if word_address(log, 3) not in view.owned:
        return None
    wanted = {of: -purchase, token(network, address_in(log.topics, 1)): seized}
    legs = payments(view, wanted)
    return event(view, "liquidation", legs, NAME) if len(legs) > 1 else None


def _interest(view: ActivityView) -> tuple[Event, ...]:
    """What aTokens paid to their holders as they were touched: an event of income of its own."""
    network = view.activity.network
    grown = {
        (erc20(network, log.address), number_in(log, 1))
        for signature in _TOKEN_LOGS
        for log in logs_with(view.activity, signature, 2, 3)
    }
    legs = [
        with_role(leg, "interest")
        for leg in view.legs
        if (leg.asset, leg.quantity) in grown and leg.counterparty == ZERO_ADDRESS
    ]
    return (event(view, "reward", legs, NAME),) if legs else ()
