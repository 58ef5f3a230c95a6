"""An open position of GMX's second version and a block go to the node; what closing gives, comes.

Sources: gmx-io/gmx-synthetics, PositionStoreUtils.sol, MarketStoreUtils.sol and Keys.sol (where the
DataStore keeps what), PositionUtils.sol (`getPositionPnlUsd`), MarketUtils.sol (`getBorrowingFees`,
`getFundingAmount`), ChainlinkPriceFeedUtils.sol (prices); gmx-io/gmx-interface, contracts.ts.

    result  = tokens × price of the index − size, for a short the other way round       in dollars
    borrowing = size × (factor of the market − factor of the position) / 10³⁰           in dollars
    funding = size × (per size of the market − per size of the position) / 10⁴⁵         in tokens

A profit is paid in the market's long token to longs, in its short token to shorts; a loss,
borrowing and funding are taken of the collateral. Funding that can be claimed comes on top. Prices
are those of the feeds that the DataStore names, as long as they are not older than it allows.
Factors are those of the last time that anybody traded in the market: what ran up since then, the
fee of closing and what it would move the price are not in it.
"""

from collections.abc import Sequence
from typing import Final

from ledger.chains.evm.codec import keccak
from ledger.model.asset import AssetId, erc20, network_of, parse_asset_id
from ledger.model.evidence import Answer, Question
from ledger.protocols._pooled import answered, view_of, words_of
from ledger.transport import Node

#: network → its DataStore.
STORES: Final = {
    "eip155:42161": "0xfd70de6b91282d8017aa4e741e9ae325cab992d8",
    "eip155:43114": "0x2f0b22339414aded7d5f06f9d604c7ff5b2fe3f6",
    "eip155:3637": "0xa23b81a89ab9d7d89ff8fc1b5d8508fb75cc094d",
}

#: getUint(bytes32), getAddress(bytes32) and getBool(bytes32) of the DataStore.
UINT: Final = "0xbd02d0f5"
ADDRESS: Final = "0x21f8a721"
BOOL: Final = "0x7ae1cfca"
#: latestRoundData() of a price feed: round, price, started, updated, answered in round.
LATEST: Final = "0xfeaf968c"

_WHOLE: Final = 10**30
_PER_SIZE: Final = 10**45
_LARGEST: Final = 2**255 - 1

_Reads = Sequence[tuple[str, int]]


def open_position(node: Node, question: Question) -> Answer:
    """What a position on margin would give back if it were closed at the question's block.

    The subject is `wallet id|asset id`, as of a balance. The answer has `quantity`, its collateral,
    and of its market's tokens (`assets`) the `amounts` that would come. Null where it is no
    position, not the wallet's, or a price is missing or old. Raises SourceUnavailable.
    """
    wallet, _, text = question.subject.partition("|")
    asset = parse_asset_id(text)
    network, reference = network_of(asset), asset.rpartition(":")[2]
    store = STORES.get(network)
    if store is None or not reference.startswith("0x"):
        return answered(node, question, None)
    found = _Store(node, store, question.block).equity(int(reference, 16), int(wallet[-40:], 16))
    if found is None:
        return answered(node, question, None)
    collateral, paid = found
    said = {
        "quantity": str(collateral),
        "assets": [_token(network, word) for word in paid],
        "amounts": [str(amount) for amount in paid.values()],
    }
    return answered(node, question, said)


def equity(
    position: tuple[int, int, int, int], factors: tuple[int, int], prices: tuple[int, int, int]
) -> tuple[int, int]:
    """What is left of the collateral, and the profit, each in its own token and never below zero.

    `position` is size in dollars, size in tokens, collateral, 1 of a long and −1 of a short;
    `factors` are how much borrowing and funding grew; `prices` those of a base unit of the index,
    the collateral and the token of profits, in 10⁻³⁰ dollars.
    """
    size, tokens, collateral, side = position
    borrowing, funding = factors
    index, margin, profits = prices
    result = side * (tokens * index - size)
    owed = size * borrowing // _WHOLE + max(-result, 0)
    left = collateral - _rounded_up(owed, margin) - _rounded_up(size * funding, _PER_SIZE)
    gained = max(result, 0) // profits
    if left < 0:
        gained = max(0, gained - _rounded_up(-left * margin, profits))
    return max(0, left), gained


