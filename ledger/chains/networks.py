"""The known EVM networks: a name, chain id or CAIP-2 id goes in, what is special comes out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from ledger.model.errors import BadInput

#: The fee that a network charges for its data on the network below it, beside gas.
L1Fee = Literal["none", "op", "scroll"]


def _twins(*pairs: str) -> Mapping[str, str]:
    return dict(pair.split() for pair in pairs)


#: The same on all networks but those with another way to make addresses. The blocks at which it was
#: deployed are those of mds1/multicall, as wevm/viem has them (src/chains/definitions).
_MULTICALL3: Final = "0xca11bde05977b3631167028862be2a173976ca11"
_OP_WRAPPED: Final = "0x4200000000000000000000000000000000000006"
#: Where the OP stack pays base fee, priority fee, L1 fee and operator fee.
_OP_VAULTS: Final = frozenset(
    "0x4200000000000000000000000000000000000019 0x4200000000000000000000000000000000000011"
    " 0x420000000000000000000000000000000000001a 0x420000000000000000000000000000000000001b".split()
)


@dataclass(frozen=True, slots=True)
class Network:
    """What differs from one EVM network to another; addresses in lower case.

    `wrapped` is the wrapped native coin; `aliases` maps the second contract of one balance to its
    first, and `firsts` are all of these; `mirrors` are contracts whose logs repeat movements of the
    native coin; `fee_accounts` are paid the fees that senders pay, without a call.
    `finality_blocks` is the depth below which a block is taken as final; `multicall_since` the
    first one at which Multicall3 stands at `multicall`, None where it is not known to.
    """

    id: str
    name: str
    chain_id: int
    symbol: str = "ETH"
    wrapped: str = ""
    l1_fee: L1Fee = "none"
    finality_blocks: int = 64
    aliases: Mapping[str, str] = field(default_factory=dict)
    mirrors: frozenset[str] = frozenset()
    fee_accounts: frozenset[str] = frozenset()
    multicall_since: int | None = None
    multicall: str = _MULTICALL3
    firsts: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "firsts", frozenset(self.aliases.values()))


def _op_stack(chain_id: int, name: str, multicall_since: int) -> Network:
    """A network of the OP stack whose coin is ether, with its predeploys."""
    return Network(
        f"eip155:{chain_id}",
        name,
        chain_id,
        wrapped=_OP_WRAPPED,
        l1_fee="op",
        finality_blocks=600,
        fee_accounts=_OP_VAULTS,
        multicall_since=multicall_since,
    )


_ROWS: Final = (
    Network(
        "eip155:1",
        "ethereum",
        1,
        multicall_since=14_353_601,
        wrapped="0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
        aliases=_twins(
            # Monerium EURe, GBPe, USDe and ISKe: the second contracts of August 2024 keep the
            # balances of the first, whose names their whole history has (monerium.dev, tokens)
            "0x39b8b6385416f4ca36a20319f70d28621895279d 0x3231cb76718cdef2155fc47b5286d82e6eda273f",
            "0x78a20b7af85156b4389a349aa4c96efc2e509768 0x7ba92741bf2a568abc6f1d3413c58c6e0244f8fd",
            "0x05968f40939fdc016ad58f82cd08da884825ad55 0xbc5142e0cc5eb16b47c63b0f033d4c2480853a52",
            "0x38d22bd604c4549e2cc15e94b8e22e6fe4ae82b4 0xc642549743a93674cf38d6431f75d6443f88e3e2",
            # Synthetix sUSD: proxies of one token state
            "0x4d8dbd193d89b7b506be5dc9db75b91da00d6a1d 0x57ab1ec28d129707052df4df418d58a2d46d5f51",
            # TrueUSD's second address
            "0x8dd5fbce2f6a956c3022ba3663759011dd51e73e 0x0000000000085d4780b73119b644ae5ecd22b376",
        ),
    ),
    _op_stack(10, "optimism", 4_286_263),
    Network(
        "eip155:56",
        "bsc",
        56,
        multicall_since=15_921_452,
        symbol="BNB",
        wrapped="0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c",
        finality_blocks=15,
    ),
    Network(
        "eip155:100",
        "gnosis",
        100,
        multicall_since=21_022_491,
        symbol="XDAI",
        wrapped="0xe91d153e0b41518a2ce8dd3d7944fa863463a97d",
        aliases=_twins(
            "0x420ca0f9b9b604ce0fd9c18ef134c705e5fa3430 0xcb444e90d8198415266c6a2724b7900fb12fc56e",
            "0x8e34bfec4f6eb781f9743d9b4af99cd23f9b7053 0x5cb9073902f2035222b9749f8fb0c9bfe5527108",
            "0x50d1a74f4b6dcacddd97fd442c0e22a4c97f2b7f 0x20e694659536c6b46e4b8be8f6303ffcd8d1df69",
            "0x614bd419d3735c9eb51542c06e5acc09a9953f61 0xd8f84bf2e036a3c8e4c0e25ed2aae0370f3ccca8",
        ),
        fee_accounts=frozenset({"0x6bbe78ee9e474842dbd4ab4987b3cefe88426a92"}),
    ),
    Network(
        "eip155:137",
        "polygon",
        137,
        multicall_since=25_770_160,
        symbol="POL",
        wrapped="0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270",
        finality_blocks=256,
        aliases=_twins(
            "0xe0aea583266584dafbb3f9c3211d5588c73fea8d 0x18ec0a6e18e5bc3784fdd3a3634b31245ab704f6",
            "0x646beea7a02fdada34c8e118949fe32350ab2206 0x75792cbdb361d80ba89271a079efee62c29fa324",
            "0x91e2b584908c2807efc9f846e0c2a1fe875c5141 0x64e97c1a6535afd4a313ef46f88a64a34250b719",
            "0xd053fc09e8f05a43da4ecc40a750559c938c8131 0xf1bbf27a9d659d326efbfa5d284ebaefb803983d",
        ),
        mirrors=frozenset({"0x0000000000000000000000000000000000001010"}),
        fee_accounts=frozenset({"0x70bca57f4579f58670ab2d18ef16e02c17553c38"}),
    ),
    _op_stack(130, "unichain", 0),
    Network(
        "eip155:143",
        "monad",
        143,
        symbol="MON",
        wrapped="0x3bd359c1119da7da1d913d1c4d2b7c461115433a",
        finality_blocks=8,
    ),
    Network(
        "eip155:146",
        "sonic",
        146,
        multicall_since=60,
        symbol="S",
        wrapped="0x039e2fb66102314ce7b64ce5ce3e5183bc94ad38",
        finality_blocks=8,
    ),
    Network(
        "eip155:324",
        "zksync",
        324,
        multicall_since=3_908_235,
        multicall="0xf9cda624fbc7e059355ce98a31693d299facd963",
        wrapped="0x5aea5775959fbc2557cc8789bc1bf90a239d9a91",
        finality_blocks=600,
        mirrors=frozenset({"0x000000000000000000000000000000000000800a"}),
    ),
    _op_stack(480, "world", 0),
    Network(
        "eip155:999",
        "hyperevm",
        999,
        multicall_since=13_051,
        symbol="HYPE",
        wrapped="0x5555555555555555555555555555555555555555",
        finality_blocks=8,
    ),
    _op_stack(1868, "soneium", 1),
    _op_stack(8453, "base", 5_022),
    _op_stack(34443, "mode", 2_465_882),
    Network(
        "eip155:42161",
        "arbitrum",
        42161,
        multicall_since=7_654_707,
        wrapped="0x82af49447d8a07e3bd95bd0d56f35241523fbab1",
        finality_blocks=2400,
    ),
    Network(
        "eip155:42220",
        "celo",
        42220,
        multicall_since=13_112_599,
        symbol="CELO",
        l1_fee="op",
        finality_blocks=600,
        mirrors=frozenset({"0x471ece3750da237f93b8e339c536989b8978a438"}),
        fee_accounts=_OP_VAULTS,
    ),
    Network(
        "eip155:43114",
        "avalanche",
        43114,
        multicall_since=11_907_934,
        symbol="AVAX",
        wrapped="0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7",
        finality_blocks=8,
    ),
    _op_stack(57073, "ink", 0),
    Network(
        "eip155:59144",
        "linea",
        59144,
        multicall_since=42,
        wrapped="0xe5d7c2a44ffddf6b295a15c148167daaaf5cf34f",
        finality_blocks=600,
    ),
    Network(
        "eip155:80094",
        "berachain",
        80094,
        multicall_since=0,
        symbol="BERA",
        wrapped="0x6969696969696969696969696969696969696969",
        finality_blocks=8,
    ),
    Network(
        "eip155:534352",
        "scroll",
        534352,
        multicall_since=14,
        wrapped="0x5300000000000000000000000000000000000004",
        l1_fee="scroll",
        finality_blocks=600,
    ),
)

#: CAIP-2 id → network.
NETWORKS: Final[Mapping[str, Network]] = {row.id: row for row in _ROWS}
_BY_NAME: Final[Mapping[str, Network]] = {row.name: row for row in _ROWS}
_CHAIN_ID: Final = re.compile(r"(?:eip155:)?([1-9][0-9]{0,17})", re.ASCII)


@lru_cache(maxsize=1 << 10)
def network_named(text: str) -> Network:
    """The network of a name (`ethereum`), CAIP-2 id (`eip155:1`) or chain id (`1`).

    An EVM network without a row of its own gets a generic one. Raises BadInput for anything else.
    """
    asked = text.strip().lower()
    if asked in _BY_NAME:
        return _BY_NAME[asked]
    found = _CHAIN_ID.fullmatch(asked)
    if found is None:
        raise BadInput(f"{text[:40]!r} is no EVM network; ask for a name, eip155:N or N")
    network_id = f"eip155:{found[1]}"
    return NETWORKS.get(network_id) or Network(network_id, network_id, int(found[1]))
