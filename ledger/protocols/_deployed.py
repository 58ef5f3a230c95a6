"""Pools of concentrated liquidity by who made them: a pool and its assets in; fee and ticks out.

Such a pool stands at the address that its deployer, its assets, its fee and the hash of its code
give (EIP-1014), so that nobody can claim to be one, and its fee is known without being asked for.

Sources: Uniswap v3-periphery, PoolAddress.sol; v3-core, UniswapV3Factory.sol and its deployments
(docs.uniswap.org); pancakeswap/pancake-v3-contracts, PoolAddress.sol and PancakeV3Factory.sol.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from ledger.chains.evm.codec import keccak

_UNISWAP: Final = "e34f199b19b2b4f47f68442619d555527d244f78a3297ea89325f843f87b8b54"
_PANCAKE: Final = "6ce8eb472fa82df5469c6ab6d485f17c3ad13c8cd7af59b3d4a8026c5ce0f7e2"
_FACTORY: Final = "1f98431c8ad98523631ae4a59f267346ea31f984"
_DEPLOYER: Final = "41ff9aa7e16b8b1a8a8dc4f0efacd93d02d071c9"

#: Network → deployers and the hashes of their pools' code.
DEPLOYERS: Final = {
    "eip155:1": ((_FACTORY, _UNISWAP), (_DEPLOYER, _PANCAKE)),
    "eip155:10": ((_FACTORY, _UNISWAP),),
    "eip155:56": (
        ("db1d10011ad0ff90774d0c6bb92e5c5c8b4461f7", _UNISWAP),
        (_DEPLOYER, _PANCAKE),
    ),
    "eip155:137": ((_FACTORY, _UNISWAP),),
    "eip155:8453": (
        ("33128a8fc17869897dce68ed026d694621f6fdfd", _UNISWAP),
        (_DEPLOYER, _PANCAKE),
    ),
    "eip155:42161": ((_FACTORY, _UNISWAP), (_DEPLOYER, _PANCAKE)),
}

#: Fee in millionths → ticks between two at which liquidity may begin or end.
SPACINGS: Final = {
    _UNISWAP: {100: 1, 500: 10, 3_000: 60, 10_000: 200},
    _PANCAKE: {100: 1, 500: 10, 2_500: 50, 10_000: 200},
}


class Terms(NamedTuple):
    """The fee of a pool in millionths, and the ticks between two at which liquidity may change."""

    fee: int
    spacing: int


@lru_cache(maxsize=1 << 12)
def terms_of(network: str, pool: str, first: str, second: str) -> Terms | None:
    """The terms of a pool of two contracts in their order; None where no known deployer made it."""
    for deployer, code in DEPLOYERS.get(network, ()):
        for fee, spacing in SPACINGS[code].items():
            salt = keccak(b"".join(_word(each) for each in (first, second, hex(fee))))
            made = keccak(b"\xff" + bytes.fromhex(deployer) + salt + bytes.fromhex(code))
            if f"0x{made[12:].hex()}" == pool:
                return Terms(fee, spacing)
    return None


def _word(number: str) -> bytes:
    return int(number, 16).to_bytes(32, "big")