class _Store:
    """The DataStore of a network at a block."""

    def __init__(self, node: Node, address: str, block: int | None) -> None:
        self._node, self._address, self._block = node, address, block

    def equity(self, key: int, owner: int) -> tuple[int, dict[int, int]] | None:
        """Collateral, and what each token would come of; None where it cannot be said."""
        names = ("SIZE_IN_USD", "SIZE_IN_TOKENS", "COLLATERAL_AMOUNT", "BORROWING_FACTOR")
        funding = (
            "FUNDING_FEE_AMOUNT_PER_SIZE",
            "LONG_TOKEN_CLAIMABLE_FUNDING_AMOUNT_PER_SIZE",
            "SHORT_TOKEN_CLAIMABLE_FUNDING_AMOUNT_PER_SIZE",
        )
        places = [(ADDRESS, _of(key, name)) for name in ("ACCOUNT", "MARKET", "COLLATERAL_TOKEN")]
        places += [(BOOL, _of(key, "IS_LONG"))]
        stands = self._read(places + [(UINT, _of(key, name)) for name in (*names, *funding)])
        if stands is not None and not any(stands):  # it ended, whoever ended it
            return 0, {}
        if stands is None or stands[0] != owner or not stands[4]:
            return None
        _, market, token, long, size, tokens, collateral, borrowed, *before = stands
        market_tokens = self._read(
            [(ADDRESS, _of(market, f"{name}_TOKEN")) for name in ("INDEX", "LONG", "SHORT")]
        )
        if market_tokens is None or token not in market_tokens[1:]:
            return None
        index, *pair = market_tokens
        claimable = "CLAIMABLE_FUNDING_AMOUNT_PER_SIZE"
        now = self._read(
            [
                (UINT, _at("CUMULATIVE_BORROWING_FACTOR", market, long)),
                (UINT, _at("FUNDING_FEE_AMOUNT_PER_SIZE", market, token, long)),
                *((UINT, _at(claimable, market, one, long)) for one in pair),
            ]
        )
        gains = pair[0 if long else 1]
        prices = self._prices((index, token, gains))
        if now is None or prices is None:
            return None
        grown = [one - other for one, other in zip(now, (borrowed, *before), strict=True)]
        if min(grown) < 0:
            return None
        left, gained = equity(
            (size, tokens, collateral, 1 if long else -1), (grown[0], grown[1]), prices
        )
        paid = dict.fromkeys(pair, 0)
        paid[token] += left
        paid[gains] += gained
        for one, growth in zip(pair, grown[2:], strict=True):
            paid[one] += size * growth // _PER_SIZE
        return collateral, paid

    def _prices(self, tokens: tuple[int, int, int]) -> tuple[int, int, int] | None:
        """The price of a base unit of each token; None where one has no feed or an old price."""
        found: list[int] = []
        now = self._time()
        for token in tokens:
            feed = self._read(
                [
                    (ADDRESS, _at("PRICE_FEED", token)),
                    (UINT, _at("PRICE_FEED_MULTIPLIER", token)),
                    (UINT, _at("PRICE_FEED_HEARTBEAT_DURATION", token)),
                ]
            )
            if feed is None or not feed[0]:
                return None
            asked = view_of(self._address, _hex(feed[0]), LATEST, (), self._block)
            latest = words_of(self._node.ask_each([asked])[0])
            if latest is None or len(latest) != 5 or not 0 < latest[1] <= _LARGEST:
                return None
            if now - latest[3] > feed[2]:
                return None
            found.append(latest[1] * feed[1] // _WHOLE)
        return (found[0], found[1], found[2]) if all(found) else None

    def _time(self) -> int:
        at = "latest" if self._block is None else hex(self._block)
        return int(self._node.ask("eth_getBlockByNumber", [at, False])["timestamp"], 16)

    def _read(self, places: _Reads) -> list[int] | None:
        """The words at places of the store; None where it refuses one of them."""
        asked = [
            view_of(self._address, self._address, selector, (place,), self._block)
            for selector, place in places
        ]
        words = [words_of(answer) for answer in self._node.ask_each(asked)]
        found = [word[0] for word in words if word is not None and len(word) == 1]
        return found if len(found) == len(places) else None


def _rounded_up(number: int, by: int) -> int:
    return -(-number // by)


def _name(text: str) -> int:
    """The key of a name: the hash of its encoding as the only argument."""
    data = text.encode()
    padded = data + bytes(-len(data) % 32)
    return _hashed((32).to_bytes(32) + len(data).to_bytes(32) + padded)


def _of(thing: int, name: str) -> int:
    """Where something of a position or a market stands: its own key goes first."""
    return _hashed(thing.to_bytes(32) + _name(name).to_bytes(32))


def _at(name: str, *words: int) -> int:
    """Where a figure stands that a name and what it is of lead to."""
    return _hashed(b"".join(word.to_bytes(32) for word in (_name(name), *words)))


def _hashed(data: bytes) -> int:
    return int.from_bytes(keccak(data))


def _hex(word: int) -> str:
    return f"0x{word % 2**160:040x}"


def _token(network: str, word: int) -> AssetId:
    return erc20(network, _hex(word))
