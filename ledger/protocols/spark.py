"""Spark's conversions on rollups: a view in; savings bought and given back for dollars, out.

Sources: sparkdotfi/spark-psm, src/interfaces/IPSM3.sol; addresses of savings USDS from
docs.spark.fi. Its pools log like Aave's third version, its vaults are of ERC-4626.

The token of savings is bridged there and is no vault itself: the module that trades it at the rate
of the savings is the way in and out.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
    word_address,
)

NAME: Final = "spark"
RANK: Final = 10

#: Swap(address assetIn, address assetOut, address sender, address receiver, uint256 amountIn,
#: uint256 amountOut, uint256 referralCode); assetIn, assetOut and receiver indexed.
SWAP: Final = "0xdba43ee9916cb156cc32a5d3406e87341e568126a46815294073ba25c9400246"

#: Savings USDS on Base, Arbitrum, OP Mainnet and Unichain.
SAVINGS: Final = frozenset(
    {
        "0x5875eee11cf8398102fdad704c9e96607675467a",
        "0xddb46999f8891663a8f2828d25298f70416d7610",
        "0xb5b2dc7fd34c249f4be7fb1fcea07950784229e0",
        "0xa06b10db9f390990364a3984c04fadf1c13691b5",
    }
)

SIGNS: Final = frozenset({SWAP})


def recognise(view: ActivityView) -> Recognised | None:
    """Conversions of an owned address, or of the contract that it called, for an owned one."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, SWAP, 4, 4) if view.acts else ():
        events += _converted(view.without(events), log)
    return Recognised(events) if events else None


def _converted(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """One asset for another in the sizes that the log says; savings are a vault."""
    if not {word_address(log, 0), address_in(log.topics, 3)} & view.owned:
        return ()
    given, came = address_in(log.topics, 1), address_in(log.topics, 2)
    network = view.activity.network
    legs = payments(
        view,
        {erc20(network, given): -number_in(log, 1), erc20(network, came): number_in(log, 2)},
    )
    if len(legs) < 2:
        return ()
    kind = "vault_deposit" if came in SAVINGS else "vault_withdraw" if given in SAVINGS else "swap"
    return (event(view, kind, legs, NAME),)
