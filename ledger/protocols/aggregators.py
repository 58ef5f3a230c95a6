"""Routers of many markets: a view in; trades in the name of the router that made them out.

Sources: each router's own contract, as named beside its topic; deployments as its project lists
them. What logs is told by its topic, what does not log by its address.
"""

from typing import Final

from ledger.protocols._routed import exchanged, names_owned, routed
from ledger.shapes import ActivityView, Recognised, logs_with, trade

NAME: Final = "aggregators"
RANK: Final = 0

#: Swap(address sender, uint256 inputAmount, address inputToken, uint256 amountOut, address
#: outputToken, int256 slippage, uint32 referralCode), SwapMulti(address sender, uint256[]
#: amountsIn, address[] tokensIn, uint256[] amountsOut, address[] tokensOut, uint32 referralCode)
#: (odos-xyz/odos-router-v2, OdosRouterV2.sol).
ODOS_SWAP: Final = "0x823eaf01002d7353fbcadb2ea3305cc46fa35d799cb0914846d185ac06f8ad05"
ODOS_MULTI: Final = "0x7d7fb03518253ae01913536628b78d6d82e63e19b943aab5f4948356021259be"
#: Swapped(address sender, uint256[] amountsIn, address[] tokensIn, uint256[] amountsOut,
#: (address tokenAddress, uint256 relativeValue, address receiver)[] outputs, uint256 valueOutQuote)
#: of the first router, nothing indexed (OdosRouter).
ODOS_SWAPPED: Final = "0xe87568fe5934cb7524b96e16b225ee2e7e738ccbb706c7bee52ce07bf0360e69"
#: Swap and SwapMulti of the third with uint64 referralCode, uint64 referralFee, address
#: referralFeeRecipient at the end; SwapMulti has int256[] slippage before them too
#: (OdosRouterV3.sol).
ODOS_SWAP_V3: Final = "0x69db20ca9e32403e6c56e5193b3e3b2827ae5c430ccfdea392ba950d2d1ab2bc"
ODOS_MULTI_V3: Final = "0x2c96555a96d94780f3a97aeb724514e80e331842f3143742d85da5aa68df9d30"
#: SwappedV3(bytes16 uuid, address partner, uint256 feePercent, address initiator, address
#: beneficiary, address srcToken, address destToken, uint256 srcAmount, uint256 receivedAmount,
#: uint256 expectedAmount), BoughtV3 of the same shape; beneficiary, srcToken and destToken indexed;
#: SwappedDirect with uint8 kind after initiator (paraswap, AugustusStorage and routers of v5).
#: Before them Swapped and Bought without partner and fee, Swapped2 and Bought2 with both; and of
#: its quotes OrderFilled(bytes32 orderHash, address maker, address makerAsset, uint256 makerAmount,
#: address taker, address takerAsset, uint256 takerAmount); orderHash, maker and taker indexed
#: (AugustusRFQ).
PARASWAP_FIRST: Final = (
    "0x680ad12fcfabafe9b1f08214caef968eb651cf010bee4a2824adfaec965903e8",
    "0xb0c141003cf512972badcf991e097439f8f5c44139500255b0628ed732e6feb9",
)
PARASWAP_SECOND: Final = (
    "0x974dd0442e0b8c00fdbaae504edea1412d63bc110294a98b3c61ddcd0e703aa8",
    "0xf544f24151c4b11822e014219778bc0d0249933e6a1e0ef2d4c708a0ced6aef0",
)
PARASWAP_QUOTED: Final = "0x6621486d9c28838df4a87d2cca5007bc2aaf6a5b5de083b1db8faf709302c473"
PARASWAP_SWAPPED: Final = "0xe00361d207b252a464323eb23d45d42583e391f2031acdd2e9fa36efddd43cb0"
PARASWAP_BOUGHT: Final = "0x4cc7e95e48af62690313a0733e93308ac9a73326bc3c29f1788b1191c376d5b6"
PARASWAP_DIRECT: Final = "0xd2d73da2b5fd52cd654d8fd1b514ad57355bad741de639e3a1c3a20dd9f17347"
#: Swapped(address sender, address srcToken, address dstToken, address dstReceiver, uint256
#: spentAmount, uint256 returnAmount), nothing indexed (KyberSwap, MetaAggregationRouterV2.sol).
KYBER_SWAPPED: Final = "0xd6d4f5681c246c9f42c203e287975af1601f8df8035a9251f79aab5c8f09e2f8"
#: Swapped(address sender, address srcToken, address dstToken, address dstReceiver, uint256 amount,
#: uint256 spentAmount, uint256 returnAmount, uint256 minReturnAmount, uint256 guaranteedAmount,
#: address referrer); the first three indexed (OpenOcean, OpenOceanExchange.sol).
OPENOCEAN_SWAPPED: Final = "0x76af224a143865a50b41496e1a73622698692c565c1214bc862f18e22d829c5e"
#: LiFiGenericSwapCompleted(bytes32 transactionId, string integrator, string referrer, address
#: receiver, address fromAssetId, address toAssetId, uint256 fromAmount, uint256 toAmount);
#: transactionId indexed (lifinance/contracts, ILiFi.sol).
LIFI_COMPLETED: Final = "0x38eee76fd911eabac79da7af16053e809be0e12c8637f156e77e1af309b99537"
#: Swap(string aggregatorId, address sender), both indexed (MetaMask Swaps, MetaSwap.sol).
METAMASK_SWAP: Final = "0xbeee1e6e7fe307ddcf84b0a16137a4430ad5e2480fc4f4a8e250ab56ccd7630d"
#: Swap(address fromAddress, address toAddress, address fromAssetAddress, address toAssetAddress,
#: uint256 amountIn, uint256 amountOut); the first two indexed (Magpie, later Fly, MagpieRouterV3).
MAGPIE_SWAP: Final = "0x20efd6d5195b7b50273f01cd79a27989255356f9f13293edc53ee142accfdb75"
#: Route(address from, address to, address tokenIn, address tokenOut, uint256 amountIn, uint256
#: amountOutMin, uint256 amountOut); from, tokenIn and tokenOut indexed (sushiswap,
#: RouteProcessor.sol).
SUSHI_ROUTE: Final = "0x2db5ddd0b42bdbca0d69ea16f234a870a485854ae0d91f16643d6f317d8b8994"

