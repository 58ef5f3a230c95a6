"""How Wormhole numbers networks; its token bridge and its native token transfers alike."""

from typing import Final

#: Network → Wormhole's number of it (documents, chain ids).
CHAINS: Final = {
    "eip155:1": 2,
    "eip155:56": 4,
    "eip155:137": 5,
    "eip155:43114": 6,
    "eip155:250": 10,
    "eip155:42220": 14,
    "eip155:42161": 23,
    "eip155:10": 24,
    "eip155:100": 25,
    "eip155:8453": 30,
    "eip155:534352": 34,
}
NETWORKS_BY_CHAIN: Final = {number: network for network, number in CHAINS.items()}
