"""Euler v2: a view in; debts, sub-accounts and liquidations out.

Sources: euler-xyz/euler-vault-kit, src/EVault/shared/Events.sol; euler-xyz/ethereum-vault-connector
for sub-accounts. A vault itself is one of ERC-4626.

An owner has 256 accounts, which differ in the last byte of the address. A debt token moves with
what an account owes, right after the vault's log; of a sub-account nobody sees it, so that what it
lends is a position of the owner's and what it owes a debt without a token. The vault logs by how
much a debt grew.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, debt, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book, asset_at
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
    with_role,
    word_address,
)

NAME: Final = "euler"
RANK: Final = 5

#: Borrow(address account, uint256 assets), Repay(address account, uint256 assets) and
#: InterestAccrued(address account, uint256 assets) of a vault; account indexed.
BORROW: Final = "0xcbc04eca7e9da35cb1393a6135a199ca52e450d5e9251cbd99f7847d33a36750"
REPAY: Final = "0x5c16de4f8b59bd9caf0f49a545f25819a895ed223294290b408242e72a594231"
INTEREST: Final = "0x5e804d42ae3b860f881d11cb44a4bb1f2f0d5b3d081f5539a32d6f97b629d978"
#: Liquidate(address liquidator, address violator, address collateral, uint256 repayAssets, uint256
#: yieldBalance); liquidator and violator indexed. The liquidator takes the debt over.
LIQUIDATE: Final = "0x8246cc71ab01533b5bebc672a636df812f10637ad720797319d5741d5ebb3962"
#: VaultStatus(uint256 totalShares, uint256 totalBorrows, uint256 accumulatedFees, uint256 cash,
#: uint256 interestAccumulator, uint256 interestRate, uint256 timestamp): only these vaults log it.
STATUS: Final = "0x80b61abbfc5f73cfe5cf93cec97a69ed20643dc6c6f1833b05a1560aa164e24c"
#: Deposit(address sender, address owner, uint256 assets, uint256 shares) and Withdraw(address
#: sender, address receiver, address owner, uint256 assets, uint256 shares); the addresses indexed.
DEPOSIT: Final = "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7"
WITHDRAW: Final = "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db"

SIGNS: Final = frozenset({STATUS})

#: A liquidation moves a debt without a token, of an account whose shares nobody sees.
WITHOUT_LEGS: Final = frozenset({STATUS})


def recognise(view: ActivityView) -> Recognised | None:
    """Liquidations, then what the fund's accounts lent, took out, borrowed and paid back."""
    vaults = {log.address for log in logs_with(view.activity, STATUS, 1, 5)}
    book, events = Book(view, NAME), tuple[Event, ...]()
    settled: set[int] = set()
    for log in logs_with(view.activity, LIQUIDATE, 3, 3):
        if log.address in vaults:
            events += _liquidated(book, log, view.without(events))
            settled |= {moved.index for moved in _moved_by(view, log)}
    if view.acts:
        for log in _told(view):
            if log.address in vaults and log.index not in settled:
                reader = _loan if log.topics[0] in {BORROW, REPAY} else _lent
                found = reader(book, log, view.without(events))
                events += () if found is None else (found,)
    return book.recognised(events)


def _told(view: ActivityView) -> list[Log]:
    least = {BORROW: (2, 1), REPAY: (2, 1), DEPOSIT: (3, 2), WITHDRAW: (4, 2)}
    logs = [
        log
        for signature, (topics, words) in least.items()
        for log in logs_with(view.activity, signature, topics, words)
    ]
    return sorted(logs, key=lambda log: log.index)


def _owner(view: ActivityView, account: str) -> WalletId | None:
    """The owned wallet of which an account is one."""
    owners = (one for one in sorted(view.owned) if one[:-2] == account[:-2])
    found = next(owners, None)
    return None if found is None else wallet_id(view.activity.network, found)


def _reference(log: Log, account: str) -> str:
    return f"{log.address}.{account}"


def _grown(view: ActivityView, log: Log, account: str) -> int:
    """What the vault has just logged that an account's debt grew by."""
    return sum(
        number_in(other, 0)
        for other in logs_with(view.activity, INTEREST, 2, 1)
        if other.address == log.address
        and address_in(other.topics, 1) == account
        and log.index - 2 <= other.index < log.index
    )


