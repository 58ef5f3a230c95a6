"""Where the contracts of Across are that take deposits and pay relayers back: addresses alone.

Source: across-protocol/contracts, broadcast/deployed-addresses.md (`SpokePool`).
"""

from typing import Final

#: By network: nobody else's word is taken for it there.
POOLS: Final = {
    "eip155:1": "0x5c7bcd6e7de5423a257d81b442095a1a6ced35c5",
    "eip155:10": "0x6f26bf09b1c792e3228e5467807a900a503c0281",
    "eip155:56": "0x4e8e101924ede233c13e2d8622dc8aed2872d505",
    "eip155:130": "0x09aea4b2242abc8bb4bb78d537a67a245a7bec64",
    "eip155:137": "0x9295ee1d8c5b022be115a2ad3c30c72e34e7f096",
    "eip155:143": "0xd2ecb3afe598b746f8123cae365a598da831a449",
    "eip155:232": "0xb234ca484866c811d0e6d3318866f583781ed045",
    "eip155:288": "0xbbc6009feffc27ce705322832cb2068f8c1e0a58",
    "eip155:324": "0xe0b015e54d54fc84a6cb9b666099c46ade9335ff",
    "eip155:480": "0x09aea4b2242abc8bb4bb78d537a67a245a7bec64",
    "eip155:999": "0x35e63ea3eb0fb7a3bc543c71fb66412e1f6b0e04",
    "eip155:1135": "0x9552a0a6624a23b848060ae5901659cdda1f83f8",
    "eip155:1868": "0x3bad7ad0728f9917d1bf08af5782dcbd516cdd96",
    "eip155:4217": "0x2d4710f04da90184255782d3715224a6c776955d",
    "eip155:4326": "0x3db06da8f0a24a525f314eec954fc5c6a973d40e",
    "eip155:8453": "0x09aea4b2242abc8bb4bb78d537a67a245a7bec64",
    "eip155:9745": "0x50039faefebef707cfd94d6d462fe6d10b39207a",
    "eip155:34443": "0x3bad7ad0728f9917d1bf08af5782dcbd516cdd96",
    "eip155:42161": "0xe35e9842fceaca96570b734083f4a58e8f7c5f2a",
    "eip155:57073": "0xef684c38f94f48775959ecf2012d7e864ffb9dd4",
    "eip155:59144": "0x7e63a5f1a8f0b4d0934b2f2327daed3f6bb2ee75",
    "eip155:81457": "0x2d509190ed0172ba588407d4c2df918f955cc6e1",
    "eip155:534352": "0x3bad7ad0728f9917d1bf08af5782dcbd516cdd96",
    "eip155:7777777": "0x13fdac9f9b4777705db45291bbff3c972c6d1d97",
}
