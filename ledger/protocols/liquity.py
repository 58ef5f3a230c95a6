"""Liquity v1: a view in; troves, the stability pool, stakes of LQTY and what they earn, out.

Sources: liquity/dev, packages/contracts/contracts/Interfaces/IBorrowerOperations.sol,
ITroveManager.sol, IStabilityPool.sol, ILQTYStaking.sol; addresses from lib-ethers' deployments.

A trove is a position of coin and a debt of LUSD, less the 200 that the protocol keeps for gas and
gives back. The log says what is owed afterwards; the fee of a loan is a part of it. A user may act
through a proxy that it does not own: then the wallet is the one whose money moved.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, debt, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._loans import Book, has_shares
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    net,
    number_in,
    payments,
    trade,
)

NAME: Final = "liquity"
RANK: Final = 10

#: TroveUpdated(address borrower, uint256 debt, uint256 coll, uint256 stake, uint8 operation);
#: borrower indexed. Of the operations of the manager 1 and 2 are liquidations.
TROVE_UPDATED: Final = "0xc3770d654ed33aeea6bf11ac8ef05d02a6a04ed4686dd2f624d853bbec43cc8b"
#: LUSDBorrowingFeePaid(address borrower, uint256 fee); borrower indexed.
FEE_PAID: Final = "0xa55c5f48fd29482ad55f4b59bf070cd1ac1a7132a31f7a136ebe8877ae37e1ff"
#: UserDepositChanged(address depositor, uint256 newDeposit), ETHGainWithdrawn(address depositor,
#: uint256 eth, uint256 lusdLoss) and LQTYPaidToDepositor(address depositor, uint256 lqty) of the
#: stability pool; depositor indexed.
DEPOSIT_CHANGED: Final = "0xbce78369dccab09eec1986f4d409ab09ffbb47d65423e5148fcf98411c5111c9"
GAIN_WITHDRAWN: Final = "0x51457222ebca92c335c9c86e2baa1cc0e40ffaa9084a51452980d5ba8dec2f63"
LQTY_PAID: Final = "0x2608b986a6ac0f6c629ca37018e80af5561e366252ae93602a96d3ab2e73e42d"
#: StakeChanged(address staker, uint256 newStake) and StakingGainsWithdrawn(address staker, uint256
#: lusdGain, uint256 ethGain); staker indexed.
STAKE_CHANGED: Final = "0x39df0e5286a3ef2f42a0bf52f32cfe2c58e5b0405f47fe512f2c2439e4cfe204"
GAINS_WITHDRAWN: Final = "0xf744d34ca1cb25acfa4180df5f09a67306107110a9f4b6ed99bb3be259738215"

#: DepositLQTY(address user, address rewardRecipient, uint256 lqtyAmount, uint256 lusdReceived,
#: uint256 lusdSent, uint256 ethReceived, uint256 ethSent) and WithdrawLQTY(address user, address
#: recipient, uint256 lqtyReceived, uint256 lqtySent, uint256 lusdReceived, uint256 lusdSent,
#: uint256 ethReceived, uint256 ethSent) of the governance; user indexed. What is sent may be more
#: than what was received just now (liquity/V2-gov, IGovernance.sol).
VOTES_STAKED: Final = "0x5cd37895bb9287e542a426d6abbc93d7daca0979bd43264d320d4fd224a5fc5e"
VOTES_WITHDRAWN: Final = "0x2870fe177552976b0dbc3166ded2169d5d73275fc565df30894320fd3608f339"

#: Liquidation(uint256 liquidatedDebt, uint256 liquidatedColl, uint256 collGasCompensation,
#: uint256 lusdGasCompensation) and Redemption(uint256 attempted, uint256 actual, uint256 ethSent,
#: uint256 ethFee) of the manager; nothing indexed.
LIQUIDATED: Final = "0x4152c73dd2614c4f9fc35e8c9cf16013cd588c75b49a4c1673ecffdcbcda9403"
REDEEMED: Final = "0x43a3f4082a4dbc33d78e317d2497d3a730bc7fc3574159dcea1056e62e5d9ad8"

#: liquity/dev, mainnetDeployment/realDeploymentOutput.
OPERATIONS: Final = "0x24179cd81c9e782a4096035f7ec97fb8b783e007"
MANAGER: Final = "0xa39739ef8b0231dbfa0dcda07d7e29faabcf4bb2"
ACTIVE_POOL: Final = "0xdf9eb223bafbe5c5271415c75aecd68c21fe3d7f"
STABILITY_POOL: Final = "0x66017d22b0f8556afdd19fc67041899eb65a21bb"
STAKING: Final = "0x4f9fbb3f1e99b56e0fe2892e623ed36a76fc605d"
LUSD: Final = "0x5f98805a4e8be255a32880fdec7f6728c6568ba0"
LQTY: Final = "0x6dea81c8171d0ba574754ef6f8b412f2ed88c54d"

#: Keeps the stakes of its voters in a contract for each (Governance of the second version).
GOVERNANCE: Final = "0x807def5e7d057df05c796f4bc75c3fe82bd6eee1"

#: What the protocol keeps of each loan for the gas of a liquidation, and gives back.
RESERVE: Final = 200 * 10**18
_LIQUIDATIONS: Final = frozenset({1, 2})

SIGNS: Final = frozenset({OPERATIONS, MANAGER, STABILITY_POOL, STAKING})

#: Redemptions and liquidations change a trove without anything moving at its owner.
WITHOUT_LEGS: Final = frozenset({TROVE_UPDATED})


def recognise(view: ActivityView) -> Recognised | None:
    """Troves, then the stability pool, then stakes."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in logs_with(view.activity, TROVE_UPDATED, 2, 4):
        if log.address == OPERATIONS:
            events += _trove(book, log, view.without(events))
        elif log.address == MANAGER:
            events += _changed_by_others(book, log, view)
    for log in logs_with(view.activity, DEPOSIT_CHANGED, 2, 1):
        if log.address == STABILITY_POOL:
            events += _pooled(book, log, view.without(events))
    for log in logs_with(view.activity, STAKE_CHANGED, 2, 1):
        if log.address == STAKING:
            events += _staked(book, log, view.without(events))
    events += _earned(view.without(events))
    if view.acts:
        events += _kept_peg(view.without(events))
    return book.recognised(events)


