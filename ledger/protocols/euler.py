"""Euler v2: a view in; debts, sub-accounts and liquidations out.

Sources: euler-xyz/euler-vault-kit, src/EVault/shared/Events.sol; euler-xyz/ethereum-vault-connector
for sub-accounts. A vault itself is one of ERC-4626.

An owner has 256 accounts, which differ in the last byte of the address. A debt token moves with
what an account owes, right after the vault's log; of a sub-account nobody sees it, so that what it
lends is a position of the owner's and what it owes a debt without a token. The vault logs by how
much a debt grew. What a vault pays to a swapper, or is paid by it, is an account's all the same
where the connector says that the vault was called for it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, debt, erc20, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._euler_connectors import CONNECTORS
from ledger.protocols._euler_liquidations import STATUS, hidden
from ledger.protocols._levered import carries, own_part
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
#: Deposit(address sender, address owner, uint256 assets, uint256 shares) and Withdraw(address
#: sender, address receiver, address owner, uint256 assets, uint256 shares); the addresses indexed.
DEPOSIT: Final = "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7"
WITHDRAW: Final = "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db"

#: CallWithContext(address caller, bytes19 onBehalfOfAddressPrefix, address onBehalfOfAccount,
#: address targetContract, bytes4 selector) of the connector, caller, prefix and target indexed
#: (ethereum-vault-connector, src/Events.sol). Who calls for an account has its owner's leave; a
#: target that calls itself has asked nobody (EthereumVaultConnector.sol, `call`).
CALLED: Final = "0x6e9738e5aa38fe1517adbb480351ec386ece82947737b18badbcad1e911133ec"
#: CollateralStatus(address account, address collateral, bool enabled) of the connector, account and
#: collateral indexed: its owner alone says so.
COLLATERAL: Final = "0xf022705c827017c972043d1984cfddc7958c9f4685b4d9ce8bd68696f4381cd2"

SIGNS: Final = frozenset({STATUS})

#: A liquidation moves a debt without a token, of an account whose shares nobody sees.
WITHOUT_LEGS: Final = frozenset({STATUS})


def told_of(view: ActivityView) -> frozenset[str]:
    """The connector, vaults that it called for accounts of the fund's, and whom they paid paid."""
    called = {target for account, target in _called(view) if _owner(view, account)}
    paid = {one.recipient for one in view.activity.transfers if one.sender in called}
    connector = CONNECTORS.get(view.activity.network, "")
    return frozenset(
        called
        | ({connector} - {""})
        | {
            log.address
            for log in (_told(view) if paid else ())
            if log.topics[0] in {DEPOSIT, REPAY}
            and _owner(view, address_in(log.topics, _ACCOUNT[log.topics[0]]))
            and _other(view, log, out=False) in paid
        }
    )


def recognise(view: ActivityView) -> Recognised | None:
    """Liquidations, then what the fund's accounts lent, took out, borrowed and paid back."""
    vaults = {log.address for log in logs_with(view.activity, STATUS, 1, 5)}
    book, events = Book(view, NAME), tuple[Event, ...]()
    settled: set[int] = set()
    for log in logs_with(view.activity, LIQUIDATE, 3, 3):
        if log.address in vaults:
            events += _liquidated(book, log, view.without(events))
            settled |= {moved.index for moved in _moved_by(view, log)}
    over: list[Log] = []
    for log in _told(view):
        if log.address in vaults and log.index not in settled:
            reader = _loan if log.topics[0] in {BORROW, REPAY} else _lent
            found = reader(book, log, view.without(events)) if view.acts else None
            events += () if found is None else (found,)
            over += [log] if found is None else []
    turned = _turned(book, over, view.without(events))
    events += () if turned is None else (turned,)
    return book.recognised(events)


#: Where the account stands among the topics.
_ACCOUNT: Final = {BORROW: 1, REPAY: 1, DEPOSIT: 2, WITHDRAW: 3}


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
    if wallet is None or not legs or (taken and not _is_asked(view, log, account)):
        return None
    change = _owed(book, view, log, (account, wallet), units, of)
    return event(view, "borrow" if taken else "repay", (*legs, *change), NAME)


def _called(view: ActivityView) -> frozenset[tuple[str, str]]:
    """Each account for which the connector called a contract, with that contract.

    One that calls itself does so for who called it, and no sub-account calls anybody.
    """
    connector = CONNECTORS.get(view.activity.network)
    return frozenset(
        (word_address(log, 0), address_in(log.topics, 3))
        for log in logs_with(view.activity, CALLED, 4, 2)
        if log.address == connector
        and (
            log.topics[1] != log.topics[3]
            or (
                view.acts
                and address_in(log.topics, 3) == view.called
                and word_address(log, 0) in view.owned
            )
        )
    )


def _is_asked(view: ActivityView, log: Log, account: str) -> bool:
    """Whether a sub-account drew or took out: nobody but the connector can call for one.

    What the fund's own address does the vault tells by its tokens.
    """
    known = CONNECTORS.get(view.activity.network) is not None
    return account in view.owned or not known or (account, log.address) in _called(view)


