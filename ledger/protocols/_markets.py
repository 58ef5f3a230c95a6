"""Trades of markets: a view in; which market the trade began in, and the trade, out.

Every log of a pool's trade that the room knows stands here, so that the first of them names the
trade whichever plug-in is asked.
"""

from typing import Final

from ledger.model.activity import Activity, Log
from ledger.model.event import Event
from ledger.shapes import ActivityView, event, is_non_fungible, shares, trade

#: Swap(address sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256
#: amount1Out, address to); sender and to indexed (Uniswap v2-core, IUniswapV2Pair.sol).
CONSTANT_PRODUCT: Final = "0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822"
#: Swap(address sender, address recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96,
#: uint128 liquidity, int24 tick); sender and recipient indexed (Uniswap v3-core,
#: IUniswapV3PoolEvents.sol; Algebra's pools log the same).
CONCENTRATED: Final = "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67"
#: Swap(bytes32 id, address sender, int128 amount0, int128 amount1, uint160 sqrtPriceX96, uint128
#: liquidity, int24 tick, uint24 fee); id and sender indexed (Uniswap v4-core, IPoolManager.sol).
SINGLETON: Final = "0x40e9cecb9f5f1f1c5b9c97dec2917b7ee92e57ba5563708daca94dd84ad7112f"
#: The same with uint16 protocolFee at the end, and with uint24 activeId for price, liquidity and
#: tick (pancakeswap/infinity-core, ICLPoolManager.sol and IBinPoolManager.sol).
INFINITY: Final = "0x04206ad2b7c0f463bff3dd4f33c5735b0f2957a351e4f79763a4fa9e775dd237"
INFINITY_BIN: Final = "0x3e8aae37f890eb1f9d63dd4d2062f3f0be757848a0f0760e4f3e53dad556e861"
#: Swap(address sender, address recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96,
#: uint128 liquidity, int24 tick, uint128 protocolFeesToken0, uint128 protocolFeesToken1); sender
#: and recipient indexed (pancakeswap/pancake-v3-contracts, IPancakeV3PoolEvents.sol).
PANCAKE_V3: Final = "0x19b47279256b2a23a1665c810c8d55a1758940ee09377d4f8d26497a3577dc83"
#: TokenExchange(address buyer, int128 sold_id, uint256 tokens_sold, int128 bought_id, uint256
#: tokens_bought), with uint256 ids and with uint256 fee, uint256 packed_price_scale at the end;
#: TokenExchangeUnderlying like the first; buyer indexed (curvefi, pools of all generations).
CURVE: Final = "0x8b3e96f2b889fa771c53c981b40daf005f63f637f1869f707052d15a3dd97140"
CURVE_CRYPTO: Final = "0xb2e76ae99761dc136e598d4a629bb347eccb9532a5f8bbd72e18467c3c34cc98"
CURVE_CRYPTO_NG: Final = "0x143f1f8e861fbdeddd5b46e844b7d3ac7b86a122f36e8c463859ee6811b1f29c"
CURVE_UNDERLYING: Final = "0xd013ca23e77a65003c2c659c5442c00c805371b7fc1ebd4c206c41d1536bd90b"
#: LOG_SWAP(address caller, address tokenIn, address tokenOut, uint256 tokenAmountIn, uint256
#: tokenAmountOut); the addresses indexed (balancer-core, BPool.sol).
BALANCER_V1: Final = "0x908fb5ee8f16c6bc9bc3690973819f32a4d4b10188134543c88706e0e1d43378"
#: Swap(bytes32 poolId, address tokenIn, address tokenOut, uint256 amountIn, uint256 amountOut); the
#: first three indexed (balancer-v2-monorepo, IVault.sol).
BALANCER_V2: Final = "0x2170c741c41531aec20e7c107c24eecfdd15e69c9bb0a8dd37b1840b9e0b207b"
#: Swap(address pool, address tokenIn, address tokenOut, uint256 amountIn, uint256 amountOut,
#: uint256 swapFeePercentage, uint256 swapFeeAmount); the addresses indexed (balancer-v3-monorepo,
#: IVaultEvents.sol).
BALANCER_V3: Final = "0x0874b2d545cb271cdbda4e093020c452328b24af12382ed62c4d00f5c26709db"
#: Swap(address sender, address to, uint256 amount0In, uint256 amount1In, uint256 amount0Out,
#: uint256 amount1Out); sender and to indexed (velodrome-finance/contracts, IPool.sol).
SOLIDLY: Final = "0xb3e2773606abfd36b5bd91394b3a54d1398336c65005baf7bf7a05efeffaf75b"