def _loan(book: Book, log: Log, view: ActivityView) -> Event | None:
    """Units that came for a debt, or went to lower it."""
    account = address_in(log.topics, 1)
    wallet, taken = _owner(view, account), log.topics[0] == BORROW
    units = number_in(log, 0) if taken else -number_in(log, 0)
    of = asset_at(view, units, {log.address})
    legs = payments(view, {of: units}) if of is not None and units else ()
    if wallet is None or not legs:
        return None
    change = _owed(book, view, log, (account, wallet), units, of)
    return event(view, "borrow" if taken else "repay", (*legs, *change), NAME)


def _owed(
    book: Book,
    view: ActivityView,
    log: Log,
    who: tuple[str, WalletId],
    units: int,
    of: AssetId | None,
) -> tuple[Leg, ...]:
    """The debt token that moved with a log of the vault, or the debt of an account without one."""
    account, wallet = who
    grown = _grown(view, log, account)
    moved = {one.index for one in view.activity.transfers if one.log_index == log.index + 1}
    for leg in view.legs:
        if (
            leg.claim is not None
            and leg.claim[1] in moved
            and leg.wallet == wallet
            and leg.counterparty == ZERO_ADDRESS
            and leg.quantity == units + grown
        ):
            base = None if of is None else view.assets.get(of)
            if base is not None:
                book.facts[leg.asset] = Asset(
                    leg.asset, f"debt{base.symbol}", base.decimals, "debt", of, "interest"
                )
            return split(leg, grown, "interest", "debt") if grown else (with_role(leg, "debt"),)
    owed = debt(view.activity.network, NAME, _reference(log, account))
    if account in view.owned or (units < 0 and of is None and not book.held(wallet, owed)):
        return ()
    return book.owe(wallet, owed, units, of, grown=grown)


def _lent(book: Book, log: Log, view: ActivityView) -> Event | None:
    """Assets of a sub-account, whose shares are at an address that is not the fund's own."""
    put_in = log.topics[0] == DEPOSIT
    account = address_in(log.topics, 2 if put_in else 3)
    wallet = _owner(view, account)
    if wallet is None or account in view.owned:
        return None
    units = number_in(log, 0)
    signed = -units if put_in else units
    of = asset_at(view, signed, {log.address})
    legs = payments(view, {of: signed}) if of is not None and units else ()
    if not legs or of is None:
        return None
    kept = position(view.activity.network, NAME, _reference(log, account))
    if put_in:
        return event(view, "lend_deposit", (*legs, *book.put(wallet, kept, units, of)), NAME)
    legs, note = book.take(wallet, kept, units, legs)
    return event(view, "lend_withdraw", legs, NAME, note)


def _moved_by(view: ActivityView, liquidation: Log) -> list[Log]:
    """The logs by which a liquidation moved the debt: no money was borrowed or paid."""
    parties = {address_in(liquidation.topics, place) for place in (1, 2)}
    return [
        log
        for signature in (BORROW, REPAY)
        for log in logs_with(view.activity, signature, 2, 1)
        if log.address == liquidation.address
        and log.index < liquidation.index
        and address_in(log.topics, 1) in parties
        and number_in(log, 0) == number_in(liquidation, 1)
    ]


def _liquidated(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """Shares of the collateral's vault go with the debt from the one to the other."""
    events: tuple[Event, ...] = ()
    shares = erc20(view.activity.network, word_address(log, 0))
    for place, sign in ((2, -1), (1, 1)):
        account = address_in(log.topics, place)
        wallet = _owner(view, account)
        if wallet is None or (sign > 0 and not view.acts):
            continue
        legs = tuple(
            leg
            for leg in view.legs
            if leg.asset == shares and leg.quantity == sign * number_in(log, 2)
        )[:1]
        for moved in _moved_by(view, log):
            if address_in(moved.topics, 1) == account:
                units = sign * number_in(log, 1)
                legs += _owed(book, view, moved, (account, wallet), units, None)
        events += (event(view, "liquidation", legs, NAME),) if legs else ()
    return events
