"""Pendle: a view in; trades of principal and yield, liquidity, mints, rewards and locks out.

Sources: pendle-finance/pendle-core-v2-public, IStandardizedYield.sol, IPYieldToken.sol,
IPMarket.sol, IPVeToken.sol; the abi of PStakedPendle at docs.pendle.finance, deployments.

The router says what it did for whom; what it did is then the whole of what is left. A bare
standardised yield token is a vault.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native, position
from ledger.model.event import Event
from ledger.model.fund import wallet_id
from ledger.protocols._kept import facts, kept
from ledger.protocols._pendle_router import ROUTER
from ledger.protocols._stakes import COIN, KEPT, Says, Table, staked
from ledger.protocols._vaults import Turn, turned
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    net,
    number_in,
    trade,
    with_role,
)

NAME: Final = "pendle"
RANK: Final = 10

#: Of a standardised yield token: Deposit(address caller, address receiver, address tokenIn, uint256
#: amountDeposited, uint256 amountSyOut), Redeem(address caller, address receiver, address tokenOut,
#: uint256 amountSyToRedeem, uint256 amountTokenOut); the addresses indexed.
SY_DEPOSIT: Final = "0x5fe47ed6d4225326d3303476197d782ded5a4e9c14f479dc9ec4992af4e85d59"
SY_REDEEM: Final = "0xaee47cdf925cf525fdae94f9777ee5a06cac37e1c41220d0a8a89ed154f62d1c"
#: RedeemRewards(address user, uint256[] rewardsOut) of markets, yield tokens and standardised ones;
#: RedeemInterest(address user, uint256 interestOut) of yield tokens; user indexed.
REDEEM_REWARDS: Final = "0x78d61a0c27b13f43911095f9f356f14daa3cd8b125eea1aa22421245e90e813d"
REDEEM_INTEREST: Final = "0x83a945bd12c713615b59a6e48a3467c05d1a7442350600d6f7fce6af9f7190e9"
#: Of staked PENDLE: Staked(address user, uint256 amount), Unstaked(address user, uint256
#: amountAfterFee, uint256 fee), CooldownInitiated(address user, uint256 amount, uint256
#: cooldownStart), CooldownCanceled(address user, uint256 amount); user indexed.
STAKED: Final = "0x9e71bc8eea02a63969f509818f2dafb9254532904319f9dbda79b67bd34a5f3d"
UNSTAKED: Final = "0x7fc4727e062e336010f2c282598ef5f14facb3de68cf8195c2f23e1454b2b74e"
COOLDOWN: Final = "0x810500030f51f04e0a6a7c0323c84654a386b2572d248a7ae15432d4496cc9d1"
COOLDOWN_CANCELED: Final = "0x526c2f609254f61e4f8ad7e187f5cd1a08553c70348f25168012b30ae57abf44"
#: Of the lock for votes: NewLockPosition(address user, uint128 amount, uint128 expiry), whose
#: amount is the whole lock, and Withdraw(address user, uint128 amount); user indexed.
LOCKED: Final = "0xb1a3371956c54dc1d83695b4a006b051c8313ee986e533b6b964e77c9066fc2c"
UNLOCKED: Final = "0x0e1bb0545c1ebb9fb680bde73514e572831de93b479c087ec1ef6c35c3a19fd6"

#: Staked PENDLE (Ethereum), whose first log others share.
STAKED_PENDLE: Final = "0x999999999991e178d52cd95afd4b00d066664144"

#: Claimed(address user, uint256 amountOut) of who pays coin for votes, user indexed: one of many
#: that log so (pendle-core-v2-public, PendleFeeDistributorV2.sol).
CLAIMED: Final = "0xd8138f8a3f377c5259ca548e70e4c2de94f129f5a11036a15b69513cba2b426a"
FEES: Final = "0x8c237520a8e14d658170a633d96f8e80764433b9"
#: What others log as well → whose log is meant.
_OWN: Final = {STAKED: STAKED_PENDLE, CLAIMED: FEES}

_READ: Final[Table] = {
    CLAIMED: (Says("reward", 2, 1),),
    STAKED: (Says("stake", 2, 1, common=True),),
    UNLOCKED: (Says("unstake", 2, 1, common=True),),
}

SIGNS: Final = frozenset(
    {
        *ROUTER,
        *(SY_DEPOSIT, SY_REDEEM, REDEEM_REWARDS, REDEEM_INTEREST),
        *(UNSTAKED, COOLDOWN, COOLDOWN_CANCELED, LOCKED, UNLOCKED, STAKED_PENDLE, FEES),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Rewards first, for they come on top; then stakes, what the router did, and bare vaults."""
    if not view.acts:
        return None
    events = _rewards(view)
    found = staked(view.without(events), _READ, _staker)
    events += found.events if found is not None else ()
    units = Units(view)
    for step in (_locked, _cooling):
        events += step(view.without(events), units)
    events += _routed(view.without(events)) or _vaults(view.without(events))
    return Recognised(events, facts(view, events)) if events else None


def _staker(log: Log) -> str | None:
    return NAME if _OWN.get(log.topics[0], log.address) == log.address else None


