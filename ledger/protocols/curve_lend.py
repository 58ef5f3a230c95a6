"""Curve's loans, of crvUSD and from lending vaults: a view in; collateral, debts, their end, out.

Sources: curvefi/curve-stablecoin, contracts/Controller.vy and AMM.vy (the logs), and
contracts/zaps/LeverageZap.vy for loans that buy their own collateral.

Collateral is a position in units of the token that was put in. While it is sold softly the books
keep those units: what was sold of them pays for debt when the loan ends. The controller logs what
is owed afterwards.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, position
from ledger.model.event import Event, Leg
from ledger.model.evidence import Answer, Question
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book, asset_at
from ledger.protocols._owed import owed_by
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
)
from ledger.transport import Node

NAME: Final = "curve_lend"
RANK: Final = 10

#: Borrow(address user, uint256 collateral_increase, uint256 loan_increase), Repay(address user,
#: uint256 collateral_decrease, uint256 loan_decrease), RemoveCollateral(address user, uint256
#: collateral_decrease) of a controller; user indexed.
BORROW: Final = "0xe1979fe4c35e0cef342fef5668e2c8e7a7e9f5d5d1ca8fee0ac6c427fa4153af"
REPAY: Final = "0x77c6871227e5d2dec8dadd5354f78453203e22e669cd0ec4c19d9a8c5edb31d0"
REMOVE: Final = "0xe25410a4059619c9594dc6f022fe231b02aaea733f689e7ab0cd21b3d4d0eb54"
#: Liquidate(address liquidator, address user, uint256 collateral_received, uint256
#: stablecoin_received, uint256 debt); the addresses indexed.
LIQUIDATE: Final = "0x642dd4d37ddd32036b9797cec464c0045dd2118c549066ae6b0f88e32240c2d0"
#: UserState(address user, uint256 collateral, uint256 debt, int256 n1, int256 n2, uint256
#: liquidation_discount); user indexed. It comes with each of the others.
USER_STATE: Final = "0xeec6b7095a637e006c79c1819d696e353a8f703db2c49fc0219e17a8fd04f7f2"
#: Deposit(address provider, uint256 amount, int256 n1, int256 n2), Withdraw(address provider,
#: uint256 amount_borrowed, uint256 amount_collateral) of the pool that holds the collateral;
#: provider indexed.
POOL_DEPOSIT: Final = "0x7e4f5fadb3361b33669433b392d1a203b7a236710eb272650052592e6ce62f09"
POOL_WITHDRAW: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"
#: Deposit(address user, uint256 user_collateral, uint256 user_borrowed, uint256
#: user_collateral_from_borrowed, uint256 debt, uint256 leverage_collateral) of a leverage zap; user
#: indexed.
LEVERAGED: Final = "0xf943cf10ef4d1e3239f4716ddecdf546e8ba8ab0e41deafd9a71a99936827e45"

#: Keepers of the peg, in both versions: who calls one gets a share of what it earned
#: (docs.curve.finance, deployments; contracts/stabilizer/PegKeeperV2.vy).
KEEPERS: Final = frozenset(
    {
        "0x1ef89ed0edd93d1ec09e4c07373f69c49f4dccae",
        "0x338cb2d827112d989a861cde87cd9ffd913a1f9d",
        "0x3fa20eaa107de08b38a8734063d605d5842fe09c",
        "0x53876b157decf04389eed66c7c29d73863f8c50b",
        "0x6b765d07cf966c745b340adca67749fe75b5c345",
        "0x9201da0d97caaaff53f01b2fb56767c7072de340",
        "0xaa346781ddd7009caa644a4980f044c50cd2ae22",
        "0xe7cd2b4eb1d98cd6a4a48b6071d46401ac7dc5c8",
        "0xfb726f57d251ab5c731e5c64ed4f5f94351ef9f3",
    }
)

#: topic → least number of topics and words
_ACTIONS: Final = {BORROW: (2, 2), REPAY: (2, 2), REMOVE: (2, 1), LIQUIDATE: (3, 3)}

#: The controller says what became of a loan; the pool beside it takes and gives the collateral, or
#: a zap that buys it.
WITNESSES: Final = dict.fromkeys(_ACTIONS, frozenset({POOL_DEPOSIT, POOL_WITHDRAW, LEVERAGED}))

SIGNS: Final = frozenset({*_ACTIONS, *KEEPERS})

#: Loans are closed out of their collateral, or liquidated, without anything moving at their owner.
WITHOUT_LEGS: Final = frozenset({REPAY, LIQUIDATE})


class _Loan:
    """One user's loan at a controller, as its logs tell of it."""

    def __init__(self, book: Book, log: Log, user: str) -> None:
        network = book.view.activity.network
        self.controller, self.user = log.address, user
        self.wallet: WalletId = wallet_id(network, user)
        self.kept = position(network, NAME, log.address)
        self.owed = debt(network, NAME, log.address)
        self._activity = book.view.activity
        states = [
            other
            for other in logs_with(self._activity, USER_STATE, 2, 2)
            if other.address == log.address and address_in(other.topics, 1) == user
        ]
        self.left = (number_in(states[-1], 0), number_in(states[-1], 1)) if states else None

    @property
    def places(self) -> set[str]:
        """The controller, and the pools that hold this user's collateral."""
        return {self.controller} | {
            log.address
            for signature, words in ((POOL_DEPOSIT, 3), (POOL_WITHDRAW, 2))
            for log in logs_with(self._activity, signature, 2, words)
            if address_in(log.topics, 1) == self.user
        }

    @property
    def total(self) -> int | None:
        return None if self.left is None else self.left[1]


