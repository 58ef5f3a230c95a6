"""Balancer v1 to v3: a view in; joins and exits, trades and flash loans out.

Sources: balancer-core, BPool.sol (v1: each pool is its own token and keeps its assets);
balancer-v2-monorepo, IVault.sol, and balancer-v3-monorepo, IVaultEvents.sol: one vault keeps the
assets of all pools, each of which is its own token.
"""

from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import contract_of, erc20
from ledger.model.event import Event
from ledger.protocols._markets import BALANCER_V1, BALANCER_V2, BALANCER_V3, begun, traded
from ledger.protocols._shares import pool_shares
from ledger.shapes import (
    ActivityView,
    Loan,
    Recognised,
    address_in,
    flash_loan,
    logs_with,
    net,
    number_in,
)

NAME: Final = "balancer"
RANK: Final = 20

#: LOG_JOIN(address caller, address tokenIn, uint256 tokenAmountIn), LOG_EXIT(address caller,
#: address tokenOut, uint256 tokenAmountOut) of a pool of v1; the addresses indexed.
LOG_JOIN: Final = "0x63982df10efd8dfaaaa0fcc7f50b2d93b7cba26ccc48adee2873220d485dc39a"
LOG_EXIT: Final = "0xe74c91552b64c2e2e7bd255639e004e693bd3e1d01cc33e65610b86afcc1ffed"
#: PoolBalanceChanged(bytes32 poolId, address liquidityProvider, address[] tokens, int256[] deltas,
#: uint256[] protocolFeeAmounts) of the vault v2; poolId, which begins with the pool's address, and
#: liquidityProvider indexed.
BALANCE_CHANGED: Final = "0xe5ce249087ce04f05a957192435400fd97868dba0e6a4b4c049abf8af80dae78"
#: FlashLoan(address recipient, address token, uint256 amount, uint256 feeAmount) of the vault v2;
#: the addresses indexed.
FLASH_LOAN: Final = "0x0d7d75e01ab95780d3cd1c8ec0dd6c2ce19e3a20427eec8bf53283b6fb8e95f0"
#: LiquidityAdded(address pool, address liquidityProvider, uint8 kind, uint256 totalSupply,
#: uint256[] amountsAddedRaw, uint256[] swapFeeAmountsRaw), LiquidityRemoved of the same shape, of
#: the vault v3; pool, liquidityProvider and kind indexed.
ADDED: Final = "0xa26a52d8d53702bba7f137907b8e1f99ff87f6d450144270ca25e72481cca871"
REMOVED: Final = "0xfbe5b0d79fb94f1e81c0a92bf86ae9d3a19e9d1bf6202c0d3e75120f65d5d8a5"

SIGNS: Final = frozenset(
    {
        *(LOG_JOIN, LOG_EXIT, BALANCE_CHANGED, FLASH_LOAN, ADDED, REMOVED),
        *(BALANCER_V1, BALANCER_V2, BALANCER_V3),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """A loan from the vault takes all; else joins and exits of each pool, then a trade."""
    lent = flash_loan(view, _loans(view), NAME)
    if lent is not None:
        return Recognised((lent,))
    events: tuple[Event, ...] = ()
    for pool, party, put_in in _changed_pools(view):
        rest = view.without(events)
        share = erc20(view.activity.network, pool) if party != pool else None
        parties = {party, pool, view.called} - view.owned
        events += pool_shares(rest, parties, NAME, put_in=put_in, share=share)
    if begun(view.activity, NAME) is not None:
        events += tuple(_or_share(view, one) for one in traded(view.without(events), NAME))
    return Recognised(events) if events else None


def _or_share(view: ActivityView, traded_: Event) -> Event:
    """A trade, or what it was where a pool of v2 traded its own token: liquidity put in or out.

    Pools that are made of others are entered and left so, one asset at a time.
    """
    sums = net(traded_.legs)
    came = {contract_of(asset) for asset, total in sums.items() if total > 0}
    went = {contract_of(asset) for asset, total in sums.items() if total < 0}
    own = [
        (address_in(log.topics, 2), address_in(log.topics, 3), log.topics[1][:42])
        for log in logs_with(view.activity, BALANCER_V2, 4, 2)
    ]
    made = {given for _, given, pool in own if given == pool}
    burnt = {taken for taken, _, pool in own if taken == pool}
    if came and came <= made and not went & burnt:
        return replace(traded_, kind="pool_deposit")
    if went and went <= burnt and not came & made:
        return replace(traded_, kind="pool_withdraw")
    return traded_


def _loans(view: ActivityView) -> tuple[Loan, ...]:
    """What the vault lent to an owned address."""
    network = view.activity.network
    return tuple(
        Loan(
            erc20(network, address_in(log.topics, 2)),
            number_in(log, 0),
            number_in(log, 1),
            log.address,
        )
        for log in logs_with(view.activity, FLASH_LOAN, 3, 2)
        if address_in(log.topics, 1) in view.owned
    )


def _changed_pools(view: ActivityView) -> list[tuple[str, str, bool]]:
    """(pool, who keeps its assets, whether they went in), each once; v1 logs every asset.

    A pool of v1 may stand under one with a share token of its own, so its shares are any.
    """
    found = [
        (log.address, log.address, topic == LOG_JOIN)
        for topic in (LOG_JOIN, LOG_EXIT)
        for log in logs_with(view.activity, topic, 3, 1)
    ]
    found += [
        (log.topics[1][:42], log.address, put_in)
        for log in logs_with(view.activity, BALANCE_CHANGED, 3, 6)
        for put_in in _direction(log)
    ]
    found += [
        (address_in(log.topics, 1), log.address, topic == ADDED)
        for topic in (ADDED, REMOVED)
        for log in logs_with(view.activity, topic, 4, 3)
    ]
    return list(dict.fromkeys(found))


def _direction(log: Log) -> tuple[bool, ...]:
    """Whether the deltas of a change say that assets went in; nothing where they do not agree."""
    words, place = (len(log.data) - 2) // 64, number_in(log, 1) // 32
    count = number_in(log, place) if place < words else 0
    deltas = range(place + 1, min(place + 1 + count, words))
    signs = {number_in(log, n) >> 255 for n in deltas if number_in(log, n)}
    return (not signs.pop(),) if len(signs) == 1 else ()
