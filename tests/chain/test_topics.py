"""Our contracts log under the topics of the public protocols they stand for."""

import pytest

from tests.chain.deploy import load_artefact, signature, topic

KNOWN = {
    "Token.Transfer": "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
    "Token.Approval": "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925",
    "WrappedNative.Deposit": "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c",
    "WrappedNative.Withdrawal": (
        "0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65"
    ),
    "UniswapV2Pair.Swap": "0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822",
    "UniswapV2Pair.Sync": "0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1",
    "UniswapV2Pair.Mint": "0x4c209b5fc8ad50758f13e2e1088ba56a560dff690a1c6fef26394f4c03821c4f",
    "UniswapV2Pair.Burn": "0xdccd412f0b1252819cb1fd330b93224ca42612892bb3f4f789976e6d81936496",
    "UniswapV2Factory.PairCreated": (
        "0x0d3648bd0f6ba80134a33ba9275ac585d9d315f0ad8355cddefde31afa28d0e9"
    ),
    "UniswapV3Pool.Initialize": (
        "0x98636036cb66a9c19a37435efc1e90142190214e8abeb821bdba3f2990dd4c95"
    ),
    "UniswapV3Pool.Swap": "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67",
    "UniswapV3Pool.Mint": "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde",
    "UniswapV3Pool.Burn": "0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c",
    "UniswapV3Pool.Collect": "0x70935338e69775456a85ddef226c395fb668b63fa0115f5f20610b388e6ca9c0",
    "UniswapV3Pool.Flash": "0xbdbdb71d7860376ba52b25a5028beea23581364a40522f6bcfb86bb1f2dca633",
    "UniswapV3Factory.PoolCreated": (
        "0x783cca1c0412dd0d695e784568c96da2e9c22ff989357a2e8b1d9b2b4e6b7118"
    ),
    "NonfungiblePositionManager.IncreaseLiquidity": (
        "0x3067048beee31b25b2f1681f88dac838c8bba36af25bfb2b7cf7473a5847e35f"
    ),
    "NonfungiblePositionManager.DecreaseLiquidity": (
        "0x26f6a048ee9138f2c0ce266f322cb99228e8d619ae2bff30c67f8dcf9d2377b4"
    ),
    "NonfungiblePositionManager.Collect": (
        "0x40d0efd1a53d60ecbf40971b9daf7dc90178c3aadc7aab1765632738fa8b8f01"
    ),
    "AaveV3Pool.Supply": "0x2b627736bca15cd5381dcf80b0bf11fd197d01a037c52b927a881a10fb73ba61",
    "AaveV3Pool.Withdraw": "0x3115d1449a7b732c986cba18244e897a450f61e1bb8d589cd2e69e6c8924f9f7",
    "AaveV3Pool.Borrow": "0xb3d084820fb1a9decffb176436bd02558d15fac9b0ddfed8c465bc7359d7dce0",
    "AaveV3Pool.Repay": "0xa534c8dbe71f871f9f3530e97a74601fea17b426cae02e1c5aee42c96c784051",
    "AaveV3Pool.LiquidationCall": (
        "0xe413a321e8681d831f4dbccbca790d2952b56f977908e45be37335533e005286"
    ),
    "AaveV3Pool.FlashLoan": "0xefefaba5e921573100900a3ad9cf29f222d995fb3b6045797eaea7521bd8d6f0",
    "AaveV3Pool.ReserveDataUpdated": (
        "0x804c9b842b2748a22bb64b345453a3de7ca54a6ca45ce00d415894979e22897a"
    ),
    "AToken.Mint": "0x458f5fa412d0f69b08dd84872b0215675cc67bc1d5b6fd93300a1c3878b86196",
    "AToken.Burn": "0x4cf25bc1d991c17529c25213d3cc0cda295eeaad5f13f361969b12ea48015f90",
    "AToken.BalanceTransfer": (
        "0x4beccb90f994c31aced7a23b5611020728a23d8ec5cddd1a3e9d97b96fda8666"
    ),
    "StETH.Submitted": "0x96a25c8ce0baabc1fdefd93e9ed25d8e092a3332f3aa9a41722b5697231d1d1a",
    "StETH.TransferShares": "0x9d9c909296d9c674451c0c24f02cb64981eb3b727f99865939192f880a755dcb",
    "StETH.TokenRebased": "0xff08c3ef606d198e316ef5b822193c489965899eb4e3c248cea1a4626c3eda50",
    "Vault.Deposit": "0xdcbc1c05240f31ff3ad067ef1ee35ce4997762752e3a095284754544f4c709d7",
    "Vault.Withdraw": "0xfbde797d201c681b91056529119e0b02407c7bb96a4a2c75c01fc9667232c8db",
    "SpokePool.V3FundsDeposited": (
        "0xa123dc29aebf7d0c3322c8eeb5b999e859f39937950ed31056532713d0de396f"
    ),
    "SpokePool.FilledV3Relay": (
        "0x571749edf1d5c9599318cdbc4e28a6475d65e87fd3b2ddbe1e9a8d5e7a0f0ff7"
    ),
    "Marketplace.OrderFulfilled": (
        "0x9d9af8e38d66c62e2c12f0225249fd9d721c54b83f48d9352c97c6cacdcb6f31"
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_an_event_has_the_topic_of_the_public_protocol(name):
    contract, event = name.split(".")
    assert topic(signature(load_artefact(contract).events[event])) == KNOWN[name]


def test_collectibles_index_the_token_number_too():
    transfer = load_artefact("Collection").events["Transfer"]
    assert [part["indexed"] for part in transfer["inputs"]] == [True, True, True]
    assert topic(signature(transfer)) == KNOWN["Token.Transfer"]