#: Fill(bytes32 orderHash, address filler, address swapper, uint256 nonce), all but nonce indexed
#: (Uniswap/UniswapX, ReactorEvents.sol).
UNISWAP_X: Final = "0x78ad7ec0e9f89e74012afa58738b6b661c024cb0fd185ee2f616c0a28924bd66"

#: OrderRecord(address fromToken, address toToken, address sender, uint256 fromAmount, uint256
#: returnAmount) (okx, DexRouter.sol), OrderHistory of the same shape (DODOEX, DODORouteProxy.sol),
#: nothing indexed; BebopOrder(uint128 eventId), indexed (bebop-dex, IBebopSettlement.sol).
OKX_RECORD: Final = "0x1bb43f2da90e35f7b0cf38521ca95a49e68eb42fac49924930a5bd73cdf7576c"
DODO_HISTORY: Final = "0x92ceb067a9883c85aba061e46b9edf505a0d6e81927c4b966ebed543a5221787"
BEBOP_ORDER: Final = "0xadd7095becdaa725f0f33243630938c861b0bba83dfd217d4055701aa768ec2e"

#: SwapOccurred(address user, uint256 rsETHAmount, uint256 fee, string referralId), user indexed:
#: Kelp's pools of rsETH and agETH beside Ethereum (Kelp-DAO/LRT-rsETH, RSETHPool.sol; its README
#: lists them); others have taken their code and their log.
KELP_POOL: Final = "0x6fc20b1cf8f9d1126dbd5964e2517cd71083acf40aed30fb6e0c4850d251c94f"
KELP_POOLS: Final = frozenset(
    "0x376a7564af88242d6b8598a5cfdd2e9759711b61 0x77f5979d8ea6d72d6c6c451ec23c772d68211c5f"
    " 0xbdf612e616432aa8e8d7d8cc1a9c934025371c5c 0x1558959f1a032f83f24a14ff539944a926c51bdf"
    " 0x291088312150482826b3a37d5a69a4c54daa9118 0xaaa687e218f9b53183a6aa9639fbd9d6e69ecb73"
    " 0xb80deaecd7f4bca934de201b11a8711644156a0a 0x6c5513f8701a6e58c82d9a0585a2e533a7fc773b"
    " 0x057297e44a3364139edcf3e1594d6917ed7688c2 0x7f260b785e3b74155a39d82251b47d05ae0d6c61"
    " 0x4ef626efe4a3a279a9dc7e7a91c1c9caaae8e159 0xca276450b2c26061785cf11668dd481168e102cb"
    " 0x41b300f5a619973b20931f0944c85db229d5e27f 0xecb98c5a390efe3a3ad02b804e5c3e568e9d5f0f"
    " 0x454cb45b309ee9798728168ba0244b496c1f98b8 0x72fb3f4f0b3cd77ef7556fa4960bf4aebaa47009"
    " 0x6189918ef83a73a9cd97bbff0d91af6adcc9841d 0xcd464f47cb8aed70f7e85dd5eca20db021b5246b"
    " 0xd59d17b0503b45f365670bde9d002b9886ebc02b 0xeb885bf774c7cab68a5b0a0cce0789800ff3923b"
    " 0xd6cb07ae287e756d7e9964f81da0b4b72151f259 0xb6ef312b80facbbeca42ddf8b47934a762557048".split()
)

