"""Lido: a view in; staking, wrapping, requests to unstake and claims out.

Sources: docs.lido.fi, contracts Lido (stETH), wstETH, WithdrawalQueueERC721 and deployed-contracts.
"""

from typing import Final

from ledger.chains.evm import growing
from ledger.model.asset import Asset, AssetId, contract_of, erc20, native
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
)

NAME: Final = "lido"
RANK: Final = 10

#: Submitted(address sender, uint256 amount, address referral) of stETH; sender indexed.
SUBMITTED: Final = "0x96a25c8ce0baabc1fdefd93e9ed25d8e092a3332f3aa9a41722b5697231d1d1a"
TRANSFER_SHARES: Final = growing.TRANSFER_SHARES
#: WithdrawalRequested(uint256 requestId, address requestor, address owner, uint256 amountOfStETH,
#: uint256 amountOfShares) of the queue; the first three indexed.
WITHDRAWAL_REQUESTED: Final = "0xf0cb471f23fb74ea44b8252eb1881a2dca546288d9f6e90d1a0e82fe0ed342ab"
#: WithdrawalClaimed(uint256 requestId, address owner, address receiver, uint256 amountOfETH) of the
#: queue; the first three indexed.
WITHDRAWAL_CLAIMED: Final = "0x6ad26c5e238e7d002799f9a5db07e81ef14e37386ae03496d7a7ef04713e145b"

#: Only the token's own log counts, with what its counterparty made for it.
VOUCHED: Final = frozenset({TRANSFER_SHARES})

SIGNS: Final = frozenset({SUBMITTED, TRANSFER_SHARES, WITHDRAWAL_REQUESTED, WITHDRAWAL_CLAIMED})


def recognise(view: ActivityView) -> Recognised | None:
    """Stakes, requests, claims and wraps, each by its own log; stETH grows with staking rewards.

    It grows whoever it was bought from: that it does is told of any movement of it.
    """
    events: tuple[Event, ...] = ()
    for named in (_staked, _requested, _claimed, _wrapped):
        events += named(view.without(events))
    moved = {leg.asset for leg in view.legs} & _staked_ether(view)
    facts = tuple(Asset(asset, "stETH", 18, accrues="staking") for asset in sorted(moved))
    return Recognised(events, facts) if events or facts else None


def _staked_ether(view: ActivityView) -> set[AssetId]:
    """Tokens that moved shares here: only stETH does."""
    logs = logs_with(view.activity, TRANSFER_SHARES, 3, 1)
    return {erc20(view.activity.network, log.address) for log in logs}


def _staked(view: ActivityView) -> tuple[Event, ...]:
    """The coin that was submitted, against stETH, or wstETH where that was asked for."""
    for log in logs_with(view.activity, SUBMITTED, 2, 2):
        sender, amount = address_in(log.topics, 1), number_in(log, 0)
        coin = [
            leg
            for leg in view.legs
            if leg.asset == native(view.activity.network)
            and leg.quantity == -amount
            and leg.counterparty in {log.address, sender, view.called}
        ][:1]
        steth = erc20(view.activity.network, log.address)
        wrapping = {  # a helper stakes, and gives on what its stETH was wrapped into
            one.recipient
            for one in view.activity.transfers
            if one.asset == steth and one.sender == sender
        }
        contracts = {log.address, sender} | wrapping
        came = [
            leg for leg in view.legs if leg.quantity > 0 and contract_of(leg.asset) in contracts
        ]
        if coin and came:
            return (event(view, "stake", (*coin, *came[:1]), NAME),)
    return ()


def _requested(view: ActivityView) -> tuple[Event, ...]:
    """Staked coin that went into the queue, against the queue's tokens."""
    logs = logs_with(view.activity, WITHDRAWAL_REQUESTED, 4, 2)
    queues = {log.address for log in logs if address_in(log.topics, 3) in view.owned}
    pieces = _pieces(view, queues, sign=1)
    went = [leg for leg in view.legs if leg.quantity < 0 and leg.counterparty in queues]
    return (event(view, "unstake", (*went, *pieces), NAME),) if went and pieces else ()


def _claimed(view: ActivityView) -> tuple[Event, ...]:
    """The coin that came out of the queue, against the queue's tokens."""
    logs = logs_with(view.activity, WITHDRAWAL_CLAIMED, 4, 1)
    queues = {log.address for log in logs}
    pieces = _pieces(view, queues, sign=-1)
    came = [
        leg
        for leg in view.legs
        if leg.asset == native(view.activity.network)
        and leg.quantity > 0
        and leg.counterparty in queues
    ]
    return (event(view, "unstake", (*came, *pieces), NAME),) if came else ()


def _pieces(view: ActivityView, contracts: set[str], *, sign: int) -> list[Leg]:
    return [
        leg
        for leg in view.legs
        if is_non_fungible(leg.asset)
        and contract_of(leg.asset) in contracts
        and leg.quantity * sign > 0
    ]


def _wrapped(view: ActivityView) -> tuple[Event, ...]:
    """Staked coin into a contract that minted its own token for it, or back."""
    stakes = _staked_ether(view)
    events: list[Event] = []
    for stake in view.legs:
        if stake.asset not in stakes or stake.counterparty == ZERO_ADDRESS:
            continue
        wrapped = next(
            (
                leg
                for leg in view.legs
                if contract_of(leg.asset) == stake.counterparty
                and leg.counterparty == ZERO_ADDRESS
                and (leg.quantity > 0) != (stake.quantity > 0)
            ),
            None,
        )
        if wrapped is not None:
            kind = "wrap" if stake.quantity < 0 else "unwrap"
            events.append(event(view, kind, (stake, wrapped), NAME))
    return tuple(events[:1])
