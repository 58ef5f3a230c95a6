"""A position of v4 and a block go to the node; what it holds there, and may collect, comes.

Source: Uniswap v4-periphery, PositionManager.sol and PositionInfoLibrary.sol; v4-core,
StateLibrary.sol (where pools, ticks and positions stand in the manager's storage), Position.sol,
PoolId.sol and SqrtPriceMath.sol.

No call of v4 says what a position would be paid, so it is computed as the manager would: the fees
that grew inside the range since the position was last touched, times its liquidity; and the two
amounts of its liquidity at the pool's price. The price at the ends of the range is taken more
exactly than the manager has it, so that an amount may be a base unit off.
"""

from collections.abc import Sequence
from math import isqrt
from typing import Final

from ledger.chains.evm.codec import keccak
from ledger.model.asset import AssetId, erc20, native, network_of, parse_asset_id
from ledger.model.evidence import Answer, Question
from ledger.protocols._pooled import answered, place_of, view_of, words_of
from ledger.transport import Node

#: ownerOf(uint256), poolManager() and getPoolAndPositionInfo(uint256) of the position manager: the
#: last gives the pool's key in five words and the position's ends in one.
OWNER_OF: Final = "0x6352211e"
POOL_MANAGER: Final = "0xdc4c90d3"
POSITION: Final = "0x7ba03aad"
#: extsload(bytes32[]) of the pool manager: what stands at places of its storage.
LOADED: Final = "0xdbd035ff"

#: The place of the pools in the manager's storage, and within a pool of ticks and positions.
POOLS, TICKS, POSITIONS = 6, 4, 6
_TICK_MAX: Final = 887_272
_WHOLE: Final = 2**256
#: 2¹²⁸ and 2⁹⁶ are one, in fees that grew and in prices.
_GROWTH, _PRICE = 128, 96
#: Binary places of a price while it is computed.
_FINE: Final = 256


def singleton_position(node: Node, question: Question) -> Answer:
    """As `managed_position`, of a position whose token a manager of v4 keeps."""
    found = place_of(question)
    if found is None:
        return answered(node, question, None)
    owner, manager, number = found

    def call(to: str, selector: str, *words: int) -> list[int] | None:
        (answer,) = node.ask_each([view_of(owner, to, selector, words, question.block)])
        return words_of(answer)

    holder, pools = call(manager, OWNER_OF, number), call(manager, POOL_MANAGER)
    known = call(manager, POSITION, number)
    if holder != [int(owner, 16)] or pools is None or known is None or len(known) != 6:
        return answered(node, question, None)
    lower, upper = _tick(known[5] >> 8), _tick(known[5] >> 32)
    if len(pools) != 1 or not -_TICK_MAX <= lower < upper <= _TICK_MAX:
        return answered(node, question, None)
    pool = _hashed(*known[:5])
    places = places_in(pool, int(manager, 16), (lower, upper), number)
    said = call(f"0x{pools[0]:040x}", LOADED, 32, len(places), *places)
    if said is None or len(said) != 2 + len(places):
        return answered(node, question, None)
    liquidity, amounts, due = holding(said[2:], lower, upper)
    network = network_of(parse_asset_id(question.subject.partition("|")[2]))
    stated = {
        "quantity": str(liquidity),
        "assets": [_asset(network, word) for word in known[:2]],
        "amounts": [str(amount) for amount in amounts],
        "due": [str(amount) for amount in due],
    }
    return answered(node, question, stated)


def places_in(pool: int, manager: int, ends: tuple[int, int], number: int) -> list[int]:
    """Where the state of a position stands: the pool's price and fees, two ends, the position."""
    state = _hashed(pool, POOLS)
    packed = manager.to_bytes(20, "big")
    packed += b"".join(end.to_bytes(3, "big", signed=True) for end in ends)
    key = int.from_bytes(keccak(packed + number.to_bytes(32, "big")), "big")
    places = [state, state + 1, state + 2]
    for end in ends:
        tick = _hashed(end % _WHOLE, state + TICKS)
        places += [tick + 1, tick + 2]
    own = _hashed(key, state + POSITIONS)
    return [place % _WHOLE for place in (*places, own, own + 1, own + 2)]


def holding(
    state: Sequence[int], lower: int, upper: int
) -> tuple[int, tuple[int, int], tuple[int, int]]:
    """Liquidity, what it would give back and what is due, of the words at those places."""
    slot, *growth = state
    price, tick = slot % 2**160, _tick(slot >> 160)
    overall, below, above = growth[0:2], growth[2:4], growth[4:6]
    liquidity, before = growth[6] % 2**128, growth[7:9]
    due: list[int] = []
    for side in (0, 1):
        if tick < lower:
            inside = below[side] - above[side]
        elif tick >= upper:
            inside = above[side] - below[side]
        else:
            inside = overall[side] - below[side] - above[side]
        due.append((inside - before[side]) % _WHOLE * liquidity >> _GROWTH)
    return liquidity, amounts_of(liquidity, price, lower, upper), (due[0], due[1])


def amounts_of(liquidity: int, price: int, lower: int, upper: int) -> tuple[int, int]:
    """What liquidity between two ticks holds at a square root of the price, rounded down."""
    low, high = root_at(lower), root_at(upper)
    now = min(max(price, low), high)
    first = (liquidity << _PRICE) * (high - now) // high // now
    return first, liquidity * (now - low) >> _PRICE


def root_at(tick: int) -> int:
    """The square root of 1.0001 to the power of a tick, times 2⁹⁶, rounded up."""
    one = 1 << _FINE
    factor, power, left = isqrt((10_001 << 2 * _FINE) // 10_000), one, abs(tick)
    while left:
        if left & 1:
            power = power * factor >> _FINE
        factor, left = factor * factor >> _FINE, left >> 1
    root = power if tick >= 0 else (one << _FINE) // power
    return -(-root >> (_FINE - _PRICE))


def _tick(bits: int) -> int:
    """The signed number in the lowest 24 bits."""
    number = bits % 2**24
    return number - 2**24 if number >> 23 else number


def _hashed(*words: int) -> int:
    return int.from_bytes(keccak(b"".join(word.to_bytes(32, "big") for word in words)), "big")


def _asset(network: str, word: int) -> AssetId:
    return erc20(network, f"0x{word:040x}") if word else native(network)
