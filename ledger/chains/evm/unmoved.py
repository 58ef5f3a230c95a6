"""Logs about an account in which nothing of it moves: first topics and where the account stands.

A keeper fills an order, a liquidator takes collateral that has no token: without these a history
would not know of it. The plug-in of each protocol has the signature and its source.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

#: place of the account among the topics → first topics
ABOUT: Final[Mapping[int, tuple[str, ...]]] = {
    1: (
        # Liquity: TroveUpdated of a borrower
        "0xc3770d654ed33aeea6bf11ac8ef05d02a6a04ed4686dd2f624d853bbec43cc8b",
        # Abracadabra: LogRemoveCollateral from an account
        "0x8ad4d3ff00da092c7ad9a573ea4f5f6a3dffc6712dc06d3f78f49b862297c402",
        # GMX: ExecuteIncreasePosition and ExecuteIncreaseOrder of an account
        "0x1be316b94d38c07bd41cdb4913772d0a0a82802786a2f8b657b6e85dbcdfc641",
        "0x7fb1c74d1ea6aa1c9c585e17ce8274c8ff98745e85e7459b73f87d784494f58e",
        # ExecuteDecreasePosition and ExecuteDecreaseOrder: nothing comes of what is all lost
        "0x21435c5b618d77ff3657140cd3318e2cffaebc5e0e1b7318f56a9ba4044c3ed2",
        "0x9a382661d6573da86db000471303be6f0b2b1bb66089b08e3c16a85d7b6e94f8",
    ),
    2: (
        # Compound's third version: AbsorbDebt of a borrower
        "0x1547a878dc89ad3c367b6338b4be6a65a5dd74fb77ae044da1e8747ef1f4f62f",
        # crvUSD and Curve's markets: Liquidate of a user
        "0x642dd4d37ddd32036b9797cec464c0045dd2118c549066ae6b0f88e32240c2d0",
        # Euler: Liquidate of a violator
        "0x8246cc71ab01533b5bebc672a636df812f10637ad720797319d5741d5ebb3962",
        # NFTfi: LoanLiquidated of a borrower
        "0x4fac0ff43299a330bce57d0579985305af580acf256a6d7977083ede81be1326",
        # StakeWise: OsTokenLiquidated and OsTokenRedeemed of a user
        "0x61fd285f9e34a3dbfa9846bdcf22a023e37a3c93549902843b30dd74a18c5350",
        "0x57f5eb636bf62215c111b54545422f11dfb0cb115f606be905f0be08e8859dd3",
    ),
    3: (
        # Morpho Blue: Liquidate of a borrower
        "0xa4946ede45d0c6f06a0f5ce92c9ad3b4751452d2fe0e25010783bcab57a67e41",
        # Extrafi: LiquidateVaultPositionPartially of a manager
        "0xa0220c439b90aeba1c99721f52ce260d7b148a19564a38644e2e170b53e3607a",
    ),
}


class Within(NamedTuple):
    """Logs of one contract that name the account in a word of their data, and in no topic.

    No filter finds an account there: all logs of the contract and the topic are asked for.
    """

    contract: str
    kind: str
    word: int


#: network → such logs. Of the vaults of GMX's first version (gmx-io/gmx-interface, contracts.ts)
#: LiquidatePosition: a position that a liquidator ends pays nothing, and no request comes before.
WITHIN: Final[Mapping[str, tuple[Within, ...]]] = {
    network: (
        Within(vault, "0x2e1f85a64a2f22cf2f0c42584e7c919ed4abe8d53675cff0f62bf1e95a1c676f", 1),
    )
    for network, vault in (
        ("eip155:42161", "0x489ee077994b6658eafa855c308275ead8097c4a"),
        ("eip155:43114", "0x9ab2de34a33fb459b538c43f251eb825645e8595"),
    )
}
