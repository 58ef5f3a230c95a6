"""0x: a view in; trades over its exchanges, proxy and Settlers, and orders that were filled, out.

Sources: 0xProject/protocol, IExchangeCore.sol of v2 and v3, ITransformERC20Feature.sol,
INativeOrdersEvents.sol and IMetaTransactionsFeature.sol of v4; 0xProject/0x-settler, Deployer.sol
and Create3.sol, which say at which address each Settler is; AllowanceHolder.

A Settler logs nothing and there are many: what was called with one of its functions is one where
the deployer has made it. An address follows from the network, the feature and a running number.
"""

from functools import cache
from typing import Final

from ledger.chains.evm.codec import keccak
from ledger.model.event import Event
from ledger.protocols._routed import exchanged, names_owned, routed
from ledger.shapes import ActivityView, Recognised, logs_with, trade

NAME: Final = "zerox"
RANK: Final = 0

#: TransformedERC20(address taker, address inputToken, address outputToken, uint256
#: inputTokenAmount, uint256 outputTokenAmount), taker indexed.
TRANSFORMED: Final = "0x0f6672f78a59ba8e5e5b5d38df3ebc67f3c792e2c9259b8d97d7f00dd78ba1b3"
#: LimitOrderFilled(bytes32 orderHash, address maker, address taker, address feeRecipient, address
#: makerToken, address takerToken, uint128 takerTokenFilledAmount, uint128 makerTokenFilledAmount,
#: uint128 takerTokenFeeFilledAmount, uint256 protocolFeePaid, bytes32 pool), RfqOrderFilled(bytes32
#: orderHash, address maker, address taker, address makerToken, address takerToken, uint128
#: takerTokenFilledAmount, uint128 makerTokenFilledAmount, bytes32 pool), OtcOrderFilled of the same
#: shape without the pool; nothing indexed.
LIMIT_FILLED: Final = "0xab614d2b738543c0ea21f56347cf696a3a0c42a7cbec3212a5ca22a4dcff2124"
RFQ_FILLED: Final = "0x829fa99d94dc4636925b38632e625736a614c154d55006b7ab6bea979c210c32"
OTC_FILLED: Final = "0xac75f773e3a92f1a02b12134d65e1f47f8a14eabe4eaf1e24624918e6a8b269f"
#: MetaTransactionExecuted(bytes32 hash, bytes4 selector, address signer, address sender), selector
#: indexed.
META_EXECUTED: Final = "0x7f4fe3ff8ae440e1570c558da08440b26f89fb1c1f2910cd91ca6452955f121a"
#: Fill(address makerAddress, address feeRecipientAddress, bytes makerAssetData, bytes
#: takerAssetData, bytes makerFeeAssetData, bytes takerFeeAssetData, bytes32 orderHash, address
#: takerAddress, address senderAddress, uint256 makerAssetFilledAmount, uint256
#: takerAssetFilledAmount, uint256 makerFeePaid, uint256 takerFeePaid, uint256 protocolFeePaid): v3;
#: the first two and orderHash indexed.
FILL_V3: Final = "0x6869791f0a34781b29882982cc39e882768cf2c96995c2a110c577c53bc932d5"
#: Fill(address makerAddress, address feeRecipientAddress, address takerAddress, address
#: senderAddress, uint256 makerAssetFilledAmount, uint256 takerAssetFilledAmount, uint256
#: makerFeePaid, uint256 takerFeePaid, bytes32 orderHash, bytes makerAssetData, bytes
#: takerAssetData): v2; the same indexed.
FILL_V2: Final = "0x0bcc4c97732e47d9946f229edb95f5b6323f601300e4690de719993f3c371129"

#: topic → least number of topics and words
LOGS: Final = {
    TRANSFORMED: (2, 4),
    LIMIT_FILLED: (1, 11),
    RFQ_FILLED: (1, 8),
    OTC_FILLED: (1, 7),
    META_EXECUTED: (2, 3),
    FILL_V3: (4, 11),
    FILL_V2: (4, 8),
}

#: Exchange proxies, the last two of Optimism and Fantom; the contracts that hold allowances for
#: Settlers, by the age of the network's machine; the exchanges v2 and v3.
ROUTERS: Final = frozenset(
    {
        "0xdef1c0ded9bec7f1a1670819833240f027b25eff",
        "0xdef1abe32c034e558cdd535791643c58a13acc10",
        "0xdef189deaef76e379df891899eb5a00a94cbc250",
        "0x0000000000001ff3684f28c67538d4d072c22734",
        "0x0000000000005e88410ccdfade4a5efae4b49562",
        "0x080bf510fcbf18b91105470639e9561022937712",
        "0x61935cbdd02287b511119ddb11aeb42f1593b7ef",
    }
)

#: execute, executeMetaTxn and executeWithPermit of a Settler.
SETTLES: Final = frozenset({"0x1fff991f", "0xfd3ad6d4", "0x06b8524c"})
DEPLOYER: Final = bytes.fromhex("00000000000004533fe15556b1e086bb1a72ceae")
#: The hash of the code that a Settler is first put behind, with and without PUSH0.
SHIMS: Final = tuple(
    bytes.fromhex(text)
    for text in (
        "3bf3f97f0be1e2c00023033eefeb4fc062ac552ff36778b17060d90b6764902f",
        "1774bbdc4a308eaf5967722c7a4708ea7a3097859cb8768a10611448c29981c3",
    )
)
#: Features: 2 for the taker, 3 by meta-transactions, 4 by intents, 5 over bridges.
FEATURES: Final = (2, 3, 4, 5)
#: Up to which number Settlers are looked for; the recorded ones end below half of it.
NUMBERS: Final = 64

#: Transfer(address from, address to, uint256 value) of any token (EIP-20): a Settler has no sign of
#: its own.
TRANSFER: Final = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"

SIGNS: Final = frozenset({*LOGS, *ROUTERS, TRANSFER})


def recognise(view: ActivityView) -> Recognised | None:
    """The whole trade over a contract of 0x, or one whose log names the fund."""
    found = _settled(view) or routed(view, NAME, ROUTERS) or _named(view)
    return Recognised((found,)) if found is not None else None


def _settled(view: ActivityView) -> Event | None:
    if view.selector not in SETTLES or view.called not in settlers(view.activity.network):
        return None
    return trade(view, view.legs, NAME)


def _named(view: ActivityView) -> Event | None:
    if LOGS.keys().isdisjoint(view.activity.spoken):
        return None
    for topic, (topics, words) in LOGS.items():
        for log in logs_with(view.activity, topic, topics, words):
            if names_owned(view, log):
                return exchanged(view, NAME)
    return None


@cache
def settlers(network: str) -> frozenset[str]:
    """The addresses at which the deployer puts Settlers on a network `eip155:N`."""
    chain = int(network.rpartition(":")[2])
    salts = [
        (feature << 128 | chain << 64 | number).to_bytes(32, "big")
        for feature in FEATURES
        for number in range(1, NUMBERS + 1)
    ]
    return frozenset(_deployed(salt, shim) for salt in salts for shim in SHIMS)


def _deployed(salt: bytes, shim: bytes) -> str:
    """The first contract (nonce 1, RLP) that a contract made by CREATE2 creates (EIP-1014)."""
    between = keccak(b"\xff" + DEPLOYER + salt + shim)[12:]
    return "0x" + keccak(b"\xd6\x94" + between + b"\x01")[12:].hex()
