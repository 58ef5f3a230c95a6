"""Silo: a view in; lending by share tokens and debts by shares, of both its versions, out.

Sources: silo-finance/silo-core-v1, contracts/interfaces/IBaseSilo.sol; silo-contracts-v2,
silo-core/contracts/interfaces/ISilo.sol. Unprotected deposits of the second are of ERC-4626.

What is owed has a token that counts shares of all debt: it ties to the chain, and is worth what the
asset is only by a rate that no log tells.
"""

from dataclasses import dataclass
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, erc20
from ledger.model.event import Event, Leg
from ledger.protocols._loans import Reads, asset_at, topic
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    payments,
    with_role,
)

NAME: Final = "silo"
RANK: Final = 10

#: Of the first version: Deposit(address asset, address depositor, uint256 amount, bool
#: collateralOnly), Withdraw(address asset, address depositor, address receiver, uint256 amount,
#: bool collateralOnly), Borrow(address asset, address user, uint256 amount) and Repay of the same
#: shape; the addresses indexed.
DEPOSIT: Final = "0xdd160bb401ec5b5e5ca443d41e8e7182f3fe72d70a04b9c0ba844483d212bcb5"
WITHDRAW: Final = "0x3b5f15635b488fe265654176726b3222080f3d6500a562f4664233b3ea2f0283"
BORROW: Final = "0x312a5e5e1079f5dda4e95dbbd0b908b291fd5b992ef22073643ab691572c5b52"
REPAY: Final = "0x05f2eeda0e08e4b437f487c8d7d29b14537d15e3488170dc3de5dbdf8dac4684"
#: Of the second: DepositProtected(address sender, address owner, uint256 assets, uint256 shares)
#: and Repay of the same shape; WithdrawProtected(address sender, address receiver, address owner,
#: uint256 assets, uint256 shares) and Borrow of the same shape; the addresses indexed.
DEPOSIT_PROTECTED: Final = "0x1ad348f5de3e19e23d88e34248ceb6ab09804a35a3abc0e7758045b7b9036acd"
WITHDRAW_PROTECTED: Final = "0x2dac01ea07cfa812db5881eaad96ba201c018c042b8f9ea7278cdf6f29e65f24"
BORROW_SHARES: Final = "0x96558a334f4759f0e7c423d68c84721860bd8fbf94ddc4e55158ecb125ad04b5"
REPAY_SHARES: Final = "0xe4a1ae657f49cb1fb1c7d3a94ae6093565c4c8c0e03de488f79c377c3c3a24e0"


@dataclass(frozen=True, slots=True)
class _Action:
    """A log's kind of event, its size in topics and words, who owns, where the money goes."""

    kind: str
    topics: int
    words: int
    owner: Reads
    via: Reads
    shares: bool

    @property
    def sign(self) -> int:
        """Whether money comes (1) or goes (-1)."""
        return 1 if self.kind in {"lend_withdraw", "borrow"} else -1

    @property
    def owes(self) -> bool:
        return self.kind in {"borrow", "repay"}


_FIRST, _SECOND, _THIRD = topic(1), topic(2), topic(3)

_ACTIONS: Final = {
    DEPOSIT: _Action("lend_deposit", 3, 2, _SECOND, _SECOND, shares=False),
    WITHDRAW: _Action("lend_withdraw", 4, 2, _SECOND, _THIRD, shares=False),
    BORROW: _Action("borrow", 3, 1, _SECOND, _SECOND, shares=False),
    REPAY: _Action("repay", 3, 1, _SECOND, _SECOND, shares=False),
    DEPOSIT_PROTECTED: _Action("lend_deposit", 3, 2, _SECOND, _FIRST, shares=True),
    WITHDRAW_PROTECTED: _Action("lend_withdraw", 4, 2, _THIRD, _SECOND, shares=True),
    BORROW_SHARES: _Action("borrow", 4, 2, _THIRD, _SECOND, shares=True),
    REPAY_SHARES: _Action("repay", 3, 2, _SECOND, _FIRST, shares=True),
}

SIGNS: Final = frozenset(_ACTIONS)


def recognise(view: ActivityView) -> Recognised | None:
    """Each log of an owned address with the money and the share token that moved for it."""
    if not view.acts:
        return None
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    logs = [
        (log, action)
        for signature, action in _ACTIONS.items()
        for log in logs_with(view.activity, signature, action.topics, action.words)
        if action.owner(log) in view.owned
    ]
    for log, action in sorted(logs, key=lambda each: each[0].index):
        rest = view.without(events)
        money = _money(rest, log, action)
        moved = _shares(rest, log, action, money)
        if money and moved:
            events += (event(view, action.kind, (*money, *moved), NAME),)
            facts += tuple(_debt(view, leg) for leg in moved if leg.role == "debt")
    return Recognised(events, facts) if events else None


def _money(view: ActivityView, log: Log, action: _Action) -> tuple[Leg, ...]:
    """The legs that paid or brought what the log says."""
    units = action.sign * number_in(log, 0)
    of: AssetId | None = erc20(view.activity.network, _FIRST(log))
    if action.shares:
        of = asset_at(view, units, {log.address})
    if of is None:
        return ()
    return payments(view, {of: units}, action.via(log)) or payments(view, {of: units})


def _shares(
    view: ActivityView, log: Log, action: _Action, money: tuple[Leg, ...]
) -> tuple[Leg, ...]:
    """The share token that was made or burnt for it: in the size that is logged, else the only one.

    A debt grows where money comes; what is lent shrinks there.
    """
    sign = action.sign if action.owes else -action.sign
    taken = {leg.claim for leg in money}
    found = [
        leg
        for leg in view.legs
        if leg.counterparty == ZERO_ADDRESS
        and (leg.quantity > 0) == (sign > 0)
        and leg.claim not in taken
        and not is_non_fungible(leg.asset)
        and (not action.shares or abs(leg.quantity) == number_in(log, 1))
    ]
    if not found or (not action.shares and len(found) > 1):
        return ()
    return (with_role(found[0], "debt") if action.owes else found[0],)


def _debt(view: ActivityView, leg: Leg) -> Asset:
    """A token of shares of a debt: it is owed, and no asset's value is its own."""
    known = view.assets.get(leg.asset)
    symbol, decimals = (known.symbol, known.decimals) if known is not None else ("debt", 18)
    return Asset(leg.asset, symbol, decimals, "debt")
