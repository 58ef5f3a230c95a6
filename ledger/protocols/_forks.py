"""Forks of markets by what only they have: a pool or router in; the name of the fork out.

A pair of constant product is at the address that its factory, its two assets and the hash of its
code give (EIP-1014), so nobody can claim to be one. What else logs like its model is told by the
router that was called or by the contract that holds the positions.

Sources: deployments as each project lists them (sushi-labs/sushi, docs.pancakeswap.finance,
docs.quickswap.exchange, velodrome-finance and aerodrome-finance/slipstream, docs.camelot.exchange,
1hive/honeyswap, levinswap and swapr, project-x and kittenswap on HyperEVM); the hashes of pairs
were checked against pairs of each factory.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from typing import Final

from ledger.chains.evm.codec import keccak
from ledger.model.asset import AssetId, contract_of
from ledger.shapes import ActivityView

_SUSHI: Final = "e18a34eb0e04b04f7a0ac29a6e80748dca96319b42c54d679cb821dca90c6303"
_PANCAKE: Final = "57224589c67f3f30a6b0d7a1b54cf3153ab84563bc609ef41dfb34f8b2974d2d"
_UNISWAP: Final = "96e8ac4277198ff8b6f785478aa9a39f403cb768dd02cbee326c3e7da348845f"
_SUSHI_FACTORY: Final = "c35dadb65012ec5796536bd9864ed8773abc74c4"

#: Network → factory, hash of a pair's code, and name.
PAIRS: Final = {
    "eip155:1": (
        ("c0aee478e3658e2610c5f7a4a2e1777ce9e4f2ac", _SUSHI, "sushiswap"),
        ("1097053fd2ea711dad45caccc45eff7548fcb362", _PANCAKE, "pancakeswap"),
        (
            "115934131916c8b277dd010ee02de363c09d037c",
            "65d1a3b1e46c6e4f1be1ad5f99ef14dc488ae0549dc97db9b30afe2241ce1c7a",
            "shibaswap",
        ),
    ),
    "eip155:10": (("fbc12984689e5f15626bad03ad60160fe98b303c", _SUSHI, "sushiswap"),),
    "eip155:56": (
        (
            "ca143ce32fe78f1f7019d7d551a6402fc5350c73",
            "00fb7f630766e6a796048ea87d01acd3068e8ff67d078148a3fa3f4a84f69bd5",
            "pancakeswap",
        ),
        (_SUSHI_FACTORY, _SUSHI, "sushiswap"),
    ),
    "eip155:100": (
        (_SUSHI_FACTORY, _SUSHI, "sushiswap"),
        (
            "a818b4f111ccac7aa31d0bcc0806d64f2e0737d7",
            "3f88503e8580ab941773b59034fb4b2a63e86dbc031b3633a925533ad3ed2b93",
            "honeyswap",
        ),
        (
            "5d48c95adffd4b40c1aaadc4e08fc44117e02179",
            "d306a548755b9295ee49cc729e13ca4a45e00199bbd890fa146da43a50571776",
            "swapr",
        ),
    ),
    "eip155:137": (
        ("5757371414417b8c6caad45baef941abc7d3ab32", _UNISWAP, "quickswap"),
        (_SUSHI_FACTORY, _SUSHI, "sushiswap"),
    ),
    "eip155:8453": (
        ("ec6540261aaae13f236a032d454dc9287e52e56a", _UNISWAP, "quickswap"),
        ("02a84c1b3bbd7401a5f7fa98a384ebc70bb5749e", _PANCAKE, "pancakeswap"),
        ("71524b4f93c58fcbf659783284e38825f0622859", _SUSHI, "sushiswap"),
    ),
    "eip155:42161": (
        (_SUSHI_FACTORY, _SUSHI, "sushiswap"),
        ("02a84c1b3bbd7401a5f7fa98a384ebc70bb5749e", _PANCAKE, "pancakeswap"),
        (
            "6eccab422d763ac031210895c81787e87b43a652",
            "a856464ae65f7619087bc369daaf7e387dae1e5af69cfa7935850ebf754b04c1",
            "camelot",
        ),
    ),
    "eip155:42220": ((_SUSHI_FACTORY, _SUSHI, "sushiswap"),),
    "eip155:43114": (
        (_SUSHI_FACTORY, _SUSHI, "sushiswap"),
        (
            "9ad6c38be94206ca50bb0d90783181662f0cfa10",
            "0bbca9af0511ad1a1da383135cf3a8d2ac620e549ef9f6ae3a4c33c2fed0af91",
            "trader_joe",
        ),
    ),
}

#: Routers, and contracts that hold positions of concentrated liquidity, by network.
CONTRACTS: Final = {
    "eip155:1": {
        "0xd9e1ce17f2641f24ae83637ab66a2cca9c378b9f": "sushiswap",  # SushiSwap router
        "0x2214a42d8e2a1d20635c2cb0664422c528b6a432": "sushiswap",  # v3 positions
        "0x13f4ea83d0bd40e75c8222255bc855a974568dd4": "pancakeswap",  # smart router
        "0x46a15b0b27311cedf172ab29e4f4766fbe7f4364": "pancakeswap",  # v3 positions
    },
    "eip155:10": {
        "0xa062ae8a9c5e11aaa026fc2670b0d65ccc8b2858": "velodrome",  # router v2
        "0x9c12939390052919af3155f41bf4160fd3666a6f": "velodrome",  # router v1
        "0x4bf3e32de155359d1d75e8b474b66848221142fc": "velodrome",  # universal router
        "0x416b433906b1b72fa758e166e239c43d68dc6f29": "velodrome",  # Slipstream positions
        "0xbb5dfe1380333cee4c2eebd7202c80de2256adf4": "velodrome",  # before it
    },
    "eip155:56": {
        "0x10ed43c718714eb63d5aa57b78b54704e256024e": "pancakeswap",  # router v2
        "0x13f4ea83d0bd40e75c8222255bc855a974568dd4": "pancakeswap",  # smart router
        "0x1a0a18ac4becddbd6389559687d1a73d8927e416": "pancakeswap",  # universal router
        "0xd9c500dff816a1da21a48a732d3498bf09dc9aeb": "pancakeswap",  # its second
        "0x46a15b0b27311cedf172ab29e4f4766fbe7f4364": "pancakeswap",  # v3 positions
    },
    "eip155:137": {
        "0xa5e0829caced8ffdd4de3c43696c57f7d7a678ff": "quickswap",  # router v2
        "0xf5b509bb0909a69b1c207e495f687a596c168e12": "quickswap",  # router v3
        "0x8ef88e4c7cfbbac1c163f7eddd4b578792201de6": "quickswap",  # v3 positions
    },
    "eip155:999": {
        "0xead19ae861c29bbb2101e834922b2feee69b9091": "project_x",  # positions
        "0xf75584ef6673ad213a685a1b58cc0330b8ea22cf": "kittenswap",  # router
    },
    "eip155:8453": {
        "0xcf77a3ba9a5ca399b7c97c74d54e5b1beb874e43": "aerodrome",  # router
        "0x6cb442acf35158d5eda88fe602221b67b400be3e": "aerodrome",  # universal router
        "0xbe6d8f0d05cc4be24d5167a3ef062215be6d18a5": "aerodrome",  # Slipstream router
        "0x827922686190790b37229fd06084350e74485b72": "aerodrome",  # Slipstream positions
        "0x84715977598247125c3d6e2e85370d1f6fda1eaf": "quickswap",  # v4 positions
        "0x46a15b0b27311cedf172ab29e4f4766fbe7f4364": "pancakeswap",  # v3 positions
        "0xd9c500dff816a1da21a48a732d3498bf09dc9aeb": "pancakeswap",  # universal router
        "0x80c7dd17b01855a6d2347444a0fcc36136a314de": "sushiswap",  # v3 positions
    },
    "eip155:42161": {
        "0xc873fecbd354f5a56e00e710b90ef4201db2448d": "camelot",  # router v2
        "0x1f721e2e82f6676fce4ea07a5958cf098d339e18": "camelot",  # router v3
        "0x00c7f3082833e796a5b3e4bd59f6642ff44dcd15": "camelot",  # v3 positions
        "0x46a15b0b27311cedf172ab29e4f4766fbe7f4364": "pancakeswap",  # v3 positions
    },
}

#: Whose pairs, gauges and escrows of Solidly's kind are on a network.
SOLIDLY_NAMES: Final = {"eip155:10": "velodrome", "eip155:8453": "aerodrome"}


def fork(view: ActivityView, contracts: Iterable[str], default: str) -> str:
    """The fork that one of these contracts or the called one is of, else the model's name."""
    known = CONTRACTS.get(view.activity.network, {})
    for contract in (*contracts, view.called):
        if contract in known:
            return known[contract]
    return default


