"""Beefy: a view in; deposits into its vaults, withdrawals, and what a harvest pays its caller out.

Sources: beefyfinance/beefy-contracts, BeefyVaultV7.sol and BaseAllToNativeFactoryStrat.sol;
beefyfinance/beefy-zap, BeefyZapRouter.sol. Its vaults log nothing but their token's transfers; what
tells them is the log of the strategy behind.
"""

from typing import Final

from ledger.model.activity import Activity, Log
from ledger.model.asset import contract_of
from ledger.model.event import Event
from ledger.protocols._vaults import silent
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    net,
    number_in,
    with_role,
)

NAME: Final = "beefy"
RANK: Final = 10

#: Deposit(uint256 tvl), Withdraw(uint256 tvl) of a strategy.
STRATEGY_DEPOSIT: Final = "0x4d6ce1e535dbade1c23defba91e23b8f791ce5edc0cc320257a2b364e4e38426"
STRATEGY_WITHDRAW: Final = "0x5b6b431d4476a211bb7d41c20d1aab9ae2321deee0d20be3d9fc9b1093fa6e3d"
#: TVL(uint256 bal0, uint256 bal1) of a strategy of two tokens, which logs it for both.
STRATEGY_CHANGED: Final = "0x631c4f79c14099a717f4be2f25e6cef89e310b3944ef0e44ea2c0811ebb982a8"
#: ChargedFees(uint256 callFees, uint256 beefyFees, uint256 strategistFees) of a strategy.
CHARGED_FEES: Final = "0xd255b592c7f268a73e534da5219a60ff911b4cf6daae21c7d20527dd657bd99a"
#: FulfilledOrder(((address token, uint256 amount)[] inputs, (address token, uint256
#: minOutputAmount)[] outputs, (address target, uint256 value, bytes data) relay, address user,
#: address recipient) order, address caller, address recipient) of the zap's router; all indexed.
FULFILLED: Final = "0x1ba5b6ed656994657175705961138c96bd8ec133c35817fa85903f450129e0b1"

#: A strategy counts where a vault handed it what came, or got it back; the vault is told by shape.
VOUCHED: Final = frozenset({STRATEGY_DEPOSIT, STRATEGY_WITHDRAW, STRATEGY_CHANGED})

SIGNS: Final = frozenset(
    {STRATEGY_DEPOSIT, STRATEGY_WITHDRAW, STRATEGY_CHANGED, CHARGED_FEES, FULFILLED}
)


def recognise(view: ActivityView) -> Recognised | None:
    """The call's pay first, for it comes on top; then zaps, then vaults by their shape."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, CHARGED_FEES, 1, 3):
        events += _called(view.without(events), log)
    for log in logs_with(view.activity, FULFILLED, 4, 0):
        events += _zapped(view.without(events), log)
    vaults = _vaults(view.activity)
    if vaults:
        events += silent(view.without(events), vaults, NAME)
    return Recognised(events) if events else None


def _strategies(activity: Activity) -> list[Log]:
    """What strategies said they did, in order."""
    logs = [
        log
        for topic in (STRATEGY_DEPOSIT, STRATEGY_WITHDRAW, STRATEGY_CHANGED)
        for log in logs_with(activity, topic, 1, 1)
        if len(log.topics) == 1
    ]
    return sorted(logs, key=lambda log: log.index)


def _vaults(activity: Activity) -> set[str]:
    """Who dealt with a strategy: a vault hands it what comes in and gets what goes out."""
    strategies = {log.address for log in _strategies(activity)}
    into = {one.sender for one in activity.transfers if one.recipient in strategies}
    return into | {one.recipient for one in activity.transfers if one.sender in strategies}


def _called(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a strategy paid for the call that made it harvest."""
    came = [
        leg
        for leg in view.legs
        if leg.counterparty == log.address and leg.quantity == number_in(log, 0)
    ][:1]
    return (event(view, "reward", came, NAME),) if came and view.acts else ()


def _zapped(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the router took for shares of a vault or gave for them, with what it gave back.

    Where there are no shares it was a trade, and is named by what traded.
    """
    router = log.address
    legs = [leg for leg in view.legs if router in {leg.counterparty, contract_of(leg.asset)}]
    sums = net(legs)
    vaults = _vaults(view.activity)
    made = {asset for asset in sums if contract_of(asset) in vaults}
    went = [asset for asset, total in sums.items() if total < 0]
    came = [asset for asset, total in sums.items() if total > 0]
    if not {address_in(log.topics, 2), address_in(log.topics, 3)} & view.owned:
        return ()
    if len(went) != 1 or not came or not made & {went[0], *came}:
        return ()
    kind = "vault_withdraw" if went[0] in made else "vault_deposit"
    named = [
        with_role(leg, "refund") if leg.asset == went[0] and leg.quantity > 0 else leg
        for leg in legs
    ]
    return (event(view, kind, named, NAME),)
