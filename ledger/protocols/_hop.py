"""Hop's bridges: a log of a transfer that left in; what the other end will say of it out.

Sources: hop-protocol/contracts (L1_Bridge, L2_Bridge, L2_AmmWrapper: who is paid how much) and
hop-protocol/hop, packages/core/src/addresses/mainnet.ts, l1Bridge, l2Bridge and l2SaddleSwap.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.protocols._bridges import Said, expected
from ledger.shapes import ActivityView, address_in, logs_with, number_in

#: TransferSent(bytes32 transferId, uint256 chainId, address recipient, uint256 amount,
#: bytes32 transferNonce, uint256 bonderFee, uint256 index, uint256 amountOutMin, uint256 deadline);
#: the first three indexed.
SENT: Final = "0xe35dddd4ea75d7e9b3fe93af4f4e40e778c3da4074c9d93e7c6536f1e803c1eb"

#: Token → number of the network → its bridge there.
_BRIDGES: Final = {
    "usdc": {
        1: "0x3666f603cc164936c1b87e207f36beba4ac5f18a",
        100: "0x25d8039bb044dc227f741a9e381ca4ceae2e6ae8",
        137: "0x25d8039bb044dc227f741a9e381ca4ceae2e6ae8",
        10: "0xa81d244a1814468c734e5b4101f7b9c0c577a8fc",
        42161: "0x0e0e3d2c5c292161999474247956ef542cabf8dd",
    },
    "usdt": {
        1: "0x3e4a3a4796d16c0cd582c382691998f7c06420b6",
        100: "0xfd5a186a7e8453eb867a360526c5d987a00acac2",
        137: "0x6c9a1acf73bd85463a46b0afc076fbdf602b690b",
        10: "0x46ae9bab8cea96610807a275ebd36f8e916b5c61",
        42161: "0x72209fe68386b37a40d6bca04f78356fd342491f",
    },
    "matic": {
        1: "0x22b1cbb8d98a01a3b71d034bb899775a76eb1cc2",
        100: "0x7ac71c29fedf94bac5a5c9ab76e1dd12ea885ccc",
        137: "0x553bc791d746767166fa3888432038193ceed5e2",
    },
    "dai": {
        1: "0x3d4cc8a61c7528fd86c55cfe061a78dcba48edd1",
        100: "0x0460352b91d7cf42b0e1c1c30f06b602d9ef2238",
        137: "0xecf268be00308980b5b3fcd0975d47c4c8e1382a",
        10: "0x7191061d5d4c60f598214cc6913502184baddf18",
        42161: "0x7ac115536fe3a185100b2c4de4cb328bf3a58ba6",
    },
    "eth": {
        1: "0xb8901acb165ed027e32754e0ffe830802919727f",
        100: "0xd8926c12c0b2e5cd40cfda49ecaff40252af491b",
        137: "0xb98454270065a31d71bf635f6f7ee6a518dfb849",
        10: "0x83f6244bd87662118d96d9a6d44f09dfff14b30e",
        42161: "0x3749c4f034022c39ecaffaba182555d4508caccc",
        8453: "0x3666f603cc164936c1b87e207f36beba4ac5f18a",
    },
    "wbtc": {
        1: "0xb98454270065a31d71bf635f6f7ee6a518dfb849",
        100: "0x07c592684ee9f71d58853f9387579332d471b6ca",
        137: "0x91bd9ccec64fc22475323a0e55d58f7786587905",
        10: "0xb1ea9fed58a317f81eeefc18715dd323fdef45c4",
        42161: "0x3e4a3a4796d16c0cd582c382691998f7c06420b6",
    },
}
_TOKENS: Final = {
    (f"eip155:{chain}", bridge): token
    for token, bridges in _BRIDGES.items()
    for chain, bridge in bridges.items()
}


BRIDGES: Final = frozenset(bridge for _, bridge in _TOKENS)

#: Where a token is traded for what the bridge makes of it: pools that are Saddle's (USDC, USDT,
#: MATIC, DAI, ETH, SNX, sUSD, rETH and MAGIC on all networks).
POOLS: Final = frozenset(
    "0x5c32143c8b198f392d01f8446b754c181224ac26 0x3c0ffaca566fccfd9cc95139fef6cba143795963"
    " 0x10541b07d8ad2647dc6cd67abd4c03575dade261 0x3aa637d6853f1d9a9354fe4301ab852a88b237e7"
    " 0xb2f7d27b21a69a033f85c42d5eb079043baadc81 0xec4b41af04cf917b54aeb6df58c0f8d78895b5ef"
    " 0x18f7402b673ba6fb5ea4b95768aabb8aad7ef18a 0xaa30d6bba6285d0585722e2440ff89e23ef68864"
    " 0x3d4cc8a61c7528fd86c55cfe061a78dcba48edd1 0x24afdca4653042c6d08fb1a754b2535dacf6eb24"
    " 0x25fb92e505f752f730cad0bd4fa17ece4a384266 0xf181ed90d6cfac84b8073fdea6d34aa744b41810"
    " 0xa5a33ab9063395a90ccbea2d86a62eccf27b5742 0x4014dc015641c08788f15bd6eb20da4c47d936d8"
    " 0x266e2dc3c4c59e42aa07afee5b09e964cffe6778 0x652d27c0f72771ce5c76fd400edd61b406ac6d97"
    " 0x1990bc6dfe2ef605bfc08f5a23564db75642ad73 0x8d4063e82a4db8cdaed46932e1c71e03ca69bede"
    " 0x9dd8685463285ad5a94d2c128bda3c5e8a6173c8 0x0ded0d521ac7b0d312871d18ea4fde79f03ee7ca"
    " 0xffe42d3ba79ee5ee74a999cad0c60ef1153f0b82 0x2935173357c010f8b56c8719a44f9fbdda90f67c"
    " 0x0ce6c85cf43553de10fc56ceca0aef6ff0dd444d".split()
)
HOP: Final = "hop"


def teller(network: str, address: str) -> str:
    """Who tells of an arrival: a token's bridge, wherever it is; empty where it is not known."""
    token = _TOKENS.get((network, address), "")
    return f"hop-{token}" if token else ""


def said(view: ActivityView, log: Log) -> Said:
    """What the other end of a transfer out of a second layer will say.

    A swap on the other side gives the least that was asked for; without one a bonder keeps his fee.
    """
    there, recipient = f"eip155:{int(log.topics[2], 16)}", address_in(log.topics, 3)
    amount, fee, least, deadline = (number_in(log, place) for place in (0, 2, 4, 5))
    return Said(
        f"hop:{log.topics[1]}",
        f"{there}:{recipient}",
        expected(there, "*", f"{least if deadline else max(amount - fee, 0)}+"),
        teller(view.activity.network, log.address),
    )


def carried(view: ActivityView) -> list[Said]:
    """What each transfer says that a router sent here."""
    return [said(view, log) for log in logs_with(view.activity, SENT, 4, 6)]
