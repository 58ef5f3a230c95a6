"""Where the pools of Aave's third version are, and those of forks: addresses alone.

Source: aave-dao/aave-address-book, src/AaveV3*.sol.
"""

from typing import Final

#: The pools of Aave's own of all networks: tokens hold what they log.
#: Of a fork, deposits count by what its tokens log, anything else where the pool itself was called.
POOLS: Final = (
    "0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2",  # Ethereum
    "0x4e033931ad43597d96d6bcc25c280717730b58b1",  # Ethereum, Prime
    "0x0aa97c284e98396202b6a04024f5e2c65026f3c0",  # Ethereum, EtherFi
    "0xae05cd22df81871bc7cc2a04becfb516bfe332c8",  # Ethereum, Horizon
    "0x794a61358d6845594f94dc1db02a252b5b4814ad",  # Arbitrum, Optimism, Polygon, Avalanche
    "0xa238dd80c259a72e81d7e4664a9801593f98d1c5",  # Base
    "0xb50201558b00496a145fe76f7424749556e326d8",  # Gnosis
    "0x6807dc923806fe8fd134338eabca509979a7e0cb",  # BNB Smart Chain
    "0x11fcfe756c05ad438e312a7fd934381537d3cffe",  # Scroll
    "0x78e30497a3c7527d953c6b1e3541b021a98ac43c",  # zkSync
    "0xc47b8c00b0f69a36fa203ffeac0334874574a8ac",  # Linea
    "0x3e59a31363e2ad014dcbc521c4a0d5757d9f3402",  # Celo
    "0x90df02551bb792286e8d4f13e0e357b4bf1d6a57",  # Metis
    "0x5362dbb1e601abf3a4c14c22ffeda64042e5eaa3",  # Sonic
    "0x458f293454fe0d67ec0655f3672301301dd51422",  # Mantle
    "0xdd3d7a7d03d9fd9ef45f3e587287922ef65ca38b",  # Soneium
    "0x2816cf15f6d2a220e789aa011d5ee4eb6c47feba",  # Ink
    "0x925a2a7214ed92428b5b1b090f80b25700095e12",  # Plasma
    "0x7e324abc5de01d112afc03a584966ff199741c28",  # MegaETH
    "0x69a5f9ad4f96ebf0a0c792dd42a01cc5c0102fef",  # Monad
    "0xe3f3caefdd7180f884c01e57f65df979af84f116",  # X Layer
)

#: Pools of forks that log the same: (network, pool) → the fork's name (docs.spark.fi, deployments).
FORKS: Final = {
    ("eip155:1", "0xc13e21b648a5ee794902342038ff3adab66be987"): "spark",
    ("eip155:100", "0x2dae5307c5e3fd1cf5a72cb6f698f915860607e0"): "spark",
}