#: topic → the router's name, and the least number of topics and words
TOPICS: Final = {
    ODOS_SWAPPED: ("odos", 1, 6),
    ODOS_SWAP: ("odos", 1, 7),
    ODOS_MULTI: ("odos", 1, 6),
    ODOS_SWAP_V3: ("odos", 1, 9),
    ODOS_MULTI_V3: ("odos", 1, 9),
    **dict.fromkeys(PARASWAP_FIRST, ("paraswap", 4, 4)),
    **dict.fromkeys(PARASWAP_SECOND, ("paraswap", 4, 7)),
    PARASWAP_QUOTED: ("paraswap", 4, 4),
    PARASWAP_SWAPPED: ("paraswap", 4, 7),
    PARASWAP_BOUGHT: ("paraswap", 4, 7),
    PARASWAP_DIRECT: ("paraswap", 4, 8),
    KYBER_SWAPPED: ("kyberswap", 1, 6),
    OPENOCEAN_SWAPPED: ("openocean", 4, 7),
    LIFI_COMPLETED: ("lifi", 2, 7),
    METAMASK_SWAP: ("metamask", 3, 0),
    MAGPIE_SWAP: ("magpie", 3, 4),
    SUSHI_ROUTE: ("sushiswap", 4, 4),
    UNISWAP_X: ("uniswap_x", 4, 1),
    OKX_RECORD: ("okx", 1, 5),
    DODO_HISTORY: ("dodo", 1, 5),
    BEBOP_ORDER: ("bebop", 2, 0),
    KELP_POOL: ("kelp", 2, 4),
}

