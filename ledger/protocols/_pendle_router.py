"""Logs of Pendle's router: first topics, each with what it stands for and its signature.

Source: pendle-finance/pendle-core-v2-public, IPActionSwapPT and IPActionSwapYT,
IPActionAddRemoveLiq and IPActionMisc, in the forms of the first router and of those since its
third. The first three addresses are indexed; the first is the caller.
"""

from typing import Final

#: Topic → kind of event, signature.
ROUTER: Final = {
    "0x3f5e2944826baeaed8eb77f0f74e6088a154a0fc1317f062fd984585607b4739": (
        "swap",
        "SwapPtAndSy(address,address,address,int256,int256)",
    ),
    "0x78e08a1e3c7a72f78d2c8ad8254052914bad73f8c681dbdc4267d0bb8ac9423c": (
        "swap",
        "SwapPtAndToken(address,address,address,address,int256,int256)",
    ),
    "0xd3c1d9b397236779b29ee5b5b150c1110fc8221b6b6ec0be49c9f4860ceb2036": (
        "swap",
        "SwapPtAndToken(address,address,address,address,int256,int256,uint256)",
    ),
    "0x05499aba408f669fb848399c146fad5bd604d50b15566bdc19e81c40922fab8d": (
        "swap",
        "SwapYtAndSy(address,address,address,int256,int256)",
    ),
    "0xc372308269f6e4dd0b4f322160cf0edef154584a3ad62248d654ae846e3eb6e8": (
        "swap",
        "SwapYtAndToken(address,address,address,address,int256,int256)",
    ),
    "0xa3a2846538c60e47775faa60c6ae79b67dee6d97bb70e386ebbaf4c3a38e8b81": (
        "swap",
        "SwapYtAndToken(address,address,address,address,int256,int256,uint256)",
    ),
    "0xa4519acd6c251a3f533922c5aaf3fbae71546aad6c01f8241e23143519a67ac8": (
        "swap",
        "SwapPtAndYt(address,address,address,int256,int256)",
    ),
    "0x9334566f6358cd68e33d423fb1c9119c6837e3a2a7a8affaaa5020ed06aec069": (
        "pool_deposit",
        "AddLiquidityDualSyAndPt(address,address,address,uint256,uint256,uint256)",
    ),
    "0x7f646a534401967ac0913451efea28d9e170ffc164efa98e3957cde363c0245f": (
        "pool_deposit",
        "AddLiquidityDualTokenAndPt(address,address,address,address,uint256,uint256,uint256)",
    ),
    "0x8969c3e485cb9f3b23622228064bc63e7350f6cf343dd86ab86169041a91eaae": (
        "pool_deposit",
        (
            "AddLiquidityDualTokenAndPt(address,address,address,address,uint256,uint256,uint256,"
            "uint256)"
        ),
    ),
    "0xc87b85efc5055ef177e0092af0d4e624fff4b1d57db748857f65e4b7e4a28a36": (
        "pool_deposit",
        "AddLiquiditySinglePt(address,address,address,uint256,uint256)",
    ),
    "0xb51950711c9b21dc7888d41f68a19540231ffb5f0d19d8f75cbccaf90ffa7fa5": (
        "pool_deposit",
        "AddLiquiditySingleSy(address,address,address,uint256,uint256)",
    ),
    "0xf83776e5b667a2b471f92ddfd482749c61b5328b832d375097638c2c08818f3b": (
        "pool_deposit",
        "AddLiquiditySingleToken(address,address,address,address,uint256,uint256)",
    ),
    "0x387bf301bf673df0120e2d57e639f0e05e5e03d5336577c4cd83c1bff96e8dee": (
        "pool_deposit",
        "AddLiquiditySingleToken(address,address,address,address,uint256,uint256,uint256)",
    ),
    "0x495395e83a7faaf48670a2f9dfc8b08b10fbba4be23868f92fc94097803acc6e": (
        "pool_deposit",
        "AddLiquiditySingleSyKeepYt(address,address,address,uint256,uint256)",
    ),
    "0x890839d8cbce575f9d1ee3d55bc4d466623de60742c7ad665958f8a9916a54a5": (
        "pool_deposit",
        "AddLiquiditySingleSyKeepYt(address,address,address,uint256,uint256,uint256,uint256)",
    ),
    "0x43eb84d5f21c53e2b7be07b8fc06cbbb55af094a111c91c7ddc6513fed4d0352": (
        "pool_deposit",
        "AddLiquiditySingleTokenKeepYt(address,address,address,address,uint256,uint256,uint256)",
    ),
    "0xa9b749795680682fbc5a34071e19282bbb23496a8cf9bbd99bf941359bbe65bf": (
        "pool_deposit",
        (
            "AddLiquiditySingleTokenKeepYt(address,address,address,address,uint256,uint256,uint256,"
            "uint256,uint256)"
        ),
    ),
    "0xd9f35a37b64d95edfd8f26adf130ce45f3e9ddf3c7ab8c1fb7224727a339a98e": (
        "pool_withdraw",
        "RemoveLiquidityDualSyAndPt(address,address,address,uint256,uint256,uint256)",
    ),
    "0xbcfac3aca0242d70e941905db1a4ffc8b7e15f3375043f5399d640a8ea3007ce": (
        "pool_withdraw",
        "RemoveLiquidityDualTokenAndPt(address,address,address,address,uint256,uint256,uint256)",
    ),
    "0x5349e52482e38bcf6018163f5f871bbae5e00e667aa8e7c531b74c07d5397f92": (
        "pool_withdraw",
        (
            "RemoveLiquidityDualTokenAndPt(address,address,address,address,uint256,uint256,uint256,"
            "uint256)"
        ),
    ),
    "0xac97b87f5422fa3beec99bff8f336310d8ebc7d33d909b7d534cd7c72f61e871": (
        "pool_withdraw",
        "RemoveLiquiditySinglePt(address,address,address,uint256,uint256)",
    ),
    "0xd31f02c44717b409d13b92ec9d2eaf1427fb4e63f85f4777f1458fb8d9387761": (
        "pool_withdraw",
        "RemoveLiquiditySingleSy(address,address,address,uint256,uint256)",
    ),
    "0x3fff08e8137afe866dce7ced13ddc12d684db61b80b0ac5cb9e54961c9dd8a21": (
        "pool_withdraw",
        "RemoveLiquiditySingleToken(address,address,address,address,uint256,uint256)",
    ),
    "0x5258a3c624debb1cc84b0f5f66c73eef048832eeebe7178e63e95a53cf28dc94": (
        "pool_withdraw",
        "RemoveLiquiditySingleToken(address,address,address,address,uint256,uint256,uint256)",
    ),
    "0xe2e505a9d93e4a8a524a95c07024bbe068fa9972f10bb08f51fd0d0c4e11834a": (
        "pool_withdraw",
        (
            "ExitPreExpToToken(address,address,address,address,uint256,uint256,"
            "(uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256))"
        ),
    ),
    "0x5d98132a999dd75863cdd284a57d3eb44c9b14d38240d22576dea4f09a73626e": (
        "pool_withdraw",
        (
            "ExitPreExpToSy(address,address,address,uint256,"
            "(uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256))"
        ),
    ),
    "0x6a5433209d35fd4b489a9e43d2bc02e9d1a24430d39be6fff13b4bb52a72a7e0": (
        "pool_withdraw",
        (
            "ExitPostExpToToken(address,address,address,address,uint256,uint256,"
            "(uint256,uint256,uint256,uint256,uint256))"
        ),
    ),
    "0x19ded113217988ae612547683a5154518a667a51ba409520760f26303a8a6f58": (
        "pool_withdraw",
        (
            "ExitPostExpToSy(address,address,address,uint256,"
            "(uint256,uint256,uint256,uint256,uint256))"
        ),
    ),
    "0x71c7a44161eb32e4640f6c8f0586db5f1d2e03306e2c63bb2e0f7cd0a8fc690c": (
        "vault_deposit",
        "MintSyFromToken(address,address,address,address,uint256,uint256)",
    ),
    "0x52e05e4badd3463bad837f42fe3ba58c739d1b3081cff9bb6eb02a24034d455d": (
        "vault_deposit",
        "MintPyFromSy(address,address,address,uint256,uint256)",
    ),
    "0xf586e656e1e436d9ca7c96e43cb793e47b685467d5d574a66efabb8501a333b8": (
        "vault_deposit",
        "MintPyFromToken(address,address,address,address,uint256,uint256)",
    ),
    "0x3193c546cf854c6a4c63afa03b04d35e4242c2761af34a4093fc5daa88dd5308": (
        "vault_deposit",
        "MintPyFromToken(address,address,address,address,uint256,uint256,uint256)",
    ),
    "0xcd34b6ac7e4b72ab30845649aef2f4fd41945ae2dc08f625be69738bbd0f9aa9": (
        "vault_withdraw",
        "RedeemSyToToken(address,address,address,address,uint256,uint256)",
    ),
    "0x31af33f80f4b396e3d4e42b38ecd3e022883a9bf689fd63f47afbe1d389cb6e7": (
        "vault_withdraw",
        "RedeemPyToSy(address,address,address,uint256,uint256)",
    ),
    "0xbc9f07701b0532bc31f2fe7a59b23aa94ae7e58ae26437b01b3440c5903b1bf1": (
        "vault_withdraw",
        "RedeemPyToToken(address,address,address,address,uint256,uint256)",
    ),
    "0x5f2e0499a3b6a21fd5e1fac44ac47c9aa7c3afa39076d67162a4993411d496da": (
        "vault_withdraw",
        "RedeemPyToToken(address,address,address,address,uint256,uint256,uint256)",
    ),
}
