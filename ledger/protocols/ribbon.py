"""Vaults of options that act by rounds: a view in; deposits, shares and withdrawals out.

Source: ribbon-finance/ribbon-v2, contracts/vaults/BaseVaults/base/RibbonVault.sol and
RibbonThetaVault.sol; others write the same logs.

What is given waits with the vault until its shares are taken out, and shares that are given back
wait until they are paid out: positions in units of what was given. A log of shares does not say for
how much of a deposit they are, so the first that come are for all that waits.
"""

from collections.abc import Callable
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, contract_of, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "ribbon"
#: Before farms and locks, of which some have logs of the same topics.
RANK: Final = 9

#: Deposit(address account, uint256 amount, uint256 round), Redeem(address account, uint256 share,
#: uint256 round), InitiateWithdraw(address account, uint256 shares, uint256 round),
#: Withdraw(address account, uint256 amount, uint256 shares) and InstantWithdraw(address account,
#: uint256 amount, uint256 round); account indexed, in some vaults not where it is a withdrawal.
DEPOSIT: Final = "0x90890809c654f11d6e72a28fa60149770a0d11ec6c92319d6ceb2bb0a4ea1a15"
REDEEM: Final = "0xe5b754fb1abb7f01b499791d0b820ae3b6af3424ac1c59768edb53f4ec31a929"
INITIATE: Final = "0x0c53c82ad07e2d592d88ece3b066777dd60f1118e2a081b380efc4358f0d9e2a"
WITHDRAW: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"
INSTANT: Final = "0xab2daf3c146ca6416cbccd2a86ed2ba995e171ef6319df14a38aef01403a9c96"

SIGNS: Final = frozenset({DEPOSIT, REDEEM, INITIATE, WITHDRAW, INSTANT})

#: A vault counts its rounds in 16 bits; what others log in that place is an amount or a time.
_ROUNDS: Final = 1 << 16


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits, then shares for them, which come before they are given back; then what is paid."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    steps: tuple[tuple[str, Callable[..., tuple[Event, ...]]], ...] = (
        (DEPOSIT, _put_in),
        (REDEEM, _shares),
        (INITIATE, _asked),
        (WITHDRAW, _paid),
        (INSTANT, _back),
    )
    for topic, step in steps:
        for log in logs_with(view.activity, topic, 1, 2):
            said = _said(view, log)
            if said is not None:
                events += step(book, view.without(events), log.address, *said)
    return book.recognised(events)


def _said(view: ActivityView, log: Log) -> tuple[WalletId, int, int] | None:
    """Whose a log is where it is the fund's, and its two numbers."""
    inside = len(log.topics) == 1
    if len(log.topics) > 2 or len(log.data) < 2 + 64 * (2 + inside):
        return None
    account = word_address(log, 0) if inside else address_in(log.topics, 1)
    if account not in view.owned:
        return None
    numbers = number_in(log, int(inside)), number_in(log, 1 + inside)
    return wallet_id(view.activity.network, account), *numbers


def _put_in(
    book: Book, view: ActivityView, vault: str, wallet: WalletId, units: int, number: int
) -> tuple[Event, ...]:
    """What a vault took that gave no shares for it at once."""
    made = any(contract_of(leg.asset) == vault and leg.quantity > 0 for leg in view.legs)
    gave = None if made or number >= _ROUNDS else _leg(view, vault, -units)
    if gave is None:
        return ()
    legs = (gave, *book.put(wallet, _deposit(view, vault), units, gave.asset))
    return (event(view, "vault_deposit", legs, NAME),)


def _shares(
    book: Book, view: ActivityView, vault: str, wallet: WalletId, units: int, number: int
) -> tuple[Event, ...]:
    """Shares that waited with the vault, for all that was given for them."""
    came = _leg(view, vault, units, of=vault)
    if came is None or number >= _ROUNDS:
        return ()
    back = _taken(book, wallet, _deposit(view, vault))
    return (event(view, "vault_deposit", (came, *back), NAME, "" if back else "position:unknown"),)


def _asked(
    book: Book, view: ActivityView, vault: str, wallet: WalletId, units: int, number: int
) -> tuple[Event, ...]:
    """Shares that were given back and wait to be paid out."""
    gave = _leg(view, vault, -units, of=vault)
    if gave is None or number >= _ROUNDS:
        return ()
    legs = (gave, *book.put(wallet, _waiting(view, vault), units, gave.asset))
    return (event(view, "order_open", legs, NAME),)


def _paid(
    book: Book, view: ActivityView, vault: str, wallet: WalletId, units: int, shares: int
) -> tuple[Event, ...]:
    """What shares that wait were worth; of others' vaults, what was put in that comes back."""
    came, kept = _leg(view, vault, units), _waiting(view, vault)
    if came is not None and book.held(wallet, kept) and shares:
        back = _taken(book, wallet, kept, shares)
        return (event(view, "vault_withdraw", (came, *back), NAME),)
    return _back(book, view, vault, wallet, units, shares)


def _back(
    book: Book, view: ActivityView, vault: str, wallet: WalletId, units: int, _number: int
) -> tuple[Event, ...]:
    """What was put in and comes back as it is."""
    came = _leg(view, vault, units)
    back = () if came is None else _taken(book, wallet, _deposit(view, vault), units)
    return (event(view, "vault_withdraw", (came, *back), NAME),) if came and back else ()


def _taken(
    book: Book, wallet: WalletId, kept: AssetId, units: int | None = None
) -> tuple[Leg, ...]:
    """Units of a position that leave, all without a number, as far as it is known."""
    known = book.held(wallet, kept) or 0
    gone = known if units is None else min(units, known)
    return book.take(wallet, kept, gone, ())[0] if gone else ()


def _deposit(view: ActivityView, vault: str) -> AssetId:
    return position(view.activity.network, NAME, f"{vault}.deposit")


def _waiting(view: ActivityView, vault: str) -> AssetId:
    return position(view.activity.network, NAME, f"{vault}.withdrawal")


def _leg(view: ActivityView, vault: str, units: int, of: str | None = None) -> Leg | None:
    """The leg of just so many units that a vault and the fund moved; of the vault's or not."""
    return next(
        (
            leg
            for leg in view.legs
            if units
            and leg.quantity == units
            and leg.counterparty == vault
            and not is_non_fungible(leg.asset)
            and (contract_of(leg.asset) == vault) == (of is not None)
        ),
        None,
    )