#: Topic of a market's trade → the plug-in that names it; `_OTHERS` are for the plug-in `markets`.
_OWN: Final = {
    CONSTANT_PRODUCT: "uniswap_v2",
    CONCENTRATED: "uniswap_v3",
    SINGLETON: "uniswap_v4",
    INFINITY: "uniswap_v4",
    INFINITY_BIN: "uniswap_v4",
    PANCAKE_V3: "uniswap_v3",
    CURVE: "curve",
    CURVE_CRYPTO: "curve",
    CURVE_CRYPTO_NG: "curve",
    CURVE_UNDERLYING: "curve",
    BALANCER_V1: "balancer",
    BALANCER_V2: "balancer",
    BALANCER_V3: "balancer",
    SOLIDLY: "solidly",
}

#: Topics of markets of which the room knows the trades alone → their names and what was hashed.
#: Sources: LBPair.sol of traderjoe-xyz/joe-v2 (v2.0, then v2.1); Pool.sol of maverickprotocol (v1,
#: v2); WooPPV2.sol of woonetwork; DVMTrader.sol and DODO v1's Trader.sol of DODOEX; Pool.sol of
#: wombat-exchange (v1, v2); BancorNetwork.sol of v2 and v3; KyberNetwork.sol; uniswap_exchange.vy
#: of v1; SwapUtils.sol of saddle-finance; ClipperPool.sol; Fluid's poolT1 of Instadapp; psm.sol of
#: makerdao/dss-psm and DssLitePsm.sol; Synthetix.sol; CrocSwapDex.sol of Ambient;
#: Hashflow's pools of all versions.
_FLOWS: Final = "uint8,int128,int128"
OTHERS: Final = {
    "0xef75f5a47cc9a929968796ceb84f19e7541617b4577f2c228ea95200e1572081": (
        "makerdao",
        "SellGem(address,uint256,uint256)",
    ),
    "0x085d06ecf4c34b237767a31c0888e121d89546a77f186f1987c6b8715e1a8caa": (
        "makerdao",
        "BuyGem(address,uint256,uint256)",
    ),
    "0x65b6972c94204d84cffd3a95615743e31270f04fdf251f3dccc705cfbad44776": (
        "synthetix",
        "SynthExchange(address,bytes32,uint256,bytes32,uint256,address)",
    ),
    "0x34f57786fb01682fb4eec88d340387ef01a168fe345ea5b76f709d4e560c10eb": (
        "hashflow",
        "Trade(address,address,bytes32,address,address,uint256,uint256)",
    ),
    "0xc528cda9e500228b16ce84fadae290d9a49aecb17483110004c5af0a07f6fd73": (
        "trader_joe",
        "Swap(address,address,uint256,bool,uint256,uint256,uint256,uint256)",
    ),
    "0xad7d6f97abf51ce18e17a38f4d70e975be9c0708474987bb3e26ad21bd93ca70": (
        "trader_joe",
        "Swap(address,address,uint24,bytes32,bytes32,uint24,bytes32,bytes32)",
    ),
    "0x3b841dc9ab51e3104bda4f61b41e4271192d22cd19da5ee6e292dc8e2744f713": (
        "maverick",
        "Swap(address,address,bool,bool,uint256,uint256,int32)",
    ),
    "0x103ed084e94a44c8f5f6ba8e3011507c41063177e29949083c439777d8d63f60": (
        "maverick",
        "PoolSwap(address,address,(uint256,bool,bool,int32),uint256,uint256)",
    ),
    "0x0e8e403c2d36126272b08c75823e988381d9dc47f2f0a9a080d95f891d95c469": (
        "woofi",
        "WooSwap(address,address,uint256,uint256,address,address,address,uint256,uint256)",
    ),
    "0xc2c0245e056d5fb095f04cd6373bc770802ebd1e6c918eb78fdef843cdb37b0f": (
        "dodo",
        "DODOSwap(address,address,uint256,uint256,address,address)",
    ),
    "0xd8648b6ac54162763c86fd54bf2005af8ecd2f9cb273a5775921fd7f91e17b2d": (
        "dodo",
        "SellBaseToken(address,uint256,uint256)",
    ),
    "0xe93ad76094f247c0dafc1c61adc2187de1ac2738f7a3b49cb20b2263420251a3": (
        "dodo",
        "BuyBaseToken(address,uint256,uint256)",
    ),
    "0x54787c404bb33c88e86f4baf88183a3b0141d0a848e6a9f7a13b66ae3a9b73d1": (
        "wombat",
        "Swap(address,address,address,uint256,uint256,address)",
    ),
    "0x7fa01e8d24e5a6ec56e00b4ff8ee7ed97e7650a7846ec494bbaa5d65f1be9ea4": (
        "wombat",
        "SwapV2(address,address,address,uint256,uint256,uint256,address)",
    ),
    "0x7154b38b5dd31bb3122436a96d4e09aba5b323ae1fd580025fab55074334c095": (
        "bancor",
        "Conversion(address,address,address,uint256,uint256,address)",
    ),
    "0x276856b36cbc45526a0ba64f44611557a2a8b68662c5388e9fe6d72e86e1c8cb": (
        "bancor",
        "Conversion(address,address,address,uint256,uint256,int256)",
    ),
    "0x5c02c2bb2d1d082317eb23916ca27b3e7c294398b60061a2ad54f1c3c018c318": (
        "bancor",
        "TokensTraded(bytes32,address,address,uint256,uint256,uint256,uint256,uint256,address)",
    ),
    "0x1849bd6a030a1bca28b83437fd3de96f3d27a5d172fa7e9c78e7b61468928a39": (
        "kyberswap",
        "ExecuteTrade(address,address,address,uint256,uint256)",
    ),
    "0xcd60aa75dea3072fbc07ae6d7d856b5dc5f4eee88854f5b4abf7b680ef8bc50f": (
        "uniswap_v1",
        "TokenPurchase(address,uint256,uint256)",
    ),
    "0x7f4091b46c33e918a0f3aa42307641d17bb67029427a5369e54b353984238705": (
        "uniswap_v1",
        "EthPurchase(address,uint256,uint256)",
    ),
    "0xc6c1e0630dbe9130cc068028486c0d118ddcea348550819defd5cb8c257f8a38": (
        "saddle",
        "TokenSwap(address,uint256,uint256,uint128,uint128)",
    ),
    "0x4be05c8d54f5e056ab2cfa033e9f582057001268c3e28561bb999d35d2c8f2c8": (
        "clipper",
        "Swapped(address,address,address,uint256,uint256,bytes)",
    ),
    "0x5d7a6c346454f5c536b7f52655e780f6db27b15b489f80f2dbb288c9e4f366bd": (
        "ambient",
        f"CrocSwap(address,address,uint256,bool,bool,uint128,uint16,uint128,uint128,{_FLOWS})",
    ),
    "0xdc004dbca4ef9c966218431ee5d9133d337ad018dd5b5c5493722803f75c64f7": (
        "fluid",
        "Swap(bool,uint256,uint256,address)",
    ),
}

