"""Where the connector of Euler's vaults is: addresses alone."""

from typing import Final

#: The connector by network (euler-xyz/euler-interfaces, EulerChains.json; what it lists no longer,
#: by addresses/<chain id>/CoreAddresses.json).
CONNECTORS: Final = {
    "eip155:1": "0x0c9a3dd6b8f28529d72d7f9ce918d493519ee383",
    "eip155:10": "0xbfb28650cd13ce879e7d56569ed4715c299823e4",
    "eip155:56": "0xb2e5a73cee08593d1a076a2ae7a6e02925a640ea",
    "eip155:130": "0x2a1176964f5d7cae5406b627bf6166664fe83c60",
    "eip155:137": "0x90811daca4bd23fc79a87fbdff7522bed2d24b4b",
    "eip155:143": "0x7a9324e8f270413fa2e458f5831226d99c7477cd",
    "eip155:146": "0x4860c903f6ad709c3eda46d3d502943f184d4315",
    "eip155:177": "0x98cdab92f46651ffaf0830ea7dfef1c435e6c4c4",
    "eip155:239": "0x01f594c66a5561b90bc782dd0297f294cd668b64",
    "eip155:999": "0xceaa7cdcd7ddbee8601127a9abb17a974d613db4",
    "eip155:1923": "0x08739cbede6e28e387685ba20e6409bd16969cde",
    "eip155:5000": "0xd9867dd8617b2055edb9d0775450f453dd5341dd",
    "eip155:8453": "0x5301c7dd20bd945d2013b48ed0dee3a284ca8989",
    "eip155:9745": "0x7bdbd0a7114aa42ca957f292145f6a931a345583",
    "eip155:42161": "0x6302ef0f34100cddfb5489fbcb6ee1aa95cd1066",
    "eip155:43114": "0xddcbe30a761edd2e19bba930a977475265f36fa1",
    "eip155:59144": "0xd8cecee9a04ea3d941a959f68fb4486f23271d09",
    "eip155:60808": "0x59f0feec4fa474ad4ffc357cc8d8595b68abe47d",
    "eip155:80094": "0x45334608ece7b2775136bc847eb92b5d332806a9",
}