#: debt(address): what is owed with its interest (Controller.vy).
DEBT: Final = "0x9b6c56ec"


def fetch_debt(node: Node, question: Question) -> Answer:
    """What is owed to a controller with its interest, as it says."""
    return owed_by(node, question, DEBT)


def recognise(view: ActivityView) -> Recognised | None:
    """Each log of a controller that says of an owned user, or liquidator, what became of a loan."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    logs = [
        log
        for signature, (topics, words) in _ACTIONS.items()
        for log in logs_with(view.activity, signature, topics, words)
    ]
    readers = {BORROW: _borrowed, REPAY: _repaid, REMOVE: _removed, LIQUIDATE: _liquidated}
    for log in sorted(logs, key=lambda log: log.index):
        seized = log.topics[0] == LIQUIDATE
        user = address_in(log.topics, 2 if seized else 1)
        loan = _Loan(book, log, user)
        if loan.left is None:
            continue
        if user in view.owned and (view.acts or seized):
            events += readers[log.topics[0]](book, log, loan, view.without(events))
        elif seized and address_in(log.topics, 1) in view.owned:
            events += _liquidator(log, loan, view.without(events))
    return book.recognised(events + _for_the_peg(view.without(events)))


def _for_the_peg(view: ActivityView) -> tuple[Event, ...]:
    """What a keeper of the peg paid to the fund for calling it."""
    legs = [leg for leg in view.legs if leg.quantity > 0 and leg.counterparty in KEEPERS]
    return (event(view, "reward", legs, NAME),) if legs and view.acts else ()


def _borrowed(book: Book, log: Log, loan: _Loan, view: ActivityView) -> tuple[Event, ...]:
    """Collateral that was put in, and units that came for a debt: either may be nothing."""
    coll, units = number_in(log, 0), number_in(log, 1)
    collateral, money = _assets(view, loan, coll, units)
    if collateral is not None and money is not None:
        leveraged = _leveraged(book, loan, view, (coll, units), (collateral, money))
        if leveraged:
            return leveraged
    events: tuple[Event, ...] = ()
    paid = {} if collateral is None else {collateral: -coll}
    put_in = payments(view, paid)
    if put_in and collateral is not None:
        legs = (*put_in, *book.put(loan.wallet, loan.kept, coll, collateral))
        events += (event(view, "lend_deposit", legs, NAME),)
    came = payments(view, {} if money is None else {money: units})
    if came and money is not None:
        legs = (*came, *book.owe(loan.wallet, loan.owed, units, money, loan.total))
        events += (event(view, "borrow", legs, NAME),)
    return events


def _assets(
    view: ActivityView, loan: _Loan, coll: int, units: int
) -> tuple[AssetId | None, AssetId | None]:
    """The collateral by what the pool took, the money by what the controller gave."""
    collateral = asset_at(view, -coll, loan.places) if coll else None
    return collateral, asset_at(view, units, {loan.controller}) if units else None


def _leveraged(
    book: Book,
    loan: _Loan,
    view: ActivityView,
    sizes: tuple[int, int],
    assets: tuple[AssetId, AssetId],
) -> tuple[Event, ...]:
    """A loan that a zap spent on more collateral: the user's own part, and what was borrowed."""
    (coll, units), (collateral, money) = sizes, assets
    own = [number_in(zap, place) for zap in _zaps(view, loan) for place in range(3)]
    if own:
        given, spent, bought = own[:3]
        wanted = {asset: -size for asset, size in ((collateral, given), (money, spent)) if size}
        paid = payments(view, wanted)
        mine = given + bought
    else:
        paid = tuple(
            leg for leg in view.legs if leg.asset == collateral and -coll < leg.quantity < 0
        )[:1]
        mine = -sum(leg.quantity for leg in paid)
        if payments(view, {money: units}):
            return ()
    if not paid or mine > coll:
        return ()
    legs = (*paid, *book.put(loan.wallet, loan.kept, mine, collateral))
    events: tuple[Event, ...] = (event(view, "lend_deposit", legs, NAME),)
    more = book.put(loan.wallet, loan.kept, coll - mine, collateral) if coll > mine else ()
    more += book.owe(loan.wallet, loan.owed, units, money, loan.total)
    return (*events, event(view, "borrow", more, NAME))


