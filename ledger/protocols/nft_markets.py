"""Markets for non-fungible tokens beside Seaport: a view in; pieces bought and sold out.

Sources: LooksRare/contracts-exchange-v1 (LooksRareExchange.sol) and -v2 (ITransferManager,
ILooksRareProtocol.sol), X2Y2's exchange (X2Y2_r1.sol), ProjectWyvern (ExchangeCore.sol),
code-423n4/2022-11-non-fungible for Blur's first exchange, IBlurExchangeV2.sol for its second,
sudoswap/lssvm and lssvm2 (LSSVMPair.sol), 0xProject/protocol (IERC721OrdersFeature,
IERC1155OrdersFeature), foundation/fnd-contracts (NFTMarketBuyPrice, NFTMarketOffer).
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._collectibles import traded
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    word_address,
    wraps,
)

NAME: Final = "nft_markets"
RANK: Final = 10

#: TakerBid(bytes32 orderHash, uint256 orderNonce, address taker, address maker, address strategy,
#: address currency, address collection, uint256 tokenId, uint256 amount, uint256 price) and
#: TakerAsk of the same shape; taker, maker and strategy indexed.
TAKER_BID: Final = "0x95fb6205e23ff6bda16a2d1dba56b9ad7c783f67c96fa149785052f47696f2be"
TAKER_ASK: Final = "0x68cd251d4d267c6e2034ff0088b990352b97b2002c0476587d0c4da889c11330"
#: TakerBid((bytes32 orderHash, uint256 orderNonce, bool isNonceInvalidated), address bidUser,
#: address bidRecipient, uint256 strategyId, address currency, address collection,
#: uint256[] itemIds, uint256[] amounts, address[2] feeRecipients, uint256[3] feeAmounts), and
#: TakerAsk with askUser and bidUser; the first of feeRecipients is who sold.
TAKER_BID_V2: Final = "0x3ee3de4684413690dee6fff1a0a4f92916a1b97d1c5a83cdf24671844306b2e3"
TAKER_ASK_V2: Final = "0x9aaa45d6db2ef74ead0751ea9113263d1dec1b50cea05f0ca2002cb8063564a4"
#: EvInventory(bytes32 itemHash, address maker, address taker, uint256 orderSalt,
#: uint256 settleSalt, uint256 intent, uint256 delegateType, uint256 deadline, address currency,
#: bytes dataMask, (uint256 price, bytes data) item, (uint8 op, uint256 orderIdx, uint256 itemIdx,
#: uint256 price, bytes32 itemHash, address executionDelegate, bytes dataReplacement,
#: uint256 bidIncentivePct, uint256 aucMinIncrementPct, uint256 aucIncDurationSecs,
#: (uint256 percentage, address to)[] fees) detail); itemHash indexed.
EV_INVENTORY: Final = "0x3cbb63f144840e5b1b0a38a7c19211d2e89de4d7c5faf8b2d3c1776c302d1d33"
#: OrdersMatched(bytes32 buyHash, bytes32 sellHash, address maker, address taker, uint256 price,
#: bytes32 metadata) of Wyvern; maker, taker and metadata indexed.
WYVERN_MATCHED: Final = "0xc4109843e0b7d514e4c093114b863f8e7d8d9a458c372cd51bfe526b588006c9"
#: OrdersMatched(address maker, address taker, Order sell, bytes32 sellHash, Order buy,
#: bytes32 buyHash) of Blur's first exchange with Order = (address trader, uint8 side,
#: address matchingPolicy, address collection, uint256 tokenId, uint256 amount,
#: address paymentToken, uint256 price, uint256 listingTime, uint256 expirationTime,
#: (uint16 rate, address recipient)[] fees, uint256 salt, bytes extraParams); maker, taker indexed.
BLUR_MATCHED: Final = "0x61cbb2a3dee0b6064c2e681aadd61677fb4ef319f0b547508d495626f5a62f64"
#: Execution721Packed(bytes32 orderHash, uint256 tokenIdListingIndexTrader,
#: uint256 collectionPriceSide) of Blur's second exchange, and the same with a fee of the taker's or
#: maker's behind; the trader is the last 20 bytes of the second word.
EXECUTION_721: Final = "0x1d5e12b51dee5e4d34434576c3fb99714a85f57b0fd546ada4b0bddd736d12b2"
EXECUTION_721_TAKER_FEE: Final = (
    "0x0fcf17fac114131b10f37b183c6a60f905911e52802caeeb3e6ea210398b81ab"
)
EXECUTION_721_MAKER_FEE: Final = (
    "0x7dc5c0699ac8dd5250cbe368a2fc3b4a2daadb120ad07f6cccea29f83482686e"
)
#: Execution((address trader, uint256 id, uint256 amount, address collection, uint8 assetType)
#: transfer, bytes32 orderHash, uint256 listingIndex, uint256 price, (address recipient,
#: uint16 rate) makerFee, ((address, uint16) protocolFee, (address, uint16) takerFee) fees,
#: uint8 orderType).
EXECUTION: Final = "0xf2f66294df6fae7ac681cbe2f6d91c6904485929679dce263e8f6539b7d5c559"
#: SwapNFTInPair() and SwapNFTOutPair() of a pair of Sudoswap's; since its second version with
#: (uint256 amount, uint256[] ids), or (uint256 amount, uint256 number) for ERC-1155.
SWAP_IN: Final = "0x3614eb567740a0ee3897c0e2b11ad6a5720d2e4438f9c8accf6c95c24af3a470"
SWAP_OUT: Final = "0xbc479dfc6cb9c1a9d880f987ee4b30fa43dd7f06aec121db685b67d587c93c93"
SWAP_IN_V2: Final = "0x7a0e7e58d91fd23a96b0008604db1b2d1cee4aae434e3aad9a20fdd7c0995f89"
SWAP_OUT_V2: Final = "0xa13c46268c53408442d94eb370f2e476cb7f0fbe027ae5bad73ce13d4469c8b9"
SWAP_IN_1155: Final = "0x58e7e2e8d4c949c019e4fe5f6e2a8f10e4e078a8747730386e9a230da8c969f0"
SWAP_OUT_1155: Final = "0xd9c2402e1a067734ae78dab98f06d5b28e8a2d2c6370ec0e6ff8cc2749d050f1"
#: ERC721OrderFilled(uint8 direction, address maker, address taker, uint256 nonce,
#: address erc20Token, uint256 erc20TokenAmount, address erc721Token, uint256 erc721TokenId,
#: address matcher), nothing indexed; ERC1155OrderFilled(uint8 direction, address maker,
#: address taker, uint256 nonce, address erc20Token, uint256 erc20FillAmount, address erc1155Token,
#: uint256 erc1155TokenId, uint128 erc1155FillAmount, address matcher).
ERC721_FILLED: Final = "0x50273fa02273cceea9cf085b42de5c8af60624140168bd71357db833535877af"
ERC1155_FILLED: Final = "0x20cca81b0e269b265b3229d6b537da91ef475ca0ef55caed7dd30731700ba98d"
#: BuyPriceAccepted(address nftContract, uint256 tokenId, address seller, address buyer,
#: uint256 protocolFee, uint256 creatorFee, uint256 sellerRev) of Foundation's, and
#: OfferAccepted(address nftContract, uint256 tokenId, address buyer, address seller,
#: uint256 protocolFee, uint256 creatorFee, uint256 sellerRev); the first three indexed.
BUY_PRICE_ACCEPTED: Final = "0xd28c0a7dd63bc853a4e36306655da9f8c0b29ff9d0605bb976ae420e46a99930"
OFFER_ACCEPTED: Final = "0x1cb8adb37d6d35e94cd0695ca39895b84371864713f5ca7eada52af9ff23744b"

#: topic → (market, least topics, least words, topics that name a party, words that do)
MARKETS: Final = {
    TAKER_BID: ("looksrare", 4, 7, (1, 2), ()),
    TAKER_ASK: ("looksrare", 4, 7, (1, 2), ()),
    TAKER_BID_V2: ("looksrare", 1, 15, (), (3, 4, 10)),
    TAKER_ASK_V2: ("looksrare", 1, 15, (), (3, 4, 10)),
    EV_INVENTORY: ("x2y2", 2, 11, (), (0, 1)),
    WYVERN_MATCHED: ("wyvern", 4, 3, (1, 2), ()),
    BLUR_MATCHED: ("blur", 3, 4, (1, 2), ()),
    EXECUTION_721: ("blur", 1, 3, (), (1,)),
    EXECUTION_721_TAKER_FEE: ("blur", 1, 4, (), (1,)),
    EXECUTION_721_MAKER_FEE: ("blur", 1, 4, (), (1,)),
    EXECUTION: ("blur", 1, 13, (), (0,)),
    SWAP_IN: ("sudoswap", 1, 0, (), ()),
    SWAP_OUT: ("sudoswap", 1, 0, (), ()),
    SWAP_IN_V2: ("sudoswap", 1, 2, (), ()),
    SWAP_OUT_V2: ("sudoswap", 1, 2, (), ()),
    SWAP_IN_1155: ("sudoswap", 1, 2, (), ()),
    SWAP_OUT_1155: ("sudoswap", 1, 2, (), ()),
    ERC721_FILLED: ("zerox", 1, 9, (), (1, 2)),
    ERC1155_FILLED: ("zerox", 1, 10, (), (1, 2)),
    BUY_PRICE_ACCEPTED: ("foundation", 4, 4, (3,), (0,)),
    OFFER_ACCEPTED: ("foundation", 4, 4, (3,), (0,)),
}
#: Where Blur keeps the coin of bids and gives as many units of its own token for it
#: (Blur's contracts, BlurPool).
BLUR_POOL: Final = "0x0000000000a39bb272e79075ade125fd351887ac"

SIGNS: Final = frozenset({*MARKETS, BLUR_POOL})


def recognise(view: ActivityView) -> Recognised | None:
    """One trade a market, of the wallets that its logs name or that called it; Blur's pool."""
    parties: dict[str, set[str]] = {}
    for topic, (market, topics, words, *_) in MARKETS.items():
        for log in logs_with(view.activity, topic, topics, words):
            parties.setdefault(market, set()).update(_named(log))
    events = _pooled(view)
    for market, named in parties.items():
        events += traded(view.without(events), named, market)
    return Recognised(events) if events else None


def _pooled(view: ActivityView) -> tuple[Event, ...]:
    """Coin put into the pool of Blur's bids or taken out of it."""
    return tuple(
        event(view, "wrap" if coin.quantity < 0 else "unwrap", (coin, token), "blur")
        for coin, token in wraps(view)
        if coin.counterparty == BLUR_POOL
    )


def _named(log: Log) -> set[str]:
    """The addresses in a log that took part in the trade."""
    *_, topics, words = MARKETS[log.topics[0]]
    named = {address_in(log.topics, place) for place in topics}
    return named | {word_address(log, place) for place in words}