def _wallet(view: ActivityView, user: str) -> WalletId | None:
    """The wallet of a user: itself, or the only one that acts through the user's contract."""
    network = view.activity.network
    if user in view.owned:
        return wallet_id(network, user)
    wallets = {leg.wallet for leg in view.legs}
    handed = any(leg.counterparty == user and leg.quantity < 0 for leg in view.legs)
    for_it = (handed or view.called in {user, GOVERNANCE}) and not has_shares(view, user)
    return next(iter(wallets)) if view.acts and for_it and len(wallets) == 1 else None


def _between(view: ActivityView, asset: AssetId, user: str, places: set[str]) -> tuple[Leg, ...]:
    """The legs of an asset that went to or came from the protocol, over the user's contract too."""
    near = places | {user}
    return tuple(leg for leg in view.legs if leg.asset == asset and leg.counterparty in near)


# ---- troves ------------------------------------------------------------------------------------


def _trove(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """What its owner did with a trove: coin in or out of it, and LUSD drawn or paid back."""
    user = address_in(log.topics, 1)
    wallet = _wallet(view, user)
    if wallet is None or (user in view.owned and not view.acts):
        return ()
    network = view.activity.network
    coin, lusd = native(network), erc20(network, LUSD)
    kept, owed = position(network, NAME, user), debt(network, NAME, user)
    wallet = book.owner(wallet, kept, owed)  # one contract may act for two wallets
    moved = _between(view, coin, user, {OPERATIONS, ACTIVE_POOL})
    drawn = _between(view, lusd, user, {ZERO_ADDRESS})
    events: tuple[Event, ...] = ()
    change = net(moved).get(coin, 0)
    if change < 0:
        legs = (*moved, *book.put(wallet, kept, -change, coin))
        events += (event(view, "lend_deposit", legs, NAME),)
    elif change > 0:
        legs, note = book.take(wallet, kept, change, moved)
        events += (event(view, "lend_withdraw", legs, NAME, note),)
    units = net(drawn).get(lusd, 0)
    if units:
        fees = sum(
            number_in(fee, 0)
            for fee in logs_with(view.activity, FEE_PAID, 2, 1)
            if address_in(fee.topics, 1) == user and units > 0
        )
        total = max(0, number_in(log, 0) - RESERVE)
        legs = (*drawn, *book.owe(wallet, owed, units, lusd, total, fees))
        events += (event(view, "borrow" if units > 0 else "repay", legs, NAME),)
    return events


def _changed_by_others(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """A trove that the books know was redeemed, liquidated, or took over what others left."""
    network, user = view.activity.network, address_in(log.topics, 1)
    kept, owed = position(network, NAME, user), debt(network, NAME, user)
    wallet = book.holder(kept)
    if wallet is None:
        return ()
    coins = number_in(log, 1) - (book.held(wallet, kept) or 0)
    units = max(0, number_in(log, 0) - RESERVE) - (book.held(wallet, owed) or 0)
    if not coins and not units:
        return ()
    legs = book.put(wallet, kept, coins, native(network))
    legs += book.owe(wallet, owed, units, erc20(network, LUSD))
    seized = number_in(log, 3) in _LIQUIDATIONS
    kind = "liquidation" if seized else "borrow" if units > 0 else "repay"
    return (event(view, kind, legs, NAME),)


def _kept_peg(view: ActivityView) -> tuple[Event, ...]:
    """What the fund got for a liquidation of others, and coin for LUSD that it redeemed."""
    network = view.activity.network
    coin, lusd = native(network), erc20(network, LUSD)
    for log in logs_with(view.activity, LIQUIDATED, 1, 4):
        sizes = {asset: number_in(log, place) for asset, place in ((coin, 2), (lusd, 3))}
        came = [leg for leg in view.legs if leg.quantity == sizes.get(leg.asset)]
        if log.address == MANAGER and came:
            return (event(view, "reward", came, NAME),)
    for log in logs_with(view.activity, REDEEMED, 1, 4):
        burnt = [leg for leg in view.legs if leg.asset == lusd and leg.counterparty == ZERO_ADDRESS]
        came = [leg for leg in view.legs if leg.asset == coin and leg.counterparty == ACTIVE_POOL]
        found = trade(view, (*burnt, *came), NAME) if log.address == MANAGER else None
        if found is not None:
            return (found,)
    return ()


# ---- stability pool and stakes -----------------------------------------------------------------


def _pooled(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """LUSD into the pool or out of it; what the pool spent of it came back as coin."""
    user = address_in(log.topics, 1)
    network, wallet = view.activity.network, _wallet(view, user)
    if wallet is None or not view.acts:
        return ()
    lusd, kept = erc20(network, LUSD), position(network, NAME, f"pool.{user}")
    wallet = book.owner(wallet, kept)
    events: tuple[Event, ...] = ()
    for gain in logs_with(view.activity, GAIN_WITHDRAWN, 2, 2):
        coin = payments(view, {native(network): number_in(gain, 0)}, via=user)
        if address_in(gain.topics, 1) == user and coin:
            spent, _ = book.take(wallet, kept, number_in(gain, 1), ())
            events += (event(view, "swap" if spent else "reward", (*coin, *spent), NAME),)
    moved = _between(view.without(events), lusd, user, {STABILITY_POOL})
    return events + _kept(book, view, (wallet, kept, lusd), moved)


def _staked(book: Book, log: Log, view: ActivityView) -> tuple[Event, ...]:
    """LQTY into the stake or out of it."""
    user = address_in(log.topics, 1)
    network, wallet = view.activity.network, _wallet(view, user)
    if wallet is None or not view.acts:
        return ()
    lqty, kept = erc20(network, LQTY), position(network, NAME, f"stake.{user}")
    moved = _between(view, lqty, user, {STAKING})
    return _kept(book, view, (book.owner(wallet, kept), kept, lqty), moved)


def _kept(
    book: Book,
    view: ActivityView,
    what: tuple[WalletId, AssetId, AssetId],
    moved: tuple[Leg, ...],
) -> tuple[Event, ...]:
    """Units that the protocol keeps from now on, or gave back."""
    wallet, kept, asset = what
    change = net(moved).get(asset, 0)
    if not change:
        return ()
    if change < 0:
        legs = (*moved, *book.put(wallet, kept, -change, asset))
        return (event(view, "stake", legs, NAME),)
    legs, note = book.take(wallet, kept, change, moved)
    return (event(view, "unstake", legs, NAME, note),)


def _earned(view: ActivityView) -> tuple[Event, ...]:
    """What stakes of LQTY and deposits in the pool earned, in the sizes that the logs say."""
    network = view.activity.network
    events: tuple[Event, ...] = ()
    wanted = [
        (log, {erc20(network, LUSD): number_in(log, 0), native(network): number_in(log, 1)})
        for log in logs_with(view.activity, GAINS_WITHDRAWN, 2, 2)
        if log.address == STAKING
    ]
    wanted += [
        (log, {erc20(network, LQTY): number_in(log, 0)})
        for log in logs_with(view.activity, LQTY_PAID, 2, 1)
        if log.address == STABILITY_POOL
    ]
    wanted += [
        (log, {erc20(network, LUSD): number_in(log, lusd), native(network): number_in(log, eth)})
        for signature, words, lusd, eth in ((VOTES_STAKED, 6, 3, 5), (VOTES_WITHDRAWN, 7, 4, 6))
        for log in logs_with(view.activity, signature, 2, words)
        if log.address == GOVERNANCE
    ]
    for log, amounts in wanted:
        user, rest = address_in(log.topics, 1), view.without(events)
        sizes = {asset: units for asset, units in amounts.items() if units}
        legs = payments(rest, sizes, user)
        if legs and view.acts:
            events += (event(view, "reward", legs, NAME),)
    return events
