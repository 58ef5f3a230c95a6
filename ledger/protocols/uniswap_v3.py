"""Uniswap v3 and its forks: a view in; liquidity put in and taken out, fees, and trades, out.

Sources: v3-core, IUniswapV3PoolEvents.sol; v3-periphery, INonfungiblePositionManager.sol.

The liquidity of a position is an asset of its own, counted in the pool's units of liquidity, and
carries date and cost of what was put in; the manager's token is only its title. What was taken out
and waits to be collected is one asset more for each of the pool's two.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ledger.model.activity import Log, Transfer
from ledger.model.asset import Asset, AssetId, known_without_asking, non_fungible, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._forks import fork
from ledger.protocols._markets import CONCENTRATED, PANCAKE_V3, begun, traded
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    flash_loan,
    logs_with,
    number_in,
    parts_of,
    payments,
    split,
    with_role,
    word_address,
)

NAME: Final = "uniswap_v3"
RANK: Final = 20

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
#: Flash(address sender, address recipient, uint256 amount0, uint256 amount1, uint256 paid0, uint256
#: paid1) of a pool; sender and recipient indexed; paid is what came in beyond the amount.
FLASH: Final = "0xbdbdb71d7860376ba52b25a5028beea23581364a40522f6bcfb86bb1f2dca633"

#: Liquidity is taken out without anything moving: it waits until it is collected.
WITHOUT_LEGS: Final = frozenset({DECREASE, POOL_BURN})

#: Units of liquidity are shown like tokens of 18 decimals.
LIQUIDITY_DECIMALS: Final = 18

#: Two amounts: of the pool's first and second asset.
Amounts = tuple[int, int]
Tokens = tuple[AssetId | None, AssetId | None]

SIGNS: Final = frozenset(
    {
        *(INCREASE, ALGEBRA_INCREASE, DECREASE, COLLECT, POOL_MINT, POOL_BURN, POOL_COLLECT),
        *(CONCENTRATED, PANCAKE_V3, FLASH),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """A loan from a pool takes all; else positions by token or owner, then a trade of the rest."""
    loans = _loans(view)
    if loans:
        return Recognised((flash_loan(view, loans, fork(view, (), NAME)),))
    reading = _Reading(view, Units(view))
    reading.put_in()
    reading.taken_out()
    first = begun(view.activity, NAME)
    if first is not None:
        model = "pancakeswap" if first.topics[0] == PANCAKE_V3 else NAME
        reading.events += traded(reading.rest, fork(view, (), model))
    if not reading.events:
        return None
    return Recognised(tuple(reading.events), tuple(reading.facts.values()))


def _loans(view: ActivityView) -> tuple[tuple[AssetId, int, int], ...]:
    """(asset, amount, premium) of what pools lent to an owned address within the transaction."""
    return tuple(
        (leg.asset, number_in(log, place), number_in(log, place + 2))
        for log in logs_with(view.activity, FLASH, 3, 4)
        if {address_in(log.topics, 1), address_in(log.topics, 2)} & view.owned
        for place in (0, 1)
        for leg in view.legs
        if leg.counterparty == log.address and leg.quantity == number_in(log, place)
    )


@dataclass(frozen=True, slots=True)
class _Change:
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
            return position(network, NAME, f"{log.address}.{int(log.topics[1], 16)}")
        ticks = (_signed(log.topics[place]) for place in (2, 3))
        owner = address_in(log.topics, 1)
        return position(network, NAME, ".".join((log.address, owner, *map(str, ticks))))

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


def _changes(view: ActivityView, *topics: str) -> list[_Change]:
    """The changes of these topics in order; of a pool's own logs those of owned addresses alone."""
    found: list[_Change] = []
    for topic in topics:
        least, words, liquidity, first = _LAYOUTS[topic]
        for log in logs_with(view.activity, topic, least, words):
            units = number_in(log, liquidity) if liquidity >= 0 else 0
            change = _Change(log, units, (number_in(log, first), number_in(log, first + 1)))
            if change.by_token or address_in(log.topics, 1) in view.owned:
                found.append(change)
    return sorted(found, key=lambda change: change.log.index)


