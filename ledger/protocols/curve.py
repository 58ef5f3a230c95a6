"""Curve's pools of all generations: a view in; liquidity put in and taken out, and trades, out.

Sources: curvefi's curve-contract, curve-crypto-contract, tricrypto-ng, twocrypto-ng and
stableswap-ng (events of the pools). The token of a pool is the pool itself or one of its own.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import contract_of
from ledger.model.event import Event
from ledger.protocols._hop import HOP, POOLS
from ledger.protocols._markets import (
    CURVE,
    CURVE_CRYPTO,
    CURVE_CRYPTO_NG,
    CURVE_UNDERLYING,
    begun,
    traded,
)
from ledger.protocols._shares import pool_shares
from ledger.shapes import ActivityView, Recognised, address_in, logs_with

NAME: Final = "curve"
RANK: Final = 20

#: AddLiquidity of each generation: topic → what was hashed. The provider is indexed, and of the
#: last the receiver too.
ADDED: Final = {
    "0x26f55a85081d24974e85c6c00045d0f0453991e95873f52bff0d21af4079a768": (
        "AddLiquidity(address,uint256[2],uint256[2],uint256,uint256)"
    ),
    "0x423f6495a08fc652425cf4ed0d1f9e37e571d9b9529b1c1c23cce780b2e7df0d": (
        "AddLiquidity(address,uint256[3],uint256[3],uint256,uint256)"
    ),
    "0x3f1915775e0c9a38a57a7bb7f1f9005f486fb904e1f84aa215364d567319a58d": (
        "AddLiquidity(address,uint256[4],uint256[4],uint256,uint256)"
    ),
    "0x189c623b666b1b45b83d7178f39b8c087cb09774317ca2f53c2d3c3726f222a2": (
        "AddLiquidity(address,uint256[],uint256[],uint256,uint256)"
    ),
    "0x540ab385f9b5d450a27404172caade516b3ba3f4be88239ac56a2ad1de2a1f5a": (
        "AddLiquidity(address,uint256[2],uint256,uint256)"
    ),
    "0x96b486485420b963edd3fdec0b0195730035600feb7de6f544383d7950fa97ee": (
        "AddLiquidity(address,uint256[3],uint256,uint256)"
    ),
    "0x7196cbf63df1f2ec20638e683ebe51d18260be510592ee1e2efe3f3cfd4c33e9": (
        "AddLiquidity(address,uint256[2],uint256,uint256,uint256)"
    ),
    "0xe1b60455bd9e33720b547f60e4e0cfbf1252d0f2ee0147d53029945f39fe3c1a": (
        "AddLiquidity(address,uint256[3],uint256,uint256,uint256)"
    ),
    "0x0e1f3c59f25a027e14a3f55c68245d22089c42b1dcd09f123a11d4af3c0d6f72": (
        "AddLiquidity(address,address,uint256[2],uint256,uint256,uint256)"
    ),
}

#: RemoveLiquidity in all assets, in one, or out of balance: the same.
REMOVED: Final = {
    "0x7c363854ccf79623411f8995b362bce5eddff18c927edc6f5dbbb5e05819a82c": (
        "RemoveLiquidity(address,uint256[2],uint256[2],uint256)"
    ),
    "0xa49d4cf02656aebf8c771f5a8585638a2a15ee6c97cf7205d4208ed7c1df252d": (
        "RemoveLiquidity(address,uint256[3],uint256[3],uint256)"
    ),
    "0x9878ca375e106f2a43c3b599fc624568131c4c9a4ba66a14563715763be9d59d": (
        "RemoveLiquidity(address,uint256[4],uint256[4],uint256)"
    ),
    "0x347ad828e58cbe534d8f6b67985d791360756b18f0d95fd9f197a66cc46480ea": (
        "RemoveLiquidity(address,uint256[],uint256[],uint256)"
    ),
    "0xdd3c0336a16f1b64f172b7bb0dad5b2b3c7c76f91e8c4aafd6aae60dce800153": (
        "RemoveLiquidity(address,uint256[2],uint256)"
    ),
    "0xd6cc314a0b1e3b2579f8e64248e82434072e8271290eef8ad0886709304195f5": (
        "RemoveLiquidity(address,uint256[3],uint256)"
    ),
    "0x9e96dd3b997a2a257eec4df9bb6eaf626e206df5f543bd963682d143300be310": (
        "RemoveLiquidityOne(address,uint256,uint256)"
    ),
    "0x5ad056f2e28a8cec232015406b843668c1e36cda598127ec3b8c59b8c72773a0": (
        "RemoveLiquidityOne(address,uint256,uint256,uint256)"
    ),
    "0x6f48129db1f37ccb9cc5dd7e119cb32750cabdf75b48375d730d26ce3659bbe1": (
        "RemoveLiquidityOne(address,int128,uint256,uint256,uint256)"
    ),
    "0xe200e24d4a4c7cd367dd9befe394dc8a14e6d58c88ff5e2f512d65a9e0aa9c5c": (
        "RemoveLiquidityOne(address,uint256,uint256,uint256,uint256,uint256)"
    ),
    "0x2b5508378d7e19e0d5fa338419034731416c4f5b219a10379956f764317fd47e": (
        "RemoveLiquidityImbalance(address,uint256[2],uint256[2],uint256,uint256)"
    ),
    "0x173599dbf9c6ca6f7c3b590df07ae98a45d74ff54065505141e7de6c46a624c2": (
        "RemoveLiquidityImbalance(address,uint256[3],uint256[3],uint256,uint256)"
    ),
    "0xb964b72f73f5ef5bf0fdc559b2fab9a7b12a39e47817a547f1f0aee47febd602": (
        "RemoveLiquidityImbalance(address,uint256[4],uint256[4],uint256,uint256)"
    ),
    "0x3631c28b1f9dd213e0319fb167b554d76b6c283a41143eb400a0d1adb1af1755": (
        "RemoveLiquidityImbalance(address,uint256[],uint256[],uint256,uint256)"
    ),
    "0x22f9ea3e7d7b113cb423896d2e121f96a66c17814ac7f63d69096769fa3e2a55": (
        "RemoveLiquidityImbalance(address,uint256,uint256[2],uint256,uint256)"
    ),
    "0x88d38ed598fdd809c2bf01ee49cd24b7fdabf379a83d29567952b60324d58cef": (
        "RemoveLiquidity(address,uint256[],uint256)"
    ),
    "0x43fb02998f4e03da2e0e6fff53fdbf0c40a9f45f145dc377fc30615d7d7a8a64": (
        "RemoveLiquidityOne(address,uint256,uint256,uint256,uint256)"
    ),
}

#: Saddle's pools (saddle-finance, Swap.sol) log in part like Curve's latest; the last two above are
#: theirs alone. Curve's latest are their own token, Saddle's never are.
ALIKE: Final = frozenset(
    {
        "0x189c623b666b1b45b83d7178f39b8c087cb09774317ca2f53c2d3c3726f222a2",
        "0x3631c28b1f9dd213e0319fb167b554d76b6c283a41143eb400a0d1adb1af1755",
        "0x88d38ed598fdd809c2bf01ee49cd24b7fdabf379a83d29567952b60324d58cef",
        "0x43fb02998f4e03da2e0e6fff53fdbf0c40a9f45f145dc377fc30615d7d7a8a64",
    }
)
SADDLE: Final = "saddle"

#: Routers of the exchange (CurveRouter v1.0 to NG of curvefi/curve-router-ng on Ethereum).
ROUTERS: Final = frozenset(
    {
        "0x99a58482bd75cbab83b27ec03ca68ff489b5788f",
        "0xf0d4c12a5768d806021f80a262b4d39d26c58b8d",
        "0x16c6521dff6bab339122a0fe25a9116693265353",
        "0x45312ea0eff7e09c83cbe249fa1d7598c4c8cd4e",
    }
)

_TRADES: Final = frozenset({CURVE, CURVE_CRYPTO, CURVE_CRYPTO_NG, CURVE_UNDERLYING})

SIGNS: Final = frozenset({*ADDED, *REMOVED, *_TRADES, *ROUTERS})


def recognise(view: ActivityView) -> Recognised | None:
    """Shares that were made or burnt for the fund where a pool logged liquidity; then a trade.

    A pool that stands on another logs twice, and the one below knows the one above as provider.
    """
    events = _liquidity(view, ADDED, put_in=True)
    events += _liquidity(view.without(events), REMOVED, put_in=False)
    if view.called in ROUTERS or begun(view.activity, NAME) is not None:
        events += traded(view.without(events), NAME)
    return Recognised(events) if events else None


def _liquidity(view: ActivityView, topics: Collection[str], *, put_in: bool) -> tuple[Event, ...]:
    parties: defaultdict[str, set[str]] = defaultdict(set)
    for topic in topics:
        for log in logs_with(view.activity, topic, 2, 2):
            parties[_name(view, log)] |= {log.address, address_in(log.topics, 1)} - view.owned
    events: tuple[Event, ...] = ()
    for name in sorted(parties):
        events += pool_shares(view.without(events), parties[name], name, put_in=put_in)
    return events


def _name(view: ActivityView, log: Log) -> str:
    if log.address in POOLS:
        return HOP
    own = any(contract_of(one.asset) == log.address for one in view.activity.transfers)
    return SADDLE if log.topics[0] in ALIKE and not own else NAME
