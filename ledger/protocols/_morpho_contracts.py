"""Where Morpho Blue is: a table by network; it stands at one address on Ethereum and Base alone.

Source: morpho-org/sdks, packages/blue-sdk/src/addresses.ts (`morpho`).
"""

from typing import Final

BLUE: Final = "0xbbbbbbbbbb9cc5e90e3b3af64bdaf62c37eeffcb"

CONTRACTS: Final = {
    "eip155:1": BLUE,
    "eip155:10": "0xce95afbb8ea029495c66020883f87aae8864af92",
    "eip155:130": "0x8f5ae9cddb9f68de460c77730b018ae7e04a140a",
    "eip155:137": "0x1bf0c2541f820e775182832f06c0b7fc27a25f67",
    "eip155:146": "0xd6c916eb7542d0ad3f18aed0fcbd50c582cfa95f",
    "eip155:239": "0x918b9f2e4b44e20c6423105bb6cceb71473ad35c",
    "eip155:252": "0xa6030627d724ba78a59acf43be7550b4c5a0653b",
    "eip155:480": "0xe741bc7c34758b4cae05062794e8ae24978af432",
    "eip155:999": "0x68e37de8d93d3496ae143f2e900490f6280c57cd",
    "eip155:1135": "0x00cd58deebd7a2f1c55daec715faf8aed5b27bf8",
    "eip155:8453": BLUE,
    "eip155:34443": "0xd85ce6bd68487e0aafb0858fde1cd18c76840564",
    "eip155:42161": "0x6c247b1f6182318877311737bac0844baa518f5e",
    "eip155:57073": "0x857f3eefe8cbda3bc49367c996cd664a880d3042",
    "eip155:534352": "0x2d012edbadc37edc2bc62791b666f9193fdf5a55",
    "eip155:747474": "0xd50f2dfffd62f94ee4aed9ca05c61d0753268abc",
}