@dataclass(slots=True)
class _Reading:
    """The positions of one activity while they are read."""

    view: ActivityView
    units: Units
    events: list[Event] = field(default_factory=list)
    facts: dict[AssetId, Asset] = field(default_factory=dict)

    @property
    def rest(self) -> ActivityView:
        """What no event has claimed."""
        return self.view.without(self.events)

    def put_in(self) -> None:
        """Deposits: what went to the pool became liquidity, with a token where it was made."""
        for change in _changes(self.view, INCREASE, ALGEBRA_INCREASE, POOL_MINT):
            rest = self.rest
            tokens = _tokens(rest, change, _recipient)
            paid = payments(rest, _wanted(tokens, change.amounts, -1))
            pieces = _pieces(rest, change)
            wallet = self._holder(change, pieces, paid)
            if paid and wallet is not None:
                asset = change.asset(self.view.activity.network)
                made = self.units.move(wallet, asset, change.liquidity)
                self._learn(change, tokens)
                legs = (*paid, *pieces, *made)
                self.events.append(event(self.view, "pool_deposit", legs, self._of(change)))

    def taken_out(self) -> None:
        """Withdrawals and fees: what was collected beyond what liquidity gave back is fees."""
        freed: defaultdict[AssetId, list[_Change]] = defaultdict(list)
        self._swept()
        for change in _changes(self.view, DECREASE, COLLECT, POOL_BURN, POOL_COLLECT):
            asset = change.asset(self.view.activity.network)
            if change.log.topics[0] in {DECREASE, POOL_BURN}:
                freed[asset].append(change)
            else:
                self._collected(change, freed.pop(asset, []))
        for changes in freed.values():
            self._waits(changes)

    def _swept(self) -> None:
        """Fees of several positions that were collected to the manager and paid out together."""
        network, view = self.view.activity.network, self.rest
        changes = [
            change
            for change in _changes(view, COLLECT)
            if word_address(change.log, 0) in {change.log.address, ZERO_ADDRESS}
        ]
        managers = {change.log.address for change in changes}
        freed = {change.asset(network) for change in _changes(view, DECREASE)}
        waits = any(
            one.asset(network) in freed or any(map(self._waiting, parts_of(one.asset(network))[1:]))
            for one in changes
        )
        if len(changes) < 2 or len(managers) != 1 or waits or not _is_open(view):
            return
        wanted: Counter[AssetId] = Counter()
        for change in changes:
            wanted.update(_wanted(_tokens(view, change, _sender), change.amounts, 1))
        came = payments(view, wanted, via=changes[0].log.address)
        if came:
            self.events.append(event(view, "pool_fees", came, self._of(changes[0])))

    def _waiting(self, owed: AssetId) -> bool:
        holder = self.units.holder(owed)
        return holder is not None and bool(self.units.of(holder, owed))

    def _collected(self, change: _Change, freed: list[_Change]) -> None:
        rest = self.rest
        tokens = _tokens(rest, change, _sender)
        came = payments(rest, _wanted(tokens, change.amounts, 1))
        if not came:
            return
        pieces = _pieces(rest, change)
        wallet = self._holder(change, pieces, came)
        asset = change.asset(self.view.activity.network)
        known = wallet is not None and self.units.of(wallet, asset) is not None
        gone, legs = (0, 0), tuple[Leg, ...]()
        if wallet is not None and known:
            gone, legs = self._given_back(wallet, change, freed)
            self._learn(change, tokens)
        else:
            gone = _least(_sums(freed), change.amounts)
        if not any(gone) and (known or _is_open(self.view)):
            self.events.append(event(self.view, "pool_fees", (*came, *legs), self._of(change)))
            return
        note = "" if legs else "position:unknown"
        earned = (change.amounts[0] - gone[0], change.amounts[1] - gone[1])
        parted = [part for leg in came for part in _parted(leg, tokens, change.amounts, earned)]
        legs = (*parted, *pieces, *legs)
        self.events.append(event(self.view, "pool_withdraw", legs, self._of(change), note))

    def _given_back(
        self, wallet: WalletId, change: _Change, freed: list[_Change]
    ) -> tuple[Amounts, tuple[Leg, ...]]:
        """How much of what was collected is no fee, and the legs of the position for it."""
        main, *waiting = parts_of(change.asset(self.view.activity.network))
        taken = min(sum(one.liquidity for one in freed), self.units.of(wallet, main) or 0)
        legs = self.units.move(wallet, main, -taken)
        gone: list[int] = []
        for owed, freed_amount, amount in zip(waiting, _sums(freed), change.amounts, strict=True):
            before = self.units.of(wallet, owed) or 0
            gone.append(min(amount, before + freed_amount))
            legs += self.units.move(wallet, owed, freed_amount - gone[-1])
        return (gone[0], gone[1]), legs

    def _waits(self, freed: list[_Change]) -> None:
        """Liquidity that was taken out of a position that the books know, and not collected."""
        main, *waiting = parts_of(freed[0].asset(self.view.activity.network))
        wallet = self.units.holder(main)
        if wallet is None:
            return
        units = min(sum(one.liquidity for one in freed), self.units.of(wallet, main) or 0)
        if not units:
            return
        legs = self.units.move(wallet, main, -units)
        for owed, amount in zip(waiting, _sums(freed), strict=True):
            legs += self.units.move(wallet, owed, amount)
        self.events.append(event(self.view, "pool_withdraw", legs, self._of(freed[0])))

    def _holder(
        self, change: _Change, pieces: tuple[Leg, ...], moved: tuple[Leg, ...]
    ) -> WalletId | None:
        """The wallet that holds the position; None where its token was made for somebody else."""
        network = self.view.activity.network
        if not change.by_token:
            return wallet_id(network, address_in(change.log.topics, 1))
        title = change.title(network)
        if pieces:
            return pieces[0].wallet
        if any(one.asset == title for one in self.view.activity.transfers):
            return None
        holder = self.units.holder(change.asset(network))
        return holder or (moved[0].wallet if moved else None)

    def _of(self, change: _Change) -> str:
        """The name of the market: of a fork by the contract that holds the position."""
        return fork(self.view, (change.log.address,), NAME)

    def _learn(self, change: _Change, tokens: Tokens) -> None:
        """What the position is, what waits in it follows, and what its token stands for."""
        network = self.view.activity.network
        main, *waiting = parts_of(change.asset(network))
        self.facts[main] = Asset(main, "liquidity", LIQUIDITY_DECIMALS, "position")
        title = change.title(network)
        if title is not None:
            name = f"#{title.rpartition('/')[2]}"
            self.facts[title] = Asset(title, name, 0, "nft", underlying=main)
        for owed, token in zip(waiting, tokens, strict=True):
            known = None if token is None else self._known(token)
            if known is not None:
                self.facts[owed] = Asset(
                    owed, known.symbol, known.decimals, "position", underlying=known.id
                )

    def _known(self, token: AssetId) -> Asset | None:
        return self.view.assets.get(token) or known_without_asking(token)


