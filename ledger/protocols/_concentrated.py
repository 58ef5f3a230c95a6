"""What logs say of positions of concentrated liquidity: a view in; changes, their assets, out.

Sources: v3-core, IUniswapV3PoolEvents.sol; v3-periphery, INonfungiblePositionManager.sol.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.model.activity import Log, Transfer
from ledger.model.asset import AssetId, fees_of, non_fungible, position
from ledger.model.event import Leg
from ledger.model.fund import WalletId
from ledger.shapes import (
    ActivityView,
    Units,
    address_in,
    logs_with,
    number_in,
    parts_of,
    split,
    with_role,
)

#: What stands in the id of every such position, whichever fork it is of.
MODEL: Final = "uniswap_v3"

#: Of the position manager: IncreaseLiquidity(uint256 tokenId, uint128 liquidity, uint256 amount0,
#: uint256 amount1), DecreaseLiquidity of the same shape, Collect(uint256 tokenId, address
#: recipient, uint256 amount0, uint256 amount1); tokenId indexed.
INCREASE: Final = "0x3067048beee31b25b2f1681f88dac838c8bba36af25bfb2b7cf7473a5847e35f"
DECREASE: Final = "0x26f6a048ee9138f2c0ce266f322cb99228e8d619ae2bff30c67f8dcf9d2377b4"
COLLECT: Final = "0x40d0efd1a53d60ecbf40971b9daf7dc90178c3aadc7aab1765632738fa8b8f01"
#: IncreaseLiquidity(uint256 tokenId, uint128 liquidityDesired, uint128 actualLiquidity, uint256
#: amount0, uint256 amount1, address pool) of Algebra's manager; tokenId indexed
#: (cryptoalgebra/Algebra, INonfungiblePositionManager.sol).
ALGEBRA_INCREASE: Final = "0x8a82de7fe9b33e0e6bca0e26f5bd14a74f1164ffe236d50e0a36c3ea70f2b814"
#: Of a pool: Mint(address sender, address owner, int24 tickLower, int24 tickUpper, uint128 amount,
#: uint256 amount0, uint256 amount1), Burn(address owner, int24 tickLower, int24 tickUpper, uint128
#: amount, uint256 amount0, uint256 amount1), Collect(address owner, address recipient, int24
#: tickLower, int24 tickUpper, uint128 amount0, uint128 amount1); owner and ticks indexed.
POOL_MINT: Final = "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde"
POOL_BURN: Final = "0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c"
POOL_COLLECT: Final = "0x70935338e69775456a85ddef226c395fb668b63fa0115f5f20610b388e6ca9c0"
#: Two amounts: of the pool's first and second asset.
Amounts = tuple[int, int]
Tokens = tuple[AssetId | None, AssetId | None]


@dataclass(frozen=True, slots=True)
class Change:
    """What a log says of a position: its units of liquidity, and amounts of the pool's assets."""

    log: Log
    liquidity: int
    amounts: Amounts

    @property
    def by_token(self) -> bool:
        return self.log.topics[0] in {INCREASE, ALGEBRA_INCREASE, DECREASE, COLLECT}

    def asset(self, network: str) -> AssetId:
        """The position: by its token's number, or by owner and range."""
        log = self.log
        if self.by_token:
            return position(network, MODEL, f"{log.address}.{int(log.topics[1], 16)}")
        ticks = (_signed(log.topics[place]) for place in (2, 3))
        owner = address_in(log.topics, 1)
        return position(network, MODEL, ".".join((log.address, owner, *map(str, ticks))))

    def title(self, network: str) -> AssetId | None:
        """The non-fungible token that says who holds the position."""
        if not self.by_token:
            return None
        return non_fungible(network, "erc721", self.log.address, int(self.log.topics[1], 16))


def _signed(topic: str) -> int:
    number = int(topic, 16)
    return number - 2**256 if number >> 255 else number


#: topic → number of topics and words, and the places of liquidity (-1: none) and first amount
_LAYOUTS: Final = {
    INCREASE: (2, 3, 0, 1),
    ALGEBRA_INCREASE: (2, 5, 1, 2),
    DECREASE: (2, 3, 0, 1),
    COLLECT: (2, 3, -1, 1),
    POOL_MINT: (4, 4, 1, 2),
    POOL_BURN: (4, 3, 0, 1),
    POOL_COLLECT: (4, 3, -1, 1),
}