def _named(book: Book, log: Log, account: str) -> bool:
    """Whether a vault into which somebody paid for an account is one that its owner uses.

    The connector called it or took it for collateral, or the books know it; shares that came are
    there to be seen, but who gave the payer something for it has sold that.
    """
    view, connector = book.view, CONNECTORS.get(book.view.activity.network)
    called = _called(view)
    kept = position(view.activity.network, NAME, _reference(log, account))
    taken = {
        address_in(each.topics, 2)
        for each in logs_with(view.activity, COLLATERAL, 3, 1)
        if each.address == connector
        and address_in(each.topics, 1)[:-2] == account[:-2]
        and number_in(each, 0)
    }
    if log.address in taken | {target for who, target in called if who[:-2] == account[:-2]}:
        return True
    sold = any(
        one.sender == log.address and one.recipient == _other(view, log, out=False)
        for one in view.activity.transfers
    )
    known = connector is None or book.holder(kept) is not None
    return known or (account in view.owned and not sold)


def _turned(book: Book, logs: Sequence[Log], view: ActivityView) -> Event | None:
    """Loans in a swapper's hands and what it paid into vaults for the fund, as one event.

    Only an account itself draws or takes out; anybody may pay in for it, and here a swapper does.
    Shares that nobody sees may so become the fund's own money, or other shares.
    """
    called = _called(view)
    owners = {account[:-2] for account, _ in called}
    legs, helpers, does = tuple[Leg, ...](), {view.called}, set[str]()
    kept, worth, unknown = dict[AssetId, AssetId](), dict[AssetId, int](), False
    for log in logs:
        account = address_in(log.topics, _ACCOUNT[log.topics[0]])
        wallet, out = _owner(view, account), log.topics[0] in {BORROW, WITHDRAW}
        asked = (account, log.address) in called if out else account[:-2] in owners
        helper = _other(view, log, out=out)
        if wallet is None or not asked or helper in view.owned:
            continue
        if log.topics[0] == DEPOSIT and not _named(book, log, account):
            continue
        rest = _left(view, legs)
        of = asset_at(view, number_in(log, 0) * (1 if out else -1), {log.address})
        if log.topics[0] in {BORROW, REPAY}:
            units = number_in(log, 0) if out else -number_in(log, 0)
            found = _owed(book, rest, log, (account, wallet), units, of)
        else:
            found = _shares(book, rest, log, (account, wallet), of)
            kept |= {leg.asset: of for leg in found if of is not None}
            worth |= {leg.asset: worth.get(leg.asset, 0) + number_in(log, 0) for leg in found}
        if found:
            legs, helpers, does = (*legs, *found), {*helpers, helper}, {*does, log.topics[0]}
        unknown |= not found and log.topics[0] == WITHDRAW and account not in view.owned
    own = own_part(_left(view, legs), helpers - {""})
    kind = _kind(does, hidden=any(leg.claim is None for leg in legs), paid=bool(own))
    legs += own
    note = "position:unknown" if unknown else ""
    if does & {BORROW, REPAY} and not note:
        note = carries(view, legs, kept, worth)
    return event(view, kind, legs, NAME, note) if kind else None


def _kind(does: set[str], *, hidden: bool, paid: bool) -> str:
    """What logs of these topics are together; nothing where each side shows, or one does not."""
    if does & {BORROW, REPAY}:
        return "repay" if REPAY in does else "borrow"
    if not hidden or not (paid or len(does) > 1):
        return ""
    if len(does) > 1:
        return "swap"
    return "lend_deposit" if DEPOSIT in does else "lend_withdraw"


def _left(view: ActivityView, legs: Sequence[Leg]) -> ActivityView:
    """The view less the legs that are spoken for."""
    taken = {leg.claim for leg in legs if leg.claim is not None}
    return replace(view, legs=tuple(leg for leg in view.legs if leg.claim not in taken))


def _other(view: ActivityView, log: Log, *, out: bool) -> str:
    """Whom a vault paid, or who paid it, what it logs."""
    found = [
        one.recipient if out else one.sender
        for one in view.activity.transfers
        if one.quantity == number_in(log, 0)
        and log.address == (one.sender if out else one.recipient)
    ]
    return found[0] if found else ""


def _shares(
    book: Book, view: ActivityView, log: Log, who: tuple[str, WalletId], of: AssetId | None
) -> tuple[Leg, ...]:
    """What an account has more or less in a vault: shares, or a position where nobody sees them."""
    account, wallet = who
    put_in = log.topics[0] == DEPOSIT
    network, units = view.activity.network, number_in(log, 1) * (1 if put_in else -1)
    if account in view.owned:
        share = erc20(network, log.address)
        legs = (leg for leg in view.legs if leg.wallet == wallet and leg.asset == share)
        return tuple(leg for leg in legs if leg.quantity == units)[:1]
    kept = position(network, NAME, _reference(log, account))
    if not put_in:
        return book.take(wallet, kept, number_in(log, 0), ())[0]
    return book.put(wallet, kept, number_in(log, 0), of) if of is not None else ()


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
    if not (_named(book, log, account) if put_in else _is_asked(view, log, account)):
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
    found: list[Log] = []
    for signature, party in ((REPAY, 2), (BORROW, 1)):
        found += [
            log
            for log in logs_with(view.activity, signature, 2, 1)
            if log.address == liquidation.address
            and log.index < liquidation.index
            and log.topics[1] == liquidation.topics[party]
            and number_in(log, 0) == number_in(liquidation, 1)
        ][-1:]
    return found


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
        if account not in view.owned:
            legs = hidden(book, log, account, wallet)
        for moved in _moved_by(view, log):
            if address_in(moved.topics, 1) == account:
                units = sign * number_in(log, 1)
                legs += _owed(book, view, moved, (account, wallet), units, None)
        events += (event(view, "liquidation", legs, NAME),) if legs else ()
    return events
