"""Where the pool managers of Uniswap v4 are, which log what became of positions: addresses alone.

Source: docs.uniswap.org, v4 deployments (`PoolManager`).
"""

from typing import Final

#: By network: nobody else's word is taken for it there where none of it moved at the fund.
POOLS: Final = {
    "eip155:1": "0x000000000004444c5dc75cb358380d2e3de08a90",
    "eip155:10": "0x9a13f98cb987694c9f086b1f5eb990eea8264ec3",
    "eip155:56": "0x28e2ea090877bf75740558f6bfb36a5ffee9e9df",
    "eip155:130": "0x1f98400000000000000000000000000000000004",
    "eip155:137": "0x67366782805870060151383f4bbff9dab53e5cd6",
    "eip155:480": "0xb1860d529182ac3bc1f51fa2abd56662b7d13f33",
    "eip155:1868": "0x360e68faccca8ca495c1b759fd9eee466db9fb32",
    "eip155:8453": "0x498581ff718922c3f8e6a244956af099b2652b2b",
    "eip155:42161": "0x360e68faccca8ca495c1b759fd9eee466db9fb32",
    "eip155:42220": "0x288dc841a52fca2707c6947b3a777c5e56cd87bc",
    "eip155:43114": "0x06380c0e0912312b5150364b9dc4542ba0dbbc85",
    "eip155:57073": "0x360e68faccca8ca495c1b759fd9eee466db9fb32",
    "eip155:81457": "0x1631559198a9e474033433b2958dabc135ab6446",
    "eip155:7777777": "0x0575338e4c17006ae181b47900a84404247ca30f",
}