#: Routers at one address on every network that has them, but for the last part of the list.
ROUTERS: Final = {
    "0x1bd435f3c054b6e901b7b108a0ab7617c808677b": "paraswap",  # Augustus v4 on Ethereum
    "0xe92b586627cca7a83dc919cc7127196d70f55a06": "paraswap",  # AugustusRFQ
    "0x76f4eed9fe41262669d0250b2a97db79712ad855": "odos",  # OdosRouter on Ethereum
    "0xdd94018f54e565dbfc939f7c44a16e163faab331": "odos",  # on Arbitrum
    "0x69dd38645f7457be13571a847ffd905f9acbaf6d": "odos",  # on Optimism
    "0xa32ee1c40594249eb3183c10792bcf573d4da47c": "odos",  # on Polygon
    "0x9f138be5aa5cc442ea7cc7d18cd9e30593ed90b9": "odos",  # on BNB Smart Chain
    "0xdef171fe48cf0115b1d80b88dc8eab59176fee57": "paraswap",  # Augustus v5
    "0x59c7c832e96d2568bea6db468c1aadcbbda08a52": "paraswap",  # Augustus v5 on Base
    "0x00000000fdac7708d0d360bddc1bc7d097f47439": "paraswap",  # Augustus v6.0
    "0x000db803a70511e09da650d4c0506d0000100000": "paraswap",  # Augustus v6.1
    "0x6a000f20005980200259b80c5102003040001068": "paraswap",  # Augustus v6.2
    "0x0000000000bbf5c5fd284e657f01bd000933c96d": "paraswap",  # Augustus Delta v2
    "0x000000000000c9b3e2c3ec88b1b4c0cd853f4321": "pendle",  # orders that wait for a price
    "0x6131b5fae19ea4f9d964eac0408e4408b66337b5": "kyberswap",  # MetaAggregationRouterV2
    "0x617dee16b86534a5d792a4d7a62fb491b544111e": "kyberswap",  # the router before it
    "0x6352a56caadc4f1e25cd6c75970fa768a3304e64": "openocean",  # OpenOceanExchange
    "0xe0c38b2a8d09aad53f1c67734b9a95e43d5981c0": "firebird_finance",  # on Ethereum
    "0x92e4f29be975c1b1eb72e77de24dccf11432a5bd": "firebird_finance",  # on BNB Smart Chain
    "0xb31d1b1ea48ce4bf10ed697d44b747287e785ad4": "firebird_finance",  # on Polygon
    "0x0c6134abc08a1eafc3e2dc9a5ad023bb08da86c3": "firebird_finance",  # on Optimism
    "0x00000000009726632680fb29d3f7a9734e3010e2": "rainbow",  # RainbowRouter
    "0x973bf562407766e77f885c1cd1a8060e5303c745": "llamazip",  # Arbitrum
    "0x6f9d14cf4a06dd9c70766bd161cf8d4387683e1b": "llamazip",  # Optimism
    **dict.fromkeys(KELP_POOLS, "kelp"),
}

#: Logs of a form that others have too, as 1inch's first routers, and who took code: the address
#: tells.
SHARED: Final = frozenset({KYBER_SWAPPED, OPENOCEAN_SWAPPED, KELP_POOL})

SIGNS: Final = frozenset({*TOPICS, *ROUTERS})


def recognise(view: ActivityView) -> Recognised | None:
    """The whole trade, by the outermost router: the one that was called, else who logged last."""
    target = view.called
    called = ROUTERS.get(target)
    if called is not None:
        found = routed(view, called, ROUTERS)
        return Recognised((found,)) if found is not None else None
    logs = [
        (log, name)
        for topic, (name, topics, words) in TOPICS.items()
        for log in logs_with(view.activity, topic, topics, words)
        if topic not in SHARED or log.address in ROUTERS
    ]
    for log, name in sorted(logs, key=lambda each: (each[0].address != target, -each[0].index)):
        if log.address == target:
            found = trade(view, view.legs, name)
        elif names_owned(view, log):
            found = exchanged(view, name)
        else:
            found = routed(view, name, (log.address,))
        if found is not None:
            return Recognised((found,))
    for router, name in ROUTERS.items():
        found = routed(view, name, (router,))
        if found is not None:
            return Recognised((found,))
    return None