def _parted(leg: Leg, tokens: Tokens, collected: Amounts, earned: Amounts) -> tuple[Leg, ...]:
    """A leg with what was earned on top split off."""
    if leg.asset in tokens:
        place = tokens.index(leg.asset)
    elif leg.quantity in collected:
        place = collected.index(leg.quantity)
    else:
        return (leg,)
    part = earned[place]
    return split(leg, part, "reward") if 0 < part <= leg.quantity else (leg,)


def _is_open(view: ActivityView) -> bool:
    """Whether the position still works: the manager settles its fees by burning nothing first.

    From one that was emptied in an earlier transaction comes what that transaction left there.
    """
    burns = logs_with(view.activity, POOL_BURN, 4, 3)
    return any(number_in(log, 0) == 0 for log in burns)


def _sums(changes: list[_Change]) -> Amounts:
    first = sum(change.amounts[0] for change in changes)
    return first, sum(change.amounts[1] for change in changes)


def _least(one: Amounts, other: Amounts) -> Amounts:
    return min(one[0], other[0]), min(one[1], other[1])


def _pieces(view: ActivityView, change: _Change) -> tuple[Leg, ...]:
    """The legs of the position's own token, if it was made or burnt here."""
    title = change.title(view.activity.network)
    return tuple(with_role(leg, "title") for leg in view.legs if leg.asset == title)


def _wanted(tokens: Tokens, amounts: Amounts, sign: int) -> dict[AssetId, int]:
    pairs = zip(tokens, amounts, strict=True)
    return {token: sign * amount for token, amount in pairs if token is not None}


def _recipient(one: Transfer) -> str:
    return one.recipient


def _sender(one: Transfer) -> str:
    return one.sender


def _tokens(view: ActivityView, change: _Change, side: Callable[[Transfer], str]) -> Tokens:
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