def _zaps(view: ActivityView, loan: _Loan) -> list[Log]:
    return [
        log
        for log in logs_with(view.activity, LEVERAGED, 2, 5)
        if address_in(log.topics, 1) == loan.user
    ][:1]


def _repaid(book: Book, log: Log, loan: _Loan, view: ActivityView) -> tuple[Event, ...]:
    """Units that went for a debt; what they lack, collateral has paid; the rest comes back."""
    units = number_in(log, 1)
    money = asset_at(view, -units, loan.places) if units else None
    paid = payments(view, {} if money is None else {money: -units})
    back = _returned(view, loan, paid)
    others = {leg.claim for leg in (*paid, *back)}
    if not paid:
        paid = tuple(
            leg
            for leg in view.legs
            if leg.claim not in others
            and leg.counterparty in loan.places
            and abs(leg.quantity) <= units
        )
    short = units + sum(leg.quantity for leg in paid)
    events: tuple[Event, ...] = ()
    used = _used(book, loan, back) if short > 0 else 0
    legs = paid
    if used:
        legs += book.take(loan.wallet, loan.kept, used, ())[0]
    if units and (paid or used):
        of = paid[0].asset if paid else None
        legs += book.owe(loan.wallet, loan.owed, -units, of, loan.total)
        events += (event(view, "repay", legs, NAME),)
    return events + _given_back(book, loan, view.without(events), back)


def _returned(view: ActivityView, loan: _Loan, paid: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """The collateral that came back, in the size that the pool has logged."""
    sizes = {
        number_in(log, 1)
        for log in logs_with(view.activity, POOL_WITHDRAW, 2, 2)
        if address_in(log.topics, 1) == loan.user
    }
    taken = {leg.claim for leg in paid}
    return tuple(
        leg
        for leg in view.legs
        if leg.quantity in sizes and leg.claim not in taken and leg.counterparty in loan.places
    )[:1]


def _used(book: Book, loan: _Loan, back: tuple[Leg, ...]) -> int:
    """Collateral that is neither there any more nor came back: it was sold for the debt."""
    held = book.held(loan.wallet, loan.kept) or 0
    left = loan.left[0] if loan.left is not None else 0
    return max(0, held - left - sum(leg.quantity for leg in back))


def _removed(book: Book, log: Log, loan: _Loan, view: ActivityView) -> tuple[Event, ...]:
    of = asset_at(view, number_in(log, 0), loan.places)
    back = payments(view, {} if of is None else {of: number_in(log, 0)})
    return _given_back(book, loan, view, back)


def _given_back(
    book: Book, loan: _Loan, view: ActivityView, back: tuple[Leg, ...]
) -> tuple[Event, ...]:
    if not back:
        return ()
    units = sum(leg.quantity for leg in back)
    legs, note = book.take(loan.wallet, loan.kept, units, back)
    return (event(view, "lend_withdraw", legs, NAME, note),)


def _liquidated(book: Book, log: Log, loan: _Loan, view: ActivityView) -> tuple[Event, ...]:
    """Collateral is gone and debt is cleared, as far as the books know; own money may help."""
    if address_in(log.topics, 1) == loan.user:
        mine = tuple(leg for leg in view.legs if leg.counterparty in loan.places)
    else:
        mine = ()
    used = _used(book, loan, ())
    legs = mine + (book.take(loan.wallet, loan.kept, used, ())[0] if used else ())
    if book.held(loan.wallet, loan.owed) or mine:
        legs += book.owe(loan.wallet, loan.owed, -number_in(log, 2), None, loan.total)
    return (event(view, "liquidation", legs, NAME),) if legs else ()


def _liquidator(log: Log, loan: _Loan, view: ActivityView) -> tuple[Event, ...]:
    """What the pool had of money goes towards the debt; the liquidator pays the rest of it."""
    coll, had, cleared = (number_in(log, place) for place in range(3))
    money = asset_at(view, -(cleared - had), loan.places)
    collateral = asset_at(view, coll, loan.places)
    if money is None or collateral is None:
        return ()
    legs = payments(view, {money: -(cleared - had), collateral: coll})
    return (event(view, "liquidation", legs, NAME),) if len(legs) > 1 else ()