def pair_fork(view: ActivityView, pair: str, default: str) -> str:
    """The fork whose factory made a pair of the assets that moved to or from it."""
    moved = {one.asset for one in view.activity.transfers if pair in (one.recipient, one.sender)}
    return _made_by(view.activity.network, pair, frozenset(moved)) or fork(view, (), default)


@lru_cache(maxsize=1 << 12)
def _made_by(network: str, pair: str, assets: frozenset[AssetId]) -> str | None:
    """The fork whose factory made a pair of two of these assets."""
    tokens = {contract_of(asset) for asset in assets}
    others = sorted(token for token in tokens if token is not None and token != pair)
    for factory, code, name in PAIRS.get(network, ()):
        if any(_pair(factory, code, *two) == pair for two in combinations(others, 2)):
            return name
    return None


@lru_cache(maxsize=1 << 14)
def _pair(factory: str, code: str, first: str, second: str) -> str:
    """The address of the pair of two assets in their order."""
    salt = _salt(first, second)
    made = keccak(b"\xff" + bytes.fromhex(factory) + salt + bytes.fromhex(code))
    return "0x" + made[12:].hex()


@lru_cache(maxsize=1 << 12)
def _salt(first: str, second: str) -> bytes:
    """What tells the pair of two assets from others, for every factory."""
    return keccak(bytes.fromhex(first[2:] + second[2:]))