def changes_of(view: ActivityView, *topics: str) -> list[Change]:
    """The changes of these topics in order; of a pool's own logs those of owned addresses alone."""
    found: list[Change] = []
    for topic in topics:
        least, words, liquidity, first = _LAYOUTS[topic]
        for log in logs_with(view.activity, topic, least, words):
            units = number_in(log, liquidity) if liquidity >= 0 else 0
            change = Change(log, units, (number_in(log, first), number_in(log, first + 1)))
            if change.by_token or address_in(log.topics, 1) in view.owned:
                found.append(change)
    return sorted(found, key=lambda change: change.log.index)


def sums(changes: Sequence[Change]) -> Amounts:
    """The amounts of all changes together."""
    first = sum(change.amounts[0] for change in changes)
    return first, sum(change.amounts[1] for change in changes)


def least(one: Amounts, other: Amounts) -> Amounts:
    """The smaller of each amount."""
    return min(one[0], other[0]), min(one[1], other[1])


def pieces_of(view: ActivityView, change: Change) -> tuple[Leg, ...]:
    """The legs of the position's own token, if it was made or burnt here."""
    title = change.title(view.activity.network)
    return tuple(with_role(leg, "title") for leg in view.legs if leg.asset == title)


def wanted_of(tokens: Tokens, amounts: Amounts, sign: int) -> dict[AssetId, int]:
    """The amounts by their assets, signed, as `payments` takes them."""
    pairs = zip(tokens, amounts, strict=True)
    return {token: sign * amount for token, amount in pairs if token is not None}


def recipient(one: Transfer) -> str:
    """Who got it."""
    return one.recipient


def sender(one: Transfer) -> str:
    """Who gave it."""
    return one.sender


def tokens_of(view: ActivityView, change: Change, side: Callable[[Transfer], str]) -> Tokens:
    """The assets are the ones that moved to or from the pool in that size.

    The position manager does not log its pool: there the pool is who made the logs of the same
    amounts.
    """
    pools = {change.log.address}
    if change.by_token:
        pools = {
            other.address
            for topic in (POOL_MINT, POOL_COLLECT, POOL_BURN)
            for other in logs_with(view.activity, topic, 4, 3)
        }
    found: list[AssetId | None] = []
    for amount in change.amounts:
        moved = (
            one.asset
            for one in view.activity.transfers
            if one.quantity == amount and side(one) in pools and one.asset not in found
        )
        found.append(next(moved, None))
    return found[0], found[1]


def told_apart(
    came: tuple[Leg, ...], wanted: Counter[AssetId], released: Counter[AssetId]
) -> tuple[Leg, ...]:
    """Legs with what the books did not know of as rewards; coin stands for its token by size."""
    parts: list[Leg] = []
    for leg in came:
        alike = (token for token, amount in wanted.items() if amount == leg.quantity)
        token = leg.asset if leg.asset in wanted else next(alike, leg.asset)
        new = leg.quantity - released[token]
        parts += split(leg, new, "reward") if 0 < new <= leg.quantity else (leg,)
    return tuple(parts)


def released(units: Units, wallet: WalletId, position: AssetId) -> tuple[Leg, ...]:
    """The legs of all that the books knew a position to have earned: it was paid out."""
    legs: tuple[Leg, ...] = ()
    for asset in fees_of(position):
        legs += units.move(wallet, asset, -max(units.of(wallet, asset) or 0, 0))
    return legs


def given_back(
    units: Units, wallet: WalletId, main: AssetId, change: Change, freed: Sequence[Change]
) -> tuple[Amounts, tuple[Leg, ...]]:
    """How much of what was collected of a position is no fee, and the legs of it for that."""
    taken = min(sum(one.liquidity for one in freed), units.of(wallet, main) or 0)
    legs = units.move(wallet, main, -taken)
    gone: list[int] = []
    waiting = parts_of(main)[1:]
    for owed, freed_amount, amount in zip(waiting, sums(freed), change.amounts, strict=True):
        before = units.of(wallet, owed) or 0
        gone.append(min(amount, before + freed_amount))
        legs += units.move(wallet, owed, freed_amount - gone[-1])
    return (gone[0], gone[1]), legs


def released_of(
    units: Units, wallet: WalletId | None, main: AssetId, earned: Amounts
) -> tuple[Amounts, tuple[Leg, ...]]:
    """How much of what a position earned the books knew of before it was paid, and its legs."""
    if wallet is None:
        return (0, 0), ()
    legs: tuple[Leg, ...] = ()
    known: list[int] = []
    for asset, amount in zip(fees_of(main), earned, strict=True):
        known.append(min(amount, max(units.of(wallet, asset) or 0, 0)))
        legs += units.move(wallet, asset, -known[-1])
    return (known[0], known[1]), legs