_MARKETS: Final = {**_OWN, **dict.fromkeys(OTHERS, "markets")}


def begun(activity: Activity, *markets: str) -> Log | None:
    """The first log of a trade in any market, where it is one of these plug-ins'."""
    for log in activity.logs:
        topics = log.topics
        named = _MARKETS.get(topics[0]) if topics else None
        if named is not None:
            return log if named in markets else None
    return None


def traded(view: ActivityView, protocol: str) -> tuple[Event, ...]:
    """What is left as one trade, unless some of it went into a share or came out of one.

    Vaults and lenders trade too while they take a deposit, and that trade is not the fund's. What
    a contract of the fund's does is one trade whatever it passes through. No market deals in
    non-fungible tokens: one that came or left is a position, or bought by the way.
    """
    if not view.legs or any(is_non_fungible(leg.asset) for leg in view.legs):
        return ()
    if view.called not in view.owned and shares(view):
        return ()
    found = trade(view, view.legs, protocol) or _between_pools(view, protocol)
    return () if found is None else (found,)


def _between_pools(view: ActivityView, protocol: str) -> Event | None:
    """What a contract of the fund's won or lost on a way from pool to pool, in one asset.

    What each pool gave went to the next one, so that the fund sees but the ends of it, or its gain
    alone; each party of a leg is a pool that logged a trade here, of two at least.
    """
    spoken = [log for log in view.activity.logs if log.topics[:1]]
    pools = [log.address for log in spoken if log.topics[0] in _MARKETS]
    own = view.called in view.owned or (not view.called and view.activity.called in view.owned)
    ends = {leg.counterparty for leg in view.legs}
    if not view.acts or not own or not pools[1:] or not ends <= {*pools}:
        return None
    one_asset = len({leg.asset for leg in view.legs}) == 1
    came = any(leg.quantity > 0 for leg in view.legs)
    return event(view, "swap", view.legs, protocol) if one_asset and came else None