def _rewards(view: ActivityView) -> tuple[Event, ...]:
    """What markets and yield tokens paid to the fund, each in the size that they logged."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, REDEEM_REWARDS, 2, 2):
        listed = min(number_in(log, 1), (len(log.data) - 2) // 64 - 2)
        sizes = {number_in(log, 2 + place) for place in range(listed)}
        came = [
            leg
            for leg in view.without(events).legs
            if leg.counterparty == log.address and leg.quantity > 0 and leg.quantity in sizes
        ]
        if came and address_in(log.topics, 1) in view.owned:
            events += (event(view, "reward", came, NAME),)
    for log in logs_with(view.activity, REDEEM_INTEREST, 2, 1):
        came = [
            with_role(leg, "interest")
            for leg in view.without(events).legs
            if leg.counterparty == log.address and leg.quantity == number_in(log, 0)
        ][:1]
        if came and address_in(log.topics, 1) in view.owned:
            events += (event(view, "reward", came, NAME),)
    return events


def _locked(view: ActivityView, units: Units) -> tuple[Event, ...]:
    """What went into the lock for votes: the log knows only what is locked in all."""
    network = view.activity.network
    for log in logs_with(view.activity, LOCKED, 2, 2):
        owner = address_in(log.topics, 1)
        went = [leg for leg in view.legs if leg.counterparty == log.address and leg.quantity < 0]
        if went and owner in view.owned:
            where = (position(network, KEPT, log.address), wallet_id(network, owner))
            return (kept(view, went[0], where, NAME, units),)
    return ()


def _cooling(view: ActivityView, units: Units) -> tuple[Event, ...]:
    """Staked PENDLE is burnt and waits, and comes as PENDLE, less a fee, or is staked again."""
    events: tuple[Event, ...] = ()
    for topic, words in ((COOLDOWN, 2), (COOLDOWN_CANCELED, 1), (UNSTAKED, 2)):
        for log in logs_with(view.activity, topic, 2, words):
            owner = address_in(log.topics, 1)
            if log.address == STAKED_PENDLE and owner in view.owned:
                events += _cooled(view.without(events), log, owner, units)
    return events


def _cooled(view: ActivityView, log: Log, owner: str, units: Units) -> tuple[Event, ...]:
    network, amount = view.activity.network, number_in(log, 0)
    share = erc20(network, log.address)
    shares = [leg for leg in view.legs if leg.asset == share][:1]
    waiting = position(network, KEPT, f"{log.address}.cooldown")
    wallet = wallet_id(network, owner)
    if log.topics[0] == COOLDOWN:
        wanted = [leg for leg in shares if leg.quantity == -amount]
        made = units.move(wallet, waiting, amount) if wanted else ()
        return (event(view, "unstake", (*wanted, *made), NAME),) if wanted else ()
    if log.topics[0] == COOLDOWN_CANCELED:
        wanted = [leg for leg in shares if leg.quantity == amount]
        held = min(units.of(wallet, waiting) or 0, amount)
        note = "" if held else "position:unknown"
        gone = units.move(wallet, waiting, -held) if held else ()
        return (event(view, "stake", (*wanted, *gone), NAME, note),) if wanted else ()
    paid = [
        leg
        for leg in view.legs
        if leg.counterparty == log.address and leg.quantity == amount and leg.asset != share
    ][:1]
    if not paid:
        return ()
    if shares:
        return (event(view, "unstake", (*paid, *shares), NAME),)
    return (kept(view, paid[0], (waiting, wallet), NAME, units),)


def _routed(view: ActivityView) -> tuple[Event, ...]:
    """All that is left, as the router's first log of the fund's calls it, where it goes both ways.

    What a trade costs more than one asset or brings more than one is the router's own doing.
    """
    kinds = [
        ROUTER[log.topics[0]][0]
        for log in view.activity.logs
        if log.topics[:1] and log.topics[0] in ROUTER and _of_fund(view, log)
    ]
    legs = [leg for leg in view.legs if not is_non_fungible(leg.asset)]
    sums = net(legs).values()
    if not kinds or min(sums, default=0) >= 0 or max(sums, default=0) <= 0:
        return ()
    if kinds[0] == "swap":
        swapped = trade(view, legs, NAME)
        return (swapped,) if swapped is not None else ()
    return (event(view, kinds[0], legs, NAME),)


def _of_fund(view: ActivityView, log: Log) -> bool:
    """Whether the fund called the router, or is the receiver that the log names."""
    word = "0x" + log.data[26:66] if len(log.data) >= 66 else ""
    return bool({address_in(log.topics, 1), address_in(log.topics, 3), word} & view.owned)


def _vaults(view: ActivityView) -> tuple[Event, ...]:
    """Standardised yield tokens made and redeemed without the router."""
    events: tuple[Event, ...] = ()
    logs = [
        log for topic in (SY_DEPOSIT, SY_REDEEM) for log in logs_with(view.activity, topic, 4, 2)
    ]
    vaults = {log.address for log in logs}
    for log in logs:
        if address_in(log.topics, 2) in view.owned:
            found = turned(view.without(events), _turn(view, log), NAME, vaults)
            events += (found,) if found is not None else ()
    return events


def _turn(view: ActivityView, log: Log) -> Turn:
    put_in = log.topics[0] == SY_DEPOSIT
    first, second = number_in(log, 0), number_in(log, 1)
    assets, shares = (first, second) if put_in else (second, first)
    token = _token(view, address_in(log.topics, 3))
    return Turn(log.address, put_in, assets, shares, address_in(log.topics, 2), token)


def _token(view: ActivityView, address: str) -> AssetId:
    network = view.activity.network
    return native(network) if address in COIN else erc20(network, address)
